"""Tries of passwords, counted in rows so that every process knows them.

Ten wrong ones an hour close a name for where they came from, and for nobody else: a stranger who types wrong passwords
all day shuts nobody out. A browser that let somebody in before has tries of its own. From a thousand a day on, wherever
they come from, a name is slowed for browsers that never let her in. A try is counted before it is made, so that many at
once cannot slip through, and taken back when it was right. Source: PRIVACY.md C; NIST SP 800-63B 5.2.2.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from youthvoice.accounts.models import WrongTry
from youthvoice.compiled_sql import adding

MOST: Final = 10
"""Wrong passwords in an hour for one handle from one line or browser, whether anybody has that handle or not."""
WARN_FROM: Final = 20
"""Wrong passwords in a day for one handle, from wherever, that advocates are told of."""
SLOW_FROM: Final = 1000
"""Wrong passwords in a day for one handle, after which it is slowed where nobody was let in before."""
_PAUSE_SECONDS: Final = 10
_KEPT: Final = timedelta(days=2)  # a row is of an hour or a day
_COUNTLESS: Final = 2**31 - 1


class TooOften(Exception):
    """No try now: `code` is `too_many` (from there, until the next hour) or `wait` (the name is slowed)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Trying:
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
            TooOften: nothing was counted that would keep her out longer, and no password is to be stretched.
        """
        slowed = not self.known and _counted(session, *self._anywhere) >= SLOW_FROM
        if slowed and not _adds(session, *self._stretch, 1):
            raise TooOften("wait")
        if not _adds(session, *self._here, MOST):
            raise TooOften("too_many")
        _adds(session, *self._anywhere, _COUNTLESS)

    def forgive(self, session: Session) -> None:
        """The try was right after all; rows that count nothing go."""
        for row in (self._here, self._anywhere):
            mine = (WrongTry.handle_hash == row[0], WrongTry.hour == row[1])
            session.execute(update(WrongTry).where(*mine, WrongTry.tries > 0).values(tries=WrongTry.tries - 1))
            session.execute(delete(WrongTry).where(*mine, WrongTry.tries == 0))

    def is_first_of_hour(self, session: Session, told: str) -> bool:
        """Whether nobody failed as `told` in this hour yet: one line of the log says so for all."""
        return _adds(session, _hash(self.pepper, f"told|{told}"), _hour(self.now), 1)


def guessed(session: Session, pepper: bytes, handles: Mapping[str, int], now: datetime) -> set[int]:
    """Whose passwords somebody tries today.

    Args:
        session: only read.
        pepper: the key `pepper`, 32 bytes.
        handles: people, by what they sign in with.
        now: UTC.
    """
    hashes = {_anywhere(pepper, handle): person_id for handle, person_id in handles.items()}
    mine = (WrongTry.handle_hash.in_(hashes), WrongTry.hour == _day(now), WrongTry.tries >= WARN_FROM)
    return {hashes[hashed] for hashed in session.scalars(select(WrongTry.handle_hash).where(*mine))}


def to_warn(session: Session, pepper: bytes, handles: Mapping[str, int], now: datetime) -> set[int]:
    """The same, each once a day. For whoever sends "please sign in".

    Args:
        session: may write.
        pepper: as for `guessed`.
        handles: likewise.
        now: likewise.
    """
    found = guessed(session, pepper, handles, now)
    return {one for one in sorted(found) if _adds(session, _hash(pepper, f"warned|{one}"), _day(now), 1)}


def has_old(session: Session, now: datetime) -> bool:
    """Whether there are rows of days before yesterday."""
    return session.scalar(select(WrongTry.hour).where(WrongTry.hour < now - _KEPT).limit(1)) is not None


def sweep(session: Session, now: datetime) -> None:
    """Forget the tries of days before yesterday: at which hour somebody signed in is nobody's business."""
    session.execute(delete(WrongTry).where(WrongTry.hour < now - _KEPT))


def _adds(session: Session, hashed: bytes, since: datetime, most: int) -> bool:
    """Count one more, unless there were so many already."""
    row = adding(WrongTry, session.get_bind().dialect).values(handle_hash=hashed, hour=since, tries=1)
    counted = row.on_conflict_do_update(
        index_elements=[WrongTry.handle_hash, WrongTry.hour],
        set_={"tries": WrongTry.tries + 1},
        where=WrongTry.tries < most,
    )
    return session.scalar(counted.returning(WrongTry.tries)) is not None


def _counted(session: Session, hashed: bytes, since: datetime) -> int:
    query = select(WrongTry.tries).where(WrongTry.handle_hash == hashed, WrongTry.hour == since)
    return session.scalar(query) or 0


def _anywhere(pepper: bytes, handle: str) -> bytes:
    return _hash(pepper, f"anywhere|{handle}")


def _hash(pepper: bytes, words: str) -> bytes:
    return hmac.digest(pepper, b"tries|" + words.encode("utf-8", "surrogatepass"), hashlib.sha256)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
