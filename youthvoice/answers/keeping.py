"""What is inside something owed, locked: what it is about, the questions it can be answered by, and the answers.

The length does not tell whether there is a word in it: an advocates' task that says "a child is afraid" is as long as a
blank one that says nothing, before it was answered and after.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from youthvoice.answers.facts import Given, Part, Words
from youthvoice.privacy.contexts import Context, context
from youthvoice.privacy.keeping import keep, open_kept
from youthvoice.privacy.key_names import KEPT_WORDS
from youthvoice.privacy.keyring import Keyring

_ROOM: Final = 16_000  # bytes: a question in every language, and an answer of 600 letters in several
_ROOM_OF_AN_ANSWER: Final = 12_000  # bytes: 600 letters in each language that pages speak, and what is around them
_ROOM_OF_A_DAY: Final = 2_000  # of the clock of one day's letters; there are many of these


@dataclass(frozen=True, slots=True)
class Inside:
    """What nobody reads without the key files.

    Attributes:
        about: what it is about, per language; empty in a blank.
        parts: the published questions that can be answered one by one.
        replies: the answers, by part.
        settled_on: of a task about safety the day it was answered; of all else None, for a column says it.
        room: bytes that it needs to say what it is about, or would need if it were no blank.
    """

    about: Words
    parts: tuple[Part, ...] = ()
    replies: tuple[Given, ...] = ()
    settled_on: date | None = None
    room: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether it is there only so that its absence cannot tell anything."""
        return not self.about


def room_for(about: Words) -> int:
    """How many bytes something is about.

    Args:
        about: what it is about, or might be.
    """
    return len(json.dumps(dict(about), ensure_ascii=False).encode())


def locked(keyring: Keyring, kind: str, owed_id: int, inside: Inside) -> bytes:
    """Lock it for one row.

    Raises:
        KeyFileError: as `keep`.
    """
    kept = {
        "about": dict(inside.about),
        "parts": [{"name": part.name, "words": dict(part.words)} for part in inside.parts],
        "replies": [_plain(given) for given in inside.replies],
        "settled_on": inside.settled_on.isoformat() if inside.settled_on else None,
        "room": inside.room,
    }
    room = _ROOM_OF_A_DAY if kind == "letters" else max(_ROOM, inside.room + _ROOM_OF_AN_ANSWER)
    return keep(keyring, KEPT_WORDS, kept, _purpose(kind, owed_id), room)


def opened(keyring: Keyring, kind: str, owed_id: int, blob: bytes) -> Inside:
    """What was locked for this row.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `open_kept`.
    """
    kept = open_kept(keyring, KEPT_WORDS, blob, _purpose(kind, owed_id))
    return Inside(
        about=kept["about"],
        parts=tuple(Part(part["name"], part["words"]) for part in kept["parts"]),
        replies=tuple(_given(each) for each in kept["replies"]),
        settled_on=date.fromisoformat(kept["settled_on"]) if kept["settled_on"] else None,
        room=kept["room"],
    )


def _plain(given: Given) -> dict[str, Any]:
    return {name: getattr(given, name) for name in Given.__slots__} | {"day": given.day.isoformat()}


def _given(kept: Mapping[str, Any]) -> Given:
    return Given(**{**kept, "day": date.fromisoformat(kept["day"])})


def _purpose(kind: str, owed_id: int) -> Context:
    return context("owed", kind, owed_id)
