"""Whoever signs in with a password that somebody else knows is asked for one of her own before anything else."""

import functools
from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.people import CHEAP, FIRST_NAMES, PASSWORD, house, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.people import bootstrap
from youthvoice.accounts.sign_in import authentication
from youthvoice.accounts.store import find_person_row
from youthvoice.example import people
from youthvoice.privacy.credentials.passwords import make_secret

Visitors = Callable[[], Visitor]
HERS = "green lantern under the ninth stair"


@pytest.fixture
def founded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> int:
    """A house as `youthvoice staff found` makes it, with one password for all; gives its site."""
    cheap = functools.partial(make_secret, cost=CHEAP)
    monkeypatch.setattr("youthvoice.privacy.credentials.passwords.make_secret", cheap)
    prepared = bootstrap.prepare_accounts(
        bootstrap.first_accounts(FIRST_NAMES[1::2]), context.keyring().key("pepper"), PASSWORD, CHEAP
    )
    with db.writing(db.engine()) as session:
        site_id = make_site(session, "our-house").id
        bootstrap.add_first_people(session, prepared, [site_id])
    return site_id


def sign_in(browser: Visitor, handle: str, password: str = PASSWORD) -> str:
    """Through the page; gives where she lands."""
    browser.open("/staff/sign-in")
    return browser.send("/staff/sign-in", {"handle": handle, "password": password}).request.path


def choose(browser: Visitor, new: str = HERS, status: int = 200) -> str:
    """On the page that asks; gives where she lands."""
    return browser.send("/staff/me/password", {"current": PASSWORD, "new": new, "again": new}, status).request.path


def test_nothing_else_opens_before_she_chose_her_own(founded: int, visitor: Visitors) -> None:
    browser = visitor()
    assert sign_in(browser, "advocate-1") == "/staff/me/password"
    assert "The person who set up this service knows your first password" in browser.page
    assert 'href="/staff/reports/"' not in browser.page
    for path in ("/staff/", "/staff/me", "/staff/reports/", "/staff/people", "/staff/me/codes", "/staff/letters/"):
        assert browser.open(path).request.path == "/staff/me/password", path
    assert browser.send("/staff/me/sign-out-everywhere").request.path == "/staff/me/password"
    browser.open("/staff/me/password")
    assert choose(browser) == "/staff/"
    assert browser.open("/staff/people").request.path == "/staff/people"
    assert sign_in(visitor(), "advocate-1", HERS) == "/staff/"


def test_the_old_password_is_not_taken_as_her_own(founded: int, visitor: Visitors) -> None:
    browser = visitor()
    sign_in(browser, "coordinator")
    for same in (PASSWORD, PASSWORD.upper(), PASSWORD.replace(" ", "-")):
        choose(browser, same, 422)
        assert "This is the password you have now" in browser.page
    assert browser.open("/staff/").request.path == "/staff/me/password"


def test_she_can_leave_without_choosing(founded: int, visitor: Visitors) -> None:
    browser = visitor()
    sign_in(browser, "coordinator")
    assert browser.send("/staff/sign-out").request.path == "/staff/sign-in"


def test_her_key_stays_the_same_under_the_new_password(founded: int, visitor: Visitors) -> None:
    before = authentication.authenticate("advocate-1", PASSWORD).private_key
    browser = visitor()
    sign_in(browser, "advocate-1")
    choose(browser)
    assert authentication.authenticate("advocate-1", HERS).private_key == before


def test_whoever_knows_it_agrees_to_nothing_before_she_has_chosen_her_own(founded: int, visitor: Visitors) -> None:
    browser = visitor()
    sign_in(browser, "advocate-1")
    assert browser.open("/staff/requests/1").request.path == "/staff/me/password"


def test_nor_act_for_her_by_a_command(app: Flask, founded: int) -> None:
    answer = app.test_cli_runner().invoke(
        args=["staff", "invite", "Fatima", "--role", "facilitator", "--site", "our-house"],
        env={"YOUTHVOICE_SIGN_IN": f"coordinator:{PASSWORD}"},
    )
    assert answer.exit_code == 1
    assert "whoever founded this house knows this password" in answer.output


def test_the_people_of_the_example_are_not_asked(app: Flask, visitor: Visitors) -> None:
    """Its passwords are printed for whoever tries it, who is all of them."""
    prepared = bootstrap.prepare_accounts(
        people.ready(context.today()), context.keyring().key("pepper"), PASSWORD, CHEAP
    )
    with db.writing(db.engine()) as session:
        site_id = people.add_site(session, context.today())
        people.add_people(session, prepared, site_id)
    assert sign_in(visitor(), "tomas") == "/staff/"


def test_nor_is_anybody_who_came_by_an_invitation(visitor: Visitors) -> None:
    _site_id, people = house(["facilitator"])
    with db.reading(db.engine()) as session:
        row = find_person_row(session, people["facilitator"].id)
        assert row
        assert not row.password_known
    assert signed_in(visitor(), people["facilitator"]).open("/staff/").request.path == "/staff/"
