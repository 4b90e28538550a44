"""The menu of staff pages: whoever opens a page sees where she is."""

from collections.abc import Callable
from importlib.resources import files

from flask import Flask

from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import PERMISSIONS
from youthvoice.config import read_version
from youthvoice.dashboard import menu

NOWHERE = {
    "profile.me",
    "dashboard.guide",  # every page leads to one
    "profile.name", "profile.password", "profile.codes", "profile.test", "people.leave_key",  # under her name
    "profile.keys", "profile.remove_key", "profile.recovery",
    "introductions.overview", "introductions.draw", "introductions.photograph", "introductions.greet",
    "introductions.write", "introductions.show_file",
    "session.signed_in", "session.token",  # asked for by a script
}  # fmt: skip
"""What stands under no line."""


def _is_lit(role: str, endpoint: str) -> bool:
    caller = Caller(1, "asha", "Asha", role, frozenset({1}), "en", "token")
    return any(line.here for group in menu.groups(caller, endpoint) for line in group.lines)


def test_every_page_lights_a_line_for_whoever_may_open_it(app: Flask) -> None:
    with app.test_request_context("/staff/"):
        rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
        pages = {rule.endpoint: getattr(app.view_functions[rule.endpoint], "permission", "") for rule in rules}
        lost = {
            endpoint
            for endpoint, permission in pages.items()
            if permission and not any(_is_lit(role, endpoint) for role in PERMISSIONS[permission])
        }
    assert lost == NOWHERE, "a line in MENU of `dashboard/menu.py`, or `menu` of the blueprint or the page"


def test_one_mark_means_one_line() -> None:
    marks = [mark for _words, under in menu.MENU for _said, _leads_to, mark, _permission in under]
    assert [mark for mark in marks if marks.count(mark) > 1] == []
    drawn = files("youthvoice").joinpath("web", "marks.svg").read_text("utf-8")
    assert [mark for mark in marks if f'id="m-{mark}"' not in drawn] == []


def test_every_page_of_staff_says_which_version_it_is(visitor: Callable[[], Visitor]) -> None:
    _site_id, people = house(("coordinator",))
    assert f"Youth Voice {read_version()}</p>" in signed_in(visitor(), people["coordinator"]).open("/staff/").text
