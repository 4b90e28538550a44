"""A lost password: nobody resets it. A new invitation, a new key, the same comparison. PRIVACY.md C."""

import re
from collections.abc import Callable
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.people import CHEAP, PASSWORD, Somebody, agrees, house, make_person, make_site, signed_in, with_codes
from tests.support.reports import tell
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accounts import invitations
from youthvoice.accounts.models import KeyComparisonRow
from youthvoice.accounts.people.key_comparison import Colleague, add_comparison
from youthvoice.accounts.people.store import add_workplace
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.accounts.store import find_person_row, find_readers
from youthvoice.audit.models import AuditEntryRow

NEW: Final = "seven green boats at noon"


@pytest.fixture
def home(app: Flask) -> dict[str, Somebody]:
    """A house with two advocates and one of every other role."""
    site_id, people = house(["advocate", "outside_recipient", "coordinator", "facilitator", "safeguarding_lead"])
    with db.writing(db.engine()) as session:
        people["second"] = make_person(session, "advocate", site_id, handle="second")
    return people


def _agreed(browser: Visitor, lost: Somebody, second: Somebody, visitor: Callable[[], Visitor]) -> str:
    """One asks, the second agrees and gets the link; gives its token."""
    browser.open(f"/staff/people/{lost.id}/key/again")
    browser.send(f"/staff/people/{lost.id}/key/again", {"second": second.id})
    assert "/staff/join/" not in browser.page
    agreeing = signed_in(visitor(), second)
    agrees(agreeing)
    return _link(agreeing)


def _link(browser: Visitor) -> str:
    (token,) = re.findall(r"/staff/join/([\w-]{43})", browser.page)
    return str(token)


def _readers(site_id: int) -> dict[int, int]:
    """Versions of the keys that words are sealed to, by person."""
    with db.reading(db.engine()) as session:
        found = find_readers(session, site_id)
    return {reader.person_id: reader.key_version for reader in found.everybody}


def test_two_readers_let_an_advocate_in_anew_with_a_new_key_that_waits(
    home: dict[str, Somebody], visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    lost, (site_id,) = home["advocate"], home["advocate"].site_ids
    with_codes(lost)
    browser = signed_in(visitor(), home["second"])
    old = signed_in(visitor(), lost)
    token = _agreed(browser, lost, home["outside_recipient"], visitor)
    assert old.open("/staff/").request.path == "/staff/", "nothing is gone before she accepts"
    newcomer = visitor()
    newcomer.open(f"/staff/join/{token}")
    assert "stays closed until a colleague" in newcomer.page
    invitations.accept_invitation(token, "something-else", NEW, "en", CHEAP)
    assert old.open("/staff/").request.path == "/staff/sign-in"
    with pytest.raises(AuthenticationFailed):
        staff_session.sign_in("advocate", PASSWORD)
    caller = staff_session.find_caller(staff_session.sign_in("advocate", NEW))
    assert caller
    assert (caller.person_id, caller.role) == (lost.id, "newcomer")
    assert staff_session.open_private_key(caller) != lost.private_key
    assert lost.id not in _readers(site_id)
    for name in ("second", "outside_recipient"):
        with db.writing(db.engine()) as session:
            by = home[name]
            add_comparison(session, lost.id, Colleague(by.id, by.role, by.site_ids))
    clock.move(hours=48)
    assert _readers(site_id)[lost.id] == 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("second", "second"),
        ("second", "facilitator"),
        ("second", "coordinator"),
        ("second", "safeguarding_lead"),
        ("second", "advocate"),
        ("outside_recipient", "other"),
    ],
)
def test_one_alone_or_with_somebody_else_lets_nobody_in(
    home: dict[str, Somebody], visitor: Callable[[], Visitor], first: str, second: str
) -> None:
    lost = home["advocate"]
    with db.writing(db.engine()) as session:
        home["other"] = make_person(session, "outside_recipient", *lost.site_ids, handle="other-outside")
    browser = signed_in(visitor(), home[first])
    browser.open(f"/staff/people/{lost.id}/key/again")
    browser.send(f"/staff/people/{lost.id}/key/again", {"second": home[second].id}, 422)
    assert "Choose who agrees with you." in browser.page
    assert "/staff/join/" not in browser.page


def test_comparisons_of_the_old_key_do_not_count_for_the_new_one(
    home: dict[str, Somebody], visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    (site_id,) = home["advocate"].site_ids
    with db.writing(db.engine()) as session:
        newcomer = make_person(session, "advocate", site_id, handle="newcomer", trusted=False)
        by = home["second"]
        add_comparison(session, newcomer.id, Colleague(by.id, by.role, by.site_ids))
    browser = signed_in(visitor(), home["second"])
    token = _agreed(browser, newcomer, home["advocate"], visitor)
    invitations.accept_invitation(token, "", NEW, "en", CHEAP)
    with db.writing(db.engine()) as session:
        assert not session.scalars(select(KeyComparisonRow)).all()
        by = home["advocate"]
        assert add_comparison(session, newcomer.id, Colleague(by.id, by.role, by.site_ids)) is None


def test_a_facilitator_whom_a_coordinator_lets_in_anew_waits_until_an_advocate_has_met_her(
    home: dict[str, Somebody], visitor: Callable[[], Visitor]
) -> None:
    lost = home["facilitator"]
    browser = signed_in(visitor(), home["coordinator"])
    browser.open(f"/staff/people/{lost.id}")
    assert f"/staff/people/{lost.id}/again" in browser.page
    browser.open(f"/staff/people/{lost.id}/again")
    browser.send(f"/staff/people/{lost.id}/again")
    invitations.accept_invitation(_link(browser), "", NEW, "en", CHEAP)
    caller = staff_session.find_caller(staff_session.sign_in("facilitator", NEW))
    assert caller
    assert (caller.person_id, caller.role) == (lost.id, "newcomer")
    with db.reading(db.engine()) as session:
        lines = [tuple(line) for line in session.execute(select(AuditEntryRow.action, AuditEntryRow.subject))]
    assert lines[:2] == [("person.invite", str(lost.id)), ("key.renew", str(lost.id))]


def test_a_coordinator_resets_nobody_who_holds_keys_and_a_reader_nobody_else(
    home: dict[str, Somebody], visitor: Callable[[], Visitor]
) -> None:
    coordinator, advocate = (signed_in(visitor(), home[name]) for name in ("coordinator", "advocate"))
    for role in ("advocate", "outside_recipient", "safeguarding_lead"):
        coordinator.open(f"/staff/people/{home[role].id}/again", 404)
        coordinator.open(f"/staff/people/{home[role].id}/key/again", 403)
    advocate.open(f"/staff/people/{home['facilitator'].id}/key/again", 404)
    advocate.open(f"/staff/people/{home['advocate'].id}/key/again", 404)
    coordinator.open(f"/staff/people/{home['coordinator'].id}/again", 404)


def test_whoever_works_elsewhere_too_is_not_reset_from_here(
    home: dict[str, Somebody], visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        person = find_person_row(session, home["facilitator"].id)
        assert person
        add_workplace(session, person, other)
    signed_in(visitor(), home["coordinator"]).open(f"/staff/people/{home['facilitator'].id}/again", 404)


@pytest.mark.dialect("rows that an UPDATE or DELETE gives back")
def test_a_second_invitation_ends_the_first(home: dict[str, Somebody], visitor: Callable[[], Visitor]) -> None:
    address = f"/staff/people/{home['facilitator'].id}/again"
    browser = signed_in(visitor(), home["coordinator"])
    tokens = []
    for _ in range(2):
        browser.open(address)
        browser.send(address)
        tokens.append(_link(browser))
    visitor().open(f"/staff/join/{tokens[0]}", 410)
    visitor().open(f"/staff/join/{tokens[1]}")


def test_the_last_reader_of_a_report_gets_no_new_key_in_place_of_hers(
    home: dict[str, Somebody], visitor: Callable[[], Visitor]
) -> None:
    """Two who were left out could otherwise end what a child told by letting its readers in anew (S14)."""
    hers, (site_id,) = home["advocate"], home["advocate"].site_ids
    told = tell(site_id, [hers])
    browser = signed_in(visitor(), home["second"])
    link = f"/staff/join/{_agreed(browser, hers, home['outside_recipient'], visitor)}"
    assert told.id.hex() not in browser.page
    stranger = visitor()
    stranger.open(link)
    refused = stranger.send(link, {"new": NEW, "again": NEW}, 410).text
    assert "it stays as it is" in refused
    assert told.id.hex() not in refused
    her_page = signed_in(visitor(), hers).open("/staff/reports/").text
    assert told.path in her_page, "her key is the one it was"
