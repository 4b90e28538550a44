"""Sessions of staff, stored as rows: start, find, extend and end.

Source: PRIVACY.md C, "Sessions": 15 minutes idle, 8 hours at most.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from youthvoice.access.models import StaffSessionRow
from youthvoice.privacy.crypto.session_keys import encrypt_for_session, token_hash

MAX_IDLE = timedelta(minutes=15)

MAX_DURATION = timedelta(hours=8)

TOUCH_EVERY = timedelta(minutes=1)

_sessions = cast(Table, StaffSessionRow.__table__)

_FIND = select(_sessions.c.person_id, _sessions.c.seen_at, _sessions.c.sealed_private_key).where(  # in every request
    _sessions.c.token_hash == bindparam("token_hash"),
    _sessions.c.seen_at > bindparam("seen_after"),
    _sessions.c.started_at > bindparam("started_after"),
)


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A session that has not expired.

    Attributes:
        person_id: the person who is signed in.
        seen_at: when that person last did something, to the minute.
        sealed_private_key: opens with the cookie's token only.
    """

    person_id: int
    seen_at: datetime
    sealed_private_key: bytes = field(repr=False)


def start(session: Session, person_id: int, private_key: bytes, token: str, now: datetime) -> None:
    """Start a session, and delete all expired ones of anybody."""
    session.execute(
        delete(StaffSessionRow).where(
            or_(StaffSessionRow.seen_at <= now - MAX_IDLE, StaffSessionRow.started_at <= now - MAX_DURATION)
        )
    )
    session.add(
        StaffSessionRow(
            token_hash=token_hash(token),
            person_id=person_id,
            sealed_private_key=encrypt_for_session(private_key, token),
            started_at=now,
            seen_at=now,
        )
    )
    session.flush()


def find(session: Session, token: str, now: datetime) -> ActiveSession | None:
    """The session of a token; None if there is none or it has expired."""
    values = {"token_hash": token_hash(token), "seen_after": now - MAX_IDLE, "started_after": now - MAX_DURATION}
    row = session.connection().execute(_FIND, values).first()
    return ActiveSession(*row) if row else None


def touch(session: Session, token: str, now: datetime) -> None:
    """Record that the person is still active."""
    session.execute(update(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash(token)).values(seen_at=now))


def end(session: Session, token: str) -> None:
    """Sign out one browser."""
    session.execute(delete(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash(token)))


def end_all(session: Session, person_id: int, but: str = "") -> None:
    """Sign a person out in every browser.

    Args:
        session: may write.
        person_id: who.
        but: the token of a session to keep, such as the one in which the password is changed.
    """
    session.execute(
        delete(StaffSessionRow).where(
            StaffSessionRow.person_id == person_id, StaffSessionRow.token_hash != token_hash(but)
        )
    )
