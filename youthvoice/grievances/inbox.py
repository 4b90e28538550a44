"""The inbox of a reader of reports, the most urgent first, and the reports that were escalated to that reader.

Each row comes from `list_threads`, so a reader who was left out of a report finds no row, number or name of it. Only
the open part of a case is read; no report is opened.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
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
    EscalationLevels,
    load_levels,
    next_level,
    notified_so_far,
    position_of,
)
from youthvoice.grievances.short_names import short_name
from youthvoice.sites.site_page import name_filter
from youthvoice.sites.store import Site, list_sites
from youthvoice.threads import case_state, readership
from youthvoice.threads.entities import ThreadSummary
from youthvoice.threads.letters.letter_box import first_look_due, shown_day
from youthvoice.threads.letters.store import list_letters
from youthvoice.threads.store import iterate_threads, list_threads
from youthvoice.witnesses.log_scopes import LogSubject

ROWS_PER_PAGE: Final = 50

_ID_BYTES: Final = 16  # of a report; a row of letters has its day and site as id

_HOUR: Final = 3600

_NEVER: Final = float("inf")

_PLACES: Final = {code: place for place, code in enumerate(status.INBOX_GROUPS)}


class InboxRow(NamedTuple):
    """One row of the inbox: a report, or the unopened letters of one day.

    Attributes:
        kind: `report`, or `letters`: those of one site that were shown on one day and that nobody has opened.
        id: of the report, 16 bytes; of letters their day and site as text, which is always shorter.
        site: of the report or the letters.
        case: of the report; None of letters.
        number: how many letters; 1 for a report.
        status: its group, next step and deadline.
    """

    kind: str
    id: bytes
    site: Site
    case: case_state.CaseState | None
    number: int
    status: status.ReportStatus

    @property
    def key(self) -> str:
        """The report's id as in its address."""
        return self.id.hex()

    @property
    def name(self) -> str:
        """The report's short name; empty of letters."""
        return short_name(self.id) if self.kind == "report" else ""


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which part of the inbox a reader wants to see.

    Attributes:
        site_id: only this site; 0 for all of the reader's sites.
        site_words: only sites with these words in their names; empty for all.
        name: only reports with this short name, closed ones too; empty for all.
        closed: whether closed reports are included.
        page: 1, 2, ...
    """

    site_id: int = 0
    site_words: str = ""
    name: str = ""
    closed: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Inbox:
    """One page of the inbox.

    Attributes:
        groups: code, number of rows on all pages, and the rows of this page; no empty group.
        number: rows on all pages.
        pages: how many pages there are, at least one.
        page: which one this is.
    """

    groups: Sequence[tuple[str, int, Sequence[InboxRow]]]
    number: int
    pages: int
    page: int


class SortKey(NamedTuple):
    """The position of a row in the inbox, without its content: thousands are sorted, fifty are shown.

    Sorted by group; then reports that are one of very many from a tablet last, the urgent first, the earliest deadline
    first.

    Attributes:
        group: its place in `INBOX_GROUPS`.
        many: whether it is one of very many from a tablet.
        calm: whether it is not urgent.
        hour: of its deadline, since 1970 UTC; infinite without one.
        id: as of `InboxRow`.
    """

    group: int
    many: bool
    calm: bool
    hour: float
    id: bytes


def read_inbox(session: Session, caller: Caller, inbox_filter: InboxFilter) -> Inbox:
    """One page of a reader's inbox.

    Args:
        session: only read.
        caller: the reader.
        inbox_filter: which part.
    """
    sites = _sites(session, caller, inbox_filter)
    letter_rows = _letter_rows(session, caller, sites)
    sort_keys = sorted(
        sort_key for sort_key in _sort_keys(session, caller, sites, letter_rows) if _is_wanted(sort_key, inbox_filter)
    )
    pages = max(1, -(-len(sort_keys) // ROWS_PER_PAGE))
    page = min(max(1, inbox_filter.page), pages)
    shown_keys = sort_keys[(page - 1) * ROWS_PER_PAGE : page * ROWS_PER_PAGE]
    inbox_rows = _rows(session, caller, sites, letter_rows, shown_keys)
    numbers = Counter(sort_key.group for sort_key in sort_keys)
    groups = [(code, list(rows)) for code, rows in groupby(inbox_rows, key=lambda row: row.status.group)]
    return Inbox([(code, numbers[_PLACES[code]], rows) for code, rows in groups], len(sort_keys), pages, page)


MAX_ESCALATED: Final = 20
"""At most this many are listed, the urgent first; the inbox has the others."""


class EscalatedReport(NamedTuple):
    """A report with a deadline that passed, so that the next level was notified.

    Attributes:
        id: of the report, 16 bytes.
        clock: the deadline that passed; the most telling where several did.
        asked: names of the people who were asked last, without the caller.
        you: whether the caller was asked last.
    """

    id: bytes
    clock: str
    asked: tuple[str, ...]
    you: bool


class UrgentReports(NamedTuple):
    """The reports on To do.

    Attributes:
        rows: the first ones.
        number: of all of them.
        escalated: those for which the next person was asked.
    """

    rows: Sequence[InboxRow]
    number: int
    escalated: Sequence[EscalatedReport]


NO_REPORTS: Final = UrgentReports((), 0, ())

_MAX_URGENT: Final = 20

_URGENT_GROUPS: Final = ("danger", "late", "today", "week")


def list_urgent_reports(session: Session, caller: Caller) -> UrgentReports:
    """The reports in danger, then those for which the next person was asked, then those of this week.

    Each report is opened once: an advocate of a thousand sites may read ten thousand.

    Args:
        session: only read.
        caller: the reader of To do; there are none for people who read no reports.
    """
    if not caller.may("reports.read"):
        return NO_REPORTS
    sites, places = _sites(session, caller, InboxFilter()), {_PLACES[code] for code in _URGENT_GROUPS}
    bounds, with_steps, sort_keys = _day_bounds(sites), list[ThreadSummary](), list[SortKey]()
    for summary in iterate_threads(session, readership.reader_key(session, caller)):
        if summary.site_id in sites:
            sort_keys.append(_sort_key_of(summary, caller, bounds))
            if summary.case.steps:
                with_steps.append(summary)
    escalated = _list_escalated(session, caller, with_steps, sites)
    ids = {escalated_report.id for escalated_report in escalated}
    urgent = sorted(sort_key for sort_key in sort_keys if sort_key.group in places or sort_key.id in ids)
    urgent.sort(key=lambda sort_key: (sort_key.group != _PLACES["danger"], sort_key.id not in ids))
    return UrgentReports(_rows(session, caller, sites, [], urgent[:_MAX_URGENT]), len(urgent), escalated)


def _sites(session: Session, caller: Caller, inbox_filter: InboxFilter) -> Mapping[int, Site]:
    is_wanted, site_id = name_filter(inbox_filter.site_words), inbox_filter.site_id
    sites = list_sites(session, caller.site_ids & {site_id} if site_id else caller.site_ids)
    return {site.id: site for site in sites if is_wanted(site.name)}


def _sort_keys(
    session: Session, caller: Caller, sites: Mapping[int, Site], letter_rows: Sequence[InboxRow]
) -> Iterator[SortKey]:
    bounds = _day_bounds(sites)
    for summary in iterate_threads(session, readership.reader_key(session, caller)):
        if summary.site_id in bounds:
            yield _sort_key_of(summary, caller, bounds)
    for row in letter_rows:
        yield _sort_key(row.id, row.status, urgent=False)


def _day_bounds(sites: Mapping[int, Site]) -> dict[int, status.Bounds]:
    return {site_id: status.day_bounds(context.now(), site.time_zone) for site_id, site in sites.items()}


def _sort_key_of(summary: ThreadSummary, caller: Caller, bounds: Mapping[int, status.Bounds]) -> SortKey:
    case = summary.case
    report_status = status.report_status(_current_case(summary), caller.person_id, bounds[summary.site_id])
    return _sort_key(summary.id, report_status, urgent=case.urgent, many=case_state.ONE_OF_MANY in case.flags)


def _current_case(summary: ThreadSummary) -> case_state.CaseState:
    """The case of a report; without its owner where that person has left the site."""
    owner = summary.case.owner
    if not owner or any(reader.person_id == owner for reader in readership.everybody_at(summary.site_id).everybody):
        return summary.case
    return summary.case.having(owner=0)


def _sort_key(row_id: bytes, report_status: status.ReportStatus, *, urgent: bool, many: bool = False) -> SortKey:
    return SortKey(
        _PLACES[report_status.group],
        many,
        not urgent,
        _NEVER if report_status.hour is None else report_status.hour,
        row_id,
    )


def _rows(
    session: Session,
    caller: Caller,
    sites: Mapping[int, Site],
    letter_rows: Sequence[InboxRow],
    sort_keys: Sequence[SortKey],
) -> list[InboxRow]:
    """The rows of some sort keys, in their order."""
    rows = {row.id: row for row in letter_rows}
    thread_summaries = list_threads(
        session, readership.reader_key(session, caller), [sort_key.id for sort_key in sort_keys]
    )
    for summary in thread_summaries:
        site = sites[summary.site_id]
        report_status = status.report_status(
            _current_case(summary), caller.person_id, status.day_bounds(context.now(), site.time_zone)
        )
        rows[summary.id] = InboxRow("report", summary.id, site, summary.case, 1, report_status)
    return [rows[sort_key.id] for sort_key in sort_keys if sort_key.id in rows]


def _letter_rows(session: Session, caller: Caller, sites: Mapping[int, Site]) -> list[InboxRow]:
    """Rows of letters that nobody has opened: one for each site and day."""
    if not caller.may("letters.read"):
        return []
    now, numbers = context.now(), Counter[tuple[int, datetime]]()
    for envelope in list_letters(session, readership.reader_key(session, caller), now):
        if envelope.looked_at_on is None and envelope.site_id in sites:
            numbers[envelope.site_id, envelope.shown_from] += 1
    return [_letter_row(sites[site_id], moment, number, now) for (site_id, moment), number in numbers.items()]


def _letter_row(site: Site, moment: datetime, number: int, now: datetime) -> InboxRow:
    """A row of letters. Their deadline is the end of the day after the one on which they were shown."""
    day = shown_day(moment, site.time_zone)
    # its last second: a whole hour before, the row would be overdue on the last evening
    deadline = (context.day_over(first_look_due(day), site.time_zone).timestamp() - 1) / _HOUR
    report_status = status.ReportStatus(
        status.urgency_group(deadline, status.day_bounds(now, site.time_zone)), "letters", status.WITH_ANYBODY, deadline
    )
    return InboxRow("letters", f"{day} {site.id}".encode(), site, None, number, report_status)


def _is_wanted(sort_key: SortKey, inbox_filter: InboxFilter) -> bool:
    if inbox_filter.name:
        return len(sort_key.id) == _ID_BYTES and short_name(sort_key.id) == inbox_filter.name
    return inbox_filter.closed or sort_key.group != _PLACES["closed"]


def _escalation_order(summary: ThreadSummary) -> tuple[bool, bool, bool, int | None, bytes]:
    case = summary.case
    return case_state.ONE_OF_MANY in case.flags, not case.urgent, not case.harm, case.due, summary.id


def _list_escalated(
    session: Session, caller: Caller, summaries: Iterable[ThreadSummary], sites: Mapping[int, Site]
) -> list[EscalatedReport]:
    """The escalated reports that the caller was asked about, or owns; not those about which only others were asked."""
    escalated, now = list[EscalatedReport](), context.now()
    for summary in sorted(summaries, key=_escalation_order):
        escalated_report = _escalated_report(session, caller, summary, sites[summary.site_id], now)
        escalated += [escalated_report] if escalated_report else []
        if len(escalated) == MAX_ESCALATED:
            break
    return escalated


def _escalated_report(
    session: Session, caller: Caller, summary: ThreadSummary, site: Site, now: datetime
) -> EscalatedReport | None:
    levels = load_levels(session, summary.id, site, now)
    clocks = status.escalated_deadlines(summary.case)
    so_far = frozenset[int]().union(*(notified_so_far(position_of(summary.case, clock), levels) for clock in clocks))
    if caller.person_id not in so_far and summary.case.owner != caller.person_id:
        return None
    last_notified = frozenset[int]().union(*(_asked_last(summary.case, clock, levels) for clock in clocks))
    other_names = tuple(sorted(names_of_people(session, last_notified - {caller.person_id}).values()))
    return EscalatedReport(summary.id, clocks[0], other_names, caller.person_id in last_notified)


def _asked_last(case: case_state.CaseState, name: str, levels: EscalationLevels) -> Collection[int]:
    """The people whom the last step of an escalation notified."""
    position = position_of(case, name)
    return next_level(replace(position, step=position.step - 1), levels)


def report_log_subjects(session: Session, caller: Caller) -> dict[str, LogSubject]:
    """The reports whose log lines the caller may see: those that the caller's key opens (`log_scopes`, S14)."""
    if not caller.may("reports.read"):
        return {}
    thread_summaries = iterate_threads(session, readership.reader_key(session, caller))
    return {
        summary.id.hex(): LogSubject(
            _("Report %(name)s", name=short_name(summary.id)), url_for("reports.detail", report=summary.id.hex())
        )
        for summary in thread_summaries
    }
