"""What is reachable is known: every address, every permission, and the one maker of a safe table."""

import ast
from pathlib import Path

from flask import Flask

from tests.journeys.support import page_list
from tests.structure import names
from tests.structure.budget import modules, nodes
from youthvoice.access.permissions import PERMISSIONS


def test_every_address_is_in_the_snapshot(app: Flask) -> None:
    found, snapshot = names.routes(app), names.ROUTES.read_text("utf-8").splitlines()
    assert (sorted(set(found) - set(snapshot)), sorted(set(snapshot) - set(found))) == ([], []), (
        "new, and gone, beside the map: run `python -m tests.structure.names`, and read what it changed"
    )
    assert found == snapshot


def test_every_page_is_looked_at_in_a_browser(app: Flask) -> None:
    """A page that nobody walks to would be looked at by nobody."""
    rules = {str(rule) for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    child = {rule for rule in rules if "<" not in rule and not rule.startswith("/staff")}
    walked = {*page_list.CHILD, *page_list.REPRESENTATIVE, *page_list.OPEN} - {"/nothing-is-here"}
    no_pages = {
        "/health",
        "/robots.txt",
        "/.well-known/security.txt",
        "/influence.csv",
        "/influence.json",
        "/reply/review/voice",
        "/closing",  # not at a site that goes on: tests/closing looks at it
    }
    no_pages |= {"/app.webmanifest", "/worker.js", "/offline/manifest", "/offline/code"}
    assert child - no_pages == walked, "add it to CHILD in tests/journeys/support/page_list.py"
    staff = {rule for rule in rules if "<" not in rule and rule.startswith("/staff")}
    no_pages = {"/staff/rounds/open", "/staff/rounds/open/check", "/staff/questionnaires/template.xlsx"}  # or not yet
    no_pages |= {
        "/staff/influence/figures.csv",
        "/staff/influence/figures.json",
        "/staff/care-steps/figures.csv",
        "/staff/reviews/days.ics",
    }
    forgotten = staff - {path for paths in page_list.STAFF.values() for path in paths} - no_pages
    assert forgotten == {"/staff/sign-in"}, (
        "add it to STAFF in tests/journeys/support/page_list.py, under somebody who may open it"
    )


def test_only_disclosure_makes_a_safe_table() -> None:
    makers = {
        path.relative_to(HOUSE).as_posix()
        for path in modules()
        for node in nodes(path)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "SafeTable"
    }
    assert makers == {"privacy/disclosure/safe_table.py"}


def test_every_permission_in_the_table_guards_a_page(app: Flask) -> None:
    used = {getattr(view, "permission", None) for view in app.view_functions.values()}
    assert used - {None} == set(PERMISSIONS), "on one side only: `@permission_required(...)`, or `PERMISSIONS`"


TOP = Path(__file__).parents[2]


HOUSE = TOP / "youthvoice"
