"""Every query of what was said in a thread, to its readers or to the child; unopened."""

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from youthvoice.privacy.crypto.sealing import Sealed
from youthvoice.threads.entries import SealedEntry
from youthvoice.threads.models import ThreadEntry, ThreadReply


def turns(session: Session, thread_id: bytes) -> int:
    """How many entries a thread has."""
    return _length(session, ThreadEntry, thread_id)


def reply_turns(session: Session, thread_id: bytes) -> int:
    """How often something was said to the child."""
    return _length(session, ThreadReply, thread_id)


def of_size(session: Session, thread_id: bytes, least: int) -> int:
    """How many entries of a thread have so many bytes or more, such as voices."""
    query = select(func.count()).select_from(ThreadEntry)
    large = query.where(ThreadEntry.thread_id == thread_id, func.length(ThreadEntry.body) >= least)
    return session.scalar(large) or 0


def entries(session: Session, thread_id: bytes) -> list[SealedEntry]:
    """Everything said in a thread, unopened and in no order."""
    return _kept(session, ThreadEntry, thread_id)


def replies(session: Session, thread_id: bytes) -> list[SealedEntry]:
    """Everything said to the child, unopened and in no order."""
    return _kept(session, ThreadReply, thread_id)


def add_entry(session: Session, thread_id: bytes, entry: SealedEntry) -> None:
    """Write one more entry."""
    session.execute(insert(ThreadEntry).values(entry_row(thread_id, entry)))


def add_reply(session: Session, thread_id: bytes, reply: SealedEntry) -> None:
    """Write one more reply to the child."""
    session.execute(insert(ThreadReply).values(entry_row(thread_id, reply)))


def entry_row(thread_id: bytes, each: SealedEntry) -> dict[str, object]:
    """An entry as its table takes it."""
    return {"id": each.id, "thread_id": thread_id, "day": each.day, "body": each.body.blob}


def _length(session: Session, table: type[ThreadEntry | ThreadReply], thread_id: bytes) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.thread_id == thread_id)) or 0


def _kept(session: Session, table: type[ThreadEntry | ThreadReply], thread_id: bytes) -> list[SealedEntry]:
    rows = session.execute(select(table.id, table.day, table.body).where(table.thread_id == thread_id))
    return [SealedEntry(row.id, row.day, Sealed.stored(row.body)) for row in rows]
