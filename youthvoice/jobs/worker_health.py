"""Whether a work process runs: when it and the backup last reported, and after which silence it counts as stopped."""

from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.jobs.models import HeartbeatRow

ALIVE_SECONDS: Final = 90

WORK, BACKUP, PHONE = "work", "backup", "phone"

_REFUSED: Final = "backup."


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


def record_refused_backup(engine: Engine, code: str) -> None:
    """Record why there is no good backup of this night, until there is one again."""
    record_heartbeat(engine, f"{_REFUSED}{code}")


def find_backup_refusal(session: Session) -> str:
    """Why the last backup was refused; empty where it was good, or none was tried."""
    good = last_heartbeat(session, BACKUP)
    refusals = select(HeartbeatRow.name, HeartbeatRow.at).where(HeartbeatRow.name.startswith(_REFUSED))
    last = session.execute(refusals.order_by(HeartbeatRow.at.desc()).limit(1)).first()
    return last.name.removeprefix(_REFUSED) if last and (good is None or last.at > good) else ""
