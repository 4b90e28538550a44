"""A year of reports in bands: what it was about, how fast somebody looked, what became of it. Pure.

Counted from marks, of a whole calendar year at once, frozen, and only from ten reports on. The number of reports is
itself a range of ten, and the bands are said in words only, so that neither points at one of them.
Source: PRIVACY.md A4 and A12; S21 (twelve-month summary for the regulator).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from youthvoice.grievances.child_thread.rules import DISAGREED
from youthvoice.grievances.deadlines.escalation import LOOKED_LATE
from youthvoice.privacy.disclosure.band_cuts import SMALLEST_BATCH
from youthvoice.privacy.disclosure.safe_table import Band, SafeTable, categories, from_data, protect, to_data
from youthvoice.threads.case_state import Marks

FROZEN_IN: Final = 2
"""The month of the next year on whose first day a year is frozen: what December told has had its answer."""

_TENS: Final = 10

Sides = tuple[str, str]
QUESTIONS: Final[Mapping[str, tuple[Sides, Callable[[Marks], bool]]]] = {
    "about": (("harm", "everyday"), lambda marks: marks.harm),
    "looked": (("in_time", "late"), lambda marks: LOOKED_LATE not in marks.flags and "first_look" in marks.days),
    "answered": (("yes", "no"), lambda marks: "answered" in marks.days),
    "closed": (("closed", "open"), lambda marks: marks.state == "closed"),
    "put_right": (("yes", "else"), lambda marks: "put_right" in marks.days and DISAGREED not in marks.flags),
}
"""What is said about a year: two sides each, and which reports fall on the first one; whatever else, "not told"
included, is the second, so that nothing leaks by subtraction (A3)."""


@dataclass(frozen=True, slots=True)
class Year:
    """One calendar year of a site, as it may be seen.

    Attributes:
        year: such as 2026.
        number: how many reports, as a range of ten; None under ten, where nothing is said.
        tables: by question of `QUESTIONS`; empty under ten.
    """

    year: int
    number: Band | None
    tables: Mapping[str, SafeTable]


def year_of(year: int, reports: Sequence[Marks]) -> Year:
    """Count a year's reports; the counts are not kept.

    Args:
        year: calendar year.
        reports: marks of every report that was told in it, at one site.
    """
    n = len(reports)
    if n < SMALLEST_BATCH or not categories(n):
        return Year(year, None, {})
    tables = {name: protect(_sides(sides, is_first, reports)) for name, (sides, is_first) in QUESTIONS.items()}
    return Year(year, Band(n - n % _TENS, n - n % _TENS + _TENS - 1), tables)


def last_frozen(today: date) -> int:
    """The latest calendar year that is old enough to be frozen."""
    return today.year - 1 if today.month >= FROZEN_IN else today.year - 2


def frozen(year: Year) -> dict[str, Any]:
    """As plain values for JSON."""
    return {
        "year": year.year,
        "number": list(year.number) if year.number else None,
        "tables": {name: to_data(table) for name, table in year.tables.items()},
    }


def thawed(data: Mapping[str, Any]) -> Year:
    """A year again.

    Raises:
        ValueError: anything that `frozen` could not have given.
    """
    number = Band(*data["number"]) if data["number"] else None
    return Year(data["year"], number, {name: from_data(table) for name, table in data["tables"].items()})


def _sides(sides: Sides, is_first: Callable[[Marks], bool], reports: Sequence[Marks]) -> dict[str, int]:
    first = sum(is_first(marks) for marks in reports)
    return {sides[0]: first, sides[1]: len(reports) - first}
