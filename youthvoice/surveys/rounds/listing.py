"""Rounds as lists show them."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.accountability.ports.publications import views
from youthvoice.sites import store as places
from youthvoice.surveys.rounds import answer_due as owing
from youthvoice.surveys.rounds.entities import EXEMPT, RoundFacts
from youthvoice.surveys.rounds.labels import Known, Now, stands


class Shown(NamedTuple):
    """A round in a list: what is known, where it stands, its days at its first site."""

    facts: RoundFacts
    now: Now
    first_day: date
    last_day: date


def newest_first(session: Session, rounds: Sequence[RoundFacts]) -> list[Shown]:
    """Rounds in the order of a list."""
    standings = views().standings(session, [facts.id for facts in rounds])
    return [_shown(session, facts, standings.get(facts.id)) for facts in reversed(rounds)]


def shown(session: Session, facts: RoundFacts) -> Shown:
    """One round; nothing here depends on what any child did while it is open."""
    return _shown(session, facts, views().standings(session, [facts.id]).get(facts.id))


def _shown(session: Session, facts: RoundFacts, view: str | None) -> Shown:
    site = places.site(session, facts.site_ids[0])
    zone = site.time_zone if site else "UTC"
    owed = owing.owed_for(session, running.keyring(), facts.purpose, facts.slug)
    nothing_owed = owed is None and facts.purpose in EXEMPT and facts.closed_on is not None
    answered = nothing_owed or (owed is not None and owed.settled_on is not None)
    with_next = owed is not None and owed.subject != facts.slug
    now = stands(facts, running.now(), zone, Known(running.today(zone), answered, view, with_next))
    return Shown(facts, now, facts.first_day(zone), facts.last_day(zone))
