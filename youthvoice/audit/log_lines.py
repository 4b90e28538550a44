"""Reads the audit log for the page that shows it: its lines, and whether a period is unbroken (PRIVACY.md C).

The caller decides which lines may be shown: some are about a child's report, others about a password.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.audit.audit_log import FILL, FIRST_SEAL, LINES, LINES_TOGETHER, check_lines
from youthvoice.audit.models import AuditEntryRow


class LogLine(NamedTuple):
    """One line of the log.

    Attributes:
        day: UTC; nothing finer is kept.
        actor: handle of the adult, or `work`, `command`, `guardian` and the like.
        action: a code.
        subject: which row it is about.
    """

    day: date
    actor: str
    action: str
    subject: str


_COLUMNS: Final = (AuditEntryRow.day, AuditEntryRow.actor, AuditEntryRow.action, AuditEntryRow.subject)


def list_lines(session: Session, first: date, last: date) -> Iterator[LogLine]:
    """The lines of a period, without the empty ones.

    Within a day they are sorted by their text, so the order does not show which came first.
    """
    conditions = (AuditEntryRow.day.between(first, last), AuditEntryRow.action != FILL)
    query = select(*_COLUMNS).where(*conditions).distinct().order_by(AuditEntryRow.day.desc(), *_COLUMNS[1:])
    return (LogLine(*row) for row in session.execute(query))


def is_whole_since(session: Session, key: bytes, day: date) -> bool:
    """Whether no line was edited, removed or moved since the first line of a day.

    Args:
        session: only read.
        key: 32 bytes, from the key file `audit`.
        day: the first day to check; `youthvoice audit verify` checks what is before.
    """
    first = session.scalar(
        select(AuditEntryRow.number).where(AuditEntryRow.day >= day).order_by(AuditEntryRow.number).limit(1)
    )
    if first is None:
        return True
    previous_seal = session.scalar(select(AuditEntryRow.seal).where(AuditEntryRow.number == first - 1))
    if previous_seal is None and first != 1:
        return False
    newer = LINES.where(AuditEntryRow.number >= first).order_by(AuditEntryRow.number)
    with session.execute(newer.execution_options(yield_per=LINES_TOGETHER)) as lines:
        return all(check_lines(lines, key, previous_seal or FIRST_SEAL, first))
