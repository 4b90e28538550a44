"""The rows of the sheet `survey` as questions in the shape of our own files; groups become conditions."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from youthvoice.surveys.questionnaires.pictures import picture_code
from youthvoice.surveys.questionnaires.question import KINDS
from youthvoice.surveys.questionnaires.skip_logic import Condition, Unreadable
from youthvoice.surveys.questionnaires.validation.errors import Fault, fault
from youthvoice.surveys.questionnaires.xlsform.choices_sheet import Choice, read_picture
from youthvoice.surveys.questionnaires.xlsform.columns import Table, cell, worded
from youthvoice.surveys.questionnaires.xlsform.number_bins import bins_for, bins_said
from youthvoice.surveys.questionnaires.xlsform.question_types import Read, read_type
from youthvoice.surveys.questionnaires.xlsform.relevant import option_key, read_relevant
from youthvoice.surveys.questionnaires.xlsform.scales import Known, known_list
from youthvoice.surveys.questionnaires.xlsform.workbook import Row

OURS = "youthvoice"  # the column in which our own export keeps what XLSForm has no word for
_EXTRA = frozenset(
    {
        "kind", "good", "harm", "safety", "right", "publish", "merge", "lasting", "bins", "moment", "pair",
        "max_length", "says",
    }
)  # fmt: skip
_KINDS = {"choose_one": ("choose_one", "faces", "yes_no")}
_OWN_COLUMNS = ("kind", "good", "harm", "safety", "bins")  # plain columns for what XLSForm has no word for
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
        self._repeats: list[bool] = []  # for each group that is open, whether it is a repeat
        self._keys: dict[str, Mapping[str, str]] = {}  # by question, what the keys of its options became
        self._ours = any(one.about == OURS for one in sheet.headers.values())  # our own export: nothing to guess

    def read(self) -> None:
        """Read them all."""
        for row in self.sheet.rows:
            said = cell(row, self.sheet, "type")
            if said and not said.startswith("#"):
                self._row(row, said)
        if self._groups or self._repeats:
            self.faults.append(fault("group_open").at(self.sheet.rows[-1].number))

    def _row(self, row: Row, said: str) -> None:
        read = read_type(said)
        if read.step.startswith("end") and self._repeats and self._repeats.pop():
            return
        if True in self._repeats:  # all of a repeat is left out; its own groups are only counted
            if read.step.startswith("begin"):
                self._repeats.append(True)
            return
        name = cell(row, self.sheet, "name")
        if read.refused:
            self.faults.append(fault(read.refused, type=said[:60], name=name).at(row.number))
        if read.left_out:
            self.notes.append(fault(read.left_out, type=said[:60], name=name[:60]).at(row.number))
        if read.step:
            self._step(row, read.step)
        elif read.kind and not self._silent_note(row, read):
            self._question(row, read)

    def _step(self, row: Row, step: str) -> None:
        """Into a group, or out of one."""
        if step.startswith("begin"):
            self._repeats.append(step == "begin repeat")
            if not self._repeats[-1]:
                self._groups.append(self._relevant(row))
        elif self._groups:
            self._groups.pop()
        else:
            self.faults.append(fault("group_not_open").at(row.number))

    def _silent_note(self, row: Row, read: Read) -> bool:
        """A note that has nothing to say here: without words, or words made of answers."""
        words = worded(row, self.sheet, "label", self.default)
        silent = read.kind == "say" and (not words or any("${" in text for text in words.values()))
        if silent:
            self.notes.append(fault("note_left_out", name=cell(row, self.sheet, "name")[:60]).at(row.number))
        return silent

    def _question(self, row: Row, read: Read) -> None:
        own = self._relevant(row)
        conditions = [one for one in (*self._groups, own) if isinstance(one, Condition)]
        if False in (*self._groups, own):
            self.notes.append(fault("never_asked", name=cell(row, self.sheet, "name")).at(row.number))
            return
        known = self._known(row, read, self._choices(row, read))
        choices = list(known.choices)
        words = worded(row, self.sheet, "label", self.default)
        if not words:
            self.faults.append(fault("no_label", name=cell(row, self.sheet, "name")).at(row.number))
            words = {self.default: "-"}  # so that what follows is read all the same
        if any("${" in text for text in words.values()):
            self.faults.append(fault("no_insertions").at(row.number))
        table: dict[str, object] = {
            "name": cell(row, self.sheet, "name"),
            "kind": known.kind,
            "text": words,
            "please": cell(row, self.sheet, "required").lower() in _YES,
        }
        if known.good:
            table["good"] = list(known.good)
        table |= {about: said for about in ("hint", "audio") if (said := worded(row, self.sheet, about, self.default))}
        if picture := read_picture(row, self.sheet, self.default, self.notes, "survey"):
            table["picture"] = picture
        if conditions:
            when = conditions[0] if len(conditions) == 1 else Condition("all", parts=tuple(conditions))
            table["when"] = renamed(when, self._keys)
        table |= self._own(row, known)
        table |= self._extra(row, read)
        if table["kind"] == "number" and "bins" not in table:
            table["bins"] = self._bins(row, " ".join(words.values()))
        self._unused(row)
        self.asked.append(Asked(row.number, table, choices))

    def _kind(self, row: Row, read: Read, options: int) -> str:
        appearance = cell(row, self.sheet, "appearance").lower()
        faced = "likert" in appearance or "faces" in appearance
        return "faces" if read.kind == "choose_one" and faced and options in _FACES else read.kind or ""

    def _known(self, row: Row, read: Read, choices: list[Choice]) -> Known:
        kind, wanted = self._kind(row, read, len(choices)), cell(row, self.sheet, "kind").lower()
        if self._ours:
            return Known(kind, tuple(choices), {}, (), unknowing=False)
        known = known_list(kind, choices)
        if wanted in _KINDS["choose_one"] and read.kind == "choose_one":
            known = known._replace(kind=wanted)
        name = cell(row, self.sheet, "name")
        self._keys[name] = known.keys
        if known.kind not in {"faces", "yes_no"}:
            drawn = tuple(one if one.picture else replace(one, picture=_drawn(one)) for one in known.choices)
            known = known._replace(choices=drawn)
            if not all(one.picture for one in drawn):
                self.notes.append(fault("pictures_missing", question=name).at(row.number))
        if known.unknowing:
            self.notes.append(fault("dont_know_left_out", question=name).at(row.number))
        return known

    def _own(self, row: Row, known: Known) -> dict[str, object]:
        """What the plain columns say: kind good harm safety bins."""
        if self._ours:
            return {}
        said = {about: text for about in _OWN_COLUMNS if (text := cell(row, self.sheet, about))}
        table: dict[str, object] = {
            about: [known.keys.get(key, key) for key in map(option_key, re.split(r"[\s,;]+", said[about])) if key]
            for about in ("good", "harm")
            if about in said
        }
        if "harm" in said or said.get("safety", "").lower() in _YES:
            table["safety"] = True
        if "bins" in said:
            made = bins_said(said["bins"])
            table["bins"] = [{"key": f"from_{low}", "low": low, "high": high} for low, high in made]
            if not made:
                self.faults.append(fault("bins_unreadable", said=said["bins"][:60]).at(row.number))
        if said.get("kind", "").lower() not in {"", *KINDS}:
            self.faults.append(
                fault("not_one_of", key="kind", said=said["kind"][:60], allowed=", ".join(KINDS)).at(row.number)
            )
        return table

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

    def _bins(self, row: Row, label: str) -> list[dict[str, object]]:
        made = bins_for(cell(row, self.sheet, "constraint"), cell(row, self.sheet, "parameters"), label)
        self.notes.append(fault("bins_made", name=cell(row, self.sheet, "name")).at(row.number))
        return [{"key": f"from_{low}", "low": low, "high": high} for low, high in made]

    def _unused(self, row: Row) -> None:
        for about in ("calculation", "default", "read_only", "readonly", "trigger", "repeat_count"):
            if cell(row, self.sheet, about).lower() not in {"", "no", "false"}:
                self.notes.append(fault("column_left_out", column=about).at(row.number))


def _drawn(choice: Choice) -> str | None:
    """The picture that is called as the option is."""
    return picture_code(choice.words["en"]) if "en" in choice.words else None


def renamed(condition: Condition, keys: Mapping[str, Mapping[str, str]]) -> Condition:
    """The condition with the keys that options have now."""
    new = keys.get(condition.question, {})
    return replace(
        condition,
        keys=tuple(new.get(key, key) for key in condition.keys),
        parts=tuple(renamed(part, keys) for part in condition.parts),
    )


def read_extra(text: str) -> dict[str, object] | None:
    """What our export kept; None where it cannot be read."""
    if not text:
        return {}
    try:
        found = json.loads(text) if len(text) <= _LONGEST_EXTRA else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
