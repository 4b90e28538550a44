"""Letters that nobody opens ask the next people to sign in; saying "done" opens no letter (S13, S22, S38)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.grievances.deadlines.test_notices import office, sent, without_stamp  # noqa: F401 - a fixture
from tests.grievances.deadlines.test_report_deadlines import rota
from tests.support.people import make_person, signed_in
from tests.support.rounds import open_round
from tests.support.smtp_server import Office
from tests.support.unattended_reports import Site, make
from tests.support.visitor import Visitor, calm
from youthvoice import context, db
from youthvoice.access.guard import Caller
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.replies import record_reply
from youthvoice.accountability.store import find_by_subject
from youthvoice.accounts.store import list_advocates
from youthvoice.audit.models import AuditEntryRow
from youthvoice.errors import Refused
from youthvoice.grievances.deadlines.letter_job import SiteToAsk, escalate_late_letters, list_sites_to_ask
from youthvoice.grievances.deadlines.notices import send_daily_notices
from youthvoice.grievances.models import LateLettersRow
from youthvoice.sites.store import find_site
from youthvoice.threads.letters import letter_readers
from youthvoice.threads.letters.due_job import letters_due, make_first_look_due, record_first_look
from youthvoice.threads.letters.letter_box import SealedLetter, seal_letter
from youthvoice.threads.letters.store import LetterEnvelope, add_letters, mark_letter_opened


@dataclass
class Box:
    """A site with a letter box, whose letters nobody opens."""

    site: Site
    round_id: int

    def write(self) -> SealedLetter:
        """A child writes."""
        with db.writing(db.engine()) as session:
            site = find_site(session, self.site.id)
            assert site
            made = seal_letter(
                context.keyring(),
                "the tap drips",
                site=site,
                round_id=self.round_id,
                question="words",
                readers=list_advocates(session, site.id),
                now=context.now(),
            )
            add_letters(session.connection(), [made])
        return made

    def after(self, **time: float) -> list[str]:
        """Let time pass and the job look; gives the names of whom it asked to sign in."""
        self.site.clock.move(**time)
        for job in (letters_due, escalate_late_letters, escalate_late_letters):
            job()
        return self.site.asked()

    def look(self, letter: SealedLetter) -> None:
        """Somebody opens it."""
        with db.writing(db.engine()) as session:
            outside = (letter.id, letter.site_id, letter.box, letter.round_id, letter.question, letter.day)
            envelope = LetterEnvelope(*outside, letter.shown_from, looked_at_on=None)
            record_first_look(session, envelope, "Asia/Kolkata", context.today("Asia/Kolkata"))

    def task(self) -> AnswerDue | None:
        """What the advocates owe for the letters of the first day."""
        with db.reading(db.engine()) as session:
            return find_by_subject(session, "letters", "2026-11-24", self.site.id)

    def asked_to_ask(self, name: str) -> list[SiteToAsk]:
        """What somebody finds on her To do page."""
        who = self.site.people[name]
        caller = Caller(who.id, who.handle, who.name, who.role, who.site_ids, "en", "")
        with db.reading(db.engine()) as session:
            return list_sites_to_ask(session, caller)


@pytest.fixture
def box(app: Flask, clock: StillClock) -> Box:
    site = make(clock)
    with db.writing(db.engine()) as session:
        boss = make_person(session, "coordinator", site.id)
    return Box(site, open_round([site.id], boss.id).id)


# Written at 14:30 on the 24th, shown at 17:00; in time until the 25th has ended: 33.5 hours later.
IN_TIME = {"hours": 33.4}


def test_letters_in_time_ask_nobody(box: Box) -> None:
    box.write()
    assert box.after(**IN_TIME) == []


@pytest.mark.dialect("moments")
def test_late_letters_ask_one_after_the_other_and_at_last_outside(box: Box) -> None:
    rota(box.site, "ravi", weekday=3)
    box.write()
    assert box.after(**IN_TIME) == []
    assert box.after(hours=0.2) == ["ravi"], "on call on that Thursday"
    assert box.after(hours=23) == []
    assert box.after(hours=2) == ["asha", "ravi"]
    assert box.after(hours=25) == ["lata"]
    assert box.after(hours=25) == ["omar"]
    assert box.after(hours=25) == ["asha", "lata", "omar", "ravi"]
    assert box.after(hours=12) == []
    assert box.after(hours=13) == ["asha", "lata", "omar", "ravi"]


def test_without_a_rota_all_advocates_come_first(box: Box) -> None:
    box.write()
    assert box.after(hours=34) == ["asha", "ravi"]
    assert box.after(hours=25) == ["lata"]


def test_a_lead_on_call_is_not_asked_first_for_she_can_open_no_letter(box: Box) -> None:
    rota(box.site, "lata", weekday=3)
    box.write()
    assert box.after(hours=34) == ["asha", "ravi"]


def test_an_advocate_whose_key_opens_none_of_them_is_not_asked(box: Box) -> None:
    made = box.write()
    with db.writing(db.engine()) as session:
        present = list_advocates(session, box.site.id)
        letter_readers.exclude_from_letter(session, made.id, [box.site.people["ravi"].id], present)
    assert box.after(hours=34) == ["asha"]


def test_once_every_letter_was_opened_nobody_is_asked_any_more(box: Box) -> None:
    one, other = box.write(), box.write()
    box.after(hours=34)
    box.look(one)
    assert box.after(hours=25) == ["lata"]
    box.look(other)
    assert box.after(hours=25) == []
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(LateLettersRow)) == 0


@pytest.mark.dialect("put in once")
def test_letters_of_two_days_have_a_clock_each(box: Box) -> None:
    first = box.write()
    box.after(hours=24)
    box.write()
    assert box.after(hours=10) == ["asha", "ravi"]
    box.look(first)
    assert box.after(hours=23) == []
    assert box.after(hours=2) == ["asha", "ravi"]


def test_those_who_open_no_letters_find_whom_to_ask_once_they_were_asked_to_sign_in(box: Box) -> None:
    made = box.write()
    box.after(hours=34)
    assert box.asked_to_ask("lata") == []
    box.after(hours=25)
    (line,) = box.asked_to_ask("lata")
    assert (line.site_id, line.due.isoformat()) == (box.site.id, "2026-11-25")
    assert box.asked_to_ask("omar") == []
    assert box.asked_to_ask("asha") == [], "her own line says it"
    box.after(hours=25)
    assert box.asked_to_ask("omar")
    box.look(made)
    assert box.asked_to_ask("lata") == []


def test_her_to_do_page_says_whom_to_ask_and_not_how_many(box: Box, visitor: Callable[[], Visitor]) -> None:
    box.write()
    box.after(hours=34)
    words = "Letters that the advocates have not opened"
    assert words not in signed_in(visitor(), box.site.people["lata"]).open("/staff/").text
    box.after(hours=25)
    one = calm(signed_in(visitor(), box.site.people["lata"]).open("/staff/").text)
    assert words in one
    assert "Ask the advocates to sign in" in one
    assert "/staff/letters/" not in one
    box.write()
    assert calm(signed_in(visitor(), box.site.people["lata"]).open("/staff/").text) == one
    assert words not in signed_in(visitor(), box.site.people["asha"]).open("/staff/").text


def test_their_mail_has_the_very_bytes_of_the_daily_one(box: Box, office: Office) -> None:  # noqa: F811 - the fixture
    box.site.clock.move(hours=3)
    send_daily_notices()
    daily = sent(office)
    box.write()
    box.site.clock.move(days=3)
    escalate_late_letters()
    late = sent(office)
    assert [str(mail["To"]) for mail in late] == ["asha@example.org", "ravi@example.org"]
    assert [len(mail.as_bytes()) for mail in daily] == [len(mail.as_bytes()) for mail in late]
    assert [without_stamp(mail) for mail in daily] == [without_stamp(mail) for mail in late]


def test_the_log_says_where_and_when_a_clock_was_over_and_no_more(box: Box) -> None:
    box.write()
    box.after(hours=34)
    with db.reading(db.engine()) as session:
        lines = session.scalars(select(AuditEntryRow.subject).where(AuditEntryRow.action == "clock.over")).all()
    assert lines == ["letters example-house 2026-11-24"]


def done(box: Box, owed_id: int) -> None:
    with db.writing(db.engine()) as session:
        by, day = box.site.people["asha"].id, context.today()
        record_reply(session, owed_id, "", "done", {"en": "We read them."}, by, day)


def test_done_is_refused_while_a_letter_is_unopened_and_taken_afterwards(box: Box) -> None:
    one, other = box.write(), box.write()
    box.after(hours=3)
    owed = box.task()
    assert owed
    for letter in (one, other):
        with pytest.raises(Refused) as refused:
            done(box, owed.id)
        assert refused.value.code == "letters_wait"
        box.look(letter)
    settled = box.task()
    assert settled
    assert settled.settled_on
    done(box, owed.id)


@pytest.mark.dialect("writers wait for each other")
def test_what_was_opened_in_the_moment_in_which_it_was_written_down_is_settled_by_the_next_look(box: Box) -> None:
    made = box.write()
    with db.writing(db.engine()) as session:
        mark_letter_opened(session, made.id, context.today())
        make_first_look_due(session, box.site.id, (context.now() + timedelta(hours=3)).date())
    box.after(hours=3)
    answer_due = box.task()
    assert answer_due
    assert answer_due.settled_on
