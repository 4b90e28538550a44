"""Whether a work process runs: when it and the backup last reported, and after which silence it counts as stopped."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from sqlalchemy import Engine, delete, or_, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.compiled_sql import insert_into
from youthvoice.jobs.models import HeartbeatRow

ALIVE_SECONDS: Final = 90

WORK, BACKUP, PHONE = "work", "backup", "phone"

_REFUSED: Final = "backup."

SERVER_FAILED: Final = "mail server."
"""Before the reason why the mail server let nobody in, a `DeliveryReason`."""

LINE_IS_SILENT: Final = timedelta(hours=3)
"""A telephone line that could answer no call for so long is mended by somebody."""


def record_heartbeat(engine: Engine, name: str = WORK, at: datetime | None = None) -> None:
    """Record that a kind of process works, or has finished; now, or at a moment that tells less."""
    record_moments(engine, {name: at or context.now()})


_SUCCEEDED, _FAILED = "job:", "failed:"


@dataclass(frozen=True, slots=True)
class JobRecord:
    """When a job last did its work, and last failed; UTC, whole minutes, up to five minutes late.

    Attributes:
        name: of the job.
        succeeded_at: None if it never did.
        failed_at: None if it never did.
    """

    name: str
    succeeded_at: datetime | None
    failed_at: datetime | None

    @property
    def is_failing(self) -> bool:
        """Whether it failed and did not succeed since."""
        return self.failed_at is not None and (self.succeeded_at is None or self.succeeded_at < self.failed_at)


def record_jobs(engine: Engine, results: Mapping[str, bool], more: Mapping[str, datetime] | None = None) -> None:
    """Record that a work process works, and how its jobs ended.

    Args:
        engine: of the database.
        results: by name of a job, whether its last run succeeded. All get one moment, a whole minute: when a single run
            ended would tell when there was mail to send.
        more: other moments, by name.
    """
    now = context.now()
    minute = now.replace(second=0, microsecond=0)
    moments = {f"{_SUCCEEDED if is_done else _FAILED}{name}": minute for name, is_done in results.items()}
    record_moments(engine, {**moments, **(more or {}), WORK: now})


def record_moments(engine: Engine, moments: Mapping[str, datetime]) -> None:
    """Record when each of these last happened, by name."""
    insert = insert_into(HeartbeatRow, engine.dialect)
    with db.writing(engine) as session:
        session.execute(
            insert.on_conflict_do_update(index_elements=[HeartbeatRow.name], set_={"at": insert.excluded.at}),
            [{"name": name, "at": at} for name, at in moments.items()],
        )


def forget_other_jobs(engine: Engine, names: Collection[str]) -> None:
    """Delete the records of jobs that this version no longer has, so that nothing waits for them."""
    current_names = [f"{prefix}{name}" for prefix in (_SUCCEEDED, _FAILED) for name in names]
    of_jobs = or_(*(HeartbeatRow.name.startswith(prefix) for prefix in (_SUCCEEDED, _FAILED)))
    with db.writing(engine) as session:
        session.execute(delete(HeartbeatRow).where(of_jobs, HeartbeatRow.name.not_in(current_names)))


def list_job_records(session: Session) -> list[JobRecord]:
    """The record of every job that ran, by name."""
    tomorrow = context.now() + timedelta(days=1)  # what is later was kept by a wrong clock
    moments = {row.name: row.at for row in session.scalars(select(HeartbeatRow)) if row.at < tomorrow}
    names = {name.partition(":")[2] for name in moments if name.startswith((_SUCCEEDED, _FAILED))}
    return [JobRecord(name, moments.get(_SUCCEEDED + name), moments.get(_FAILED + name)) for name in sorted(names)]


def last_heartbeat(session: Session, name: str) -> datetime | None:
    """When a kind of process last reported; None if it never did."""
    return session.scalar(select(HeartbeatRow.at).where(HeartbeatRow.name == name))


def is_line_silent(session: Session) -> bool:
    """Whether the telephone line could answer no call for three hours, or never could."""
    since = last_heartbeat(session, PHONE)
    return since is None or context.now() - since >= LINE_IS_SILENT


def is_worker_alive(engine: Engine) -> bool:
    """Whether a work process reported within the last 90 seconds."""
    with db.reading(engine) as session:
        at = last_heartbeat(session, WORK)
    return at is not None and abs((context.now() - at).total_seconds()) < ALIVE_SECONDS


def record_refused_backup(engine: Engine, code: str) -> None:
    """Record why there is no good backup of this night, until there is one again."""
    record_heartbeat(engine, f"{_REFUSED}{code}")


def find_backup_refusal(session: Session) -> str:
    """Why the last backup was refused; empty where it was good, or none was tried."""
    good, (code, at) = last_heartbeat(session, BACKUP), _find_last(session, _REFUSED)
    return code if at and (good is None or at > good) else ""


def find_server_failure(session: Session) -> str:
    """Why the mail server let nobody in when it last did not; a `DeliveryReason`."""
    return _find_last(session, SERVER_FAILED)[0]


def _find_last(session: Session, prefix: str) -> tuple[str, datetime | None]:
    names = select(HeartbeatRow.name, HeartbeatRow.at).where(HeartbeatRow.name.startswith(prefix))
    last = session.execute(names.order_by(HeartbeatRow.at.desc()).limit(1)).first()
    return (last.name.removeprefix(prefix), last.at) if last else ("", None)


def can_write(engine: Engine) -> bool:
    """Whether the database takes anything, tried with a statement that changes nothing; True where it is only busy."""
    try:
        with db.writing(engine) as session:
            session.execute(delete(HeartbeatRow).where(HeartbeatRow.name == ""))
    except (DBAPIError, RuntimeError) as error:
        return db.write_failure_of(error) not in {"no_room", "closed"}
    return True


def lacks_replica(session: Session) -> bool:
    """Whether each transaction waits for a replica of PostgreSQL, and none follows."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    waits = "SELECT current_setting('synchronous_standby_names') <> '' AND NOT EXISTS (SELECT FROM pg_stat_replication)"
    return bool(session.scalar(text(waits)))


_Fault = TypeVar("_Fault", bound=str)

_CHECK_HOUR: Final = timedelta(hours=3)  # UTC


@dataclass(frozen=True)
class NightlyCheck(Generic[_Fault]):
    """One kind of check.

    Attributes:
        name: of what is checked, such as `messages`.
        faults: codes of all that can be wrong.
    """

    name: str
    faults: tuple[_Fault, ...]

    def last(self, session: Session) -> datetime | None:
        """When the last check was, UTC; None before the first one."""
        return last_heartbeat(session, f"{self.name} checked")

    def find_faults(self, session: Session) -> frozenset[_Fault] | None:
        """What was wrong at the last check; None before the first one."""
        names = HeartbeatRow.name.startswith(f"{self.name} ")
        moments = {row.name: row.at for row in session.scalars(select(HeartbeatRow).where(names))}
        checked = moments.get(f"{self.name} checked")
        faults = (fault for fault in self.faults if moments.get(f"{self.name} {fault}") == checked)
        return None if checked is None else frozenset(faults)

    def record(self, engine: Engine, now: datetime, faults: Collection[str]) -> None:
        """Record a check that is over, and what is wrong."""
        names = ("checked", *(fault for fault in self.faults if fault in faults))
        record_moments(engine, {f"{self.name} {name}": now for name in names})


def are_same_night(first: datetime, second: datetime) -> bool:
    """Whether two moments are between the same three in the morning and the next (UTC)."""
    return (first - _CHECK_HOUR).date() == (second - _CHECK_HOUR).date()
