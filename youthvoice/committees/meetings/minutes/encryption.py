"""What minutes say, locked: what children talked about is for them, not for whoever takes the database.

Source: PRIVACY.md, the second promise, and T6.
"""

import base64
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from youthvoice.committees.meetings.entities import Minutes, Note
from youthvoice.privacy.crypto.contexts import context
from youthvoice.privacy.encrypted_json import keep, open_kept
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import KEPT_WORDS

_ROOM: Final = 12_000  # bytes: three fields of 1200 letters, of which Hindi has three bytes each, and what is around


def lock_minutes(keyring: Keyring, meeting_id: int, minutes: Minutes) -> bytes:
    """Lock what was said.

    Raises:
        KeyFileError: as `keep`.
    """
    kept: dict[str, Any] = asdict(minutes)
    kept["notes"] = [[note.day.isoformat(), note.words] for note in minutes.notes]
    return keep(keyring, KEPT_WORDS, kept, context("committee", "minutes", meeting_id), _ROOM)


def open_minutes(keyring: Keyring, meeting_id: int, blob: bytes | None) -> Minutes:
    """What was said; nothing where nobody wrote anything yet.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `open_kept`.
    """
    if blob is None:
        return Minutes()
    kept = open_kept(keyring, KEPT_WORDS, blob, context("committee", "minutes", meeting_id))
    notes = tuple(Note(date.fromisoformat(day), words) for day, words in kept.pop("notes"))
    return Minutes(**kept, notes=notes)


def lock_voice(keyring: Keyring, voice_id: bytes, sound: bytes, kind: str) -> bytes:
    """Lock one field that was spoken.

    Args:
        keyring: the key files.
        voice_id: of its row, 16 bytes.
        sound: as recorded.
        kind: such as `audio/webm`.

    Raises:
        KeyFileError: as `keep`.
    """
    kept = {"kind": kind, "sound": base64.b64encode(sound).decode()}
    return keep(keyring, KEPT_WORDS, kept, context("committee", "minutes-voice", voice_id.hex()))


def open_voice(keyring: Keyring, voice_id: bytes, blob: bytes) -> tuple[bytes, str]:
    """The sound of a field, and what kind it is.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `open_kept`.
    """
    kept = open_kept(keyring, KEPT_WORDS, blob, context("committee", "minutes-voice", voice_id.hex()))
    return base64.b64decode(kept["sound"]), str(kept["kind"])
