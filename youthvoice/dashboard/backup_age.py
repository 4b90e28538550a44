"""The age of the last backup, with the warnings of `youthvoice doctor` and a coordinator's To do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.audit import audit_log
from youthvoice.backups.labels import REFUSAL_LABELS
from youthvoice.jobs.worker_health import BACKUP, find_backup_refusal, last_heartbeat

WARNED_AFTER: Final = timedelta(days=2)

OVERDUE_AFTER: Final = timedelta(days=7)

REHEARSED_AGAIN_AFTER: Final = timedelta(days=365)

_FIRST_REHEARSAL_AFTER, _SHOWN_BEFORE = timedelta(days=60), timedelta(days=30)


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
    if not refusal and abs(context.now() - moment) < WARNED_AFTER:
        return None
    return BackupAge(moment.date(), moment.date() + OVERDUE_AFTER, refusal)


def find_due_rehearsal(session: Session) -> date | None:
    """The day by which two adults get everything back to try it, from a month before; None where none is due.

    Only where copies are made each night in a place of their own.
    """
    began = audit_log.first_day(session)
    if context.settings().development or context.settings().backups is None or began is None:
        return None
    last = audit_log.find_last_rehearsal(session)
    due = began + _FIRST_REHEARSAL_AFTER if last is None else last + REHEARSED_AGAIN_AFTER
    return due if context.today() >= due - _SHOWN_BEFORE else None


def backup_complaints(session: Session) -> Iterator[str]:
    """What is wrong with backups, and what to do."""
    if (due := find_due_rehearsal(session)) is not None and context.today() > due:
        yield _("Nobody tried within a year that everything comes back. Two adults do: youthvoice recovery rehearse")
    age = find_old_backup(session)
    if age is None:
        return
    overdue = context.today() > age.due
    if age.made_on is None:
        age_words = (
            _("No backup was ever made; the first is overdue.")
            if overdue
            else _("No backup was ever made; the first is due.")
        )
    else:
        days = (context.today() - age.made_on).days
        age_words = (
            _("The last backup is %(days)s days old; the next is overdue.", days=days)
            if overdue
            else _("The last backup is %(days)s days old; the next is due.", days=days)
        )
    if age.refusal:
        to_do = _("The newest was refused: %(why)s It says more: youthvoice backup", why=REFUSAL_LABELS[age.refusal])
    else:
        to_do = _("Make one every day, on another disk: set YOUTHVOICE_BACKUPS, then youthvoice backup")
    yield f"{age_words} {to_do}"
