"""Whether a work process runs: when it and the backup last reported, and after which silence it counts as stopped."""

from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.jobs.models import HeartbeatRow

ALIVE_SECONDS: Final = 90

WORK, BACKUP, PHONE = "work", "backup", "phone"


def record_heartbeat(engine: Engine, name: str = WORK, at: datetime | None = None) -> None:
    """Record that a kind of process works, or has finished; now, or at a moment that tells less."""
    with db.writing(engine) as session:
        session.merge(HeartbeatRow(name=name, at=at or context.now()))


def last_heartbeat(session: Session, name: str) -> datetime | None:
    """When a kind of process last reported; None if it never did."""
    return session.scalar(select(HeartbeatRow.at).where(HeartbeatRow.name == name))


def is_worker_alive(engine: Engine) -> bool:
    """Whether a work process reported within the last 90 seconds."""
    with db.reading(engine) as session:
        at = last_heartbeat(session, WORK)
    return at is not None and (context.now() - at).total_seconds() < ALIVE_SECONDS
