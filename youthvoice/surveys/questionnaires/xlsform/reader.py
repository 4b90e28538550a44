"""A questionnaire from an XLSForm workbook, or everything that is wrong with it, with rows.

Forms of others are longer and wordier than ours: sizes and words do not stop them, `limits.warnings`
says them. What would identify a child, what cannot be carried over and what must not be asked does.
"""

from collections.abc import Sequence
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from youthvoice.surveys.questionnaires.questionnaire import AGES, Questionnaire
from youthvoice.surveys.questionnaires.toml.line_numbers import Path, Rows
from youthvoice.surveys.questionnaires.toml.questionnaire import assemble, misfits, placed, slug
from youthvoice.surveys.questionnaires.toml.table import Piece
from youthvoice.surveys.questionnaires.validation.errors import Fault, Refused, fault
from youthvoice.surveys.questionnaires.validation.limits import SCALE
from youthvoice.surveys.questionnaires.xlsform.choices_sheet import read_choices
from youthvoice.surveys.questionnaires.xlsform.columns import Table, cell, language_code, table
from youthvoice.surveys.questionnaires.xlsform.survey_sheet import OURS, Asked, SurveyRows, read_extra
from youthvoice.surveys.questionnaires.xlsform.to_toml import as_file, complete_languages
from youthvoice.surveys.questionnaires.xlsform.workbook import open_workbook

_SETTINGS = frozenset({"purpose", "ages", "title", "draft"})


class Imported(NamedTuple):
    """A questionnaire, and what was left out or made up on the way."""

    questionnaire: Questionnaire
    notes: tuple[Fault, ...]


class SheetRows(Rows):
    """Rows of the sheet `survey` by question."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        super().__init__("")
        self._asked = asked

    def row(self, path: Path) -> int:
        """The row of the question a path leads through; else the first."""
        at = path[1] if len(path) > 1 and path[0] == "question" else None
        return self._asked[at].row if isinstance(at, int) else 1


def read_xlsform(data: bytes, filename: str, confirmed: frozenset[str] = frozenset()) -> Questionnaire:
    """Read a questionnaire; `import_xlsform` also says what was left out.

    Raises:
        Refused: with every fault and its row.
    """
    return import_xlsform(data, filename, confirmed).questionnaire


def import_xlsform(data: bytes, filename: str, confirmed: frozenset[str] = frozenset()) -> Imported:
    """Read a questionnaire from an .xlsx or .xls file, whatever its name says it is.

    Args:
        data: the file.
        filename: gives the questionnaire its name.
        confirmed: names of questions of which an advocate said that they do not ask who a child is.

    Raises:
        Refused: with every fault and its row.
    """
    sheets = {name: table(rows) for name, rows in open_workbook(data).items()}
    survey = _needed(sheets)
    settings = sheets.get("settings", table([]))
    default = _default_language(settings, survey)
    faults, notes = _formulas(sheets), _unknown_languages(sheets)
    choices = sheets.get("choices", table([]))
    rows = SurveyRows(survey, read_choices(choices, default, faults, notes), default)
    rows.read()
    languages, left_out = complete_languages(rows.asked, default)
    file = _file(rows.asked, languages, settings, slug(filename), faults)
    if "ages" not in file.data:
        file.data = {**file.data, "ages": _ages(rows.asked)}
        notes.append(fault("ages_made", ages=str(file.data["ages"])).at(1))
    found = assemble(file, slug(filename), "xlsform")
    faults += [placed(one, file) for one in misfits(found, confirmed)] + rows.faults
    if faults:
        raise Refused(faults)
    return Imported(found, (*notes, *rows.notes, *left_out))


def _needed(sheets: dict[str, Table]) -> Table:
    if "survey" not in sheets:
        raise Refused([fault("no_sheet", sheet="survey")])
    survey = sheets["survey"]
    about = {one.about for one in survey.headers.values()}
    if missing := [column for column in ("type", "name", "label") if column not in about]:
        raise Refused([fault("no_column", sheet="survey", column=column).at(1) for column in missing])
    return survey


def _default_language(settings: Table, survey: Table) -> str:
    said = cell(settings.rows[0], settings, "default_language") if settings.rows else ""
    labels = [one.language for one in survey.headers.values() if one.about == "label"]
    for language in (language_code(said) if said else "", *labels):
        if language and not language.startswith("?"):
            return language
    return "en"


def _formulas(sheets: dict[str, Table]) -> list[Fault]:
    return [
        fault("formula_cell", on=name, column=get_column_letter(column + 1)).at(row.number)
        for name, sheet in sheets.items()
        for row in sheet.rows
        for column in row.formulas
        if column in sheet.headers
    ]


def _unknown_languages(sheets: dict[str, Table]) -> list[Fault]:
    said = dict.fromkeys(one for sheet in sheets.values() for one in sheet.unknown)
    return [fault("unknown_language", said=one).at(1) for one in said]


def _file(asked: Sequence[Asked], languages: tuple[str, ...], settings: Table, name: str, faults: list[Fault]) -> Piece:
    first = settings.rows[0] if settings.rows else None
    extra = read_extra(cell(first, settings, OURS)) if first else {}
    if extra is None or set(extra) - _SETTINGS:
        faults.append(fault("bad_extra", on="settings").at(first.number if first else 1))
        extra = {}
    title = (cell(first, settings, "form_title") if first else "") or name
    head = {"title": dict.fromkeys(languages, title[:200]), "purpose": "regular"} | extra
    plain = {about: said for about in ("purpose", "ages") if first and (said := cell(first, settings, about))}
    return Piece(head | plain | as_file(asked, languages), (), SheetRows(asked), faults)


def _ages(asked: Sequence[Asked]) -> str:
    """The ages for which a scale has as many steps as the form's shortest; the oldest where it has none."""
    steps = min((len(one.choices) for one in asked if one.table["kind"] == "faces"), default=0)
    return next((ages for ages, most in SCALE.items() if most == steps), AGES[-1])
