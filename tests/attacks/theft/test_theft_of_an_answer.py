"""T6 for coming back: messages, her words, her voice, pictures and visit are in no row, file, log or error page."""

import base64
import io
import logging
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.attacks.stolen_house import leaks, rows, stolen
from tests.support.child_at_tablet import WEBM
from tests.support.people import house, on_tablet
from tests.support.threads import HERS, WRONG, message, picks, told
from tests.support.visitor import Visitor
from youthvoice import context
from youthvoice.config import Settings
from youthvoice.threads.child_codes.code_visit import COOKIE

ANSWER, WORDS = "canary: the purple giraffe comes on Thursday", "बैंगनी जिराफ़ फिर आया"
VOICE = WEBM + b"a voice about a giraffe" * 40
PLACE = "Attic of the giraffe"


def comes_back(site_id: int, tablet: Visitor, phone: Visitor) -> dict[str, str | bytes]:
    """A child reads, writes and speaks; another one guesses. Gives everything that must be unreadable."""
    thread = told(site_id)
    thread.answer(message(ANSWER, context.today()))
    found: dict[str, str | bytes] = {
        "answer": ANSWER,
        "words": WORDS,
        "voice": VOICE[-200:],
        "place": PLACE,
        "code": bytes(HERS.picks),
        "wrong code": bytes(WRONG.picks),
        "reply key": thread.keys.reply.private,
    }
    for name, browser in (("tablet", tablet), ("phone", phone)):
        browser.ask("POST", "/reply", data=picks(WRONG, at=PLACE))
        browser.ask("POST", "/reply", data=picks(HERS, at="example-house"))
        visit = browser.client.get_cookie(COOKIE, path="/reply")
        assert visit
        found |= {f"visit of the {name}": visit.value, f"{name}, unpacked": base64.urlsafe_b64decode(visit.value)}
        assert ANSWER in browser.open("/reply/open").text
        said = {"kind": "child", "words": WORDS, "voice": (io.BytesIO(VOICE), "voice.webm")}
        assert browser.ask("POST", "/reply/said", data=said).status_code == 303
    assert tablet.ask("POST", "/reply/said", data={"kind": "put_right", "answer": WORDS}).status_code == 422
    return found


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_house_holds_nothing_of_an_answer(
    app: Flask, settings: Settings, visitor: Callable[[], Visitor], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site_id, _people = house(["advocate", "outside_recipient"])
    secrets = comes_back(site_id, on_tablet(visitor(), site_id), visitor())
    found = stolen(app, settings, caplog.text)
    assert leaks(found, secrets) == []


@pytest.mark.dialect("what a thief reads in the rows")
def test_rows_of_tries_hold_no_address_no_time_and_no_place(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house(["advocate", "outside_recipient"])
    for at in ("example-house", "nowhere-house"):
        visitor().ask("POST", "/reply", data=picks(WRONG, at=at))
    values = [value for _table, value in rows("code_tries")]
    assert len(values) == 2 * 6
    assert {type(value).__name__ for value in values} == {"bytes", "date", "int", "bool"}
    assert {value for value in values if type(value) is int} == {1}
