"""Append to the log, in the transaction of whatever is logged; check the chain."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from youthvoice.audit.models import AuditEntryRow

RESTORED: Final = "house.restore"
"""The action of the line that a restored backup leaves; its subject is the moment at which the backup was made."""


_FIRST = bytes(32)


_LOCK = 0x59566175  # any number that only this log uses


@dataclass(frozen=True, slots=True)
class Log:
    """What is needed to write a line: the chain's key and the day.

    Attributes:
        key: 32 bytes, from the key file `audit`.
        day: of the line; days suffice.
        actor: handle of the adult, or `work` or `command`.
    """

    key: bytes
    day: date
    actor: str

    def add(self, session: Session, action: str, subject: str = "") -> None:
        """Append one line.

        Args:
            session: the transaction of what is logged.
            action: a short code such as `round.open`; never words of a child.
            subject: which row, as a number or name; never an address, code or token.
        """
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        last = session.execute(
            select(AuditEntryRow.number, AuditEntryRow.seal).order_by(AuditEntryRow.number.desc()).limit(1)
        ).first()
        number, before = (last.number + 1, last.seal) if last else (1, _FIRST)
        entry = AuditEntryRow(number=number, day=self.day, actor=self.actor, action=action, subject=subject)
        entry.seal = seal_entry(self.key, entry, before)
        session.add(entry)
        session.flush()


def seal_entry(key: bytes, entry: AuditEntryRow, before: bytes) -> bytes:
    """HMAC-SHA256 over the line and the seal before it; 32 bytes."""
    parts = (str(entry.number), entry.day.isoformat(), entry.actor, entry.action, entry.subject)
    line = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.digest(key, before + line, hashlib.sha256)


def first_broken_line(session: Session, key: bytes) -> int | None:
    """The number of the first line that was edited, removed or moved; None when the chain holds."""
    before, expected = _FIRST, 1
    for entry in session.scalars(select(AuditEntryRow).order_by(AuditEntryRow.number)):
        if entry.number != expected or not hmac.compare_digest(entry.seal, seal_entry(key, entry, before)):
            return expected
        before, expected = entry.seal, expected + 1
    return None


def list_restores(session: Session, day: date) -> list[tuple[date, str]]:
    """On which days backups were brought back since a day, and the moment each was made at; the newest first."""
    late = (AuditEntryRow.action == RESTORED, AuditEntryRow.day >= day)
    query = select(AuditEntryRow.day, AuditEntryRow.subject).where(*late).order_by(AuditEntryRow.number.desc())
    return [(row.day, row.subject) for row in session.execute(query)]
