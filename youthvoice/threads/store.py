"""Queries of threads. Content arrives sealed; tags of key wraps, and never a column, say who can open what."""

import hmac
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, delete, func, insert, select, true, update
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.compiled_sql import CompiledStatement
from youthvoice.db import count_changed
from youthvoice.errors import CannotOpen, ConcurrentUpdate
from youthvoice.privacy.crypto.sealing import SealedText
from youthvoice.privacy.keys.key_names import THREADS
from youthvoice.threads import case_state, entities, key_wraps, sealed_thread
from youthvoice.threads.models import ThreadEntryRow, ThreadKeyWrapRow, ThreadReplyRow, ThreadRow

_COLUMNS = (ThreadRow.id, ThreadRow.site_id, ThreadRow.day, ThreadRow.version, ThreadRow.marks)

_BATCH_ROWS = 200  # that are fetched at a time

_KEYS = (ThreadRow.public_key, ThreadRow.reply_key, ThreadRow.locator, ThreadRow.destruction_month)

_threads: Table = ThreadRow.__table__  # type: ignore[assignment]

_WITH_RECEIPT = CompiledStatement(
    select(_threads.c.id).where(_threads.c.receipt == bindparam("receipt"))
)  # runs for every report


@dataclass(frozen=True, slots=True)
class ReaderKey:
    """Who asks: a reader sees only what is wrapped to this key at these sites.

    Attributes:
        person_id: row of `people`.
        public_key: the reader's current one, 32 bytes.
        site_ids: where the reader works.
    """

    person_id: int
    public_key: bytes
    site_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class ReceivedReport:
    """The thread that an earlier submission created.

    Attributes:
        locator: of its child's code, 16 bytes.
        code_seen: whether the child has finished looking at the picture code.
    """

    thread: entities.Thread
    locator: bytes = field(repr=False)
    code_seen: bool


def add_thread(session: Session, thread: sealed_thread.NewThread) -> None:
    """Store a new thread with its wraps and entries.

    Raises:
        IntegrityError: the site has this code already, or this submission came before.
    """
    names = ("id", "site_id", "day", "public_key", "locator", "reply_key", "receipt", "destruction_month", "marks")
    row = {name: getattr(thread, name) for name in names}
    session.execute(insert(ThreadRow).values(**row, code_seen=False, version=1))
    session.execute(insert(_table(ThreadKeyWrapRow)), [_wrap_row(thread.id, wrap) for wrap in thread.wraps])
    session.execute(
        insert(_table(ThreadEntryRow)), [entry_row(thread.id, sealed_entry) for sealed_entry in thread.entries]
    )
    if thread.replies:
        session.execute(
            insert(_table(ThreadReplyRow)), [entry_row(thread.id, sealed_entry) for sealed_entry in thread.replies]
        )


def list_threads(
    session: Session,
    reader_key: ReaderKey,
    ids: Collection[bytes] | None = None,
    kinds: Collection[str] = (case_state.REPORT,),
) -> list[entities.ThreadSummary]:
    """Every thread that the reader can open, or those of these ids; unordered, without those that exclude the reader.

    Args:
        session: only read.
        reader_key: who asks.
        ids: only these.
        kinds: only of these kinds; statements are listed by their reviews.
    """
    return list(iterate_threads(session, reader_key, ids, kinds))


def iterate_threads(
    session: Session,
    reader_key: ReaderKey,
    ids: Collection[bytes] | None = None,
    kinds: Collection[str] = (case_state.REPORT,),
) -> Iterator[entities.ThreadSummary]:
    """As `list_threads`, one after the other, so that the caller need not hold thousands in memory."""
    wraps = _table(ThreadKeyWrapRow)
    query = (
        select(wraps.c.tag, *(_threads.c[column.key] for column in _COLUMNS))
        .join_from(wraps, _threads, wraps.c.thread_id == _threads.c.id)
        .where(wraps.c.person_id == reader_key.person_id, _threads.c.site_id.in_(reader_key.site_ids))
    )
    if ids is not None:
        query = query.where(_threads.c.id.in_(ids))
    key, person_id, public_key = context.keyring().key_or_new(THREADS), reader_key.person_id, reader_key.public_key
    for row in session.execute(query.execution_options(yield_per=_BATCH_ROWS)):
        summary = _summary_for_reader(key, person_id, public_key, *row)
        if summary and summary.case.kind in kinds:
            yield summary


@lru_cache(maxsize=case_state.MAX_CACHED_STATES)
def _summary_for_reader(
    key: bytes, person_id: int, public_key: bytes, tag: bytes, thread_id: bytes, *rest: Any
) -> entities.ThreadSummary | None:
    """A thread in a reader's list; None if the wrap is another's, or the row is damaged: it hides nothing but itself.

    A process checks the same tag once, for the reason and with the safety of `case_state.open_case_state`.
    """
    if _is_reader_of_wrap(key, thread_id, person_id, public_key, tag):
        with suppress(CannotOpen):  # `youthvoice doctor` counts them
            return entities.ThreadSummary(*_summary_values(key, (thread_id, *rest)))
    return None


def open_thread(
    session: Session, reader_key: ReaderKey, thread_id: bytes, private_key: bytes
) -> entities.OpenedThread | None:
    """Open a thread; None where it does not exist, is at another site, or excludes the reader: all three look alike.

    Args:
        session: only read.
        reader_key: who asks.
        thread_id: 16 bytes.
        private_key: the reader's, 32 bytes.

    Raises:
        CannotOpen: the wrap does not fit its tag.
    """
    query = (
        select(*_COLUMNS, *_KEYS, ThreadKeyWrapRow.tag, ThreadKeyWrapRow.wrapped)
        .join(ThreadKeyWrapRow, ThreadKeyWrapRow.thread_id == ThreadRow.id)
        .where(
            ThreadRow.id == thread_id,
            ThreadKeyWrapRow.person_id == reader_key.person_id,
            ThreadRow.site_id.in_(reader_key.site_ids),
        )
    )
    row, key = session.execute(query).first(), context.keyring().key_or_new(THREADS)
    if row is None or not _is_reader_of_wrap(key, thread_id, reader_key.person_id, reader_key.public_key, row.tag):
        return None
    return _as_thread(key, row).open_with(
        key_wraps.unwrap_thread_key(thread_id, reader_key.person_id, row.wrapped, private_key)
    )


def list_all_threads(
    session: Session, kinds: Collection[str] = (case_state.REPORT, case_state.STATEMENT)
) -> list[entities.Thread]:
    """Every thread of the installation, unopened; for the work process. Damaged rows are skipped."""
    return [thread for thread in _read_threads(session, select(*_COLUMNS, *_KEYS)) if thread.case.kind in kinds]


def list_thread_versions(session: Session) -> dict[bytes, int]:
    """The version of every thread of the installation, by id; nothing is decrypted."""
    return {row.id: row.version for row in session.execute(select(ThreadRow.id, ThreadRow.version))}


def list_threads_by_id(session: Session, ids: Sequence[bytes]) -> Iterator[entities.Thread]:
    """Some threads, unopened. Damaged rows are skipped."""
    for at in range(0, len(ids), _BATCH_ROWS):
        yield from _read_threads(session, select(*_COLUMNS, *_KEYS).where(ThreadRow.id.in_(ids[at : at + _BATCH_ROWS])))


def _read_threads(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[entities.Thread]:
    key = context.keyring().key_or_new(THREADS)
    for row in session.execute(query):
        with suppress(CannotOpen):
            yield _as_thread(key, row)


def find_damaged_threads(session: Session, site_id: int | None = None) -> dict[bytes, str]:
    """Damaged threads, whose state does not open or does not fit the other columns, with their destruction months.

    Args:
        session: only read.
        site_id: only of this site; None for every one.
    """
    whole = {thread.id for thread in list_all_threads(session)}
    at_site = true() if site_id is None else ThreadRow.site_id == site_id
    rows = session.execute(select(ThreadRow.id, ThreadRow.destruction_month).where(at_site))
    return {row.id: row.destruction_month for row in rows if row.id not in whole}


def find_thread(session: Session, thread_id: bytes, *, to_change: bool = False) -> entities.Thread | None:
    """One thread, unopened; `to_change` locks its row until the transaction ends."""
    query = select(*_COLUMNS, *_KEYS).where(ThreadRow.id == thread_id)
    row = session.execute(query.with_for_update() if to_change else query).first()
    return _as_thread(context.keyring().key_or_new(THREADS), row) if row else None


def find_thread_by_locator(session: Session, site_id: int, locator: bytes) -> entities.Thread | None:
    """The thread of a child's code at a site; None for a row that was altered outside the program."""
    query = select(*_COLUMNS, *_KEYS).where(ThreadRow.site_id == site_id, ThreadRow.locator == locator)
    row = session.execute(query).first()
    try:
        return _as_thread(context.keyring().key_or_new(THREADS), row) if row else None
    except CannotOpen:
        return None


def find_thread_by_receipt(session: Session, receipt: bytes) -> ReceivedReport | None:
    """The thread that an earlier submission with this receipt created; None when there was none."""
    if _WITH_RECEIPT.first(session.connection(), {"receipt": receipt}) is None:
        return None
    query = select(*_COLUMNS, *_KEYS, ThreadRow.code_seen).where(ThreadRow.receipt == receipt)
    row = session.execute(query).first()
    return ReceivedReport(_as_thread(context.keyring().key(THREADS), row), row.locator, row.code_seen) if row else None


def forget_receipt(session: Session, receipt: bytes) -> None:
    """Replace a thread's receipt by a random value, so that its submission id leads to another thread from now on."""
    session.execute(
        update(ThreadRow).where(ThreadRow.receipt == receipt).values(receipt=secrets.token_bytes(len(receipt)))
    )


def mark_code_seen(session: Session, receipt: bytes) -> None:
    """Note that the child has the picture code; the same submission does not show it again."""
    session.execute(update(ThreadRow).where(ThreadRow.receipt == receipt).values(code_seen=True))


def change_case_state(session: Session, summary: entities.ThreadSummary, case: case_state.CaseState) -> None:
    """Write a new case state.

    Raises:
        ConcurrentUpdate: the thread is no longer at the version of `summary`.
    """
    blob = case_state.encrypt_case_state(context.keyring().key(THREADS), summary.id, case)
    unchanged = update(ThreadRow).where(ThreadRow.id == summary.id, ThreadRow.version == summary.version)
    if not count_changed(session, unchanged.values(marks=blob, version=summary.version + 1)):
        raise ConcurrentUpdate


def replace_thread_key(session: Session, thread: entities.Thread, rekeyed_thread: sealed_thread.RekeyedThread) -> None:
    """Replace a thread's key, entries and readers by those of a new statement; the old ones are deleted.

    Replies to the child stay: the code opens them.

    Args:
        session: may write; the thread's row is locked.
        thread: as it was.
        rekeyed_thread: from `sealed_thread.rekeyed_thread`.

    Raises:
        ConcurrentUpdate: somebody else changed the thread.
    """
    unchanged = update(ThreadRow).where(ThreadRow.id == thread.id, ThreadRow.version == thread.version)
    values = {"public_key": rekeyed_thread.public_key, "marks": rekeyed_thread.marks, "version": thread.version + 1}
    if not count_changed(session, unchanged.values(**values)):
        raise ConcurrentUpdate
    session.execute(delete(ThreadKeyWrapRow).where(ThreadKeyWrapRow.thread_id == thread.id))
    session.execute(delete(ThreadEntryRow).where(ThreadEntryRow.thread_id == thread.id))
    session.execute(insert(_table(ThreadKeyWrapRow)), [_wrap_row(thread.id, wrap) for wrap in rekeyed_thread.wraps])
    session.execute(
        insert(_table(ThreadEntryRow)), [entry_row(thread.id, sealed_entry) for sealed_entry in rekeyed_thread.entries]
    )


def locator_of(session: Session, thread_id: bytes) -> bytes:
    """The locator, by which a child's code finds the thread, 16 bytes.

    Raises:
        NoResultFound: the thread is deleted.
    """
    return session.scalars(select(ThreadRow.locator).where(ThreadRow.id == thread_id)).one()


def remove_replies(session: Session, thread_id: bytes, ids: Collection[bytes]) -> None:
    """Delete replies to the child, such as an earlier copy of the child's own words."""
    session.execute(delete(ThreadReplyRow).where(ThreadReplyRow.thread_id == thread_id, ThreadReplyRow.id.in_(ids)))


def find_destruction_month(session: Session, thread_id: bytes) -> str | None:
    """The current destruction month of a thread; it cannot change until the transaction ends."""
    return session.scalar(select(ThreadRow.destruction_month).where(ThreadRow.id == thread_id).with_for_update())


def find_thread_readers(session: Session, thread_id: bytes, people: Iterable[tuple[int, bytes]]) -> set[int]:
    """Which of these people can open a thread.

    Args:
        session: only read.
        thread_id: 16 bytes.
        people: row and public key of each.
    """
    key = context.keyring().key_or_new(THREADS)
    rows = session.execute(
        select(ThreadKeyWrapRow.person_id, ThreadKeyWrapRow.tag).where(ThreadKeyWrapRow.thread_id == thread_id)
    )
    tags = {row.person_id: row.tag for row in rows}
    return {
        person_id
        for person_id, public in people
        if hmac.compare_digest(tags.get(person_id, b""), key_wraps.thread_tag(key, thread_id, person_id, public))
    }


def put_thread_wrap(session: Session, thread_id: bytes, wrap: key_wraps.KeyWrap) -> None:
    """Replace a person's row by this wrap or decoy."""
    old_row = (ThreadKeyWrapRow.thread_id == thread_id, ThreadKeyWrapRow.person_id == wrap.person_id)
    session.execute(delete(ThreadKeyWrapRow).where(*old_row))
    session.execute(insert(_table(ThreadKeyWrapRow)), [_wrap_row(thread_id, wrap)])


def _as_thread(key: bytes, row: Any) -> entities.Thread:
    thread = entities.Thread(*_summary_values(key, row), row.public_key, row.reply_key, row.destruction_month)
    if thread.case.keys not in {"", sealed_thread.thread_fingerprint(row.public_key, row.reply_key, row.locator)}:
        raise CannotOpen
    return thread


def _summary_values(key: bytes, row: Sequence[Any]) -> tuple[bytes, int, date, int, case_state.CaseState]:
    thread_id, site_id, day, version, marks = row[:5]
    return thread_id, site_id, day, version, case_state.open_case_state(key, thread_id, marks)


def _is_reader_of_wrap(key: bytes, thread_id: bytes, person_id: int, public_key: bytes, tag: bytes) -> bool:
    return hmac.compare_digest(tag, key_wraps.thread_tag(key, thread_id, person_id, public_key))


def _table(model: type[ThreadKeyWrapRow | ThreadEntryRow | ThreadReplyRow]) -> Table:
    return model.__table__  # type: ignore[return-value] # Core, not objects: they are written with every report


def _wrap_row(thread_id: bytes, wrap: key_wraps.KeyWrap) -> dict[str, object]:
    return {"thread_id": thread_id, "person_id": wrap.person_id, "wrapped": wrap.wrapped, "tag": wrap.tag}


def entry_row(thread_id: bytes, sealed_entry: sealed_thread.SealedEntry) -> dict[str, object]:
    """The columns of a sealed entry."""
    return {"id": sealed_entry.id, "thread_id": thread_id, "day": sealed_entry.day, "body": sealed_entry.body.blob}


def count_large_entries(session: Session, thread_id: bytes, least: int) -> int:
    """How many entries of a thread are at least this large, such as voice recordings; `least` is in bytes."""
    query = select(func.count()).select_from(ThreadEntryRow)
    large = query.where(ThreadEntryRow.thread_id == thread_id, func.length(ThreadEntryRow.body) >= least)
    return session.scalar(large) or 0


def list_sealed_entries(session: Session, thread_id: bytes) -> list[sealed_thread.SealedEntry]:
    """Every entry of a thread, sealed and unordered."""
    return _list_sealed(session, ThreadEntryRow, thread_id)


def list_sealed_replies(session: Session, thread_id: bytes) -> list[sealed_thread.SealedEntry]:
    """Every reply to the child, sealed and unordered."""
    return _list_sealed(session, ThreadReplyRow, thread_id)


def _count_rows(session: Session, table: type[ThreadEntryRow | ThreadReplyRow], thread_id: bytes) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.thread_id == thread_id)) or 0


def _list_sealed(
    session: Session, table: type[ThreadEntryRow | ThreadReplyRow], thread_id: bytes
) -> list[sealed_thread.SealedEntry]:
    query = select(table.id, table.day, table.body).where(table.thread_id == thread_id)
    return [sealed_thread.SealedEntry(row.id, row.day, SealedText.stored(row.body)) for row in session.execute(query)]


def add_entry(session: Session, thread: entities.Thread, entry: entities.ThreadEntry) -> None:
    """Add an entry for the readers of a thread, as the last one."""
    _add(session, thread, thread.public_key, ThreadEntryRow, entry)


def add_reply(session: Session, thread: entities.Thread, entry: entities.ThreadEntry) -> None:
    """Add a reply to the child, which the child's code opens."""
    _add(session, thread, thread.reply_key, ThreadReplyRow, entry)


def _add(
    session: Session,
    thread: entities.Thread,
    public_key: bytes,
    table: type[ThreadEntryRow | ThreadReplyRow],
    entry: entities.ThreadEntry,
) -> None:
    turn = _count_rows(session, table, thread.id)
    month = find_destruction_month(session, thread.id) or thread.month  # it may have moved since the thread was read
    sealed_entry = sealed_thread.seal_entry(context.keyring(), thread.id, public_key, month, replace(entry, turn=turn))
    session.execute(insert(table).values(entry_row(thread.id, sealed_entry)))


def replace_entry(session: Session, thread: entities.Thread, entry: entities.ThreadEntry) -> None:
    """Put another content in the place of an entry, of the same length: its size and its day do not tell that it ended.

    Args:
        session: may write; the thread's row is locked.
        thread: of the entry.
        entry: the new content, with the id of the old one.
    """
    _replace(session, thread, thread.public_key, ThreadEntryRow, entry)


def replace_reply(session: Session, thread: entities.Thread, entry: entities.ThreadEntry) -> None:
    """As `replace_entry`, of a reply to the child; it becomes the last one."""
    turn = _count_rows(session, ThreadReplyRow, thread.id)
    _replace(session, thread, thread.reply_key, ThreadReplyRow, replace(entry, turn=turn))


def _replace(
    session: Session,
    thread: entities.Thread,
    public_key: bytes,
    table: type[ThreadEntryRow | ThreadReplyRow],
    entry: entities.ThreadEntry,
) -> None:
    row = (table.thread_id == thread.id, table.id == entry.id)
    size = session.scalar(select(func.length(table.body)).where(*row))
    sealed_entry = sealed_thread.seal_entry(context.keyring(), thread.id, public_key, thread.month, entry, size)
    session.execute(update(table).where(*row).values(body=sealed_entry.body.blob))


def encrypt_entry_again(session: Session, thread: entities.Thread, entry_id: bytes) -> None:
    """Renew the outer layer of an entry that stays, so that its bytes change as if it were replaced."""
    for sealed_entry in list_sealed_entries(session, thread.id):
        if sealed_entry.id == entry_id:
            moved = sealed_thread.entry_under_month(
                context.keyring(), thread.id, sealed_entry, thread.month, thread.month
            )
            row = update(ThreadEntryRow).where(ThreadEntryRow.id == entry_id)
            session.execute(row.values(body=moved.body.blob))


def list_entry_ids(session: Session, thread_id: bytes) -> tuple[list[bytes], list[bytes]]:
    """The ids of all entries and of all replies of a thread, unordered."""
    entries, replies = (
        session.scalars(select(table.id).where(table.thread_id == thread_id)).all()
        for table in (ThreadEntryRow, ThreadReplyRow)
    )
    return list(entries), list(replies)


def add_timeline_step(session: Session, thread: entities.Thread, name: str, day: date, /, **details: Any) -> None:
    """Add a step to the child's timeline, such as `looked` or `closed`."""
    add_reply(session, thread, entities.ThreadEntry("step", entities.CHILD, day, said={"step": name, **details}))


def read_entries(session: Session, thread: entities.OpenedThread) -> list[entities.ThreadEntry]:
    """Open every entry of a thread, in order.

    Raises:
        CannotOpen, KeyGone: see `open_entry`.
    """
    month = thread.month
    return _ordered(
        sealed_thread.open_entry(context.keyring(), thread.id, thread.private, month, sealed_entry)
        for sealed_entry in list_sealed_entries(session, thread.id)
    )


def read_replies(session: Session, thread: entities.Thread, private: bytes) -> list[entities.ThreadEntry]:
    """Open every reply to the child, in order.

    Args:
        session: only read.
        thread: the child's.
        private: the private key of the child's code, 32 bytes.

    Raises:
        CannotOpen, KeyGone: see `open_entry`.
    """
    sealed_entries = list_sealed_replies(session, thread.id)
    return _ordered(
        sealed_thread.open_entry(context.keyring(), thread.id, private, thread.month, sealed_entry)
        for sealed_entry in sealed_entries
    )


def _ordered(entries: Iterable[entities.ThreadEntry]) -> list[entities.ThreadEntry]:
    return sorted(entries, key=lambda entry: (entry.turn, entry.day, entry.id))
