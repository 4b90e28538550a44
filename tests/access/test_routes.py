"""Every staff page x every role: the answer is the one of the table, whoever knocks."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice.access.permissions import PERMISSIONS, ROLES

OPEN = {"staff.sign_in", "staff.sign_out", "invitations.join"}
"""Staff pages that anybody may open."""


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


def test_no_form_of_staff_is_taken_without_its_token(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """Neither from somebody who may send it nor from somebody who may not."""
    _, people = house(ROLES)
    browsers = {role: signed_in(visitor(), people[role]) for role in ROLES}
    for rule in _staff(app):
        if "POST" not in (rule.methods or ()):
            continue
        may = PERMISSIONS.get(vars(app.view_functions[rule.endpoint]).get("permission", ""), frozenset())
        for role in {next((one for one in ROLES if (one in may) is wanted), ROLES[0]) for wanted in (True, False)}:
            answer = browsers[role].ask("POST", _address(rule))
            assert answer.status_code == 400, f"{role} at {rule.rule}: {answer.status_code}"
