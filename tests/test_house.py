"""The house holds: what is documented, drawn and locked is what is there."""

import ast
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from youthvoice import db, metadata, migrations
from youthvoice.access.permissions import PERMISSIONS
from youthvoice.context import runtime_of

TOP = Path(__file__).parents[1]
HOUSE = TOP / "youthvoice"
MOST_LINES = 400


def _modules() -> Iterator[tuple[Path, str]]:
    for path in sorted(HOUSE.rglob("*.py")):
        if "versions" not in path.parts:
            yield path, path.read_text("utf-8")


def test_every_address_is_in_the_snapshot(app: Flask) -> None:
    found = sorted(
        f"{rule.rule} {','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
    )
    snapshot = (TOP / "tests/house/routes.txt").read_text("utf-8").splitlines()
    assert found == snapshot, "tests/house/routes.txt is the map of all addresses; change it knowingly"


def test_only_disclosure_makes_a_safe_table() -> None:
    makers = {
        path.relative_to(HOUSE).as_posix()
        for path, text in _modules()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "SafeTable"
    }
    assert makers == {"privacy/disclosure/safe_table.py"}


def test_no_module_holds_a_second_subject() -> None:
    sizes = {path.relative_to(HOUSE).as_posix(): len(text.splitlines()) for path, text in _modules()}
    assert not {name: size for name, size in sizes.items() if size > MOST_LINES}


def test_the_lock_files_are_fresh_and_name_no_index() -> None:
    spec = importlib.util.spec_from_file_location("lock", TOP / "tests/house/lock.py")
    assert spec is not None
    assert spec.loader is not None
    lock = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(lock)
    for name in lock.FILES:
        text = (TOP / name).read_text("utf-8")
        assert text.splitlines()[0] == lock.digest(), f"{name} is stale: make lock"
        assert "://" not in text
        assert "--index" not in text


@pytest.mark.dialect("migrations")
def test_the_migrations_build_exactly_the_tables_of_the_code(app: Flask) -> None:
    engine = runtime_of(app).engine
    assert migrations.is_current(engine)
    assert migrations.differences(engine, metadata.full_metadata()) == []
    with db.reading(engine) as session:
        assert session.connection().dialect.name in {"sqlite", "postgresql"}


def test_every_permission_in_the_table_guards_a_page(app: Flask) -> None:
    used = {getattr(view, "permission", None) for view in app.view_functions.values()}
    assert used - {None} == set(PERMISSIONS)
