"""A pair of rounds is one asking: an adult owes one answer, and it is told once wherever it stands (S9)."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import StillClock
from tests.publications.guardians.test_second_letter import next_day, text, went_out
from tests.support.people import on_tablet, signed_in
from tests.support.publications import House, make_house, starter
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.audit.audit_log import Log
from youthvoice.publications.guardians.letter_record import list_sites_to_tell
from youthvoice.publications.guardians.mail import Sender, send_edition
from youthvoice.publications.guardians.store import add_address, decide_address, list_addresses
from youthvoice.publications.review import drafting
from youthvoice.publications.store import find_edition, list_waiting_editions
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.status import find_answer_due, release_answer
from youthvoice.web.i18n.formats import format_day

SAID = "A talk about rights, each month."


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()


def log() -> Log:
    return Log(context.today(), "coordinator")


def opened(home: House) -> tuple[Round, Round]:
    before, after = home.open(starter("rights"), pair=True)
    return before, after


def approved(home: House, round_: Round) -> str:
    """Counted, drafted and approved; gives the slug of the view."""
    home.count(round_, 24)
    drafting.draft_due()
    with db.writing(db.engine()) as session:
        (edition,) = list_waiting_editions(session, [home.site_id])
        drafting.approve_edition(session, edition, home.people["advocate"].id, context.today(), log())
        return edition.first.slug


def too_few(home: House, round_: Round) -> None:
    home.close(round_, "too_few")
    with db.writing(db.engine()) as session:
        release_answer(session, round_.slug, (), context.today())


def the_one(home: House, round_: Round) -> AnswerDue:
    """What is owed about a round; there is one row in the house."""
    with db.reading(db.engine()) as session:
        assert len(session.scalars(select(AnswerDueRow.id)).all()) == 1
        answer_due = find_answer_due(session, round_.purpose, round_.slug)
    assert answer_due is not None
    return answer_due


def answered(home: House, answer_due: AnswerDue) -> None:
    with db.writing(db.engine()) as session:
        who = home.people["coordinator"].id
        replies.record_reply(session, answer_due.id, "", "yes", {"en": SAID}, who, context.today())


def decider(home: House, visitor: Callable[[], Visitor]) -> Visitor:
    return signed_in(visitor(), home.people["coordinator"])


def test_a_pair_leaves_one_answer_due_and_both_rounds_find_it(home: House, visitor: Callable[[], Visitor]) -> None:
    before, after = opened(home)
    assert the_one(home, before) == the_one(home, after)
    browser = decider(home, visitor)
    until = f"asked until {format_day(after.last_day('Asia/Kolkata'))}"
    to_do, listed = browser.open("/staff/").text, browser.open("/staff/answers/").text
    assert to_do.count(f'href="/staff/answers/{the_one(home, after).id}"') == 1
    assert "1 answer is due from you." in listed
    for page in (to_do, listed, browser.open(f"/staff/answers/{the_one(home, after).id}").text):
        assert page.count(until) == 1


def test_it_can_be_given_once_the_round_after_is_approved(
    home: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    before, after = opened(home)
    clock.move(days=8)
    approved(home, before)
    assert not the_one(home, before).ready
    browser = decider(home, visitor)
    assert "answered together with the round after" in browser.open(f"/staff/rounds/{before.slug}").text
    clock.move(days=9)
    approved(home, after)
    answer_due = the_one(home, before)
    assert answer_due.ready
    assert answer_due.parts
    browser = decider(home, visitor)
    page = browser.open(f"/staff/answers/{answer_due.id}").text
    assert "These ranges are too wide to show a change." in page, "the view that compares both"
    answered(home, answer_due)
    for facts in (before, after):
        assert "Answered" in browser.open(f"/staff/rounds/{facts.slug}").text


@pytest.mark.parametrize("approved_late", [False, True])
def test_where_too_few_came_the_second_time_it_is_given_to_what_was_said_the_first(
    home: House, visitor: Callable[[], Visitor], clock: StillClock, *, approved_late: bool
) -> None:
    before, after = opened(home)
    if not approved_late:
        approved(home, before)
    clock.move(days=17)
    too_few(home, after)
    assert the_one(home, after).ready
    if approved_late:
        approved(home, before)
    answer_due = the_one(home, before)
    assert answer_due.ready
    assert answer_due.parts, "the questions of the only view there is"
    browser = decider(home, visitor)
    assert "What the children said" in browser.open(f"/staff/answers/{answer_due.id}").text
    answered(home, answer_due)
    board = on_tablet(visitor(), home.site_id).open("/we-did").text
    assert board.count(SAID) == 1
    assert "Fewer than ten of us answered" in board


def test_the_round_before_alone_opens_nothing(home: House) -> None:
    before, after = opened(home)
    too_few(home, before)
    assert not the_one(home, after).ready
    too_few(home, after)
    assert the_one(home, after).ready


def test_the_board_tells_it_once_beside_the_view_that_compares_both(
    home: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    before, after = opened(home)
    clock.move(days=8)
    approved(home, before)
    tablet = on_tablet(visitor(), home.site_id)
    assert "Coordinator Example answers by" in tablet.open("/we-did").text
    clock.move(days=9)
    approved(home, after)
    answered(home, the_one(home, before))
    page = tablet.open("/we-did").text
    assert page.count(SAID) == 1
    assert page.count('name="about"') == 1, "one question whether it is really done"


def test_of_two_rounds_that_were_too_small_one_bears_the_answer(
    home: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    before, after = opened(home)
    clock.move(days=17)
    too_few(home, before)
    too_few(home, after)
    answered(home, the_one(home, before))
    page = on_tablet(visitor(), home.site_id).open("/we-did").text
    assert page.count("Fewer than ten of us answered") == 2
    assert page.count(SAID) == 1


def _sent(home: House, slug: str) -> None:
    with db.writing(db.engine()) as session:
        found = find_edition(session, slug, [home.site_id])
        assert found is not None
        who = home.people["coordinator"].id
        send_edition(session, found, [home.site_id], Sender(who, context.now(), log()))


@pytest.mark.parametrize("after_was_sent", [True, False])
def test_a_family_that_got_both_letters_reads_the_answer_in_one_more(
    home: House, clock: StillClock, *, after_was_sent: bool
) -> None:
    before, after = opened(home)
    with db.writing(db.engine()) as session:
        advocate = home.people["advocate"].id
        add_address(session, home.site_id, "one@example.org", "en", home.people["coordinator"].id)
        (entry,) = list_addresses(session, [home.site_id])
        decide_address(session, entry.id, [home.site_id], advocate, context.today(), log(), clear=True)
    clock.move(days=8)
    _sent(home, approved(home, before))
    clock.move(days=9)
    later = approved(home, after)
    if after_was_sent:
        _sent(home, later)
    first = went_out()
    answered(home, the_one(home, after))
    (second,) = next_day(clock)
    assert len(first) == (2 if after_was_sent else 1)
    assert SAID in text(second)
    assert next_day(clock) == []
    with db.reading(db.engine()) as session:
        assert list_sites_to_tell(session, date.min) == [], "nor is any site read again at each look of ten years"
