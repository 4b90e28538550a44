"""The migrations build the tables of the code."""

import hashlib
from pathlib import Path

import pytest
from flask import Flask

from scripts import write_migration
from scripts.write_migration import RELEASED
from youthvoice import db, metadata, migrations
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
