"""A workbook as rows of texts. The content decides what it is, not the file's name."""

import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import openpyxl
import xlrd

from youthvoice.surveys.questionnaires.validation.errors import Fault, Refused, fault

LARGEST = 5 * 1024 * 1024  # bytes of a file
UNPACKED = 16 * 1024 * 1024  # bytes inside it
MOST_TAGS = 400_000  # of all its parts; each costs the library about ten microseconds
MOST_SHEETS = 50
MOST_ROWS = 5000
MOST_COLUMNS = 200
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that workbooks use; others unpack without asking how much
_OLD = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08")  # how .xls begins, packed and bare
SHEETS = ("survey", "choices", "settings")
Cells = Sequence[object]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not empty: its number, from 1, and its texts by column, from 0."""

    number: int
    texts: dict[int, str]
    formulas: tuple[int, ...] = ()  # columns with a formula whose result the file does not hold


Sheets = dict[str, list[Row]]


def open_workbook(data: bytes) -> Sheets:
    """The sheets a form is made of, by name in small letters.

    Raises:
        Refused: too large, or no workbook at all.
    """
    if len(data) > LARGEST:
        raise Refused([fault("too_large", most=LARGEST // 1024)])
    try:
        return _old(data) if data.startswith(_OLD) else _new(data)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # the two libraries raise dozens of kinds on broken files
        raise Refused([fault("broken_workbook")]) from error


def _new(data: bytes) -> Sheets:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if any(part.compress_type not in _PACKED for part in packed.infolist()):
            raise Refused([fault("broken_workbook")])
        if sum(part.file_size for part in packed.infolist()) > UNPACKED:
            raise Refused([fault("too_large", most=UNPACKED // 1024)])
        _refuse_bombs(packed)
    results, formulas = _grids(data, results=True), _grids(data, results=False)
    return {name: list(_rows(grid, formulas.get(name, []))) for name, grid in results.items()}


def _refuse_bombs(packed: zipfile.ZipFile) -> None:
    """Look at the parts before a library does: entities, and more tags or sheets than a form ever has."""
    tags = sheets = 0
    for part in packed.infolist():
        text = packed.read(part).replace(b"\0", b"")  # UTF-16 is looked at like UTF-8
        tags += text.count(b"<")
        sheets += text.count(b"sheetId")
        if b"<!DOCTYPE" in text or sheets > MOST_SHEETS:
            raise Refused([fault("broken_workbook")])
        if tags > MOST_TAGS:
            raise Refused([fault("too_large", most=UNPACKED // 1024)])


def _grids(data: bytes, *, results: bool) -> dict[str, list[Cells]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles, which a form does not have
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=results)
        grids: dict[str, list[Cells]] = {}
        for sheet in book.worksheets:
            name = sheet.title.strip().lower()
            if name in SHEETS and name not in grids:
                sheet.reset_dimensions()  # some writers declare a size that is not true
                read = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
                grids[name] = [tuple(row) for row in read]
        book.close()
    return grids


def _old(data: bytes) -> Sheets:
    # ragged: a far cell does not make the library fill every cell before it
    book = xlrd.open_workbook(file_contents=data, on_demand=True, ragged_rows=True)
    grids: dict[str, list[Row]] = {}
    for at, spelled in enumerate(book.sheet_names()):
        name = spelled.strip().lower()
        if name in SHEETS and name not in grids:
            sheet = book.sheet_by_index(at)  # the others are never looked at
            rows = range(min(sheet.nrows, MOST_ROWS + 1))
            grids[name] = list(_rows([[_old_value(cell) for cell in sheet.row(at)[:MOST_COLUMNS]] for at in rows], []))
            book.unload_sheet(spelled)
    return grids


def _old_value(cell: xlrd.sheet.Cell) -> object:
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else cell.value


def _rows(grid: Sequence[Cells], formulas: Sequence[Cells]) -> Iterator[Row]:
    if len(grid) > MOST_ROWS:
        raise Refused([Fault(MOST_ROWS + 1, "too_many_rows", {"most": MOST_ROWS})])
    for at, cells in enumerate(grid):
        texts = {column: said for column, cell in enumerate(cells) if (said := _text(cell))}
        behind = formulas[at] if at < len(formulas) else ()
        open_ = tuple(_without_result(cells, behind))
        if texts or open_:
            yield Row(at + 1, texts, open_)


def _without_result(cells: Cells, behind: Iterable[object]) -> Iterator[int]:
    for column, cell in enumerate(behind):
        if isinstance(cell, str) and cell.startswith("=") and (column >= len(cells) or cells[column] is None):
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
