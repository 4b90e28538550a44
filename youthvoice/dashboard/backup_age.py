"""The age of the last backup, with the warnings of `flask doctor` and a coordinator's To do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask_babel import force_locale
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.audit import audit_log
from youthvoice.backups.labels import REFUSAL_LABELS
from youthvoice.jobs.worker_health import BACKUP, find_backup_refusal, last_heartbeat

WARNED_AFTER: Final = timedelta(days=2)

OVERDUE_AFTER: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class BackupAge:
    """The age of the last backup.

    Attributes:
        made_on: the day (UTC); None where none was ever made.
        due: the day after which it is overdue.
        refusal: why there is no good one since; empty where none was refused.
    """

    made_on: date | None
    due: date
    refusal: str = ""


def find_old_backup(session: Session) -> BackupAge | None:
    """The age of the last backup, if somebody has to know: from two days on, after a refusal, or where there is none.

    None in development, where nothing has to be kept, and before the installation was founded.
    """
    began = audit_log.first_day(session)
    if context.settings().development or began is None:
        return None
    moment, refusal = last_heartbeat(session, BACKUP), find_backup_refusal(session)
    if moment is None:
        return BackupAge(None, began + OVERDUE_AFTER, refusal)
    if not refusal and context.now() - moment < WARNED_AFTER:
        return None
    return BackupAge(moment.date(), moment.date() + OVERDUE_AFTER, refusal)


def backup_complaints(session: Session) -> Iterator[str]:
    """The warnings of `flask doctor` about backups."""
    age = find_old_backup(session)
    if age is None:
        return
    how = "Make one every day, on another disk: set YOUTHVOICE_BACKUPS, then flask backup"
    if age.refusal:
        with force_locale("en"):
            how = f"The newest was refused: {REFUSAL_LABELS[age.refusal]} It says more: flask backup"
    overdue = "overdue" if context.today() > age.due else "due"
    if age.made_on is None:
        yield f"No backup was ever made; the first is {overdue}. {how}"
    else:
        yield f"The last backup is {(context.today() - age.made_on).days} days old; the next is {overdue}. {how}"
