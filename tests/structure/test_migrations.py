"""The migrations build the tables of the code."""

import pytest
from flask import Flask

from youthvoice import db, metadata, migrations
from youthvoice.context import runtime_of


@pytest.mark.dialect("migrations")
def test_the_migrations_build_exactly_the_tables_of_the_code(app: Flask) -> None:
    engine = runtime_of(app).engine
    assert migrations.is_current(engine)
    assert migrations.differences(engine, metadata.full_metadata()) == []
    with db.reading(engine) as session:
        assert session.connection().dialect.name in {"sqlite", "postgresql"}
