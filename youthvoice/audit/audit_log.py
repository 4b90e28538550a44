"""The append-only audit log: add lines in the transaction they record, store its head once a day, verify the chain.

Each line seals the line before it, so an edit, a removal or a reordering breaks the chain. Cutting lines off the end
does not: a head that was stored earlier shows it, here or, if the stored heads were cut too, outside the installation.
Source: PRIVACY.md C, "Audit".
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.audit.models import AuditEntryRow, AuditHeadRow
from youthvoice.compiled_sql import insert_into
from youthvoice.privacy.keys.key_names import AUDIT

RESTORED: Final = "house.restore"
"""The action of the line that restoring a backup adds; its subject is the moment at which the backup was made."""

REHEARSED: Final = "person.rehearse"
"""The action of the line that two adults got a backup back to try it; its subject names both: `4 with 7`."""

FILL: Final = "fill"
"""The action of empty lines, see `fill_log`."""

FIRST_SEAL: Final = bytes(32)
"""The seal before the first line."""

LINES: Final = select(*AuditEntryRow.__table__.c)
"""What a line says and its seal, without an object for each: a country has millions of them."""

LINES_TOGETHER: Final = 1000
"""How many lines are in memory while the log is checked."""

_LOCK = 0x59566175  # any number that only this log uses
_LAST = select(AuditEntryRow.number, AuditEntryRow.seal).order_by(AuditEntryRow.number.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class Log:
    """Adds lines to the audit log, for one day and one person, under the key file `audit`.

    Attributes:
        day: of the line; days suffice.
        actor: handle of the adult, or `work` or `command`.
    """

    day: date
    actor: str

    def add_once(self, session: Session, action: str, subject: str) -> None:
        """Append one line, unless one with this action and subject is there; otherwise as `add`."""
        _lock_log(session)
        line = select(AuditEntryRow.number).where(AuditEntryRow.action == action, AuditEntryRow.subject == subject)
        if session.scalar(line.limit(1)) is None:
            self.add(session, action, subject)

    def add(self, session: Session, action: str, subject: str = "") -> None:
        """Append one line.

        Args:
            session: the transaction of what the line records.
            action: a short code such as `round.open`; never words of a child.
            subject: which row it is about, as a number or name; never an address, code or token.
        """
        _lock_log(session)
        last = session.execute(_LAST).first()
        number, previous_seal = (last.number + 1, last.seal) if last else (1, FIRST_SEAL)
        entry = AuditEntryRow(number=number, day=self.day, actor=self.actor, action=action, subject=subject)
        entry.seal = seal_entry(context.keyring().key_or_new(AUDIT), entry, previous_seal)
        session.add(entry)
        session.flush()


def _lock_log(session: Session) -> None:
    """Let no other process add a line until this transaction ends; on SQLite it is the only writer."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def seal_entry(key: bytes, entry: AuditEntryRow | Row[Any], previous_seal: bytes) -> bytes:
    """HMAC-SHA256 over the line and the seal before it; 32 bytes."""
    parts = (str(entry.number), entry.day.isoformat(), entry.actor, entry.action, entry.subject)
    line = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.digest(key, previous_seal + line, hashlib.sha256)


def first_broken_line(session: Session, key: bytes) -> int | None:
    """The number of the first line that was edited, removed or moved; None if the chain is whole."""
    with session.execute(LINES.order_by(AuditEntryRow.number).execution_options(yield_per=LINES_TOGETHER)) as lines:
        return next((number for number, is_whole in enumerate(check_lines(lines, key), 1) if not is_whole), None)


def check_lines(
    lines: Iterable[Row[Any]], key: bytes, previous_seal: bytes = FIRST_SEAL, first: int = 1
) -> Iterator[bool]:
    """Whether each line follows the one before it; ends after the first that does not.

    Args:
        lines: in the order of their numbers.
        key: 32 bytes, from the key file `audit`.
        previous_seal: of the line before the first.
        first: the number of the first.
    """
    for expected, line in enumerate(lines, first):
        is_whole = line.number == expected and hmac.compare_digest(line.seal, seal_entry(key, line, previous_seal))
        yield is_whole
        if not is_whole:
            return
        previous_seal = line.seal


def walk_lines(key: bytes) -> Iterator[bool]:
    """`check_lines` of the whole log, in many short sessions; for a job that gives way to others between two lines."""
    return check_lines(db.walk_rows(LINES, AuditEntryRow.number, LINES_TOGETHER), key)


def are_heads_whole(session: Session, key: bytes) -> bool:
    """Whether every stored head was written by this installation and is that of the log."""
    return not [*_altered_heads(session, key), *_misplaced_heads(session, _stored_heads(session))]


def list_restores(session: Session, day: date) -> list[tuple[date, str]]:
    """Restores of backups since a day: the day of each, and when its backup was made; the newest first."""
    conditions = (AuditEntryRow.action == RESTORED, AuditEntryRow.day >= day)
    query = select(AuditEntryRow.day, AuditEntryRow.subject).where(*conditions).order_by(AuditEntryRow.number.desc())
    return [(row.day, row.subject) for row in session.execute(query)]


def find_last_rehearsal(session: Session) -> date | None:
    """The day on which two adults last got a backup back to try it."""
    return session.scalar(select(func.max(AuditEntryRow.day)).where(AuditEntryRow.action == REHEARSED))


HEAD_MULTIPLE: Final = 64
"""Lines: every head's number is a multiple of it."""

_WRITTEN = re.compile(r"([1-9][0-9]{0,17}):([0-9a-f]{64})")


def first_day(session: Session) -> date | None:
    """The day of the first line; None if the log is empty."""
    return session.scalar(select(func.min(AuditEntryRow.day)))


class NotAHead(ValueError):
    """The text is not NUMBER:HEX."""


@dataclass(frozen=True, slots=True)
class LogHead:
    """A point that the log had reached.

    Attributes:
        number: of its last line at that moment.
        seal: of that line, 32 bytes.
    """

    number: int
    seal: bytes

    def __str__(self) -> str:
        """As the daily note shows it and `youthvoice audit verify --head` takes it."""
        return f"{self.number}:{self.seal.hex()}"


def read_head(text: str) -> LogHead:
    """Parse a head that somebody wrote down outside the installation.

    Raises:
        NotAHead: it is not NUMBER:HEX; spaces and capitals do not matter.
    """
    match = _WRITTEN.fullmatch("".join(text.split()).lower())
    if match is None:
        raise NotAHead
    return LogHead(int(match[1]), bytes.fromhex(match[2]))


def last_head(session: Session) -> LogHead | None:
    """The current head of the log; None while the log is empty."""
    row = session.execute(_LAST).first()
    return LogHead(row.number, row.seal) if row else None


def last_kept_head(session: Session) -> tuple[date, LogHead] | None:
    """The stored head of the latest day, with its day; None if none was stored."""
    row = session.execute(
        select(AuditHeadRow.day, AuditHeadRow.number, AuditHeadRow.seal).order_by(AuditHeadRow.day.desc()).limit(1)
    ).first()
    return (row.day, LogHead(row.number, row.seal)) if row else None


def is_head_kept(session: Session, day: date) -> bool:
    """Whether the head of a day is stored."""
    return session.scalar(select(AuditHeadRow.day).where(AuditHeadRow.day == day)) is not None


def is_head_in_log(session: Session, head: LogHead) -> bool:
    """Whether the line of a head is still in the log, unchanged."""
    return session.scalar(select(AuditEntryRow.seal).where(AuditEntryRow.number == head.number)) == head.seal


def head_to_keep(session: Session) -> tuple[LogHead | None, bool]:
    """The head to store now, and whether the last stored one is still in the log.

    If it is not, it is stored again: the head of a shorter log never replaces it. None while the log is empty.
    """
    last_kept = last_kept_head(session)
    if last_kept is None or is_head_in_log(session, last_kept[1]):
        return last_head(session), True
    return last_kept[1], False


def fill_log(session: Session, log: Log) -> None:
    """Add empty lines, at least one, up to the next multiple of `HEAD_MULTIPLE`.

    Advocates see the head of each day and know when no adult was here. Without empty lines, a line that the deadline of
    a report wrote would show an excluded advocate that there is a report (S14).
    """
    log_head = last_head(session)
    for _line in range(HEAD_MULTIPLE - (log_head.number if log_head else 0) % HEAD_MULTIPLE):
        log.add(session, FILL)


def keep_head(session: Session, key: bytes, day: date, head: LogHead) -> bool:
    """Store the head of a day; False if another process has stored it.

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
    """HMAC-SHA256 over a stored head, 32 bytes: nobody can write one without the audit key."""
    message = f"youthvoice/1|audit-head|{day.isoformat()}|{head.number}|".encode()
    return hmac.digest(key, message + head.seal, hashlib.sha256)


@dataclass(frozen=True, slots=True)
class LogFault:
    """One fault of the log.

    Attributes:
        code: `line` (edited, removed or moved), `short` (the log ends before a head), `other` (the line is not the one
            of a head), `kept_head` (this installation did not write a stored head).
        number: of the line.
    """

    code: str
    number: int


def find_log_faults(session: Session, key: bytes, log_heads: Iterable[LogHead] = ()) -> list[LogFault]:
    """Find everything that is wrong with the log; an empty list if it is whole.

    Args:
        session: only read.
        key: 32 bytes, from the key file `audit`.
        log_heads: heads that somebody wrote down outside the installation.
    """
    faults, broken = [], first_broken_line(session, key)
    if broken is not None:
        faults.append(LogFault("line", broken))
    faults += _altered_heads(session, key)
    faults += _misplaced_heads(session, (*_stored_heads(session), *log_heads))
    return list(dict.fromkeys(faults))


def _misplaced_heads(session: Session, log_heads: Iterable[LogHead]) -> Iterator[LogFault]:
    """The heads that are not of the log."""
    return (fault for head in log_heads if (fault := _head_fault(session, head)))


def _stored_heads(session: Session) -> list[LogHead]:
    """The stored heads, the oldest first."""
    rows = session.execute(select(AuditHeadRow.number, AuditHeadRow.seal).order_by(AuditHeadRow.day))
    return [LogHead(row.number, row.seal) for row in rows]


def _altered_heads(session: Session, key: bytes) -> Iterator[LogFault]:
    """The stored heads that this installation did not write."""
    for row in session.execute(select(AuditHeadRow.day, AuditHeadRow.number, AuditHeadRow.seal, AuditHeadRow.mac)):
        if not hmac.compare_digest(row.mac, head_mac(key, row.day, LogHead(row.number, row.seal))):
            yield LogFault("kept_head", row.number)


def _head_fault(session: Session, head: LogHead) -> LogFault | None:
    """What is wrong if the log does not have the line of a head."""
    seal = session.scalar(select(AuditEntryRow.seal).where(AuditEntryRow.number == head.number))
    if seal is None:
        return LogFault("short", head.number)
    return None if hmac.compare_digest(seal, head.seal) else LogFault("other", head.number)
