"""Write every row of every table into one sealed file, and read it back.

The file is a line of magic, then chunks, all of one length: it tells how much there is in all, not how much of what.
Each is locked under the `backup` key file with its number, and whether it is the last, as context, so that none can be
cut off, moved or left out. Inside is one compressed stream of JSON documents, one a line. It is the same for SQLite and
PostgreSQL, and moves a house from one to the other. Key files are backed up apart.

The first document names the migration that laid the tables and every column of them; each other one has a table and
some rows, their values in the order of those columns. A copy comes back by those names, into the tables of its own
migration, and the later migrations then do to its rows what they do to those of any house.
"""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import (
    JSON,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    func,
    insert,
    inspect,
    select,
    text,
)

from youthvoice import migrations
from youthvoice.backups.durable_file import durable_file
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto import symmetric_encryption

MAGIC = b"youth voice backup 2\n"

NEVER = frozenset({"staff_sessions", "heartbeats", "wrong_tries", "kept_pdfs", "review_links"})
"""What opens something, soon means nothing, or is made again by itself."""

_ROWS, _LARGE_ROWS = 500, 50  # in memory at once; a row of the second kind may hold 128 KiB of sound

_PIECE = 64 * 1024  # bytes of the stream in one chunk

_PADDED = _PIECE + symmetric_encryption.LENGTH_BYTES

_CHUNK = _PADDED + symmetric_encryption.LOCK_BYTES


class CannotRestore(Exception):
    """The file or the database cannot be used, and nothing was written.

    Attributes:
        code: `not_a_backup`, `damaged`, `not_empty`, `later_version`, `other_tables` or `other_columns`.
        detail: the number of the later version, the tables or the columns.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass
class CopiedRows:
    """What was written.

    Attributes:
        rows: of all tables.
        by_table: of each.
    """

    rows: int = 0
    by_table: Counter[str] = field(default_factory=Counter)

    def add(self, table: str, rows: int) -> None:
        """Some more of a table."""
        self.rows += rows
        self.by_table[table] += rows


def back_up(engine: Engine, metadata: MetaData, key: bytes, file: Path, at: datetime) -> CopiedRows:
    """Write a consistent copy while others go on working.

    Args:
        engine: of the database.
        metadata: with every table.
        key: 32 bytes, the key file `backup`.
        file: is written beside its place first, with mode 0600, and moved there once the disk has it: whenever the
            power fails, the copy that was there before is whole, or the new one is.
        at: the moment, kept in the file.

    Returns:
        What was written.
    """
    copied_rows = CopiedRows()
    with engine.connect() as connection, durable_file(file) as out:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        out.write(MAGIC)
        _write(out, key, _pieces(_documents(connection, metadata, at, copied_rows)))
    return copied_rows


Note = Callable[[Connection, datetime], None]
"""What is done in the same transaction once everything is back: gets the connection and the moment of the copy."""


def check_copy(metadata: MetaData, key: bytes, file: Path) -> None:
    """Read a copy from its first byte to its last, and lay its tables in memory: nothing is made anywhere else.

    Args:
        metadata: with every table.
        key: 32 bytes, the key file `backup`.
        file: as `back_up` wrote it.

    Raises:
        CannotRestore: any of its codes but `not_empty`.
    """
    documents = _read(file, key)
    head = _read_head(documents)
    for _document in documents:
        pass
    engine = create_engine("sqlite://")
    try:
        with migrations.changing(engine) as connection:
            try:
                migrations.upgrade_on(connection, metadata, head["migration"])
            except migrations.UnknownTables as error:
                raise CannotRestore("later_version", head["migration"]) from error
            _lay_places(connection, metadata, head)
    finally:
        engine.dispose()


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
    with migrations.changing(engine) as connection:
        if not _is_empty(connection, metadata):
            raise CannotRestore("not_empty")
        documents = _read(file, key)
        head = _read_head(documents)
        places = _lay_places(connection, metadata, head)
        connection.execute(metadata.tables["database_id"].delete())
        rows = sum(_bring(connection, places, json.loads(document)) for document in documents)
        _set_counters(connection, [place.table for place in places.values()])
        if migrations.revision_of(connection):
            migrations.upgrade_on(connection, metadata)
        note(connection, datetime.fromisoformat(head["at"]))
    return rows


@dataclass(frozen=True)
class _Place:
    """Where the rows of a table go: the table as the database has it, and the column of each value."""

    table: Table
    columns: Sequence[str]


def _lay_places(connection: Connection, metadata: MetaData, head: dict[str, Any]) -> dict[str, _Place]:
    """Have the tables that a copy was made of, and find every one of its columns there.

    Raises:
        CannotRestore: `later_version`, `other_tables` or `other_columns`.
    """
    named, made_at = head["tables"], head["migration"]
    others = set(inspect(connection).get_table_names()) - set(metadata.tables)
    if migrations.revision_of(connection) not in {"", made_at}:
        try:
            migrations.lay_anew(connection, metadata, made_at)
        except migrations.UnknownTables as error:
            raise CannotRestore("later_version", made_at) from error
    here = set(inspect(connection).get_table_names()) - others - NEVER
    if different := here ^ set(named):
        raise CannotRestore("other_tables", ", ".join(sorted(different)))
    found = MetaData()
    found.reflect(connection, only=sorted(here))
    for column in (column for table in found.tables.values() for column in table.columns):
        if isinstance(column.type, JSON):
            column.type = JSON(none_as_null=True)  # no value is no value, and not the word `null`
    places = {name: _Place(found.tables[name], named[name]) for name in named}
    if wrong := [column for place in places.values() for column in _misfits(place)]:
        raise CannotRestore("other_columns", ", ".join(wrong))
    return places


def _read_head(documents: Iterator[bytes]) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(next(documents, b"{}"))
    if not head.keys() >= {"at", "migration", "tables"}:
        raise CannotRestore("damaged")
    return head


def _misfits(place: _Place) -> list[str]:
    """Columns that are in the copy alone, and such as are not in it and cannot do without a value."""
    table_columns = place.table.columns
    unknown = [name for name in place.columns if name not in table_columns]
    missing = [
        name
        for name, column in table_columns.items()
        if name not in place.columns and not column.nullable and column.server_default is None
    ]
    return [f"{place.table.name}.{name}" for name in (*unknown, *missing)]


def _tables(metadata: MetaData) -> list[Table]:
    return [table for table in metadata.sorted_tables if table.name not in NEVER]


def _documents(connection: Connection, metadata: MetaData, at: datetime, copied_rows: CopiedRows) -> Iterator[bytes]:
    named = {table.name: table.columns.keys() for table in _tables(metadata)}
    made_at = migrations.revision_of(connection)
    yield json.dumps({"at": at.isoformat(), "migration": made_at, "tables": named}).encode()
    for table in _tables(metadata):
        for some in _some_rows(connection, table):
            copied_rows.add(table.name, len(some))
            yield json.dumps([table.name, some]).encode()


def _some_rows(connection: Connection, table: Table) -> Iterator[list[list[Any]]]:
    by_number = select(table).order_by(*table.primary_key)  # never in the order in which rows came
    large = any(isinstance(column.type, LargeBinary) and column.type.length is None for column in table.columns)
    rows = _LARGE_ROWS if large else _ROWS
    rows_by_number = connection.execution_options(yield_per=rows).execute(by_number)
    for part in rows_by_number.partitions(rows):
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


def _bring(connection: Connection, places: dict[str, _Place], document: tuple[str, list[list[Any]]]) -> int:
    name, rows = document
    place = places[name]
    if any(len(row) != len(place.columns) for row in rows):
        raise CannotRestore("other_columns", name)
    kinds = [(column, place.table.columns[column].type) for column in place.columns]
    values = [{column: _rich(kind, value) for (column, kind), value in zip(kinds, row, strict=True)} for row in rows]
    connection.execute(insert(place.table), values)
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


def _set_counters(connection: Connection, tables: Iterable[Table]) -> None:
    """PostgreSQL's counters do not know of rows that brought their own numbers."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None:
            connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608 - our own names
                    f"(SELECT max({column.name}) FROM {table.name}))"
                )
            )
