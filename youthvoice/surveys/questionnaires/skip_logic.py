"""Skip logic, the condition of a question: `food = bad or food = very_bad`.

An immutable tree that server and tablet evaluate alike: `holds` here, the lists of `to_data` there.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Answer = str | tuple[str, ...] | None

Answers = Mapping[str, Answer]

Rule = Literal["is", "is_not", "any_of", "all", "either"]


class UnreadableCondition(ValueError):
    """The text of a condition cannot be read; the message is the unreadable part."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One rule: `is`, `is_not` and `any_of` test the answer to a question, `all` and `either` combine their parts.

    A question that was skipped or not asked has no answer: `is` and `any_of` are false then, `is_not` is true (as in
    XLSForm).
    """

    rule: Rule
    question: str = ""
    keys: tuple[str, ...] = ()
    parts: tuple["Condition", ...] = ()

    @staticmethod
    def joined(rule: Rule, parts: Sequence["Condition"]) -> "Condition":
        """Combine parts under one rule, `all` or `either`; a single part is returned as it is."""
        return parts[0] if len(parts) == 1 else Condition(rule, parts=tuple(parts))

    def holds(self, answers: Answers) -> bool:
        """Whether the question is relevant after these answers."""
        if self.rule == "all":
            return all(part.holds(answers) for part in self.parts)
        if self.rule == "either":
            return any(part.holds(answers) for part in self.parts)
        answer = answers.get(self.question)
        answer = (answer,) if isinstance(answer, str) else answer or ()
        is_chosen = any(key in answer for key in self.keys)
        return not is_chosen if self.rule == "is_not" else is_chosen

    def asks_about(self) -> tuple[tuple[str, str], ...]:
        """Every (question, answer key) in it, in order."""
        own = tuple((self.question, key) for key in self.keys)
        return own + tuple(pair for part in self.parts for pair in part.asks_about())

    def to_data(self) -> list[object]:
        """The same rule as lists for the tablet: `["is", "food", "bad"]`, `["either", [...]]`."""
        if self.parts:
            return [self.rule, [part.to_data() for part in self.parts]]
        if self.rule == "any_of":
            return [self.rule, self.question, list(self.keys)]
        return [self.rule, self.question, self.keys[0]]

    def __str__(self) -> str:
        """The text that `parse_condition` reads back."""
        if self.parts:
            word = " and " if self.rule == "all" else " or "
            return word.join(f"({part})" if part.parts else str(part) for part in self.parts)
        sign = "!=" if self.rule == "is_not" else "="
        return f"{self.question} {sign} {', '.join(self.keys)}"


def condition_from_data(data: Sequence[object]) -> Condition:
    """Read the output of `to_data`."""
    rule, second = data[0], data[1]
    if rule == "all" or rule == "either":  # noqa: PLR1714 - mypy narrows only this form
        assert isinstance(second, list)
        return Condition(rule, parts=tuple(condition_from_data(part) for part in second))
    assert rule == "is" or rule == "is_not" or rule == "any_of"  # noqa: PLR1714 - the same
    keys = data[2] if isinstance(data[2], list) else [data[2]]
    return Condition(rule, str(second), tuple(str(key) for key in keys))


class ConditionReader:
    """Parses parts joined by `or`, each of them joined by `and` or in brackets; subclasses change the rules' syntax.

    Raises:
        UnreadableCondition: from every method, with the part that cannot be read.
    """

    token = re.compile(r"\s*(\(|\)|!=|=|,|[\w.-]+)", re.UNICODE)
    deepest = 20  # nested brackets

    def __init__(self, text: str) -> None:
        tokens, at, end = [], 0, len(text.rstrip())
        while at < end:
            match = self.token.match(text, at)
            if match is None:
                raise UnreadableCondition(text[at:].strip()[:20])
            tokens.append(match[0].strip())
            at = match.end()
        self.left = tokens[::-1]  # the next token last, so that it is cheap to pop

    def read(self) -> Condition:
        """Parse the whole text."""
        condition = self._either(0)
        if self.left:
            raise UnreadableCondition(self.left[-1])
        return condition

    def take(self, *wanted: str) -> str:
        """Pop the next token; it must be one of these, where any are given."""
        if not self.left or (wanted and self.left[-1] not in wanted):
            raise UnreadableCondition(self.left[-1] if self.left else "...")
        return self.left.pop()

    def in_brackets(self, depth: int) -> Condition:
        """Parse up to the closing bracket; the opening one was taken."""
        if depth >= self.deepest:
            raise UnreadableCondition("(")
        inner = self._either(depth + 1)
        self.take(")")
        return inner

    def rule(self, first: str, depth: int) -> Condition:  # noqa: ARG002 - a subclass reads brackets here, too
        """Parse one rule that begins with a token: `name = key`, `name != key`, `name = key, key`."""
        name = _word(first)
        sign = self.left.pop() if self.left else ""
        if sign not in {"=", "!="}:
            raise UnreadableCondition(f"{name} {sign}".strip())
        keys = [_word(self.take())]
        while self.left and self.left[-1] == ",":
            self.take()
            keys.append(_word(self.take()))
        if sign == "!=":
            return Condition.joined("all", [Condition("is_not", name, (key,)) for key in keys])
        return Condition("is" if len(keys) == 1 else "any_of", name, tuple(keys))

    def _either(self, depth: int) -> Condition:
        return self._joined("either", "or", lambda: self._joined("all", "and", lambda: self._part(depth)))

    def _joined(self, rule: Rule, word: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self.left and self.left[-1].lower() == word:
            self.take()
            parts.append(part())
        return Condition.joined(rule, parts)

    def _part(self, depth: int) -> Condition:
        first = self.take()
        return self.in_brackets(depth) if first == "(" else self.rule(first, depth)


def _word(token: str) -> str:
    if not (token[0].isalnum() or token[0] == "_"):
        raise UnreadableCondition(token)
    return token


def parse_condition(text: str) -> Condition:
    """Parse a condition of `name = key`, `!=`, `name = a, b`, `and`, `or` and brackets.

    Raises:
        UnreadableCondition: with the part that cannot be read.
    """
    return ConditionReader(text).read()
