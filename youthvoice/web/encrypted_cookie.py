"""Cookies that hold a visit: encrypted, of one length, valid for a while after each page and for a maximum in all.

Without the key nobody can read or forge one; a copy ends with the visit. A page that closes sets a mark beside it,
`LEFT`: a cookie that comes with the mark has ended, even if a bad network kept the server from learning of it.
Source: PRIVACY.md C, "Codes" and "Times".
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, TypeVar

from flask import request
from werkzeug.wrappers import Response

from youthvoice import context
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, decrypt, encrypt

Answer = TypeVar("Answer", bound=Response)

LEFT: Final = "left"
"""The mark, a cookie on the same path; `static/child/reply.js` sets it, for the maximum length of a visit."""
_MOMENT = 8  # bytes


class CookieContent(NamedTuple):
    """The content of a cookie.

    Attributes:
        head: `EncryptedCookie.head_bytes` long.
        began: in seconds since 1970.
        tail: further bytes; may be empty.
    """

    head: bytes
    began: int
    tail: bytes = b""


@dataclass(frozen=True, slots=True)
class EncryptedCookie:
    """One kind of visit.

    Attributes:
        name: of the cookie.
        path: the cookie is sent to addresses below it only.
        idle_seconds: how long it is valid after each page.
        max_seconds: how long it is valid in all.
        head_bytes: length of the head.
    """

    name: str
    path: str
    idle_seconds: int
    max_seconds: int
    head_bytes: int

    def seal(self, key: bytes, bound: SealingContext, content: CookieContent, now: datetime) -> str:
        """The new value of the cookie.

        Args:
            key: 32 bytes, for these visits only.
            bound: the context that it is encrypted to; elsewhere it does not open.
            content: always of one length.
            now: UTC.
        """
        until = min(int(now.timestamp()) + self.idle_seconds, content.began + self.max_seconds)
        moments = until.to_bytes(_MOMENT, "big") + content.began.to_bytes(_MOMENT, "big")
        return base64.urlsafe_b64encode(encrypt(key, content.head + moments + content.tail, bound)).decode()

    def open(self, key: bytes, bound: SealingContext, value: str, now: datetime) -> CookieContent | None:
        """The content of a cookie; None where it is not ours, or has ended."""
        try:
            plain = decrypt(key, base64.urlsafe_b64decode(value), bound)
        except (CannotOpen, ValueError):
            return None
        head, rest = plain[: self.head_bytes], plain[self.head_bytes :]
        until, began = (int.from_bytes(rest[at : at + _MOMENT], "big") for at in (0, _MOMENT))
        return None if until <= now.timestamp() else CookieContent(head, began, rest[2 * _MOMENT :])

    def brought(self) -> str:
        """The cookie's value in this request; empty where there is none, or the visitor has left."""
        return "" if LEFT in request.cookies else request.cookies.get(self.name, "")

    def set_on(self, answer: Answer, value: str) -> Answer:
        """Set the cookie on an answer."""
        secure = not context.settings().development
        answer.set_cookie(self.name, value, path=self.path, httponly=True, samesite="Strict", secure=secure)
        return self._without_mark(answer)

    def delete_on(self, answer: Answer) -> Answer:
        """Delete the cookie on an answer."""
        answer.delete_cookie(self.name, path=self.path, httponly=True, samesite="Strict")
        return self._without_mark(answer)

    def _without_mark(self, answer: Answer) -> Answer:
        """Delete the mark only if the request had it: an answer that arrives after the visitor left must keep it."""
        if LEFT in request.cookies:
            answer.delete_cookie(LEFT, path=self.path, samesite="Strict")
        return answer
