"""Somebody on a site's Wi-Fi uses up what its line may send: tablets and adults behind the same address go on."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.support.people import PASSWORD, house, on_tablet
from tests.support.village_day import VillageDay
from tests.support.visitor import Visitor
from youthvoice.access import guard
from youthvoice.accounts.sign_in.password_attempts import browser_cookie_name
from youthvoice.sites.tablets import device
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


HOME, AWAY = "192.0.2.7", "198.51.100.9"


def copied(tablet: Visitor, thief: Visitor) -> Visitor:
    """Somebody who has a copy of a tablet's cookie."""
    cookie = tablet.client.get_cookie(TABLET_COOKIE)
    assert cookie
    thief.client.set_cookie(TABLET_COOKIE, cookie.value)
    return thief


def posts(browser: Visitor, path: str, address: str, **more: Any) -> TestResponse:
    return browser.ask("POST", path, headers=JSON, environ_overrides={"REMOTE_ADDR": address}, **more)


@pytest.mark.parametrize("path", ["/tell", "/tell/done", "/plan", "/agenda/suggest"])
def test_a_copied_cookie_elsewhere_uses_up_nothing_of_its_tablet(
    app: Flask, visitor: Callable[[], Visitor], path: str
) -> None:
    """260 empty forms in a third of a second refused every child of that tablet: "reports are never refused" (C)."""
    site_id, _people = house(["advocate", "outside_recipient"])
    tablet = on_tablet(visitor(), site_id)
    before = posts(tablet, path, HOME).status_code
    thief = copied(tablet, visitor())
    flood = {posts(thief, path, AWAY).status_code for _nth in range(125)}
    assert flood == {before, 429}
    assert posts(tablet, path, HOME).status_code == before
    report = {"sheet": secrets.token_hex(16), "topic": "broken", "words": "the lamp"}
    assert posts(tablet, "/tell", HOME, data=report).status_code == 201


def test_nor_does_it_hold_up_what_its_tablet_delivers(
    app: Flask, visitor: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the day's row a tablet brings 120 a minute; whoever copied its cookie brought them in its place."""
    monkeypatch.setattr(device, "MAX_DELIVERED", device.WEIGHT)
    day = VillageDay(visitor)
    waits = [day.seals("tell", f"hers {nth}", code="") for nth in range(2)]
    thief, kind = copied(day.tablet, visitor()), {"Content-Type": "application/octet-stream"}

    def brings(browser: Visitor, envelope: bytes, address: str) -> int:
        at = {"REMOTE_ADDR": address}
        headers = {**JSON, **kind}
        return browser.ask("POST", "/offline/deliver", data=envelope, headers=headers, environ_overrides=at).status_code

    made_up = day.seals("tell", "his", code="")
    flood = [brings(thief, made_up, AWAY) for _nth in range(125)]
    assert set(flood) == {201, 429}
    assert [brings(day.tablet, one, HOME) for one in waits] == [201, 201]


def test_what_is_refused_for_a_flood_alone_says_when_to_come_again(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """By that a tablet knows it from an answer to what a child sent, such as that enough slips were tried there."""
    site_id, _people = house(["advocate"])
    tablet = on_tablet(visitor(), site_id)
    responses = [tablet.ask("POST", "/tell", headers=JSON) for _nth in range(125)]
    assert {(one.status_code, one.headers.get("Retry-After")) for one in responses} == {(400, None), (429, "60")}


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
