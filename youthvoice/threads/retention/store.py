"""Every query of months that end: what lies under which, moved to a later one, removed."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Executable, delete, select, text, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.privacy.crypto.sealing import SealedText
from youthvoice.privacy.keys.key_names import destruction_key
from youthvoice.threads.entities import SealedEntry
from youthvoice.threads.handover_items import HandoverItem, read_handovers, select_handovers
from youthvoice.threads.models import HandoverItemRow, LetterRow, ThreadEntryRow, ThreadReplyRow, ThreadRow


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """A letter, as far as its end goes.

    Attributes:
        id: 16 bytes.
        month: its destruction month.
        looked_at_on: by any advocate; None while it waits.
        held: whether it is on hold.
        box: `survey` or `agenda`.
        body: sealed.
    """

    id: bytes
    month: str
    looked_at_on: date | None
    held: bool
    box: str
    body: bytes = field(repr=False)


_LETTER = (
    LetterRow.id,
    LetterRow.destruction_month,
    LetterRow.looked_at_on,
    LetterRow.held,
    LetterRow.box,
    LetterRow.body,
)


def list_months(session: Session) -> set[str]:
    """Every destruction month that something lies under."""
    return {
        month
        for column in (ThreadRow.destruction_month, LetterRow.destruction_month, HandoverItemRow.destruction_month)
        for month in session.scalars(select(column).distinct())
    }


def find_month_from(session: Session, month: str) -> str:
    """The first month, from this one on, under which something new may be put.

    Where things lie under a month but its key is gone, such as after a restore of older key files, a new key of the
    same name would look as if it opened them: a later month is taken.
    """
    while not context.keyring().versions(destruction_key(month)) and month in list_months(session):
        year, number = int(month[:4]), int(month[5:])
        month = f"{year + number // 12:04}-{number % 12 + 1:02}"
    return month


def list_letters_until(session: Session, until: str) -> list[LetterRecord]:
    """The letters under a month or an earlier one."""
    return _letters(session, select(*_LETTER).where(LetterRow.destruction_month <= until))


def lock_letter(session: Session, letter_id: bytes) -> LetterRecord | None:
    """One letter, its row held until the transaction ends."""
    found = _letters(session, select(*_LETTER).where(LetterRow.id == letter_id).with_for_update())
    return found[0] if found else None


def _letters(session: Session, query: Executable) -> list[LetterRecord]:
    return [LetterRecord(*row) for row in session.execute(query)]


def move_thread(
    session: Session, thread_id: bytes, month: str, entries: Collection[SealedEntry], replies: Collection[SealedEntry]
) -> None:
    """A thread, and everything in it, lies under another month now."""
    for table, sealed in ((ThreadEntryRow, entries), (ThreadReplyRow, replies)):
        for each in sealed:
            session.execute(update(table).where(table.id == each.id).values(body=each.body.blob))
    session.execute(update(ThreadRow).where(ThreadRow.id == thread_id).values(destruction_month=month))


def move_letter(session: Session, letter_id: bytes, month: str, body: SealedText) -> None:
    """A letter lies under another month now."""
    changed = update(LetterRow).where(LetterRow.id == letter_id)
    session.execute(changed.values(destruction_month=month, body=body.blob))


def list_handovers_until(session: Session, until: str) -> list[HandoverItem]:
    """What was handed to adults, under a month or an earlier one."""
    return read_handovers(session, select_handovers().where(HandoverItemRow.destruction_month <= until))


def lock_handover(session: Session, item_id: bytes) -> HandoverItem | None:
    """One of them, its row held until the transaction ends."""
    found = read_handovers(session, select_handovers().where(HandoverItemRow.id == item_id).with_for_update())
    return next(iter(found), None)


def move_handover(session: Session, moved: HandoverItem) -> None:
    """Something handed to an adult lies under another month now."""
    changed = update(HandoverItemRow).where(HandoverItemRow.id == moved.id)
    session.execute(changed.values(destruction_month=moved.month, body=moved.body.blob))


def set_letter_hold(session: Session, letter_id: bytes, *, held: bool) -> None:
    """Put a letter on hold, or let it go."""
    session.execute(update(LetterRow).where(LetterRow.id == letter_id).values(held=held))


def remove_month(session: Session, month: str, but: Collection[bytes]) -> None:
    """Delete what lies under a month, with everything in it.

    Args:
        session: may write.
        month: which.
        but: ids of what lives on.
    """
    for table in (ThreadRow, LetterRow, HandoverItemRow):
        session.execute(delete(table).where(table.destruction_month == month, table.id.not_in(but)))


def lock_everything(session: Session) -> None:
    """Nobody changes any of it until the transaction ends; on SQLite every writer waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE threads, letters, handed_items IN SHARE ROW EXCLUSIVE MODE"))
