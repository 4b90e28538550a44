"""The age of the last backup, with the warnings of `flask doctor` and a coordinator's To do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.audit import audit_log
from youthvoice.jobs.worker_health import BACKUP, last_heartbeat

WARNED_AFTER: Final = timedelta(days=2)

OVERDUE_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class BackupAge:
    """The age of the last backup.

    Attributes:
        made_on: the day (UTC); None where none was ever made.
        due: the day after which it is overdue.
    """

    made_on: date | None
    due: date


def find_old_backup(session: Session) -> BackupAge | None:
    """The age of the last backup, if somebody has to know: from two days on, or where there is no backup.

    None in development, where nothing has to be kept, and before the installation was founded.
    """
    began = audit_log.first_day(session)
    if context.settings().development or began is None:
        return None
    moment = last_heartbeat(session, BACKUP)
    if moment is None:
        return BackupAge(None, began + OVERDUE_AFTER)
    if context.now() - moment < WARNED_AFTER:
        return None
    return BackupAge(moment.date(), moment.date() + OVERDUE_AFTER)


def backup_complaints(session: Session) -> Iterator[str]:
    """The warnings of `flask doctor` about backups."""
    age = find_old_backup(session)
    if age is None:
        return
    how = "Make one every day, on another disk: flask backup FILE"
    overdue = "overdue" if context.today() > age.due else "due"
    if age.made_on is None:
        yield f"No backup was ever made; the first is {overdue}. {how}"
    else:
        yield f"The last backup is {(context.today() - age.made_on).days} days old; the next is {overdue}. {how}"
