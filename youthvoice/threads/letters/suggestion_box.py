"""A child's suggestion for an agenda: a letter in a box of its own, sealed before it reaches a store. Pure.

What is sealed is JSON and perhaps a voice, padded to one size where there is no voice: neither the length of the words
nor whether there are any shows. Source: DESIGN.md 3 (free text of a child is `Sealed`) and 5, "An agenda"; A10.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads.key_wraps import KeyHolder
from youthvoice.threads.letters import letter_box

_ROOM: Final = 4000
"""Bytes of everything but the voice: 600 letters of any script, as JSON, and the picks."""


_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one child suggests; whatever she skipped is empty. Nothing of it is ever printed.

    Attributes:
        topic: what it is about, as she picked.
        wish: what should happen, as she picked.
        words: as she wrote them.
        voice: as she recorded it.
        voice_kind: `audio/webm` or `audio/ogg`.
        language: the one she suggested it in.
    """

    topic: str = field(default="", repr=False)
    wish: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    voice: bytes = field(default=b"", repr=False)
    voice_kind: str = field(default="", repr=False)
    language: str = "en"

    @property
    def is_empty(self) -> bool:
        """Whether nothing was suggested: a wish alone says nothing."""
        return not (self.topic or self.words.strip() or self.voice)


def due_after(now: datetime, box: letter_box.LetterBox, check_days: int) -> date:
    """Until when something that arrives now is decided, at the site.

    Args:
        now: UTC.
        box: the site.
        check_days: how long advocates have after it is shown.
    """
    shown = letter_box.shown_from(now, box.time_zone, box.daily_hour)
    return letter_box.shown_day(shown, box.time_zone) + timedelta(days=check_days)


def seal_suggestion(  # noqa: PLR0913 - what, to whom, for which agenda, when
    keyring: Keyring,
    suggestion: Suggestion,
    *,
    box: letter_box.LetterBox,
    committee_id: int,
    check_days: int,
    readers: Sequence[KeyHolder],
    now: datetime,
) -> letter_box.SealedLetter:
    """Seal a suggestion to the advocates of a place.

    Raises:
        ValueError: nobody could read it, or its words are longer than any page takes.
    """
    said = {name: getattr(suggestion, name) for name in ("topic", "wish", "words", "voice_kind", "language")}
    head = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    if len(head) > _ROOM - _LENGTH:
        raise ValueError("A suggestion that is too long")
    plain = len(head).to_bytes(_LENGTH, "big") + head.ljust(_ROOM - _LENGTH, b" ") + suggestion.voice
    due = due_after(now, box, check_days)
    return letter_box.seal_in_box(
        keyring, "agenda", plain, box=box, readers=readers, now=now, committee_id=committee_id, due_on=due
    )


def open_suggestion(
    keyring: Keyring, locked: letter_box.LockedLetter, person_id: int, private_key: bytes
) -> Suggestion:
    """A suggestion again, with an advocate's private key.

    Raises:
        CannotOpen, KeyGone: as `letter_box.OpenedLetter`.
    """
    plain = letter_box.open_letter_body(keyring, locked, person_id, private_key)
    length = int.from_bytes(plain[:_LENGTH], "big")
    said = json.loads(plain[_LENGTH : _LENGTH + length].decode("utf-8", "surrogatepass"))
    return Suggestion(**said, voice=plain[_ROOM:])
