"""What is wrong with a file, and in which row; `labels` says it in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

FaultValue = str | int


@dataclass(frozen=True, slots=True)
class QuestionnaireFault:
    """One thing to put right.

    Attributes:
        row: row of the file, from 1; None where the whole file is meant.
        code: which rule; a key of `labels.FAULT_MESSAGES`.
        values: what its words name; `question` is the question's name.
    """

    row: int | None
    code: str
    values: Mapping[str, FaultValue] = field(default_factory=dict)

    def at(self, row: int | None) -> "QuestionnaireFault":
        """The same fault in a row of a file."""
        return replace(self, row=row)


class QuestionnaireRefused(ValueError):
    """A questionnaire that cannot be used, with all that is wrong with it, in the order of its rows."""

    def __init__(self, faults: Iterable[QuestionnaireFault]) -> None:
        once = {(fault.row or 0, fault.code, str(fault.values)): fault for fault in faults}
        self.faults = tuple(once[key] for key in sorted(once))
        super().__init__(", ".join(f"row {fault.row}: {fault.code}" for fault in self.faults))


# Notes about rows that are not asked though nothing is wrong with them: what a form notes by itself, or cannot show.
_LEFT_OUT = frozenset({"would_identify", "repeat_left_out", "worked_out", "note_left_out", "never_asked"})


def is_left_out(fault: QuestionnaireFault) -> bool:
    """Whether a note says that a row is left out, not that something was made up or should be looked at."""
    return "left_out" in fault.values or fault.code in _LEFT_OUT


def make_fault(code: str, **values: FaultValue) -> QuestionnaireFault:
    """A fault whose row is not known yet."""
    return QuestionnaireFault(None, code, values)


def faults_as_data(faults: Iterable[QuestionnaireFault]) -> list[list[object]]:
    """Faults as lists for JSON."""
    return [[fault.row, fault.code, dict(fault.values)] for fault in faults]


def faults_from_data(data: Iterable[Any]) -> tuple[QuestionnaireFault, ...]:
    """Read what `faults_as_data` made."""
    return tuple(QuestionnaireFault(row, code, values) for row, code, values in data)
