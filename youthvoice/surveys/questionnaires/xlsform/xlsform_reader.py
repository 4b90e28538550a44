"""Read a questionnaire from an XLSForm workbook, or find every fault in it, with rows.

Others' forms are longer and wordier than ours: their sizes and wording do not refuse them,
`wording_rules.size_warnings` lists them. A question that asks who a child is, must not be asked or cannot be converted
refuses the form, or its row is left out. What a form records automatically, such as a place, is always left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple

from openpyxl.utils import get_column_letter

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused, make_fault
from youthvoice.surveys.questionnaires.questionnaire import AGES, SMALL_CHILDREN, ImportedFile, Questionnaire
from youthvoice.surveys.questionnaires.ranges import range_text
from youthvoice.surveys.questionnaires.skip_logic import Condition
from youthvoice.surveys.questionnaires.toml_file import toml_reader
from youthvoice.surveys.questionnaires.toml_file.toml_table import TomlPath, TomlRows, TomlTable
from youthvoice.surveys.questionnaires.wording_rules import MAX_SCALE_STEPS
from youthvoice.surveys.questionnaires.xlsform import survey_sheet, workbook
from youthvoice.surveys.questionnaires.xlsform.choice_lists import read_choices
from youthvoice.surveys.questionnaires.xlsform.column_headers import SheetTable, language_code, read_cell, read_table
from youthvoice.surveys.questionnaires.xlsform.omissions import OmittedRows


def complete_languages(
    survey_sheet_questions: Sequence[survey_sheet.SurveySheetQuestion], default: str
) -> tuple[tuple[str, ...], list[QuestionnaireFault]]:
    """The languages without missing texts, the default first, and a note for each other one.

    Where none is complete, the default remains, and its missing texts are refused later.
    """
    texts = [words for question in survey_sheet_questions for words in _texts(question)]
    languages = dict.fromkeys([default, *(language for words in texts for language in words)])
    missing_by_language = {
        language: sum(language not in words for words in texts)
        for language in languages
        if not language.startswith("?")
    }
    complete = tuple(language for language, missing in missing_by_language.items() if not missing)
    kept_languages = complete or (default,)
    return kept_languages, [
        make_fault("language_left_out", language=language, found=missing)
        for language, missing in missing_by_language.items()
        if language not in kept_languages and missing < len(texts)
    ]


def _texts(question: survey_sheet.SurveySheetQuestion) -> Iterator[Mapping[str, str]]:
    text = question.table["text"]
    assert isinstance(text, dict)
    if text:
        yield text
    yield from (option.words for option in question.choices)


def to_file_shape(
    survey_sheet_questions: Sequence[survey_sheet.SurveySheetQuestion], languages: tuple[str, ...]
) -> dict[str, object]:
    """The part of a file's shape that holds the questions."""
    return {
        "languages": list(languages),
        "question": [_question(question, languages) for question in survey_sheet_questions],
    }


def _question(question: survey_sheet.SurveySheetQuestion, languages: tuple[str, ...]) -> dict[str, object]:
    table = dict(question.table)
    if not table["text"]:
        del table["text"]
    for about in ("text", "hint", "audio"):
        words = table.get(about)
        if isinstance(words, dict):
            texts = {language: words[language] for language in languages if language in words}
            table[about] = texts
            if about != "text" and len(texts) < len(languages):
                del table[about]
    if question.choices:
        table["options"] = [
            {"key": option.key}
            | ({"picture": option.picture} if option.picture else {})
            | {language: option.words[language] for language in languages if language in option.words}
            for option in question.choices
        ]
    merges, text = table.get("merge"), question.table["text"]
    if isinstance(merges, list) and isinstance(text, dict):
        other_languages = text.keys() - {*languages}
        table["merge"] = [
            {key: merge_table[key] for key in merge_table if key not in other_languages} for merge_table in merges
        ]
    bins = table.get("bins")
    if isinstance(bins, list):
        table["bins"] = [_labelled(bin_, languages) for bin_ in bins]
    when = table.get("when")
    return table | ({"when": str(when)} if isinstance(when, Condition) else {})


def _labelled(bin_: object, languages: tuple[str, ...]) -> object:
    """A range with its figures as label; one with labels of its own, or broken, stays as it is."""
    if not isinstance(bin_, dict) or set(bin_) != {"key", "low", "high"}:
        return bin_
    low, high = bin_["low"], bin_["high"]
    return bin_ | dict.fromkeys(languages, range_text(low, high))


_SETTINGS = frozenset({"purpose", "ages", "title", "draft"})


class SheetRows(TomlRows):
    """The rows of the sheet `survey` by question."""

    def __init__(self, questions: Sequence[survey_sheet.SurveySheetQuestion]) -> None:
        super().__init__("")
        self._questions = questions

    def row(self, path: TomlPath) -> int:
        """The row of the question on a path; else the first row."""
        at = path[1] if len(path) > 1 and path[0] == "question" else None
        return self._questions[at].row if isinstance(at, int) else 1


def import_xlsform(
    data: bytes,
    filename: str,
    confirmed: frozenset[str] = frozenset(),
    overridden: frozenset[str] = frozenset(),
    *,
    leave_out: bool = False,
) -> ImportedFile:
    """Read a questionnaire from an .xlsx or .xls file; the format is recognised by content, not by name.

    Args:
        data: the file.
        filename: becomes the name of the questionnaire.
        confirmed: names of questions that, as an advocate said, do not ask who a child is.
        overridden: names of questions that seem to ask about abuse, about which an advocate decides.
        leave_out: whether rows that cannot be asked are left out, each with a note, instead of refusing the file.

    Raises:
        QuestionnaireRefused: with every fault and its row.
    """
    sheets = {name: read_table(rows) for name, rows in workbook.open_workbook(data).items()}
    sheet_table = _survey_table(sheets)
    settings = sheets.get("settings", read_table([]))
    default = _default_language(settings, sheet_table)
    unreadable, notes = _formulas(sheets), _unknown_languages(sheets)
    lists = read_choices(sheets.get("choices", read_table([])), default, unreadable.get("choices", {}), notes)
    rows = survey_sheet.SurveyRows(sheet_table, lists, default, unreadable.get("survey", {}), datetime.now(UTC).year)
    rows.read()
    form = _Form(settings, default, toml_reader.name_from_filename(filename), confirmed, overridden)
    checked_form = form.check(rows.questions)
    if not leave_out:
        faults = [*checked_form.faults, *rows.faults]
        if faults:
            raise QuestionnaireRefused(faults)
        return ImportedFile(checked_form.questionnaire, (*notes, *checked_form.notes, *rows.notes))
    omitted = OmittedRows(rows.questions, rows.unfit, rows.names)
    checked_form = form.check(omitted.kept())
    while omitted.add(checked_form.faults):  # without some rows others may be at fault
        checked_form = form.check(omitted.kept())
    form_faults = [*checked_form.faults, *([rows.open_end] if rows.open_end else [])]
    if form_faults:
        raise QuestionnaireRefused([*form_faults, *omitted.notes()])
    # notes of omitted rows say nothing more; those with "on" are about rows of another part of the workbook
    row_notes = (note for note in rows.notes if note.row not in omitted.rows or "on" in note.values)
    return ImportedFile(
        checked_form.questionnaire, _sort_by_row([*notes, *checked_form.notes, *omitted.notes(), *row_notes])
    )


def _sort_by_row(notes: list[QuestionnaireFault]) -> tuple[QuestionnaireFault, ...]:
    return tuple(sorted(notes, key=lambda note: note.row or 0))


class _CheckedForm(NamedTuple):
    """The questionnaire of some rows, its faults, and what was added to it."""

    questionnaire: Questionnaire
    faults: list[QuestionnaireFault]
    notes: list[QuestionnaireFault]


@dataclass(frozen=True, slots=True)
class _Form:
    """A form without its rows."""

    settings: SheetTable
    default: str
    name: str
    confirmed: frozenset[str]
    overridden: frozenset[str]

    def check(self, questions: Sequence[survey_sheet.SurveySheetQuestion]) -> _CheckedForm:
        """Make the questionnaire of some rows, with all its faults."""
        faults: list[QuestionnaireFault] = []
        languages, notes = complete_languages(questions, self.default)
        table = _file_table(questions, languages, self.settings, self.name, faults)
        if "ages" not in table.data:
            table.data = {**table.data, "ages": _ages(questions)}
            notes = [make_fault("ages_made", ages=str(table.data["ages"])).at(1), *notes]
        questionnaire = toml_reader.assemble_questionnaire(table, self.name, "xlsform")
        unfit = toml_reader.find_misfits(questionnaire, self.confirmed, self.overridden)
        faults += [toml_reader.place_fault(fault, table) for fault in unfit]
        return _CheckedForm(questionnaire, faults, notes)


def _survey_table(sheets: dict[str, SheetTable]) -> SheetTable:
    if "survey" not in sheets:
        raise QuestionnaireRefused([make_fault("no_sheet", sheet="survey")])
    survey = sheets["survey"]
    about = {header.about for header in survey.headers.values()}
    if missing := [column for column in ("type", "name", "label") if column not in about]:
        raise QuestionnaireRefused([make_fault("no_column", sheet="survey", column=column).at(1) for column in missing])
    return survey


def _default_language(settings_table: SheetTable, survey_table: SheetTable) -> str:
    cell = read_cell(settings_table.rows[0], settings_table, "default_language") if settings_table.rows else ""
    labels = [header.language for header in survey_table.headers.values() if header.about == "label"]
    for language in (language_code(cell) if cell else "", *labels):
        if language and not language.startswith("?"):
            return language
    return "en"


_READ: Final = {
    "survey": frozenset(
        {
            "type", "name", "label", "hint", "image", "audio", "relevant", "constraint", "parameters", "appearance",
            "choice_filter", "required", "kind", "good", "harm", "safety", "bins", "split", survey_sheet.OWN_COLUMN,
        }
    ),
    "choices": frozenset({"list_name", "name", "label", "image"}),
    "settings": frozenset({"form_title", "default_language", "purpose", "ages", survey_sheet.OWN_COLUMN}),
}  # fmt: skip


def _formulas(sheets: dict[str, SheetTable]) -> dict[str, dict[int, QuestionnaireFault]]:
    """Faults by sheet and row about formulas without a stored result."""
    return {
        name: {
            row.number: make_fault("formula_cell", on=name, column=get_column_letter(column + 1)).at(row.number)
            for row in sheet.rows
            for column in row.formulas
            if column in sheet.headers and sheet.headers[column].about in _READ[name]
        }
        for name, sheet in sheets.items()
    }


def _unknown_languages(sheets: dict[str, SheetTable]) -> list[QuestionnaireFault]:
    names = dict.fromkeys(name for sheet in sheets.values() for name in sheet.unknown)
    return [make_fault("unknown_language", said=name).at(1) for name in names]


def _file_table(
    survey_sheet_questions: Sequence[survey_sheet.SurveySheetQuestion],
    languages: tuple[str, ...],
    settings_table: SheetTable,
    name: str,
    faults: list[QuestionnaireFault],
) -> TomlTable:
    first = settings_table.rows[0] if settings_table.rows else None
    faults += _formulas({"settings": settings_table})["settings"].values()
    extra = survey_sheet.read_extra(read_cell(first, settings_table, survey_sheet.OWN_COLUMN)) if first else {}
    if extra is None or set(extra) - _SETTINGS:
        faults.append(make_fault("bad_extra", on="settings").at(first.number if first else 1))
        extra = {}
    title = (read_cell(first, settings_table, "form_title") if first else "") or name
    head = {"title": dict.fromkeys(languages, title[:200]), "purpose": "regular"} | extra
    cells = {key: cell for key in ("purpose", "ages") if first and (cell := read_cell(first, settings_table, key))}
    return TomlTable(
        head | cells | to_file_shape(survey_sheet_questions, languages), (), SheetRows(survey_sheet_questions), faults
    )


def _ages(survey_sheet_questions: Sequence[survey_sheet.SurveySheetQuestion]) -> str:
    """The ages whose scale has as many steps as the form's shortest, never the youngest, else the oldest."""
    steps = min(
        (len(question.choices) for question in survey_sheet_questions if question.table["kind"] == "faces"), default=0
    )
    return next((ages for ages in AGES if ages != SMALL_CHILDREN and MAX_SCALE_STEPS[ages] == steps), AGES[-1])
