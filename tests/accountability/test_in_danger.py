"""Harm said in a survey climbs as a report does, and a thief does not see which did (S9, S13, S17, S22)."""

import logging
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from tests.conftest import StillClock
from tests.support.batches import a_questionnaire
from tests.support.people import Somebody, house, make_person, make_site, signed_in
from tests.support.rounds import open_round
from tests.support.smtp_server import post_office
from tests.support.unattended_reports import mailed
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import encryption, escalation_job, replies, taps
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.models import AnswerDueRow, QuietPageRow
from youthvoice.accountability.store import find_answer_due_of, list_answers_due_of
from youthvoice.accounts.mail import encrypt_address
from youthvoice.accounts.models import PersonRow
from youthvoice.audit.models import AuditEntryRow
from youthvoice.config import Settings
from youthvoice.mail.transport import send_all_due
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.questionnaires.answer_encoding import encode_answers
from youthvoice.surveys.responses.store import seal_response, store_response
from youthvoice.surveys.rounds.store import questionnaire_of_round

ROLES = ("advocate", "coordinator", "safeguarding_lead", "outside_recipient")
LEFT_ALONE = {
    0: ["advocate"],
    3: ["advocate"],
    4: ["safeguarding_lead"],
    5: ["safeguarding_lead"],
    6: ["outside_recipient"],
    7: ["outside_recipient"],
    8: ["advocate", "outside_recipient", "safeguarding_lead"],
    10: ["advocate", "outside_recipient", "safeguarding_lead"],
    12: ["advocate", "outside_recipient", "safeguarding_lead"],
}
"""Days since the round closed, and who is asked on each; on all others nobody."""


@dataclass
class Home:
    """A house in which rounds are answered and close; at half past five, after the daily hour."""

    site_id: int
    people: dict[str, Somebody]
    clock: StillClock

    def closed(self, children: int = 7, **answers: str) -> str:
        """A round that some children answered alike, and that has just ended; gives its name."""
        round_ = open_round([self.site_id], self.people["coordinator"].id, a_questionnaire())
        for _ in range(children):
            with db.reading(db.engine()) as session:
                coded = encode_answers(questionnaire_of_round(session, round_), answers)
            made = seal_response(round_, secrets.token_bytes(16), coded, day=context.today())
            with db.writing(db.engine()) as session:
                store_response(session.connection(), made)
        return round_.slug

    def looks(self) -> list[str]:
        """What the work process does for these tasks, three times; gives whom it asks."""
        for _ in range(3):
            escalation_job.escalate_overdue_answers()
            taps.count_due_taps()
        return sorted(str(mail["To"]).partition("@")[0] for mail in mailed())

    def after(self, days: int) -> dict[int, list[str]]:
        """Who is asked on each of some days, today being the first; days of silence are left out."""
        found = {}
        for day in range(days):
            if asked := self.looks():
                found[day] = asked
            self.clock.move(days=1)
        return found

    def sees(self, role: str) -> list[AnswerDue]:
        """The tasks that somebody finds."""
        who = self.people[role]
        with db.reading(db.engine()) as session:
            found = list_answers_due_of(session, who.id, who.role, {self.site_id})
            for answer_due in found:
                assert find_answer_due_of(session, answer_due.id, who.id, who.role, {self.site_id}) == answer_due
        return found

    def rows(self) -> list[AnswerDueRow]:
        with db.reading(db.engine()) as session:
            found = list(
                session.scalars(
                    select(AnswerDueRow).where(AnswerDueRow.kind == "safety").order_by(AnswerDueRow.subject)
                )
            )
            session.expunge_all()
        return found

    def page(self) -> tuple[bytes, bytes]:
        """Both locked columns of the page of the site."""
        with db.reading(db.engine()) as session:
            row = session.execute(select(QuietPageRow.states, QuietPageRow.replies)).one()
        return row.states, row.replies


def close() -> None:
    close_due(context.now())


@pytest.fixture
def home(app: Flask, clock: StillClock) -> Home:
    site_id, people = house(ROLES)
    with db.writing(db.engine()) as session:
        for person in session.scalars(select(PersonRow)):
            person.mail = encrypt_address(f"{person.role}@example.org")
    clock.move(hours=3)
    return Home(site_id, people, clock)


@pytest.mark.dialect("moments")
def test_harm_said_in_a_survey_and_left_alone_reaches_the_outside_recipient_by_mail(
    home: Home, settings: Settings
) -> None:
    """Through a real server; the words are the same for everybody and say nothing (S22)."""
    home.closed(children=12, night="no")
    home.clock.move(days=8)
    close()
    with post_office() as office:
        for _day in range(8):
            escalation_job.escalate_overdue_answers()
            taps.count_due_taps()
            with_post = replace(settings, smtp_url=office.url)
            send_all_due(db.engine(), with_post, home.clock)
            home.clock.move(days=1)
    reached = [str(mail["To"]).partition("@")[0] for mail in office.taken]
    assert reached == [
        "advocate", "advocate", "safeguarding_lead", "safeguarding_lead", "outside_recipient", "outside_recipient",
    ]  # fmt: skip
    text = {mail.get_payload()[0].get_payload(decode=True) for mail in office.taken}  # type: ignore[union-attr,index]
    assert len(text) == 1
    assert b"night" not in text.pop()


@pytest.mark.parametrize("children", [7, 12])
def test_each_is_asked_in_her_turn_and_everybody_again_until_somebody_answers(home: Home, children: int) -> None:
    """Also where fewer than ten answered: such a round is looked at once a quarter (A9)."""
    home.closed(children, night="no")
    home.clock.move(days=8)
    close()
    assert home.after(13) == LEFT_ALONE
    (task,) = home.sees("outside_recipient")
    assert [(one.rung, (one.day - task.due).days) for one in task.late] == [("owner", 0), ("leads", 2)]
    with db.writing(db.engine()) as session:
        who = home.people["safeguarding_lead"].id
        replies.record_reply(session, task.id, "", "done", {"en": "We talked."}, who, context.today())
    assert home.after(9) == {}
    assert not home.sees("advocate")


def test_whoever_is_asked_finds_the_task_from_then_on_and_nobody_before(home: Home) -> None:
    home.closed(night="no")
    home.clock.move(days=8)
    close()
    who = ("advocate", "safeguarding_lead", "outside_recipient", "coordinator")
    home.after(4)
    assert [len(home.sees(role)) for role in who] == [1, 0, 0, 0]
    home.after(1)
    assert [len(home.sees(role)) for role in who] == [1, 1, 0, 0]
    home.after(2)
    assert [len(home.sees(role)) for role in who] == [1, 1, 1, 0]
    assert {answer_due.due for role in who[:3] for answer_due in home.sees(role)} == {home.rows()[0].due}, (
        "nobody's day begins anew"
    )


def test_nobody_of_another_site_is_asked_or_finds_it(home: Home) -> None:
    with db.writing(db.engine()) as session:
        elsewhere = make_site(session, "hill-school").id
        lead = make_person(session, "safeguarding_lead", elsewhere, handle="lead-elsewhere")
    home.closed(night="no")
    home.clock.move(days=8)
    close()
    assert home.after(8) == {day: asked for day, asked in LEFT_ALONE.items() if day < 8}
    with db.reading(db.engine()) as session:
        assert list_answers_due_of(session, lead.id, lead.role, {elsewhere}) == []


@pytest.mark.dialect("what a thief reads in the rows")
def test_where_nobody_says_harm_nobody_is_asked_and_no_column_tells_the_two_apart(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """T6: of three rounds one is calm, one afraid, one answered; for weeks their rows are alike, and not written."""
    caplog.set_level(logging.DEBUG)
    rounds = {home.closed(night="yes"): "calm", home.closed(night="no"): "afraid", home.closed(night="no"): "answered"}
    home.clock.move(days=8)
    close()
    with db.writing(db.engine()) as session:
        (answered,) = [
            answer_due
            for answer_due in home.sees("advocate")
            if rounds[answer_due.subject.partition("/")[0]] == "answered"
        ]
        who = home.people["advocate"].id
        replies.record_reply(session, answered.id, "", "done", {"en": "We talked."}, who, context.today())
    with db.reading(db.engine()) as session:
        lines = session.scalar(select(func.count()).select_from(AuditEntryRow))
    for _day in range(12):
        before, page = [one.locked for one in home.rows()], home.page()
        home.looks()
        after = home.rows()
        assert [one.locked for one in after] == before, "no row is written, whatever happens"
        assert all(old != new and len(old) == len(new) for old, new in zip(page, home.page(), strict=True))
        seen = {
            (len(one.locked), one.rung, one.asked_id, one.asked_until, one.reminded_on, one.settled_on, one.shown_on)
            for one in after
        }
        assert len(after) == 3
        assert len(seen) == 1
        home.clock.move(days=1)
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(AuditEntryRow)) == lines, "no line of the log"
    assert "safety" not in caplog.text


def test_a_round_in_which_nobody_says_harm_asks_nobody(home: Home) -> None:
    home.closed(night="yes")
    home.clock.move(days=8)
    close()
    assert home.after(12) == {}
    assert not home.sees("outside_recipient")


def test_before_the_daily_hour_nobody_is_asked_so_that_its_mail_goes_with_those_of_every_day(home: Home) -> None:
    home.closed(night="no")
    home.clock.move(days=8)
    close()
    home.after(4)
    home.clock.move(hours=-2)
    assert home.looks() == []
    home.clock.move(hours=2)
    assert home.looks() == ["safeguarding_lead"]


def test_a_site_without_a_lead_asks_outside_at_once_and_one_without_either_its_advocates_again(home: Home) -> None:
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.role == "safeguarding_lead").values(left_on=context.today()))
    home.closed(night="no")
    home.clock.move(days=8)
    close()
    assert home.after(5) == {0: ["advocate"], 3: ["advocate"], 4: ["outside_recipient"]}
    with db.writing(db.engine()) as session:
        session.execute(update(PersonRow).where(PersonRow.role == "outside_recipient").values(left_on=context.today()))
    home.closed(night="no")
    home.clock.move(days=8)
    close()
    later = home.after(7)
    assert later[4] == ["advocate"]
    assert later[6] == ["advocate"]


def test_more_sheets_than_children_climb_in_the_same_way(home: Home) -> None:
    home.closed(children=23, night="yes")
    home.clock.move(days=8)
    close()
    assert home.after(13) == {
        4: ["advocate"],
        7: ["advocate"],
        8: ["safeguarding_lead"],
        9: ["safeguarding_lead"],
        10: ["outside_recipient"],
        11: ["outside_recipient"],
        12: ["advocate", "outside_recipient", "safeguarding_lead"],
    }
    assert [answer_due.kind for answer_due in home.sees("outside_recipient")] == ["too_many"]


def test_one_task_that_does_not_open_keeps_back_no_other(home: Home) -> None:
    for _round in range(3):
        home.closed(night="no")
    home.clock.move(days=8)
    close()
    with db.writing(db.engine()) as session:
        first = session.scalars(
            select(AnswerDueRow).where(AnswerDueRow.kind == "safety").order_by(AnswerDueRow.id)
        ).first()
        assert first is not None
        first.locked = bytes(len(first.locked))
    assert home.looks() == ["advocate"], "once, for all of them"


def test_she_reads_who_was_asked_before_her_and_answers(home: Home, visitor: Callable[[], Visitor]) -> None:
    home.closed(night="no")
    home.clock.move(days=8)
    close()
    home.after(6)
    home.looks()
    (task,) = home.sees("outside_recipient")
    browser = signed_in(visitor(), home.people["outside_recipient"])
    page = browser.open(f"/staff/answers/{task.id}").text
    assert "The child advocates did not answer by Sat\xa05\xa0Dec\xa02026" in page
    assert "The safeguarding lead did not answer by Mon\xa07\xa0Dec\xa02026" in page
    assert "Everybody is asked every other day" in page
    browser.send(f"/staff/answers/{task.id}", {"kind": "done", "words_en": "We talked."})
    assert not home.sees("advocate")


def test_the_step_of_a_task_about_harm_is_never_read_from_its_columns() -> None:
    """They say for ever that only its owner was asked, so an answer from them would stop its escalation."""
    with pytest.raises(ValueError, match="in its body"):
        encryption.escalation_step_from_columns(AnswerDueRow(kind="safety", rung="owner"))


@pytest.mark.dialect("statements")
def test_a_page_is_written_once_whatever_happens_and_no_row(home: Home) -> None:
    """What is written twice in one transaction leaves one more old version in the files of a database (xmin, WAL)."""
    home.closed(night="no")
    home.closed(night="yes")
    home.clock.move(days=8)
    close()
    written: Counter[str] = Counter()

    def note(*arguments: Any) -> None:
        statement, execution = arguments[2], arguments[4]
        if statement.startswith(("UPDATE owed ", "UPDATE quiet_pages ")):
            written[statement.split()[1]] += len(execution.compiled_parameters)

    event.listen(db.engine(), "before_cursor_execute", note)
    asked = 0
    for _silence in range(7):
        written.clear()
        taps.count_due_taps()
        assert written == {"quiet_pages": 1}
        asked += len(mailed())
        home.clock.move(days=1)
    assert asked > 0
    (task,) = home.sees("advocate")
    with db.writing(db.engine()) as session:
        by = home.people["advocate"].id
        written.clear()
        replies.record_reply(session, task.id, "", "done", {"en": "We talked."}, by, context.today())
    assert written == {"quiet_pages": 1}
