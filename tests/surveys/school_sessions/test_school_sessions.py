"""A session at a school: permission on file, what was heard, what was changed because of it (S34)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.people import Somebody, house, make_person, make_site, on_tablet, signed_in
from tests.support.rounds import open_round, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.store import find_by_subject
from youthvoice.sites.site_page import SITES_SHOWN
from youthvoice.surveys.models import SchoolSessionRow
from youthvoice.surveys.school_sessions.store import refusal_to_archive, session_refusals

NewVisitor = Callable[[], Visitor]
DRAFT = {
    "class_name": "6 B",
    "day": date(2026, 11, 20),
    "permission": "Headteacher, 12 November",
    "due": date(2026, 12, 12),
}


@pytest.mark.parametrize(
    ("changed", "at", "code"),
    [
        ({"permission": " "}, "permission", "no_permission"),
        ({"class_name": ""}, "class_name", "no_class"),
        ({"due": date(2026, 11, 20)}, "due", "due_too_early"),
        ({"due": date(2027, 6, 1)}, "due", "due_too_late"),
    ],
)
def test_a_session_without_what_it_needs_is_refused(changed: dict[str, object], at: str, code: str) -> None:
    assert not list(session_refusals(SchoolSessionRow(**DRAFT)))
    assert [(one.at, one.code) for one in session_refusals(SchoolSessionRow(**{**DRAFT, **changed}))] == [(at, code)]


def test_it_is_put_away_only_when_it_was_filled_in_and_answered() -> None:
    assert refusal_to_archive(is_answered=True, is_filled=False) == "not_filled"
    assert refusal_to_archive(is_answered=False, is_filled=True) == "not_answered"
    assert refusal_to_archive(is_answered=True, is_filled=True) is None


@dataclass(frozen=True)
class Home:
    """A site with its people."""

    site_id: int
    people: dict[str, Somebody]
    visitor: NewVisitor

    def desk(self, role: str) -> Visitor:
        """A signed-in browser."""
        return signed_in(self.visitor(), self.people[role])

    def adds(self, status: int = 200, **other: object) -> Visitor:
        """The coordinator writes a session down."""
        desk = self.desk("coordinator")
        desk.open("/staff/sessions/add")
        holder = self.people["facilitator"].id
        given = {
            "site": self.site_id, "school": "Hill School", "class_name": "6 B", "day": "2026-11-20",
            "permission": "Headteacher, 12 November", "held_by": holder, "rounds": "", "owner": holder,
            "due": "2026-12-12", **other,
        }  # fmt: skip
        desk.send("/staff/sessions/add", given, status)
        return desk

    def only(self) -> int:
        """The one session there is."""
        with db.reading(db.engine()) as session:
            return session.scalars(select(SchoolSessionRow.id)).one()

    def does(self, role: str, what: str, status: int = 200, **given: object) -> Visitor:
        """Somebody fills in a form of the session's page."""
        desk = self.desk(role)
        desk.open(f"/staff/sessions/{self.only()}")
        desk.send(f"/staff/sessions/{self.only()}/{what}", given, status)
        return desk


@pytest.fixture
def home(app: Flask, visitor: NewVisitor) -> Home:
    site_id, people = house(["coordinator", "facilitator", "advocate"])
    return Home(site_id, people, visitor)


def test_the_list_says_what_to_do_while_it_is_empty(home: Home) -> None:
    page = home.desk("coordinator").open("/staff/sessions/").text
    assert "No session was written down yet" in page
    assert "Write a session down" in page


def test_without_permission_on_file_nothing_is_written_down(home: Home) -> None:
    desk = home.adds(422, permission="")
    assert "Without one no session is held." in desk.page
    with db.reading(db.engine()) as session:
        assert not session.scalars(select(SchoolSessionRow)).all()


def test_its_answer_is_due_from_the_day_of_its_site(home: Home, clock: StillClock) -> None:
    clock.move(hours=11)  # half past one of the next morning in India
    home.adds()
    with db.reading(db.engine()) as session:
        answer_due = find_by_subject(session, "session", str(home.only()))
    assert answer_due is not None
    assert answer_due.shown_on == clock().date() + timedelta(days=1)


@pytest.mark.dialect("writers wait for each other")
def test_it_is_filled_in_agreed_answered_told_and_put_away(home: Home) -> None:
    home.adds()
    home.does("coordinator", "away", 409)
    home.does("facilitator", "heard", children="4711", themes=["school", "to_be_heard"])
    home.does("advocate", "sentence", sentence_en="We want a lamp on the way to school.")
    with db.writing(db.engine()) as session:
        answer_due = find_by_subject(session, "session", str(home.only()))
        assert answer_due
        assert answer_due.owner_id == home.people["facilitator"].id
        said = {"en": "The town puts up a lamp."}
        by = home.people["facilitator"].id
        replies.record_reply(session, answer_due.id, "", "yes", said, by, context.today())
    tablet = on_tablet(home.visitor(), home.site_id)
    tablet.client.set_cookie("language", "en")
    page = tablet.open("/we-did").text
    assert "After the session at Hill School, 6 B" in page
    assert "We want a lamp on the way to school." in page
    assert "The town puts up a lamp." in page
    assert "4711" not in page
    desk = home.does("coordinator", "away")
    assert "Put away" in desk.page


def test_only_whoever_held_it_fills_it_in(home: Home) -> None:
    home.adds(held_by=home.people["advocate"].id)
    desk = home.desk("facilitator")
    desk.open(f"/staff/sessions/{home.only()}")
    assert desk.ask("POST", f"/staff/sessions/{home.only()}/heard", data=desk.hidden).status_code == 403


def test_how_many_were_there_and_what_was_heard_lies_locked_in_one_length(home: Home) -> None:
    home.adds()
    with db.reading(db.engine()) as session:
        empty = len(session.scalars(select(SchoolSessionRow.locked)).one())
    home.does("facilitator", "heard", children="4711", themes=["school", "food", "work"])
    with db.reading(db.engine()) as session:
        locked = session.scalars(select(SchoolSessionRow.locked)).one()
    assert len(locked) == empty
    assert b"school" not in locked


def test_the_page_of_questions_about_a_session_leads_to_it(home: Home) -> None:
    round_ = open_round([home.site_id], home.people["facilitator"].id, starter("rights-one-sheet"))
    desk = home.desk("coordinator")
    assert f"/staff/sessions/add?round={round_.slug}" in desk.open(f"/staff/rounds/{round_.slug}").text
    assert "example" in desk.open(f"/staff/sessions/add?round={round_.slug}").text  # its permission stands there
    home.adds(rounds=str(round_.id))
    assert f"/staff/sessions/{home.only()}" in desk.open(f"/staff/rounds/{round_.slug}").text
    assert f"/staff/rounds/{round_.slug}" in desk.open(f"/staff/sessions/{home.only()}").text


def test_of_many_sites_one_is_chosen_first_and_its_adults_alone_can_hold_it(home: Home) -> None:
    with db.writing(db.engine()) as session:
        sites = [make_site(session, f"school-{nth}").id for nth in range(SITES_SHOWN)]
        other = make_site(session, "other-house").id
        national = make_person(session, "coordinator", home.site_id, *sites, handle="national")
        make_person(session, "facilitator", sites[3], handle="elsewhere", name="Elsewhere Example")
    round_ = open_round([home.site_id], home.people["facilitator"].id, starter("rights-one-sheet"))
    desk = signed_in(home.visitor(), national)
    assert "Who holds it?" not in desk.open("/staff/sessions/add").text
    assert f'href="/staff/sessions/add?site={sites[3]}"' in desk.page
    assert "Who holds it?" not in desk.open(f"/staff/sessions/add?site={other}").text
    assert "School 3" in desk.open("/staff/sessions/add?site_name=school 3").text
    assert "Elsewhere Example" in desk.open(f"/staff/sessions/add?site={sites[3]}").text
    assert "Elsewhere Example" not in desk.open(f"/staff/sessions/add?site={home.site_id}").text
    assert "example" in desk.open(f"/staff/sessions/add?round={round_.slug}").text  # a round knows its site
    of_two = open_round([home.site_id, sites[3]], home.people["facilitator"].id, starter("rights-one-sheet"))
    assert "Who holds it?" not in desk.open(f"/staff/sessions/add?round={of_two.slug}").text
    assert f'href="/staff/sessions/add?site={sites[3]}&amp;round={of_two.slug}"' in desk.page
    assert f"site={sites[4]}&" not in desk.page
    text = desk.open(f"/staff/sessions/add?site={sites[3]}&round={of_two.slug}").text
    assert "Elsewhere Example" in text
    assert f'value="{of_two.id}"' in text, "the session is about the round"
    given = {
        **DRAFT, "site": home.site_id, "school": "", "held_by": home.people["facilitator"].id, "rounds": "",
        "owner": home.people["facilitator"].id,
    }  # fmt: skip
    desk.send(f"/staff/sessions/add?site={sites[3]}", given, 422)
    desk.send(f"/staff/sessions/add?site={home.site_id}", given)
    assert home.only()
