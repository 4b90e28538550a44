"""Read and write the column `relevant`, the condition under which a row is asked."""

import re
from collections.abc import Mapping
from dataclasses import replace

from youthvoice.surveys.questionnaires.skip_logic import Condition, ConditionReader, UnreadableCondition
from youthvoice.surveys.questionnaires.xlsform.choice_lists import option_key

_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\xa0": " "})


class _RelevantReader(ConditionReader):
    """Parses the useful subset of expressions: `${food} = 'bad'`, `selected(${play}, 'kite')`, `not(...)`."""

    token = re.compile(
        r"""\s*(?:(?P<name>\$\{\s*[\w.-]+\s*\}|(?:\.\./)+[\w.-]+)|(?P<text>'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?)|(?P<sign>!=|=|\(|\)|,)"""
        r"""|(?P<word>[A-Za-z][\w-]*))"""
    )
    deepest = 30

    def rule(self, first: str, depth: int) -> Condition:
        if first.lower() == "not":
            self.take("(")
            return negate_condition(self.in_brackets(depth))
        if first.lower() == "selected":
            self.take("(")
            name = _name(self.take())
            self.take(",")
            condition = Condition("is", name, (_key(self.take()),))
            self.take(")")
            return condition
        sign = self.take("=", "!=")
        return Condition("is" if sign == "=" else "is_not", _name(first), (_key(self.take()),))


def read_relevant(text: str) -> Condition:
    """Parse an expression of the useful subset.

    Raises:
        UnreadableCondition: with the part outside this subset.
    """
    return _RelevantReader(text.translate(_STRAIGHT)).read()


def _name(token: str) -> str:
    if token.startswith("../"):
        return token.rpartition("/")[2]
    if not token.startswith("${"):
        raise UnreadableCondition(token)
    return token[2:-1].strip()


def _key(token: str) -> str:
    if token[0] not in "'\"" and not token[-1].isdigit():
        raise UnreadableCondition(token)
    key = option_key(token.strip("'\""))
    if not key:
        raise UnreadableCondition(token)
    return key


def negate_condition(condition: Condition) -> Condition:
    """The condition that is true exactly when this one is false."""
    if condition.rule == "all" or condition.rule == "either":  # noqa: PLR1714 - mypy narrows only this form
        other = "either" if condition.rule == "all" else "all"
        return Condition(other, parts=tuple(negate_condition(part) for part in condition.parts))  # type: ignore[arg-type]
    if condition.rule == "any_of":
        return Condition("all", parts=tuple(Condition("is_not", condition.question, (key,)) for key in condition.keys))
    return replace(condition, rule="is_not" if condition.rule == "is" else "is")


def write_relevant(condition: Condition) -> str:
    """Write the expression for a form; `selected` works for single and multiple answers."""
    if condition.parts:
        word = " and " if condition.rule == "all" else " or "
        return "(" + word.join(write_relevant(part) for part in condition.parts) + ")"
    tests = [f"selected(${{{condition.question}}}, '{key}')" for key in condition.keys]
    if condition.rule == "is_not":
        return f"not({tests[0]})"
    return tests[0] if len(tests) == 1 else "(" + " or ".join(tests) + ")"


def rename_keys(condition: Condition, keys: Mapping[str, Mapping[str, str]]) -> Condition:
    """The condition with other keys of options: `keys` has, by question, the new key for each old one."""
    new_keys = keys.get(condition.question, {})
    return replace(
        condition,
        keys=tuple(new_keys.get(key, key) for key in condition.keys),
        parts=tuple(rename_keys(part, keys) for part in condition.parts),
    )
