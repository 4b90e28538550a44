"""Who guesses codes or passwords is stopped, whatever cookies he brings."""

import re
import secrets
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.people import house, on_tablet, signed_in
from tests.support.threads import HERS, WRONG, picks, told
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.privacy.credentials.picture_codes import PictureCode
from youthvoice.sites.tablets import store
from youthvoice.threads.models import CodeAttemptRow
from youthvoice.web.rate_limits import TABLET_COOKIE, wide_line


def test_made_up_tablets_buy_no_more_tries_at_codes(app: Flask) -> None:
    thief, told = app.test_client(), []
    for at in range(25):
        thief.set_cookie(TABLET_COOKIE, f"made up {at}")
        told.append(thief.post("/enrol", data={"code": f"KITE-{at:04}"}).status_code)
    assert told == [422] * 20 + [429] * 5


def test_as_many_addresses_as_one_line_has_buy_no_more_tries_at_codes(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    thief = visitor()

    def guess(address: str) -> int:
        at = {"REMOTE_ADDR": address}
        return thief.ask("POST", "/enrol", data={"code": "KITE-0000"}, environ_overrides=at).status_code

    assert [guess(f"2001:db8::{at}:1") for at in range(25)] == [422] * 20 + [429] * 5
    assert guess("2001:db8:0:1::1") == 422, "the line next door"


@pytest.mark.dialect("writers wait for each other")
def test_many_addresses_buy_no_more_tries_at_codes_and_lock_nobody_out(
    app: Flask, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    """After a hundred wrong ones a short code is tried once in a while; a new one is long, and is not slowed."""
    site_id, people = house(["coordinator"])
    with db.writing(db.engine()) as session:
        short = store.start_enrolment(session, site_id, "Common room")
    thief = visitor()

    def guess(code: str) -> int:
        at = {"REMOTE_ADDR": f"10.{secrets.randbelow(250)}.{secrets.randbelow(250)}.{secrets.randbelow(250)}"}
        return thief.ask("POST", "/enrol", data={"code": code}, environ_overrides=at).status_code

    wrong = [code for code in (f"KITE-{at:04}" for at in range(110)) if code != short]
    assert [guess(code) for code in wrong[:108]] == [422] * 101 + [429] * 7
    assert guess(short) == 429, "nothing is tried"
    page = visitor().send("/enrol", {"code": short}, 429).text
    assert "ask for a new code: it is longer" in page
    boss = signed_in(visitor(), people["coordinator"])
    boss.open("/staff/tablets/new")
    shown = boss.send("/staff/tablets/new", {"site": site_id, "name": "Hall"}).text
    (parts,) = re.findall(r'<b class="typed">([A-Z]{4}-\d{4})-<br>([A-Z]{4}-\d{4})</b>', shown)
    assert guess(" ".join(parts).lower()) == 303
    assert guess("-".join(reversed(parts))) == 422
    clock.move(seconds=5)
    assert guess(short) == 303
    with db.reading(db.engine()) as session:
        (row,) = session.scalars(select(CodeAttemptRow))
    assert row.tries == 101, "the right one is not counted"


def test_made_up_tablets_buy_no_more_tries_at_passwords(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house(["coordinator"])
    thief, told = visitor(), []
    (token,) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', thief.open("/staff/sign-in").text)
    for at in range(35):
        thief.client.set_cookie(TABLET_COOKIE, f"made up {at}")
        given = {"csrf_token": token, "handle": f"nobody-{at}", "password": ""}
        told.append(thief.client.post("/staff/sign-in", data=given).status_code)
    assert told == [422] * 30 + [429] * 5


HOME, AWAY, ELSEWHERE = "192.0.2.7", "198.51.100.9", "2001:db8:0:1::1"


def with_wrong_tries(number: int) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(CodeAttemptRow).values(tries=number))


def tries_pictures(browser: Visitor, code: PictureCode, address: str) -> int:
    at = {"REMOTE_ADDR": address}
    return browser.ask("POST", "/reply", data=picks(code), environ_overrides=at).status_code


@pytest.mark.parametrize("on", ["tablet", "phone"])
def test_whoever_watches_the_slots_does_not_learn_that_a_child_came_and_keeps_none_away(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock, on: str
) -> None:
    """With a copied cookie, of phones as anybody: 429 in the slot in which a child had come, else 303 (C, "Codes")."""
    site_id, _people = house(["advocate", "outside_recipient"])
    told(site_id)
    child, intruder = (on_tablet(visitor(), site_id), visitor()) if on == "tablet" else (visitor(), visitor())
    if on == "tablet":
        cookie = child.client.get_cookie(TABLET_COOKIE)
        assert cookie
        intruder.client.set_cookie(TABLET_COOKIE, cookie.value)
    assert tries_pictures(intruder, WRONG, AWAY) == 303
    with_wrong_tries(20 if on == "tablet" else 100)
    clock.move(seconds=10 - context.now().timestamp() % 10)
    seen = []
    for comes in (True, False, True, False):
        clock.move(seconds=10)
        assert not comes or tries_pictures(child, HERS, HOME) == 303
        seen.append(tries_pictures(intruder, WRONG, AWAY))
    assert set(seen) == {303}
    got = []
    for _slot in range(14):
        clock.move(seconds=5)
        tries_pictures(intruder, WRONG, AWAY)
        got.append(tries_pictures(child, HERS, HOME))
    assert got.count(303) >= 5, "his line made most of the wrong tries, and leaves each second slot"


def test_a_customer_with_very_many_networks_is_one_line_where_lines_have_shares(app: Flask) -> None:
    lines = []
    for address in (ELSEWHERE, "2001:db8:0:2::1", "2001:db8:1:1::1", HOME):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            lines.append(wide_line())
    assert lines == ["2001:db8::", "2001:db8::", "2001:db8:1::", HOME]
