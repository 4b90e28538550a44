"""A letter that says a child is hurt becomes a report: its words, its clocks, its readers, once (S3, S14, S17, S38)."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.conftest import StillClock
from tests.grievances.conftest import Team
from tests.support.offline import deliver, manifest_of, seal_broken_voice
from tests.support.people import Somebody, make_person, on_tablet
from tests.support.report_actions import At
from tests.support.reports import Told
from tests.support.rounds import open_round, taken_of
from tests.support.visitor import Visitor
from tests.threads.letters.test_letter_pages import LETTERS, paths
from youthvoice import db
from youthvoice.accounts.store import find_person_row, find_readers
from youthvoice.audit.models import AuditEntryRow
from youthvoice.grievances.deadlines.report_escalation import escalate_reports
from youthvoice.threads.models import LetterRow, ThreadKeyWrapRow, ThreadRow
from youthvoice.threads.store import find_thread_readers

WORDS = "ravi hit asif with the belt\n becaus he cried  "
GRAVE: dict[str, Any] = {"topic": "unsafe", "hurt": "yes", "danger": "no"}
SMALL: dict[str, Any] = {"topic": "broken", "hurt": "no", "danger": "no"}


@dataclass
class Box:
    """A letter that was written, and is shown by now."""

    team: Team
    path: str

    def opened_by(self, who: Somebody) -> Visitor:
        """A browser in which she has it open."""
        browser = self.team.at(who)
        browser.open(LETTERS)
        browser.send(self.path)
        return browser

    def makes(self, browser: Visitor, status: int = 200, **typed: Any) -> str:
        """Make it a report."""
        browser.open(f"{self.path}/report")
        return browser.send(f"{self.path}/report", dict(typed), status).text

    def report(self) -> Told:
        """The one report there is."""
        with db.reading(db.engine()) as session:
            return Told(session.scalars(select(ThreadRow.id)).one(), None)

    def readers(self) -> set[str]:
        """Who opens the report, by handle."""
        with db.reading(db.engine()) as session:
            everybody = find_readers(session, self.team.site_id)
            keys = [(reader.person_id, reader.public_key) for reader in everybody.everybody]
            found = find_thread_readers(session, self.report().id, keys)
            return {str(person.handle) for one in found if (person := find_person_row(session, one))}


@pytest.fixture
def box(team: Team, clock: StillClock) -> Box:
    round_ = open_round([team.site_id], team.lata.id)
    taken_of(on_tablet(team.visitor(), team.site_id), round_, letter_box=WORDS)
    clock.move(hours=3)
    (path,) = paths(team.at(team.asha).open(LETTERS).text)
    return Box(team, path)


def test_the_words_stand_in_it_as_given_and_it_says_where_they_come_from(box: Box) -> None:
    asha = box.opened_by(box.team.asha)
    assert "It is now a report" in box.makes(asha, **GRAVE)
    told = box.report()
    asha.open(told.path)
    asha.send(told.path)
    page = asha.open(told.path).text
    assert "ravi hit asif with the belt<br> becaus he cried  <" in page
    assert "made this report of a letter of Tue\N{NO-BREAK SPACE}24" in page
    assert "letter box of “" in page
    assert "nobody knows who wrote it" in page
    assert "from the letter box" in asha.open("/staff/reports/").text
    asha.open(f"{told.path}/answer", 303, follow=False)


def test_its_first_clocks_run_and_the_lead_reads_it_where_a_child_may_be_hurt(box: Box, clock: StillClock) -> None:
    box.makes(box.opened_by(box.team.asha), **GRAVE)
    case = box.report().marks
    assert set(case.clocks) == {"first_look", "answer"}
    assert (case.harm, case.urgent, case.answerable) == (True, False, False)
    assert (case.topic, case.state) == ("unsafe", "new")
    assert box.readers() == {"asha", "ravi", "lee", "olga"}
    escalate_reports()
    clock.move(hours=1)
    escalate_reports()
    assert "told_harm" in box.report().marks.flags


def test_that_a_voice_was_lost_stands_in_the_report_too(team: Team, clock: StillClock) -> None:
    """It came from a tablet without a network: who reads the report alone would not know that the child spoke."""
    round_, tablet = open_round([team.site_id], team.lata.id), on_tablet(team.visitor(), team.site_id)
    envelope = seal_broken_voice(manifest_of(tablet), f"/survey/{round_.slug}", {"a-letter_box": WORDS})
    assert deliver(team.visitor(), envelope).status_code == 201
    clock.move(hours=3)
    asha = team.at(team.asha)
    (path,) = paths(asha.open(LETTERS).text)
    box = Box(team, path)
    box.makes(box.opened_by(team.asha), **SMALL)
    asha.open(box.report().path)
    page = asha.send(box.report().path).text
    assert "The child spoke, and the recording cannot be heard." in page
    assert "Ask the child" not in page, "nobody knows which child it was"


def test_of_an_everyday_thing_the_lead_learns_nothing(box: Box) -> None:
    box.makes(box.opened_by(box.team.asha), **SMALL)
    assert box.readers() == {"asha", "ravi", "olga"}
    assert not box.report().marks.harm


def test_danger_is_urgent_whatever_else_was_said(box: Box) -> None:
    box.makes(box.opened_by(box.team.asha), **{**SMALL, "danger": "yes"})
    assert box.report().marks.urgent
    assert box.readers() == {"asha", "ravi", "lee", "olga"}


def test_whoever_is_named_finds_neither_the_report_nor_the_letter(box: Box) -> None:
    ravi = box.opened_by(box.team.ravi)
    box.makes(box.opened_by(box.team.asha), left_out=str(box.team.ravi.id), **GRAVE)
    told = box.report()
    assert box.readers() == {"asha", "lee", "olga"}
    assert paths(ravi.open(LETTERS).text) == []
    for path in (box.path, f"{box.path}/report", told.path):
        ravi.open(path, 404)
    ravi.send(box.path, status=404)
    assert "Report" not in re.sub(r"(?s)<aside.*?</aside>", "", ravi.open("/staff/").text)
    with db.reading(db.engine()) as session:
        sizes = session.execute(
            select(func.length(ThreadKeyWrapRow.wrapped), func.length(ThreadKeyWrapRow.tag)).where(
                ThreadKeyWrapRow.thread_id == told.id
            )
        ).all()
    assert len(sizes) == 4, "a row for everybody"
    assert len(set(sizes)) == 1
    asha = box.team.at(box.team.asha)
    asha.open(told.path)
    asha.send(told.path)
    assert "left out: Ravi Example" in asha.open(told.path).text
    assert asha.open(f"{told.path}/give").text.count('type="radio"') == 0, "nobody gives it to who was left out"


def test_an_advocate_who_is_named_herself_makes_it_and_finds_it_no_more(box: Box) -> None:
    asha = box.opened_by(box.team.asha)
    page = box.makes(asha, left_out=str(box.team.asha.id), **GRAVE)
    assert "It is now a report" in page
    assert box.readers() == {"ravi", "lee", "olga"}
    assert paths(asha.open(LETTERS).text) == []


def test_where_nobody_would_read_it_the_form_says_so_and_nothing_is_written(box: Box) -> None:
    everybody = [str(one.id) for one in (box.team.asha, box.team.ravi, box.team.lead, box.team.olga)]
    page = box.makes(box.opened_by(box.team.asha), 422, left_out=everybody, **GRAVE)
    assert "Then nobody would read it" in page
    assert page.count("<h1>") == 1
    with db.reading(db.engine()) as session:
        assert session.scalar(select(func.count()).select_from(ThreadRow)) == 0


def test_each_question_must_be_answered(box: Box) -> None:
    page = box.makes(box.opened_by(box.team.asha), 422)
    for words in ("There is a problem", "Choose what it is about", "whether a child may be hurt", "danger now"):
        assert words in page


def test_who_has_not_opened_the_letter_opens_it_first(box: Box) -> None:
    asha = box.team.at(box.team.asha)
    page = asha.open(f"{box.path}/report").text
    assert "Open and read" in page
    assert "belt" not in page


def test_nobody_but_advocates_who_have_the_letter_comes_near(box: Box) -> None:
    for who in (box.team.lead, box.team.olga, box.team.lata):
        box.team.at(who).open(f"{box.path}/report", 403)
    with db.writing(db.engine()) as session:
        mala = make_person(session, "advocate", box.team.site_id, handle="mala")
    box.team.at(mala).open(f"{box.path}/report", 404)


def test_the_letter_leads_to_its_report_from_then_on(box: Box) -> None:
    asha = box.opened_by(box.team.asha)
    box.makes(asha, **GRAVE)
    asha.open(LETTERS)
    page = asha.send(box.path).text
    assert "A report was made of this letter" in page
    assert "Make this a report" not in page
    assert box.report().path in page
    ravi = box.opened_by(box.team.ravi)
    assert "made a report of this letter already" in ravi.open(f"{box.path}/report").text


@pytest.mark.dialect("writers wait for each other")
def test_twice_in_the_same_moment_makes_one_report_and_both_are_told(box: Box) -> None:
    both = [box.opened_by(who) for who in (box.team.asha, box.team.ravi)]
    for browser in both:
        browser.open(f"{box.path}/report")

    def sent(browser: Visitor) -> int:
        return browser.ask("POST", f"{box.path}/report", data={**browser.hidden, **GRAVE}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(sent, both)) == [303, 303]
    told = box.report()
    said = [browser.open(told.path).text for browser in both]
    assert sum("It is now a report" in page for page in said) == 1
    assert sum("made a report of this letter already" in page for page in said) == 1


def test_the_letter_counts_as_looked_at_and_the_log_tells_no_more_than_an_opening(box: Box) -> None:
    box.makes(box.opened_by(box.team.asha), **GRAVE)
    with db.reading(db.engine()) as session:
        assert session.scalars(select(LetterRow.looked_at_on)).one() is not None
        rows = session.execute(
            select(AuditEntryRow.action, AuditEntryRow.subject).where(AuditEntryRow.actor == "asha")
        ).all()
    assert {row.action for row in rows} == {"letter.open"}
    assert box.report().id.hex() not in {row.subject for row in rows}


def test_whoever_steps_back_from_it_keeps_no_letter_of_it(box: Box) -> None:
    box.makes(box.opened_by(box.team.asha), **GRAVE)
    told, ravi = box.report(), box.team.at(box.team.ravi)
    ravi.open(told.path)
    ravi.send(told.path)
    At(ravi, told).does("step-back", sure="y")
    assert paths(ravi.open(LETTERS).text) == []
    assert paths(box.team.at(box.team.asha).open(LETTERS).text) == [box.path]


def test_talking_with_the_whole_group_is_what_answers_it(box: Box) -> None:
    asha = box.opened_by(box.team.asha)
    box.makes(asha, **GRAVE)
    told = box.report()
    asha.open(told.path)
    asha.send(told.path)
    page = At(asha, told).does("record", action="group", words="We sat together in the evening.")
    assert "talked with the whole group" in page
    assert set(told.marks.clocks) == {"go_on"}
