"""Every query of months that end: what lies under which, moved to a later one, removed."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Executable, delete, select, text, update
from sqlalchemy.orm import Session

from youthvoice.privacy.crypto.sealing import Sealed
from youthvoice.privacy.keys.keyring import Keyring, destruction_key
from youthvoice.threads.entries import SealedEntry
from youthvoice.threads.handover.items import SealedItem
from youthvoice.threads.models import HandedItem, Letter, Thread, ThreadEntry, ThreadReply


@dataclass(frozen=True, slots=True)
class LetterFacts:
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


_ITEM = (HandedItem.id, HandedItem.person_id, HandedItem.day, HandedItem.destruction_month, HandedItem.body)
_LETTER = (Letter.id, Letter.destruction_month, Letter.looked_at_on, Letter.held, Letter.box, Letter.body)


def months(session: Session) -> set[str]:
    """Every destruction month that something lies under."""
    return {
        month
        for column in (Thread.destruction_month, Letter.destruction_month, HandedItem.destruction_month)
        for month in session.scalars(select(column).distinct())
    }


def month_from(session: Session, keyring: Keyring, month: str) -> str:
    """The first month, from this one on, under which something new may be put.

    Where things lie under a month but its key is gone, such as after a restore of older key files, a new key of the
    same name would look as if it opened them: a later month is taken.
    """
    while not keyring.versions(destruction_key(month)) and month in months(session):
        year, number = int(month[:4]), int(month[5:])
        month = f"{year + number // 12:04}-{number % 12 + 1:02}"
    return month


def letters(session: Session, until: str) -> list[LetterFacts]:
    """The letters under a month or an earlier one."""
    return _letters(session, select(*_LETTER).where(Letter.destruction_month <= until))


def letter(session: Session, letter_id: bytes) -> LetterFacts | None:
    """One letter, its row held until the transaction ends."""
    found = _letters(session, select(*_LETTER).where(Letter.id == letter_id).with_for_update())
    return found[0] if found else None


def _letters(session: Session, query: Executable) -> list[LetterFacts]:
    return [LetterFacts(*row) for row in session.execute(query)]


def move_thread(
    session: Session, thread_id: bytes, month: str, entries: Collection[SealedEntry], replies: Collection[SealedEntry]
) -> None:
    """A thread, and everything in it, lies under another month now."""
    for table, sealed in ((ThreadEntry, entries), (ThreadReply, replies)):
        for each in sealed:
            session.execute(update(table).where(table.id == each.id).values(body=each.body.blob))
    session.execute(update(Thread).where(Thread.id == thread_id).values(destruction_month=month))


def move_letter(session: Session, letter_id: bytes, month: str, body: Sealed) -> None:
    """A letter lies under another month now."""
    changed = update(Letter).where(Letter.id == letter_id)
    session.execute(changed.values(destruction_month=month, body=body.blob))


def items(session: Session, until: str) -> list[SealedItem]:
    """What was handed to adults, under a month or an earlier one."""
    return _items(session, select(*_ITEM).where(HandedItem.destruction_month <= until))


def item(session: Session, item_id: bytes) -> SealedItem | None:
    """One of them, its row held until the transaction ends."""
    found = _items(session, select(*_ITEM).where(HandedItem.id == item_id).with_for_update())
    return found[0] if found else None


def _items(session: Session, query: Executable) -> list[SealedItem]:
    rows = session.execute(query)
    return [SealedItem(row.id, row.person_id, row.day, row.destruction_month, Sealed.stored(row.body)) for row in rows]


def move_item(session: Session, moved: SealedItem) -> None:
    """Something handed to an adult lies under another month now."""
    changed = update(HandedItem).where(HandedItem.id == moved.id)
    session.execute(changed.values(destruction_month=moved.month, body=moved.body.blob))


def hold_letter(session: Session, letter_id: bytes, *, held: bool) -> None:
    """Put a letter on hold, or let it go."""
    session.execute(update(Letter).where(Letter.id == letter_id).values(held=held))


def remove(session: Session, month: str, but: Collection[bytes]) -> None:
    """Delete what lies under a month, with everything in it.

    Args:
        session: may write.
        month: which.
        but: ids of what lives on.
    """
    for table in (Thread, Letter, HandedItem):
        session.execute(delete(table).where(table.destruction_month == month, table.id.not_in(but)))


def keep_still(session: Session) -> None:
    """Nobody changes any of it until the transaction ends; on SQLite every writer waits anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE threads, letters, handed_items IN SHARE ROW EXCLUSIVE MODE"))
