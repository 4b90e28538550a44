"""Who guesses codes or passwords is stopped, whatever cookies he brings."""

import re
from collections.abc import Callable

from flask import Flask

from tests.pages import Visitor
from tests.people import house
from youthvoice.web.limits import TABLET_COOKIE


def test_made_up_tablets_buy_no_more_tries_at_codes(app: Flask) -> None:
    thief, told = app.test_client(), []
    for at in range(25):
        thief.set_cookie(TABLET_COOKIE, f"made up {at}")
        told.append(thief.post("/enrol", data={"code": f"KITE-{at:04}"}).status_code)
    assert told == [422] * 20 + [429] * 5


def test_made_up_tablets_buy_no_more_tries_at_passwords(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house(["coordinator"])
    thief, told = visitor(), []
    (token,) = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', thief.open("/staff/sign-in").text)
    for at in range(35):
        thief.client.set_cookie(TABLET_COOKIE, f"made up {at}")
        given = {"csrf_token": token, "handle": f"nobody-{at}", "password": ""}
        told.append(thief.client.post("/staff/sign-in", data=given).status_code)
    assert told == [400] * 30 + [429] * 5
