"""The backup archive: write every row of every table into one sealed file, and read it back.

The file is a line of magic, in a copy for two people its own key (`copy_key`), then one stream of JSON documents
(`sealed_chunks`), encrypted under the `backup` key file. It is the same for SQLite and PostgreSQL, and moves an
installation from one to the other. Key files are backed up separately.

The first document names the version that wrote it, the migration of the tables and every column of them; each other one
has a table and some rows, their values in the order of those columns. A restore inserts by these names into the tables
of that migration, and the later migrations then change these rows like any others.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
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
    literal,
    select,
    text,
)

from youthvoice import migrations
from youthvoice.backups.copy_key import CopyKey, WrongHalves, chunk_key, new_own_key
from youthvoice.backups.durable_file import durable_file
from youthvoice.backups.sealed_chunks import read_documents, write_documents
from youthvoice.config import read_version
from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.sealing import WRAPPED_KEY_BYTES

MAGIC, MAGIC_FOR_TWO = b"youth voice backup 2\n", b"youth voice backup 3\n"

NEVER = frozenset({"staff_sessions", "heartbeats", "wrong_tries", "kept_pdfs", "review_links"})
"""Tables left out: they give access, expire soon, or are filled again automatically."""

LASTING_BODIES = frozenset({
    "batches.sealed_counts", "publications.locked", "publications.reason", "care_quarters.locked",
    "influence_years.locked", "report_years.locked", "themes.locked", "owed.locked", "school_sessions.locked",
    "meetings.body", "elections.body", "elections.first_count", "representatives.body",
    "people.wrapped_private_key", "people.codes", "witnesses.locked",
})  # fmt: skip
"""Columns of bytes of any length that a copy of a month holds: what no timer ends and nobody takes back.

Every other one is empty in it: words, voices and answers of children, addresses, faces, drafts. Children read that
locked spare copies of their voice end some weeks later, and a copy of a month is kept for thirteen months.
"""

_ROWS, _LARGE_ROWS = 500, 50  # in memory together; a large row may hold 128 KiB of sound

_KIND = "backup"


class CannotRestore(Exception):
    """The file or the database cannot be used; nothing was written.

    Attributes:
        code: `not_a_backup`, `damaged`, `not_empty`, `later_version`, `other_tables`, `other_columns`, or of a copy
            for two people `needs_halves`, `other_halves`.
        detail: the later version, the tables or the columns.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass
class CopiedRows:
    """The number of rows that were written.

    Attributes:
        rows: of all tables.
        size: of the file, in bytes.
        by_table: of each table.
        of_month: whether it holds only what lasts.
        own_key: of a copy for two people; empty of others.
        digests: of each table, from 0 to 2**256 - 1: the sum of SHA-256 over its rows, in whatever order they lie.
    """

    rows: int = 0
    size: int = 0
    by_table: Counter[str] = field(default_factory=Counter)
    digests: Counter[str] = field(default_factory=Counter)
    of_month: bool = False
    own_key: bytes = b""

    def add(self, table: str, rows: list[list[Any]]) -> None:
        """Add some rows of a table."""
        self.rows += len(rows)
        self.by_table[table] += len(rows)
        hashes = (hashlib.sha256(json.dumps(row, sort_keys=True).encode()).digest() for row in rows)
        added = sum(int.from_bytes(hash_) for hash_ in hashes)
        self.digests[table] = (self.digests[table] + added) % 2**256

    def differences(self, copied_rows: "CopiedRows") -> list[str]:
        """The tables of which other rows were counted."""
        return sorted({table for table, _digest in self.digests.items() ^ copied_rows.digests.items()})


def back_up(  # noqa: PLR0913 - what is copied where, and how much of it
    engine: Engine,
    metadata: MetaData,
    key: bytes,
    file: Path,
    at: datetime,
    *,
    of_month: bool = False,
    public: bytes = b"",
) -> CopiedRows:
    """Write a consistent copy while others go on working.

    Args:
        engine: of the database.
        metadata: with every table.
        key: 32 bytes, the key file `backup`.
        file: written to a temporary file first, with mode 0600, and renamed once it is on the disk: after a power
            failure there is either the whole old copy or the whole new one.
        at: the moment, stored in the file.
        of_month: whether it holds only what lasts, see `LASTING_BODIES`.
        public: of the key of two people; empty where the key files alone open the copy.

    Returns:
        The number of rows.
    """
    copied_rows = CopiedRows(of_month=of_month)
    with engine.connect() as connection, durable_file(file) as out:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        if public:
            copied_rows.own_key, wrapped = new_own_key(public)
            out.write(MAGIC_FOR_TWO + wrapped)
            key = chunk_key(key, copied_rows.own_key)
        else:
            out.write(MAGIC)
        documents = _documents(connection, metadata, at, copied_rows, of_month=of_month)
        write_documents(out, key, documents, _KIND)
        copied_rows.size = out.tell()
    return copied_rows


def count_rows(engine: Engine, metadata: MetaData) -> CopiedRows:
    """Count the rows of a database as `back_up` counts those that it copies, with the same digests."""
    counted_rows = CopiedRows()
    with engine.connect() as connection:
        for table in _tables(metadata):
            for part in _rows_in_parts(connection, table):
                counted_rows.add(table.name, part)
    return counted_rows


Note = Callable[[Connection, datetime], None]
"""Called in the transaction of a restore when all rows are back, with the connection and the moment of the copy."""


def check_copy(metadata: MetaData, key: bytes | CopyKey, file: Path) -> None:
    """Read a whole copy, and create its tables in memory, as a check; no other database changes.

    Args:
        metadata: with every table.
        key: what opens it.
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
                raise _from_later_version(head) from error
            _prepare_tables(connection, metadata, head)
    finally:
        engine.dispose()


def restore(engine: Engine, metadata: MetaData, key: bytes | CopyKey, file: Path, note: Note) -> int:
    """Restore a copy into an empty database, all or nothing.

    Its tables are replaced by those of the copy, which the later migrations then change.

    Args:
        engine: of the database.
        metadata: with every table.
        key: what opens it; bytes are the key file `backup`.
        file: as `back_up` wrote it.
        note: logs the restore.

    Returns:
        The number of rows.

    Raises:
        CannotRestore: see its codes.
    """
    with migrations.changing(engine) as connection:
        if not _is_empty(connection, metadata):
            raise CannotRestore("not_empty")
        documents = _read(file, key)
        head = _read_head(documents)
        places = _prepare_tables(connection, metadata, head)
        connection.execute(metadata.tables["database_id"].delete())
        rows = sum(_insert_rows(connection, places, json.loads(document)) for document in documents)
        _set_counters(connection, [place.table for place in places.values()])
        if migrations.revision_of(connection):  # else no migration made its tables, and none changes them
            migrations.upgrade_on(connection, metadata)
        note(connection, datetime.fromisoformat(head["at"]))
    return rows


@dataclass(frozen=True)
class _Place:
    """The target of a table's rows: the table in the database, and the column of each value."""

    table: Table
    columns: Sequence[str]


def _prepare_tables(connection: Connection, metadata: MetaData, head: dict[str, Any]) -> dict[str, _Place]:
    """Give an empty database the tables of a copy, and check that they have all of its columns.

    Every table is dropped first, with its rows, unless they are those of the copy (`_replace_tables`).

    Args:
        connection: to a database in which nobody needs a row.
        metadata: with every table.
        head: the first document of the copy.

    Raises:
        CannotRestore: `later_version`, `other_tables` or `other_columns`.
    """
    columns_by_table = head["tables"]
    # Tables that are not ours are left out. They are listed before the copy's migration runs: that may create a table
    # which was ours, and which the code has dropped since.
    others = set(inspect(connection).get_table_names()) - set(metadata.tables)
    _replace_tables(connection, metadata, head)
    present = set(inspect(connection).get_table_names()) - others - NEVER
    if different := present ^ set(columns_by_table):
        raise CannotRestore("other_tables", ", ".join(sorted(different)))
    reflected = MetaData()
    reflected.reflect(connection, only=sorted(present))
    for column in (column for table in reflected.tables.values() for column in table.columns):
        if isinstance(column.type, JSON):
            column.type = JSON(none_as_null=True)  # no value stays SQL NULL, and not JSON `null`
    places = {name: _Place(reflected.tables[name], columns_by_table[name]) for name in columns_by_table}
    if wrong := [column for place in places.values() for column in _column_mismatches(place)]:
        raise CannotRestore("other_columns", ", ".join(wrong))
    return places


def _replace_tables(connection: Connection, metadata: MetaData, head: dict[str, Any]) -> None:
    """Drop every table, and create those of the copy's revision; not where the database has that revision already.

    A database without a revision keeps its tables as well: no migration made them, so none can change them. They fit
    the copy or it is refused.

    Raises:
        CannotRestore: `later_version`.
    """
    no_revision, revision = "", head["migration"]
    if migrations.revision_of(connection) in {no_revision, revision}:
        return
    try:
        migrations.recreate_tables(connection, metadata, revision)
    except migrations.UnknownTables as error:
        raise _from_later_version(head) from error


def _from_later_version(head: dict[str, Any]) -> CannotRestore:
    program = f"Youth Voice {head['version']}, " if "version" in head else ""
    return CannotRestore("later_version", f"{program}tables number {head['migration']}")


def _read_head(documents: Iterator[bytes]) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(next(documents, b"{}"))
    if not head.keys() >= {"at", "migration", "tables"}:
        raise CannotRestore("damaged")
    return head


def _column_mismatches(place: _Place) -> list[str]:
    """Columns that only the copy has, and required columns that it lacks."""
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


def _documents(
    connection: Connection, metadata: MetaData, at: datetime, copied_rows: CopiedRows, *, of_month: bool
) -> Iterator[bytes]:
    columns_by_table = {table.name: table.columns.keys() for table in _tables(metadata)}
    made_at = migrations.revision_of(connection)
    head = {"at": at.isoformat(), "version": read_version(), "migration": made_at, "tables": columns_by_table}
    yield json.dumps({**head, "of_month": True} if of_month else head).encode()
    for table in _tables(metadata):
        for part in _rows_in_parts(connection, table, of_month=of_month):
            copied_rows.add(table.name, part)
            yield json.dumps([table.name, part]).encode()


def is_body(column: Column[Any]) -> bool:
    """Whether a column holds bytes of any length."""
    return isinstance(column.type, LargeBinary) and column.type.length is None


def _rows_in_parts(connection: Connection, table: Table, *, of_month: bool = False) -> Iterator[list[list[Any]]]:
    columns = [_column_of_month(column) if of_month else column for column in table.columns]
    by_number = select(*columns).order_by(*table.primary_key)  # never in the order of insertion
    rows = _LARGE_ROWS if any(map(is_body, table.columns)) else _ROWS
    rows_by_number = connection.execution_options(yield_per=rows).execute(by_number)
    for part in rows_by_number.partitions(rows):
        yield [[_encode(value) for value in row] for row in part]


def _column_of_month(column: Column[Any]) -> ColumnElement[Any]:
    """A column as a copy of a month holds it: empty, unless it lasts."""
    if not is_body(column) or f"{column.table.name}.{column.name}" in LASTING_BODIES:
        return column
    return literal(None if column.nullable else b"", column.type).label(column.name)


def _encode(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def is_for_two(file: Path) -> bool:
    """Whether a file is a copy for two people."""
    with file.open("rb") as source:
        return source.read(len(MAGIC_FOR_TWO)) == MAGIC_FOR_TWO


def is_of_month(file: Path, key: CopyKey) -> bool:
    """Whether a copy holds only what lasts.

    Raises:
        CannotRestore: it does not open.
    """
    documents = _read(file, key)
    try:
        return "of_month" in _read_head(documents)
    finally:
        documents.close()


def _read_chunk_key(source: BinaryIO, key: bytes | CopyKey) -> bytes:
    """Read what comes before the chunks of a file.

    Raises:
        CannotRestore: `not_a_backup`, `needs_halves` or `other_halves`.
    """
    copy_key, magic = key if isinstance(key, CopyKey) else CopyKey(key), source.read(len(MAGIC))
    if magic == MAGIC:
        return copy_key.installation
    if magic != MAGIC_FOR_TWO:
        raise CannotRestore("not_a_backup")
    try:
        return copy_key.open_wrapped(source.read(WRAPPED_KEY_BYTES))
    except WrongHalves as error:
        raise CannotRestore(error.code) from error


def _read(file: Path, key: bytes | CopyKey) -> Generator[bytes]:
    """Every document of a file.

    Raises:
        CannotRestore: not a backup, incomplete, or its halves are missing.
    """
    with file.open("rb") as source:
        chunks_key = _read_chunk_key(source, key)
        try:
            yield from read_documents(source, chunks_key, _KIND)
        except CannotOpen as error:
            raise CannotRestore("damaged") from error


def _insert_rows(connection: Connection, places: dict[str, _Place], document: tuple[str, list[list[Any]]]) -> int:
    name, rows = document
    place = places[name]
    if any(len(row) != len(place.columns) for row in rows):
        raise CannotRestore("other_columns", name)
    types = [place.table.columns[column].type for column in place.columns]
    values = [dict(zip(place.columns, map(_decode, types, row), strict=True)) for row in rows]
    connection.execute(insert(place.table), values)
    return len(values)


def _decode(type_: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(type_, LargeBinary):
        return base64.b64decode(value)
    # a `TypeDecorator`, such as a moment in UTC
    python_type = (type_.impl_instance if isinstance(type_, TypeDecorator) else type_).python_type
    if python_type is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    return date.fromisoformat(value) if python_type is date else value


def _is_empty(connection: Connection, metadata: MetaData) -> bool:
    counted = [table for table in _tables(metadata) if table.name != "database_id"]
    return not any(connection.scalar(select(func.count()).select_from(table)) for table in counted)


def _set_counters(connection: Connection, tables: Iterable[Table]) -> None:
    """Advance PostgreSQL's counters beyond the restored rows."""
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
