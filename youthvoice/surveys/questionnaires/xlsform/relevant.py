"""`relevant`: `${food} = 'bad' or selected(${wishes}, 'ball')` -> Condition, and back."""

import re
from dataclasses import replace

from youthvoice.surveys.questionnaires.skip_logic import Condition, Unreadable

_TOKEN = re.compile(
    r"""\s*(?:(?P<name>\$\{\s*[\w.-]+\s*\})|(?P<text>'[^']*'|"[^"]*"|-?\d+(?:\.\d+)?)|(?P<sign>!=|=|\(|\)|,)"""
    r"""|(?P<word>[A-Za-z][\w-]*))"""
)
_STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\xa0": " "})
_DEEPEST = 30


def option_key(said: str) -> str:
    """The name of an option as one of our keys."""
    return re.sub(r"[^\w.-]", "_", said.strip())[:60]


def read_relevant(text: str) -> Condition:
    """Read an expression of the useful subset.

    Raises:
        Unreadable: with the part that is beyond it.
    """
    tokens, at, straight = [], 0, text.translate(_STRAIGHT).rstrip()
    while at < len(straight):
        match = _TOKEN.match(straight, at)
        if match is None:
            raise Unreadable(straight[at : at + 20].strip())
        tokens.append(match[0].strip())
        at = match.end()
    reader = _Reader(tokens)
    found = reader.joined("or", 0)
    if reader.left:
        raise Unreadable(reader.left[0])
    return found


class _Reader:
    """The tokens still to read."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def take(self, *wanted: str) -> str:
        if not self.left or (wanted and self.left[0] not in wanted):
            raise Unreadable(self.left[0] if self.left else "...")
        return self.left.pop(0)

    def joined(self, word: str, depth: int) -> Condition:
        """Parts joined by `or`, each of them parts joined by `and`."""
        parts = [self._part(word, depth)]
        while self.left and self.left[0].lower() == word:
            self.take()
            parts.append(self._part(word, depth))
        if len(parts) == 1:
            return parts[0]
        return Condition("either" if word == "or" else "all", parts=tuple(parts))

    def _part(self, word: str, depth: int) -> Condition:
        return self.joined("and", depth) if word == "or" else self._one(depth)

    def _one(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise Unreadable("(")
        first = self.take()
        if first == "(":
            inner = self.joined("or", depth + 1)
            self.take(")")
            return inner
        if first.lower() == "not":
            self.take("(")
            inner = self.joined("or", depth + 1)
            self.take(")")
            return negated(inner)
        if first.lower() == "selected":
            self.take("(")
            name = _name(self.take())
            self.take(",")
            found = Condition("is", name, (_key(self.take()),))
            self.take(")")
            return found
        sign = self.take("=", "!=")
        return Condition("is" if sign == "=" else "is_not", _name(first), (_key(self.take()),))


def _name(token: str) -> str:
    if not token.startswith("${"):
        raise Unreadable(token)
    return token[2:-1].strip()


def _key(token: str) -> str:
    if token[0] not in "'\"" and not token[-1].isdigit():
        raise Unreadable(token)
    key = option_key(token.strip("'\""))
    if not key:
        raise Unreadable(token)
    return key


def negated(condition: Condition) -> Condition:
    """The condition that holds exactly when this one does not."""
    if condition.rule == "all" or condition.rule == "either":  # noqa: PLR1714 - mypy narrows only this form
        other = "either" if condition.rule == "all" else "all"
        return Condition(other, parts=tuple(negated(part) for part in condition.parts))  # type: ignore[arg-type]
    if condition.rule == "any_of":
        return Condition("all", parts=tuple(Condition("is_not", condition.question, (key,)) for key in condition.keys))
    return replace(condition, rule="is_not" if condition.rule == "is" else "is")


def write_relevant(condition: Condition) -> str:
    """The expression for a form; `selected` reads single and multiple answers alike."""
    if condition.parts:
        word = " and " if condition.rule == "all" else " or "
        return "(" + word.join(write_relevant(part) for part in condition.parts) + ")"
    each = [f"selected(${{{condition.question}}}, '{key}')" for key in condition.keys]
    if condition.rule == "is_not":
        return f"not({each[0]})"
    return each[0] if len(each) == 1 else "(" + " or ".join(each) + ")"
