"""Read the sheets of a workbook (.xlsx or .xls) that a stranger made, as rows of texts.

An XLSForm, the format of ODK and Kobo, is a workbook with the sheets `survey`, `choices` and `settings`; any other one
is never read. `open_workbook` returns these sheets, and `column_headers` says what the texts of a column are about.

The file may be broken, or made to overload this process: so its size, and the tags and sheets of an .xlsx, are limited
before a library sees it, and rows while it is read.

A workbook stores of a formula its text and its last result, which is why an .xlsx is read twice: what counts is the
result, and a formula without one is named by its column, so that it can be refused in words.
"""

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import openpyxl
import xlrd

from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused, make_fault

MAX_WORKBOOK_BYTES = 5 * 1024 * 1024  # bytes of a file

MAX_UNPACKED_BYTES = 16 * 1024 * 1024  # bytes after unpacking

MAX_TAGS = 400_000  # in all its parts; each costs the library about ten microseconds

MAX_SHEETS = 50

MAX_ROWS = 5000  # with a cell under a header

_MAX_STORED_ROWS = 20_000  # rows with any cell; spreadsheets store a million empty rows of a coloured column

MAX_COLUMNS = 200

_COMPRESSIONS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # workbooks use no other, and others have no limit

_XLS_BEGINS = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08")  # the first bytes of .xls, with and without container

SHEET_NAMES = ("survey", "choices", "settings")

Cells = Sequence[object]

Grid = Mapping[int, Cells]  # by row, from 0; without empty rows


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not empty: its number, from 1, and its texts by column, from 0."""

    number: int
    texts: dict[int, str]
    formulas: tuple[int, ...] = ()  # columns with a formula whose result is not stored


Sheets = dict[str, list[SheetRow]]


def open_workbook(data: bytes) -> Sheets:
    """Read the sheets of a form, by name in lower case.

    Raises:
        QuestionnaireRefused: it is too large, or not a workbook.
    """
    if len(data) > MAX_WORKBOOK_BYTES:
        raise QuestionnaireRefused([make_fault("too_large", most=MAX_WORKBOOK_BYTES // 1024)])
    try:
        return _read_xls(data) if data.startswith(_XLS_BEGINS) else _read_xlsx(data)
    except (QuestionnaireRefused, MemoryError):
        raise
    except Exception as error:  # the libraries raise dozens of exceptions on broken files
        raise QuestionnaireRefused([make_fault("broken_workbook")]) from error


def _read_xlsx(data: bytes) -> Sheets:
    """Read the sheets of an .xlsx, a packed folder of XML files: once for results, once for formulas."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if any(part.compress_type not in _COMPRESSIONS for part in packed.infolist()):
            raise QuestionnaireRefused([make_fault("broken_workbook")])
        if sum(part.file_size for part in packed.infolist()) > MAX_UNPACKED_BYTES:
            raise QuestionnaireRefused([make_fault("too_large", most=MAX_UNPACKED_BYTES // 1024)])
        _refuse_bombs(packed)
    results, formulas = _grids(data, results=True), _grids(data, results=False)
    return {name: list(_rows(grid, formulas.get(name, {}))) for name, grid in results.items()}


def _refuse_bombs(packed: zipfile.ZipFile) -> None:
    """Refuse parts that would overload a library: entities, and more tags or sheets than a form ever has."""
    tags = sheets = 0
    for part in packed.infolist():
        text = packed.read(part).replace(b"\0", b"")  # UTF-16 is checked like UTF-8
        tags += text.count(b"<")
        sheets += text.count(b"sheetId")
        if b"<!DOCTYPE" in text or sheets > MAX_SHEETS:
            raise QuestionnaireRefused([make_fault("broken_workbook")])
        if tags > MAX_TAGS:
            raise QuestionnaireRefused([make_fault("too_large", most=MAX_UNPACKED_BYTES // 1024)])


def _grids(data: bytes, *, results: bool) -> dict[str, Grid]:
    """The sheets of an .xlsx, by name; with the results of formulas, else with the formulas themselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles, which do not matter here
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=results)
        grids: dict[str, Grid] = {}
        for sheet in book.worksheets:
            name = sheet.title.strip().lower()
            if name in SHEET_NAMES and name not in grids:
                sheet.reset_dimensions()  # some writers declare a wrong size
                grids[name] = _drop_empty_rows(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS))
        book.close()
    return grids


def _read_xls(data: bytes) -> Sheets:
    # ragged: the library does not fill up the cells before a far one
    book = xlrd.open_workbook(file_contents=data, on_demand=True, ragged_rows=True)
    sheets: Sheets = {}
    for nth, spelled in enumerate(book.sheet_names()):
        name = spelled.strip().lower()
        if name in SHEET_NAMES and name not in sheets:
            sheet = book.sheet_by_index(nth)  # the other sheets are never read
            rows = ([_xls_value(cell) for cell in sheet.row(at)[:MAX_COLUMNS]] for at in range(sheet.nrows))
            sheets[name] = list(_rows(_drop_empty_rows(rows), {}))
            book.unload_sheet(spelled)
    return sheets


def _drop_empty_rows(rows: Iterable[Cells]) -> Grid:
    """The cells by row.

    Raises:
        QuestionnaireRefused: there are too many rows with a cell.
    """
    grid: dict[int, Cells] = {}
    empty: Cells = ()  # the library returns the same object for every empty row between two, perhaps a million times
    for at, cells in enumerate(rows):
        if cells is empty:
            continue
        if not any(cell is not None and cell != "" for cell in cells):
            empty = cells
            continue
        if len(grid) == _MAX_STORED_ROWS:
            raise QuestionnaireRefused([make_fault("too_many_rows", most=_MAX_STORED_ROWS).at(at + 1)])
        grid[at] = tuple(cells)
    return grid


def _xls_value(cell: xlrd.sheet.Cell) -> object:
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value


def _rows(grid: Grid, formulas: Grid) -> Iterator[SheetRow]:
    """The rows of one sheet, from its cells and, apart from them, its formulas."""
    for at in sorted({*grid, *formulas}):
        cells = grid.get(at, ())
        texts = {column: text for column, cell in enumerate(cells) if (text := _text(cell))}
        unsolved = tuple(_without_result(cells, formulas.get(at, ())))
        if texts or unsolved:
            yield SheetRow(at + 1, texts, unsolved)


def _without_result(cells: Cells, formulas: Iterable[object]) -> Iterator[int]:
    """The columns of a row with a formula whose result is not stored."""
    for column, cell in enumerate(formulas):
        is_formula = isinstance(cell, str) and cell.startswith("=")
        has_result = column < len(cells) and cells[column] is not None
        if is_formula and not has_result:
            yield column


def _text(cell: object) -> str:
    """A cell as text: 1.0 is "1", TRUE is "true", hard spaces are spaces."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).replace("\xa0", " ").strip()
