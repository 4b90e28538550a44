"""A questionnaire from an XLSForm workbook, or everything that is wrong with it, with rows.

Forms of others are longer and wordier than ours: sizes and words do not stop them, `rules.size_warnings`
says them. What would identify a child, what cannot be carried over and what must not be asked does.
"""

from collections.abc import Iterator, Mapping, Sequence

from openpyxl.utils import get_column_letter

from youthvoice.surveys.questionnaires import toml_reader
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused, make_fault
from youthvoice.surveys.questionnaires.questionnaire import AGES, ImportedFile, range_text
from youthvoice.surveys.questionnaires.rules import MAX_SCALE_STEPS
from youthvoice.surveys.questionnaires.skip_logic import Condition
from youthvoice.surveys.questionnaires.toml_lines import TomlPath, TomlRows
from youthvoice.surveys.questionnaires.xlsform import survey_sheet, workbook
from youthvoice.surveys.questionnaires.xlsform.answer_types import read_choices


def complete_languages(
    asked: Sequence[survey_sheet.SurveySheetQuestion], default: str
) -> tuple[tuple[str, ...], list[QuestionnaireFault]]:
    """The languages in which nothing is missing, the default first, and a note for each other one.

    Where none is complete, the default stays, and what it lacks will be refused.
    """
    texts = [words for one in asked for words in _texts(one)]
    spoken = dict.fromkeys([default, *(language for words in texts for language in words)])
    lacking = {one: sum(one not in words for words in texts) for one in spoken if not one.startswith("?")}
    complete = tuple(language for language, missing in lacking.items() if not missing)
    kept = complete or (default,)
    return kept, [
        make_fault("language_left_out", language=language, found=missing)
        for language, missing in lacking.items()
        if language not in kept and missing < len(texts)
    ]


def _texts(asked: survey_sheet.SurveySheetQuestion) -> Iterator[Mapping[str, str]]:
    text = asked.table["text"]
    assert isinstance(text, dict)
    if text:
        yield text
    yield from (choice.words for choice in asked.choices)


def to_file_shape(asked: Sequence[survey_sheet.SurveySheetQuestion], languages: tuple[str, ...]) -> dict[str, object]:
    """The part of a file that holds the questions."""
    return {"languages": list(languages), "question": [_question(one, languages) for one in asked]}


def _question(asked: survey_sheet.SurveySheetQuestion, languages: tuple[str, ...]) -> dict[str, object]:
    table = dict(asked.table)
    if not table["text"]:
        del table["text"]
    for about in ("text", "hint", "audio"):
        words = table.get(about)
        if isinstance(words, dict):
            cut = {language: words[language] for language in languages if language in words}
            table[about] = cut
            if about != "text" and len(cut) < len(languages):
                del table[about]
    if asked.choices:
        table["options"] = [
            {"key": one.key}
            | ({"picture": one.picture} if one.picture else {})
            | {language: one.words[language] for language in languages if language in one.words}
            for one in asked.choices
        ]
    bins = table.get("bins")
    if isinstance(bins, list):
        table["bins"] = [_labelled(one, languages) for one in bins]
    when = table.get("when")
    return table | ({"when": str(when)} if isinstance(when, Condition) else {})


def _labelled(bin_: object, languages: tuple[str, ...]) -> object:
    if not isinstance(bin_, dict) or set(bin_) != {"key", "low", "high"}:
        return bin_
    low, high = bin_["low"], bin_["high"]
    return bin_ | dict.fromkeys(languages, range_text(low, high))


_SETTINGS = frozenset({"purpose", "ages", "title", "draft"})


class SheetRows(TomlRows):
    """Rows of the sheet `survey` by question."""

    def __init__(self, asked: Sequence[survey_sheet.SurveySheetQuestion]) -> None:
        super().__init__("")
        self._asked = asked

    def row(self, path: TomlPath) -> int:
        """The row of the question a path leads through; else the first."""
        at = path[1] if len(path) > 1 and path[0] == "question" else None
        return self._asked[at].row if isinstance(at, int) else 1


def import_xlsform(data: bytes, filename: str, confirmed: frozenset[str] = frozenset()) -> ImportedFile:
    """Read a questionnaire from an .xlsx or .xls file, whatever its name says it is.

    Args:
        data: the file.
        filename: gives the questionnaire its name.
        confirmed: names of questions of which an advocate said that they do not ask who a child is.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    sheets = {name: workbook.read_table(rows) for name, rows in workbook.open_workbook(data).items()}
    survey = _needed(sheets)
    settings = sheets.get("settings", workbook.read_table([]))
    default = _default_language(settings, survey)
    faults, notes = _formulas(sheets), _unknown_languages(sheets)
    choices = sheets.get("choices", workbook.read_table([]))
    rows = survey_sheet.SurveyRows(survey, read_choices(choices, default, faults, notes), default)
    rows.read()
    languages, left_out = complete_languages(rows.asked, default)
    file = _file(rows.asked, languages, settings, toml_reader.name_from_filename(filename), faults)
    if "ages" not in file.data:
        file.data = {**file.data, "ages": _ages(rows.asked)}
        notes.append(make_fault("ages_made", ages=str(file.data["ages"])).at(1))
    found = toml_reader.assemble_questionnaire(file, toml_reader.name_from_filename(filename), "xlsform")
    faults += [toml_reader.place_fault(one, file) for one in toml_reader.find_misfits(found, confirmed)] + rows.faults
    if faults:
        raise QuestionnaireRefused(faults)
    return ImportedFile(found, (*notes, *rows.notes, *left_out))


def _needed(sheets: dict[str, workbook.SheetTable]) -> workbook.SheetTable:
    if "survey" not in sheets:
        raise QuestionnaireRefused([make_fault("no_sheet", sheet="survey")])
    survey = sheets["survey"]
    about = {one.about for one in survey.headers.values()}
    if missing := [column for column in ("type", "name", "label") if column not in about]:
        raise QuestionnaireRefused([make_fault("no_column", sheet="survey", column=column).at(1) for column in missing])
    return survey


def _default_language(settings: workbook.SheetTable, survey: workbook.SheetTable) -> str:
    said = workbook.read_cell(settings.rows[0], settings, "default_language") if settings.rows else ""
    labels = [one.language for one in survey.headers.values() if one.about == "label"]
    for language in (workbook.language_code(said) if said else "", *labels):
        if language and not language.startswith("?"):
            return language
    return "en"


def _formulas(sheets: dict[str, workbook.SheetTable]) -> list[QuestionnaireFault]:
    return [
        make_fault("formula_cell", on=name, column=get_column_letter(column + 1)).at(row.number)
        for name, sheet in sheets.items()
        for row in sheet.rows
        for column in row.formulas
        if column in sheet.headers
    ]


def _unknown_languages(sheets: dict[str, workbook.SheetTable]) -> list[QuestionnaireFault]:
    said = dict.fromkeys(one for sheet in sheets.values() for one in sheet.unknown)
    return [make_fault("unknown_language", said=one).at(1) for one in said]


def _file(
    asked: Sequence[survey_sheet.SurveySheetQuestion],
    languages: tuple[str, ...],
    settings: workbook.SheetTable,
    name: str,
    faults: list[QuestionnaireFault],
) -> toml_reader.TomlTable:
    first = settings.rows[0] if settings.rows else None
    extra = survey_sheet.read_extra(workbook.read_cell(first, settings, survey_sheet.OWN_COLUMN)) if first else {}
    if extra is None or set(extra) - _SETTINGS:
        faults.append(make_fault("bad_extra", on="settings").at(first.number if first else 1))
        extra = {}
    title = (workbook.read_cell(first, settings, "form_title") if first else "") or name
    head = {"title": dict.fromkeys(languages, title[:200]), "purpose": "regular"} | extra
    plain = {
        about: said for about in ("purpose", "ages") if first and (said := workbook.read_cell(first, settings, about))
    }
    return toml_reader.TomlTable(head | plain | to_file_shape(asked, languages), (), SheetRows(asked), faults)


def _ages(asked: Sequence[survey_sheet.SurveySheetQuestion]) -> str:
    """The ages for which a scale has as many steps as the form's shortest; the oldest where it has none."""
    steps = min((len(one.choices) for one in asked if one.table["kind"] == "faces"), default=0)
    return next((ages for ages, most in MAX_SCALE_STEPS.items() if most == steps), AGES[-1])
