"""A coordinator adds people and lets them leave, never those who read what children write."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.people import PASSWORD, Somebody, agrees, house, make_person, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accounts.rules import why_not_end_reader, why_not_leave
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.accounts.store import find_person_row, site_ids_of_people
from youthvoice.sites.store import find_site_by_slug


def _coordinator(visitor: Callable[[], Visitor], *others: str) -> tuple[Visitor, int, dict[str, Somebody]]:
    site_id, people = house(["coordinator", *others])
    return signed_in(visitor(), people["coordinator"]), site_id, people


def test_the_list_says_how_many_and_of_which_site(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, _, _ = _coordinator(visitor, "advocate")
    browser.open("/staff/people")
    assert "2 people at Example House" in browser.page
    assert "Why you cannot invite an advocate" in browser.page


def test_who_leaves_is_signed_out_at_once(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, _, people = _coordinator(visitor, "facilitator")
    token = staff_session.sign_in("facilitator", PASSWORD)
    browser.open(f"/staff/people/{people['facilitator'].id}/leave")
    assert "every session that is open now" in browser.page
    browser.send(f"/staff/people/{people['facilitator'].id}/leave")
    assert "Facilitator Example can no longer sign in." in browser.page
    assert staff_session.find_caller(token) is None
    with pytest.raises(AuthenticationFailed):
        staff_session.sign_in("facilitator", PASSWORD)


def test_an_advocate_whose_key_is_not_confirmed_does_not_count_among_two(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    browser, site_id, people = _coordinator(visitor, "advocate")
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="second")
        newcomer = make_person(session, "advocate", site_id, handle="third", trusted=False)
    browser.open(f"/staff/people/{people['advocate'].id}/leave")
    assert "Two advocates must remain" in browser.page
    browser.open(f"/staff/people/{newcomer.id}/leave")
    assert "Two advocates must remain" not in browser.page


def test_two_advocates_always_remain(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_id, people = _coordinator(visitor, "advocate")
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="second")
    address = f"/staff/people/{people['advocate'].id}/leave"
    browser.open(address)
    assert "Two advocates must remain" in browser.page
    browser.open("/staff/people")
    browser.send(address)
    assert "Two advocates must remain" in browser.page
    assert staff_session.sign_in("advocate", PASSWORD)


def test_an_advocate_leaves_only_when_another_advocate_agrees(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, site_id, people = _coordinator(visitor, "advocate", "facilitator")
    with db.writing(db.engine()) as session:
        second = make_person(session, "advocate", site_id, handle="second")
        make_person(session, "advocate", site_id, handle="third")
    address = f"/staff/people/{people['advocate'].id}/leave"
    browser.open(address)
    for nobody in (people["facilitator"].id, people["advocate"].id, people["coordinator"].id, 0, ""):
        browser.send(address, {"second": nobody}, 422)
    browser.send(address, {"second": second.id})
    assert staff_session.sign_in("advocate", PASSWORD), "nothing is done before she agrees"
    agrees(signed_in(visitor(), second))
    with db.reading(db.engine()) as session:
        person = find_person_row(session, people["advocate"].id)
        assert person
        assert person.left_on
        assert person.wrapped_private_key == b""


def test_people_of_other_sites_are_not_there(app: Flask, visitor: Callable[[], Visitor]) -> None:
    browser, _, _ = _coordinator(visitor)
    with db.writing(db.engine()) as session:
        stranger = make_person(session, "facilitator", handle="stranger")
    browser.open(f"/staff/people/{stranger.id}/leave", 404)


def test_rules_of_leaving() -> None:
    assert why_not_leave("coordinator", {1}, {1}, {1: 0}) == "last_coordinator"
    assert why_not_leave("coordinator", {1}, {1}, {1: 1}) is None
    assert why_not_leave("facilitator", {1, 2}, {1}, {}) == "elsewhere"
    assert why_not_leave("advocate", {1, 2}, {1, 2}, {1: 2, 2: 1}) == "too_few_advocates"
    assert why_not_leave("outside_recipient", {1}, {1}, {1: 5}) == "not_yours"
    assert why_not_leave("safeguarding_lead", {1, 2}, {1}, {}) == "not_yours"
    assert why_not_end_reader({1, 2}, {1}) == "not_here"
    assert why_not_end_reader({1}, {1, 2}) is None


def test_a_new_password_opens_the_same_key_and_ends_other_sessions(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["advocate"])
    elsewhere = staff_session.sign_in("advocate", PASSWORD)
    browser = signed_in(visitor(), people["advocate"])
    browser.open("/staff/me/password")
    new = "seven green boats at noon"
    wrong: dict[str, object] = {"current": "not mine at all", "new": new, "again": new}
    browser.send("/staff/me/password", wrong, 403)
    browser.send("/staff/me/password", {"current": PASSWORD, "new": new, "again": "something else"}, 422)
    browser.send("/staff/me/password", {"current": PASSWORD, "new": "short", "again": "short"}, 422)
    browser.send("/staff/me/password", {"current": PASSWORD, "new": new, "again": new})
    assert staff_session.find_caller(elsewhere) is None
    caller = staff_session.find_caller(staff_session.sign_in("advocate", new))
    assert caller
    assert staff_session.open_private_key(caller) == people["advocate"].private_key


def test_a_password_that_is_easy_to_guess_is_refused_with_what_helps(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    _, people = house(["advocate"])
    browser = signed_in(visitor(), people["advocate"])
    browser.open("/staff/me/password")
    for new, told in (("Advocate Example 99", "your name and your site"), ("qwertyuiop1234", "thieves try first")):
        browser.send("/staff/me/password", {"current": PASSWORD, "new": new, "again": new}, 422)
        assert told in browser.page
        assert new not in browser.page


def test_a_new_site_gets_the_same_advocates_whom_the_coordinator_does_not_choose(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    browser, site_id, people = _coordinator(visitor, "advocate", "outside_recipient", "facilitator")
    browser.open("/staff/sites/new")
    sent: dict[str, object] = {
        "name": "Hill School",
        "mail_name": "Family letter",
        "time_zone": "Asia/Kolkata",
        "daily_hour": "17",
        "jurisdiction": "general",
        "like": site_id,
    }
    browser.send("/staff/sites/new", {**sent, "name": ""}, 422)
    browser.send("/staff/sites/new", sent)
    assert "Hill School is there" in browser.page
    with db.reading(db.engine()) as session:
        sites = site_ids_of_people(session, [person.id for person in people.values()])
        new = find_site_by_slug(session, "hill-school")
    assert new
    assert new.languages == ("en",), "all others are signed for"
    both = {role: len(sites[person.id]) for role, person in people.items()}
    assert both == {"coordinator": 2, "advocate": 2, "outside_recipient": 2, "facilitator": 1}
    assert "Hill School" in browser.open("/staff/tablets").text
