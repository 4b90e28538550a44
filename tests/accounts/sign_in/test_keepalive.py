"""Who writes is not signed out while she writes, and never beyond eight hours; a fresh token is for the same person."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.support.people import Somebody, house, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.audit.models import AuditEntryRow

Visitors = Callable[[], Visitor]
JSON = {"Accept": "application/json"}


@pytest.fixture
def people(app: Flask) -> dict[str, Somebody]:
    return house(["advocate", "facilitator"])[1]


def _lines() -> int:
    with db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(AuditEntryRow)) or 0


def test_a_sign_of_life_now_and_then_keeps_her_signed_in_and_nothing_is_logged(
    people: dict[str, Somebody], visitor: Visitors, clock: StillClock
) -> None:
    desk = signed_in(visitor(), people["facilitator"])
    desk.open("/staff/")
    before = _lines()
    for _ in range(6):
        clock.move(minutes=4)
        answer = desk.ask("POST", "/staff/awake", data=desk.hidden, headers=JSON)
        assert (answer.status_code, answer.data) == (204, b"")
        assert "staff=" not in answer.headers.get("Set-Cookie", "")
    assert _lines() == before
    assert desk.open("/staff/").request.path == "/staff/"


def test_it_never_goes_on_beyond_eight_hours(people: dict[str, Somebody], visitor: Visitors, clock: StillClock) -> None:
    desk = signed_in(visitor(), people["facilitator"])
    desk.open("/staff/")
    for _ in range(47):
        clock.move(minutes=10)
        assert desk.ask("POST", "/staff/awake", data=desk.hidden, headers=JSON).status_code == 204
    clock.move(minutes=10)
    assert desk.ask("POST", "/staff/awake", data=desk.hidden, headers=JSON).status_code == 401


def test_without_its_token_nothing_is_kept_alive_from_another_site_either(
    people: dict[str, Somebody], visitor: Visitors
) -> None:
    desk = signed_in(visitor(), people["facilitator"])
    desk.open("/staff/")
    assert desk.ask("POST", "/staff/awake").status_code == 400
    other_site = {"Sec-Fetch-Site": "cross-site"}
    assert desk.ask("POST", "/staff/awake", data=desk.hidden, headers=other_site).status_code == 403


def test_the_same_person_gets_a_fresh_token_after_signing_in_again(
    people: dict[str, Somebody], visitor: Visitors, clock: StillClock
) -> None:
    lata = people["facilitator"]
    desk = signed_in(visitor(), lata)
    desk.open("/staff/me")
    stale = desk.hidden
    clock.move(minutes=16)
    assert desk.ask("GET", f"/staff/awake/{lata.id}", headers=JSON).status_code == 401
    signed_in(desk, lata)
    answer = desk.ask("GET", f"/staff/awake/{lata.id}", headers=JSON)
    assert answer.json
    assert desk.ask("POST", "/staff/me", data={**stale, "language": "hi"}).status_code == 400
    assert desk.ask("POST", "/staff/me", data={"csrf_token": answer.json["csrf"], "language": "hi"}).status_code == 303


def test_nobody_gets_a_token_for_the_page_of_another(people: dict[str, Somebody], visitor: Visitors) -> None:
    desk = signed_in(visitor(), people["advocate"])
    answer = desk.ask("GET", f"/staff/awake/{people['facilitator'].id}", headers=JSON)
    assert answer.status_code == 404
    assert "csrf" not in answer.text


def test_the_page_of_the_second_tab_says_to_go_back(people: dict[str, Somebody], visitor: Visitors) -> None:
    page = signed_in(visitor(), people["facilitator"]).open("/staff/awake").text
    assert "Close this tab and go on in the other one" in page
