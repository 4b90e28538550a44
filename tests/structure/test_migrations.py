"""The migrations build the tables of the code."""

import hashlib
from pathlib import Path

import pytest
from flask import Flask

from youthvoice import db, metadata, migrations
from youthvoice.context import runtime_of

RELEASED = {"0001_first_release.py": "c37eac8cf08633b6aebe01812e7558cf631fc6542bbb59f91cf26a394d6c261a"}
"""SHA-256 of each migration of a release, which a house of that release has carried out."""


def test_a_migration_that_was_released_stays_as_it_is() -> None:
    folder = Path(migrations.__file__).parent / "versions"
    assert {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in RELEASED} == RELEASED


@pytest.mark.dialect("migrations")
def test_the_migrations_build_exactly_the_tables_of_the_code(app: Flask) -> None:
    engine = runtime_of(app).engine
    assert migrations.is_current(engine)
    assert migrations.differences(engine, metadata.full_metadata()) == []
    with db.reading(engine) as session:
        assert session.connection().dialect.name in {"sqlite", "postgresql"}
