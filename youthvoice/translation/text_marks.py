"""Marks of people at a translated text: who wrote it, who read it without the English, who tried it with children.

In a catalogue (`.po`) each mark is a translator's comment of its own, which gettext, Babel and Weblate keep beside the
text whatever they do with it:

    # read: A. Speaker (Example Org), 2026-05-04, 3f9c0d2b7a61e845

The last word is a hash of language, English and translation. A mark whose hash is another one was made for an earlier
text, and does not count: so no tool has to know when to take it away.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

WROTE: Final = "wrote"
READ: Final = "read"
TRIED: Final = "tried"

MARK_KINDS: Final = (WROTE, READ, TRIED)
"""A person wrote or corrected it; a speaker read it without the English and understood it; children understood it."""

MAX_NAME: Final = 60

_MARK: Final = re.compile(
    rf"({'|'.join(MARK_KINDS)}): ([^\r\n,]{{1,{MAX_NAME}}}), (\d{{4}}-\d{{2}}-\d{{2}}), ([0-9a-f]{{16}})"
)

_NO_PERSON: Final = re.compile(r"\b(machine|ai|llms?|bot|mt|google|bing|deepl)\b|chat\s?bot|gpt|openai", re.IGNORECASE)

_DIGITS: Final = 16  # hexadecimal: 64 bits


@dataclass(frozen=True, slots=True)
class TextMark:
    """One mark.

    Attributes:
        kind: one of `MARK_KINDS`.
        name: of the person, as they want to be named: initials, or a role in an organisation.
        day: when.
        text: hash of the text that it is about; see `hash_text`.
    """

    kind: str
    name: str
    day: date
    text: str


def hash_text(language: str, context: str, source: Sequence[str], words: Sequence[str]) -> str:
    """The name of one text in one language: 16 hexadecimal digits of SHA-256.

    Args:
        language: code.
        context: of the catalogue, or empty.
        source: the English, and its plural if it has one.
        words: the translation in each of its forms.
    """
    parts = (language, context, *source, "", *words)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_DIGITS]


def read_marks(comments: Iterable[str], text: str) -> tuple[TextMark, ...]:
    """The marks among a translator's comments that are about this text; a machine is nobody, and has none.

    Args:
        comments: lines without their `#`.
        text: from `hash_text`.
    """
    matches = (_MARK.fullmatch(comment.strip()) for comment in comments)
    marks = (_parse(match) for match in matches if match and match[4] == text and not is_machine(match[2]))
    return tuple(dict.fromkeys(mark for mark in marks if mark is not None))


def _parse(match: re.Match[str]) -> TextMark | None:
    try:
        return TextMark(match[1], match[2].strip(), date.fromisoformat(match[3]), match[4])
    except ValueError:  # the 31st of February
        return None


def write_mark(mark: TextMark) -> str:
    """A mark as a translator's comment, without `#`."""
    name = " ".join(mark.name.replace(",", " ").split())[:MAX_NAME]
    return f"{mark.kind}: {name}, {mark.day.isoformat()}, {mark.text}"


def is_mark(comment: str) -> bool:
    """Whether a comment is a mark, of this text or of an earlier one."""
    return _MARK.fullmatch(comment.strip()) is not None


def is_machine(name: str) -> bool:
    """Whether a name is that of a machine, not of a person."""
    return _NO_PERSON.search(name) is not None
