"""The workbook of the kit: its formulas give the sums of the paper, and follow what somebody enters."""

import io
import math
import zipfile

from openpyxl import Workbook, load_workbook

from scripts import kit, kit_sheet

PAPER = (kit.KIT / "what-it-takes.md").read_text("utf-8")


def _value(workbook: Workbook, sheet: str, cell: str) -> float:
    """The number in a cell, its formula worked out: a sum of cells, a product, a quotient, or another cell."""
    content = workbook[sheet][cell].value
    if not isinstance(content, str):
        return float(content)
    formula = content.removeprefix("=")
    if formula.startswith("SUM("):
        first, last = formula[4:-1].split(":")
        return sum(_value(workbook, sheet, f"{first[0]}{row}") for row in range(int(first[1:]), int(last[1:]) + 1))
    if "/" in formula:
        above, below = formula.split("/")
        return _value(workbook, sheet, above) / _value(workbook, sheet, below)
    if "!" in formula:
        return _value(workbook, *formula.split("!"))
    return math.prod(float(part) if part.isdecimal() else _value(workbook, sheet, part) for part in formula.split("*"))


def _sums(title: str) -> list[float]:
    """The last line of a table of the paper."""
    tables = [block["rows"] for block in kit.read_blocks(PAPER) if block["kind"] == "table"]
    rows = next(rows for rows in tables if kit.plain(rows[0][0]) == title)
    return [kit_sheet.read_number(kit.plain(cell)) for cell in rows[-1][-3:]]


def _row_of(workbook: Workbook, sheet: str, words: str, after: int = 1) -> int:
    return next(row for row in range(after, 99) if workbook[sheet][f"A{row}"].value == words)


def test_its_formulas_give_the_sums_of_the_paper_and_follow_what_is_entered() -> None:
    workbook = load_workbook(io.BytesIO(kit_sheet.make_workbook(PAPER)))
    once = _row_of(workbook, "Money", "together")
    yearly = _row_of(workbook, "Money", "together", once + 1)
    assert [_value(workbook, "Money", f"{column}{once}") for column in "GHI"] == _sums("once")
    assert [_value(workbook, "Money", f"{column}{yearly}") for column in "GHI"] == _sums("each year")
    hours = _row_of(workbook, "Hours", "together")
    assert [_value(workbook, "Hours", f"{column}{hours}") for column in "CDE"] == _sums("role")
    together = _row_of(workbook, "First year", "together")
    assert _value(workbook, "First year", f"B{together}") == _sums("once")[0] + _sums("each year")[0]
    workbook["Hours"][f"B{_row_of(workbook, 'Hours', 'coordinator')}"] = 10
    paid = 10 * 1 * 52
    assert _value(workbook, "First year", f"B{together}") == _sums("once")[0] + _sums("each year")[0] + paid
    assert round(_value(workbook, "First year", f"B{together + 1}")) == round((2880 + 3152 + paid) / 40)


def test_the_same_paper_has_the_same_bytes_without_a_moment() -> None:
    made = kit_sheet.make_workbook(PAPER)
    assert made == kit_sheet.make_workbook(PAPER)
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        assert b"dcterms:modified" not in parts.read("docProps/core.xml")
