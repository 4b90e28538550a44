"""Write every row of every table into one sealed file, and read it back.

The file is a line of magic, then chunks: four bytes of length and a chunk locked under the `backup` key file with its
number as context, so that none can be cut off, moved or mixed with another file's. Inside is one JSON document a line.
It is the same for SQLite and PostgreSQL, and moves a house from one to the other. Key files are backed up apart.
"""

import base64
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Engine, LargeBinary, MetaData, Table, func, insert, select, text

from youthvoice.privacy.contexts import context
from youthvoice.privacy.errors import CannotOpen
from youthvoice.privacy.locking import lock, unlock

MAGIC = b"youth voice backup 1\n"
NEVER = frozenset({"staff_sessions", "heartbeats", "wrong_tries"})  # what opens something, or soon means nothing
_ROWS = 500
_LAST = b"end"


class CannotRestore(Exception):
    """The file or the database cannot be used; `code` is `not_a_backup`, `damaged`, `not_empty` or `other_tables`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def back_up(engine: Engine, metadata: MetaData, key: bytes, file: Path, at: datetime) -> int:
    """Write a consistent copy while others go on working.

    Args:
        engine: of the database.
        metadata: with every table.
        key: 32 bytes, the key file `backup`.
        file: is written beside its place first, with mode 0600, and then moved there.
        at: the moment, kept in the file.

    Returns:
        How many rows were written.
    """
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    rows = 0
    with engine.connect() as connection, part.open("wb") as out:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        out.write(MAGIC)
        number = _write(out, key, 0, json.dumps({"at": at.isoformat(), "tables": _names(metadata)}).encode())
        for table in _tables(metadata):
            for chunk in _chunks(connection, table):
                number = _write(out, key, number, json.dumps([table.name, chunk]).encode())
                rows += len(chunk)
        _write(out, key, number, _LAST)
        out.flush()
    part.replace(file)
    return rows


def restore(engine: Engine, metadata: MetaData, key: bytes, file: Path) -> int:
    """Bring a copy back into an empty database; all of it or nothing.

    Returns:
        How many rows came back.

    Raises:
        CannotRestore: see its codes.
    """
    with engine.connect().execution_options(writes=True) as connection:
        if not _is_empty(connection, metadata):
            raise CannotRestore("not_empty")
        documents = _read(file, key)
        if json.loads(next(documents))["tables"] != _names(metadata):
            raise CannotRestore("other_tables")
        connection.execute(metadata.tables["database_id"].delete())
        rows = sum(_bring(connection, metadata, json.loads(document)) for document in documents)
        _set_counters(connection, metadata)
        connection.commit()
    return rows


def _tables(metadata: MetaData) -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in NEVER]


def _names(metadata: MetaData) -> list[str]:
    return [table.name for table in _tables(metadata)]


def _chunks(connection: Connection, table: Table) -> Iterator[list[list[Any]]]:
    found = connection.execution_options(yield_per=_ROWS).execute(select(table))
    for part in found.partitions(_ROWS):
        yield [[_plain(value) for value in row] for row in part]


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _write(out: BinaryIO, key: bytes, number: int, document: bytes) -> int:
    chunk = lock(key, zlib.compress(document, 6), context("backup", str(number)))
    out.write(len(chunk).to_bytes(4, "big") + chunk)
    return number + 1


def _read(file: Path, key: bytes) -> Iterator[bytes]:
    with file.open("rb") as source:
        if source.read(len(MAGIC)) != MAGIC:
            raise CannotRestore("not_a_backup")
        number = 0
        while True:
            size = int.from_bytes(source.read(4), "big")
            try:
                document = zlib.decompress(unlock(key, source.read(size), context("backup", str(number))))
            except (CannotOpen, ValueError) as error:
                raise CannotRestore("damaged") from error
            if document == _LAST:
                return
            yield document
            number += 1


def _bring(connection: Connection, metadata: MetaData, document: tuple[str, list[list[Any]]]) -> int:
    name, rows = document
    table = metadata.tables[name]
    columns = list(table.columns)
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
    if kind.python_type is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    return date.fromisoformat(value) if kind.python_type is date else value


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
