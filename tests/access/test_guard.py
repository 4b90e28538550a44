"""The staff cookie, and the caller behind it."""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask

from tests.conftest import StillClock
from tests.support.people import house, make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.access import form_tokens
from youthvoice.access.guard import caller_if_any, cookie_name


def test_a_childs_page_never_looks_at_the_staff_cookie(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["advocate"])
    browser = signed_in(visitor(), people["advocate"])
    cookie = browser.client.get_cookie(cookie_name())
    assert cookie
    for path, known in (("/help", False), ("/survey/x", False), ("/staff/me", True)):
        with app.test_request_context(path, headers={"Cookie": f"{cookie_name()}={cookie.value}"}):
            assert (caller_if_any() is not None) is known, path


def test_a_form_of_staff_says_whose_it_is(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """So that what comes after her sign-in ended goes back to her, and to nobody else."""
    _, people = house(["advocate", "coordinator"])
    for person in people.values():
        browser = signed_in(visitor(), person)
        browser.open("/staff/me")
        with app.test_request_context("/staff/me"):
            assert form_tokens.find_owner(browser.hidden["csrf_token"]) == person.id


def test_after_signing_out_the_browser_holds_no_cookie(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["advocate"])
    browser = signed_in(visitor(), people["advocate"])
    browser.open("/staff/me")
    browser.send("/staff/sign-out")
    assert browser.client.get_cookie(cookie_name()) is None


def test_a_staff_address_that_does_not_exist_is_answered_in_the_language_of_its_reader(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        person = make_person(session, "advocate", make_site(session).id, language="ar")
    assert '<html lang="ar"' in signed_in(visitor(), person).open("/staff/nothing-is-here", 404, unknown=True).text
    assert '<html lang="en"' in visitor().open("/staff/nothing-is-here", 404, unknown=True).text


def test_in_production_the_cookie_is_bound_to_one_host(app: Flask) -> None:
    assert cookie_name() == "staff"
    with context.override(app, settings=replace(context.settings(), mode="production")):
        assert cookie_name() == "__Host-staff"


def test_a_form_that_comes_signed_out_is_not_led_away(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """A redirect would throw away what is in it."""
    _, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    browser.open("/staff/me")
    clock.move(minutes=16)
    assert browser.ask("POST", "/staff/awake", data=browser.hidden).status_code == 401
    assert browser.ask("GET", "/staff/me").status_code == 302
