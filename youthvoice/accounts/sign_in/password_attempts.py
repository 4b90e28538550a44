"""Counts wrong passwords, and recognises browsers in which a person signed in before.

After ten wrong passwords in an hour a name is blocked for the network or browser they came from, and for no other. So a
stranger cannot lock anybody out. A known browser has its own count. From a thousand a day, from anywhere, a name is
slowed down for unknown browsers. An attempt is counted before the check, so that parallel attempts cannot slip through,
and uncounted if it was right. Source: PRIVACY.md C; NIST SP 800-63B 5.2.2.

The cookie of a known browser signs nobody in. It says, under the pepper, that a handle was right here once, so its
attempts are counted apart from others on the same network. It also keeps a separate allowance for what the browser
sends, if others use up the allowance of the network.
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
"""Wrong passwords in an hour for one handle from one network or browser, whether anybody has that handle or not."""

WARN_FROM: Final = 20
"""Wrong passwords in a day for one handle, from anywhere, from which on its owner and advocates are warned."""

SLOW_FROM: Final = 1000
"""Wrong passwords in a day for one handle, after which it is slowed down for unknown browsers."""

_PAUSE_SECONDS: Final = 10

_KEPT: Final = timedelta(days=2)  # after the beginning of the hour or day that a row counts

_NO_LIMIT: Final = 2**31 - 1

_MAX_PEOPLE: Final = 6
"""People who share a browser; the one who signed in longest ago is dropped."""

_LASTS_SECONDS: Final = 400 * 24 * 3600  # the cookie

_RANDOM_BYTES: Final = 12

_ENTRY_LETTERS: Final = _RANDOM_BYTES * 2 + 64
"""Length of an entry of the cookie without its last part.

An entry is random digits (`_RANDOM_BYTES`), an HMAC over them and the handle (`_entry`), and one over them alone
(`_mark`), which proves before any handle is known that the entry is ours.
"""

COMMAND_LINE: Final = "command line"


class AuthenticationFailed(Refused):
    """Nobody was signed in: `wrong`, `too_many` (blocked until the next hour) or `wait` (the name is slowed down)."""


@dataclass(frozen=True, slots=True)
class PasswordAttempt:
    """One attempt to sign in: whose name, and from where.

    Attributes:
        pepper: the key `pepper`, 32 bytes.
        handle: as typed; it may be a password typed into the wrong field.
        origin: a network, a browser, or the command line.
        is_known: whether this handle has signed in from there before.
        now: UTC.
    """

    pepper: bytes = field(repr=False)
    handle: str
    origin: str
    is_known: bool
    now: datetime

    @property
    def _here(self) -> tuple[bytes, datetime]:
        return _hash(self.pepper, f"{self.origin}|{self.handle}"), _hour(self.now)

    @property
    def _anywhere(self) -> tuple[bytes, datetime]:
        return _hash_anywhere(self.pepper, self.handle), _day(self.now)

    @property
    def _pause_slot(self) -> tuple[bytes, datetime]:
        return _hash(self.pepper, f"slot|{int(self.now.timestamp()) // _PAUSE_SECONDS}|{self.handle}"), _day(self.now)

    def begin(self, session: Session) -> None:
        """Count an attempt before the password is checked.

        Raises:
            AuthenticationFailed: the attempt is refused and not counted, and the password must not be checked.
        """
        slowed = not self.is_known and _count_attempts(session, *self._anywhere) >= SLOW_FROM
        if slowed and not _count_up(session, *self._pause_slot, 1):
            raise AuthenticationFailed("wait")
        if not _count_up(session, *self._here, MAX_ATTEMPTS):
            raise AuthenticationFailed("too_many")
        _count_up(session, *self._anywhere, _NO_LIMIT)

    def forgive(self, session: Session) -> None:
        """Uncount a right attempt, and delete rows that count nothing."""
        for row in (self._here, self._anywhere):
            same = (WrongAttemptRow.counted_hash == row[0], WrongAttemptRow.since == row[1])
            session.execute(
                update(WrongAttemptRow).where(*same, WrongAttemptRow.tries > 0).values(tries=WrongAttemptRow.tries - 1)
            )
            session.execute(delete(WrongAttemptRow).where(*same, WrongAttemptRow.tries == 0))

    def is_first_of_hour(self, session: Session, log_name: str) -> bool:
        """Whether this is the first failure under a name of the log in this hour, so that only it is logged."""
        return _count_up(session, _hash(self.pepper, f"told|{log_name}"), _hour(self.now), 1)


def find_attacked_people(session: Session, pepper: bytes, handles: Mapping[str, int], now: datetime) -> set[int]:
    """The people whose passwords somebody is trying today: `WARN_FROM` wrong ones or more.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        handles: person ids, by sign-in name.
        now: UTC.
    """
    hashes = {_hash_anywhere(pepper, handle): person_id for handle, person_id in handles.items()}
    many_today = (
        WrongAttemptRow.counted_hash.in_(hashes),
        WrongAttemptRow.since == _day(now),
        WrongAttemptRow.tries >= WARN_FROM,
    )
    return {hashes[hashed] for hashed in session.scalars(select(WrongAttemptRow.counted_hash).where(*many_today))}


def has_many_attempts(session: Session, now: datetime) -> bool:
    """Whether anything was tried today so often that somebody is to be warned, perhaps the password of a person."""
    many = select(WrongAttemptRow.tries).where(WrongAttemptRow.since == _day(now), WrongAttemptRow.tries >= WARN_FROM)
    return session.scalar(many.limit(1)) is not None


def find_people_to_warn(session: Session, pepper: bytes, handles: Mapping[str, int], now: datetime) -> set[int]:
    """As `find_attacked_people`, but each person once a day; for the job that mails "please sign in".

    Args:
        session: may write.
        pepper: as for `find_attacked_people`.
        handles: as for `find_attacked_people`.
        now: UTC.
    """
    attacked = sorted(find_attacked_people(session, pepper, handles, now))
    return {person for person in attacked if _count_up(session, _hash(pepper, f"warned|{person}"), _day(now), 1)}


def note_challenge(session: Session, pepper: bytes, challenge: bytes, asked_at: datetime) -> bool:
    """Note that a passkey's challenge was answered; whether it was for the first time."""
    return _count_up(session, _hash(pepper, f"challenge|{challenge.hex()}"), _day(asked_at), 1)


def has_old_attempts(session: Session, now: datetime) -> bool:
    """Whether there are rows whose hour or day began over two days ago."""
    return session.scalar(select(WrongAttemptRow.since).where(WrongAttemptRow.since < now - _KEPT).limit(1)) is not None


def delete_old_attempts(session: Session, now: datetime) -> None:
    """Delete rows whose hour or day began over two days ago: the hour at which somebody signed in is private."""
    session.execute(delete(WrongAttemptRow).where(WrongAttemptRow.since < now - _KEPT))


def _count_up(session: Session, hashed: bytes, since: datetime, limit: int) -> bool:
    """Count one more, unless the count has reached the limit; whether it was counted."""
    row = insert_into(WrongAttemptRow, session.get_bind().dialect).values(counted_hash=hashed, since=since, tries=1)
    counted = row.on_conflict_do_update(
        index_elements=[WrongAttemptRow.counted_hash, WrongAttemptRow.since],
        set_={"tries": WrongAttemptRow.tries + 1},
        where=WrongAttemptRow.tries < limit,
    )
    return session.scalar(counted.returning(WrongAttemptRow.tries)) is not None


def _count_attempts(session: Session, hashed: bytes, since: datetime) -> int:
    """The number of attempts in a row."""
    query = select(WrongAttemptRow.tries).where(WrongAttemptRow.counted_hash == hashed, WrongAttemptRow.since == since)
    return session.scalar(query) or 0


def _hash_anywhere(pepper: bytes, handle: str) -> bytes:
    return _hash(pepper, f"anywhere|{handle}")


def _hash(pepper: bytes, words: str) -> bytes:
    return hmac.digest(pepper, b"tries|" + words.encode("utf-8", "surrogatepass"), hashlib.sha256)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


class AttemptOrigin(NamedTuple):
    """Where an attempt comes from, and whether that handle has signed in from there before."""

    where: str
    is_known: bool


def origin_of_attempt(handle: str) -> AttemptOrigin:
    """The origin of the running request; the command line of the machine counts as known."""
    if not has_request_context():
        return AttemptOrigin(COMMAND_LINE, is_known=True)
    for entry in _entries():
        if hmac.compare_digest(entry[:_ENTRY_LETTERS], _entry(entry[: _RANDOM_BYTES * 2], handle)):
            return AttemptOrigin(f"browser:{entry[: _RANDOM_BYTES * 2]}", is_known=True)
    return AttemptOrigin(network_key(), is_known=False)


def remember_browser(response: AnyResponse, handle: str) -> None:
    """Set the cookie by which this browser can show later that a handle was right here."""
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
    """The browser of this request, if anybody has signed in from it; empty for any other. Reads no form."""
    for entry in _entries():
        random = entry[: _RANDOM_BYTES * 2]
        if hmac.compare_digest(entry[_ENTRY_LETTERS:], _mark(random)):
            return f"browser:{random}"
    return ""


def browser_cookie_name() -> str:
    """The name of the cookie; in production it is bound to the host."""
    return context.settings().cookie_name("known")


def _entries() -> Iterator[str]:
    """The entries of this browser's cookie."""
    sent = request.cookies.get(browser_cookie_name(), "").split(".")[:_MAX_PEOPLE]
    return (entry for entry in sent if entry and entry.isascii())


def _mark(random: str) -> str:
    """The last part of an entry."""
    words = f"known browser of anybody|{random}".encode()
    return hmac.new(context.keyring().key(PEPPER), words, hashlib.sha256).hexdigest()[:32]


def _entry(random: str, handle: str) -> str:
    """The entry of a handle, without its last part."""
    words = f"known browser|{random}|{handle}".encode("utf-8", "surrogatepass")
    return random + hmac.new(context.keyring().key(PEPPER), words, hashlib.sha256).hexdigest()
