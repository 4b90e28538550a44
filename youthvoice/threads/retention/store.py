"""Queries of months that end: what is encrypted under a month, moved to a later one, deleted."""

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from datetime import date

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.privacy.crypto.sealing import SealedText
from youthvoice.privacy.keys.key_names import destruction_key, month_name
from youthvoice.threads import retention_periods
from youthvoice.threads.models import HandoverItemRow, LetterRow, ThreadEntryRow, ThreadReplyRow, ThreadRow
from youthvoice.threads.sealed_thread import SealedEntry


def list_months(session: Session) -> set[str]:
    """Every destruction month under which content is stored."""
    return {
        month
        for column in (ThreadRow.destruction_month, LetterRow.destruction_month, HandoverItemRow.destruction_month)
        for month in session.scalars(select(column).distinct())
    }


def find_month_from(session: Session, month: str) -> str:
    """The first month, from this one on, under which new content may be encrypted.

    A month whose content is stored but whose key is gone, such as after restoring older key files, is skipped: a new
    key of the same name would look as if it opened that content.
    """
    while not context.keyring().versions(destruction_key(month)) and month in list_months(session):
        year, number = int(month[:4]), int(month[5:])
        month = f"{year + number // 12:04}-{number % 12 + 1:02}"
    return month


def month_of_thread(day: date, session: Session | None = None) -> str:
    """The destruction month of a report of this day; queries the database only where there is no key of it."""
    month = month_name(day.replace(year=day.year + retention_periods.REPORT_YEARS, day=1))
    if context.keyring().versions(destruction_key(month)):
        return month
    with nullcontext(session) if session else db.reading(db.engine()) as reading_session:
        return find_month_from(reading_session, month)


def list_letters_until(session: Session, until: str) -> Sequence[LetterRow]:
    """The letters under a month or an earlier one."""
    return session.scalars(select(LetterRow).where(LetterRow.destruction_month <= until)).all()


def lock_letter(session: Session, letter_id: bytes) -> LetterRow | None:
    """One letter; its row is locked until the transaction ends."""
    return session.get(LetterRow, letter_id, with_for_update=True)


def move_thread(
    session: Session, thread_id: bytes, month: str, entries: Collection[SealedEntry], replies: Collection[SealedEntry]
) -> None:
    """Store a thread and everything in it under another month."""
    for table, sealed in ((ThreadEntryRow, entries), (ThreadReplyRow, replies)):
        for sealed_entry in sealed:
            session.execute(update(table).where(table.id == sealed_entry.id).values(body=sealed_entry.body.blob))
    session.execute(update(ThreadRow).where(ThreadRow.id == thread_id).values(destruction_month=month))


def move_item(session: Session, row: LetterRow | HandoverItemRow, month: str, sealed_text: SealedText) -> None:
    """Store a letter or handover under another month."""
    row.destruction_month, row.body = month, sealed_text.blob
    session.flush()


def list_handovers_until(session: Session, until: str) -> Sequence[HandoverItemRow]:
    """The handovers under a month or an earlier one."""
    return session.scalars(select(HandoverItemRow).where(HandoverItemRow.destruction_month <= until)).all()


def lock_handover(session: Session, item_id: bytes) -> HandoverItemRow | None:
    """One handover; its row is locked until the transaction ends."""
    return session.get(HandoverItemRow, item_id, with_for_update=True)


def set_letter_hold(session: Session, letter_id: bytes, *, held: bool) -> None:
    """Put a letter on hold, or end the hold."""
    session.execute(update(LetterRow).where(LetterRow.id == letter_id).values(held=held))


def remove_month(session: Session, month: str, but: Collection[bytes]) -> None:
    """Delete the content of a month.

    Args:
        session: may write.
        month: such as `2029-11`.
        but: ids of what lives on.
    """
    for table in (ThreadRow, LetterRow, HandoverItemRow):
        session.execute(delete(table).where(table.destruction_month == month, table.id.not_in(but)))


def lock_everything(session: Session) -> None:
    """Lock letters, threads and handovers, so that nobody changes them until the transaction ends; others may read.

    A weaker mode does not wait for transactions that hold a row (`SELECT FOR UPDATE`), as a review holds its thread's:
    each would wait for the other. The order is threads, letters, handovers. The log is written in a transaction of its
    own, because others write a log line first and then to a thread. On SQLite every writer waits.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE threads, letters, handed_items IN EXCLUSIVE MODE"))
