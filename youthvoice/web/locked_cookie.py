"""A visit kept in a cookie: locked, of one length, good for a while after each page and never beyond an end.

Nobody can read it, or make one, who has not the key; of a copy nothing is left when the visit is over. A page that goes
away sets a mark beside it, `LEFT`: what a browser brings together with the mark is over, though the house may not have
heard of it yet on a bad network.
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
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, lock, unlock

Answer = TypeVar("Answer", bound=Response)

LEFT: Final = "left"
"""The mark, on the same path; `static/child/reply.js` sets it, for the longest that a visit can last."""
_MOMENT = 8  # bytes


class CookieContent(NamedTuple):
    """What lies in one.

    Attributes:
        head: as many bytes as its cookie says.
        began: in seconds since 1970.
        tail: what follows; may be empty.
    """

    head: bytes
    began: int
    tail: bytes = b""


@dataclass(frozen=True, slots=True)
class LockedCookie:
    """One kind of visit.

    Attributes:
        name: of the cookie.
        path: it is sent to these addresses only.
        idle_seconds: so long it is good after each page.
        max_seconds: in all.
        head_bytes: how long the head is.
    """

    name: str
    path: str
    idle_seconds: int
    max_seconds: int
    head_bytes: int

    def seal(self, key: bytes, bound: SealingContext, content: CookieContent, now: datetime) -> str:
        """The cookie's value from now on.

        Args:
            key: 32 bytes, for these visits only.
            bound: what it is locked to; elsewhere it opens nothing.
            content: always of one length.
            now: UTC.
        """
        until = min(int(now.timestamp()) + self.idle_seconds, content.began + self.max_seconds)
        moments = until.to_bytes(_MOMENT, "big") + content.began.to_bytes(_MOMENT, "big")
        return base64.urlsafe_b64encode(lock(key, content.head + moments + content.tail, bound)).decode()

    def open(self, key: bytes, bound: SealingContext, value: str, now: datetime) -> CookieContent | None:
        """What lies in a cookie; None where it is none of ours, or over."""
        try:
            plain = unlock(key, base64.urlsafe_b64decode(value), bound)
        except (CannotOpen, ValueError):
            return None
        head, rest = plain[: self.head_bytes], plain[self.head_bytes :]
        until, began = (int.from_bytes(rest[at : at + _MOMENT], "big") for at in (0, _MOMENT))
        return None if until <= now.timestamp() else CookieContent(head, began, rest[2 * _MOMENT :])

    def brought(self) -> str:
        """The value that this request brings; empty where there is none, or whoever it was has left."""
        return "" if LEFT in request.cookies else request.cookies.get(self.name, "")

    def set_on(self, answer: Answer, value: str) -> Answer:
        """An answer that carries it."""
        secure = not context.settings().development
        answer.set_cookie(self.name, value, path=self.path, httponly=True, samesite="Strict", secure=secure)
        return self._without_mark(answer)

    def delete_on(self, answer: Answer) -> Answer:
        """An answer after which it is gone."""
        answer.delete_cookie(self.name, path=self.path, httponly=True, samesite="Strict")
        return self._without_mark(answer)

    def _without_mark(self, answer: Answer) -> Answer:
        """Only where the request brought it: an answer that was on its way when she left brings nobody back."""
        if LEFT in request.cookies:
            answer.delete_cookie(LEFT, path=self.path, samesite="Strict")
        return answer
