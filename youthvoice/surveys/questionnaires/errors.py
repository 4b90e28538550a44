"""Faults in a questionnaire file, each with its row; `labels` has their messages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

FaultValue = str | int


@dataclass(frozen=True, slots=True)
class QuestionnaireFault:
    """One fault to correct.

    Attributes:
        row: row of the file, from 1; None where the fault concerns the whole file.
        code: of the rule; a key of `labels.FAULT_MESSAGES`.
        values: for its message; `question` is the question's name, `on` the part of a workbook (`survey` without
            it), `left_out` the name of a row that was left out for this fault.
    """

    row: int | None
    code: str
    values: Mapping[str, FaultValue] = field(default_factory=dict)

    def at(self, row: int | None) -> "QuestionnaireFault":
        """The same fault in a row of a file."""
        return replace(self, row=row)


class QuestionnaireRefused(ValueError):
    """A questionnaire is invalid; holds all its faults in the order of their rows."""

    def __init__(self, faults: Iterable[QuestionnaireFault]) -> None:
        once = {(fault.row or 0, fault.code, str(fault.values)): fault for fault in faults}
        self.faults = tuple(once[key] for key in sorted(once))
        super().__init__(", ".join(f"row {fault.row}: {fault.code}" for fault in self.faults))


# Notes about rows that are left out though nothing is wrong with them; others say so by `left_out`.
_LEFT_OUT = frozenset({"would_identify", "repeat_left_out", "worked_out", "note_left_out", "never_asked"})


def is_left_out(fault: QuestionnaireFault) -> bool:
    """Whether a note says that a row was left out, not that something was added or needs a check."""
    return "left_out" in fault.values or fault.code in _LEFT_OUT


def make_fault(code: str, **values: FaultValue) -> QuestionnaireFault:
    """A fault whose row is not known yet."""
    return QuestionnaireFault(None, code, values)


def faults_as_data(faults: Iterable[QuestionnaireFault]) -> list[list[object]]:
    """Faults as lists for JSON."""
    return [[fault.row, fault.code, dict(fault.values)] for fault in faults]


def faults_from_data(data: Iterable[Any]) -> tuple[QuestionnaireFault, ...]:
    """Read the output of `faults_as_data`."""
    return tuple(QuestionnaireFault(row, code, values) for row, code, values in data)
