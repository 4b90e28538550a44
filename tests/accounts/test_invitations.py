"""Invitations: one link, once, for seven days; managers do not choose who reads. PRIVACY.md C; S35."""

import re
from collections.abc import Callable
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import StillClock
from tests.support.people import CHEAP, Somebody, house, make_person, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts import invitations
from youthvoice.accounts.invitations import Guest
from youthvoice.accounts.models import InvitationRow, PersonRow
from youthvoice.accounts.rules import HOLDING_KEYS, why_not_invited
from youthvoice.accounts.sign_in import staff_session
from youthvoice.accounts.store import find_person_row_by_handle, find_readers
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import Refused
from youthvoice.mail import outbox
from youthvoice.mail.messages import read_message
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.privacy.crypto.session_keys import session_token, token_hash
from youthvoice.web.i18n.languages import COOKIE

NEW: Final = "seven green boats at noon"


def _link(browser: Visitor) -> str:
    (token,) = re.findall(r"/staff/join/([\w-]{43})", browser.page)
    return str(token)


def _invite(browser: Visitor, site_id: int, role: str, path: str = "/staff/people/new", **more: str) -> str:
    browser.open(path)
    browser.send(path, {"name": "Mina Example", "role": role, "sites": [site_id], **more})
    return _link(browser)


def _chosen(**more: object) -> dict[str, object]:
    return {"handle": "mina", "new": NEW, "again": NEW, **more}


def _refusal(token: str) -> str:
    try:
        with db.reading(db.engine()) as session:
            invitations.find_invitation(session, token)
    except Refused as error:
        return error.code
    return "good"


def _guest(site_id: int, by: Somebody, role: str = "facilitator", person_id: int | None = None) -> str:
    with db.writing(db.engine()) as session:
        guest = Guest("Mina Example", role, frozenset({site_id}), person_id=person_id)
        return invitations.add_invitation(session, guest, by.id)


def test_a_facilitator_chooses_her_own_password_and_signs_in(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["coordinator"])
    token = _invite(signed_in(visitor(), people["coordinator"]), site_id, "facilitator")
    newcomer = visitor()
    newcomer.open(f"/staff/join/{token}")
    assert "Mina Example" in newcomer.page
    assert 'value="mina"' in newcomer.page
    newcomer.send(f"/staff/join/{token}", _chosen(again="another"), 422)
    newcomer.send(f"/staff/join/{token}", _chosen(new="short", again="short"), 422)
    newcomer.send(f"/staff/join/{token}", _chosen())
    assert "Your account is there" in newcomer.page
    newcomer.send("/staff/sign-in", {"handle": "mina", "password": NEW})
    assert "Mina Example" in newcomer.page
    caller = staff_session.find_caller(staff_session.sign_in("mina", NEW))
    assert caller
    assert (caller.role, caller.site_ids) == ("newcomer", frozenset({site_id})), "until an advocate has met her"


@pytest.mark.parametrize("chosen_by_a_child", ["de", "en.large"])
def test_a_language_of_children_alone_is_not_that_of_an_account(
    app: Flask, visitor: Callable[[], Visitor], chosen_by_a_child: str
) -> None:
    """Staff pages are translated into few languages: a page said it was German and spoke English."""
    site_id, people = house(["coordinator"])
    token = _guest(site_id, people["coordinator"])
    newcomer = visitor()
    newcomer.client.set_cookie(COOKIE, chosen_by_a_child)
    newcomer.open(f"/staff/join/{token}")
    newcomer.send(f"/staff/join/{token}", _chosen())
    with db.reading(db.engine()) as session:
        row = find_person_row_by_handle(session, "mina")
    assert row
    assert row.language == "en"


def test_who_has_a_language_without_pages_of_staff_reads_one_that_says_what_it_is(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    _, people = house(["coordinator"])
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).values(language="de"))
    page = signed_in(visitor(), people["coordinator"]).ask("GET", "/staff/").text
    assert '<html lang="en" dir="ltr"' in page


def test_a_link_works_once_and_the_second_time_it_says_so(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["coordinator"])
    token = _guest(site_id, people["coordinator"])
    browser = visitor()
    browser.open(f"/staff/join/{token}")
    invitations.accept_invitation(token, "mina", NEW, "en", CHEAP)
    browser.send(f"/staff/join/{token}", _chosen(handle="other"), 410)
    assert "It has already been used" in browser.page
    browser.open(f"/staff/join/{token}", 410)
    with db.reading(db.engine()) as session:
        assert find_person_row_by_handle(session, "other") is None


@pytest.mark.dialect("writers wait for each other")
def test_two_who_follow_a_link_at_once_make_one_account(app: Flask) -> None:
    site_id, people = house(["coordinator"])
    token = _guest(site_id, people["coordinator"])
    with db.reading(db.engine()) as session:
        seen = invitations.find_invitation(session, token)
    invitations.accept_invitation(token, "mina", NEW, "en", CHEAP)
    with db.writing(db.engine()) as session, pytest.raises(Refused):
        invitations.spend_invitation(session, seen, context.today())


@pytest.mark.dialect("moments")
def test_a_link_is_good_for_seven_days(app: Flask, clock: StillClock, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["coordinator"])
    token = _guest(site_id, people["coordinator"])
    clock.move(days=7, minutes=-1)
    assert _refusal(token) == "good"
    clock.move(minutes=1)
    assert _refusal(token) == "over"
    browser = visitor()
    browser.open(f"/staff/join/{token}", 410)
    assert "seven days" in browser.page


def test_a_link_that_nobody_was_given_is_unknown(app: Flask, visitor: Callable[[], Visitor]) -> None:
    house(["coordinator"])
    visitor().open(f"/staff/join/{session_token()}", 410)
    visitor().open("/staff/join/x", 410)


def test_a_link_taken_back_is_unknown(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["coordinator", "advocate"])
    token = _guest(site_id, people["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    browser.open("/staff/people")
    assert "1 invitation waits" in browser.page
    (address,) = re.findall(r'action="(/staff/people/invitations/\d+/take-back)"', browser.page)
    advocate = signed_in(visitor(), people["advocate"])
    advocate.open("/staff/people")
    assert address not in advocate.page
    advocate.send(address, status=404)
    browser.send(address)
    assert _refusal(token) == "unknown"


def test_the_links_of_who_has_left_let_nobody_in(app: Flask) -> None:
    site_id, people = house(["coordinator"])
    token = _guest(site_id, people["coordinator"])
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).values(left_on=context.today()))
    assert _refusal(token) == "unknown"


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_database_holds_no_link(app: Flask) -> None:
    site_id, people = house(["coordinator"])
    token = _guest(site_id, people["coordinator"])
    with db.reading(db.engine()) as session:
        row = session.execute(select(InvitationRow.__table__)).one()
    assert row.token_hash == token_hash(token)
    assert all(token not in str(value) for value in row)


@pytest.mark.parametrize("columns", [{"role": "coordinator"}, {"site_ids": [1, 2]}, {"name": "Other"}])
def test_an_invitation_altered_or_made_in_the_database_lets_nobody_in(app: Flask, columns: dict[str, object]) -> None:
    site_id, people = house(["coordinator"])
    token, planted = _guest(site_id, people["coordinator"]), session_token()
    with db.writing(db.engine()) as session:
        seal = session.scalars(select(InvitationRow.seal)).one()
        session.execute(update(InvitationRow).values(**columns))
        until = session.scalars(select(InvitationRow.until)).one()
        values = {"name": "Mina", "role": "coordinator", "site_ids": [site_id], "invited_by": people["coordinator"].id}
        session.add(InvitationRow(token_hash=token_hash(planted), until=until, seal=seal, **values))
    assert (_refusal(token), _refusal(planted)) == ("unknown", "unknown")


@pytest.mark.parametrize("role", HOLDING_KEYS)
def test_a_coordinator_cannot_invite_who_reads_what_children_write(
    app: Flask, visitor: Callable[[], Visitor], role: str
) -> None:
    site_id, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    sent: dict[str, object] = {"name": "Mina Example", "role": role, "sites": [site_id]}
    browser.open("/staff/people/new")
    browser.send("/staff/people/new", sent, 422)
    assert "she will read what children write" in browser.page
    assert "Mina Example" in browser.page
    assert browser.ask("POST", "/staff/people/readers/new", data={**browser.hidden, **sent}).status_code == 403
    assert why_not_invited(role, "coordinator") == "holds_wraps"
    with db.reading(db.engine()) as session:
        assert not session.scalars(select(InvitationRow)).all()


def test_advocates_and_outside_recipients_invite_readers_and_nobody_else(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    site_id, people = house(["advocate", "outside_recipient"])
    for person in people.values():
        browser = signed_in(visitor(), person)
        for role in HOLDING_KEYS:
            assert _invite(browser, site_id, role, "/staff/people/readers/new", name=f"Mina {person.role} {role}")
        browser.open("/staff/people/readers/new")
        sent: dict[str, object] = {"name": "Mina", "role": "coordinator", "sites": [site_id]}
        browser.send("/staff/people/readers/new", sent, 422)
    assert why_not_invited("reviewer", "advocate") == "managed"
    assert why_not_invited("reviewer", "facilitator") == "managed"
    assert why_not_invited("advocate", "safeguarding_lead") == "holds_wraps"
    assert why_not_invited("king", "coordinator") == "no_such_role"


def test_nobody_invites_to_a_site_that_is_not_hers(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = house(["coordinator"])
    other, _ = house([], "hill-school")
    browser = signed_in(visitor(), people["coordinator"])
    browser.open("/staff/people/new")
    browser.send("/staff/people/new", {"name": "Mina", "role": "facilitator", "sites": [other]}, 422)


def test_an_invited_advocate_signs_in_and_is_sealed_nothing(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["advocate"])
    invitations.accept_invitation(_guest(site_id, people["advocate"], "advocate"), "mina", NEW, "en", CHEAP)
    caller = staff_session.find_caller(staff_session.sign_in("mina", NEW))
    assert caller
    assert caller.role == "newcomer"
    assert not [permission for permission in ("letters.read", "readers.choose") if caller.may(permission)]
    with db.reading(db.engine()) as session:
        readers = find_readers(session, site_id)
    assert [reader.person_id for reader in readers.everybody] == [people["advocate"].id]


def test_a_newcomer_opens_her_own_pages_only(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, _ = house(["advocate"])
    with db.writing(db.engine()) as session:
        newcomer = make_person(session, "advocate", site_id, handle="newcomer", trusted=False)
    browser = signed_in(visitor(), newcomer)
    browser.open("/staff/")
    browser.open("/staff/me")
    for path in ("/staff/letters/", "/staff/people", "/staff/people/readers/new", "/staff/publications/"):
        browser.open(path, 403)


@pytest.mark.dialect("put in once")
def test_a_handle_that_is_taken_is_said_and_the_link_stays_good(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["coordinator"])
    token = _guest(site_id, people["coordinator"])
    browser = visitor()
    browser.open(f"/staff/join/{token}")
    browser.send(f"/staff/join/{token}", _chosen(handle="Coordinator"), 422)
    assert "Somebody signs in with this name already" in browser.page
    browser.send(f"/staff/join/{token}", _chosen(handle="में"), 422)
    browser.send(f"/staff/join/{token}", _chosen())
    assert staff_session.sign_in("mina", NEW)


def test_a_link_goes_by_mail_in_neutral_words_and_her_address_lies_locked(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    site_id, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    browser.open("/staff/people/new")
    token = _invite(browser, site_id, "facilitator", mail="mina@example.org")
    assert "by mail, too" in browser.page
    with db.writing(db.engine()) as session:
        (leased,) = outbox.lease(session, clock())
        message = read_message(outbox.decrypt_mail(leased))
        locked = session.scalars(select(InvitationRow.mail)).one()
        assert b"mina@" not in bytes(locked or b"")
        assert b"mina@" not in bytes(session.scalars(select(OutgoingMailRow.locked)).one())
    assert message["To"] == "mina@example.org"
    assert message["Subject"] == "A letter for you"
    body = message.get_body(("plain",))
    assert body
    assert token in body.get_content()
    assert not re.search("child|Example House|facilitator", message.as_string(), re.IGNORECASE)
    invitations.accept_invitation(token, "mina", NEW, "en", CHEAP)
    with db.reading(db.engine()) as session:
        assert session.scalars(select(InvitationRow.mail)).one() is None
        person = find_person_row_by_handle(session, "mina")
        assert person
        assert person.mail == locked


def test_what_is_no_address_is_refused(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    browser.open("/staff/people/new")
    sent: dict[str, object] = {"name": "Mina", "role": "facilitator", "sites": [site_id], "mail": "mina"}
    browser.send("/staff/people/new", sent, 422)
    assert "This is not an e-mail address" in browser.page


def test_an_address_that_has_an_account_gets_no_second_one(app: Flask, visitor: Callable[[], Visitor]) -> None:
    """A coordinator does not come back as an advocate by a slip of the address."""
    site_id, people = house(["coordinator", "advocate"])
    token = _invite(signed_in(visitor(), people["coordinator"]), site_id, "coordinator", mail="tomas@example.org")
    invitations.accept_invitation(token, "tomas", NEW, "en", CHEAP)
    browser = signed_in(visitor(), people["advocate"])
    browser.open("/staff/people/readers/new")
    sent: dict[str, object] = {"name": "T", "role": "advocate", "sites": [site_id], "mail": "Tomas@Example.org"}
    browser.send("/staff/people/readers/new", sent, 422)
    assert "has an account here" in browser.page


def test_the_log_knows_who_was_invited_came_and_was_taken_back(app: Flask, visitor: Callable[[], Visitor]) -> None:
    site_id, people = house(["coordinator"])
    browser = signed_in(visitor(), people["coordinator"])
    person = invitations.accept_invitation(_invite(browser, site_id, "facilitator"), "mina", NEW, "en", CHEAP)
    _invite(browser, site_id, "reviewer", name="Tara Example")
    browser.open("/staff/people")
    (address,) = re.findall(r'action="(/staff/people/invitations/\d+/take-back)"', browser.page)
    browser.send(address)
    with db.reading(db.engine()) as session:
        lines = session.execute(select(AuditEntryRow.actor, AuditEntryRow.action, AuditEntryRow.subject)).all()
    assert [tuple(line) for line in lines] == [
        ("coordinator", "person.invite", "facilitator"),
        ("mina", "person.join", str(person)),
        ("coordinator", "person.invite", "reviewer"),
        ("coordinator", "person.invite.take-back", "reviewer"),
    ]


@pytest.mark.dialect("moments")
def test_old_invitations_are_swept(app: Flask, clock: StillClock) -> None:
    site_id, people = house(["coordinator"])
    _guest(site_id, people["coordinator"])
    clock.move(days=38)
    _guest(site_id, people["coordinator"])
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(InvitationRow)).all()) == 1
