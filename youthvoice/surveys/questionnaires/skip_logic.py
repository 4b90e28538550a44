"""When a question is asked: `food = bad or food = very_bad`.

A frozen tree that server and tablet read alike: `holds` here, the lists of `to_data` there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Answer = str | tuple[str, ...] | None


Answers = Mapping[str, Answer]


Rule = Literal["is", "is_not", "any_of", "all", "either"]


_TOKEN = re.compile(r"\s*(\(|\)|!=|=|,|[\w.-]+)", re.UNICODE)


_DEEPEST = 20


class UnreadableCondition(ValueError):
    """The text of a condition cannot be read; the message is the part that puzzles."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One rule: `is`, `is_not` and `any_of` look at a question, `all` and `either` at their parts.

    A question that was skipped or not asked has no answer: `is` and `any_of` do not hold, `is_not` does
    (as in XLSForm).
    """

    rule: Rule
    question: str = ""
    keys: tuple[str, ...] = ()
    parts: tuple["Condition", ...] = ()

    def holds(self, answers: Answers) -> bool:
        """Whether the question is asked after these answers."""
        if self.rule == "all":
            return all(part.holds(answers) for part in self.parts)
        if self.rule == "either":
            return any(part.holds(answers) for part in self.parts)
        given = answers.get(self.question)
        chosen = (given,) if isinstance(given, str) else given or ()
        found = any(key in chosen for key in self.keys)
        return not found if self.rule == "is_not" else found

    def asks_about(self) -> tuple[tuple[str, str], ...]:
        """Every (question, answer key) it mentions, in order."""
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
    """Read what `to_data` wrote."""
    rule, second = data[0], data[1]
    if rule == "all" or rule == "either":  # noqa: PLR1714 - mypy narrows only this form
        assert isinstance(second, list)
        return Condition(rule, parts=tuple(condition_from_data(part) for part in second))
    assert rule == "is" or rule == "is_not" or rule == "any_of"  # noqa: PLR1714 - the same
    keys = data[2] if isinstance(data[2], list) else [data[2]]
    return Condition(rule, str(second), tuple(str(key) for key in keys))


def parse_condition(text: str) -> Condition:
    """Read `name = key`, `!=`, `name = a, b`, `and`, `or` and brackets.

    Raises:
        UnreadableCondition: with the part that cannot be read.
    """
    tokens = _tokens(text)
    found = _either(tokens, 0)
    if tokens:
        raise UnreadableCondition(tokens[-1])
    return found


def _tokens(text: str) -> list[str]:
    """The words of a condition, last first, so that `pop` takes the next."""
    tokens, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UnreadableCondition(text[at:].strip()[:20])
        tokens.append(match[1])
        at = match.end()
    return tokens[::-1]


def _either(tokens: list[str], depth: int) -> Condition:
    parts = [_all(tokens, depth)]
    while tokens and tokens[-1].lower() == "or":
        tokens.pop()
        parts.append(_all(tokens, depth))
    return parts[0] if len(parts) == 1 else Condition("either", parts=tuple(parts))


def _all(tokens: list[str], depth: int) -> Condition:
    parts = [_one(tokens, depth)]
    while tokens and tokens[-1].lower() == "and":
        tokens.pop()
        parts.append(_one(tokens, depth))
    return parts[0] if len(parts) == 1 else Condition("all", parts=tuple(parts))


def _one(tokens: list[str], depth: int) -> Condition:
    if tokens and tokens[-1] == "(" and depth < _DEEPEST:
        tokens.pop()
        inner = _either(tokens, depth + 1)
        if not tokens or tokens.pop() != ")":
            raise UnreadableCondition("(")
        return inner
    name = _word(tokens)
    sign = tokens.pop() if tokens else ""
    if sign not in {"=", "!="}:
        raise UnreadableCondition(f"{name} {sign}".strip())
    keys = [_word(tokens)]
    while tokens and tokens[-1] == ",":
        tokens.pop()
        keys.append(_word(tokens))
    if sign == "!=":
        return Condition("is_not", name, tuple(keys[:1])) if len(keys) == 1 else _none_of(name, keys)
    return Condition("is" if len(keys) == 1 else "any_of", name, tuple(keys))


def _none_of(name: str, keys: list[str]) -> Condition:
    return Condition("all", parts=tuple(Condition("is_not", name, (key,)) for key in keys))


def _word(tokens: list[str]) -> str:
    word = tokens.pop() if tokens else ""
    if not word or not (word[0].isalnum() or word[0] == "_"):
        raise UnreadableCondition(word or "...")
    return word
