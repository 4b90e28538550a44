"""What is reachable is known: every address, every permission, and the one maker of a safe table."""

import ast
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from youthvoice.access.permissions import PERMISSIONS


def _modules() -> Iterator[tuple[Path, str]]:
    for path in sorted(HOUSE.rglob("*.py")):
        if "versions" not in path.parts:
            yield path, path.read_text("utf-8")


def test_every_address_is_in_the_snapshot(app: Flask) -> None:
    found = sorted(
        f"{rule.rule} {','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
    )
    snapshot = (TOP / "tests/structure/routes.txt").read_text("utf-8").splitlines()
    assert found == snapshot, "tests/structure/routes.txt is the map of all addresses; change it knowingly"


def test_only_disclosure_makes_a_safe_table() -> None:
    makers = {
        path.relative_to(HOUSE).as_posix()
        for path, text in _modules()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "SafeTable"
    }
    assert makers == {"privacy/disclosure/safe_table.py"}


def test_every_permission_in_the_table_guards_a_page(app: Flask) -> None:
    used = {getattr(view, "permission", None) for view in app.view_functions.values()}
    assert used - {None} == set(PERMISSIONS)


TOP = Path(__file__).parents[2]


HOUSE = TOP / "youthvoice"
