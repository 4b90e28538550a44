"""The sheet `choices`: lists of options."""

from dataclasses import dataclass

from youthvoice.surveys.questionnaires.pictures import picture_code
from youthvoice.surveys.questionnaires.validation.errors import Fault, fault
from youthvoice.surveys.questionnaires.xlsform.columns import Table, cell, worded
from youthvoice.surveys.questionnaires.xlsform.relevant import option_key
from youthvoice.surveys.questionnaires.xlsform.workbook import Row

_MOST_LABEL = 300  # characters of one option


@dataclass(frozen=True, slots=True)
class Choice:
    """One row of a list."""

    row: int
    key: str
    words: dict[str, str]
    picture: str | None


def read_choices(sheet: Table, default: str, faults: list[Fault], notes: list[Fault]) -> dict[str, list[Choice]]:
    """The lists by name; rows without list and name are skipped, as other readers do."""
    lists: dict[str, list[Choice]] = {}
    for row in sheet.rows:
        list_name, name = cell(row, sheet, "list_name"), cell(row, sheet, "name")
        if not list_name or not name:
            continue
        words = worded(row, sheet, "label", default)
        if any(len(text) > _MOST_LABEL for text in words.values()):
            faults.append(fault("label_too_long", on="choices", most=_MOST_LABEL).at(row.number))
            continue
        picture = read_picture(row, sheet, default, notes, "choices")
        lists.setdefault(list_name, []).append(Choice(row.number, option_key(name), words, picture))
    return lists


def read_picture(row: Row, sheet: Table, default: str, notes: list[Fault], on: str) -> str | None:
    """The OpenMoji picture an `image` cell names ("1F642.svg"); others are left out, with a note."""
    for said in worded(row, sheet, "image", default).values():
        code = picture_code(said.rsplit(".", 1)[0]) or picture_code(said)
        if code is None:
            notes.append(fault("picture_left_out", on=on, said=said[:60]).at(row.number))
        return code
    return None
