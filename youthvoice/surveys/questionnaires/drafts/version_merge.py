"""Merge the newest version of a questionnaire into a draft that began with an earlier version. Pure.

Three questionnaires are compared, value by value: the version that the draft began with, the newest one, and the draft.
A value that only one side changed is taken. Where both changed it, the draft's value stays, unless its author chooses
the version's.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from youthvoice.surveys.questionnaires.drafts.draft import DraftBody, DraftQuestion, draft_of
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire

HEAD: Final = ""
"""In place of a question's name: the draft without its questions."""

Path = tuple[str, ...]


class Difference(NamedTuple):
    """A value that a draft and a version do not share.

    Attributes:
        question: its name, or `HEAD`.
        path: where in it, such as `("options", "good", "en")`; empty for a question that only one of them has.
        draft: what the draft has; None where it has nothing.
        version: what the version has.
    """

    question: str
    path: Path
    draft: Any
    version: Any


class MergedDraft(NamedTuple):
    """A draft that follows the newest version.

    Attributes:
        body: the draft.
        changed: names of the questions that the newest version changed, added or removed; `HEAD` for its head.
        conflicts: values that both changed, in the order of `body`.
    """

    body: DraftBody
    changed: tuple[str, ...]
    conflicts: tuple[Difference, ...]


def merge_version(
    body: DraftBody, old: Questionnaire, new: Questionnaire, version: int, chosen: Collection[str] = ()
) -> MergedDraft:
    """Merge the changes of a version into a draft that began with an earlier version.

    Args:
        body: the draft; it is not modified.
        old: the version that it began with.
        new: the version that it should follow.
        version: its number.
        chosen: names of questions, or `HEAD`, whose conflicts take the version's values.
    """
    old_tree, new_tree, own_tree = (_tree(draft) for draft in (draft_of(old), draft_of(new), body))
    conflicts: list[Difference] = []
    merged = _Merge(conflicts, chosen).merge(old_tree, new_tree, own_tree)
    ids = {name: question["id"] for name, question in _named_questions(body)}
    next_body = replace(body, head=_head_of(merged[HEAD], body), questions=[], base=version)
    for name, tree in merged.items():
        if name != HEAD:
            question = next_body.add(_question_of(tree))
            question["id"] = ids.get(name, question["id"])
    names = {**old_tree, **new_tree}
    changed = tuple(name for name in names if old_tree.get(name) != new_tree.get(name))
    return MergedDraft(next_body, changed, tuple(conflicts))


def list_differences(body: DraftBody, questionnaire: Questionnaire) -> tuple[Difference, ...]:
    """What a draft has otherwise than the version before, in the order of the draft.

    Args:
        body: the draft, or a later version as one.
        questionnaire: the version before.
    """
    old, new = _tree(draft_of(questionnaire)), _tree(body)
    names = {**new, **old}
    differences = [change for name in names for change in _differences(name, (), new.get(name), old.get(name))]
    if _is_moved(new, old):
        differences.append(Difference(HEAD, ("order",), None, None))
    return tuple(differences)


def _is_moved(own: Collection[str], other: Collection[str]) -> bool:
    """Whether what both have is in another order."""
    return [key for key in own if key in other] != [key for key in other if key in own]


def _differences(name: str, path: Path, own: Any, other: Any) -> Iterator[Difference]:
    if own == other:
        return
    if isinstance(own, dict) and isinstance(other, dict):
        for key in {**own, **other}:
            yield from _differences(name, (*path, key), own.get(key), other.get(key))
        if isinstance(own, OrderedDict) and _is_moved(own, other):
            yield Difference(name, ("answer_order",), None, None)
    else:
        yield Difference(name, path, own, other)


class _Merge(NamedTuple):
    """The rule of this module: `old` is the version that the draft began with, `new` the newest, `own` the draft."""

    conflicts: list[Difference]
    chosen: Collection[str]

    def merge(self, old: Mapping[str, Any], new: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
        """Merge tables by the name of the question."""
        merged = {}
        for name in _order(list(old), list(new), list(own)):
            value = self._value(name, (), old.get(name), new.get(name), own.get(name))
            if value is not None:
                merged[name] = value
        return merged

    def _value(self, name: str, path: Path, old: Any, new: Any, own: Any) -> Any:
        if own == old:
            return new
        if new in (own, old):
            return own
        if isinstance(own, dict) and isinstance(new, dict):
            before = old if isinstance(old, dict) else {}
            keys = _order(list(before), list(new), list(own))
            values = {key: self._value(name, (*path, key), before.get(key), new.get(key), own.get(key)) for key in keys}
            return {key: value for key, value in values.items() if value is not None}
        self.conflicts.append(Difference(name, path, own, new))
        return new if name in self.chosen else own


def _order(old: list[str], new: list[str], own: list[str]) -> list[str]:
    """All keys: in the draft's order where it moved any, else in the version's; other keys follow their neighbour."""
    keys, others = (list(own), new) if _is_moved(own, old) else (list(new), own)
    for at, key in enumerate(others):
        if key not in keys:
            before = next((other for other in reversed(others[:at]) if other in keys), None)
            keys.insert(keys.index(before) + 1 if before is not None else 0, key)
    return keys


def _named_questions(body: DraftBody) -> Iterator[tuple[str, DraftQuestion]]:
    """Questions by name; a repeated name gets the question's number, so that none is lost."""
    names = set[str]()
    for question in body.questions:
        name = question["name"] if question["name"] not in names else f"{question['name']} {question['id']}"
        names.add(name)
        yield name, question


def _tree(body: DraftBody) -> dict[str, Any]:
    """A draft as nested tables, each value under a key that both sides share."""
    head = {key: value for key, value in body.head.items() if key != "languages"} | {"languages": list(body.languages)}
    return {HEAD: _filled(head)} | {name: _tree_of(question) for name, question in _named_questions(body)}


_MARKED: Final = ("good", "harm")


def _tree_of(question: DraftQuestion) -> dict[str, Any]:
    """A question without id; its answers and marks, which are lists, by their keys."""
    tree = {key: value for key, value in question.items() if key != "id"}
    if "options" in tree:
        tree["options"] = OrderedDict((option["key"], _filled(option)) for option in tree["options"])
    for mark in _MARKED:
        if mark in tree:
            tree[mark] = dict.fromkeys(tree[mark], True)
    return _filled(tree)


def _filled(table: Mapping[str, Any]) -> dict[str, Any]:
    """A table without empty values: a page writes an empty text where a file has none.

    The answers stay an `OrderedDict`, by which `_differences` knows a table whose order matters.
    """
    plain = {key: _filled(value) if type(value) is dict else value for key, value in table.items()}
    return {key: value for key, value in plain.items() if value not in (None, "", False, [], {})}


def _question_of(tree: Mapping[str, Any]) -> DraftQuestion:
    """A question from its tree, see `_tree_of`."""
    question = dict(tree)
    question.setdefault("text", {})
    if "options" in question:
        question["options"] = list(question["options"].values())
    for mark in _MARKED:
        if mark in question:
            question[mark] = list(question[mark])
    return question


def _head_of(tree: Mapping[str, Any], body: DraftBody) -> dict[str, Any]:
    """The head of a draft from its tree, with the tables that `_filled` leaves out where they are empty."""
    return {"title": {}, "draft": {}} | dict(tree) if tree else dict(body.head)
