"""The lines of the log as rows, and whether a part of it is whole, for the page that shows them (PRIVACY.md C).

Whoever asks decides what may be shown: a line is about a child's report as often as about a password.
"""

import hmac
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.audit.audit_log import FIRST_SEAL, seal_entry
from youthvoice.audit.models import AuditEntryRow

FILL: Final = "fill"
"""The action of lines that say nothing."""


class LogLine(NamedTuple):
    """One line.

    Attributes:
        day: UTC; nothing finer is kept.
        actor: handle of the adult, or `work`, `command`, `guardian` and the like.
        action: its code.
        subject: which row it is about.
    """

    day: date
    actor: str
    action: str
    subject: str


_COLUMNS: Final = (AuditEntryRow.day, AuditEntryRow.actor, AuditEntryRow.action, AuditEntryRow.subject)


def list_lines(session: Session, first: date, last: date) -> Iterator[LogLine]:
    """The lines of some days that say something, in no order that tells what came before what within a day."""
    these = (AuditEntryRow.day.between(first, last), AuditEntryRow.action != FILL)
    query = select(*_COLUMNS).where(*these).distinct().order_by(AuditEntryRow.day.desc(), *_COLUMNS[1:])
    return (LogLine(*row) for row in session.execute(query))


def is_whole_since(session: Session, key: bytes, day: date) -> bool:
    """Whether no line was edited, removed or moved between the first line of a day and the last line of all.

    Args:
        session: only read.
        key: 32 bytes, from the key file `audit`.
        day: from when; what is before is looked at by `flask audit verify`.
    """
    first = session.scalar(
        select(AuditEntryRow.number).where(AuditEntryRow.day >= day).order_by(AuditEntryRow.number).limit(1)
    )
    if first is None:
        return True
    before = session.scalar(select(AuditEntryRow.seal).where(AuditEntryRow.number == first - 1))
    if before is None and first != 1:
        return False
    seal, expected = before or FIRST_SEAL, first
    for entry in session.scalars(
        select(AuditEntryRow).where(AuditEntryRow.number >= first).order_by(AuditEntryRow.number)
    ):
        if entry.number != expected or not hmac.compare_digest(entry.seal, seal_entry(key, entry, seal)):
            return False
        seal, expected = entry.seal, expected + 1
    return True
