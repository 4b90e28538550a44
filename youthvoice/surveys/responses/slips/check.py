"""Rounds that ask for slips: whose they are, which one a child put in, and what is wrong with it.

Slips are dealt at each site of a round by itself. Source: PRIVACY.md A1, T8.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.privacy.credentials.picture_codes import Picture
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.slips import store as slips
from youthvoice.slips.pictures import Picks, fields, length_for, read, screens
from youthvoice.surveys.responses.store import Slip
from youthvoice.surveys.rounds.entities import RoundFacts
from youthvoice.threads.child_codes import slip_attempt_limits as slip_tries

_ROUND: Final = "round"


def of(facts: RoundFacts, site_id: int) -> str:
    """What the slips of a round at a site are for."""
    return f"{_ROUND}/{facts.slug}/{site_id}"


def deal(session: Session, keyring: Keyring, facts: RoundFacts, site_id: int, number: int) -> list[tuple[Picture, ...]]:
    """Deal slips at a site; with all that were dealt before, at most one for each child who is invited.

    Raises:
        TooMany: nothing was dealt.
    """
    all_sites = f"{_ROUND}/{facts.slug}/"
    return slips.deal(session, keyring, of(facts, site_id), number, most=facts.invited, within=all_sites)


def forget(session: Session, facts: RoundFacts) -> None:
    """The round was counted, or given up: nobody needs its slips any more."""
    slips.forget(session, f"{_ROUND}/{facts.slug}")


def asked(facts: RoundFacts) -> tuple[tuple[str, tuple[Picture, ...]], ...]:
    """The screens on which a child puts hers in, each with the name of its box; none where no slip is asked for."""
    if not facts.slips:
        return ()
    length = length_for(facts.invited)
    return tuple(zip(fields(length), screens(length), strict=True))


def given(facts: RoundFacts, sent: Mapping[str, Any]) -> dict[str, str]:
    """What was sent, by box, as far as it is one of ours."""
    chosen = {name: str(sent.get(name, "")) for name, _pictures in asked(facts)}
    return {name: pick for name, pick in chosen.items() if read([pick], 1)}


def missing(facts: RoundFacts, put_in: Mapping[str, str]) -> dict[str, str]:
    """Screens on which she chose nothing, and the words for it."""
    return {name: _("Tap one picture first.") for name, _pictures in asked(facts) if not put_in.get(name)}


def not_good(facts: RoundFacts) -> dict[str, str]:
    """What is said of a slip that was used and of one that was never dealt: the same."""
    words = _("This slip was used already, or is none of ours. Look at its pictures again.")
    return dict.fromkeys((name for name, _pictures in asked(facts)), words)


def enough(facts: RoundFacts, code: str) -> dict[str, str]:
    """What is said where too many were tried: her answers are still there, and she may send them again.

    Args:
        facts: the round.
        code: of `TooOften`.
    """
    words = slip_tries.words(code)
    return dict.fromkeys((name for name, _pictures in asked(facts)), words)


def slip(facts: RoundFacts, site_id: int, put_in: Mapping[str, str]) -> Slip:
    """The slip that she put in.

    Raises:
        ValueError: something is missing.
    """
    names = fields(length_for(facts.invited))
    picks: Picks | None = read([put_in.get(name, "") for name in names], len(names))
    if picks is None:
        raise ValueError("a slip has a picture of each screen")
    return Slip(of(facts, site_id), picks)
