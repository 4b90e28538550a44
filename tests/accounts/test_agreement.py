"""One asks, a second agrees, each in her own sign-in: who may be asked, what becomes of it, and what it withstands."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.people import Somebody, agrees, house, make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.agreement import (
    AgreementRequest,
    ask_second,
    do_both_count,
    first_caller,
    list_possible_seconds,
)
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import AgreementRequestRow, PersonRow
from youthvoice.accounts.people.store import change_person
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.models import AuditEntryRow
from youthvoice.mail.models import OutgoingMailRow

WAITS = r'href="(/staff/requests/\d+)"'


@pytest.fixture
def team(app: Flask) -> dict[str, Somebody]:
    site_id, people = house(["advocate", "coordinator", "facilitator", "outside_recipient"])
    with db.writing(db.engine()) as session:
        for handle in ("second", "third"):
            people[handle] = make_person(session, "advocate", site_id, handle=handle)
    return people


def _asks(visitor: Callable[[], Visitor], team: dict[str, Somebody]) -> tuple[Visitor, str]:
    """A coordinator asks the second advocate to agree that the first leaves; gives her browser, and the request."""
    browser, leave = signed_in(visitor(), team["coordinator"]), f"/staff/people/{team['advocate'].id}/leave"
    browser.open(leave)
    return browser, browser.send(leave, {"second": team["second"].id}).request.path


def _is_there(who: Somebody) -> bool:
    with db.reading(db.engine()) as session:
        return session.get_one(PersonRow, who.id).left_on is None


def _lines() -> list[tuple[str, str]]:
    with db.reading(db.engine()) as session:
        found = session.scalars(
            select(AuditEntryRow).where(AuditEntryRow.action.like("request.%")).order_by(AuditEntryRow.number)
        )
        return [(one.actor, one.action) for one in found]


def test_the_second_adult_is_somebody_else_who_counts_and_works_at_all_of_the_sites(app: Flask) -> None:
    site_id, people = house(["coordinator", "facilitator", "reviewer"])
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        both = make_person(session, "facilitator", site_id, other, handle="both")
        make_person(session, "facilitator", site_id, handle="unmet", trusted=False)
        make_person(session, "advocate", site_id, handle="not-compared", trusted=False)
    with db.reading(db.engine()) as session:
        here = {one.id for one in list_possible_seconds(session, people["coordinator"].id, [site_id])}
        assert here == {people["facilitator"].id, people["reviewer"].id, both.id}
        assert [one.id for one in list_possible_seconds(session, people["coordinator"].id, [site_id, other])] == [
            both.id
        ]


@pytest.mark.dialect("writers wait for each other")
def test_she_agrees_in_her_own_sign_in_and_only_then_it_is_done(
    team: dict[str, Somebody], visitor: Callable[[], Visitor]
) -> None:
    browser, request = _asks(visitor, team)
    assert "It waits until" in browser.page
    assert _is_there(team["advocate"])
    assert "has to agree in her own sign-in" in browser.open("/staff/").text
    second = signed_in(visitor(), team["second"])
    page = second.open("/staff/").text
    assert f"{team['coordinator'].name} asks you: read it, then agree or refuse" in page
    agrees(second)
    assert not _is_there(team["advocate"])
    assert _lines() == [("coordinator", "request.ask"), ("second", "request.agree")]
    second.open("/staff/me")
    second.send(f"{request}/agree", status=410)
    assert "agreed; it is done" in browser.open(request).text
    assert not re.findall(WAITS, browser.open("/staff/").text)


def test_the_session_that_an_advocate_has_open_ends_with_her_account(
    team: dict[str, Somebody], visitor: Callable[[], Visitor]
) -> None:
    """What she has open in another room shows nothing more, and changes nothing, from that moment on."""
    desk = signed_in(visitor(), team["advocate"])
    assert desk.open("/staff/me").request.path == "/staff/me"
    hidden = desk.hidden
    _asks(visitor, team)
    assert desk.open("/staff/reports/").request.path == "/staff/reports/", "it only waits yet"
    agrees(signed_in(visitor(), team["second"]))
    for path in ("/staff/", "/staff/reports/", "/staff/log/", "/staff/me"):
        answer = desk.ask("GET", path)
        assert answer.status_code == 302, path
        assert answer.location.startswith("/staff/sign-in"), path
    assert desk.knows("POST", "/staff/me/test")
    assert desk.ask("POST", "/staff/me/test", data=hidden).status_code == 401


def test_nobody_else_sees_it_agrees_or_takes_it_back(team: dict[str, Somebody], visitor: Callable[[], Visitor]) -> None:
    browser, request = _asks(visitor, team)
    for name in ("third", "facilitator", "advocate", "outside_recipient"):
        other = signed_in(visitor(), team[name])
        other.open(request, 404)
        other.open("/staff/me")
        for what in ("agree", "refuse", "take-back"):
            other.send(f"{request}/{what}", {"reason": "no"}, 404)
    browser.open(request)
    for what in ("agree", "refuse"):
        browser.send(f"{request}/{what}", {"reason": "no"}, 404)
        browser.open(request)
    second = signed_in(visitor(), team["second"])
    second.open(request)
    second.send(f"{request}/take-back", status=404)
    assert _is_there(team["advocate"])


def test_she_refuses_with_a_reason_that_the_first_reads_and_puts_away(
    team: dict[str, Somebody], visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        address = encrypt_address("c@example.org")
        session.get_one(PersonRow, team["coordinator"].id).mail = address
    browser, request = _asks(visitor, team)
    second = signed_in(visitor(), team["second"])
    second.open(request)
    second.send(f"{request}/refuse", {"reason": " "}, 422)
    assert "Say why, in a few words." in second.page
    second.send(f"{request}/refuse", {"reason": "She told me nothing of it"})
    assert f"{team['second'].name} refused: read why" in browser.open("/staff/").text
    assert "She told me nothing of it" in browser.open(request).text
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(OutgoingMailRow)).all()) == 1, "she is asked to sign in"
        assert b"told me nothing" not in session.scalars(select(AgreementRequestRow.body)).one()
    second.open("/staff/me")
    second.send(f"{request}/agree", status=410)
    browser.open(request)
    browser.send(f"{request}/take-back")
    browser.open(request, 404)
    assert _is_there(team["advocate"])


def test_it_is_over_after_a_week_and_forgotten_a_month_later(
    team: dict[str, Somebody], visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    _browser, request = _asks(visitor, team)
    clock.move(days=7)
    second = signed_in(visitor(), team["second"])
    assert not re.findall(WAITS, second.open("/staff/").text)
    second.send(f"{request}/agree", status=410)
    assert "did not answer within a week" in signed_in(visitor(), team["coordinator"]).open("/staff/").text
    assert _is_there(team["advocate"])
    clock.move(days=31)
    _asks(visitor, team)
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(AgreementRequestRow)).all()) == 1


def test_whoever_asked_takes_it_back(team: dict[str, Somebody], visitor: Callable[[], Visitor]) -> None:
    browser, request = _asks(visitor, team)
    browser.send(f"{request}/take-back")
    second = signed_in(visitor(), team["second"])
    assert not re.findall(WAITS, second.open("/staff/").text)
    second.send(f"{request}/agree", status=404)
    assert _lines()[-1] == ("coordinator", "request.take-back")


def test_a_page_that_stands_open_agrees_to_nothing_that_was_asked_since(
    team: dict[str, Somebody], visitor: Callable[[], Visitor]
) -> None:
    """Take one request back and ask another: the number in the open page's address must not become the new one's."""
    browser, request = _asks(visitor, team)
    reading = signed_in(visitor(), team["second"])
    reading.open(request)
    browser.send(f"{request}/take-back")
    leave = f"/staff/people/{team['third'].id}/leave"
    browser.open(leave)
    browser.send(leave, {"second": team["second"].id})
    reading.send(f"{request}/agree", status=404)
    assert _is_there(team["third"])


@pytest.mark.parametrize("who", ["coordinator", "second"])
def test_nothing_is_done_where_one_of_the_two_does_not_count_any_more(
    team: dict[str, Somebody], visitor: Callable[[], Visitor], who: str
) -> None:
    _browser, request = _asks(visitor, team)
    second = signed_in(visitor(), team["second"])
    second.open(request)
    with db.writing(db.engine()) as session:
        person = session.get_one(PersonRow, team[who].id)
        change_person(session, person, trusted_from=None)
    second.send(f"{request}/agree", status=409 if who == "coordinator" else 403)
    assert _is_there(team["advocate"])


@pytest.mark.parametrize(
    ("who", "change"),
    [
        ("coordinator", {"trusted_from": None}),
        ("coordinator", {"left_on": date(2026, 11, 20)}),
        ("second", {"trusted_from": None}),
        ("second", {"left_on": date(2026, 11, 20)}),
    ],
)
def test_a_request_counts_only_as_long_as_both_do_whatever_its_kind_looks_at(
    app: Flask, team: dict[str, Somebody], who: str, change: dict[str, Any]
) -> None:
    """The rule stands once, for every kind: most kinds do not ask again who the first one was."""
    first, second = team["coordinator"], team["second"]
    agreement_request = AgreementRequest(
        0, "any", first.id, second.id, context.now(), "waits", {}, frozenset(second.site_ids)
    )
    with db.writing(db.engine()) as session:
        assert do_both_count(session, agreement_request)
        change_person(session, session.get_one(PersonRow, team[who].id), **change)
        assert not do_both_count(session, agreement_request)


@pytest.mark.parametrize("change", ["asked_of", "asked_by", "kind", "body", "state", "until"])
def test_whoever_writes_in_the_database_asks_nothing_in_anothers_name(
    team: dict[str, Somebody], visitor: Callable[[], Visitor], change: str
) -> None:
    _browser, request = _asks(visitor, team)
    values: dict[str, Any] = {
        "asked_of": team["third"].id,
        "asked_by": team["facilitator"].id,
        "kind": "end",
        "body": b"x" * 80,
        "state": "agreed",
        "until": context.now() + timedelta(days=30),
    }
    with db.writing(db.engine()) as session:
        session.execute(update(AgreementRequestRow).values({change: values[change]}))
    for name in ("third", "second", "facilitator", "coordinator"):
        browser = signed_in(visitor(), team[name])
        browser.open("/staff/")
        browser.open(request, 404)


def test_nobody_is_asked_who_may_not_agree(app: Flask, team: dict[str, Somebody]) -> None:
    with db.reading(db.engine()) as session:
        assert find_person_row(session, team["third"].id)
    with db.writing(db.engine()) as session:
        far = make_person(session, "advocate", make_site(session, "far").id, handle="far")
    with app.test_request_context("/staff/"), db.writing(db.engine()) as session:
        first = first_caller(
            session, AgreementRequest(0, "leave", team["coordinator"].id, 0, context.now(), "", {}, frozenset())
        )
        for nobody in (far.id, first.person_id, 0):
            with pytest.raises(ValueError, match="second adult"):
                ask_second(session, "leave", {}, first.site_ids, first, nobody)
