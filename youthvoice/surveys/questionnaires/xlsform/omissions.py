"""Choose the rows of an XLSForm that are left out because they cannot be asked, each with its reason."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, make_fault
from youthvoice.surveys.questionnaires.skip_logic import Condition
from youthvoice.surveys.questionnaires.toml_file.toml_reader import MAX_QUESTIONS
from youthvoice.surveys.questionnaires.xlsform.survey_sheet import SurveySheetQuestion


class OmittedRows:
    """The rows that are left out, and with them the questions that depend on one of them.

    A question whose condition cannot be evaluated is left out, never asked of everybody: it was meant for some.
    """

    def __init__(
        self, questions: Sequence[SurveySheetQuestion], unfit: Mapping[int, QuestionnaireFault], names: Collection[str]
    ) -> None:
        """Start with what the rows alone show.

        Args:
            questions: every question of the form, in order.
            unfit: by row, why it cannot be asked; may include rows that are no questions.
            names: of all rows, with those that are never asked.
        """
        self._questions = questions
        self._names = names
        self._name_by_row = {question.row: str(question.table["name"]) for question in questions}
        self.rows: dict[int, QuestionnaireFault] = dict(unfit)

    def add(self, faults: Iterable[QuestionnaireFault]) -> bool:
        """Leave out the questions with these faults; False where no fault concerns a question that is still asked."""
        new_faults = {
            fault.row: fault
            for fault in faults
            if fault.row in self._name_by_row
            and fault.row not in self.rows
            and fault.values.get("on", "survey") == "survey"
        }
        self.rows |= {row: fault for row, fault in new_faults.items() if row is not None}
        return bool(new_faults)

    def kept(self) -> list[SurveySheetQuestion]:
        """The questions that are still asked, in order; also leaves out what depends on an omitted row."""
        kept_questions: list[SurveySheetQuestion] = []
        kept_names: set[object] = set()
        # a condition on a later question is another fault, unless that one is left out
        possible_names = {name for row, name in self._name_by_row.items() if row not in self.rows}
        for question in self._questions:
            when = question.table.get("when")
            condition_keys = when.asks_about() if isinstance(when, Condition) else ()
            needed = [name for name, _key in condition_keys if name in self._names]
            if question.row in self.rows:
                continue
            if missing := [name for name in needed if name not in kept_names and name not in possible_names]:
                self.rows[question.row] = make_fault("needs_left_out", said=missing[0]).at(question.row)
                possible_names.discard(str(question.table["name"]))
            elif len(kept_questions) == MAX_QUESTIONS:
                self.rows[question.row] = make_fault("far_too_many", found=len(self._questions), most=MAX_QUESTIONS).at(
                    question.row
                )
            else:
                kept_questions.append(question)
                kept_names.add(question.table["name"])
        return kept_questions

    def notes(self) -> list[QuestionnaireFault]:
        """Every omitted row with its reason, in the order of the rows."""
        return [
            QuestionnaireFault(
                row,
                fault.code,
                {key: value for key, value in fault.values.items() if key != "on"}
                | {
                    "left_out": self._name_by_row.get(row)
                    or str(fault.values.get("name") or fault.values.get("type") or "-")
                },
            )
            for row, fault in sorted(self.rows.items())
        ]
