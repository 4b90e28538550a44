"""What a facilitator has to do about representatives: terms that end soon, and what was not handed over (S23)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from sqlalchemy.orm import Session

from youthvoice.committees import store
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.representatives import rules as term_rules
from youthvoice.committees.representatives import store as representatives
from youthvoice.committees.representatives.entities import RepFacts
from youthvoice.privacy.keys.keyring import Keyring

_WITHIN: Final = timedelta(days=7)
"""In which somebody hands over after her last day."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One line, however many representatives of a committee it is about.

    Attributes:
        kind: `term` (ends soon) or `hand_over` (is over).
        due: the last day of the term, or the day by which what is open is handed over.
    """

    kind: Literal["term", "hand_over"]
    committee: CommitteeFacts
    due: date


def of(session: Session, keyring: Keyring, person_id: int, days: Mapping[int, date]) -> list[Pending]:
    """What waits for a facilitator at her sites.

    Args:
        session: only read.
        keyring: the key files.
        person_id: hers; only the committees that are hers.
        days: today at each of her sites, by row.
    """
    mine = [one for one in store.at(session, days) if one.facilitator_id == person_id and one.kind.posts]
    found = [
        Pending(kind, one, due)
        for one in mine
        for kind, due in _of(representatives.of(session, keyring, one.id), days[one.site_id])
    ]
    return sorted(found, key=lambda one: (one.due, one.committee.id))


def _of(found: list[RepFacts], day: date) -> Iterator[tuple[Literal["term", "hand_over"], date]]:
    now = [one for one in found if one.is_in_office(day)]
    ending = {one.ends_on for one in now if term_rules.days_left(one, day) <= term_rules.REMIND_DAYS}
    gone = {one.last_day + _WITHIN for one in found if term_rules.is_to_hand_over(one, day)}
    yield from (("term", due) for due in sorted(ending))
    if gone:
        yield "hand_over", min(gone)
