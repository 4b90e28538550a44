"""The desk of somebody who reads reports: one list of reports and waiting letters, the most pressing first.

Every line comes from `thread_store.mine`: who was left out of a report finds no line, no number, no name of it.
Nothing of a report is opened but its marks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import running
from youthvoice.access.guard import Caller
from youthvoice.grievances.naming import short_name
from youthvoice.grievances.reader import me
from youthvoice.grievances.standing import ANYBODY, GROUPS, Standing, pressing, standing
from youthvoice.places import store as places
from youthvoice.places.store import SiteFacts
from youthvoice.threads import store as letters
from youthvoice.threads import thread_store as threads
from youthvoice.threads.marks import Marks
from youthvoice.threads.rules import first_look_due, shown_day

PAGE = 50
LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the desk.

    Attributes:
        kind: `report`, or `letters`: those of one site that were shown on one day and that nobody opened yet.
        key: the report's id as hexadecimal digits; of letters their day.
        name: the report's short name; empty of letters.
        site: where.
        marks: of the report; None of letters.
        number: how many letters; of a report 1.
        stands: its group, next step and clock.
    """

    kind: str
    key: str
    name: str
    site: SiteFacts
    marks: Marks | None
    number: int
    stands: Standing


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the desk somebody asked for.

    Attributes:
        site_id: only of this site; 0 for all of hers.
        name: only reports of this short name; empty for all.
        closed: with the closed ones.
        page: 1, 2, ...
    """

    site_id: int = 0
    name: str = ""
    closed: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Desk:
    """One page of the desk.

    Attributes:
        groups: code, how many there are of it on all pages, and the lines of this page; no empty group.
        number: lines on all pages.
        pages: how many pages there are, at least one.
        page: which one this is.
    """

    groups: Sequence[tuple[str, int, Sequence[Row]]]
    number: int
    pages: int
    page: int


def desk(session: Session, caller: Caller, asked: Asked) -> Desk:
    """A page of somebody's desk.

    Args:
        session: only read.
        caller: whose desk it is.
        asked: which part.
    """
    found = [row for row in rows(session, caller, asked.site_id) if _is_wanted(row, asked)]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, asked.page), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    numbers = _numbers(found)
    parted = [(code, numbers[code], list(of_it)) for code, of_it in groupby(shown, key=lambda row: row.stands.group)]
    return Desk(parted, len(found), pages, page)


def rows(session: Session, caller: Caller, site_id: int = 0) -> list[Row]:
    """Every line of somebody's desk, closed ones too, the most pressing first."""
    sites = {site.id: places.facts(site) for site in places.sites_of(session, caller.site_ids)}
    if site_id:
        sites = {each: site for each, site in sites.items() if each == site_id}
    found = [*_reports(session, caller, sites), *_letters(session, caller, sites)]
    return sorted(found, key=_order)


def _reports(session: Session, caller: Caller, sites: Mapping[int, SiteFacts]) -> list[Row]:
    now, zones = running.now(), {site_id: ZoneInfo(site.time_zone) for site_id, site in sites.items()}
    return [
        Row(
            "report",
            line.id.hex(),
            short_name(line.id),
            sites[line.site_id],
            line.marks,
            1,
            standing(line.marks, caller.person_id, now, zones[line.site_id]),
        )
        for line in threads.mine(session, running.keyring(), me(session, caller))
        if line.site_id in sites
    ]


def _letters(session: Session, caller: Caller, sites: Mapping[int, SiteFacts]) -> list[Row]:
    """Letters that nobody looked at yet: a line for each site and day."""
    if not caller.may("letters.read"):
        return []
    now, number = running.now(), dict[tuple[int, datetime], int]()
    for one in letters.letters_for(session, caller.person_id, list(sites), now):
        if one.looked_at_on is None:
            number[one.site_id, one.shown_from] = number.get((one.site_id, one.shown_from), 0) + 1
    return [_letter_row(sites[site_id], shown, many, now) for (site_id, shown), many in number.items()]


def _letter_row(site: SiteFacts, shown: datetime, number: int, now: datetime) -> Row:
    zone, day = ZoneInfo(site.time_zone), shown_day(shown, site.time_zone)
    due = datetime.combine(first_look_due(day) + timedelta(days=1), time(), zone) - timedelta(hours=1)
    stands = Standing(pressing(due, now, zone), "letters", ANYBODY, due)
    return Row(LETTERS, day.isoformat(), "", site, None, number, stands)


def _is_wanted(row: Row, asked: Asked) -> bool:
    if asked.name:
        return row.name == asked.name
    return asked.closed or row.stands.group != "closed"


def _numbers(found: Sequence[Row]) -> dict[str, int]:
    numbers = dict.fromkeys(GROUPS, 0)
    for row in found:
        numbers[row.stands.group] += 1
    return numbers


def _order(row: Row) -> tuple[int, bool, float, str]:
    """By group, the urgent first, then the earliest clock."""
    due = row.stands.due.timestamp() if row.stands.due else float("inf")
    return GROUPS.index(row.stands.group), not (row.marks and row.marks.urgent), due, row.key
