"""Every staff page x every role: the answer is the one of the table, whoever knocks."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.access.permissions import PERMISSIONS, ROLES
from youthvoice.privacy.crypto.session_keys import session_token

OPEN = {"session.sign_in", "session.sign_out", "people.join"}
"""Staff pages that anybody may open."""

SHORT = {"Accept": "application/json"}
"""Ask for an answer without a page around it: drawing some hundred of those is most of what such a test takes."""


def _staff(app: Flask) -> Iterator[Rule]:
    return (rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/staff"))


def _address(rule: Rule) -> str:
    """An address of the rule, of things that do not exist."""
    return (
        "/"
        + "/".join("999" if part.startswith("<") else part for part in rule.rule.strip("/").split("/"))
        + ("/" if rule.rule.endswith("/") else "")
    )


def test_every_staff_page_is_guarded_by_a_permission_of_the_table(app: Flask) -> None:
    bare = {rule.endpoint for rule in _staff(app) if not hasattr(app.view_functions[rule.endpoint], "permission")}
    assert bare == OPEN


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_is_hers_and_nothing_else(app: Flask, visitor: Callable[[], Visitor], role: str) -> None:
    _, people = house([role])
    browser = signed_in(visitor(), people[role])
    for rule in _staff(app):
        if rule.endpoint in OPEN or "GET" not in (rule.methods or ()):
            continue
        permission: str = vars(app.view_functions[rule.endpoint])["permission"]
        answer = browser.ask("GET", _address(rule))
        wanted = {200, 302, 303, 404, 410} if role in PERMISSIONS[permission] else {403}
        assert answer.status_code in wanted, f"{role} at {rule.rule}: {answer.status_code}"


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page_and_back(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    browser = visitor()
    for rule in _staff(app):
        if rule.endpoint in OPEN or "GET" not in (rule.methods or ()):
            continue
        answer = browser.ask("GET", _address(rule))
        assert answer.status_code == 302, rule.rule
        assert answer.location.startswith("/staff/sign-in?back="), rule.rule


def _posts(app: Flask) -> Iterator[tuple[str, frozenset[str]]]:
    """The address of each form of staff, and the roles that may send it; none where anybody may."""
    for rule in _staff(app):
        if "POST" in (rule.methods or ()):
            permission = vars(app.view_functions[rule.endpoint]).get("permission", "")
            yield _address(rule), PERMISSIONS.get(permission, frozenset())


def _rows() -> dict[str, list[str]]:
    """Every row of the installation, by table."""
    with db.reading(db.engine()) as session:
        return {
            name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
            for name, table in db.Base.metadata.tables.items()
        }


def test_no_form_of_staff_is_taken_without_its_token_and_none_leaves_a_trace(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    """Neither from somebody who may send it nor from somebody who may not; row for row all is as it was."""
    _, people = house(ROLES)
    browsers = {role: signed_in(visitor(), people[role]) for role in ROLES}
    before = _rows()
    for address, may in _posts(app):
        for role in {next((one for one in ROLES if (one in may) is wanted), ROLES[0]) for wanted in (True, False)}:
            form = {"csrf_token": "made-up"} if role in may else {}
            answer = browsers[role].ask("POST", address, data=form, headers=SHORT)
            assert answer.status_code == 400, f"{role} at {address}: {answer.status_code}"
    assert _rows() == before


def test_no_form_of_staff_of_somebody_who_may_not_send_it_leaves_a_trace(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    """Neither of another role, with its token, nor of somebody whose session is none."""
    _, people = house(ROLES)
    browsers = {role: signed_in(visitor(), people[role]) for role in ROLES}
    for browser in browsers.values():
        browser.open("/staff/me")
    unknown = signed_in(visitor(), people["coordinator"])
    unknown.open("/staff/me")
    unknown.client.set_cookie("staff", session_token(), httponly=True, samesite="Lax")
    before = _rows()
    for address, may in _posts(app):
        role = next((one for one in ROLES if may and one not in may), None)
        if role is not None:
            answer = browsers[role].ask("POST", address, data=browsers[role].hidden, headers=SHORT)
            assert answer.status_code == 403, f"{role} at {address}: {answer.status_code}"
        if may:
            answer = unknown.ask("POST", address, data=unknown.hidden, headers=SHORT)
            assert answer.status_code == 400, f"unknown at {address}: {answer.status_code}"
    assert _rows() == before
