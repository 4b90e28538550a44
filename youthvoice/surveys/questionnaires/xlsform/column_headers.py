"""Read the headers of a sheet: what each column is about, and in which language; and the texts below them.

A header is a topic, perhaps with a language: `label::English (en)` is the topic `label` in `en`. Forms of others spell
topics and languages in many ways, which are one here.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from youthvoice.surveys.questionnaires.errors import QuestionnaireRefused, make_fault
from youthvoice.surveys.questionnaires.xlsform.workbook import MAX_ROWS, SheetRow
from youthvoice.web.i18n.languages import LANGUAGES

WORDED_COLUMNS = {"label", "caption", "hint", "image", "audio", "media", "picture"}
"""Topics whose columns may have a language."""

LANGUAGE_NAMES = {
    "arabic": "ar", "bengali": "bn", "bangla": "bn", "burmese": "my", "chinese": "zh_Hant", "dutch": "nl",
    "english": "en", "french": "fr", "german": "de", "hindi": "hi",
    "khmer": "km", "konkani": "gom", "kok": "gom", "luganda": "lg", "ganda": "lg", "malagasy": "mg", "marathi": "mr",
    "nepali": "ne",
    "portuguese": "pt", "russian": "ru", "samoan": "sm", "spanish": "es", "swahili": "sw",
    "kiswahili": "sw", "tagalog": "tl", "tamil": "ta", "telugu": "te", "thai": "th", "urdu": "ur",
    "vietnamese": "vi", "हिंदी": "hi",
} | {language.name.lower(): code for code, language in LANGUAGES.items()}  # fmt: skip
"""Languages by the names that people write in a header, in lower case."""

_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)\s*\)")

_COLUMN_NAMES = {
    "caption": "label",
    "relevance": "relevant",
    "list": "list_name",
    "value": "name",
    "media": "image",
    "picture": "image",
}
"""Topics that have several names."""


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
    """Read the first row as headers; refuses a sheet of more than `MAX_ROWS` rows."""
    if not rows:
        return SheetTable({}, [], ())
    headers = {column: _header(text) for column, text in rows[0].texts.items()}
    data_rows = [row for row in rows[1:] if headers.keys() & {*row.texts, *row.formulas}]
    if len(data_rows) > MAX_ROWS:
        raise QuestionnaireRefused([make_fault("too_many_rows", most=MAX_ROWS).at(data_rows[MAX_ROWS].number)])
    unknown = tuple(header.language for header in headers.values() if header.language.startswith("?"))
    return SheetTable(headers, data_rows, tuple(header[1:] for header in unknown))


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
    """The first text of a row under a header of this topic, in whatever language; empty where there is none."""
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


def _header(text: str) -> ColumnHeader:
    """Read `label::English (en)`, `media::image` or `hint`."""
    parts = [part.strip() for part in text.replace("::", ":").split(":")]
    about = re.sub(r"[\s-]+", "_", parts[0].lower())
    if about == "media" and len(parts) > 1:
        parts = parts[1:]
        about = parts[0].lower()
    language = language_code(parts[1]) if len(parts) > 1 and about in WORDED_COLUMNS else ""
    return ColumnHeader(_COLUMN_NAMES.get(about, about), language)
