"""The log and its head: append in the transaction of whatever is logged, keep the head once a day, check the chain.

An edit, a removal or a reordering breaks the chain. Whoever cuts lines off the end leaves a whole chain behind: a head
that was kept before tells, here or, where the kept heads were cut with it, outside. Source: PRIVACY.md C, "Audit".
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.audit.models import AuditEntryRow, AuditHeadRow
from youthvoice.compiled_sql import insert_into
from youthvoice.privacy.keys.key_names import AUDIT

RESTORED: Final = "house.restore"
"""The action of the line that a restored backup leaves; its subject is the moment at which the backup was made."""

FIRST_SEAL: Final = bytes(32)
"""Before the first line."""

_LOCK = 0x59566175  # any number that only this log uses


@dataclass(frozen=True, slots=True)
class Log:
    """Writes lines of a day in somebody's name, under the key file `audit`.

    Attributes:
        day: of the line; days suffice.
        actor: handle of the adult, or `work` or `command`.
    """

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
        number, before = (last.number + 1, last.seal) if last else (1, FIRST_SEAL)
        entry = AuditEntryRow(number=number, day=self.day, actor=self.actor, action=action, subject=subject)
        entry.seal = seal_entry(context.keyring().key_or_new(AUDIT), entry, before)
        session.add(entry)
        session.flush()


def seal_entry(key: bytes, entry: AuditEntryRow, before: bytes) -> bytes:
    """HMAC-SHA256 over the line and the seal before it; 32 bytes."""
    parts = (str(entry.number), entry.day.isoformat(), entry.actor, entry.action, entry.subject)
    line = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.digest(key, before + line, hashlib.sha256)


def first_broken_line(session: Session, key: bytes) -> int | None:
    """The number of the first line that was edited, removed or moved; None when the chain holds."""
    before, expected = FIRST_SEAL, 1
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


HEAD_MULTIPLE: Final = 64
"""Lines: every head's number is a multiple of it."""

_WRITTEN = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


def first_day(session: Session) -> date | None:
    """The day of the first line; None where there is none yet."""
    return session.scalar(select(func.min(AuditEntryRow.day)))


class NotAHead(ValueError):
    """This is no NUMBER:HEX."""


@dataclass(frozen=True, slots=True)
class LogHead:
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


def read_head(text: str) -> LogHead:
    """A head as somebody outside holds it.

    Raises:
        NotAHead: it is not NUMBER:HEX; spaces and capitals do not matter.
    """
    match = _WRITTEN.fullmatch("".join(text.split()).lower())
    if match is None:
        raise NotAHead
    return LogHead(int(match[1]), bytes.fromhex(match[2]))


def last_head(session: Session) -> LogHead | None:
    """The head of the log as it is now; None while it is empty."""
    row = session.execute(
        select(AuditEntryRow.number, AuditEntryRow.seal).order_by(AuditEntryRow.number.desc()).limit(1)
    )
    found = row.first()
    return LogHead(found.number, found.seal) if found else None


def last_kept_head(session: Session) -> tuple[date, LogHead] | None:
    """The day and the head that was kept last; None while none was."""
    row = session.execute(
        select(AuditHeadRow.day, AuditHeadRow.number, AuditHeadRow.seal).order_by(AuditHeadRow.day.desc()).limit(1)
    ).first()
    return (row.day, LogHead(row.number, row.seal)) if row else None


def is_head_kept(session: Session, day: date) -> bool:
    """Whether the head of a day was kept."""
    return session.scalar(select(AuditHeadRow.day).where(AuditHeadRow.day == day)) is not None


def head_stands(session: Session, head: LogHead) -> bool:
    """Whether a head is in the log, as it was."""
    return session.scalar(select(AuditEntryRow.seal).where(AuditEntryRow.number == head.number)) == head.seal


def head_to_keep(session: Session) -> tuple[LogHead | None, bool]:
    """The head to keep now, and whether the one that was kept last still stands.

    Where it does not, it is kept once more: a shorter log never takes its place. None while the log is empty.
    """
    kept = last_kept_head(session)
    if kept is None or head_stands(session, kept[1]):
        return last_head(session), True
    return kept[1], False


def fill_log(session: Session, log: Log) -> None:
    """Add lines that say nothing, at least one, up to the next full number.

    Advocates see the head of each day, and know when nobody was here: a line that the clock of a report wrote must not
    tell one who was left out of it that there is one (S14).
    """
    log_head = last_head(session)
    for _line in range(HEAD_MULTIPLE - (log_head.number if log_head else 0) % HEAD_MULTIPLE):
        log.add(session, "fill")


def keep_head(session: Session, key: bytes, day: date, head: LogHead) -> bool:
    """Keep the head of a day; False when another process did already.

    Args:
        session: may write.
        key: 32 bytes, from the key file `audit`.
        day: UTC.
        head: from `head_to_keep`.
    """
    values = {"day": day, "number": head.number, "seal": head.seal, "mac": head_mac(key, day, head)}
    new = insert_into(AuditHeadRow, session.get_bind().dialect).values(values).on_conflict_do_nothing()
    return session.scalar(new.returning(AuditHeadRow.number)) is not None


def head_mac(key: bytes, day: date, head: LogHead) -> bytes:
    """HMAC-SHA256 over a kept head, 32 bytes: nobody without the audit key writes one."""
    words = f"youthvoice/1|audit-head|{day.isoformat()}|{head.number}|".encode()
    return hmac.digest(key, words + head.seal, hashlib.sha256)


@dataclass(frozen=True, slots=True)
class LogFault:
    """Something that is wrong with the log.

    Attributes:
        code: `line` (edited, removed or moved), `short` (the log ends before a head), `other` (the line is not what a
            head says it was), `kept_head` (a kept head was not written by this installation).
        number: of the line.
    """

    code: str
    number: int


def find_log_faults(session: Session, key: bytes, log_heads: Iterable[LogHead] = ()) -> list[LogFault]:
    """Everything that is wrong; empty when the log is whole.

    Args:
        session: only read.
        key: 32 bytes, from the key file `audit`.
        log_heads: heads that somebody outside holds.
    """
    found, broken = [], first_broken_line(session, key)
    if broken is not None:
        found.append(LogFault("line", broken))
    found += _altered(session, key)
    found += (fault for head in (*_kept(session), *log_heads) if (fault := _missing(session, head)))
    return list(dict.fromkeys(found))


def _kept(session: Session) -> list[LogHead]:
    rows = session.execute(select(AuditHeadRow.number, AuditHeadRow.seal).order_by(AuditHeadRow.day))
    return [LogHead(row.number, row.seal) for row in rows]


def _altered(session: Session, key: bytes) -> Iterator[LogFault]:
    for row in session.execute(select(AuditHeadRow.day, AuditHeadRow.number, AuditHeadRow.seal, AuditHeadRow.mac)):
        if not hmac.compare_digest(row.mac, head_mac(key, row.day, LogHead(row.number, row.seal))):
            yield LogFault("kept_head", row.number)


def _missing(session: Session, head: LogHead) -> LogFault | None:
    seal = session.scalar(select(AuditEntryRow.seal).where(AuditEntryRow.number == head.number))
    if seal is None:
        return LogFault("short", head.number)
    return None if hmac.compare_digest(seal, head.seal) else LogFault("other", head.number)
