"""Attempts at passwords, counted in rows, and the browsers that let somebody in before.

Ten wrong ones an hour close a name for where they came from, and for nobody else: a stranger who types wrong passwords
all day shuts nobody out. A browser that let somebody in before has tries of its own. From a thousand a day on, wherever
they come from, a name is slowed for browsers that never let her in. A try is counted before it is made, so that many at
once cannot slip through, and taken back when it was right. Source: PRIVACY.md C; NIST SP 800-63B 5.2.2.

The cookie lets nobody in. It says, under the pepper, that a handle was right here once, so that its tries are counted
apart from everybody else's on the same line; and what it sends, where somebody else uses up what the line may send.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from flask import has_request_context, request
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from youthvoice import context
from youthvoice.accounts.models import WrongAttemptRow
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import Refused
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.web.rate_limits import network_key

MAX_ATTEMPTS: Final = 10
"""Wrong passwords in an hour for one handle from one line or browser, whether anybody has that handle or not."""

WARN_FROM: Final = 20
"""Wrong passwords in a day for one handle, from wherever, that advocates are told of."""

SLOW_FROM: Final = 1000
"""Wrong passwords in a day for one handle, after which it is slowed where nobody was let in before."""

_PAUSE_SECONDS: Final = 10

_KEPT: Final = timedelta(days=2)  # a row is of an hour or a day

_COUNTLESS: Final = 2**31 - 1


class AuthenticationFailed(Refused):
    """Nobody was let in: `wrong`, `too_many` (no try from there until the next hour) or `wait` (the name is slowed)."""


@dataclass(frozen=True, slots=True)
class PasswordAttempt:
    """Who is tried, and from where.

    Attributes:
        pepper: the key `pepper`, 32 bytes.
        handle: as typed; it may be a password that was typed into the wrong box.
        origin: a line, a browser, or the command line.
        known: whether this handle was let in from there before.
        now: UTC.
    """

    pepper: bytes = field(repr=False)
    handle: str
    origin: str
    known: bool
    now: datetime

    @property
    def _here(self) -> tuple[bytes, datetime]:
        return _hash(self.pepper, f"{self.origin}|{self.handle}"), _hour(self.now)

    @property
    def _anywhere(self) -> tuple[bytes, datetime]:
        return _anywhere(self.pepper, self.handle), _day(self.now)

    @property
    def _stretch(self) -> tuple[bytes, datetime]:
        return _hash(self.pepper, f"slot|{int(self.now.timestamp()) // _PAUSE_SECONDS}|{self.handle}"), _day(self.now)

    def begin(self, session: Session) -> None:
        """Count a try before it is made.

        Raises:
            AuthenticationFailed: nothing was counted that would keep her out longer, and no password is to be
                stretched.
        """
        slowed = not self.known and _counted(session, *self._anywhere) >= SLOW_FROM
        if slowed and not _adds(session, *self._stretch, 1):
            raise AuthenticationFailed("wait")
        if not _adds(session, *self._here, MAX_ATTEMPTS):
            raise AuthenticationFailed("too_many")
        _adds(session, *self._anywhere, _COUNTLESS)

    def forgive(self, session: Session) -> None:
        """The try was right after all; rows that count nothing go."""
        for row in (self._here, self._anywhere):
            mine = (WrongAttemptRow.handle_hash == row[0], WrongAttemptRow.hour == row[1])
            session.execute(
                update(WrongAttemptRow).where(*mine, WrongAttemptRow.tries > 0).values(tries=WrongAttemptRow.tries - 1)
            )
            session.execute(delete(WrongAttemptRow).where(*mine, WrongAttemptRow.tries == 0))

    def is_first_of_hour(self, session: Session, told: str) -> bool:
        """Whether nobody failed as `told` in this hour yet: one line of the log says so for all."""
        return _adds(session, _hash(self.pepper, f"told|{told}"), _hour(self.now), 1)


def find_guessed(session: Session, pepper: bytes, handles: Mapping[str, int], now: datetime) -> set[int]:
    """Whose passwords somebody tries today.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        handles: people, by what they sign in with.
        now: UTC.
    """
    hashes = {_anywhere(pepper, handle): person_id for handle, person_id in handles.items()}
    mine = (
        WrongAttemptRow.handle_hash.in_(hashes),
        WrongAttemptRow.hour == _day(now),
        WrongAttemptRow.tries >= WARN_FROM,
    )
    return {hashes[hashed] for hashed in session.scalars(select(WrongAttemptRow.handle_hash).where(*mine))}


def find_people_to_warn(session: Session, pepper: bytes, handles: Mapping[str, int], now: datetime) -> set[int]:
    """The same, each once a day. For whoever sends "please sign in".

    Args:
        session: may write.
        pepper: as for `find_guessed`.
        handles: likewise.
        now: likewise.
    """
    guessed = find_guessed(session, pepper, handles, now)
    return {one for one in sorted(guessed) if _adds(session, _hash(pepper, f"warned|{one}"), _day(now), 1)}


def has_old_attempts(session: Session, now: datetime) -> bool:
    """Whether there are rows of days before yesterday."""
    return session.scalar(select(WrongAttemptRow.hour).where(WrongAttemptRow.hour < now - _KEPT).limit(1)) is not None


def delete_old_attempts(session: Session, now: datetime) -> None:
    """Forget the tries of days before yesterday: at which hour somebody signed in is nobody's business."""
    session.execute(delete(WrongAttemptRow).where(WrongAttemptRow.hour < now - _KEPT))


def _adds(session: Session, hashed: bytes, since: datetime, most: int) -> bool:
    """Count one more, unless there were so many already."""
    row = insert_into(WrongAttemptRow, session.get_bind().dialect).values(handle_hash=hashed, hour=since, tries=1)
    counted = row.on_conflict_do_update(
        index_elements=[WrongAttemptRow.handle_hash, WrongAttemptRow.hour],
        set_={"tries": WrongAttemptRow.tries + 1},
        where=WrongAttemptRow.tries < most,
    )
    return session.scalar(counted.returning(WrongAttemptRow.tries)) is not None


def _counted(session: Session, hashed: bytes, since: datetime) -> int:
    query = select(WrongAttemptRow.tries).where(WrongAttemptRow.handle_hash == hashed, WrongAttemptRow.hour == since)
    return session.scalar(query) or 0


def _anywhere(pepper: bytes, handle: str) -> bytes:
    return _hash(pepper, f"anywhere|{handle}")


def _hash(pepper: bytes, words: str) -> bytes:
    return hmac.digest(pepper, b"tries|" + words.encode("utf-8", "surrogatepass"), hashlib.sha256)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


_MAX_PEOPLE: Final = 6
"""People who share a browser; who signed in longest ago is forgotten."""

_LASTS_SECONDS: Final = 400 * 24 * 3600

_RANDOM_BYTES: Final = 12

COMMAND_LINE: Final = "command line"


class AttemptOrigin(NamedTuple):
    """Where a try comes from, and whether that handle was let in from there before."""

    where: str
    known: bool


def origin_of_attempt(handle: str) -> AttemptOrigin:
    """Of the request that runs; the machine's own command line is known."""
    if not has_request_context():
        return AttemptOrigin(COMMAND_LINE, known=True)
    for entry in _entries():
        if hmac.compare_digest(entry[:_ENTRY_LETTERS], _entry(entry[: _RANDOM_BYTES * 2], handle)):
            return AttemptOrigin(f"browser:{entry[: _RANDOM_BYTES * 2]}", known=True)
    return AttemptOrigin(network_key(), known=False)


def remember_browser(response: AnyResponse, handle: str) -> None:
    """Let this browser show later that a handle was right here."""
    handle = handle.strip().casefold()
    others = [entry for entry in _entries() if entry[:_ENTRY_LETTERS] != _entry(entry[: _RANDOM_BYTES * 2], handle)]
    random = secrets.token_hex(_RANDOM_BYTES)
    entries = [_entry(random, handle) + _mark(random), *others][:_MAX_PEOPLE]
    secure = not context.settings().development
    response.set_cookie(
        browser_cookie_name(),
        ".".join(entries),
        max_age=_LASTS_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=secure,
        path="/",
    )


def find_known_browser() -> str:
    """A browser that let somebody in before, whoever that was; empty for any other. Reads no form."""
    for entry in _entries():
        random = entry[: _RANDOM_BYTES * 2]
        if hmac.compare_digest(entry[_ENTRY_LETTERS:], _mark(random)):
            return f"browser:{random}"
    return ""


def browser_cookie_name() -> str:
    """Bound to this host in production."""
    return "known" if context.settings().development else "__Host-known"


def _entries() -> Iterator[str]:
    sent = request.cookies.get(browser_cookie_name(), "").split(".")[:_MAX_PEOPLE]
    return (entry for entry in sent if entry and entry.isascii())


_ENTRY_LETTERS: Final = _RANDOM_BYTES * 2 + 64
"""Of an entry; behind it stands what shows that it is ours before a handle is known."""


def _mark(random: str) -> str:
    words = f"known browser of anybody|{random}".encode()
    return hmac.new(context.keyring().key(PEPPER), words, hashlib.sha256).hexdigest()[:32]


def _entry(random: str, handle: str) -> str:
    words = f"known browser|{random}|{handle}".encode("utf-8", "surrogatepass")
    return random + hmac.new(context.keyring().key(PEPPER), words, hashlib.sha256).hexdigest()
