"""The desk of somebody who reads reports: one list of reports and waiting letters, the most pressing first.

Every line comes from `thread_store.mine`: who was left out of a report finds no line, no number, no name of it.
Nothing of a report is opened but its marks.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.grievances.current_reader import me
from youthvoice.grievances.report_name import short_name
from youthvoice.grievances.status import ANYBODY, GROUPS, Standing, bounds, pressing, standing
from youthvoice.sites import store as places
from youthvoice.sites.store import SiteFacts
from youthvoice.threads import store as threads
from youthvoice.threads.case_state import Marks
from youthvoice.threads.entities import Line
from youthvoice.threads.letters import store as letters
from youthvoice.threads.letters.rules import first_look_due, shown_day
from youthvoice.threads.readers.cache import everybody_at

PAGE: Final = 50

_ID_BYTES: Final = 16  # of a report; letters are called by their day and site

_HOUR: Final = 3600
_NEVER: Final = float("inf")
_PLACES: Final = {code: place for place, code in enumerate(GROUPS)}


class Row(NamedTuple):
    """One line of the desk.

    Attributes:
        kind: `report`, or `letters`: those of one site that were shown on one day and that nobody opened yet.
        id: of the report, 16 bytes; of letters their day and site as text, which is never so long.
        site: where.
        marks: of the report; None of letters.
        number: how many letters; of a report 1.
        stands: its group, next step and clock.
    """

    kind: str
    id: bytes
    site: SiteFacts
    marks: Marks | None
    number: int
    stands: Standing

    @property
    def key(self) -> str:
        """The report's id as its address has it."""
        return self.id.hex()

    @property
    def name(self) -> str:
        """The report's short name; empty of letters."""
        return short_name(self.id) if self.kind == "report" else ""


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


class Place(NamedTuple):
    """Where a line belongs, and nothing more of it: thousands are sorted, fifty are shown.

    Sorts by group, the urgent first, then the earliest clock.
    """

    group: int
    calm: bool
    hour: float
    id: bytes


def desk(session: Session, caller: Caller, asked: Asked) -> Desk:
    """A page of somebody's desk.

    Args:
        session: only read.
        caller: whose desk it is.
        asked: which part.
    """
    sites = _sites(session, caller, asked.site_id)
    waiting = _letters(session, caller, sites)
    found = sorted(place for place in _places(session, caller, sites, waiting) if _is_wanted(place, asked))
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(1, asked.page), pages)
    shown = _shown(session, caller, sites, waiting, found[(page - 1) * PAGE : page * PAGE])
    numbers = Counter(place.group for place in found)
    parted = [(code, list(rows)) for code, rows in groupby(shown, key=lambda row: row.stands.group)]
    return Desk([(code, numbers[_PLACES[code]], rows) for code, rows in parted], len(found), pages, page)


def most_pressing(
    session: Session, caller: Caller, groups: Collection[str], most: int, also: Collection[bytes] = ()
) -> tuple[list[Row], int]:
    """The first reports of some groups of somebody's desk, and how many there are of these groups.

    Args:
        session: only read.
        caller: whose desk it is.
        groups: codes of `GROUPS`.
        most: lines.
        also: reports that come first, whatever their group.
    """
    sites, wanted = _sites(session, caller, 0), {_PLACES[code] for code in groups}
    found = sorted(place for place in _places(session, caller, sites, []) if place.group in wanted or place.id in also)
    found.sort(key=lambda place: (place.group != _PLACES["danger"], place.id not in also))
    return _shown(session, caller, sites, [], found[:most]), len(found)


def _sites(session: Session, caller: Caller, site_id: int) -> Mapping[int, SiteFacts]:
    found = places.sites_of(session, caller.site_ids)
    return {site.id: places.facts(site) for site in found if site_id in {0, site.id}}


def _places(
    session: Session, caller: Caller, sites: Mapping[int, SiteFacts], waiting: Sequence[Row]
) -> Iterator[Place]:
    limits = {site_id: bounds(running.now(), ZoneInfo(site.time_zone)) for site_id, site in sites.items()}
    for line in threads.each_of_mine(session, running.keyring(), me(session, caller)):
        if line.site_id in limits:
            stands = standing(_in_hand(line), caller.person_id, limits[line.site_id])
            yield _place(line.id, stands, urgent=line.marks.urgent)
    for row in waiting:
        yield _place(row.id, row.stands, urgent=False)


def _in_hand(line: Line) -> Marks:
    """Its marks; what somebody had in hand who has left since is everybody's again."""
    owner = line.marks.owner
    if not owner or any(one.person_id == owner for one in everybody_at(line.site_id).everybody):
        return line.marks
    return line.marks.having(owner=0)


def _place(row_id: bytes, stands: Standing, *, urgent: bool) -> Place:
    return Place(_PLACES[stands.group], not urgent, _NEVER if stands.hour is None else stands.hour, row_id)


def _shown(
    session: Session,
    caller: Caller,
    sites: Mapping[int, SiteFacts],
    waiting: Sequence[Row],
    found: Sequence[Place],
) -> list[Row]:
    """The lines of some places, in their order."""
    rows = {row.id: row for row in waiting}
    hers = threads.mine(session, running.keyring(), me(session, caller), [place.id for place in found])
    for line in hers:
        site = sites[line.site_id]
        stands = standing(_in_hand(line), caller.person_id, bounds(running.now(), ZoneInfo(site.time_zone)))
        rows[line.id] = Row("report", line.id, site, line.marks, 1, stands)
    return [rows[place.id] for place in found if place.id in rows]


def _letters(session: Session, caller: Caller, sites: Mapping[int, SiteFacts]) -> list[Row]:
    """Letters that nobody looked at yet: a line for each site and day."""
    if not caller.may("letters.read"):
        return []
    now, number = running.now(), dict[tuple[int, datetime], int]()
    for one in letters.letters_for(session, running.keyring(), me(session, caller), now):
        if one.looked_at_on is None and one.site_id in sites:
            number[one.site_id, one.shown_from] = number.get((one.site_id, one.shown_from), 0) + 1
    return [_letter_row(sites[site_id], shown, many, now) for (site_id, shown), many in number.items()]


def _letter_row(site: SiteFacts, shown: datetime, number: int, now: datetime) -> Row:
    """Their clock is over when the day after the one on which they were shown has ended there."""
    zone, day = ZoneInfo(site.time_zone), shown_day(shown, site.time_zone)
    over = datetime.combine(first_look_due(day) + timedelta(days=1), time(), zone).timestamp() / _HOUR - 1
    stands = Standing(pressing(over, bounds(now, zone)), "letters", ANYBODY, over)
    return Row("letters", f"{day} {site.id}".encode(), site, None, number, stands)


def _is_wanted(place: Place, asked: Asked) -> bool:
    if asked.name:
        return len(place.id) == _ID_BYTES and short_name(place.id) == asked.name
    return asked.closed or place.group != _PLACES["closed"]
