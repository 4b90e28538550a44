"""Read the rows of the sheet `survey` as questions; groups and `relevant` become conditions."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from youthvoice.surveys.questionnaires.errors import FaultValue, QuestionnaireFault, make_fault
from youthvoice.surveys.questionnaires.kinds import KINDS, Kind
from youthvoice.surveys.questionnaires.picture_library import FACES, picture_code
from youthvoice.surveys.questionnaires.questionnaire import SPLITS
from youthvoice.surveys.questionnaires.ranges import read_ranges
from youthvoice.surveys.questionnaires.skip_logic import Condition, UnreadableCondition
from youthvoice.surveys.questionnaires.xlsform import answer_types, choice_lists, number_ranges
from youthvoice.surveys.questionnaires.xlsform.column_headers import SheetTable, read_cell, read_worded_cells
from youthvoice.surveys.questionnaires.xlsform.known_lists import KnownList, find_known_list
from youthvoice.surveys.questionnaires.xlsform.relevance import read_relevant, rename_keys
from youthvoice.surveys.questionnaires.xlsform.workbook import SheetRow

OWN_COLUMN = "youthvoice"  # the column of our own export for what XLSForm cannot express

_EXTRA = frozenset(
    {
        "kind", "good", "harm", "safety", "right", "publish", "merge", "lasting", "bins", "moment", "pair",
        "max_length", "says", "split",
    }
)  # fmt: skip

_OWN_COLUMNS = ("kind", "good", "harm", "safety", "bins", "split")  # those that a form may have in plain columns

_YES = {"yes", "true", "true()", "1"}

_MAX_EXTRA_CHARACTERS = 8000


@dataclass(slots=True)
class SurveySheetQuestion:
    """A question while it is read: its table in our own format, and its row."""

    row: int
    table: dict[str, object]
    choices: list[choice_lists.ListOption] = field(default_factory=list)


class SurveyRows:
    """Reads the rows one by one; collects faults (they refuse the form, or leave their rows out) and notes.

    Attributes:
        questions: its questions, with those that have a fault, so that all faults are listed together.
        faults: each at its row.
        unfit: by row, the first fault of every question that has one, or is in a group that has one.
        names: of all rows, asked or not.
        open_end: the fault that a group does not end, which is no fault of the last row; None where all end.
        notes: what was left out or added.
    """

    def __init__(
        self,
        sheet_table: SheetTable,
        lists: Mapping[str, list[choice_lists.ListOption]],
        default: str,
        unreadable: Mapping[int, QuestionnaireFault],
        this_year: int,
    ) -> None:
        self.sheet = sheet_table
        self.lists = lists
        self.default = default
        self._unreadable = unreadable
        self._this_year = this_year
        self.faults: list[QuestionnaireFault] = []
        self.unfit: dict[int, QuestionnaireFault] = {}
        self.open_end: QuestionnaireFault | None = None
        self.names = frozenset(self._cell(row, "name") for row in sheet_table.rows)
        self.notes: list[QuestionnaireFault] = []
        self.questions: list[SurveySheetQuestion] = []
        self._groups: list[Condition | bool | QuestionnaireFault | None] = []  # False: never asked
        self._repeats: list[bool] = []  # for each open group, whether it is a repeat
        self._keys: dict[str, Mapping[str, str]] = {}  # by question, our key for each key of its options
        # in our own export nothing needs to be guessed
        self._ours = any(header.about == OWN_COLUMN for header in sheet_table.headers.values())

    def read(self) -> None:
        """Read all rows."""
        for row in self.sheet.rows:
            cell = self._cell(row, "type")
            if cell and not cell.startswith("#"):
                self._read_row(row, cell)
        if self._groups or self._repeats:
            self.open_end = make_fault("group_open").at(self.sheet.rows[-1].number)
            self.faults.append(self.open_end)

    def _cell(self, row: SheetRow, about: str) -> str:
        return read_cell(row, self.sheet, about)

    def _texts(self, row: SheetRow, about: str) -> dict[str, str]:
        return read_worded_cells(row, self.sheet, about, self.default)

    def _refuse(self, row: SheetRow, code: str, **values: FaultValue) -> None:
        self._add_fault(row, make_fault(code, **values).at(row.number))

    def _add_fault(self, row: SheetRow, fault: QuestionnaireFault) -> None:
        self.faults.append(fault)
        self.unfit.setdefault(row.number, fault)

    def _note(self, row: SheetRow, code: str, **values: FaultValue) -> None:
        self.notes.append(make_fault(code, **values).at(row.number))

    def _read_row(self, row: SheetRow, cell: str) -> None:
        """Read one row: a question, a step into or out of a group, or a row that is left out."""
        question_type = answer_types.read_type(cell)
        # the end of a group closes the innermost one, also where it is called otherwise than its begin
        if question_type.step.startswith("end") and self._repeats and self._repeats.pop():
            return  # a repeat, or a group in one: `_groups` has no condition of it
        if True in self._repeats:  # a repeat is left out as a whole; groups in it are only counted
            if question_type.step.startswith("begin"):
                self._repeats.append(True)
            return
        name = self._cell(row, "name")
        if fault := self._unreadable.get(row.number):
            self._add_fault(row, fault)
        if question_type.refused:
            self._refuse(row, question_type.refused, type=cell[:60], name=name)
        if question_type.left_out:
            self._note(row, question_type.left_out, type=cell[:60], name=name[:60])
        if question_type.step:
            self._change_group(row, question_type.step)
        elif question_type.kind and not self._is_silent_note(row, question_type):
            self._read_question(row, question_type)

    def _change_group(self, row: SheetRow, step: str) -> None:
        """Enter a group, or leave one."""
        if step.startswith("begin"):
            self._repeats.append(step == "begin repeat")
            if not self._repeats[-1]:
                condition = self._condition(row)
                self._groups.append(self.unfit.get(row.number, condition))
        elif self._groups:
            self._groups.pop()
        else:
            self._refuse(row, "group_not_open")

    def _is_silent_note(self, row: SheetRow, question_type: answer_types.QuestionType) -> bool:
        """Whether a note has nothing to read out: no text, or text made of answers."""
        words = self._texts(row, "label")
        silent = question_type.kind == "say" and (not words or any("${" in text for text in words.values()))
        if silent:
            self._note(row, "note_left_out", name=self._cell(row, "name")[:60])
        return silent

    def _read_question(self, row: SheetRow, question_type: answer_types.QuestionType) -> None:
        """Read one question into the table of our own format."""
        groups_and_row = (*self._groups, self._condition(row))
        conditions = [condition for condition in groups_and_row if isinstance(condition, Condition)]
        if False in groups_and_row:
            self._note(row, "never_asked", name=self._cell(row, "name"))
            return
        if group_fault := next((group for group in self._groups if isinstance(group, QuestionnaireFault)), None):
            self.unfit.setdefault(row.number, group_fault)
        date_options = self._date_options(row, question_type)
        options = self._options(row, question_type) if date_options is None else date_options
        known_list = self._known_list(row, question_type, options)
        choices = list(known_list.choices)
        words = self._texts(row, "label")
        if not words:
            self._refuse(row, "no_label", name=self._cell(row, "name"))
            words = {self.default: "-"}  # so that reading continues
        if any("${" in text for text in words.values()):
            self._refuse(row, "no_insertions")
        table: dict[str, object] = {
            "name": self._cell(row, "name"),
            "kind": known_list.kind,
            "text": words,
            "please": self._cell(row, "required").lower() in _YES,
        }
        if known_list.good:
            table["good"] = list(known_list.good)
        table |= {column: texts for column in ("hint", "audio") if (texts := self._texts(row, column))}
        if picture := choice_lists.read_picture(row, self.sheet, self.default, self.notes, "survey"):
            table["picture"] = picture
        if conditions:
            table["when"] = rename_keys(Condition.joined("all", conditions), self._keys)
        table |= self._plain_columns(row, known_list)
        table |= self._own_column(row, question_type)
        if table["kind"] == "number" and "bins" not in table:
            table["bins"] = self._ranges(row, " ".join(words.values()), dated=question_type.dated)
        if date_options:
            table |= choice_lists.seasons_of_a_year(known_list.choices)
        self._note_unused(row)
        self.questions.append(SurveySheetQuestion(row.number, table, choices))

    def _kind_of(self, row: SheetRow, question_type: answer_types.QuestionType, number_of_options: int) -> Kind:
        """The kind of a question, with `faces` where the appearance asks for them."""
        appearance = self._cell(row, "appearance").lower()
        has_faces = "likert" in appearance or "faces" in appearance
        if question_type.kind == "choose_one" and has_faces and number_of_options in FACES:
            return "faces"
        return question_type.kind or "say"

    def _known_list(
        self, row: SheetRow, question_type: answer_types.QuestionType, choices: list[choice_lists.ListOption]
    ) -> KnownList:
        kind = self._kind_of(row, question_type, len(choices))
        if question_type.dated and choices:
            return KnownList("choose_one", tuple(choices), {}, (), has_dont_know=False)
        if self._ours:
            return KnownList(kind, tuple(choices), {}, (), has_dont_know=False)
        known_list = find_known_list(kind, choices)
        kind_in_column = self._cell(row, "kind").lower()
        if kind_in_column in question_type.kinds:
            known_list = known_list._replace(kind=kind_in_column)
        name = self._cell(row, "name")
        self._keys[name] = known_list.keys
        if not KINDS[known_list.kind].scale:
            with_pictures = tuple(
                option if option.picture else replace(option, picture=_picture(option)) for option in known_list.choices
            )
            known_list = known_list._replace(choices=with_pictures)
        if known_list.has_dont_know:
            self._note(row, "dont_know_left_out", question=name)
        return known_list

    def _plain_columns(self, row: SheetRow, known_list: KnownList) -> dict[str, object]:
        """The values of the plain columns; an unknown `kind` is refused here, and used by `_known_list`."""
        if self._ours:
            return {}
        texts = {about: text for about in _OWN_COLUMNS if (text := self._cell(row, about))}
        table: dict[str, object] = {
            about: [
                known_list.keys.get(key, key)
                for key in map(choice_lists.option_key, re.split(r"[\s,;]+", texts[about]))
                if key
            ]
            for about in ("good", "harm")
            if about in texts
        }
        if "harm" in texts or texts.get("safety", "").lower() in _YES:
            table["safety"] = True
        if "bins" in texts:
            ranges = read_ranges(texts["bins"])
            table["bins"] = [{"key": f"from_{low}", "low": low, "high": high} for low, high in ranges]
            if not ranges:
                self._refuse(row, "bins_unreadable", said=texts["bins"][:60])
        if texts.get("kind", "").lower() not in {"", *KINDS}:
            self._refuse(row, "not_one_of", key="kind", said=texts["kind"][:60], allowed=", ".join(KINDS))
        if texts.get("split") in SPLITS:
            table["split"] = texts["split"]
        elif "split" in texts:
            self._refuse(row, "not_one_of", key="split", said=texts["split"][:60], allowed=", ".join(SPLITS))
        return table

    def _options(self, row: SheetRow, question_type: answer_types.QuestionType) -> list[choice_lists.ListOption]:
        if not question_type.list_name:
            return []
        name = self._cell(row, "name")
        if question_type.list_name not in self.lists:
            self._refuse(row, "no_list", list=question_type.list_name)
        choice_filter, list_options = self._cell(row, "choice_filter"), self.lists.get(question_type.list_name, [])
        options = choice_lists.keep_filtered(list_options, choice_filter)
        if options is None:
            self._refuse(row, "no_choice_filter", said=choice_filter[:60])
        elif len(options) < len(list_options):
            self._note(row, "choices_filtered", name=name, found=len(options), most=len(list_options))
        choices = list_options if options is None else options
        for option in choices:
            if option.fault:
                self._add_fault(row, option.fault)
        if question_type.other:
            choices, in_english = choice_lists.add_something_else(choices, row.number)
            self._note(row, "other_added", question=name)
            for language in sorted(in_english):
                self._note(row, "other_in_english", question=name, language=language)
        return choices

    def _date_options(
        self, row: SheetRow, question_type: answer_types.QuestionType
    ) -> list[choice_lists.ListOption] | None:
        """The options of a date: months where only these are asked, none for years; None for a question without date.

        A whole date may identify a child, and nobody taps one, so it is refused.
        """
        if not question_type.dated:
            return None
        appearance, name = self._cell(row, "appearance").lower(), self._cell(row, "name")
        if "year" not in appearance:
            self._refuse(row, "date_too_exact", name=name)
        months = None
        if "month" in appearance and number_ranges.is_within_a_year(self._cell(row, "constraint")):
            months = choice_lists.months_of_a_year(self._texts(row, "label"), row.number)
        if "year" in appearance:
            self._note(row, "date_as_month" if months else "date_as_year", name=name)
        return months or []

    def _condition(self, row: SheetRow) -> Condition | bool | None:
        """The condition of a row; False where it is never asked, None where it has none."""
        text = self._cell(row, "relevant")
        if not text or text.lower() in {"true", "true()", "1"}:
            return None
        if text.lower() in {"false", "false()", "0"}:
            return False
        try:
            return read_relevant(text)
        except UnreadableCondition as part:
            self._refuse(row, "relevant_unreadable", part=str(part)[:40])
            return None

    def _own_column(self, row: SheetRow, question_type: answer_types.QuestionType) -> dict[str, object]:
        """The values that our own export stored."""
        text = self._cell(row, OWN_COLUMN)
        extra = read_extra(text)
        if extra is None or set(extra) - _EXTRA or extra.get("kind", question_type.kind) not in question_type.kinds:
            self._refuse(row, "bad_extra")
            return {}
        return extra

    def _ranges(self, row: SheetRow, label: str, *, dated: bool) -> list[dict[str, object]]:
        """Make the ranges of a number question."""
        constraint = self._cell(row, "constraint")
        if dated:
            ranges = number_ranges.years_for(constraint, self._this_year)
        else:
            ranges = number_ranges.bins_for(constraint, self._cell(row, "parameters"), label)
        self._note(row, "bins_made", name=self._cell(row, "name"))
        return [{"key": f"from_{low}", "low": low, "high": high} for low, high in ranges]

    def _note_unused(self, row: SheetRow) -> None:
        """Note the columns that are ignored."""
        for about in ("calculation", "default", "read_only", "readonly", "trigger", "repeat_count"):
            if self._cell(row, about).lower() not in {"", "no", "false"}:
                self._note(row, "column_left_out", column=about)


def _picture(option: choice_lists.ListOption) -> str | None:
    """The picture that has the option's name."""
    return picture_code(option.words["en"]) if "en" in option.words else None


def read_extra(text: str) -> dict[str, object] | None:
    """Parse the column of our own export; None where it is invalid."""
    if not text:
        return {}
    try:
        content = json.loads(text) if len(text) <= _MAX_EXTRA_CHARACTERS else None
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
