"""Somebody on a site's Wi-Fi uses up what its line may send: tablets and adults behind the same address go on."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.people import PASSWORD, house, on_tablet
from tests.support.visitor import Visitor
from youthvoice.access import guard
from youthvoice.accounts.sign_in.password_attempts import browser_cookie_name
from youthvoice.web.rate_limits import TABLET_COOKIE

JSON = {"Accept": "application/json"}


def uses_up(stranger: Visitor, path: str) -> None:
    for _nth in range(400):
        if stranger.ask("POST", path, headers=JSON).status_code == 429:
            return
    raise AssertionError(f"{path} is never refused")


@pytest.mark.parametrize(
    ("path", "to_made_up"),
    [("/reply", 429), ("/offline/status", 429), ("/agenda/mine", 429), ("/agenda/me-too", 403), ("/we-did", 403)],
)
def test_a_tablet_goes_on_where_its_line_is_used_up(
    app: Flask, visitor: Callable[[], Visitor], path: str, to_made_up: int
) -> None:
    """A made-up cookie has a count of its own only where it leads nowhere."""
    site_id, _people = house(["advocate"])
    tablet = on_tablet(visitor(), site_id)
    before = tablet.ask("POST", path, headers=JSON).status_code
    uses_up(visitor(), path)
    assert tablet.ask("POST", path, headers=JSON).status_code == before != 429
    made_up = visitor()
    made_up.client.set_cookie(TABLET_COOKIE, "x" * 43)
    assert made_up.ask("POST", path, headers=JSON).status_code == to_made_up
    uses_up(tablet, path)
    assert on_tablet(visitor(), site_id, "Other").ask("POST", path, headers=JSON).status_code == before


def signs_in(browser: Visitor) -> int:
    browser.open("/staff/sign-in")
    typed: dict[str, object] = {"handle": "advocate", "password": PASSWORD}
    return browser.ask("POST", "/staff/sign-in", data={**browser.hidden, **typed}).status_code


def empty_forms(stranger: Visitor, path: str) -> None:
    stranger.open("/staff/sign-in")
    for _nth in range(400):
        if stranger.ask("POST", path, data=stranger.hidden).status_code == 429:
            return
    raise AssertionError("never refused")


@pytest.mark.parametrize("path", ["/staff/sign-in", "/staff/sign-out"])
def test_an_adult_signs_in_where_she_did_before_though_her_line_is_used_up(
    app: Flask, visitor: Callable[[], Visitor], path: str
) -> None:
    """Of one page thirty forms a minute, of all staff pages three hundred."""
    house(["advocate"])
    hers = visitor()
    assert signs_in(hers) == 303
    hers.client.delete_cookie(guard.cookie_name())
    empty_forms(visitor(), path)
    assert signs_in(hers) == 303
    assert signs_in(visitor()) == 429
    made_up = visitor()
    made_up.client.set_cookie(browser_cookie_name(), "a" * 120)
    assert signs_in(made_up) == 429
