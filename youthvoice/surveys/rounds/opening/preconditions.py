"""Look up what the rules of `opening` ask about, so that page and command refuse alike."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice.accounts import store as people
from youthvoice.audit.log import Log
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites import store as places
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.entities import RoundFacts
from youthvoice.surveys.rounds.opening.repeat_rules import asks
from youthvoice.surveys.rounds.opening.rules import Opening, Refusal, SiteReady, refusals, to_know
from youthvoice.surveys.rounds.opening.store import AskedAlready, asked_already, open_rounds


class NotOpened(Exception):
    """Something speaks against it now.

    Attributes:
        refusals: everything that does.
    """

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        super().__init__(", ".join(one.code for one in refusals))
        self.refusals = refusals


@dataclass(frozen=True, slots=True)
class Weighed:
    """What keeps a round from opening, and what to know before it does."""

    refusals: tuple[Refusal, ...]
    to_know: tuple[Refusal, ...]


def weigh(session: Session, opening: Opening, people_key: bytes, now: datetime) -> Weighed:
    """Every reason at once.

    Args:
        session: may only read.
        opening: what is wanted.
        people_key: 32 bytes, from the key file `people`.
        now: this moment.

    Raises:
        KeyError: there is no such questionnaire.
    """
    questions = store.questionnaire(session, opening.questionnaire_id)
    stored = store.stored_questionnaire(session, opening.questionnaire_id)
    decider = people.find(session, opening.decider_id)
    sites = tuple(
        site_ready(session, site_id, people_key, now)
        for site_id in opening.site_ids
        if places.site(session, site_id) is not None
    )
    wanted = asks(questions, opening.purpose, opening.spans, opening.time_zone)
    found = refusals(
        opening,
        questions,
        approved=stored is not None and stored.approved_on is not None,
        sites=sites,
        groups=[one.name for one in places.groups_of(session, opening.site_ids[0])],
        decider_is_here=decider is not None and decider.left_on is None,
        asked=asked_already(session, wanted, opening.site_ids),
        now=now,
    )
    return Weighed(found, to_know(opening, questions, sites))


def open_confirmed(  # noqa: PLR0913, PLR0917 - what was asked for, who says yes, when
    session: Session, keyring: Keyring, asked_for: Opening, second: int, now: datetime, log: Log
) -> list[RoundFacts]:
    """The second adult says yes, at once or days later: weigh it as things are now, then open it.

    Args:
        session: may write; the caller commits, or rolls back.
        keyring: the key files.
        asked_for: as the first adult checked it.
        second: who confirms it, her row of `people`.
        now: this moment.
        log: in the first adult's name.

    Raises:
        NotOpened: with everything that speaks against it now; the transaction must be rolled back.
    """
    opening = asked_for.confirmed(second, now)
    if found := weigh(session, opening, keyring.key("people"), now).refusals:
        raise NotOpened(found)
    try:
        return open_rounds(session, keyring, opening, log)
    except AskedAlready:
        raise NotOpened((Refusal("asked_meanwhile", "questionnaire"),)) from None


def site_ready(session: Session, site_id: int, people_key: bytes, now: datetime) -> SiteReady:
    """What is in place at a site.

    Raises:
        KeyError: there is no such site.
    """
    site = places.site(session, site_id)
    if site is None:
        raise KeyError(site_id)
    helpline = bool(site.helpline_name and site.helpline_number and site.helpline_tested)
    readers = people.advocates(session, site_id, people_key, now)
    return SiteReady(site.name, tuple(site.languages), len(readers), helpline)
