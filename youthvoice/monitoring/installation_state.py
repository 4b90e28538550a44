"""The state of the installation: what a watcher, a page and `youthvoice doctor` may know. Nothing here counts a child.

What would tell of a child by its change is coarse: room on a disk, which shrinks with each voice, by steps of
one, two and five; a beat by five minutes; a job by a quarter of an hour.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy.orm import Session

from youthvoice import context, db, migrations
from youthvoice.config import read_version
from youthvoice.jobs.clock_check import find_leap
from youthvoice.jobs.worker_health import (
    BACKUP,
    WORK,
    JobRecord,
    find_backup_refusal,
    find_server_failure,
    last_heartbeat,
    list_job_records,
)
from youthvoice.monitoring.certificate import Certificate, HttpsFault, find_certificate
from youthvoice.monitoring.delivery_check import DELIVERIES, DeliveryFault
from youthvoice.monitoring.stored_content import CONTENT
from youthvoice.startup import LASTING_KEYS

BEAT_STEP: Final = timedelta(minutes=5)

JOB_STEP: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class InstallationState:
    """The state at one moment.

    Attributes:
        at: when it was read, UTC.
        version: of the program.
        database: `sqlite` or `postgresql`.
        migration: number of the last migration of the database.
        is_current: whether that is the last one of the program.
        beat_at: when a work process last reported; None if it never did.
        jobs: the record of each.
        backup_at: when the last good backup was made; None if none ever was.
        backup_refusal: why there is no newer one (a key of `backups.labels.REFUSAL_LABELS`), or empty.
        free_bytes: room on each disk, by `data`, `database` and `backups`; a step of one, two or five.
        missing_keys: names of lasting key files that are not there.
        https: the certificate, or why nobody opens the address; None where neither is known from here.
        delivery_faults: of the last daily check.
        content_faults: of the last nightly one of all that is kept, codes of `stored_content`; None before the first.
        believed_at: the last moment of the clock that was believed; None while it is believed.
        server_failure: why the mail server let nobody in when it last did not (a key of `REASON_LABELS`).
    """

    at: datetime
    version: str
    database: str
    migration: str
    is_current: bool
    beat_at: datetime | None
    jobs: tuple[JobRecord, ...]
    backup_at: datetime | None
    backup_refusal: str
    free_bytes: Mapping[str, int]
    missing_keys: tuple[str, ...]
    https: Certificate | HttpsFault | None
    delivery_faults: frozenset[DeliveryFault]
    content_faults: frozenset[str] | None = None
    believed_at: datetime | None = None
    server_failure: str = ""

    def age(self, moment: datetime | None, step: timedelta) -> timedelta | None:
        """How long a moment ago is, in whole steps; None for what never was."""
        return None if moment is None else max(timedelta(), self.at - moment) // step * step

    @property
    def certificate(self) -> Certificate | None:
        """The certificate; None where nothing here shows it."""
        return self.https if isinstance(self.https, Certificate) else None


def read_state(session: Session) -> InstallationState:
    """Read the state; a dozen small queries, and every five minutes a connection on this machine.

    Args:
        session: only read.
    """
    engine = db.engine()
    keyring = context.keyring()
    return InstallationState(
        at=context.now(),
        version=read_version(),
        database=engine.url.get_backend_name(),
        migration=migrations.revision_of(session.connection()),
        is_current=migrations.is_current(engine),
        beat_at=last_heartbeat(session, WORK),
        jobs=tuple(list_job_records(session)),
        backup_at=last_heartbeat(session, BACKUP),
        backup_refusal=find_backup_refusal(session),
        free_bytes={name: step_down(shutil.disk_usage(folder).free) for name, folder in list_disks(engine.url)},
        missing_keys=tuple(name for name in LASTING_KEYS if not keyring.versions(name)),
        https=find_certificate(),
        delivery_faults=DELIVERIES.find_faults(session) or frozenset(),
        content_faults=CONTENT.find_faults(session),
        believed_at=find_leap(session),
        server_failure=find_server_failure(session),
    )


def list_disks(url: URL) -> Iterator[tuple[str, Path]]:
    """The folders whose disk must not be full: of the data, of an embedded database elsewhere, of backups."""
    data, backups = context.settings().data, context.settings().backups
    if data.exists():
        yield "data", data
    if url.get_backend_name() == "sqlite" and url.database:
        folder = Path(url.database).parent
        if folder.resolve() != data.resolve() and folder.exists():
            yield "database", folder
    if isinstance(backups, Path) and backups.exists():
        yield "backups", backups


def step_down(free: int) -> int:
    """The largest of 1, 2, 5, 10, 20, 50 ... megabytes (2**20 bytes) that is not above; 0 below one."""
    megabytes = free // 1024**2
    power = 10 ** (len(str(megabytes)) - 1)
    return max((step * power for step in (0, 1, 2, 5) if step * power <= megabytes), default=0) * 1024**2
