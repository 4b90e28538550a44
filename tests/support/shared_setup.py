"""What every application of a run has in common, made once: its tables, the code of its templates, its addresses.

An application of its own for each test keeps tests apart; most of what making one costs is the same every time. So is
one database of PostgreSQL, which is emptied for the next test, and so are the objects of libraries, which the collector
of garbage need not look at again and again.
`tests/test_startup.py` and the journeys start as a house does, with nothing made before but that code.
"""

# ruff: noqa: SLF001 - libraries have no other place where two applications could share

import base64
import gc
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import psycopg
from flask import Flask
from flask.sansio.blueprints import Blueprint, BlueprintSetupState
from sqlalchemy import Dialect, Engine, make_url
from werkzeug.routing import Map, Rule, RuleFactory
from werkzeug.routing.matcher import StateMachineMatcher

from tests.support import isolated_forks, template_code
from youthvoice import db, factory, metadata, migrations
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.jobs import isolated_process
from youthvoice.privacy.credentials import passwords, picture_codes, shared_links
from youthvoice.privacy.crypto import argon2
from youthvoice.privacy.keys.key_names import DATABASE
from youthvoice.privacy.keys.keyring import KEY_BYTES, Keyring
from youthvoice.startup import prepare
from youthvoice.web import assets

if TYPE_CHECKING:
    from _typeshed import HasFileno

TEMPLATE, LAID, BARE, KEPT = "template_of_the_house", "house", "bare", "kept"
"""Databases of PostgreSQL: with every table and no row, its copy for tests, one with nothing, and a copy of a test."""
NEW_OBJECTS = 50_000
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
Deferred = Callable[[BlueprintSetupState], None]
_STRETCHES = (passwords, picture_codes, shared_links)
_DEAR, _LEAST = (argon2.PASSWORD_COST, argon2.CODE_COST), argon2.Argon2Cost(1, argon2.MIN_MEMORY_KIB)


def once() -> None:
    """From now on templates and addresses are compiled once in this process, and no file waits for the disk."""
    os.fsync = _does_not_wait
    gc.set_threshold(NEW_OBJECTS, 50, 100)
    template_code.share()
    _share_compiled_statements()
    setattr(assets, "template_folders", cache(assets.template_folders))  # noqa: B010 - where they lie stays the same
    setattr(factory, "_add_pages", _addresses_once(getattr(factory, "_add_pages")))  # noqa: B009, B010


def stretch_cheaply() -> None:
    """From now on a password or a picture code is stretched by Argon2 at its least cost: a twentieth of all the time.

    Not where a process of its own computes the same (`true_costs`), nor in journeys.
    """
    for module in _STRETCHES:
        setattr(module, "derive_root", _derive_cheaply)  # noqa: B010


def _derive_cheaply(secret: bytes, salt: bytes, pepper: bytes, cost: argon2.Argon2Cost) -> bytes:
    return argon2.derive_root(secret, salt, pepper, _LEAST if cost in _DEAR else cost)


def fork_isolated() -> None:
    """From now on programs that read a form, or count for an analysis, find in memory what they import.

    Not where they are tested themselves (`true_processes`), nor in journeys.
    """
    setattr(isolated_process, "subprocess", isolated_forks.Subprocesses)  # noqa: B010


@contextmanager
def true_processes() -> Iterator[None]:
    """Each in an interpreter that is started for it, until the block ends."""
    before = getattr(isolated_process, "subprocess")  # noqa: B009
    setattr(isolated_process, "subprocess", subprocess)  # noqa: B010
    try:
        yield
    finally:
        setattr(isolated_process, "subprocess", before)  # noqa: B010


@contextmanager
def true_costs() -> Iterator[None]:
    """What a house takes, until the block ends."""
    before = [getattr(module, "derive_root") for module in _STRETCHES]  # noqa: B009
    for module in _STRETCHES:
        setattr(module, "derive_root", argon2.derive_root)  # noqa: B010
    try:
        yield
    finally:
        for module, derive_root in zip(_STRETCHES, before, strict=True):
            setattr(module, "derive_root", derive_root)  # noqa: B010


def _does_not_wait(fd: "int | HasFileno") -> None:
    """In place of `os.fsync`, where nothing has to survive a power cut."""


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


@dataclass(frozen=True)
class _Addresses:
    """What an application has once its pages are added; what waits in blueprints, all of it and without addresses."""

    views: dict[str, Any]
    rules: dict[Any, list[Rule]]
    matcher: StateMachineMatcher
    waiting: Sequence[tuple[Blueprint, list[Deferred], list[Deferred]]]

    @classmethod
    def of(cls, app: Flask) -> "_Addresses":
        waiting = [
            (one, one.deferred_functions, [each for each in one.deferred_functions if not _adds_address(each)])
            for one in app.blueprints.values()
        ]
        return cls(dict(app.view_functions), _copied(app.url_map._rules_by_endpoint), app.url_map._matcher, waiting)

    @contextmanager
    def without_adding(self) -> Iterator[None]:
        """Within the block blueprints are registered with everything but their addresses."""
        for blueprint, _everything, others in self.waiting:
            blueprint.deferred_functions = others
        try:
            yield
        finally:
            for blueprint, everything, _others in self.waiting:
                blueprint.deferred_functions = everything

    def give(self, app: Flask) -> None:
        app.view_functions.update(self.views)
        app.url_map._rules_by_endpoint = _copied(self.rules)
        app.url_map._matcher, app.url_map._remap = self.matcher, False


def _adds_address(deferred: Deferred) -> bool:
    """Whether it waits in a blueprint for an application only to add an address there."""
    return deferred.__qualname__.startswith("Blueprint.add_url_rule.")


def _copied(rules: dict[Any, list[Rule]]) -> dict[Any, list[Rule]]:
    return {endpoint: list(each) for endpoint, each in rules.items()}


def _addresses_once(add_pages: Callable[[Flask], None]) -> Callable[[Flask], None]:
    """Flask and Werkzeug read every address and sort them all; they are the same in every house, and in every box.

    A test that adds an address of its own has it in its own application alone.
    """
    known: dict[Hashable, _Addresses] = {}
    add_rule = Map.add

    def add_own(self: Map, of: RuleFactory) -> None:
        if any(self._matcher is each.matcher for each in known.values()):
            self._matcher = StateMachineMatcher(self.merge_slashes)
            for rule in self._rules:
                self._matcher.add(rule)
        add_rule(self, of)

    def add(app: Flask) -> None:
        before = (runtime_of(app).settings.box, frozenset(app.view_functions.items()), repr(app.url_map._rules))
        if before not in known:
            add_pages(app)
            Map.update(app.url_map)
            known[before] = _Addresses.of(app)
            return
        with known[before].without_adding():
            add_pages(app)
        known[before].give(app)

    setattr(Map, "add", add_own)  # noqa: B010
    return add


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
def _founded() -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What `prepare` leaves of a new house on SQLite: the files of its data, and its key files, by name."""
    with tempfile.TemporaryDirectory(prefix="founded") as folder:
        where = {"YOUTHVOICE_DATA": f"{folder}/var", "YOUTHVOICE_KEYS": f"{folder}/keys"}
        settings = Settings.read({"YOUTHVOICE_MODE": "development", **where})
        lay_tables(settings.database_url)
        engine = db.make_engine(settings.database_url)
        prepare(settings, engine, metadata.full_metadata())
        engine.dispose()
        data, keys = ({each.name: each.read_bytes() for each in at.iterdir()} for at in (settings.data, settings.keys))
    return data, keys


def _write(file: Path, content: bytes) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as opened:
        opened.write(content)


@contextmanager
def founded(settings: Settings) -> Iterator[None]:
    """A new house on SQLite is made within the block as `prepare` would, a hundredth of a second sooner.

    It has the database of every such house, with its id, and keys of its own. Any other one is prepared as usual.
    """
    file = db.embedded_file(settings.database_url)
    if file is None or file.exists() or settings.keys.exists() or not settings.development:
        yield
        return
    usual = getattr(factory, "prepare")  # noqa: B009

    def lay(these: Settings, engine: Engine, tables: Any, **options: bool) -> Keyring:
        if these is not settings:
            return cast("Keyring", usual(these, engine, tables, **options))
        data, keys = _founded()
        for name, content in data.items():
            _write(settings.data / name, content)
        settings.keys.mkdir(mode=0o700, parents=True)
        for name, content in keys.items():
            head, _, _secret = content.partition(b"\n")
            fresh = content if name == DATABASE else head + b"\n" + base64.b64encode(os.urandom(KEY_BYTES)) + b"\n"
            _write(settings.keys / name, fresh)
        return Keyring.open(settings.keys, create=False, development=True)

    setattr(factory, "prepare", lay)  # noqa: B010
    try:
        yield
    finally:
        setattr(factory, "prepare", usual)  # noqa: B010


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


def keep_database(address: str) -> None:
    """Keep a copy of a database of PostgreSQL beside it; nobody is connected."""
    _made_anew(_beside(address, "postgres"), KEPT, make_url(address).database or "")


def put_back_database(address: str) -> None:
    """Put the copy that was kept last in its place."""
    _made_anew(_beside(address, "postgres"), make_url(address).database or "", KEPT)


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
