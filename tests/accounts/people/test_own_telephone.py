"""The number on which somebody who can be on call is warned by text message."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.people import Somebody, house, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.mail import open_number
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people.store import close_account
from youthvoice.accounts.store import get_person_row
from youthvoice.config import Settings

Visitors = Callable[[], Visitor]
FIELD = 'name="telephone"'


@pytest.fixture
def team(app: Flask) -> dict[str, Somebody]:
    _site_id, people = house(["advocate", "safeguarding_lead", "coordinator", "facilitator"])
    return people


def stored(person: Somebody) -> bytes | None:
    with db.reading(db.engine()) as session:
        return session.scalar(select(PersonRow.telephone).where(PersonRow.id == person.id))


def saves(browser: Visitor, number: str, status: int = 200) -> str:
    browser.open("/staff/me")
    return browser.send("/staff/me", {"language": "en", "mail": "", "telephone": number}, status).text


@pytest.mark.parametrize("role", ["advocate", "safeguarding_lead"])
def test_the_number_is_stored_locked_in_one_length_and_goes_with_her(
    visitor: Visitors, team: dict[str, Somebody], role: str
) -> None:
    browser, her = signed_in(visitor(), team[role]), team[role]
    saves(browser, "+91 98765 43210")
    locked = stored(her)
    assert locked is not None
    assert open_number(locked) == "+919876543210"
    assert b"98765" not in locked
    assert "+919876543210" in browser.open("/staff/me").text
    saves(browser, "+1 202 555 0100")
    assert len(stored(her) or b"") == len(locked)
    with db.writing(db.engine()) as session:
        close_account(session, get_person_row(session, her.id), context.today())
    assert stored(her) is None


def test_a_wrong_number_is_refused_and_what_she_typed_stays(visitor: Visitors, team: dict[str, Somebody]) -> None:
    browser = signed_in(visitor(), team["advocate"])
    page = saves(browser, "98765 43210", status=422)
    assert "This is not a number such as +91 98765 43210" in page
    assert 'value="98765 43210"' in page
    assert stored(team["advocate"]) is None


@pytest.mark.parametrize("role", ["coordinator", "facilitator"])
def test_who_cannot_be_on_call_is_not_asked_for_a_number(
    visitor: Visitors, team: dict[str, Somebody], role: str
) -> None:
    browser = signed_in(visitor(), team[role])
    assert FIELD not in browser.open("/staff/me").text
    saves(browser, "+91 98765 43210")
    assert stored(team[role]) is None


def test_no_number_is_asked_for_where_no_message_could_leave(
    visitor: Visitors, team: dict[str, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = signed_in(visitor(), team["advocate"])
    assert FIELD in browser.open("/staff/me").text
    monkeypatch.setattr(Settings, "sends_sms", False)
    assert FIELD not in browser.open("/staff/me").text


def test_a_number_can_be_taken_away_after_the_modem_is_gone(
    visitor: Visitors, team: dict[str, Somebody], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, her = signed_in(visitor(), team["advocate"]), team["advocate"]
    saves(browser, "+91 98765 43210")
    monkeypatch.setattr(Settings, "sends_sms", False)
    assert "+919876543210" in browser.open("/staff/me").text
    saves(browser, "")
    assert stored(her) is None
    assert FIELD not in browser.open("/staff/me").text
