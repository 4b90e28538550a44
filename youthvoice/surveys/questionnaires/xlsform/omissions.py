"""Which rows of a form are left out because they cannot be asked, and why each."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, make_fault
from youthvoice.surveys.questionnaires.skip_logic import Condition
from youthvoice.surveys.questionnaires.toml_file.toml_reader import MAX_QUESTIONS
from youthvoice.surveys.questionnaires.xlsform.survey_sheet import SurveySheetQuestion


class OmittedRows:
    """The rows that are left out; what depends on one of them is left out too.

    A question whose condition cannot be judged is never asked of everybody instead: it was meant for some.
    """

    def __init__(
        self, asked: Sequence[SurveySheetQuestion], unfit: Mapping[int, QuestionnaireFault], named: Collection[str]
    ) -> None:
        """Begin with what is known from the rows alone.

        Args:
            asked: every question of the form, in order.
            unfit: by row, why it cannot be asked; rows that are no question may be among them.
            named: names of all rows, those that are left out by themselves included.
        """
        self._asked = asked
        self._named = named
        self._known = {question.row: str(question.table["name"]) for question in asked}
        self.rows: dict[int, QuestionnaireFault] = dict(unfit)

    def add(self, faults: Iterable[QuestionnaireFault]) -> bool:
        """Leave out the questions that have these faults; false where none of them stands at a question still asked."""
        questionnaire_faults = {
            fault.row: fault
            for fault in faults
            if fault.row in self._known and fault.row not in self.rows and fault.values.get("on", "survey") == "survey"
        }
        self.rows |= {row: fault for row, fault in questionnaire_faults.items() if row is not None}
        return bool(questionnaire_faults)

    def kept(self) -> list[SurveySheetQuestion]:
        """What is asked all the same, in order; finds what depends on a row that is left out."""
        survey_sheet_questions: list[SurveySheetQuestion] = []
        names: set[object] = set()
        later = {name for row, name in self._known.items() if row not in self.rows}
        for question in self._asked:
            when = question.table.get("when")
            needed = [name for name, _key in when.asks_about()] if isinstance(when, Condition) else []
            if question.row in self.rows:
                continue
            if missing := [name for name in needed if name in self._named and name not in names and name not in later]:
                self.rows[question.row] = make_fault("needs_left_out", said=missing[0]).at(question.row)
                later.discard(str(question.table["name"]))
            elif len(survey_sheet_questions) == MAX_QUESTIONS:
                self.rows[question.row] = make_fault("far_too_many", found=len(self._asked), most=MAX_QUESTIONS).at(
                    question.row
                )
            else:
                survey_sheet_questions.append(question)
                names.add(question.table["name"])
        return survey_sheet_questions

    def notes(self) -> list[QuestionnaireFault]:
        """Every row that is left out, and why, in the order of the rows."""
        return [
            QuestionnaireFault(
                row,
                fault.code,
                {key: value for key, value in fault.values.items() if key != "on"}
                | {
                    "left_out": self._known.get(row) or str(fault.values.get("name") or fault.values.get("type") or "-")
                },
            )
            for row, fault in sorted(self.rows.items())
        ]
