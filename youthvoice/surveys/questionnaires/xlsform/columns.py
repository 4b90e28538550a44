"""Headers - `label::English (en)`, `label:Arabic`, `list name`, `media::image::French` - and their cells."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from youthvoice.surveys.questionnaires.xlsform.workbook import Row

LANGUAGES = {
    "arabic": "ar", "bengali": "bn", "bangla": "bn", "burmese": "my", "chinese": "zh_Hant", "dutch": "nl",
    "english": "en", "french": "fr", "français": "fr", "german": "de", "deutsch": "de", "hindi": "hi",
    "khmer": "km", "konkani": "kok", "luganda": "lg", "ganda": "lg", "malagasy": "mg", "marathi": "mr",
    "nepali": "ne",
    "portuguese": "pt", "russian": "ru", "samoan": "sm", "spanish": "es", "español": "es", "swahili": "sw",
    "kiswahili": "sw", "tagalog": "tl", "tamil": "ta", "telugu": "te", "thai": "th", "urdu": "ur",
    "vietnamese": "vi", "العربية": "ar", "हिन्दी": "hi", "हिंदी": "hi",
}  # fmt: skip
_CODE = re.compile(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z]{2,4})?)\s*\)")
_SAME = {
    "caption": "label",
    "relevance": "relevant",
    "list": "list_name",
    "value": "name",
    "media": "image",
    "picture": "image",
}


class Header(NamedTuple):
    """What a column is about and in which language; no language is empty."""

    about: str
    language: str


class Table(NamedTuple):
    """A sheet: its headers by column, and its other rows."""

    headers: Mapping[int, Header]
    rows: Sequence[Row]
    unknown: tuple[str, ...]  # languages that are no languages we know


def table(rows: Sequence[Row]) -> Table:
    """Read the first row as headers."""
    if not rows:
        return Table({}, [], ())
    headers = {column: _header(said) for column, said in rows[0].texts.items()}
    unknown = tuple(said.language for said in headers.values() if said.language.startswith("?"))
    return Table(headers, rows[1:], tuple(one[1:] for one in unknown))


def _header(said: str) -> Header:
    parts = [part.strip() for part in said.replace("::", ":").split(":")]
    about = re.sub(r"[\s-]+", "_", parts[0].lower())
    if about == "media" and len(parts) > 1:
        parts = parts[1:]
        about = parts[0].lower()
    language = language_code(parts[1]) if len(parts) > 1 and about in WORDED else ""
    return Header(_SAME.get(about, about), language)


WORDED = {"label", "caption", "hint", "image", "audio", "media", "picture"}


def language_code(said: str) -> str:
    """`English (en)`, `English`, `en` -> `en`; what is not known comes back after a question mark."""
    code = _CODE.search(said)
    plain = said.strip()
    if code:
        first, _, rest = code[1].replace("-", "_").partition("_")
        place = rest.upper() if len(rest) < len("Hant") else rest.title()
        return f"{first.lower()}_{place}" if rest else first.lower()
    if plain.lower() in LANGUAGES:
        return LANGUAGES[plain.lower()]
    return plain.lower() if re.fullmatch(r"[A-Za-z]{2,3}", plain) else f"?{plain}"


def cell(row: Row, sheet: Table, about: str) -> str:
    """The text of a row under a header without language; empty where there is none."""
    return next((row.texts[at] for at, one in sheet.headers.items() if one.about == about and at in row.texts), "")


def worded(row: Row, sheet: Table, about: str, default: str) -> dict[str, str]:
    """The texts of a row by language; a header without language is in the default one."""
    found: dict[str, str] = {}
    for at, one in sheet.headers.items():
        if one.about == about and at in row.texts:
            found.setdefault(one.language or default, row.texts[at])
    return found
