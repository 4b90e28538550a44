"""The head of the log: its last line's number and seal, kept once a day and held by somebody outside.

Whoever cuts lines off the end leaves a whole chain behind; a head that was kept before, here or outside, tells.
Source: PRIVACY.md C, "Audit".
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.audit.log import Log
from youthvoice.audit.models import AuditEntry, AuditHead
from youthvoice.compiled_sql import adding

FULL: Final = 64
"""Lines: every head's number is a multiple of it."""

_WRITTEN = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


class NotAHead(ValueError):
    """This is no NUMBER:HEX."""


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log reached.

    Attributes:
        number: of its last line.
        seal: of that line, 32 bytes.
    """

    number: int
    seal: bytes

    def __str__(self) -> str:
        """As the daily note bears it and `flask audit verify --head` takes it."""
        return f"{self.number}:{self.seal.hex()}"


def written(text: str) -> Head:
    """A head as somebody outside holds it.

    Raises:
        NotAHead: it is not NUMBER:HEX; spaces and capitals do not matter.
    """
    found = _WRITTEN.fullmatch("".join(text.split()).lower())
    if found is None:
        raise NotAHead
    return Head(int(found[1]), bytes.fromhex(found[2]))


def last(session: Session) -> Head | None:
    """The head of the log as it is now; None while it is empty."""
    row = session.execute(select(AuditEntry.number, AuditEntry.seal).order_by(AuditEntry.number.desc()).limit(1))
    found = row.first()
    return Head(found.number, found.seal) if found else None


def last_kept(session: Session) -> tuple[date, Head] | None:
    """The day and the head that was kept last; None while none was."""
    row = session.execute(
        select(AuditHead.day, AuditHead.number, AuditHead.seal).order_by(AuditHead.day.desc()).limit(1)
    ).first()
    return (row.day, Head(row.number, row.seal)) if row else None


def is_kept(session: Session, day: date) -> bool:
    """Whether the head of a day was kept."""
    return session.scalar(select(AuditHead.day).where(AuditHead.day == day)) is not None


def stands(session: Session, head: Head) -> bool:
    """Whether a head is in the log, as it was."""
    return session.scalar(select(AuditEntry.seal).where(AuditEntry.number == head.number)) == head.seal


def to_keep(session: Session) -> tuple[Head | None, bool]:
    """The head to keep now, and whether the one that was kept last still stands.

    Where it does not, it is kept once more: a shorter log never takes its place. None while the log is empty.
    """
    kept = last_kept(session)
    if kept is None or stands(session, kept[1]):
        return last(session), True
    return kept[1], False


def fill(session: Session, log: Log) -> None:
    """Add lines that say nothing, at least one, up to the next full number.

    Advocates see the head of each day, and know when nobody was here: a line that the clock of a report wrote must not
    tell one who was left out of it that there is one (S14).
    """
    found = last(session)
    for _line in range(FULL - (found.number if found else 0) % FULL):
        log.add(session, "fill")


def keep(session: Session, key: bytes, day: date, head: Head) -> bool:
    """Keep the head of a day; False when another process did already.

    Args:
        session: may write.
        key: 32 bytes, from the key file `audit`.
        day: UTC.
        head: from `to_keep`.
    """
    values = {"day": day, "number": head.number, "seal": head.seal, "mac": mac(key, day, head)}
    new = adding(AuditHead, session.get_bind().dialect).values(values).on_conflict_do_nothing()
    return session.scalar(new.returning(AuditHead.number)) is not None


def mac(key: bytes, day: date, head: Head) -> bytes:
    """HMAC-SHA256 over a kept head, 32 bytes: nobody without the audit key writes one."""
    words = f"youthvoice/1|audit-head|{day.isoformat()}|{head.number}|".encode()
    return hmac.digest(key, words + head.seal, hashlib.sha256)
