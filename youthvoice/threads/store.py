"""Every query of threads. Only what is already sealed gets in; who may open what is told by tags, never by a column."""

import hmac
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from youthvoice.compiled_sql import Statement
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import THREADS
from youthvoice.threads.case_state import Marks, lock_marks, open_marks
from youthvoice.threads.creation import NewThread
from youthvoice.threads.entities import Line, Opened, ThreadFacts, fingerprint
from youthvoice.threads.entry_store import entry_row
from youthvoice.threads.key_wraps import Wrapped, tag_of, unwrapped
from youthvoice.threads.models import Thread, ThreadEntry, ThreadReply, ThreadWrap

_COLUMNS = (Thread.id, Thread.site_id, Thread.day, Thread.version, Thread.marks)
_AT_ONCE = 200  # rows
_KEYS = (Thread.public_key, Thread.reply_key, Thread.locator, Thread.destruction_month)
_threads: Table = Thread.__table__  # type: ignore[assignment]
_BROUGHT = Statement(select(_threads.c.id).where(_threads.c.receipt == bindparam("receipt")))  # asked for every report


class Meanwhile(Exception):
    """Somebody else changed the thread since it was shown; nothing was written."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who asks: only what is wrapped to this very key at these sites is there for her.

    Attributes:
        person_id: row of `people`.
        public_key: hers now, 32 bytes.
        site_ids: where she works.
    """

    person_id: int
    public_key: bytes
    site_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Brought:
    """The thread that a sheet brought.

    Attributes:
        facts: of it.
        locator: of its child's code, 16 bytes.
        code_seen: whether the child has finished looking at her code.
    """

    facts: ThreadFacts
    locator: bytes = field(repr=False)
    code_seen: bool


def add(session: Session, thread: NewThread) -> None:
    """Write a new thread with its wraps and entries.

    Raises:
        IntegrityError: the site has this code already, or this sheet came before.
    """
    names = ("id", "site_id", "day", "public_key", "locator", "reply_key", "receipt", "destruction_month", "marks")
    values = {name: getattr(thread, name) for name in names}
    session.execute(insert(Thread).values(**values, code_seen=False, version=1))
    session.execute(insert(_table(ThreadWrap)), [_wrap_row(thread.id, each) for each in thread.wraps])
    session.execute(insert(_table(ThreadEntry)), [entry_row(thread.id, each) for each in thread.entries])
    if thread.replies:
        session.execute(insert(_table(ThreadReply)), [entry_row(thread.id, each) for each in thread.replies])


def mine(session: Session, keyring: Keyring, me: Me, ids: Collection[bytes] | None = None) -> list[Line]:
    """Every thread that somebody can open, or of these ids; in no order, and none that she was left out of."""
    return list(each_of_mine(session, keyring, me, ids))


def each_of_mine(session: Session, keyring: Keyring, me: Me, ids: Collection[bytes] | None = None) -> Iterator[Line]:
    """As `mine`, one after the other: whoever has thousands keeps of each only what is needed."""
    query = (
        select(*_COLUMNS, ThreadWrap.tag)
        .join(ThreadWrap, ThreadWrap.thread_id == Thread.id)
        .where(ThreadWrap.person_id == me.person_id, Thread.site_id.in_(me.site_ids))
    )
    if ids is not None:
        query = query.where(Thread.id.in_(ids))
    key = keyring.key_or_new(THREADS)
    for row in session.execute(query.execution_options(yield_per=_AT_ONCE)):
        if _is_hers(key, row[0], me, row[-1]):
            with suppress(CannotOpen):  # one damaged row hides nothing but itself; `flask doctor` counts them
                yield _line(key, row[:-1])


def opened(session: Session, keyring: Keyring, me: Me, thread_id: bytes, private_key: bytes) -> Opened | None:
    """A thread with its key; None where it does not exist, is elsewhere, or is not open to her: all three look alike.

    Args:
        session: only read.
        keyring: the key files.
        me: who asks.
        thread_id: 16 bytes.
        private_key: hers, 32 bytes.

    Raises:
        CannotOpen: the wrap is not what its tag says.
    """
    query = (
        select(*_COLUMNS, *_KEYS, ThreadWrap.tag, ThreadWrap.wrapped)
        .join(ThreadWrap, ThreadWrap.thread_id == Thread.id)
        .where(Thread.id == thread_id, ThreadWrap.person_id == me.person_id, Thread.site_id.in_(me.site_ids))
    )
    row, key = session.execute(query).first(), keyring.key_or_new(THREADS)
    if row is None or not _is_hers(key, thread_id, me, row.tag):
        return None
    facts = _facts(key, row)
    return Opened(facts, unwrapped(thread_id, me.person_id, row.wrapped, private_key))


def all_facts(session: Session, keyring: Keyring) -> list[ThreadFacts]:
    """Every thread of the house, unopened; for the work process. One damaged row does not stop the others."""
    key, found = keyring.key_or_new(THREADS), []
    for row in session.execute(select(*_COLUMNS, *_KEYS)):
        with suppress(CannotOpen):
            found.append(_facts(key, row))
    return found


def damaged(session: Session, keyring: Keyring) -> dict[bytes, str]:
    """The threads whose marks do not open, or do not fit what stands beside them, with their destruction months."""
    whole = {facts.id for facts in all_facts(session, keyring)}
    rows = session.execute(select(Thread.id, Thread.destruction_month))
    return {row.id: row.destruction_month for row in rows if row.id not in whole}


def facts(session: Session, keyring: Keyring, thread_id: bytes, *, to_change: bool = False) -> ThreadFacts | None:
    """One thread, unopened; `to_change` holds its row until the transaction ends."""
    query = select(*_COLUMNS, *_KEYS).where(Thread.id == thread_id)
    row = session.execute(query.with_for_update() if to_change else query).first()
    return _facts(keyring.key_or_new(THREADS), row) if row else None


def by_locator(session: Session, keyring: Keyring, site_id: int, locator: bytes) -> ThreadFacts | None:
    """The thread of a child's code at a site; a row that was altered behind the house's back is none."""
    query = select(*_COLUMNS, *_KEYS).where(Thread.site_id == site_id, Thread.locator == locator)
    row = session.execute(query).first()
    try:
        return _facts(keyring.key_or_new(THREADS), row) if row else None
    except CannotOpen:
        return None


def of_receipt(session: Session, keyring: Keyring, receipt: bytes) -> Brought | None:
    """What a sheet brought that came before; None when none did."""
    if _BROUGHT.first(session.connection(), {"receipt": receipt}) is None:
        return None
    query = select(*_COLUMNS, *_KEYS, Thread.code_seen).where(Thread.receipt == receipt)
    row = session.execute(query).first()
    return Brought(_facts(keyring.key(THREADS), row), row.locator, row.code_seen) if row else None


def forget_receipt(session: Session, receipt: bytes) -> None:
    """A sheet leads to another thread from now on; this one keeps a random number in its place."""
    session.execute(update(Thread).where(Thread.receipt == receipt).values(receipt=secrets.token_bytes(len(receipt))))


def code_was_seen(session: Session, receipt: bytes) -> None:
    """The child has her pictures; the same sheet does not show them again."""
    session.execute(update(Thread).where(Thread.receipt == receipt).values(code_seen=True))


def change(session: Session, keyring: Keyring, line: Line, marks: Marks) -> None:
    """Write new marks of a thread.

    Raises:
        Meanwhile: the thread is not at the version of `line` any more.
    """
    blob = lock_marks(keyring.key(THREADS), line.id, marks)
    same = update(Thread).where(Thread.id == line.id, Thread.version == line.version)
    changed = session.execute(same.values(marks=blob, version=line.version + 1))
    if not changed.rowcount:  # type: ignore[attr-defined]
        raise Meanwhile


def month_of(session: Session, thread_id: bytes) -> str | None:
    """The destruction month of a thread as it is now; it stays so until the transaction ends."""
    return session.scalar(select(Thread.destruction_month).where(Thread.id == thread_id).with_for_update())


def readers_of(session: Session, keyring: Keyring, thread_id: bytes, people: Iterable[tuple[int, bytes]]) -> set[int]:
    """Who of these people can open a thread.

    Args:
        session: only read.
        keyring: the key files.
        thread_id: 16 bytes.
        people: row and public key of each.
    """
    key = keyring.key_or_new(THREADS)
    rows = session.execute(select(ThreadWrap.person_id, ThreadWrap.tag).where(ThreadWrap.thread_id == thread_id))
    tags = {row.person_id: row.tag for row in rows}
    return {
        person_id
        for person_id, public in people
        if hmac.compare_digest(tags.get(person_id, b""), tag_of(key, thread_id, person_id, public))
    }


def put_wrap(session: Session, thread_id: bytes, wrapped: Wrapped) -> None:
    """Give somebody a wrap, or a decoy, in place of what she had."""
    hers = (ThreadWrap.thread_id == thread_id, ThreadWrap.person_id == wrapped.person_id)
    session.execute(delete(ThreadWrap).where(*hers))
    session.execute(insert(_table(ThreadWrap)), [_wrap_row(thread_id, wrapped)])


def remove(session: Session, thread_ids: Collection[bytes]) -> None:
    """Delete threads whose key has ended, with everything in them."""
    session.execute(delete(Thread).where(Thread.id.in_(thread_ids)))


def _facts(key: bytes, row: Any) -> ThreadFacts:
    line = _line(key, row)
    if line.marks.keys not in {"", fingerprint(row.public_key, row.reply_key, row.locator)}:
        raise CannotOpen
    return ThreadFacts(line, row.public_key, row.reply_key, row.destruction_month)


def _line(key: bytes, row: Sequence[Any]) -> Line:
    thread_id, site_id, day, version, marks = row[:5]
    return Line(thread_id, site_id, day, version, open_marks(key, thread_id, marks))


def _is_hers(key: bytes, thread_id: bytes, me: Me, tag: bytes) -> bool:
    return hmac.compare_digest(tag, tag_of(key, thread_id, me.person_id, me.public_key))


def _table(model: type[ThreadWrap | ThreadEntry | ThreadReply]) -> Table:
    return model.__table__  # type: ignore[return-value] # Core, not objects: they are written with every report


def _wrap_row(thread_id: bytes, each: Wrapped) -> dict[str, object]:
    return {"thread_id": thread_id, "person_id": each.person_id, "wrapped": each.wrapped, "tag": each.tag}
