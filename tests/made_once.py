"""What every application of a run has in common, made once: its tables, the code of its templates, its addresses.

An application of its own for each test keeps tests apart; most of what making one costs is the same every time.
`tests/test_preparing.py` and the journeys start as a house does, with nothing made before.
"""

import shutil
import tempfile
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import make_url, text
from werkzeug.routing import Rule

from youthvoice import db, migrations, tables
from youthvoice.config import Settings

TEMPLATE = "template_of_the_house"


def once() -> None:
    """From now on templates and addresses are compiled once in this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}
    Rule._compile_builder = _builders_once(Rule._compile_builder)  # type: ignore[method-assign] # noqa: SLF001


class _Compiled(BytecodeCache):
    """Jinja's code by name, file and words of a template, kept in memory."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.known.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def _builders_once(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    """Werkzeug writes a function for each address; it is the same for the same parts, whatever application has them."""
    known: dict[Hashable, Any] = {}

    def compiled(rule: Rule, append_unknown: bool = True) -> Any:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        parts = (tuple(rule._trace), append_unknown)  # noqa: SLF001
        if parts not in known:
            known[parts] = compile_builder(rule, append_unknown)
        return known[parts]

    return compiled


@cache
def _migrated() -> Path:
    """A file of SQLite with every table and no row."""
    file = Path(tempfile.mkdtemp(prefix="tables"), "empty.sqlite3")
    engine = db.make_engine(f"sqlite:///{file}")
    migrations.upgrade(engine, tables.metadata())
    engine.dispose()
    return file


def lay_tables(settings: Settings) -> None:
    """Give a new house on SQLite its empty tables; elsewhere `fresh_database` has done so."""
    place = make_url(settings.database_url).database
    if settings.database_url.startswith("sqlite") and place and not Path(place).exists():
        Path(place).parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        shutil.copyfile(_migrated(), place)


@cache
def _template_database(server: str) -> str:
    """The name of a database of PostgreSQL with every table and no row."""
    _do(server, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()", f"CREATE DATABASE {TEMPLATE}")
    engine = db.make_engine(_beside(server, TEMPLATE))
    migrations.upgrade(engine, tables.metadata())
    engine.dispose()
    return TEMPLATE


def fresh_database(server: str, *, empty: bool) -> str:
    """The address of a new database of PostgreSQL in place of the last test's, with no table, or with all of them.

    Args:
        server: the address of another database on the same server, for SQLAlchemy.
        empty: without tables.
    """
    template = "template0" if empty else _template_database(server)
    _do(server, "DROP DATABASE IF EXISTS house WITH (FORCE)", f"CREATE DATABASE house TEMPLATE {template}")
    return _beside(server, "house")


def _beside(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _do(server: str, *statements: str) -> None:
    engine = db.make_engine(server)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()
