"""The inbox of whoever reads reports: the most pressing first, and what was escalated to her.

Every line comes from `list_threads`: who was left out of a report finds no line, no number, no name of it. Nothing of a
report is opened but its marks.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.accounts.store import names_of_people
from youthvoice.grievances import status
from youthvoice.grievances.deadlines.report_escalation import (
    EscalationLadder,
    asked_so_far,
    load_ladder,
    next_rung,
    position_of,
)
from youthvoice.sites.store import Site, list_sites
from youthvoice.threads import case_state, readership
from youthvoice.threads.entities import ThreadSummary
from youthvoice.threads.letters.letter_box import first_look_due, shown_day
from youthvoice.threads.letters.store import list_letters
from youthvoice.threads.store import iterate_threads, list_threads
from youthvoice.witnesses.log_scopes import LogSubject

ROWS_PER_PAGE: Final = 50

_ID_BYTES: Final = 16  # of a report; letters are called by their day and site

_HOUR: Final = 3600

_NEVER: Final = float("inf")

_PLACES: Final = {code: place for place, code in enumerate(status.INBOX_GROUPS)}


class InboxRow(NamedTuple):
    """One line of the inbox.

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
    site: Site
    marks: case_state.CaseState | None
    number: int
    stands: status.ReportStatus

    @property
    def key(self) -> str:
        """The report's id as its address has it."""
        return self.id.hex()

    @property
    def name(self) -> str:
        """The report's short name; empty of letters."""
        return status.short_name(self.id) if self.kind == "report" else ""


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which part of the inbox somebody asked for.

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
class Inbox:
    """One page of the inbox.

    Attributes:
        groups: code, how many there are of it on all pages, and the lines of this page; no empty group.
        number: lines on all pages.
        pages: how many pages there are, at least one.
        page: which one this is.
    """

    groups: Sequence[tuple[str, int, Sequence[InboxRow]]]
    number: int
    pages: int
    page: int


class SortKey(NamedTuple):
    """Where a line belongs, and nothing more of it: thousands are sorted, fifty are shown.

    Sorts by group, what is one of very many of a tablet last, the urgent first, then the earliest clock.
    """

    group: int
    many: bool
    calm: bool
    hour: float
    id: bytes


def read_inbox(session: Session, caller: Caller, inbox_filter: InboxFilter) -> Inbox:
    """A page of somebody's inbox.

    Args:
        session: only read.
        caller: whose desk it is.
        inbox_filter: which part.
    """
    sites = _sites(session, caller, inbox_filter.site_id)
    waiting = _letters(session, caller, sites)
    sort_keys = sorted(
        sort_key for sort_key in _places(session, caller, sites, waiting) if _is_wanted(sort_key, inbox_filter)
    )
    pages = max(1, -(-len(sort_keys) // ROWS_PER_PAGE))
    page = min(max(1, inbox_filter.page), pages)
    inboxes = _shown(session, caller, sites, waiting, sort_keys[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE])
    numbers = Counter(sort_key.group for sort_key in sort_keys)
    parted = [(code, list(rows)) for code, rows in groupby(inboxes, key=lambda row: row.stands.group)]
    return Inbox([(code, numbers[_PLACES[code]], rows) for code, rows in parted], len(sort_keys), pages, page)


def list_most_urgent(
    session: Session, caller: Caller, groups: Collection[str], most: int, also: Collection[bytes] = ()
) -> tuple[list[InboxRow], int]:
    """The first reports of some groups of somebody's inbox, and how many there are of these groups.

    Args:
        session: only read.
        caller: whose desk it is.
        groups: codes of `INBOX_GROUPS`.
        most: lines.
        also: reports that come first, whatever their group.
    """
    sites, wanted = _sites(session, caller, 0), {_PLACES[code] for code in groups}
    sort_keys = sorted(
        sort_key for sort_key in _places(session, caller, sites, []) if sort_key.group in wanted or sort_key.id in also
    )
    sort_keys.sort(key=lambda place: (place.group != _PLACES["danger"], place.id not in also))
    return _shown(session, caller, sites, [], sort_keys[:most]), len(sort_keys)


def _sites(session: Session, caller: Caller, site_id: int) -> Mapping[int, Site]:
    sites = list_sites(session, caller.site_ids)
    return {site.id: site for site in sites if site_id in {0, site.id}}


def _places(
    session: Session, caller: Caller, sites: Mapping[int, Site], waiting: Sequence[InboxRow]
) -> Iterator[SortKey]:
    limits = {site_id: status.day_bounds(context.now(), site.time_zone) for site_id, site in sites.items()}
    for summary in iterate_threads(session, readership.reader_key(session, caller)):
        if summary.site_id in limits:
            report_status = status.report_status(_in_hand(summary), caller.person_id, limits[summary.site_id])
            yield _place(
                summary.id, report_status, urgent=summary.case.urgent, many=case_state.ONE_OF_MANY in summary.case.flags
            )
    for row in waiting:
        yield _place(row.id, row.stands, urgent=False)


def _in_hand(summary: ThreadSummary) -> case_state.CaseState:
    """Its marks; what somebody had in hand who has left since is everybody's again."""
    owner = summary.case.owner
    if not owner or any(reader.person_id == owner for reader in readership.everybody_at(summary.site_id).everybody):
        return summary.case
    return summary.case.having(owner=0)


def _place(row_id: bytes, report_status: status.ReportStatus, *, urgent: bool, many: bool = False) -> SortKey:
    return SortKey(
        _PLACES[report_status.group],
        many,
        not urgent,
        _NEVER if report_status.hour is None else report_status.hour,
        row_id,
    )


def _shown(
    session: Session,
    caller: Caller,
    sites: Mapping[int, Site],
    waiting: Sequence[InboxRow],
    sort_keys: Sequence[SortKey],
) -> list[InboxRow]:
    """The lines of some places, in their order."""
    rows = {row.id: row for row in waiting}
    thread_summaries = list_threads(
        session, readership.reader_key(session, caller), [sort_key.id for sort_key in sort_keys]
    )
    for summary in thread_summaries:
        site = sites[summary.site_id]
        report_status = status.report_status(
            _in_hand(summary), caller.person_id, status.day_bounds(context.now(), site.time_zone)
        )
        rows[summary.id] = InboxRow("report", summary.id, site, summary.case, 1, report_status)
    return [rows[sort_key.id] for sort_key in sort_keys if sort_key.id in rows]


def _letters(session: Session, caller: Caller, sites: Mapping[int, Site]) -> list[InboxRow]:
    """Letters that nobody looked at yet: a line for each site and day."""
    if not caller.may("letters.read"):
        return []
    now, number = context.now(), dict[tuple[int, datetime], int]()
    for envelope in list_letters(session, readership.reader_key(session, caller), now):
        if envelope.looked_at_on is None and envelope.site_id in sites:
            number[envelope.site_id, envelope.shown_from] = number.get((envelope.site_id, envelope.shown_from), 0) + 1
    return [_letter_row(sites[site_id], moment, many, now) for (site_id, moment), many in number.items()]


def _letter_row(site: Site, moment: datetime, number: int, now: datetime) -> InboxRow:
    """Their clock is over when the day after the one on which they were shown has ended there."""
    day = shown_day(moment, site.time_zone)
    over = context.day_over(first_look_due(day), site.time_zone).timestamp() / _HOUR - 1
    report_status = status.ReportStatus(
        status.urgency_group(over, status.day_bounds(now, site.time_zone)), "letters", status.WITH_ANYBODY, over
    )
    return InboxRow("letters", f"{day} {site.id}".encode(), site, None, number, report_status)


def _is_wanted(sort_key: SortKey, inbox_filter: InboxFilter) -> bool:
    if inbox_filter.name:
        return len(sort_key.id) == _ID_BYTES and status.short_name(sort_key.id) == inbox_filter.name
    return inbox_filter.closed or sort_key.group != _PLACES["closed"]


MAX_ESCALATED: Final = 20
"""So many are looked at, the urgent first; whoever has more finds the others on the inbox."""


class EscalatedReport(NamedTuple):
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


def _escalation_order(summary: ThreadSummary) -> tuple[bool, bool, bool, int | None, bytes]:
    case = summary.case
    return case_state.ONE_OF_MANY in case.flags, not case.urgent, not case.harm, case.due, summary.id


def list_escalated(session: Session, caller: Caller) -> list[EscalatedReport]:
    """Those that she was asked to look at, or has in hand; not a report about which only others were asked.

    Args:
        session: only read.
        caller: who reads her To do page.
    """
    if not caller.may("reports.read"):
        return []
    escalated, now = [], context.now()
    sites = {site.id: site for site in list_sites(session, caller.site_ids)}
    over = (
        summary
        for summary in iterate_threads(session, readership.reader_key(session, caller))
        if summary.case.steps and summary.site_id in sites
    )
    for summary in sorted(over, key=_escalation_order):
        escalated_report = _of(session, caller, summary, sites[summary.site_id], now)
        escalated += [escalated_report] if escalated_report else []
        if len(escalated) == MAX_ESCALATED:
            break
    return escalated


def _of(session: Session, caller: Caller, summary: ThreadSummary, site: Site, now: datetime) -> EscalatedReport | None:
    ladder = load_ladder(session, summary.id, site, now)
    names = status.waited_clocks(summary.case)
    so_far = frozenset[int]().union(*(asked_so_far(position_of(summary.case, name), ladder) for name in names))
    if caller.person_id not in so_far and summary.case.owner != caller.person_id:
        return None
    asked = frozenset[int]().union(*(_asked_last(summary.case, name, ladder) for name in names))
    known = names_of_people(session, asked - {caller.person_id})
    return EscalatedReport(summary.id, names[0], tuple(sorted(known.values())), caller.person_id in asked)


def _asked_last(case: case_state.CaseState, name: str, ladder: EscalationLadder) -> Collection[int]:
    """Whom the last step of a clock went to."""
    position = position_of(case, name)
    return next_rung(replace(position, step=position.step - 1), ladder)


def report_log_subjects(session: Session, caller: Caller) -> dict[str, LogSubject]:
    """Whose lines of the log somebody sees: reports that her key opens, and no other (`witnesses/log_scopes`, S14)."""
    if not caller.may("reports.read"):
        return {}
    thread_summaries = iterate_threads(session, readership.reader_key(session, caller))
    return {
        summary.id.hex(): LogSubject(
            _("Report %(name)s", name=status.short_name(summary.id)), url_for("reports.detail", report=summary.id.hex())
        )
        for summary in thread_summaries
    }
