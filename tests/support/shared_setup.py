"""What every application of a run has in common, made once: its tables, the code of its templates, its addresses.

An application of its own for each test keeps tests apart; most of what making one costs is the same every time. So is
one database of PostgreSQL, which is emptied for the next test, and so are the objects of libraries, which the collector
of garbage need not look at again and again.
`tests/test_startup.py` and the journeys start as a house does, with nothing made before.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine, make_url
from werkzeug.routing import Rule

from youthvoice import db, metadata, migrations

if TYPE_CHECKING:
    from _typeshed import HasFileno

TEMPLATE, LAID, BARE = "template_of_the_house", "house", "bare"
"""Databases of PostgreSQL: with every table and no row, its copy for tests, and one with nothing."""
NEW_OBJECTS = 20_000
"""That many more before the collector of garbage looks at the young ones."""
EMPTIED = """
DO $$
DECLARE
  name text;
  filled boolean;
  names text;
BEGIN
  PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
    IF filled THEN
      names := concat_ws(', ', names, quote_ident(name));
    END IF;
  END LOOP;
  IF names IS NOT NULL THEN
    EXECUTE 'TRUNCATE ' || names || ' CASCADE';
  END IF;
  PERFORM setval(format('%I.%I', schemaname, sequencename), start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
"""No table holds a row, and every number begins at its start again."""
SHAPE = """
SELECT md5(string_agg(concat_ws('/', relname, attname, atttypid, attnotnull), ' ' ORDER BY relname, attnum))
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relnamespace = 'public'::regnamespace AND attnum > 0
"""
"""What tells whether a test took a table away, or changed one."""
really_flush = os.fsync


def once() -> None:
    """From now on templates and addresses are compiled once in this process, and no file waits for the disk."""
    os.fsync = _does_not_wait
    gc.set_threshold(NEW_OBJECTS, 10, 10)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Compiled()}
    _share_compiled_statements()
    Rule.compile = _compiled_once(Rule.compile)  # type: ignore[assignment, method-assign]


def _does_not_wait(fd: "int | HasFileno") -> None:
    """In place of `os.fsync`, where nothing has to survive a power cut."""


class _Compiled(BytecodeCache):
    """Jinja's code by name, file and words of a template, kept in memory."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self.known.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def _share_compiled_statements() -> None:
    """Every engine of one kind of database finds the statements that another one had compiled."""
    known: dict[type[Dialect], Any] = {}

    def share(engine: Engine, cache: Any) -> None:
        kind = type(engine.dialect)
        known.setdefault(kind, cache)
        if "__eq__" not in vars(kind):  # a statement is looked up with its dialect
            setattr(kind, "__eq__", lambda one, other: type(one) is type(other))  # noqa: B010 - no method to mypy
            setattr(kind, "__hash__", lambda one: hash(type(one)))  # noqa: B010

    shared = property(lambda engine: known[type(engine.dialect)], share)
    setattr(Engine, "_compiled_cache", shared)  # noqa: B010


def _compiled_once(compile_rule: Callable[[Rule], None]) -> Callable[[Rule], None]:
    """Werkzeug reads an address and writes functions for it; they are the same, whatever application has it."""
    known: dict[Hashable, dict[str, Any]] = {}
    of_the_rule = ("_parts", "_trace", "_converters", "arguments")
    bound = ("_build", "_build_unknown")

    def compiled(rule: Rule) -> None:
        converters = frozenset(rule.map.converters.items()) if rule.map else frozenset()
        key = (rule.rule, rule.merge_slashes, rule.subdomain, rule.host, converters)
        if rule.defaults:
            compile_rule(rule)
        elif key not in known:
            compile_rule(rule)
            functions = {name: getattr(rule, name).__func__ for name in bound}
            known[key] = {name: getattr(rule, name) for name in of_the_rule} | functions
        else:
            for name, value in known[key].items():
                setattr(rule, name, value.__get__(rule) if name in bound else value)

    return compiled


@cache
def _migrated() -> Path:
    """A file of SQLite with every table and no row."""
    file = Path(tempfile.mkdtemp(prefix="tables"), "empty.sqlite3")
    engine = db.make_engine(f"sqlite:///{file}")
    migrations.upgrade(engine, metadata.full_metadata())
    engine.dispose()
    return file


def lay_tables(address: str) -> None:
    """Give a new house on SQLite its tables; elsewhere `fresh_database` has done so."""
    place = make_url(address).database
    if address.startswith("sqlite") and place and not Path(place).exists():
        Path(place).parent.mkdir(parents=True, mode=0o700, exist_ok=True)
        shutil.copyfile(_migrated(), place)


@cache
def _shape_of_template(server: str) -> str:
    """Make the template; gives its `SHAPE`."""
    careless = [f"ALTER SYSTEM SET {name} = off" for name in ("fsync", "synchronous_commit", "full_page_writes")]
    _do(server, *careless, "SELECT pg_reload_conf()", f"CREATE DATABASE {TEMPLATE}")
    engine = db.make_engine(_beside(server, TEMPLATE))
    migrations.upgrade(engine, metadata.full_metadata())
    engine.dispose()
    shape = _do(_beside(server, TEMPLATE), SHAPE)
    _do(server, f"CREATE DATABASE {LAID} TEMPLATE {TEMPLATE}")
    return shape


def fresh_database(server: str, *, bare: bool) -> str:
    """The address of a database of PostgreSQL without a row, in place of the last test's.

    Args:
        server: the address of another database on the same server, for SQLAlchemy.
        bare: without tables too. This one is made anew, for whoever changes tables.
    """
    if bare:
        return _made_anew(server, BARE, "template0")
    shape = _shape_of_template(server)
    if _do(_beside(server, LAID), EMPTIED, SHAPE) != shape:
        return _made_anew(server, LAID, TEMPLATE)
    return _beside(server, LAID)


def _made_anew(server: str, name: str, template: str) -> str:
    _do(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name} TEMPLATE {template}")
    return _beside(server, name)


def _beside(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _do(address: str, *statements: str) -> str:
    """Say them one after the other; gives what the last one answers, if it does."""
    address = make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            said = connection.execute(statement)
        return str(said.fetchone()) if said.description else ""
