"""From seven pictures to a child's visit to a thread, and the cookie that keeps the visit open.

The cookie is encrypted under a key of ours and always has the same length: a code that opens nothing gets a visit to a
thread that does not exist. Every page renews it, for at most two hours, so that a copy of it ends. *Stop*, the corner
that hides the screen, and ten idle minutes end the visit. Source: PRIVACY.md C, "Codes".

Argon2 runs outside every transaction, so that no writer waits for it.
"""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Self

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.errors import KeyGone
from youthvoice.privacy.credentials.picture_codes import PictureCode, PictureCodeKeys, derive_code_keys
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.keys.key_names import PEPPER, destruction_key
from youthvoice.threads.child_codes import code_attempts
from youthvoice.threads.entities import Thread
from youthvoice.threads.store import find_thread_by_locator
from youthvoice.web.encrypted_cookie import CookieContent, EncryptedCookie

_ID_BYTES: Final = 16

_KEY_BYTES: Final = 32

COOKIE: Final = "visit"

PATH: Final = "/reply"

VISITS: Final = EncryptedCookie(COOKIE, PATH, idle_seconds=600, max_seconds=7200, head_bytes=_ID_BYTES + _KEY_BYTES)

_PLACE_BYTES: Final = 64

_BOUND: Final = sealing_context("reply", "visit", 2)


@dataclass(frozen=True, slots=True)
class ChildVisit:
    """An open visit.

    Attributes:
        thread_id: 16 bytes; of no thread where the code opened nothing.
        private: the private key of the child's code, 32 bytes.
        place: where the child reported, as typed; empty on a tablet, or when it was too long.
        began: in seconds since 1970; 0 for a new visit.
    """

    thread_id: bytes = field(repr=False)
    private: bytes = field(repr=False)
    place: str = field(default="", repr=False)
    began: int = field(default=0, repr=False, compare=False)

    @classmethod
    def nowhere(cls, place: str = "") -> Self:
        """The visit of a code that opens nothing."""
        return cls(secrets.token_bytes(_ID_BYTES), secrets.token_bytes(_KEY_BYTES), place)


def write_cookie(key: bytes, visit: ChildVisit, now: datetime) -> str:
    """The cookie's value, valid for ten more minutes but at most two hours in all; always of one length.

    Args:
        key: 32 bytes, for visits only.
        visit: the open visit.
        now: this moment, UTC.
    """
    began = visit.began or int(now.timestamp())
    place = visit.place.encode()
    place = place.ljust(_PLACE_BYTES, b"\0") if len(place) <= _PLACE_BYTES else bytes(_PLACE_BYTES)
    return VISITS.seal(key, _BOUND, CookieContent(visit.thread_id + visit.private, began, place), now)


def read_cookie(key: bytes, value: str, now: datetime) -> ChildVisit | None:
    """The visit of a cookie; None where it is not ours, or has ended."""
    cookie_content = VISITS.open(key, _BOUND, value, now)
    if cookie_content is None:
        return None
    return ChildVisit(
        cookie_content.head[:_ID_BYTES],
        cookie_content.head[_ID_BYTES:],
        cookie_content.tail.rstrip(b"\0").decode(),
        cookie_content.began,
    )


@dataclass(frozen=True, slots=True)
class CodeScope:
    """The place where the child says that the report was sent.

    Attributes:
        site_id: row of `sites`; below zero where there is no such place, which no page shows.
        day: at that site.
        tablet_id: of an enrolled tablet; None on any other device.
        place: the place as the child typed it; empty on a tablet.
        line: the network line of the request (`rate_limits.wide_line`).
        by_phone: whether the code was pressed on the keys of a telephone.
    """

    site_id: int
    day: date
    tablet_id: int | None = None
    place: str = ""
    line: str = field(default="", repr=False)
    by_phone: bool = False


def open_visit(code: PictureCode, scope: CodeScope, now: datetime) -> ChildVisit:
    """Open a visit with a code; to no thread where it opens nothing. Commits in a transaction of its own.

    Args:
        code: as the child chose it.
        scope: where.
        now: UTC.

    Raises:
        TooManyCodeAttempts: the code was not tried.
    """
    pepper = context.keyring().key(PEPPER)
    counters = _counters_of(pepper, scope)
    code_attempts.refuse_if_slowed(pepper, counters, now)
    keys = derive_code_keys(code, scope.site_id, pepper)
    thread = code_attempts.try_and_count(pepper, counters, now, lambda session: _find_thread(session, scope, keys))
    return ChildVisit(thread.id, keys.reply.private, scope.place) if thread else ChildVisit.nowhere(scope.place)


def _counters_of(pepper: bytes, scope: CodeScope) -> tuple[code_attempts.AttemptCounter, ...]:
    """The counters of an attempt in this scope."""
    if scope.tablet_id is None:
        place = code_attempts.place_counter(pepper, scope.site_id, scope.day).by_line(pepper, scope.line)
        phone = code_attempts.phone_counter(pepper, scope.site_id, scope.day)
        return (phone, place) if scope.by_phone else (place,)
    tablet = code_attempts.tablet_counter(pepper, scope.tablet_id, scope.day)
    tablets = code_attempts.tablets_counter(pepper, scope.site_id, scope.day)
    return tablet.by_line(pepper, scope.line), tablets.by_line(pepper, scope.line)


def has_month_key(thread: Thread) -> bool:
    """Whether a thread can still be opened: the key of its month exists."""
    try:
        context.keyring().key(destruction_key(thread.month))
    except KeyGone:
        return False
    return True


def _find_thread(session: Session, scope: CodeScope, keys: PictureCodeKeys) -> Thread | None:
    thread = find_thread_by_locator(session, scope.site_id, keys.locator)
    return thread if thread and has_month_key(thread) else None
