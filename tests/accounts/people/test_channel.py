"""Children can tell only where two trained advocates, a reached outside recipient and a helpline are (S35)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.people import CHEAP, FIRST_NAMES, Somebody, house, make_person, make_site, on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accounts.labels import CHANNEL_LABELS
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.people import bootstrap, directory
from youthvoice.accounts.rules import missing_for_channel, training_state
from youthvoice.accounts.store import find_person_row
from youthvoice.audit.models import AuditEntryRow
from youthvoice.context import runtime_of
from youthvoice.example import people
from youthvoice.mail.models import OutgoingMailRow
from youthvoice.sites.store import change_site, find_site

TODAY = date(2026, 11, 24)
ALL = ("advocates", "outside", "helpline")


def _missing(site_id: int) -> tuple[str, ...]:
    with db.reading(db.engine()) as session:
        site = find_site(session, site_id)
        assert site
        return directory.missing_at_site(session, site)


def _home() -> tuple[int, dict[str, Somebody]]:
    """A site whose channel is open."""
    site_id, people = house(["advocate", "outside_recipient", "coordinator", "facilitator"])
    with db.writing(db.engine()) as session:
        people["second"] = make_person(session, "advocate", site_id, handle="second")
    return site_id, people


def _set(person: Somebody, **columns: object) -> None:
    with db.writing(db.engine()) as session:
        row = find_person_row(session, person.id)
        assert row
        for name, value in columns.items():
            setattr(row, name, value)


def test_a_site_with_everything_is_open(app: Flask) -> None:
    assert _missing(_home()[0]) == ()


def test_an_empty_site_lacks_everything(app: Flask) -> None:
    with db.writing(db.engine()) as session:
        site_id = make_site(session, helpline_number="").id
    assert _missing(site_id) == ALL


@pytest.mark.dialect("moments")
def test_training_counts_until_its_last_day_at_the_site(app: Flask, clock: StillClock) -> None:
    site_id, people = _home()
    _set(people["second"], trained_until=TODAY)
    assert _missing(site_id) == ()
    clock.move(hours=9, minutes=29)
    assert _missing(site_id) == ()
    clock.move(minutes=1)  # midnight in Kolkata
    assert _missing(site_id) == ("advocates",)


def test_an_advocate_whose_key_is_not_confirmed_does_not_count(app: Flask) -> None:
    site_id, people = _home()
    with db.writing(db.engine()) as session:
        make_person(session, "advocate", site_id, handle="third", trusted=False)
        row = find_person_row(session, people["second"].id)
        assert row
        row.left_on = TODAY
    assert _missing(site_id) == ("advocates",)


def test_an_outside_recipient_has_to_be_reached_and_confirmed(app: Flask) -> None:
    site_id, people = _home()
    _set(people["outside_recipient"], tested_on=None)
    assert _missing(site_id) == ("outside_untested",)
    _set(people["outside_recipient"], left_on=TODAY)
    assert _missing(site_id) == ("outside",)


@pytest.mark.parametrize("column", ["helpline_name", "helpline_number", "helpline_tested"])
def test_a_helpline_has_a_name_a_number_and_a_day(app: Flask, column: str) -> None:
    site_id, _ = _home()
    with db.writing(db.engine()) as session:
        change_site(session, site_id, {column: None if column == "helpline_tested" else ""})
    assert _missing(site_id) == ("helpline",)


def test_rules_of_training() -> None:
    assert training_state(None, TODAY) == "none"
    assert training_state(TODAY - timedelta(days=1), TODAY) == "over"
    assert training_state(TODAY, TODAY) == "soon"
    assert training_state(TODAY + timedelta(days=60), TODAY) == "soon"
    assert training_state(TODAY + timedelta(days=61), TODAY) == "good"
    assert missing_for_channel(2, 1, 1, helpline=True) == ()
    assert missing_for_channel(1, 0, 0, helpline=False) == ALL
    assert missing_for_channel(2, 2, 0, helpline=True) == ("outside_untested",)


def test_every_code_has_words(app: Flask) -> None:
    with app.test_request_context():
        assert all(CHANNEL_LABELS[code] for code in (*ALL, "outside_untested"))


def test_a_coordinator_records_training_and_both_see_what_is_missing(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    site_id, people = _home()
    _set(people["second"], trained_until=None)
    coordinator, advocate = (signed_in(visitor(), people[name]) for name in ("coordinator", "advocate"))
    for browser in (coordinator, advocate):
        browser.open("/staff/people")
        assert "Children cannot tell at Example House yet" in browser.page
        assert "Two advocates whose key is confirmed" in browser.page
    address = f"/staff/people/{people['second'].id}"
    coordinator.open(address)
    assert "No training recorded" in coordinator.page
    coordinator.send(f"{address}/training", {"trained_until": "soon"}, 422)
    coordinator.send(f"{address}/training", {"trained_until": "2027-11-24"})
    assert "Trained until" in coordinator.page
    assert _missing(site_id) == ()
    assert "Children can tell at Example House" in coordinator.open("/staff/people").text
    coordinator.open(address)
    coordinator.send(f"{address}/training", {"trained_until": ""})
    assert _missing(site_id) == ("advocates",)
    advocate.open(address)
    assert "trained_until" not in advocate.page
    advocate.send(f"{address}/training", {"trained_until": "2027-11-24"}, 403)
    with db.reading(db.engine()) as session:
        lines = [tuple(line) for line in session.execute(select(AuditEntryRow.action, AuditEntryRow.subject))]
    who = people["second"].id
    assert lines == [
        ("person.training", f"{who} until 2027-11-24"),
        ("person.training", f"{who} until never"),
    ]


def test_an_advocate_tries_the_way_outside_and_the_recipient_says_that_it_reached_her(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    site_id, people = _home()
    outside = people["outside_recipient"]
    _set(outside, tested_on=None, mail=None)
    address = f"/staff/people/{outside.id}"
    advocate, recipient = signed_in(visitor(), people["advocate"]), signed_in(visitor(), outside)
    recipient.open("/staff/me/test")
    assert "No test waits for you" in recipient.page
    recipient.send("/staff/me/test", status=400)
    advocate.open(address)
    advocate.send(f"{address}/test")
    assert "has no address here" in advocate.page
    _set(outside, mail=encrypt_address("olga@example.org"))
    advocate.open(address)
    advocate.send(f"{address}/test")
    assert "asked by mail to sign in" in advocate.page
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(OutgoingMailRow)).all()) == 1
    assert _missing(site_id) == ("outside_untested",)
    assert "/staff/me/test" in recipient.open("/staff/").text
    recipient.open("/staff/me/test")
    recipient.send("/staff/me/test")
    assert "you are reached" in recipient.page
    assert "/staff/me/test" not in recipient.open("/staff/").text
    assert _missing(site_id) == ()
    advocate.open(address)
    advocate.send(f"{address}/test")
    assert "today already" in advocate.page
    clock.move(minutes=1)
    with db.reading(db.engine()) as session:
        lines = [line for line in session.scalars(select(AuditEntryRow.action)) if line.startswith("outside")]
    assert lines == ["outside.test.ask", "outside.test.ask", "outside.test.reached"]


def test_trying_again_does_not_close_the_channel(app: Flask, visitor: Callable[[], Visitor], clock: StillClock) -> None:
    site_id, people = _home()
    _set(people["outside_recipient"], tested_on=TODAY - timedelta(days=200))
    address = f"/staff/people/{people['outside_recipient'].id}"
    advocate = signed_in(visitor(), people["advocate"])
    advocate.open(address)
    advocate.send(f"{address}/test")
    assert "no answer yet" in advocate.page
    assert _missing(site_id) == ()


def test_nobody_else_is_tested_and_nobody_tests_herself(app: Flask, visitor: Callable[[], Visitor]) -> None:
    _, people = _home()
    advocate, outside = (signed_in(visitor(), people[name]) for name in ("advocate", "outside_recipient"))
    advocate.open(f"/staff/people/{people['second'].id}")
    advocate.send(f"/staff/people/{people['second'].id}/test", status=404)
    outside.open("/staff/me")
    outside.send(f"/staff/people/{people['outside_recipient'].id}/test", status=404)
    advocate.open("/staff/me/test", 403)


def test_the_example_is_open(app: Flask) -> None:
    prepared = bootstrap.prepare_accounts(people.ready(TODAY), context.keyring().key("pepper"), "x", cost=CHEAP)
    with db.writing(db.engine()) as session:
        site_id = people.add_site(session, TODAY)
        people.add_people(session, prepared, site_id)
    assert _missing(site_id) == ()


def test_founding_says_what_children_still_need(app: Flask) -> None:
    found = ["staff", "found", *FIRST_NAMES, "--site", "Example House", "--trained-until", "2027-11-24"]
    help_ = ["--helpline-name", "Line", "--helpline-number", "1098"]
    answer = app.test_cli_runner().invoke(args=[*found, *help_])
    assert answer.exit_code == 0, answer.output
    (line,) = (line for line in answer.output.splitlines() if line.startswith("Before children can tell"))
    assert "asks the outside recipient for a test" in line
    assert "training" not in line


def test_the_childrens_door_leads_to_help_while_something_is_missing(
    app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    site_id, people = _home()
    _set(people["second"], trained_until=TODAY)
    tablet = on_tablet(visitor(), site_id)
    tablet.open("/language/en", follow=False, status=302)
    assert 'href="/ways"' in tablet.open("/").text, "in its place, whatever lies behind it"
    assert "You get an answer." in tablet.open("/ways").text
    tablet.open("/tell")
    clock.move(days=1)
    assert "You cannot tell it here yet." in _later(tablet, 404)
    page = tablet.open("/ways").text
    assert "You cannot tell it here yet." in page, "said before the tap"
    assert "You get an answer." not in page
    _set(people["second"], trained_until=TODAY + timedelta(days=30))
    _later(tablet)


def _later(tablet: Visitor, status: int = 200) -> str:
    """What lies behind the door once what is remembered for a few seconds is forgotten."""
    runtime_of(tablet.app).caches.clear()
    return tablet.open("/tell", status).text
