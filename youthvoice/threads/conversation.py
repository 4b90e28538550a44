"""Add something to a thread and read what was said in it, by readers and to the child.

Whoever writes needs no key; whoever reads has opened the thread first.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.privacy.crypto.sealing import SealedText
from youthvoice.threads.entities import CHILD, OpenedThread, SealedEntry, Thread, ThreadEntry, open_entry, seal_entry
from youthvoice.threads.models import ThreadEntryRow, ThreadReplyRow
from youthvoice.threads.store import entry_row, find_destruction_month


def count_large_entries(session: Session, thread_id: bytes, least: int) -> int:
    """How many entries of a thread have so many bytes or more, such as voices."""
    query = select(func.count()).select_from(ThreadEntryRow)
    large = query.where(ThreadEntryRow.thread_id == thread_id, func.length(ThreadEntryRow.body) >= least)
    return session.scalar(large) or 0


def list_sealed_entries(session: Session, thread_id: bytes) -> list[SealedEntry]:
    """Everything said in a thread, unopened and in no order."""
    return _kept(session, ThreadEntryRow, thread_id)


def list_sealed_replies(session: Session, thread_id: bytes) -> list[SealedEntry]:
    """Everything said to the child, unopened and in no order."""
    return _kept(session, ThreadReplyRow, thread_id)


def _length(session: Session, table: type[ThreadEntryRow | ThreadReplyRow], thread_id: bytes) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.thread_id == thread_id)) or 0


def _kept(session: Session, table: type[ThreadEntryRow | ThreadReplyRow], thread_id: bytes) -> list[SealedEntry]:
    rows = session.execute(select(table.id, table.day, table.body).where(table.thread_id == thread_id))
    return [SealedEntry(row.id, row.day, SealedText.stored(row.body)) for row in rows]


def add_entry(session: Session, thread: Thread, entry: ThreadEntry) -> None:
    """Add an entry for the readers of a thread, after everything that is in it."""
    _add(session, thread, thread.public_key, ThreadEntryRow, entry)


def add_reply(session: Session, thread: Thread, reply: ThreadEntry) -> None:
    """Add a reply that the child's code opens."""
    _add(session, thread, thread.reply_key, ThreadReplyRow, reply)


def _add(
    session: Session, thread: Thread, to: bytes, table: type[ThreadEntryRow | ThreadReplyRow], entry: ThreadEntry
) -> None:
    turn = _length(session, table, thread.id)
    month = find_destruction_month(session, thread.id) or thread.month
    sealed = seal_entry(context.keyring(), thread.id, to, month, replace(entry, turn=turn))
    session.execute(insert(table).values(entry_row(thread.id, sealed)))


def add_timeline_step(session: Session, thread: Thread, name: str, day: date, /, **said: Any) -> None:
    """Add a step to the child's timeline, such as `looked` or `closed`."""
    add_reply(session, thread, ThreadEntry("step", CHILD, day, said={"step": name, **said}))


def read_entries(session: Session, thread: OpenedThread) -> list[ThreadEntry]:
    """Everything in a thread, in order.

    Raises:
        CannotOpen, KeyGone: see `open_entry`.
    """
    month = thread.facts.month
    found = list_sealed_entries(session, thread.facts.id)
    return _ordered(open_entry(context.keyring(), thread.facts.id, thread.private, month, kept) for kept in found)


def read_replies(session: Session, thread: Thread, private: bytes) -> list[ThreadEntry]:
    """Everything that was said to the child, in order.

    Args:
        session: only read.
        thread: hers.
        private: the private key of her code, 32 bytes.

    Raises:
        CannotOpen, KeyGone: see `open_entry`.
    """
    found = list_sealed_replies(session, thread.id)
    return _ordered(open_entry(context.keyring(), thread.id, private, thread.month, kept) for kept in found)


def _ordered(entries: Iterable[ThreadEntry]) -> list[ThreadEntry]:
    return sorted(entries, key=lambda entry: (entry.turn, entry.day, entry.id))
