"""Marks of a question's answers: which are good, say harm, are right, or are published together with others.

In the file of a questionnaire they are lists of keys beside the answers; in the builder they are ticks in the row of
each answer. A page shows some answers and some marks; what it does not show stays.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from youthvoice.surveys.questionnaires.drafts.draft import DraftQuestion, set_value

GROUPS: Final = ("A", "B", "C", "D", "E")
"""The letters that stand for groups of answers on the page of a question."""


@dataclass
class AnswerMarks:
    """The keys of the answers that bear each mark; None where no answer has the mark and no page showed it.

    Attributes:
        good: of good answers.
        harm: of those that say that a child is hurt or afraid.
        right: of right answers; a question has one, and while another is being ticked two.
        groups: by letter, of those that are published together.
    """

    good: list[str] | None = None
    harm: list[str] | None = None
    right: list[str] | None = None
    groups: dict[str, list[str]] | None = None

    def tick(self, name: str, key: str, *, ticked: bool) -> None:
        """Take over one tick of a page.

        Args:
            name: `good`, `harm` or `right`.
            key: of the answer.
            ticked: whether the answer bears the mark.
        """
        setattr(self, name, [*(getattr(self, name) or []), *([key] if ticked else [])])

    def group(self, letter: str, key: str) -> None:
        """Take over the group of an answer; an empty letter for none."""
        self.groups = self.groups or {}
        if letter:
            self.groups.setdefault(letter, []).append(key)


def marks_of(question: DraftQuestion, keys: Collection[str]) -> AnswerMarks:
    """The marks of some answers of a question.

    Args:
        question: any.
        keys: of the answers.
    """
    good, harm = ([key for key in question.get(name, []) if key in keys] or None for name in _LISTS)
    right = [question["right"]] if question.get("right") in keys else None
    groups = {
        letter: grouped
        for letter, group in zip(GROUPS, question.get("merge", []), strict=False)
        if (grouped := [key for key in group["options"] if key in keys])
    }
    return AnswerMarks(good, harm, right, groups or None)


_LISTS: Final = ("good", "harm")


def set_marks(question: DraftQuestion, answer_marks: AnswerMarks, languages: Sequence[str]) -> None:
    """Write marks into a question whose answers are written; the order of those that did not change stays.

    Args:
        question: any.
        answer_marks: of all its answers.
        languages: of the draft; a new group is named in each.
    """
    for name in _LISTS:
        keys: list[str] | None = getattr(answer_marks, name)
        if keys is not None and set(keys) != set(question.get(name, [])):
            set_value(question, name, keys)
    set_value(question, "safety", bool(question.get("harm")))
    if answer_marks.right is not None:
        _set_right(question, answer_marks.right)
    if answer_marks.groups is not None:
        set_value(question, "merge", _groups(question, answer_marks.groups, languages))


def _set_right(question: DraftQuestion, keys: Sequence[str]) -> None:
    """Write the right answer: the one that was ticked now, where an earlier one is still ticked."""
    before = question.get("right", "")
    right = next((key for key in keys if key != before), next(iter(keys), ""))
    if right != before:
        set_value(question, "right", right)
        set_value(question, "publish", "right" if right else "")


def _groups(
    question: DraftQuestion, keys_by_letter: Mapping[str, list[str]], languages: Sequence[str]
) -> list[dict[str, Any]]:
    """The groups as a file has them; a group with the same answers as before keeps its labels."""
    before = {tuple(sorted(group["options"])): group for group in question.get("merge", [])}
    options = {option["key"]: option for option in question["options"]}
    groups = []
    for letter, keys in sorted(keys_by_letter.items()):
        words = {code: " / ".join(options[key].get(code, "") for key in keys) for code in languages}
        new_group = {"key": f"group_{letter.lower()}", "options": keys} | words
        groups.append(before.get(tuple(sorted(keys))) or new_group)
    return groups
