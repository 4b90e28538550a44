"""The head of the log goes outside once a day, to addresses that no one person chooses (PRIVACY.md C, "Audit")."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, select

from tests.conftest import StillClock
from tests.mail.post_office import Office, post_office
from tests.pages import Visitor
from tests.people import Somebody, house, make_person, signed_in
from youthvoice import context as running
from youthvoice import db
from youthvoice.audit import heads
from youthvoice.audit.heads import Head
from youthvoice.audit.log import Log
from youthvoice.audit.models import AuditEntry
from youthvoice.mail.models import OutgoingMail
from youthvoice.mail.send_job import send_all_due
from youthvoice.witnesses import store
from youthvoice.witnesses.head_job import heads_due
from youthvoice.witnesses.models import Witness
from youthvoice.witnesses.rules import why_not_confirmed

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
            Log(running.keyring().key("audit"), running.today(), "asha").add(session, "letter.open", f"{nth}")


def confirmed(visitor: Callable[[], Visitor], people: dict[str, Somebody]) -> None:
    asha, outside = (signed_in(visitor(), people[role]) for role in ("advocate", "outside_recipient"))
    enter(asha, INSPECTOR)
    press(outside, 1, "confirm")
    enter(outside, BOARD)
    press(asha, 2, "confirm")


def sent(office: Office) -> list[tuple[str, str]]:
    settings = replace(running.settings(), smtp_url=office.url)
    send_all_due(db.engine(), running.keyring(), settings, running.now)
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
        heads_due()
        heads_due()
        (first, one), (second, other) = sorted(sent(office))
        assert (first, second) == (BOARD, INSPECTOR)
        with db.reading(db.engine()) as session:
            head = heads.last(session)
        assert f"{head}" in one.replace("=\n", "")
        assert one == other
        heads_due()
        assert sent(office) == []
        clock.move(days=1)
        log()
        heads_due()
        assert len(sent(office)) == 2


def test_a_note_names_neither_house_nor_child_nor_who_did_what(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody]
) -> None:
    confirmed(visitor, people)
    with post_office() as office:
        heads_due()
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
    heads_due()
    with db.reading(db.engine()) as session:
        assert session.scalars(select(OutgoingMail.id)).all() == []


def seen(slot: int) -> str:
    with db.reading(db.engine()) as session:
        found = store.one(session, running.keyring(), slot)
    assert found is not None
    return found.seen


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
        assert store.to_write_to(session, running.keyring()) == []


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
        actions = session.execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.number)).all()
        assert INSPECTOR not in str(session.execute(select(AuditEntry.subject)).all())
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
    enter(asha, "not an address", 400)
    assert "This is no mail address" in asha.page
    enter(asha, BOARD)
    asha.send("/staff/audit/", {"address": "third@example.org", "language": "en"}, 409)


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_database_shows_no_address_and_nobody_writes_himself_in(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody]
) -> None:
    confirmed(visitor, people)
    with db.writing(db.engine()) as session:
        rows = session.scalars(select(Witness.locked)).all()
        assert len({len(row) for row in rows}) == 1
        assert not [row for row in rows if b"example" in row]
        first, second = session.scalars(select(Witness).order_by(Witness.slot)).all()
        first.locked, second.locked = second.locked, bytes(len(second.locked))
    with db.reading(db.engine()) as session:
        assert store.to_write_to(session, running.keyring()) == []


def test_once_the_log_was_cut_every_note_says_so_and_no_shorter_head_is_kept(
    app: Flask, visitor: Callable[[], Visitor], people: dict[str, Somebody], clock: StillClock
) -> None:
    confirmed(visitor, people)
    log()
    with post_office() as office:
        heads_due()
        assert len(sent(office)) == 2
        with db.writing(db.engine()) as session:
            _day, held = heads.last_kept(session) or (None, Head(0, b""))
            session.execute(delete(AuditEntry).where(AuditEntry.number > held.number - 2))
        clock.move(days=1)
        for _twice in range(2):
            heads_due()
        said = sent(office)
        assert len(said) == 2
        assert all("changed or cut off" in words for _to, words in said)
        assert "The log was changed or cut" in signed_in(visitor(), people["advocate"]).open("/staff/audit/").text
        with db.reading(db.engine()) as session:
            kept = heads.last_kept(session)
        assert kept == (running.today(), held)


def test_an_empty_log_has_no_head(app: Flask) -> None:
    heads_due()
    with db.reading(db.engine()) as session:
        assert heads.last_kept(session) is None
