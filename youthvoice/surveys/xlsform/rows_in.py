"""The rows of the sheet `survey` as questions in the shape of our own files; groups become conditions."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from youthvoice.surveys.conditions import Condition, Unreadable
from youthvoice.surveys.faults import Fault, fault
from youthvoice.surveys.xlsform.choices import Choice, read_picture
from youthvoice.surveys.xlsform.columns import Table, cell, worded
from youthvoice.surveys.xlsform.kinds import Read, read_type
from youthvoice.surveys.xlsform.ranges import bins_for
from youthvoice.surveys.xlsform.relevant import read_relevant
from youthvoice.surveys.xlsform.workbook import Row

OURS = "youthvoice"  # the column in which our own export keeps what XLSForm has no word for
_EXTRA = frozenset(
    {
        "kind", "good", "harm", "safety", "right", "publish", "merge", "lasting", "bins", "moment", "pair",
        "max_length", "says",
    }
)  # fmt: skip
_KINDS = {"choose_one": ("choose_one", "faces", "yes_no")}
_FACES = range(3, 6)
_YES = {"yes", "true", "true()", "1"}
_LONGEST_EXTRA = 8000


@dataclass(slots=True)
class Asked:
    """A question on its way: the table of our own format, and the row it came from."""

    row: int
    table: dict[str, object]
    choices: list[Choice] = field(default_factory=list)


class SurveyRows:
    """Reads row after row; keeps faults (refused) and notes (left out, or made up)."""

    def __init__(self, sheet: Table, lists: Mapping[str, list[Choice]], default: str) -> None:
        self.sheet = sheet
        self.lists = lists
        self.default = default
        self.faults: list[Fault] = []
        self.notes: list[Fault] = []
        self.asked: list[Asked] = []
        self._groups: list[Condition | bool | None] = []  # False: never asked

    def read(self) -> None:
        """Read them all."""
        for row in self.sheet.rows:
            said = cell(row, self.sheet, "type")
            if said and not said.startswith("#"):
                self._row(row, said)
        if self._groups:
            self.faults.append(fault("group_open").at(self.sheet.rows[-1].number))

    def _row(self, row: Row, said: str) -> None:
        read = read_type(said)
        if read.refused:
            name = cell(row, self.sheet, "name")
            self.faults.append(fault(read.refused, type=said[:60], name=name).at(row.number))
        if read.step.startswith("begin"):
            self._groups.append(self._relevant(row))
        elif read.step:
            if self._groups:
                self._groups.pop()
            else:
                self.faults.append(fault("group_not_open").at(row.number))
        elif read.kind:
            self._question(row, read)

    def _question(self, row: Row, read: Read) -> None:
        own = self._relevant(row)
        conditions = [one for one in (*self._groups, own) if isinstance(one, Condition)]
        if False in (*self._groups, own):
            self.notes.append(fault("never_asked", name=cell(row, self.sheet, "name")).at(row.number))
            return
        choices = self._choices(row, read)
        words = worded(row, self.sheet, "label", self.default)
        if not words:
            self.faults.append(fault("no_label", name=cell(row, self.sheet, "name")).at(row.number))
            words = {self.default: "-"}  # so that what follows is read all the same
        if any("${" in text for text in words.values()):
            self.faults.append(fault("no_insertions").at(row.number))
        table: dict[str, object] = {
            "name": cell(row, self.sheet, "name"),
            "kind": self._kind(row, read, len(choices)),
            "text": words,
            "please": cell(row, self.sheet, "required").lower() in _YES,
        }
        table |= {about: said for about in ("hint", "audio") if (said := worded(row, self.sheet, about, self.default))}
        if picture := read_picture(row, self.sheet, self.default, self.notes, "survey"):
            table["picture"] = picture
        if conditions:
            table["when"] = conditions[0] if len(conditions) == 1 else Condition("all", parts=tuple(conditions))
        table |= self._extra(row, read)
        if table["kind"] == "number" and "bins" not in table:
            table["bins"] = self._bins(row)
        self._unused(row)
        self.asked.append(Asked(row.number, table, choices))

    def _kind(self, row: Row, read: Read, options: int) -> str:
        appearance = cell(row, self.sheet, "appearance").lower()
        faced = "likert" in appearance or "faces" in appearance
        return "faces" if read.kind == "choose_one" and faced and options in _FACES else read.kind or ""

    def _choices(self, row: Row, read: Read) -> list[Choice]:
        if not read.list_name:
            return []
        if read.list_name not in self.lists:
            self.faults.append(fault("no_list", list=read.list_name).at(row.number))
        if filtered := cell(row, self.sheet, "choice_filter"):
            self.faults.append(fault("no_choice_filter", said=filtered[:60]).at(row.number))
        choices = self.lists.get(read.list_name, [])
        for choice in choices:
            if not choice.words:
                self.faults.append(fault("no_label", on="choices", name=choice.key).at(choice.row))
        return [replace(choice, words=choice.words or {self.default: "-"}) for choice in choices]

    def _relevant(self, row: Row) -> Condition | bool | None:
        text = cell(row, self.sheet, "relevant")
        if not text or text.lower() in {"true", "true()", "1"}:
            return None
        if text.lower() in {"false", "false()", "0"}:
            return False
        try:
            return read_relevant(text)
        except Unreadable as part:
            self.faults.append(fault("relevant_unreadable", part=str(part)[:40]).at(row.number))
            return None

    def _extra(self, row: Row, read: Read) -> dict[str, object]:
        text = cell(row, self.sheet, OURS)
        extra = read_extra(text)
        kinds = _KINDS.get(read.kind or "", (read.kind,))
        if extra is None or set(extra) - _EXTRA or extra.get("kind", read.kind) not in kinds:
            self.faults.append(fault("bad_extra").at(row.number))
            return {}
        return extra

    def _bins(self, row: Row) -> list[dict[str, object]]:
        made = bins_for(cell(row, self.sheet, "constraint"), cell(row, self.sheet, "parameters"))
        self.notes.append(fault("bins_made", name=cell(row, self.sheet, "name")).at(row.number))
        return [{"key": f"from_{low}", "low": low, "high": high} for low, high in made]

    def _unused(self, row: Row) -> None:
        for about in ("calculation", "default", "read_only", "readonly", "trigger", "repeat_count"):
            if cell(row, self.sheet, about).lower() not in {"", "no", "false"}:
                self.notes.append(fault("column_left_out", column=about).at(row.number))


def read_extra(text: str) -> dict[str, object] | None:
    """What our export kept; None where it cannot be read."""
    if not text:
        return {}
    try:
        found = json.loads(text) if len(text) <= _LONGEST_EXTRA else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
