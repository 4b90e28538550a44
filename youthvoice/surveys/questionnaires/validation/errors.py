"""What is wrong with a file: a row, a code, the values its words need. `fault_words.say` says it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Value = str | int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right.

    Attributes:
        row: row of the file, from 1; None where the whole file is meant.
        code: which rule; a key of `fault_words`.
        values: what its words name; `question` is the question's name.
    """

    row: int | None
    code: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def at(self, row: int | None) -> "Fault":
        """The same fault in a row of a file."""
        return replace(self, row=row)


class Refused(ValueError):
    """A questionnaire that cannot be used, with all that is wrong with it, in the order of its rows."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        once = {(fault.row or 0, fault.code, str(fault.values)): fault for fault in faults}
        self.faults = tuple(once[key] for key in sorted(once))
        super().__init__(", ".join(f"row {fault.row}: {fault.code}" for fault in self.faults))


def fault(code: str, **values: Value) -> Fault:
    """A fault whose row is not known yet."""
    return Fault(None, code, values)


def faults_as_data(faults: Iterable[Fault]) -> list[list[object]]:
    """Faults as lists for JSON."""
    return [[one.row, one.code, dict(one.values)] for one in faults]


def faults_from_data(data: Iterable[Any]) -> tuple[Fault, ...]:
    """Read what `faults_as_data` made."""
    return tuple(Fault(row, code, values) for row, code, values in data)
