"""Who guesses codes or passwords is stopped, whatever cookies he brings."""

import re
import secrets
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.sites.tablets import device
from youthvoice.threads.models import CodeAttemptRow
from youthvoice.web.rate_limits import TABLET_COOKIE


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
        short = device.start_enrolment(session, site_id, "Common room")
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
