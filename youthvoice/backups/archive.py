"""Write every row of every table into one sealed file, and read it back.

The file is a line of magic, then chunks, all of one length: it tells how much there is in all, not how much of what.
Each is locked under the `backup` key file with its number, and whether it is the last, as context, so that none can be
cut off, moved or left out. Inside is one compressed stream of JSON documents, one a line. It is the same for SQLite and
PostgreSQL, and moves a house from one to the other. Key files are backed up apart.
"""

import base64
import errno
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, LargeBinary, MetaData, Table, TypeDecorator, func, insert, select, text

from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto import symmetric_encryption

MAGIC = b"youth voice backup 2\n"


NEVER = frozenset({"staff_sessions", "heartbeats", "wrong_tries", "kept_pdfs"})
"""What opens something, soon means nothing, or is made again by itself."""


_ROWS, _LARGE_ROWS = 500, 50  # in memory at once; a row of the second kind may hold 128 KiB of sound


_PIECE = 64 * 1024  # bytes of the stream in one chunk


_PADDED = _PIECE + symmetric_encryption.LENGTH_BYTES


_CHUNK = _PADDED + symmetric_encryption.LOCK_BYTES


class CannotRestore(Exception):
    """The file or the database cannot be used; `code` is `not_a_backup`, `damaged`, `not_empty` or `other_tables`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class _TableRows:
    """How many rows were written so far."""

    written: int = 0


def back_up(engine: Engine, metadata: MetaData, key: bytes, file: Path, at: datetime) -> int:
    """Write a consistent copy while others go on working.

    Args:
        engine: of the database.
        metadata: with every table.
        key: 32 bytes, the key file `backup`.
        file: is written beside its place first, with mode 0600, and moved there once the disk has it: whenever the
            power fails, the copy that was there before is whole, or the new one is.
        at: the moment, kept in the file.

    Returns:
        How many rows were written.
    """
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    rows = _TableRows()
    with engine.connect() as connection, part.open("wb") as out:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        out.write(MAGIC)
        _write(out, key, _pieces(_documents(connection, metadata, at, rows)))
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    _keep_names(file.parent)
    return rows.written


def _keep_names(folder: Path) -> None:
    """Let the disk have what files of a folder are called now."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some network drives know this for files alone
            raise
    finally:
        os.close(held)


Note = Callable[[Connection, datetime], None]
"""What is done in the same transaction once everything is back: gets the connection and the moment of the copy."""


def restore(engine: Engine, metadata: MetaData, key: bytes, file: Path, note: Note) -> int:
    """Bring a copy back into an empty database; all of it or nothing.

    Args:
        engine: of the database.
        metadata: with every table.
        key: 32 bytes, the key file `backup`.
        file: as `back_up` wrote it.
        note: says in the log that it was brought back.

    Returns:
        How many rows came back.

    Raises:
        CannotRestore: see its codes.
    """
    with engine.connect().execution_options(writes=True) as connection:
        if not _is_empty(connection, metadata):
            raise CannotRestore("not_empty")
        documents = _read(file, key)
        head = json.loads(next(documents, b"{}"))
        if head.get("tables") != _names(metadata):
            raise CannotRestore("other_tables")
        connection.execute(metadata.tables["database_id"].delete())
        rows = sum(_bring(connection, metadata, json.loads(document)) for document in documents)
        _set_counters(connection, metadata)
        note(connection, datetime.fromisoformat(head["at"]))
        connection.commit()
    return rows


def _tables(metadata: MetaData) -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in NEVER]


def _names(metadata: MetaData) -> list[str]:
    return [table.name for table in _tables(metadata)]


def _documents(connection: Connection, metadata: MetaData, at: datetime, rows: _TableRows) -> Iterator[bytes]:
    yield json.dumps({"at": at.isoformat(), "tables": _names(metadata)}).encode()
    for table in _tables(metadata):
        for some in _some_rows(connection, table):
            rows.written += len(some)
            yield json.dumps([table.name, some]).encode()


def _some_rows(connection: Connection, table: Table) -> Iterator[list[list[Any]]]:
    by_number = select(table).order_by(*table.primary_key)  # never in the order in which rows came
    large = any(isinstance(column.type, LargeBinary) and column.type.length is None for column in table.columns)
    rows = _LARGE_ROWS if large else _ROWS
    found = connection.execution_options(yield_per=rows).execute(by_number)
    for part in found.partitions(rows):
        yield [[_plain(value) for value in row] for row in part]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _pieces(documents: Iterable[bytes]) -> Iterator[bytes]:
    """The compressed stream in pieces of one length; the last is shorter, and never empty."""
    press, held = zlib.compressobj(6), bytearray()
    for document in documents:
        held += press.compress(document + b"\n")
        while len(held) > _PIECE:
            yield bytes(held[:_PIECE])
            del held[:_PIECE]
    held += press.flush()
    yield from (bytes(held[start : start + _PIECE]) for start in range(0, len(held), _PIECE))


def _write(out: BinaryIO, key: bytes, pieces: Iterable[bytes]) -> None:
    waiting, number = None, 0
    for piece in pieces:
        if waiting is not None:
            out.write(symmetric_encryption.lock_padded(key, waiting, _PADDED, _purpose(number, last=False)))
            number += 1
        waiting = piece
    out.write(symmetric_encryption.lock_padded(key, waiting or b"", _PADDED, _purpose(number, last=True)))


def _read(file: Path, key: bytes) -> Iterator[bytes]:
    """Every document.

    Raises:
        CannotRestore: nothing here was written so, or not all of it is here.
    """
    unpress, held = zlib.decompressobj(), b""
    with file.open("rb") as source:
        if source.read(len(MAGIC)) != MAGIC:
            raise CannotRestore("not_a_backup")
        number, chunk = 0, source.read(_CHUNK)
        while chunk:
            following = source.read(_CHUNK)
            try:
                held += unpress.decompress(
                    symmetric_encryption.unlock_padded(key, chunk, _purpose(number, last=not following))
                )
            except (CannotOpen, zlib.error) as error:
                raise CannotRestore("damaged") from error
            *whole, held = held.split(b"\n")
            yield from whole
            number, chunk = number + 1, following
    if not unpress.eof or held:
        raise CannotRestore("damaged")


def _purpose(number: int, *, last: bool) -> symmetric_encryption.SealingContext:
    return symmetric_encryption.sealing_context("backup", number, "last" if last else "more")


def _bring(connection: Connection, metadata: MetaData, document: tuple[str, list[list[Any]]]) -> int:
    name, rows = document
    table = metadata.tables[name]
    columns = list(table.columns)
    if any(len(row) != len(columns) for row in rows):
        raise CannotRestore("other_tables")
    values = [
        {column.name: _rich(column.type, value) for column, value in zip(columns, row, strict=True)} for row in rows
    ]
    connection.execute(insert(table), values)
    return len(values)


def _rich(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return base64.b64decode(value)
    shape = (kind.impl_instance if isinstance(kind, TypeDecorator) else kind).python_type  # a moment in UTC is one
    if shape is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    return date.fromisoformat(value) if shape is date else value


def _is_empty(connection: Connection, metadata: MetaData) -> bool:
    counted = [table for table in _tables(metadata) if table.name != "database_id"]
    return not any(connection.scalar(select(func.count()).select_from(table)) for table in counted)


def _set_counters(connection: Connection, metadata: MetaData) -> None:
    """PostgreSQL's counters do not know of rows that brought their own numbers."""
    if connection.dialect.name != "postgresql":
        return
    for table in _tables(metadata):
        column = table.autoincrement_column
        if column is not None:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608 - our own names
                    f"(SELECT max({column.name}) FROM {table.name}))"
                )
            )
