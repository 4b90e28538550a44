"""Read the sheet `choices`: option lists, constant filters on them, and options of our own.

Our own are "something else" and the months of a year.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, make_fault
from youthvoice.surveys.questionnaires.picture_library import picture_code
from youthvoice.surveys.questionnaires.skip_logic import Condition, ConditionReader, UnreadableCondition
from youthvoice.surveys.questionnaires.xlsform.column_headers import (
    SheetTable,
    language_code,
    read_cell,
    read_worded_cells,
)
from youthvoice.surveys.questionnaires.xlsform.workbook import SheetRow

_MAX_LABEL_CHARACTERS = 300  # characters of one option


@dataclass(frozen=True, slots=True)
class ListOption:
    """One row of an option list.

    Attributes:
        row: its number in the sheet.
        key: one of our keys.
        words: by language.
        picture: code of an OpenMoji picture.
        columns: the row's cells by header, for filters.
        fault: why no question can use it.
    """

    row: int
    key: str
    words: dict[str, str]
    picture: str | None
    columns: Mapping[str, str] = field(default_factory=dict)
    fault: QuestionnaireFault | None = None


def read_choices(
    sheet_table: SheetTable, default: str, unreadable: Mapping[int, QuestionnaireFault], notes: list[QuestionnaireFault]
) -> dict[str, list[ListOption]]:
    """Read the lists by name; rows without list or name are skipped, as in other readers.

    Args:
        sheet_table: the sheet `choices`.
        default: language of a header without one.
        unreadable: by row, why its cells cannot be read.
        notes: pictures that are left out are added to it.
    """
    lists: dict[str, list[ListOption]] = {}
    for row in sheet_table.rows:
        list_name, name = read_cell(row, sheet_table, "list_name"), read_cell(row, sheet_table, "name")
        if not list_name or not name:
            continue
        words = read_worded_cells(row, sheet_table, "label", default)
        columns = {
            header.about: row.texts.get(at, "") for at, header in sheet_table.headers.items() if not header.language
        }
        columns |= {  # a filter may name the language of a column
            f"{header.about}::{header.language}": row.texts.get(at, "") for at, header in sheet_table.headers.items()
        }
        picture = read_picture(row, sheet_table, default, notes, "choices")
        fault = unreadable.get(row.number) or _label_fault(row, name, words)
        lists.setdefault(list_name, []).append(
            ListOption(row.number, option_key(name), words or {default: "-"}, picture, columns, fault)
        )
    return lists


def _label_fault(row: SheetRow, name: str, words: Mapping[str, str]) -> QuestionnaireFault | None:
    if not words:
        return make_fault("no_label", on="choices", name=option_key(name)).at(row.number)
    if any(len(text) > _MAX_LABEL_CHARACTERS for text in words.values()):
        return make_fault("label_too_long", on="choices", most=_MAX_LABEL_CHARACTERS).at(row.number)
    if any("${" in text for text in words.values()):
        return make_fault("no_insertions", on="choices").at(row.number)
    return None


def read_picture(
    row: SheetRow, sheet_table: SheetTable, default: str, notes: list[QuestionnaireFault], on: str
) -> str | None:
    """Read the OpenMoji picture that an `image` cell names ("1F642.svg"); others are left out, with a note."""
    cell = next(iter(read_worded_cells(row, sheet_table, "image", default).values()), "")
    code = picture_code(cell.rsplit(".", 1)[0]) or picture_code(cell)
    if cell and code is None:
        notes.append(make_fault("picture_left_out", on=on, said=cell[:60]).at(row.number))
    return code


def option_key(name: str) -> str:
    """Turn the name of an option into one of our keys."""
    return re.sub(r"[^\w.-]", "_", name.strip())[:60]


_ALWAYS: Final = {"true", "true()", "1", "1=1"}


class _FilterReader(ConditionReader):
    """Parses a filter that compares columns of the list with constants: `pastel = 'yes'`, `zone != ''`."""

    token = re.compile(
        r"""\s*(?:(?P<text>'[^']*'|"[^"]*")|(?P<sign>!=|=|\(|\))|(?P<word>[^\s'"=!()${},]+(?:::[^\s'"=!()${},]+)?))"""
    )

    def rule(self, first: str, depth: int) -> Condition:  # noqa: ARG002 - a subclass
        if first[0] in "'\"=!)":
            raise UnreadableCondition(first)
        sign = self.take("=", "!=")
        value = self.take()
        if value in {"=", "!=", "(", ")"}:
            raise UnreadableCondition(value)
        return Condition("is" if sign == "=" else "is_not", _column(first), (value.strip("'\""),))


def _column(name: str) -> str:
    about, _, language = name.partition("::")
    plain = re.sub(r"[\s-]+", "_", about.lower())
    return f"{plain}::{language_code(language)}" if language else plain


def keep_filtered(options: list[ListOption], cell: str) -> list[ListOption] | None:
    """The options that a filter keeps; None where it cannot be read, or depends on more than the list itself.

    Args:
        options: of the list.
        cell: the cell `choice_filter`.
    """
    if not cell or cell.lower().replace(" ", "") in _ALWAYS:
        return options
    try:
        condition = _FilterReader(cell).read()
    except UnreadableCondition:
        return None
    columns = {name for option in options for name in option.columns}
    if not {name for name, _value in condition.asks_about()} <= columns:
        return None
    return [option for option in options if condition.holds(option.columns)]


OTHER_KEY: Final = "other"  # as in the forms that `or_other` makes

_SOMETHING_ELSE: Final = {
    "en": "Something else", "hi": "कुछ और", "ar": "شيء آخر", "bn": "অন্য কিছু", "de": "Etwas anderes",
    "es": "Otra cosa", "fr": "Autre chose", "gom": "हेर कितें", "mr": "दुसरे काही", "ne": "अरू केही", "nl": "Iets anders",
    "pt": "Outra coisa", "ru": "Что-то другое", "sw": "Kitu kingine", "ta": "வேறு ஏதாவது", "te": "వేరే ఏదైనా",
    "th": "อย่างอื่น", "tl": "Iba pa", "ur": "کچھ اور", "vi": "Điều khác", "zh_Hant": "其他",
}  # fmt: skip

_OTHER_PICTURE: Final = "2728"  # sparkles


def add_something_else(options: list[ListOption], row: int) -> tuple[list[ListOption], frozenset[str]]:
    """Add "Something else" in the options' languages; also return the languages for which only English was available.

    A list that has an option with this key stays as it is.
    """
    if not options or any(option.key == OTHER_KEY for option in options):
        return options, frozenset()
    languages = dict.fromkeys(language for option in options for language in option.words)
    words = {language: _SOMETHING_ELSE.get(language, _SOMETHING_ELSE["en"]) for language in languages}
    option = ListOption(row, OTHER_KEY, words, picture_code(_OTHER_PICTURE))
    return [*options, option], frozenset(languages) - set(_SOMETHING_ELSE)


def months_of_a_year(languages: Collection[str], row: int) -> list[ListOption] | None:
    """The twelve months as options, in these languages; None where one has no names for them."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - large, dates are rare

    try:
        names = {language: Locale.parse(language).months["stand-alone"]["wide"] for language in languages}
    except (UnknownLocaleError, ValueError):
        return None
    return [
        ListOption(row, f"month_{at}", {language: str(months[at]) for language, months in names.items()}, None)
        for at in range(1, 13)
    ]


def seasons_of_a_year(months: Sequence[ListOption]) -> dict[str, object]:
    """How months are published: three at a time, because a single one could identify a child."""
    merges = []
    for at in range(0, len(months), 3):
        season = months[at : at + 3]
        words = {language: f"{text}\u2013{season[-1].words[language]}" for language, text in season[0].words.items()}
        merges.append({"key": f"months_{at + 1}", "options": [option.key for option in season]} | words)
    return {"merge": merges}
