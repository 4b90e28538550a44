"""Rows of signed-in adults: begin, find, touch, end.

Source: PRIVACY.md C, "Sessions": idle 15 minutes, 8 hours at most.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from youthvoice.access.models import StaffSessionRow
from youthvoice.privacy.crypto.session_keys import seal_for_session, token_hash

MAX_IDLE = timedelta(minutes=15)

MAX_DURATION = timedelta(hours=8)

TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ActiveSession:
    """A session that is still good.

    Attributes:
        person_id: whose it is.
        seen_at: when she last did something, to the minute.
        sealed_private_key: opens with the cookie's token only.
    """

    person_id: int
    seen_at: datetime
    sealed_private_key: bytes = field(repr=False)


def start(session: Session, person_id: int, private_key: bytes, token: str, now: datetime) -> None:
    """Begin a session; whatever has run out, of anybody, is swept away."""
    session.execute(
        delete(StaffSessionRow).where(
            or_(StaffSessionRow.seen_at <= now - MAX_IDLE, StaffSessionRow.started_at <= now - MAX_DURATION)
        )
    )
    session.add(
        StaffSessionRow(
            token_hash=token_hash(token),
            person_id=person_id,
            sealed_private_key=seal_for_session(private_key, token),
            started_at=now,
            seen_at=now,
        )
    )
    session.flush()


def find(session: Session, token: str, now: datetime) -> ActiveSession | None:
    """The session that a token opens; None when there is none or it has run out."""
    row = session.execute(
        select(StaffSessionRow.person_id, StaffSessionRow.seen_at, StaffSessionRow.sealed_private_key).where(
            StaffSessionRow.token_hash == token_hash(token),
            StaffSessionRow.seen_at > now - MAX_IDLE,
            StaffSessionRow.started_at > now - MAX_DURATION,
        )
    ).first()
    return ActiveSession(*row) if row else None


def touch(session: Session, token: str, now: datetime) -> None:
    """She is still there."""
    session.execute(update(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash(token)).values(seen_at=now))


def end(session: Session, token: str) -> None:
    """Sign one browser out."""
    session.execute(delete(StaffSessionRow).where(StaffSessionRow.token_hash == token_hash(token)))


def end_all(session: Session, person_id: int, but: str = "") -> None:
    """Sign a person out everywhere.

    Args:
        session: may write.
        person_id: who.
        but: the token of a session to keep, such as the one in which she changes her password.
    """
    session.execute(
        delete(StaffSessionRow).where(
            StaffSessionRow.person_id == person_id, StaffSessionRow.token_hash != token_hash(but)
        )
    )
