"""The figures of `what-it-takes.md` as a workbook that somebody fills with her own: hours x people x money.

Prices, amounts and hours are read out of the paper's tables, so the two cannot differ; sums are formulas. One paper has
the same bytes each time.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from scripts.kit import Block, plain, read_blocks

SIZES: Final = ("small house", "ten sites", "village")
CHILDREN: Final = (40, 400, 150)
_WEEKS: Final = 52
_INPUT: Final = PatternFill("solid", fgColor="FFF6D5")
_BOLD: Final = Font(bold=True)
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
_MODIFIED: Final = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")


def make_workbook(markdown: str) -> bytes:
    """The workbook, as XLSX.

    Args:
        markdown: of the paper.
    """
    tables = {plain(block["rows"][0][0]): _rows(block) for block in read_blocks(markdown) if block["kind"] == "table"}
    workbook = Workbook()
    money = workbook.active
    assert isinstance(money, Worksheet)
    money.title = "Money"
    money.append(["Yellow cells are assumptions out of the paper: replace them by your own. All others are sums."])
    once = _add_money(money, "once", tables["once"])
    yearly = _add_money(money, "each year", tables["each year"])
    hours = workbook.create_sheet("Hours")
    hours.append(
        ["What an hour of each role costs you: 0 where nobody is paid, or where Money has it (outside recipient)."]
    )
    staff = _add_hours(hours, tables["role"])
    _add_first_year(workbook.create_sheet("First year"), once, yearly, staff)
    for sheet in (money, hours, workbook["First year"]):
        sheet.column_dimensions["A"].width = 60
        for column in "BCDEFGHI":
            sheet.column_dimensions[column].width = 16
        for row in sheet.iter_rows():
            row[0].alignment = Alignment(wrap_text=row[0].row != 1, vertical="top")
    return _save(workbook)


def _rows(table: Block) -> list[list[str]]:
    return [[plain(cell) for cell in row] for row in table["rows"]]


def read_number(cell: str) -> float:
    """The number that a cell means: behind a colon where it says how many before."""
    number = _NUMBER.search(cell.rpartition(":")[2])
    if number is None:
        raise ValueError(cell)
    return float(number[0].replace(",", ""))


def _add_money(sheet: Worksheet, title: str, rows: Sequence[Sequence[str]]) -> int:
    """A price and how many of it, by size; returns the number of the row with the sums."""
    sheet.append([])
    sheet.append([title, "assumed", "price", *(f"{size}: how many" for size in SIZES), *SIZES])
    _make_bold(sheet)
    first = sheet.max_row + 1
    for line, assumed, *totals in rows[1:-1]:
        price = read_number(assumed)
        amounts = [read_number(total) / price for total in totals]
        number = sheet.max_row + 1
        sheet.append([line, assumed, price, *amounts, *(f"=C{number}*{column}{number}" for column in "DEF")])
        for column in "CDEF":
            sheet[f"{column}{number}"].fill = _INPUT
    last = sheet.max_row
    sheet.append(["together", "", "", "", "", "", *(f"=SUM({column}{first}:{column}{last})" for column in "GHI")])
    _make_bold(sheet)
    return sheet.max_row


def _add_hours(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> int:
    """Hours a week by role and size, and what they cost a year; returns the number of the row with the sums."""
    sheet.append([])
    by_size = (f"{size}: {what}" for what in ("hours a week", "a year") for size in SIZES)
    sheet.append(["role", "an hour costs", *by_size])
    _make_bold(sheet)
    first = sheet.max_row + 1
    for role, *hours in rows[1:-1]:
        number = sheet.max_row + 1
        costs = [f"=B{number}*{column}{number}*{_WEEKS}" for column in "CDE"]
        sheet.append([role, 0, *(read_number(cell) for cell in hours), *costs])
        for column in "BCDE":
            sheet[f"{column}{number}"].fill = _INPUT
    last = sheet.max_row
    sheet.append(["together", "", *(f"=SUM({column}{first}:{column}{last})" for column in "CDEFGH")])
    _make_bold(sheet)
    return sheet.max_row


def _add_first_year(sheet: Worksheet, once: int, yearly: int, staff: int) -> None:
    sheet.append(["A first year", *SIZES])
    _make_bold(sheet)
    sheet.append(["children", *CHILDREN])
    for column in "BCD":
        sheet[f"{column}2"].fill = _INPUT
    sheet.append(["money once", *(f"=Money!{column}{once}" for column in "GHI")])
    sheet.append(["money of the year", *(f"=Money!{column}{yearly}" for column in "GHI")])
    sheet.append(["hours of your own people", *(f"=Hours!{column}{staff}" for column in "FGH")])
    sheet.append(["together", *(f"=SUM({column}3:{column}5)" for column in "BCD")])
    _make_bold(sheet)
    sheet.append(["for a child", *(f"={column}6/{column}2" for column in "BCD")])


def _make_bold(sheet: Worksheet) -> None:
    for cell in sheet[sheet.max_row]:
        cell.font = _BOLD
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _save(workbook: Workbook) -> bytes:
    """The bytes of a workbook without the moment at which it was made."""
    made, out = io.BytesIO(), io.BytesIO()
    workbook.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = _MODIFIED.sub(b"", source.read(name)) if name == "docProps/core.xml" else source.read(name)
            target.writestr(zipfile.ZipInfo(name, _NO_DATE), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
