"""The head of the log goes outside once a day, to addresses that no one person chooses (PRIVACY.md C, "Audit")."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, select

from tests.conftest import StillClock
from tests.support.people import Somebody, house, make_person, signed_in
from tests.support.smtp_server import Office, post_office
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log, LogHead, last_head, last_kept_head
from youthvoice.audit.models import AuditEntryRow
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.mail.transport import send_all_due
from youthvoice.witnesses.head_job import send_due_heads
from youthvoice.witnesses.models import WitnessRow
from youthvoice.witnesses.store import find_witness, list_confirmed_witnesses, why_not_confirmed

INSPECTOR, BOARD = "inspector@example.org", "board@example.net"


@pytest.fixture
def people(app: Flask) -> dict[str, Somebody]:
    site_id, found = house(["advocate", "outside_recipient", "coordinator"])
    with db.writing(db.engine()) as session:
        found["second"] = make_person(session, "advocate", site_id, handle="second")
    return found


def enter(browser: Visitor, address: str, status: int = 200) -> None:
    browser.open("/staff/audit/")
    browser.send("/staff/audit/", {"address": address, "language": "en"}, status)


def press(browser: Visitor, slot: int, what: str, status: int = 200) -> None:
    browser.open("/staff/audit/")
    found = re.search(rf'/{slot}/{what}">.*?name="seen" value="(\w+)"', browser.page, re.DOTALL)
    assert found, f"no button to {what}"
    browser.send(f"/staff/audit/{slot}/{what}", {"seen": found[1]}, status)


def log(lines: int = 3) -> None:
    with db.writing(db.engine()) as session:
        for nth in range(lines):
            Log(context.today(), "asha").add(session, "letter.open", f"{nth}")


def confirmed(visitor: Callable[[], Visitor], people: dict[str, Somebody]) -> None:
    asha, outside = (signed_in(visitor(), people[role]) for role in ("advocate", "outside_recipient"))
    enter(asha, INSPECTOR)
    press(outside, 1, "confirm")
    enter(outside, BOARD)
    press(asha, 2, "confirm")


def sent(office: Office) -> list[tuple[str, str]]:
    settings = replace(context.settings(), smtp_url=office.url)
    send_all_due(db.engine(), settings, context.now)
    texts = [(str(mail["To"]), str(mail.get_payload(0).get_payload())) for mail in office.taken]  # type: ignore[union-attr]
    office.taken.clear()
    return texts


def test_two_people_choose_and_one_of_them_is_of_another_organisation() -> None:
    assert why_not_confirmed(1, "advocate", 2, "outside_recipient") is None
    assert why_not_confirmed(1, "outside_recipient", 2, "advocate") is None
    assert why_not_confirmed(1, "outside_recipient", 1, "outside_recipient") == "same_person"
    assert why_not_confirmed(1, "advocate", 2, "advocate") == "both_inside"
    assert why_not_confirmed(1, "", 2, "advocate") == "both_inside"


@pytest.mark.dialect("put in once")
def test_the_head_of_a_day_reaches_both_addresses_once_through_a_real_server(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody], clock: StillClock
) -> None:
    confirmed(visitor, people)
    with post_office() as office:
        send_due_heads()
        send_due_heads()
        (first, one), (second, other) = sorted(sent(office))
        assert (first, second) == (BOARD, INSPECTOR)
        with db.reading(db.engine()) as session:
            head = last_head(session)
        assert f"{head}" in one.replace("=\n", "")
        assert one == other
        send_due_heads()
        assert sent(office) == []
        clock.move(days=1)
        log()
        send_due_heads()
        assert len(sent(office)) == 2


def test_a_note_names_neither_house_nor_child_nor_who_did_what(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody]
) -> None:
    confirmed(visitor, people)
    with post_office() as office:
        send_due_heads()
        for _to, words in sent(office):
            for word in ("child", "Example House", "advocate", "letter", "report", "example-house"):
                assert word not in words


def test_an_address_that_one_person_entered_gets_nothing(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody]
) -> None:
    asha = signed_in(visitor(), people["advocate"])
    enter(asha, INSPECTOR)
    assert "Somebody else confirms it" in asha.page
    asha.send("/staff/audit/1/confirm", {"seen": seen(1)}, 403)
    second = signed_in(visitor(), people["second"])
    second.open("/staff/audit/")
    assert "One of the two must be an outside recipient" in second.page
    second.send("/staff/audit/1/confirm", {"seen": seen(1)}, 403)
    send_due_heads()
    with db.reading(db.engine()) as session:
        assert session.scalars(select(OutgoingMailRow.id)).all() == []


def seen(slot: int) -> str:
    with db.reading(db.engine()) as session:
        address = find_witness(session, slot)
    assert address is not None
    return address.seen


@pytest.mark.dialect("writers wait for each other")
def test_what_was_changed_since_the_page_was_opened_is_not_confirmed(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody]
) -> None:
    asha, outside = (signed_in(visitor(), people[role]) for role in ("advocate", "outside_recipient"))
    enter(asha, INSPECTOR)
    old = seen(1)
    press(asha, 1, "remove")
    enter(asha, "somebody-else@example.org")
    outside.open("/staff/audit/")
    outside.send("/staff/audit/1/confirm", {"seen": old}, 400)
    with db.reading(db.engine()) as session:
        assert list_confirmed_witnesses(session) == []


def test_an_address_that_is_taken_away_is_told_so_and_it_stands_in_the_log(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody]
) -> None:
    confirmed(visitor, people)
    press(signed_in(visitor(), people["second"]), 1, "remove")
    with post_office() as office:
        ((to, words),) = sent(office)
    assert to == INSPECTOR
    assert "This is the last note" in words
    with db.reading(db.engine()) as session:
        actions = session.execute(
            select(AuditEntryRow.actor, AuditEntryRow.action).order_by(AuditEntryRow.number)
        ).all()
        assert INSPECTOR not in str(session.execute(select(AuditEntryRow.subject)).all())
    assert actions[-1] == ("second", "witness.remove")
    assert [action for _actor, action in actions if action.startswith("witness")] == [
        *("witness.enter", "witness.confirm") * 2,
        "witness.remove",
    ]


def test_a_coordinator_neither_sees_nor_sets_them(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody]
) -> None:
    browser = signed_in(visitor(), people["coordinator"])
    assert "/staff/audit" not in browser.open("/staff/").text
    assert browser.ask("GET", "/staff/audit/").status_code == 403


@pytest.mark.dialect("put in once")
def test_there_are_two_addresses_and_each_once(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody]
) -> None:
    asha = signed_in(visitor(), people["advocate"])
    enter(asha, INSPECTOR)
    enter(asha, INSPECTOR.upper(), 409)
    enter(asha, "not an address", 422)
    assert "This is no mail address" in asha.page
    enter(asha, BOARD)
    asha.send("/staff/audit/", {"address": "third@example.org", "language": "en"}, 409)


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_database_shows_no_address_and_nobody_writes_himself_in(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody]
) -> None:
    confirmed(visitor, people)
    with db.writing(db.engine()) as session:
        rows = session.scalars(select(WitnessRow.locked)).all()
        assert len({len(row) for row in rows}) == 1
        assert not [row for row in rows if b"example" in row]
        first, second = session.scalars(select(WitnessRow).order_by(WitnessRow.slot)).all()
        first.locked, second.locked = second.locked, bytes(len(second.locked))
    with db.reading(db.engine()) as session:
        assert list_confirmed_witnesses(session) == []


def test_once_the_log_was_cut_every_note_says_so_and_no_shorter_head_is_kept(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody], clock: StillClock
) -> None:
    confirmed(visitor, people)
    log()
    with post_office() as office:
        send_due_heads()
        assert len(sent(office)) == 2
        with db.writing(db.engine()) as session:
            _day, held = last_kept_head(session) or (None, LogHead(0, b""))
            session.execute(delete(AuditEntryRow).where(AuditEntryRow.number > held.number - 2))
        clock.move(days=1)
        for _twice in range(2):
            send_due_heads()
        said = sent(office)
        assert len(said) == 2
        assert all("changed or cut off" in words for _to, words in said)
        assert "The log was changed or cut" in signed_in(visitor(), people["advocate"]).open("/staff/audit/").text
        with db.reading(db.engine()) as session:
            kept = last_kept_head(session)
        assert kept == (context.today(), held)


def test_an_empty_log_has_no_head(app: Flask) -> None:
    send_due_heads()
    with db.reading(db.engine()) as session:
        assert last_kept_head(session) is None
