"""Whether something came before, with the same words or with others: keyed, kept in the locked marks. Pure.

A sheet and a page of a thread have a random number each. What a tablet sends again under the same number with the same
words is one thing; with other words it is more, and nothing of it may be lost.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from youthvoice.grievances.child_thread.rules import Said
from youthvoice.grievances.intake.submission import Told

_DIGITS: Final = 16
"""Hexadecimal: 64 keyed bits tell two things of one child apart."""

_BETWEEN: Final = "."


def of_sheet(key: bytes, sheet: bytes, told: Told, *, harm: bool) -> str:
    """What a sheet held, 33 characters: first whom the child chose to read it, then everything.

    Args:
        key: 32 bytes, from the key file `threads`.
        sheet: its number, 16 bytes.
        told: what.
        harm: whether the safeguarding lead reads it too.
    """
    said = told.said()
    chosen = _digits(key, "chosen", sheet, {"left_out": said["left_out"], "harm": harm})
    whole = _digits(key, "told", sheet, said, told.voice)
    return f"{chosen}{_BETWEEN}{whole}"


def have_the_same_readers(one: str, other: str) -> bool:
    """Whether two sheets were sent to the same people, as far as the child chose them."""
    return one.partition(_BETWEEN)[0] == other.partition(_BETWEEN)[0]


def of_message(key: bytes, number: bytes, said: Said) -> str:
    """What a child said in her thread, 16 characters.

    Args:
        key: as above.
        number: of the page that it was written on, 16 bytes.
        said: what.
    """
    words = {"kind": said.kind, "words": said.words, "answer": said.answer, "ask": said.ask}
    return _digits(key, "said", number, words, said.sound)


def _digits(key: bytes, purpose: str, number: bytes, said: Mapping[str, Any], sound: bytes = b"") -> str:
    words = json.dumps(said, sort_keys=True).encode()  # ASCII, whatever a child typed
    parts = (f"youthvoice/1|came-before|{purpose}".encode(), number, hashlib.sha256(words).digest())
    return hmac.digest(key, b"|".join((*parts, hashlib.sha256(sound).digest())), hashlib.sha256).hex()[:_DIGITS]
