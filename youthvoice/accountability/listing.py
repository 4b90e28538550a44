"""Lines of the lists of what is owed, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import COORDINATOR
from youthvoice.accountability import labels as words
from youthvoice.accountability import rules, store
from youthvoice.accountability.entities import OwedFacts
from youthvoice.accountability.ports import reply_events as rooms
from youthvoice.accounts import store as people
from youthvoice.sites import store as places
from youthvoice.web.i18n import languages


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list.

    Attributes:
        owed: what it is about.
        heading: what is owed.
        site: where.
        state: as `rules.State`, for the reader.
        when: how much time she has, or when it was answered.
        due: the reader's own day.
        owner: who owes it, where that is another.
        asked: who was asked and did not answer, and who is asked now; or what children said of the answer.
        round: by which round it is told apart from others of its name; empty for what is of none.
    """

    owed: OwedFacts
    heading: str
    site: str
    state: str
    when: str
    due: date
    owner: str = ""
    asked: tuple[str, ...] = ()
    round: str = ""


def row(session: Session, owed: OwedFacts, person_id: int, *, of_another: bool = False) -> Row:
    """One line.

    Args:
        session: only read.
        owed: what is owed.
        person_id: who reads it.
        of_another: it is not hers to answer; of a task of the advocates she learns not even the kind.
    """
    site = places.site(session, owed.site_id)
    zone = site.time_zone if site else "UTC"
    today = running.today(zone)
    names = people.names(session, owed.people)
    reader = 0 if of_another else person_id
    heading = words.others_heading if of_another else words.heading
    again = words.opened_again(owed)
    return Row(
        owed,
        heading(owed, languages.chosen()),
        site.name if site else "",
        owed.state(today, reader),
        words.when(owed, today, reader),
        owed.due_for(reader) if reader else owed.due,
        _owner(owed, names) if of_another else "",
        (*words.asked_after(owed, names), *((again,) if again else ())),
        _round(session, owed, zone) if owed.to_children or not of_another else "",
    )


def late_of_others(session: Session, caller: Caller, hers: set[int]) -> list[Row]:
    """S13: silence past its date raises an alarm to adults.

    Of the advocates' tasks one line for each site: how many there are, and since which day, would say in which round a
    child said harm, for only then is a task due three days after it closed.
    """
    if caller.role != COORDINATOR:
        return []
    late = [
        owed
        for site in places.sites_of(session, caller.site_ids)
        for owed in store.overdue(session, running.keyring(), [site.id], running.today(site.time_zone))
    ]
    rows = [row(session, owed, caller.person_id, of_another=True) for owed in late if owed.id not in hers]
    advocates = {one.site: replace(one, state="", when="") for one in rows if one.owed.owner_id is None}
    return [*(one for one in rows if one.owed.owner_id is not None), *advocates.values()]


def _round(session: Session, owed: OwedFacts, zone: str) -> str:
    found = rooms.rounds().asked(session, owed.subject, zone) if rules.KINDS[owed.kind].of_a_round else None
    return words.asked_in(owed, *found, languages.chosen()) if found else ""


def _owner(owed: OwedFacts, names: Mapping[int, str]) -> str:
    return words.advocates() if owed.owner_id is None else names.get(owed.owner_id, "")
