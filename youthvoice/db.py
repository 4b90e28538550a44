"""The database engine, and one session per request.

Writes on SQLite queue behind a file lock before they begin, so that two processes never get "database is locked"; reads
never wait. PostgreSQL does this itself.
"""

import fcntl
import os
import random
import secrets
import sqlite3
import time
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import quote

import msgspec
from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import (
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    ExceptionContext,
    Integer,
    MetaData,
    Select,
    Update,
    create_engine,
    event,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from youthvoice.compiled_sql import send_lists_as_arrays
from youthvoice.context import runtime_of
from youthvoice.errors import WriteFailure, failure_of_driver

MAX_ROW_ID = 2**31 - 1
"""Of an integer column of PostgreSQL."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_BUSY_SECONDS = 10

_OTHER_WRITER_SECONDS = 60  # that a writer waits in the queue when it is not a web request

_MIN_NAP, _MAX_NAP = 0.0003, 0.005  # seconds between two checks of the queue

# Of a machine that is gone: seconds until the next host is tried; seconds of silence until it is asked for a sign of
# life, and between two of them; milliseconds without one until the connection is given up.
_PATIENCE = {"connect_timeout": 3, "keepalives_idle": 3, "keepalives_interval": 1, "tcp_user_timeout": 5_000}

_OF_EACH: Final[dict[str, Any]] = {"hide_parameters": True, "json_deserializer": msgspec.json.decode}

# Pages are in the system's memory once; each of a process's connections needs but few of its own (in KiB), except while
# it writes a voice: its pages wait for the commit together.
_PRAGMAS = (
    *("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"),
    *("cache_size=-128", "cache_spill=OFF"),
)


class Base(DeclarativeBase):
    """Base class of every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        },
    )


_LOWEST_PLACE: Final = 10**18  # so that each place has nineteen digits


class LargeRow:
    """A table whose rows hold many kilobytes and have a random id: they lie in the order of another random number.

    `place` is that number, the primary key of the table; objects are found by their id as everywhere. Where a table has
    no such number, SQLite counts its rows as they come; and in one without a rowid it reads each row that it passes,
    voice and all, to find one by its id. Source: sqlite.org, "WITHOUT ROWID Optimization", 4 and 5.
    """

    place: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
        default=lambda: _LOWEST_PLACE + secrets.randbelow(2**63 - _LOWEST_PLACE),
        sort_order=-1,
    )

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - the library's signature
        """Objects differ by their id alone."""
        return {"primary_key": [cls.id]}  # type: ignore[attr-defined] # every such table has one


class WriteQueueTimeout(RuntimeError):
    """Other writers took longer than a request may wait. Nothing was changed."""


class DiskNearlyFull(RuntimeError):
    """The disk is nearly full; the rest is reserved for deletions. Nothing was changed."""


class DatabaseFileMissing(RuntimeError):
    """The file of the database no longer exists, or is another one; anything written now would be lost."""


class CommitUnanswered(RuntimeError):
    """The connection broke while PostgreSQL committed: what was written is stored, or it is not."""


class Utc(TypeDecorator[datetime]):
    """A column for moments in UTC, on both databases; a naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the library's signature
        """Return UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def embedded_file(url: str | URL) -> Path | None:
    """The file of a SQLite database; None in memory, or for another database."""
    parts = make_url(url)
    return Path(parts.database) if parts.get_backend_name() == "sqlite" and parts.database else None


def make_engine(url: str, *, may_create: bool = True, pragmas: Sequence[str] = ()) -> Engine:
    """Create an engine that never shows parameters in an error or a log.

    Args:
        url: SQLAlchemy URL.
        may_create: whether to create a missing SQLite file and its folder now; it is never created later.
        pragmas: of SQLite, besides the usual ones.
    """
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(
            url, pool_pre_ping=True, pool_size=8, max_overflow=16, connect_args=_PATIENCE, **_OF_EACH
        )
        _begin_with_last_host(engine)
        _name_unanswered_commits(engine)
        send_lists_as_arrays(engine.dialect)
        return engine
    path = make_url(url).database
    if path and may_create:
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(OSError):  # opening it will report the error
            Path(path).touch(mode=0o600)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}, **_OF_EACH)
    _configure_sqlite(engine, path, (*_PRAGMAS, *pragmas))
    if path:
        _forbid_creating_file(engine, path)
    return engine


def _begin_with_last_host(engine: Engine) -> None:
    """Of several hosts try the one first that answered last: no new connection waits for one that is gone."""
    last: list[str] = []

    @event.listens_for(engine, "do_connect")
    def order(_dialect: Dialect, _entry: Any, _where: list[Any], how: dict[str, Any]) -> None:
        places = zip(str(how.get("host", "")).split(","), str(how.get("port", "")).split(","), strict=False)
        if len(in_order := sorted(places, key=lambda place: [*place] != last)) > 1:
            how["host"], how["port"] = (",".join(side) for side in zip(*in_order, strict=True))

    @event.listens_for(engine, "connect")
    def remember(connection: Any, _entry: ConnectionPoolEntry) -> None:
        last[:] = connection.info.host, str(connection.info.port)


def _name_unanswered_commits(engine: Engine) -> None:
    """Report a connection that breaks while a transaction commits as `CommitUnanswered`."""

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.info["commits"] = False

    @event.listens_for(engine, "commit")
    def commit(connection: Connection) -> None:
        connection.info["commits"] = True

    @event.listens_for(engine, "handle_error")
    def name_unanswered(failure: ExceptionContext) -> None:
        commits = failure.connection is not None and failure.connection.info.get("commits")
        if commits and failure_of_driver(failure.original_exception) == "away":
            raise CommitUnanswered


def _forbid_creating_file(engine: Engine, path: str) -> None:
    """Report a missing database file as an error, where SQLite would create an empty one."""

    @event.listens_for(engine, "do_connect")
    def open_existing(_dialect: Dialect, _entry: Any, where: list[Any], how: dict[str, Any]) -> None:
        where[0], how["uri"] = f"file:{quote(path)}?mode=rw", True


def _check_database_file(connection: Connection, path: str) -> None:
    """Check that the open file is still the one at its path: writes to a file without a name would be lost.

    Raises:
        DatabaseFileMissing: nothing was written; the next connection opens the file that is there then.
    """
    if connection.info["file"] != _file_of(path):
        connection.engine.dispose()
        connection.invalidate()
        raise DatabaseFileMissing


def _configure_sqlite(engine: Engine, path: str | None, pragmas: Sequence[str]) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _file_of(path)
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writes"):
            _execute(connection, "BEGIN")
            return
        if path:
            _check_database_file(connection, path)
            connection.info["queue"] = _wait_in_queue(f"{path}.lock")
        try:
            _execute(connection, "BEGIN IMMEDIATE")
        except BaseException:
            _leave_queue(connection)
            raise

    @event.listens_for(engine, "commit")
    def committed(connection: Connection) -> None:
        try:
            _execute(connection, "COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # on a full disk SQLite has rolled back already
                _execute(connection, "ROLLBACK")
            raise
        finally:
            _leave_queue(connection)

    event.listen(engine, "rollback", _leave_queue)

    @event.listens_for(engine, "checkin")
    def release_on_checkin(connection: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001 - the library's signature
        _release_lock(entry.info)  # even after an error


def _file_of(path: str | None) -> tuple[int, int]:
    """Device and inode of the file at a path; zeros where there is none."""
    try:
        state = os.stat(path) if path else None  # noqa: PTH116 - runs at every write; half the time of Path.stat
    except FileNotFoundError:
        state = None
    return (state.st_dev, state.st_ino) if state else (0, 0)


def _execute(connection: Connection, words: str) -> None:
    """Execute a statement directly on the driver: it runs three times per response, and returns nothing to read."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute(words)


def _wait_in_queue(lock: str) -> int:
    """Wait for a turn to write.

    Returns:
        The descriptor that holds the lock; closing it lets the next writer in.

    Raises:
        WriteQueueTimeout: a web request waited ten seconds, or another writer a minute.
    """
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _wait_for_lock(handle, time.monotonic() + (_BUSY_SECONDS if has_request_context() else _OTHER_WRITER_SECONDS))
    except BaseException:
        os.close(handle)
        raise
    return handle


def _wait_for_lock(handle: int, until: float) -> None:
    nap = _MIN_NAP
    while not _try_lock(handle):
        if time.monotonic() > until:
            raise WriteQueueTimeout
        time.sleep(nap * random.uniform(0.5, 1))  # noqa: S311 - so that waiting writers do not check at the same moment
        nap = min(2 * nap, _MAX_NAP)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _leave_queue(connection: Connection) -> None:
    _release_lock(connection.info)


def _release_lock(info: MutableMapping[Any, Any]) -> None:
    handle = info.pop("queue", None)
    if handle is not None:
        os.close(handle)


def write_failure_of(error: BaseException) -> WriteFailure | None:
    """Why nothing can be written or read now, for an error of that kind; None for any other error."""
    if isinstance(error, DiskNearlyFull):
        return "no_room"
    if isinstance(error, WriteQueueTimeout | PoolTimeout):
        return "busy"
    if isinstance(error, DatabaseFileMissing):
        return "away"
    if isinstance(error, CommitUnanswered):
        return "unanswered"
    return failure_of_driver(error.orig if isinstance(error, DBAPIError) else error)


def is_write_failure(error: BaseException) -> bool:
    """Whether an error means that nothing can be written now."""
    return write_failure_of(error) is not None


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session of its own that may write; commits at the end, rolls back on any error."""
    with engine.connect().execution_options(writes=True) as connection, Session(connection) as session:
        yield session
        session.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session of its own that only reads and never waits for a writer."""
    with Session(engine) as session:
        yield session


def walk_rows(query: Select[*tuple[Any, ...]], key: InstrumentedAttribute[Any], together: int = 100) -> Iterator[Any]:
    """Every row of a query: a hundred together, each hundred in a session of its own.

    Memory holds a hundred of them, and between two hundreds nothing is open: a transaction of an hour keeps PostgreSQL
    and SQLite from clearing what was deleted.

    Args:
        query: of one model, or of columns.
        key: a unique column of it, by which the rows come.
        together: how many are read together.
    """
    part = query
    while True:
        with reading(engine()) as session:
            rows = [row[0] if len(row) == 1 else row for row in session.execute(part.order_by(key).limit(together))]
        yield from rows
        if len(rows) < together:
            return
        part = query.where(key > getattr(rows[-1], key.key))


def truncate_write_ahead_log(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, which would hold deleted rows until it is overwritten; when nobody reads."""
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def engine() -> Engine:
    """The engine of the running application."""
    return runtime_of(current_app).engine


def connection() -> Connection:
    """The connection of this request; it may write when the request's method may change something.

    Only routes commit, and their guard for staff forms. What is not committed is rolled back when the request ends.
    """
    if "connection" not in g:
        writes = not has_request_context() or request.method not in SAFE_METHODS
        writes = writes and not g.get("only_reads")
        g.connection = engine().connect().execution_options(writes=writes)
    return cast("Connection", g.connection)


@contextmanager
def connection_to_read() -> Iterator[Connection]:
    """The connection of this request where it only reads; else one that ends before it joins the queue of writers."""
    if request.method in SAFE_METHODS or "connection" in g:
        yield connection()
        return
    with engine().connect() as reading_connection:
        yield reading_connection


def session() -> Session:
    """The session of this request, on its connection."""
    if "session" not in g:
        g.session = Session(connection())
    return cast("Session", g.session)


def random_row_id() -> int:
    """A random id of a row, where one that counts up would tell how many there are, or would be used again."""
    return secrets.randbelow(MAX_ROW_ID) + 1


def count_changed(session: Session | Connection, statement: Update | Delete, values: Any = None) -> int:
    """Run a statement that changes or deletes rows, with the values of its parameters; returns the number of rows."""
    return cast("CursorResult[Any]", session.execute(statement, values)).rowcount


def settle_transaction(*, keeps: bool) -> None:
    """Commit what this request wrote, or roll it back; nothing where it has no session."""
    if "session" not in g:
        return
    if keeps:
        g.session.commit()
    else:
        g.session.rollback()


def close_session(error: BaseException | None = None) -> None:  # noqa: ARG001 - Flask hands the error in
    """Close the request's session and connection; what was not committed is rolled back."""
    for resource in (g.pop("session", None), g.pop("connection", None)):
        if resource is not None:
            resource.close()


def restart_read_only() -> None:
    """Roll back what this request did, and only read from here on, to render an error page.

    An error may have left a transaction that cannot run queries any longer; and an error page must not wait for other
    writers.
    """
    close_session()
    g.only_reads = True


def init_app(app: Flask) -> None:
    """Close the connection of every request of an application at its end."""
    app.teardown_appcontext(close_session)
