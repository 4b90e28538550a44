"""What an advocate sees of the letter box, and nobody else (PRIVACY.md A10; S3, S22, S38)."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.offline import deliver, manifest_of, seal_broken_voice
from tests.support.people import Somebody, agrees, house, make_person, on_tablet, signed_in
from tests.support.rounds import open_round, taken_of
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.store import list_answers_due_of, list_overdue
from youthvoice.audit.models import AuditEntryRow
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads.letters.due_job import letters_due
from youthvoice.threads.models import LetterRow

LETTERS = "/staff/letters/"


@dataclass
class Box:
    """A site whose tablet sends letters, and the advocate who reads them."""

    site_id: int
    advocate: Somebody
    facilitator: Somebody
    round: Round
    tablet: Visitor
    desk: Visitor

    def write(self, *letters: str) -> None:
        for words in letters:
            taken_of(self.tablet, self.round, letter_box=words)

    def owed(self) -> list[AnswerDue]:
        with db.reading(db.engine()) as session:
            return list_answers_due_of(session, self.advocate.id, "advocate", {self.site_id})


@pytest.fixture
def box(app: Flask, visitor: Callable[[], Visitor]) -> Box:
    site_id, people = house(["advocate", "facilitator"])
    round_ = open_round([site_id], people["facilitator"].id)
    desk = signed_in(visitor(), people["advocate"])
    return Box(site_id, people["advocate"], people["facilitator"], round_, on_tablet(visitor(), site_id), desk)


def paths(page: str) -> list[str]:
    return re.findall(r'action="(/staff/letters/[0-9a-f]{32})"', page)


def after_the_hour(box: Box, clock: StillClock) -> None:
    """Nine in the morning UTC is 14:30 at the site; the box is shown at 17:00."""
    clock.move(hours=3)
    signed_in(box.desk, box.advocate)  # sessions last fifteen minutes


def test_an_empty_box_says_what_to_expect(box: Box) -> None:
    assert "No letter waits for you" in box.desk.open(LETTERS).text


def test_nothing_is_seen_before_the_daily_hour(box: Box, clock: StillClock) -> None:
    """T5: a page and its list are the same while letters drip in."""
    empty = re.sub(r'value="[^"]*"', "", box.desk.open(LETTERS).text)
    box.write("one", "two")
    letters_due()
    assert re.sub(r'value="[^"]*"', "", box.desk.open(LETTERS).text) == empty
    assert box.owed() == []
    with db.reading(db.engine()) as session:
        number = session.scalars(select(LetterRow.id)).first()
    assert number
    box.desk.open(f"{LETTERS}{number.hex()}", 404)
    after_the_hour(box, clock)
    assert len(paths(box.desk.open(LETTERS).text)) == 2


def test_the_advocate_reads_the_words_as_given(box: Box, clock: StillClock) -> None:
    """S3."""
    box.write("teh tap <drips>\nand it is cold")
    after_the_hour(box, clock)
    (path,) = paths(box.desk.open(LETTERS).text)
    page = box.desk.send(path).text
    assert "teh tap &lt;drips&gt;<br>and it is cold" in page
    assert "of-child" in page
    assert "For the advocates only" in page


@pytest.mark.parametrize("words", ["The lamp is broken", ""])
def test_a_voice_that_cannot_be_played_is_told_to_whoever_reads_letters(
    box: Box, clock: StillClock, visitor: Callable[[], Visitor], words: str
) -> None:
    """It came from a tablet without a network: she cannot be asked to speak again."""
    envelope = seal_broken_voice(manifest_of(box.tablet), f"/survey/{box.round.slug}", {"a-letter_box": words})
    assert deliver(visitor(), envelope).status_code == 201
    after_the_hour(box, clock)
    (letter,) = paths(box.desk.open(LETTERS).text)
    page = box.desk.send(letter).text
    assert "The child spoke, and the recording cannot be heard." in page
    assert words in page


def test_an_opening_is_logged_and_the_day_of_the_first_look_noted(box: Box, clock: StillClock) -> None:
    box.write("hello")
    after_the_hour(box, clock)
    (path,) = paths(box.desk.open(LETTERS).text)
    assert "hello" not in box.desk.open(path).text  # from outside
    assert box.desk.send(path, {}, 303, follow=False).headers["Location"] == path, "Back finds the letter, and no form"
    assert "hello" in box.desk.open(path).text
    with db.reading(db.engine()) as session:
        entry = session.scalars(select(AuditEntryRow).where(AuditEntryRow.action == "letter.open")).one()
        assert session.scalars(select(LetterRow.looked_at_on)).one() == context.today("Asia/Kolkata")
    assert entry.actor == box.advocate.handle
    assert "hello" not in entry.subject


def test_the_first_look_is_owed_once_and_settled_by_the_last_letter(box: Box, clock: StillClock) -> None:
    """S38: a clock that starts on arrival; due the day after the letters were shown."""
    box.write("one", "two")
    after_the_hour(box, clock)
    letters_due()
    letters_due()
    (owed,) = box.owed()
    assert (owed.kind, owed.subject, owed.due.isoformat()) == ("letters", "2026-11-24", "2026-11-25")
    assert not re.search(r"\b2 ", owed.about["en"])
    first, second = paths(box.desk.open(LETTERS).text)
    box.desk.send(first)
    assert len(box.owed()) == 1
    box.desk.open(LETTERS)
    box.desk.send(second)
    assert box.owed() == []
    letters_due()
    assert box.owed() == []


def test_a_box_that_nobody_looked_into_is_overdue(box: Box, clock: StillClock) -> None:
    box.write("hello")
    clock.move(days=3)
    letters_due()
    with db.reading(db.engine()) as session:
        assert len(list_overdue(session, 0, {box.site_id}, context.today("Asia/Kolkata"))) == 1


def test_an_advocate_of_another_site_finds_nothing(box: Box, clock: StillClock, visitor: Callable[[], Visitor]) -> None:
    box.write("ours")
    _other_site, people = house([], "other-house")
    with db.writing(db.engine()) as session:
        people["advocate"] = make_person(session, "advocate", _other_site, handle="elsewhere")
    after_the_hour(box, clock)
    (path,) = paths(box.desk.open(LETTERS).text)
    other = signed_in(visitor(), people["advocate"])
    assert paths(other.open(LETTERS).text) == []
    other.open(path, 404)
    other.send(path, status=404)


def test_an_advocate_who_came_later_cannot_open_it(box: Box, clock: StillClock, visitor: Callable[[], Visitor]) -> None:
    box.write("before her time")
    with db.writing(db.engine()) as session:
        newcomer = make_person(session, "advocate", box.site_id, handle="newcomer")
    after_the_hour(box, clock)
    (path,) = paths(box.desk.open(LETTERS).text)
    other = signed_in(visitor(), newcomer)
    other.open(LETTERS)
    other.send(path, status=404)


def test_nobody_but_advocates_comes_near(box: Box, visitor: Callable[[], Visitor]) -> None:
    signed_in(visitor(), box.facilitator).open(LETTERS, 403)
    visitor().open(LETTERS, 302, follow=False)


@pytest.mark.parametrize("number", ["nothing", "00" * 16, "0", "%27"])
def test_a_letter_that_does_not_exist_is_not_found(box: Box, number: str) -> None:
    box.desk.open(LETTERS + number, 404)


def test_when_its_month_has_ended_the_page_says_so(box: Box, clock: StillClock) -> None:
    box.write("gone one day")
    after_the_hour(box, clock)
    (path,) = paths(box.desk.open(LETTERS).text)
    context.keyring().destroy("destruction-2027-11")
    assert "cannot be opened" in box.desk.send(path, status=410).text


def hold(browser: Visitor, path: str, second: Somebody, status: int = 200) -> str:
    """One advocate asks the second one to agree."""
    browser.open(f"{path}/hold")
    return browser.send(f"{path}/hold", {"second": second.id}, status).text


def test_two_advocates_who_can_open_a_letter_keep_it_past_its_end(
    box: Box, clock: StillClock, visitor: Callable[[], Visitor]
) -> None:
    with db.writing(db.engine()) as session:
        second = make_person(session, "advocate", box.site_id, handle="second")
    box.write("The tap drips.")
    after_the_hour(box, clock)
    (path,) = paths(box.desk.open(LETTERS).text) or [envelope_of(box)]
    with db.writing(db.engine()) as session:
        late = make_person(session, "advocate", box.site_id, handle="late")
    for nobody in (box.advocate, box.facilitator):
        assert "Choose who agrees with you." in hold(box.desk, path, nobody, 422)
    hold(box.desk, path, late)
    unable = signed_in(visitor(), late)
    agrees(unable, 409)
    assert "cannot open this letter" in unable.page
    assert held() == [False]
    assert "You asked" in hold(box.desk, path, second)
    assert held() == [False]
    agrees(signed_in(visitor(), second))
    assert held() == [True]
    hold(signed_in(visitor(), second), path, box.advocate)
    agrees(box.desk)
    assert held() == [False]
    signed_in(visitor(), late).open(f"{path}/hold", 404)


def envelope_of(box: Box) -> str:
    found = re.findall(r'href="(/staff/letters/[0-9a-f]{32})"', box.desk.open(LETTERS).text)
    return str(found[0])


def held() -> list[bool]:
    with db.reading(db.engine()) as session:
        return list(session.scalars(select(LetterRow.held)))


def test_the_task_leads_to_the_letters_and_takes_no_answer_while_one_waits(box: Box, clock: StillClock) -> None:
    box.write("one")
    after_the_hour(box, clock)
    letters_due()
    (owed,) = box.owed()
    page = box.desk.open(f"/staff/answers/{owed.id}").text
    assert f'href="{LETTERS}"' in page.partition("<main")[2]
    assert "textarea" not in page
    box.desk.open(LETTERS)
    told = {"kind": "done", "words_en": "We read it."}
    page = box.desk.send(f"/staff/answers/{owed.id}", dict(told), 422).text
    assert "A letter is still waiting" in page
    assert page.count('role="alert"') == 1
    (path,) = paths(box.desk.open(LETTERS).text)
    box.desk.send(path)
    box.desk.open(f"/staff/answers/{owed.id}", 404)  # its line would tell a colleague that a child left her out
