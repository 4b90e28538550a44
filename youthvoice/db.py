"""The engine and one session per request.

Writes on SQLite queue behind a file lock before they begin, so that two processes never meet "database is locked";
reads are deferred and never wait. On PostgreSQL the server does this work.
"""

import fcntl
import os
import random
import sqlite3
import sys
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import quote

from flask import Flask, current_app, g, has_request_context, request
from sqlalchemy import (
    Connection,
    CursorResult,
    DateTime,
    Delete,
    Dialect,
    Engine,
    MetaData,
    Update,
    create_engine,
    event,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from youthvoice.context import runtime_of

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_BUSY_SECONDS = 10

_PATIENCE_SECONDS = 60  # of whoever is no web request in the line of writers

_SHORTEST_NAP, _LONGEST_NAP = 0.0003, 0.005  # seconds between two looks at the line

NotKept = Literal["no_room", "busy", "away"]
"""Why nothing can be written at this moment: no room or a failing disk; others write; no database answers."""

_OF_SQLITE: dict[int, NotKept] = {
    sqlite3.SQLITE_FULL: "no_room",
    sqlite3.SQLITE_IOERR: "no_room",
    sqlite3.SQLITE_READONLY: "no_room",
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_CANTOPEN: "away",
}

_OF_POSTGRESQL: dict[str, NotKept] = {
    "53300": "busy",  # too many connections
    "53": "no_room",  # no room or memory
    "58": "no_room",  # trouble with the disk
    "40": "busy",  # a deadlock, or one that has to begin anew
    "55P03": "busy",  # a lock was not to be had
    "57P": "away",  # going down, or starting
    "08": "away",  # the connection broke
}
"""By the beginning of an SQLSTATE; the first that fits.

Source: PostgreSQL 18, Appendix A.
"""

_CONNECT_SECONDS = 5

_SILENT_MILLISECONDS = 20_000  # before a connection over which nothing comes back is given up

# Pages are in the system's memory once; each of a process's connections needs but few of its own (in KiB).
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "cache_size=-128")


class Base(DeclarativeBase):
    """Every table of the installation."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        },
    )


class LineTooLong(RuntimeError):
    """Others write, and went on writing for longer than anybody is made to wait. Nothing was changed."""


class NoRoom(RuntimeError):
    """What little room is left is kept for what makes room again. Nothing was changed."""


class DatabaseTakenAway(RuntimeError):
    """The file of the database is not there any more, or another one is: what were written now would be lost."""


class Utc(TypeDecorator[datetime]):
    """A moment in UTC, on both databases; a naive datetime is refused."""

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
        """Give UTC back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def embedded_file(url: str) -> Path | None:
    """The file of a SQLite database; None where it has none, or the database is another one."""
    parts = make_url(url)
    return Path(parts.database) if parts.get_backend_name() == "sqlite" and parts.database else None


def make_engine(url: str, *, may_make: bool = True) -> Engine:
    """An engine that never shows parameters, in an error or a log.

    Args:
        url: SQLAlchemy URL.
        may_make: whether a SQLite file, and its folder, is made when it is missing: now, and never again later.
    """
    if make_url(url).get_backend_name() != "sqlite":
        patience = {"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": _SILENT_MILLISECONDS}
        return create_engine(
            url, hide_parameters=True, pool_pre_ping=True, pool_size=8, max_overflow=16, connect_args=patience
        )
    path = make_url(url).database
    if path and may_make:
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(OSError):  # whoever opens it says so
            Path(path).touch(mode=0o600)
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False}
    )
    _make_sqlite_safe(engine, path)
    if path:
        _never_make_a_file(engine, path)
    return engine


def _never_make_a_file(engine: Engine, path: str) -> None:
    """A file that was taken away while this runs is missed, and not made anew without a table in it."""

    @event.listens_for(engine, "do_connect")
    def open_what_is_there(_dialect: Dialect, _entry: Any, where: list[Any], how: dict[str, Any]) -> None:
        where[0], how["uri"] = f"file:{quote(path)}?mode=rw", True


def _refuse_if_taken_away(connection: Connection, path: str) -> None:
    """What is open is the file that was there then: written into one that has no name any more it is lost.

    Raises:
        DatabaseTakenAway: nothing was written; the next connection opens what lies there then.
    """
    if connection.info["file"] != _file_of(path):
        connection.engine.dispose()
        connection.invalidate()
        raise DatabaseTakenAway


def _make_sqlite_safe(engine: Engine, path: str | None) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = _file_of(path)
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writes"):
            _say(connection, "BEGIN")
            return
        if path:
            _refuse_if_taken_away(connection, path)
            connection.info["queue"] = _wait_in_line(f"{path}.lock")
        try:
            _say(connection, "BEGIN IMMEDIATE")
        except BaseException:
            _leave_the_line(connection)
            raise

    @event.listens_for(engine, "commit")
    def committed(connection: Connection) -> None:
        try:
            _say(connection, "COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # of a full disk SQLite has rolled back by itself
                _say(connection, "ROLLBACK")
            raise
        finally:
            _leave_the_line(connection)

    event.listen(engine, "rollback", _leave_the_line)

    @event.listens_for(engine, "checkin")
    def given_back(connection: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ARG001 - the library's signature
        _let_go(entry.info)  # whatever broke in between


def _file_of(path: str | None) -> tuple[int, int]:
    """Which file of which disk lies there now; nothing where there is none."""
    try:
        state = os.stat(path) if path else None  # noqa: PTH116 - asked at every write; half the time of Path.stat
    except FileNotFoundError:
        state = None
    return (state.st_dev, state.st_ino) if state else (0, 0)


def _say(connection: Connection, words: str) -> None:
    """Straight to the driver: three times in every response, and nothing comes back that SQLAlchemy could read."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute(words)


def _wait_in_line(lock: str) -> int:
    """Wait for this one's turn to write.

    Returns:
        The descriptor that holds the line; closing it lets the next one in.

    Raises:
        LineTooLong: a web request waited ten seconds, or anything else a minute.
    """
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _move_up(handle, time.monotonic() + (_BUSY_SECONDS if has_request_context() else _PATIENCE_SECONDS))
    except BaseException:
        os.close(handle)
        raise
    return handle


def _move_up(handle: int, until: float) -> None:
    nap = _SHORTEST_NAP
    while not _is_first(handle):
        if time.monotonic() > until:
            raise LineTooLong
        time.sleep(nap * random.uniform(0.5, 1))  # noqa: S311 - so that those who wait do not look at one moment
        nap = min(2 * nap, _LONGEST_NAP)


def _is_first(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _leave_the_line(connection: Connection) -> None:
    _let_go(connection.info)


def _let_go(info: MutableMapping[Any, Any]) -> None:
    handle = info.pop("queue", None)
    if handle is not None:
        os.close(handle)


def why_not_kept(error: BaseException) -> NotKept | None:
    """Why it broke, where nothing can be written or read at this moment; None where it broke of something else."""
    if isinstance(error, NoRoom):
        return "no_room"
    if isinstance(error, LineTooLong | PoolTimeout):
        return "busy"
    if isinstance(error, DatabaseTakenAway):
        return "away"
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(cause, sqlite3.Error) and code is not None:
        return _OF_SQLITE.get(code & 0xFF)  # the rest of an extended code says where
    return _why_of_postgresql(cause)


def _why_of_postgresql(cause: BaseException | None) -> NotKept | None:
    state = str(getattr(cause, "sqlstate", None) or "")
    known = next((why for beginning, why in _OF_POSTGRESQL.items() if state.startswith(beginning)), None)
    if known is None and not state and (driver := sys.modules.get("psycopg")) is not None:
        return "away" if isinstance(cause, driver.OperationalError) else None  # no server said anything
    return known


def cannot_keep(error: BaseException) -> bool:
    """Whether it broke because nothing can be written at this moment."""
    return why_not_kept(error) is not None


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


def forget_what_was_deleted(made: Engine) -> None:
    """Empty SQLite's write-ahead log, in which deleted rows would lie until it is written over; while nobody reads."""
    if made.dialect.name != "sqlite":
        return
    connection = made.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def engine() -> Engine:
    """The engine of the running application."""
    return runtime_of(current_app).engine


def connection() -> Connection:
    """The connection of this request; it may write when the request's method may change something.

    Only routes commit, and for forms of staff their guard. What is not committed is rolled back when the request ends.
    """
    if "connection" not in g:
        writes = not has_request_context() or request.method not in SAFE_METHODS
        writes = writes and not g.get("only_reads")
        g.connection = engine().connect().execution_options(writes=writes)
    held: Connection = g.connection
    return held


def session() -> Session:
    """The session of this request, on its connection."""
    if "session" not in g:
        g.session = Session(connection())
    held: Session = g.session
    return held


def count_changed(session: Session | Connection, statement: Update | Delete) -> int:
    """Run a statement that changes or deletes rows; how many there were."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount


def settle_transaction(*, keeps: bool) -> None:
    """Commit what this request wrote, or undo it; nothing where it has no session."""
    if "session" not in g:
        return
    if keeps:
        g.session.commit()
    else:
        g.session.rollback()


def close_session(error: BaseException | None = None) -> None:  # noqa: ARG001 - Flask hands the error in
    """Give the request's connection back; whatever was not committed is undone."""
    for held in (g.pop("session", None), g.pop("connection", None)):
        if held is not None:
            held.close()


def begin_anew() -> None:
    """Undo what this request did, and only read from here on: for a page that says what went wrong.

    Whatever broke may have left a transaction in which nothing can be asked any more; and nobody waits in the queue of
    writers for such a page.
    """
    close_session()
    g.only_reads = True


def init_app(app: Flask) -> None:
    """Let every request of an application give its connection back."""
    app.teardown_appcontext(close_session)
