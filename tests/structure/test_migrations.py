"""The migrations build the tables of the code."""

import hashlib
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Boolean, Connection, Date, DateTime, Integer, LargeBinary, MetaData, Table

from scripts import write_migration
from scripts.write_migration import RELEASED
from youthvoice import db, metadata, migrations
from youthvoice.config import Settings
from youthvoice.context import runtime_of

VERSIONS = Path(migrations.__file__).parent / "versions"


def test_a_migration_that_was_released_stays_as_it_is() -> None:
    assert {name: hashlib.sha256((VERSIONS / name).read_bytes()).hexdigest() for name in RELEASED} == RELEASED


def test_make_migration_writes_the_one_after_those_of_a_release_and_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [int(name[:4]) for name in RELEASED]
    assert numbers == list(range(1, len(RELEASED) + 1))
    assert (int(write_migration.BEFORE), int(write_migration.NEWEST)) == (max(numbers), max(numbers) + 1)
    written = {file.name for file in VERSIONS.glob("0*.py")} - {*RELEASED}
    assert all(name.startswith(f"{write_migration.NEWEST}_") for name in written), "one at a time between two releases"
    for name in written:
        assert f'down_revision = "{write_migration.BEFORE}"' in (VERSIONS / name).read_text().replace("'", '"')
    for name in RELEASED:
        (tmp_path / name).touch()
    (tmp_path / f"{write_migration.NEWEST}_second_release.py").touch()
    monkeypatch.setattr(write_migration, "VERSIONS", tmp_path)
    monkeypatch.setattr(migrations, "differences", lambda *_: [])
    with pytest.raises(SystemExit, match="there is nothing to write"):
        write_migration.main()
    assert {file.name for file in tmp_path.iterdir()} == {*RELEASED}


@pytest.mark.dialect("migrations")
def test_the_migrations_build_exactly_the_tables_of_the_code(app: Flask) -> None:
    engine = runtime_of(app).engine
    assert migrations.is_current(engine)
    assert migrations.differences(engine, metadata.full_metadata()) == []
    with db.reading(engine) as session:
        assert session.connection().dialect.name in {"sqlite", "postgresql"}


@pytest.mark.usefixtures("without_tables")
@pytest.mark.parametrize("settings", ["sqlite", "postgresql"], indirect=True)
def test_the_second_release_gives_each_thread_a_random_place_and_keeps_what_belongs_to_it(settings: Settings) -> None:
    engine = db.make_engine(settings.database_url)
    tables = metadata.full_metadata()
    migrations.upgrade(engine, tables, "0001")
    ids = [bytes([number]) * 16 for number in range(40)]
    with migrations.changing(engine) as connection:
        older = MetaData()
        older.reflect(connection)
        _add_rows(connection, older, ids)
        before = _rows(connection, older)
    migrations.upgrade(engine, tables)

    with db.writing(engine) as session:
        connection = session.connection()
        assert _rows(connection, older) == before
        places = connection.execute(tables.tables["threads"].select().order_by("place")).all()
        assert len({row.place for row in places}) == len(ids)
        assert {len(str(row.place)) for row in places} == {19}
        assert [row.id for row in places] not in (ids, ids[::-1])
        connection.execute(tables.tables["threads"].delete().where(tables.tables["threads"].c.id == ids[0]))
        left = _rows(connection, older)
        assert {name: len(rows) for name, rows in left.items()} == dict.fromkeys(_OF_THREADS, len(ids) - 1)
    assert migrations.differences(engine, tables) == []
    engine.dispose()


_OF_THREADS = ("threads", "thread_entries", "thread_replies", "thread_wraps")


def _add_rows(connection: Connection, tables: MetaData, ids: list[bytes]) -> None:
    """A site and a person, and threads with one row in each table that refers to them."""
    for name in ("sites", "people"):
        connection.execute(tables.tables[name].insert(), [_row(tables.tables[name], id=1)])
    for name in _OF_THREADS:
        table, of_thread = tables.tables[name], "id" if name == "threads" else "thread_id"
        connection.execute(table.insert(), [_row(table, **{of_thread: thread_id}) for thread_id in ids])


def _row(table: Table, **values: object) -> dict[str, object]:
    """A row that the table takes: what is not said is one, some day, or random."""
    if "place" in table.columns:
        values = {"place": int.from_bytes(os.urandom(7)), **values}
    unsaid = [column for column in table.columns if not column.nullable and column.name not in values]
    return {column.name: _some_value(column.type) for column in unsaid} | values


def _some_value(kind: object) -> object:
    if isinstance(kind, LargeBinary):
        return os.urandom(16)
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer):
        return 1
    if isinstance(kind, DateTime):
        return datetime(2026, 1, 2, tzinfo=UTC)
    return date(2026, 1, 2) if isinstance(kind, Date) else "1"


def _rows(connection: Connection, tables: MetaData) -> dict[str, list[tuple[object, ...]]]:
    """The rows of threads and of what refers to them, as of the first release."""
    return {name: sorted(map(tuple, connection.execute(tables.tables[name].select()))) for name in _OF_THREADS}
