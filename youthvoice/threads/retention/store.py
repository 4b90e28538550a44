"""Every query of months that end: what lies under which, moved to a later one, removed."""

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from datetime import date

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.privacy.crypto.sealing import SealedText
from youthvoice.privacy.keys.key_names import destruction_key, month_name
from youthvoice.threads import retention_periods
from youthvoice.threads.entities import SealedEntry
from youthvoice.threads.models import HandoverItemRow, LetterRow, ThreadEntryRow, ThreadReplyRow, ThreadRow


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


def month_of_thread(day: date, session: Session | None = None) -> str:
    """The destruction month of what is told on a day; the database is asked only where there is no key of it."""
    month = month_name(day.replace(year=day.year + retention_periods.REPORT_YEARS, day=1))
    if context.keyring().versions(destruction_key(month)):
        return month
    with nullcontext(session) if session else db.reading(db.engine()) as asked:
        return find_month_from(asked, month)


def list_letters_until(session: Session, until: str) -> Sequence[LetterRow]:
    """The letters under a month or an earlier one."""
    return session.scalars(select(LetterRow).where(LetterRow.destruction_month <= until)).all()


def lock_letter(session: Session, letter_id: bytes) -> LetterRow | None:
    """One letter, its row held until the transaction ends."""
    return session.get(LetterRow, letter_id, with_for_update=True)


def move_thread(
    session: Session, thread_id: bytes, month: str, entries: Collection[SealedEntry], replies: Collection[SealedEntry]
) -> None:
    """A thread, and everything in it, lies under another month now."""
    for table, sealed in ((ThreadEntryRow, entries), (ThreadReplyRow, replies)):
        for each in sealed:
            session.execute(update(table).where(table.id == each.id).values(body=each.body.blob))
    session.execute(update(ThreadRow).where(ThreadRow.id == thread_id).values(destruction_month=month))


def move_item(session: Session, row: LetterRow | HandoverItemRow, month: str, sealed_text: SealedText) -> None:
    """A letter, or something handed to an adult, lies under another month now."""
    row.destruction_month, row.body = month, sealed_text.blob
    session.flush()


def list_handovers_until(session: Session, until: str) -> Sequence[HandoverItemRow]:
    """What was handed to adults, under a month or an earlier one."""
    return session.scalars(select(HandoverItemRow).where(HandoverItemRow.destruction_month <= until)).all()


def lock_handover(session: Session, item_id: bytes) -> HandoverItemRow | None:
    """One of them, its row held until the transaction ends."""
    return session.get(HandoverItemRow, item_id, with_for_update=True)


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
    """Nobody changes any of it, or holds a row to change it, until the transaction ends; others read on.

    A weaker mode waits for nobody who holds a row (`SELECT FOR UPDATE`), such as a review the thread of its statement:
    she would wait for us with her change, and we for her row. The order is threads, letters, what was handed over; the
    log comes in a transaction of its own, for others write a line and then in a thread. On SQLite every writer waits.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE threads, letters, handed_items IN EXCLUSIVE MODE"))
