"""Whoever a coordinator let in is nobody until an advocate has met her. PRIVACY.md C; two adults are two humans."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.people import CHEAP, Somebody, house, make_person, make_site, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accounts.invitations import Guest, accept_invitation, add_invitation
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import PersonRow
from youthvoice.accounts.people import directory, offboarding
from youthvoice.accounts.people.key_comparison import Colleague, add_meeting
from youthvoice.accounts.people.store import FROM_THE_START
from youthvoice.accounts.rules import ADDED_BY_A_COORDINATOR
from youthvoice.accounts.store import find_acting_role, list_trusted_person_rows, site_ids_of_people
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import Refused
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.sites.store import list_sites

NEW = "seven green boats at noon"
SEEN: dict[str, object] = {"met": "y"}


def _role(person_id: int) -> str | None:
    with db.reading(db.engine()) as session:
        person = session.get_one(PersonRow, person_id)
        sites = site_ids_of_people(session, [person_id])[person_id]
        return find_acting_role(person, sites)


def _came(people_: dict[str, Somebody], role: str = "facilitator", person_id: int | None = None) -> int:
    """Somebody accepts a coordinator's invitation."""
    by = people_["coordinator"]
    guest = Guest("Mina Example", role, by.site_ids, person_id=person_id)
    with db.writing(db.engine()) as session:
        token = add_invitation(session, guest, by.id)
    return accept_invitation(token, f"mina-{role}", NEW, "en", CHEAP)


@pytest.mark.parametrize("role", ADDED_BY_A_COORDINATOR)
def test_an_advocate_who_has_met_her_says_so_on_her_own_page(
    app: Flask, visitor: Callable[[], Visitor], role: str
) -> None:
    _site_id, people_ = house(["coordinator", "advocate"])
    mina = _came(people_, role)
    assert _role(mina) == "newcomer"
    asha = signed_in(visitor(), people_["advocate"])
    assert "A coordinator let her in" in asha.open("/staff/").text
    page = f"/staff/people/{mina}"
    assert "can do nothing here" in asha.open(page).text
    asha.send(f"{page}/met", status=422)
    assert "Tick this only" in asha.page
    assert _role(mina) == "newcomer"
    asha.open(page)
    asha.send(f"{page}/met", SEEN)
    assert "is confirmed. She can begin." in asha.page
    assert _role(mina) == role
    assert "A coordinator let her in" not in asha.open("/staff/").text
    with db.reading(db.engine()) as session:
        (line,) = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "person.met"))
        assert (line.actor, line.subject) == ("advocate", str(mina))
    asha.open(page)
    asha.send(f"{page}/met/withdraw")
    assert _role(mina) == "newcomer"


def test_nobody_but_an_advocate_of_a_site_of_hers_says_so(app: Flask, visitor: Callable[[], Visitor]) -> None:
    roles = ["coordinator", "facilitator", "reviewer", "safeguarding_lead", "outside_recipient"]
    site_id, people_ = house(roles)
    with db.writing(db.engine()) as session:
        far = make_person(session, "advocate", make_site(session, "far-house").id, handle="far")
        waits = make_person(session, "advocate", site_id, handle="waits", trusted=False)
    mina = _came(people_)
    for role in roles:
        browser = signed_in(visitor(), people_[role])
        browser.open("/staff/me")
        assert browser.send(f"/staff/people/{mina}/met", SEEN, 403)
    for other, status in ((far, 404), (waits, 403)):
        browser = signed_in(visitor(), other)
        browser.open("/staff/me")
        browser.send(f"/staff/people/{mina}/met", SEEN, status)
    assert _role(mina) == "newcomer"
    by = Colleague(far.id, far.role, far.site_ids)
    with db.writing(db.engine()) as session, pytest.raises(Refused):
        add_meeting(session, mina, by)


def test_whoever_is_let_in_anew_is_met_anew_and_her_old_address_is_told(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    site_id, people_ = house(["coordinator", "facilitator"])
    with db.writing(db.engine()) as session:
        asha = make_person(session, "advocate", site_id, handle="asha")
        for one, address in ((people_["facilitator"].id, "f@example.org"), (asha.id, "a@example.org")):
            session.get_one(PersonRow, one).mail = encrypt_address(address)
    hers = people_["facilitator"].id
    assert _came(people_, person_id=hers) == hers
    assert _role(hers) == "newcomer"
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(OutgoingMailRow)).all()) == 2, "to her, and to the advocate"
    page, browser = f"/staff/people/{hers}", signed_in(visitor(), asha)
    browser.open(page)
    _came(people_, person_id=hers)
    browser.send(f"{page}/met", SEEN, 409)  # the form knew the account before last
    assert _role(hers) == "newcomer"
    browser.open(page)
    browser.send(f"{page}/met", SEEN)
    assert _role(hers) == "facilitator"


def test_whoever_writes_in_the_database_cannot_say_so(app: Flask) -> None:
    site_id, people_ = house(["coordinator", "advocate"])
    mina = _came(people_)
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.id == mina).values(trusted_from=FROM_THE_START))
    assert _role(mina) is None
    with db.reading(db.engine()) as session:
        assert mina not in {one.id for one in list_trusted_person_rows(session, [site_id])}
        person = directory.person_overview(session, session.get_one(PersonRow, mina))
    assert person.standing == "altered"


def test_an_unknown_coordinator_is_not_the_one_who_remains(app: Flask, clock: StillClock) -> None:
    site_id, people_ = house(["coordinator", "advocate"])
    _came(people_, "coordinator")
    with db.reading(db.engine()) as session:
        leaving = offboarding.describe_leaving(session, people_["coordinator"].id, [site_id])
    assert leaving
    assert leaving.refusal == "last_coordinator"


def test_doctor_and_people_page_say_who_is_not_confirmed(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _site_id, people_ = house(["coordinator", "advocate"])
    told = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "not confirmed yet" not in told
    mina = _came(people_)
    told = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "not confirmed yet: Mina Example" in told
    browser = signed_in(visitor(), people_["coordinator"])
    assert "No advocate has met her yet" in browser.open("/staff/people").text
    assert "No advocate has met her yet" in browser.open(f"/staff/people/{mina}").text
    assert f"/staff/people/{mina}/met" not in browser.page


@pytest.mark.parametrize("until", ["", "2026-11-25"])
def test_a_coordinator_of_one_site_cannot_end_the_training_of_advocates_whom_another_shares(
    app: Flask, visitor: Callable[[], Visitor], until: str
) -> None:
    """S35: it would close telling at a site that is not hers."""
    site_id, people_ = house(["coordinator", "outside_recipient"])
    with db.writing(db.engine()) as session:
        other = make_site(session, "hill-school").id
        boss_there = make_person(session, "coordinator", other, handle="there")
        shared = [make_person(session, "advocate", site_id, other, handle=one) for one in ("asha", "ravi")]
        session.get_one(PersonRow, shared[0].id).mail = encrypt_address("a@example.org")
    browser = signed_in(visitor(), boss_there)
    for one in shared:
        browser.open(f"/staff/people/{one.id}")
        browser.send(f"/staff/people/{one.id}/training", {"trained_until": until}, 403)
        assert "it can only be prolonged" in browser.page
    with db.reading(db.engine()) as session:
        site = list_sites(session, [site_id])[0]
        assert not directory.missing_at_site(session, site)
    browser.open(f"/staff/people/{shared[0].id}")
    browser.send(f"/staff/people/{shared[0].id}/training", {"trained_until": "2101-01-01"})
    ours = signed_in(visitor(), people_["coordinator"])
    with db.writing(db.engine()) as session:
        alone = make_person(session, "advocate", site_id, handle="alone")
    ours.open(f"/staff/people/{alone.id}")
    ours.send(f"/staff/people/{alone.id}/training", {"trained_until": until})
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(OutgoingMailRow)).all()) == 1, "Asha is asked to sign in"
