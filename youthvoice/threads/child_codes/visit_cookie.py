"""A child's visit to her thread: a cookie that opens it for ten minutes, and nothing on our side. Pure.

The cookie is locked under a key of the house and of one length, whether the code was right or not: a code that opens
nothing gets a visit to a thread that does not exist. Every page renews it, for two hours at most, so that a copy of it
is not for ever; Stop, the dark corner and nobody tapping end it. Source: PRIVACY.md C, "Codes".
"""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from youthvoice.privacy.crypto.contexts import context
from youthvoice.privacy.crypto.symmetric_encryption import lock, unlock
from youthvoice.privacy.errors import CannotOpen

COOKIE: Final = "visit"
PATH: Final = "/reply"
LASTS_SECONDS: Final = 600
MOST_SECONDS: Final = 7200

_ID: Final = 16
_KEY: Final = 32
_MOMENT: Final = 8
_PLACE: Final = 64
_BOUND: Final = context("reply", "visit", 2)


@dataclass(frozen=True, slots=True)
class Visit:
    """What a code opened.

    Attributes:
        thread_id: 16 bytes; of no thread when it opened nothing.
        private: the private key of her code, 32 bytes.
        place: where she said she told, as typed; empty on a tablet, or when it was too long.
        began: in seconds since 1970; 0 of one that begins.
    """

    thread_id: bytes = field(repr=False)
    private: bytes = field(repr=False)
    place: str = field(default="", repr=False)
    began: int = field(default=0, repr=False, compare=False)

    @classmethod
    def nowhere(cls, place: str = "") -> Self:
        """The visit of a code that opens nothing."""
        return cls(secrets.token_bytes(_ID), secrets.token_bytes(_KEY), place)


def written(key: bytes, visit: Visit, now: datetime) -> str:
    """The cookie's value, for ten more minutes, though not beyond two hours in all; always of one length.

    Args:
        key: 32 bytes, for visits only.
        visit: what it opens.
        now: this moment, UTC.
    """
    began = visit.began or int(now.timestamp())
    until = min(int(now.timestamp()) + LASTS_SECONDS, began + MOST_SECONDS)
    moments = until.to_bytes(_MOMENT, "big") + began.to_bytes(_MOMENT, "big")
    place = visit.place.encode()
    place = place.ljust(_PLACE, b"\0") if len(place) <= _PLACE else bytes(_PLACE)
    blob = lock(key, visit.thread_id + visit.private + moments + place, _BOUND)
    return base64.urlsafe_b64encode(blob).decode()


def read(key: bytes, value: str, now: datetime) -> Visit | None:
    """The visit of a cookie; None where it is none of ours, or over."""
    try:
        plain = unlock(key, base64.urlsafe_b64decode(value), _BOUND)
    except (CannotOpen, ValueError):
        return None
    rest = plain[_ID + _KEY :]
    until, began = (int.from_bytes(rest[at : at + _MOMENT], "big") for at in (0, _MOMENT))
    if until <= now.timestamp():
        return None
    return Visit(plain[:_ID], plain[_ID : _ID + _KEY], rest[2 * _MOMENT :].rstrip(b"\0").decode(), began)
