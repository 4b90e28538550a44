"""The yearly figures of reports: counted once in bands, then final, and shown to the outside recipient.

The figures appear as sentences. A whole calendar year is counted from the cases, and only from ten reports on. The
number of reports is a range of ten, and the bands appear as words only, so that neither points at one report. Source:
PRIVACY.md A4 and A12; S21 (twelve-month summary for the regulator).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _, lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.compiled_sql import insert_into
from youthvoice.grievances.models import ReportYearRow
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.disclosure.bands import MIN_BATCH, Band
from youthvoice.privacy.disclosure.phrasing import phrase_band
from youthvoice.privacy.disclosure.safe_table import SafeTable, from_data, protect, to_data
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.sites.store import days_at_sites
from youthvoice.threads.case_state import DISAGREED, LOOKED_LATE, REPORT, CaseState
from youthvoice.threads.store import list_all_threads

FINAL_MONTH: Final = 2
"""A year becomes final on the first day of this month of the next year, when reports of December have had an answer."""

_TENS: Final = 10

Sides = tuple[str, str]

QUESTIONS: Final[Mapping[str, tuple[Sides, Callable[[CaseState], bool]]]] = {
    "about": (("harm", "everyday"), lambda case: case.harm),
    "looked": (("in_time", "late"), lambda case: LOOKED_LATE not in case.flags and "first_look" in case.days),
    "answered": (("yes", "no"), lambda case: "answered" in case.days),
    "closed": (("closed", "open"), lambda case: case.state == "closed"),
    "put_right": (("yes", "else"), lambda case: "put_right" in case.days and DISAGREED not in case.flags),
}
"""What the figures say: for each question its two sides, and which reports fall on the first side.

All other reports, also those without an answer, fall on the second side, so that nothing leaks by subtraction (A3).
"""


@dataclass(frozen=True, slots=True)
class ReportYear:
    """The figures of one calendar year of a site.

    Attributes:
        year: such as 2026.
        number: how many reports, as a range of ten; None below ten, where nothing is published.
        tables: by question of `QUESTIONS`; empty below ten.
    """

    year: int
    number: Band | None
    tables: Mapping[str, SafeTable]


def count_year(year: int, cases: Sequence[CaseState]) -> ReportYear:
    """Count the reports of a year; the exact counts are not stored.

    Args:
        year: calendar year.
        cases: the cases of all reports of one site that arrived in the year.
    """
    n = len(cases)
    if n < MIN_BATCH:
        return ReportYear(year, None, {})
    tables = {name: protect(_sides(sides, is_first, cases)) for name, (sides, is_first) in QUESTIONS.items()}
    return ReportYear(year, Band(n - n % _TENS, n - n % _TENS + _TENS - 1), tables)


def last_final_year(today: date) -> int:
    """The latest calendar year that is old enough to be final."""
    return today.year - 1 if today.month >= FINAL_MONTH else today.year - 2


def year_to_data(year: ReportYear) -> dict[str, Any]:
    """The figures as plain values for JSON."""
    return {
        "year": year.year,
        "number": list(year.number) if year.number else None,
        "tables": {name: to_data(table) for name, table in year.tables.items()},
    }


def year_from_data(data: Mapping[str, Any]) -> ReportYear:
    """The figures from plain values.

    Raises:
        ValueError: the values did not come from `year_to_data`.
    """
    number = Band(*data["number"]) if data["number"] else None
    return ReportYear(data["year"], number, {name: from_data(table) for name, table in data["tables"].items()})


def _sides(sides: Sides, is_first: Callable[[CaseState], bool], cases: Sequence[CaseState]) -> dict[str, int]:
    first = sum(is_first(case) for case in cases)
    return {sides[0]: first, sides[1]: len(cases) - first}


_PADDED_BYTES: Final = 2048
"""Length of each stored year, whatever it contains."""


def sites_to_count(session: Session, today: date, sites: Collection[int]) -> list[int]:
    """The sites whose last final year is not counted yet."""
    done = select(ReportYearRow.site_id).where(ReportYearRow.year == last_final_year(today))
    return sorted(set(sites) - set(session.scalars(done)))


def freeze_year(session: Session, site_id: int, year: int) -> None:
    """Count and store the year of a site, once. Later reports, closings and deletions change nothing in it."""
    cases = [
        thread.case
        for thread in list_all_threads(session, (REPORT,))
        if thread.site_id == site_id and thread.day.year == year
    ]
    year_data = year_to_data(count_year(year, cases))
    locked = encrypt_json(context.keyring(), KEPT_WORDS, year_data, _purpose(site_id, year), _PADDED_BYTES)
    values = {"site_id": site_id, "year": year, "locked": locked}
    session.execute(insert_into(ReportYearRow, session.get_bind().dialect).values(values).on_conflict_do_nothing())


def list_years(session: Session, site_id: int) -> list[ReportYear]:
    """All counted years of a site, the latest first."""
    return years_by_site(session, [site_id])[site_id]


def years_by_site(session: Session, site_ids: Collection[int]) -> dict[int, list[ReportYear]]:
    """As `list_years`, for each of these sites."""
    years: dict[int, list[ReportYear]] = {site_id: [] for site_id in site_ids}
    rows = select(ReportYearRow).where(ReportYearRow.site_id.in_(site_ids)).order_by(ReportYearRow.year.desc())
    for row in session.scalars(rows):
        data = decrypt_json(context.keyring(), KEPT_WORDS, row.locked, _purpose(row.site_id, row.year))
        years[row.site_id].append(year_from_data(data))
    return years


def _purpose(site_id: int, year: int) -> SealingContext:
    return sealing_context("report-year", site_id, year)


def count_final_years() -> None:
    """Count the years that are old enough to be final. A job; writes nothing where all are counted."""
    with db.reading(db.engine()) as session:
        today = days_at_sites(session)
        not_counted = {day: set(sites_to_count(session, day, today)) for day in set(today.values())}
        due = [site_id for site_id, day in today.items() if site_id in not_counted[day]]
    if due:
        with db.writing(db.engine()) as session:
            for site_id in due:
                freeze_year(session, site_id, last_final_year(today[site_id]))


def number_label(year: ReportYear) -> str:
    """How many reports there were, as a range of ten; below ten nothing more is shown."""
    if year.number is None:
        return str(_("Fewer than ten children told us something in %(year)s. Nothing more is said.", year=year.year))
    low, high = year.number
    return str(_("%(low)s to %(high)s reports in %(year)s", low=low, high=high, year=year.year))


def year_sentences(year: ReportYear) -> list[str]:
    """The figures of a year, one sentence for each question."""
    return [
        _SENTENCES[name](_share(year.tables[name], sides[0]))
        for name, (sides, _first) in QUESTIONS.items()
        if year.tables
    ]


SHARE_LABELS: Final[Mapping[str, Any]] = {
    "few": _l("few"),
    "about_half": _l("about half"),
    "most": _l("most"),
    "fewer_than_half": _l("fewer than half"),
    "more_than_half": _l("more than half"),
}


def _share(table: SafeTable, side: str) -> str:
    """The band of a side in words; the first band of all is "few", the last "most"."""
    phrase = phrase_band(table.band(side), table.n)
    if phrase.code == "about_tenths":
        return str(_("about %(tenths)s in 10", tenths=phrase.tenths))
    if phrase.code == "between":
        return str(SHARE_LABELS["few" if phrase.low == 0 else "most"])
    return str(SHARE_LABELS[phrase.code])


_SENTENCES: dict[str, Callable[[str], str]] = {
    "about": lambda share: str(_("About something that may hurt a child: %(share)s", share=share)),
    "looked": lambda share: str(_("First looked at in time: %(share)s", share=share)),
    "answered": lambda share: str(_("The child got an answer: %(share)s", share=share)),
    "closed": lambda share: str(_("Closed with an action and an outcome: %(share)s", share=share)),
    "put_right": lambda share: str(_("The child said that it was fixed: %(share)s", share=share)),
}
