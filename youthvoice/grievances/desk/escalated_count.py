"""Reports that went to the next person because a clock was over, for whoever was asked or has them in hand (S13)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.accounts import store as people
from youthvoice.grievances.current_reader import me
from youthvoice.grievances.deadlines import escalation
from youthvoice.grievances.deadlines import job as clocks
from youthvoice.grievances.deadlines.escalation import Ladder
from youthvoice.grievances.time_limits import ANSWER, CHILD_WROTE, FIRST_LOOK
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.threads import store as threads
from youthvoice.threads.case_state import Marks
from youthvoice.threads.entities import Line

MOST: Final = 20
"""So many are looked at, the urgent first; whoever has more finds the others on the desk of reports."""

_ORDER: Final = (FIRST_LOOK, ANSWER, CHILD_WROTE)
"""Clocks, the most telling first."""


class HandedOn(NamedTuple):
    """One of them.

    Attributes:
        id: of the report, 16 bytes.
        clock: the one that was over; the most telling where several were.
        asked: who is asked now, by name, without the caller herself.
        you: whether she is asked now.
    """

    id: bytes
    clock: str
    asked: tuple[str, ...]
    you: bool


def to_look_at(session: Session, caller: Caller) -> list[HandedOn]:
    """Those that she was asked to look at, or has in hand; not a report about which only others were asked.

    Args:
        session: only read.
        caller: who reads her To do page.
    """
    if not caller.may("reports.read"):
        return []
    found, now = [], running.now()
    sites = {site.id: places.facts(site) for site in places.sites_of(session, caller.site_ids)}
    over = (
        line
        for line in threads.each_of_mine(session, running.keyring(), me(session, caller))
        if line.marks.steps and line.site_id in sites
    )
    for line in sorted(over, key=lambda line: (not line.marks.urgent, not line.marks.harm, line.marks.due, line.id)):
        one = _of(session, caller, line, sites[line.site_id], now)
        found += [one] if one else []
        if len(found) == MOST:
            break
    return found


def _of(session: Session, caller: Caller, line: Line, site: SiteFacts, now: datetime) -> HandedOn | None:
    ladder = clocks.ladder_of(session, line.id, site, now)
    names = sorted(line.marks.steps, key=(*_ORDER, *line.marks.steps).index)
    so_far = frozenset[int]().union(*(escalation.asked_so_far(line.marks, name, ladder) for name in names))
    if caller.person_id not in so_far and line.marks.owner != caller.person_id:
        return None
    asked = frozenset[int]().union(*(_asked_last(line.marks, name, ladder) for name in names))
    known = people.names(session, asked - {caller.person_id})
    return HandedOn(line.id, names[0], tuple(sorted(known.values())), caller.person_id in asked)


def _asked_last(marks: Marks, name: str, ladder: Ladder) -> Collection[int]:
    """Whom the last step of a clock went to."""
    return escalation.next_rung(marks.having(steps={**marks.steps, name: marks.steps[name] - 1}), name, ladder)
