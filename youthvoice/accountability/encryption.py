"""What is inside something owed, locked: what it is about, the questions it can be answered by, and the answers.

The length does not tell whether there is a word in it: an advocates' task that says "a child is afraid" is as long as a
blank one that says nothing, before it was answered and after.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from youthvoice.accountability import rules
from youthvoice.accountability.entities import Asked, Given, Late, Part, Words
from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.encrypted_json import keep, open_kept
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import KEPT_WORDS

_ROOM: Final = 16_000  # bytes: a question in every language, and an answer of 600 letters in several
_ROOM_OF_AN_ANSWER: Final = 12_000  # bytes: 600 letters in each language that pages speak, and what is around them
_ROOM_OF_A_DAY: Final = 2_000  # of the clock of one day's letters or suggestions; there are many of these


@dataclass(frozen=True, slots=True)
class Inside:
    """What nobody reads without the key files.

    Attributes:
        about: what it is about, per language; empty in a blank.
        parts: the published questions that can be answered one by one.
        replies: the answers, by part.
        settled_on: of a task about safety the day it was answered; of all else None, for a column says it.
        room: bytes that it needs to say what it is about, or would need if it were no blank.
        picture: OpenMoji code of what it is about, or empty.
        earlier: answers that children opened again, the oldest first.
        again: parts that were opened again and not answered since.
        late: who did not answer in time since it was opened last.
        late_before: the same of the times before.
        asked: of a task about safety how far it has climbed; of all else columns say it.
        tapped: by part how many taps said yes and not yet, and decided nothing so far. No page ever shows them.
    """

    about: Words
    parts: tuple[Part, ...] = ()
    replies: tuple[Given, ...] = ()
    settled_on: date | None = None
    room: int = 0
    picture: str = ""
    earlier: tuple[Given, ...] = ()
    again: tuple[str, ...] = ()
    late: tuple[Late, ...] = ()
    late_before: tuple[Late, ...] = ()
    asked: Asked = field(default_factory=Asked)
    tapped: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_answered(self) -> bool:
        """Whether nothing is owed any more."""
        answered = {given.part for given in self.replies}
        return rules.is_answered(answered, [part.name for part in self.parts], self.again)

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
        "picture": inside.picture,
        "earlier": [_plain(given) for given in inside.earlier],
        "again": list(inside.again),
        "late": [_plain(one) for one in inside.late],
        "late_before": [_plain(one) for one in inside.late_before],
        "asked": _plain(inside.asked),
        "tapped": {part: list(taps) for part, taps in inside.tapped.items()},
    }
    room = _ROOM_OF_A_DAY if rules.KINDS[kind].by_itself else max(_ROOM, inside.room + _ROOM_OF_AN_ANSWER)
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
        settled_on=_day(kept["settled_on"]),
        room=kept["room"],
        picture=kept.get("picture", ""),  # what was locked before there were rungs lacks all that follows
        earlier=tuple(map(_given, kept.get("earlier", ()))),
        again=tuple(kept.get("again", ())),
        late=tuple(map(_late, kept.get("late", ()))),
        late_before=tuple(map(_late, kept.get("late_before", ()))),
        asked=_asked(kept.get("asked", {})),
        tapped={part: (yes, not_yet) for part, (yes, not_yet) in kept.get("tapped", {}).items()},
    )


def _plain(said: Given | Late | Asked) -> dict[str, Any]:
    plain = {name: getattr(said, name) for name in said.__slots__}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in plain.items()}


def _given(kept: Mapping[str, Any]) -> Given:
    days = {name: _day(kept.get(name)) for name in ("done_by", "confirmed_on")}
    return Given(**{**kept, **days, "day": date.fromisoformat(kept["day"])})


def _late(kept: Mapping[str, Any]) -> Late:
    return Late(kept["rung"], kept["person_id"], date.fromisoformat(kept["day"]))


def _asked(kept: Mapping[str, Any]) -> Asked:
    return Asked(kept.get("rung", "owner"), _day(kept.get("until")), _day(kept.get("reminded_on")))


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _purpose(kind: str, owed_id: int) -> Context:
    return context("owed", kind, owed_id)
