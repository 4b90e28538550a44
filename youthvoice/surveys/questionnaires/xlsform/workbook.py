"""Read a workbook as rows of texts, and find the topic and language of its columns."""

import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import openpyxl
import xlrd

from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused, make_fault
from youthvoice.web.i18n.languages import LANGUAGES

MAX_WORKBOOK_BYTES = 5 * 1024 * 1024  # bytes of a file

MAX_UNPACKED_BYTES = 16 * 1024 * 1024  # bytes after unpacking

MAX_TAGS = 400_000  # in all its parts; each costs the library about ten microseconds

MAX_SHEETS = 50

MAX_ROWS = 5000  # with a cell under a header

_MAX_STORED_ROWS = 20_000  # rows with any cell; spreadsheets store a million empty rows of a coloured column

MAX_COLUMNS = 200

_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that workbooks use; other methods unpack without a limit

_OLD = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x09\x08")  # the first bytes of .xls, with and without container

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
        return _read_xls(data) if data.startswith(_OLD) else _read_xlsx(data)
    except (QuestionnaireRefused, MemoryError):
        raise
    except Exception as error:  # the libraries raise dozens of exceptions on broken files
        raise QuestionnaireRefused([make_fault("broken_workbook")]) from error


def _read_xlsx(data: bytes) -> Sheets:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if any(part.compress_type not in _PACKED for part in packed.infolist()):
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
    grids: dict[str, list[SheetRow]] = {}
    for at, spelled in enumerate(book.sheet_names()):
        name = spelled.strip().lower()
        if name in SHEET_NAMES and name not in grids:
            sheet = book.sheet_by_index(at)  # the other sheets are never read
            rows = ([_xls_value(cell) for cell in sheet.row(at)[:MAX_COLUMNS]] for at in range(sheet.nrows))
            grids[name] = list(_rows(_drop_empty_rows(rows), {}))
            book.unload_sheet(spelled)
    return grids


def _drop_empty_rows(rows: Iterable[Cells]) -> Grid:
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
    for at in sorted({*grid, *formulas}):
        cells = grid.get(at, ())
        texts = {column: text for column, cell in enumerate(cells) if (text := _text(cell))}
        open_ = tuple(_without_result(cells, formulas.get(at, ())))
        if texts or open_:
            yield SheetRow(at + 1, texts, open_)


def _without_result(cells: Cells, formulas: Iterable[object]) -> Iterator[int]:
    for column, cell in enumerate(formulas):
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


LANGUAGE_NAMES = {
    "arabic": "ar", "bengali": "bn", "bangla": "bn", "burmese": "my", "chinese": "zh_Hant", "dutch": "nl",
    "english": "en", "french": "fr", "german": "de", "hindi": "hi",
    "khmer": "km", "konkani": "gom", "kok": "gom", "luganda": "lg", "ganda": "lg", "malagasy": "mg", "marathi": "mr",
    "nepali": "ne",
    "portuguese": "pt", "russian": "ru", "samoan": "sm", "spanish": "es", "swahili": "sw",
    "kiswahili": "sw", "tagalog": "tl", "tamil": "ta", "telugu": "te", "thai": "th", "urdu": "ur",
    "vietnamese": "vi", "हिंदी": "hi",
} | {language.name.lower(): code for code, language in LANGUAGES.items()}  # fmt: skip

_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)\s*\)")

_SAME = {
    "caption": "label",
    "relevance": "relevant",
    "list": "list_name",
    "value": "name",
    "media": "image",
    "picture": "image",
}


class ColumnHeader(NamedTuple):
    """The topic and the language of a column; the language may be empty."""

    about: str
    language: str


class SheetTable(NamedTuple):
    """A sheet: its headers by column, and its other rows."""

    headers: Mapping[int, ColumnHeader]
    rows: Sequence[SheetRow]
    unknown: tuple[str, ...]  # languages that are not known


def read_table(rows: Sequence[SheetRow]) -> SheetTable:
    """Read the first row as headers."""
    if not rows:
        return SheetTable({}, [], ())
    headers = {column: _header(text) for column, text in rows[0].texts.items()}
    data_rows = [row for row in rows[1:] if headers.keys() & {*row.texts, *row.formulas}]
    if len(data_rows) > MAX_ROWS:
        raise QuestionnaireRefused([make_fault("too_many_rows", most=MAX_ROWS).at(data_rows[MAX_ROWS].number)])
    unknown = tuple(header.language for header in headers.values() if header.language.startswith("?"))
    return SheetTable(headers, data_rows, tuple(header[1:] for header in unknown))


def _header(text: str) -> ColumnHeader:
    parts = [part.strip() for part in text.replace("::", ":").split(":")]
    about = re.sub(r"[\s-]+", "_", parts[0].lower())
    if about == "media" and len(parts) > 1:
        parts = parts[1:]
        about = parts[0].lower()
    language = language_code(parts[1]) if len(parts) > 1 and about in WORDED_COLUMNS else ""
    return ColumnHeader(_SAME.get(about, about), language)


WORDED_COLUMNS = {"label", "caption", "hint", "image", "audio", "media", "picture"}


def language_code(name: str) -> str:
    """The code of a language: `English (en)`, `English` or `en` is `en`.

    A name that is not known comes after a question mark; a code is taken as it is, in the case that we write.
    """
    code = _CODE.search(name)
    plain = name.strip()
    if code:
        first, _, rest = code[1].lower().replace("-", "_").partition("_")
        first = LANGUAGE_NAMES.get(first, first)
        place = rest.upper() if len(rest) < len("Hant") else rest.title()
        return f"{first}_{place}" if rest else first
    if plain.lower() in LANGUAGE_NAMES:
        return LANGUAGE_NAMES[plain.lower()]
    return language_code(f"({plain})") if re.fullmatch(r"[A-Za-z]{2,3}", plain) else f"?{plain}"


def read_cell(row: SheetRow, sheet_table: SheetTable, about: str) -> str:
    """The text of a row under a header without language; empty where there is none."""
    return next(
        (row.texts[at] for at, header in sheet_table.headers.items() if header.about == about and at in row.texts), ""
    )


def read_worded_cells(row: SheetRow, sheet_table: SheetTable, about: str, default: str) -> dict[str, str]:
    """The texts of a row by language; a header without language counts as the default one."""
    worded_cells: dict[str, str] = {}
    for at, header in sheet_table.headers.items():
        if header.about == about and at in row.texts:
            worded_cells.setdefault(header.language or default, row.texts[at])
    return worded_cells
