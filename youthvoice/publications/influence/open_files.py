"""Years of influence as open files: the bands of the page in CSV and JSON, without translated labels."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from youthvoice.publications.influence.labels import InfluenceBlock, blocks_of_year
from youthvoice.publications.influence.years import InfluenceYear
from youthvoice.web.i18n.spreadsheet_cells import harmless_cell

ALL: Final = "all"
"""The name of a row for all sites together."""

COLUMNS: Final = ("year", "of", "figure", "low", "high", "n", "words", "tenths")

_MEANING: Final = {
    "n": "rounds, committee items, choices and sessions of the year that adults owed children an answer to",
    "in_time": "of these, answered by the day that children were told",
    "changed": "of these, answered with yes or partly",
    "helped": "of these, children said that it is really done",
    "middle_wait_days": "days from a child's word to an adult's answer that half of them waited at most; "
    "from low to high, high is null where it may be longer or never",
    "low, high": "ends of a range; exact numbers are never published, and nothing of fewer than ten",
}


def export_influence_json(years: Sequence[InfluenceYear], names: Mapping[int, str]) -> str:
    """All years as `{"year", "groups": [{"of", "n", "in_time", "changed", "helped", "middle_wait_days"}]}`.

    Args:
        years: frozen.
        names: as for `blocks_of_year`.
    """
    rows = [{"year": year.year, "groups": [_group(block) for block in blocks_of_year(year, names)]} for year in years]
    return json.dumps({"meaning": _MEANING, "years": rows}, ensure_ascii=False, indent=2) + "\n"


def _group(block: InfluenceBlock) -> dict[str, Any]:
    wait = {"low": block.wait.low, "high": block.wait.high}
    return {"of": block.of or ALL, "n": block.n, **block.lines, "middle_wait_days": wait}


def export_influence_csv(years: Sequence[InfluenceYear], names: Mapping[int, str]) -> str:
    """One row for every figure; for `middle_wait_days` low and high are days, and high is empty if it is open."""
    buffer = io.StringIO()
    rows = csv.writer(buffer)
    rows.writerow(COLUMNS)
    for year in years:
        for block in blocks_of_year(year, names):
            for cells in _rows(block):
                rows.writerow([year.year, harmless_cell(block.of or ALL), *cells])
    return buffer.getvalue()


def _rows(block: InfluenceBlock) -> Iterator[tuple[object, ...]]:
    for figure, line in block.lines.items():
        yield figure, line["low"], line["high"], line["n"], line["code"], line["tenths"] or ""
    high = "" if block.wait.high is None else block.wait.high
    yield "middle_wait_days", block.wait.low, high, block.n, "", ""
