"""A representative's sign-in: a cookie, locked under a key of the house, and nothing on our side. Pure.

It is good on the tablet on which she chose her pictures, for fifteen minutes after her last tap, and for thirty in all.
A new code, or the end of her term, ends it: whoever reads it looks her up. Source: PRIVACY.md C, "Codes" and "Times".
"""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.crypto.symmetric_encryption import lock, unlock
from youthvoice.privacy.errors import CannotOpen

COOKIE: Final = "representative"
PATH: Final = "/agenda"
IDLE_SECONDS: Final = 900
MOST_SECONDS: Final = 1800

_ID: Final = 16
_MARK: Final = 8
_MOMENT: Final = 8


@dataclass(frozen=True, slots=True)
class RepVisit:
    """Who signed in.

    Attributes:
        representative_id: 16 bytes.
        mark: 8 bytes that say which code she used.
        began: in seconds since 1970.
    """

    representative_id: bytes = field(repr=False)
    mark: bytes = field(repr=False)
    began: int = field(repr=False)


def written(key: bytes, visit: RepVisit, tablet: bytes, now: datetime) -> str:
    """The cookie's value, for fifteen more minutes, though not beyond thirty in all; always of one length.

    Args:
        key: 32 bytes, for these visits only.
        visit: whose.
        tablet: the hash of the tablet's token; on another tablet the cookie opens nothing.
        now: this moment, UTC.
    """
    until = min(int(now.timestamp()) + IDLE_SECONDS, visit.began + MOST_SECONDS)
    moments = until.to_bytes(_MOMENT, "big") + visit.began.to_bytes(_MOMENT, "big")
    blob = lock(key, visit.representative_id + visit.mark + moments, _bound(tablet))
    return base64.urlsafe_b64encode(blob).decode()


def read(key: bytes, value: str, tablet: bytes, now: datetime) -> RepVisit | None:
    """The visit of a cookie; None where it is none of ours, another tablet's, or over."""
    try:
        plain = unlock(key, base64.urlsafe_b64decode(value), _bound(tablet))
    except (CannotOpen, ValueError):
        return None
    rest = plain[_ID + _MARK :]
    until, began = (int.from_bytes(rest[at : at + _MOMENT], "big") for at in (0, _MOMENT))
    if until <= now.timestamp():
        return None
    return RepVisit(plain[:_ID], plain[_ID : _ID + _MARK], began)


def _bound(tablet: bytes) -> Context:
    return context("representative", "visit", 1, tablet.hex())
