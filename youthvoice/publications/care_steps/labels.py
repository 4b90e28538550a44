"""Labels for quarters of steps of care, as rows of a page and of a file."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _, lazy_gettext as _l

from youthvoice.privacy.disclosure.phrasing import phrase_band
from youthvoice.privacy.disclosure.safe_table import SafeTable
from youthvoice.publications.band_lines import BandLine
from youthvoice.publications.care_steps.quarters import SPOKE, CareQuarter
from youthvoice.publications.labels import band_label, band_numbers_label
from youthvoice.reviews.labels import CARE_STEP_LABELS
from youthvoice.sites.store import Site
from youthvoice.web.i18n.spreadsheet_cells import harmless_cell

ROUNDS_LABEL: Final = _l("Questions on coming and leaving")

_ASKED_LABELS: Final = {
    "every": _l("Asked before every review"),
    "gap": _l("A gap: not before every review"),
    "none": _l("No review"),
    "silent": _l("A gap: no review for a year"),
}

_ANSWERED_LABELS: Final = {
    "every": _l("In time after every review"),
    "gap": _l("A gap: not in time after every review"),
    "none": "",
    "silent": "",
}

_ROUND_ASKED_LABELS: Final = {"every": _l("The questions were open"), "none": _l("No questions were open")}

_ROUND_SPOKE_LABELS: Final = {
    "ten": _l("Ten or more, see Publications"),
    "few": _l("Fewer than ten so far: not said"),
    "none": "",
}

_ROUND_ANSWERED_LABELS: Final = {"every": _l("In time"), "gap": _l("A gap: not in time"), "none": ""}


@dataclass(frozen=True, slots=True)
class StepRow:
    """One line of the table, in words.

    Attributes:
        step: of care.
        asked: whether children were asked.
        spoke: how many children said something, if that may be shown.
        answered: whether they got an answer.
        asked_late: whether the first cell is a gap.
        answered_late: whether the last cell is a gap.
    """

    step: str
    asked: str
    spoke: str
    answered: str
    asked_late: bool
    answered_late: bool


def rows_of_quarter(quarter: CareQuarter) -> list[StepRow]:
    """The lines of a quarter: the steps in order, then the questions on coming and leaving."""
    rows = [
        StepRow(
            step=str(CARE_STEP_LABELS[step]),
            asked=str(_ASKED_LABELS[step_cells.asked]),
            spoke="" if step_cells.asked in {"none", "silent"} else spoke_label(step_cells.spoke),
            answered=str(_ANSWERED_LABELS[step_cells.answered]),
            asked_late=step_cells.asked in _GAPS,
            answered_late=step_cells.answered in _GAPS,
        )
        for step, step_cells in quarter.steps.items()
    ]
    round_cells = quarter.rounds
    rows.append(
        StepRow(
            step=str(ROUNDS_LABEL),
            asked=str(_ROUND_ASKED_LABELS[round_cells.asked]),
            spoke=str(_ROUND_SPOKE_LABELS[round_cells.spoke]),
            answered=str(_ROUND_ANSWERED_LABELS[round_cells.answered]),
            asked_late=False,
            answered_late=round_cells.has_gap,
        )
    )
    return rows


_GAPS: Final = frozenset({"gap", "silent"})


def spoke_label(table: SafeTable | None) -> str:
    """How many children said something; nothing for fewer than ten."""
    if table is None:
        return str(_("Fewer than ten children: not said"))
    line = _line(table)
    numbers = band_numbers_label(line)
    return numbers if line["code"] == "between" else f"{band_label(line)} ({numbers})"


def _line(table: SafeTable) -> BandLine:
    band = table.band(SPOKE)
    phrase = phrase_band(band, table.n)
    return {"low": band.low, "high": band.high, "n": table.n, "code": phrase.code, "tenths": phrase.tenths}


COLUMNS: Final = ("site", "quarter", "step", "asked", "spoke_low", "spoke_high", "spoke_of", "answered")
"""`asked` and `answered` are every, gap, none or silent; `spoke` has the ends of a range of children, or is empty."""


def export_care_csv(sites: Sequence[tuple[Site, Sequence[CareQuarter]]]) -> str:
    """One row for each step of each quarter of each site; `rounds` is the questions on coming and leaving."""
    buffer = io.StringIO()
    rows = csv.writer(buffer)
    rows.writerow(COLUMNS)
    for site, quarters in sites:
        for quarter in quarters:
            for cells in _rows(quarter):
                rows.writerow([harmless_cell(site.name), quarter.first.isoformat(), *cells])
    return buffer.getvalue()


def _rows(quarter: CareQuarter) -> Iterator[tuple[object, ...]]:
    for step, step_cells in quarter.steps.items():
        band = step_cells.spoke.band(SPOKE) if step_cells.spoke else None
        spoke = (band.low, band.high, step_cells.spoke.n) if band and step_cells.spoke else ("", "", "")
        yield step, step_cells.asked, *spoke, step_cells.answered
    round_cells = quarter.rounds
    yield "rounds", round_cells.asked, "10" if round_cells.spoke == "ten" else "", "", "", round_cells.answered
