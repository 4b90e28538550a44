"""What children are promised is kept before their site closes: no day goes past the last one (S9, S13)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.closing import choose_last_day, close_house, run_close
from tests.support.committees import make_committee
from tests.support.meetings import following
from tests.support.open_rounds import House, a_house, kept, log, questions
from tests.support.people import Somebody, make_person, on_tablet
from tests.support.reviews import review_at
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability import replies, rules as accountability_rules
from youthvoice.accountability.entities import AnswerDue
from youthvoice.accountability.escalation_job import escalate_overdue_answers
from youthvoice.accountability.store import create_answer_due, find_by_subject
from youthvoice.committees.agenda_page import list_agendas
from youthvoice.committees.elections.form_adapter import list_refusals
from youthvoice.committees.elections.rules import ElectionOpening
from youthvoice.committees.suggestions.rules import may_hold_until
from youthvoice.errors import Refused
from youthvoice.reviews.rules import day_refusal
from youthvoice.sites.last_day import NOTICE_DAYS, limit_to_last_day
from youthvoice.sites.store import Site, get_site
from youthvoice.surveys.rounds.entities import Round, Span
from youthvoice.surveys.rounds.opening import open_feedback_round, open_rounds
from youthvoice.surveys.rounds.store import find_feedback_round, find_round
from youthvoice.threads.letters.letter_box import due_after

LATE = date(2027, 1, 10)


@pytest.fixture
def home(app: Flask) -> House:
    home = a_house()
    with db.writing(db.engine()) as session:
        outside = make_person(session, "outside_recipient", home.site_id)
    return replace(home, people={**home.people, "outside_recipient": outside})


def _open(home: House, **opening: object) -> Round:
    questionnaire_id = kept(questions(), home.advocate)
    with db.writing(db.engine()) as session:
        return open_rounds(session, home.opening(questionnaire_id, answer_due=LATE, **opening), log())[0]


def _owes(home: House, due: date, *, subject: str = "ab" * 16) -> AnswerDue:
    """A facilitator owes a committee an answer."""
    with db.writing(db.engine()) as session:
        create_answer_due(
            session, site_id=home.site_id, kind="item", subject=subject, about={"en": "A lamp"}, due=due,
            owner_id=home.facilitator.id, day=context.today(),
        )  # fmt: skip
    return _owed(subject)


def _owed(subject: str, kind: str = "item") -> AnswerDue:
    with db.reading(db.engine()) as session:
        answer_due = find_by_subject(session, kind, subject)
    assert answer_due
    return answer_due


def _site(home: House) -> Site:
    with db.reading(db.engine()) as session:
        return get_site(session, home.site_id)


def test_children_read_an_answer_by_the_last_day_and_it_is_due_then(
    app: Flask, home: House, visitor: Callable[[], Visitor]
) -> None:
    round_ = _open(home)
    tablet = on_tablet(visitor(), home.site_id)
    tablet.open("/language/en", 302, follow=False)
    assert round_.answer_due == LATE
    day = close_house(app, dict(home.people))
    assert _owed(round_.slug, "round").due == day
    page = tablet.open(f"/survey/{round_.slug}").text
    assert "January" not in page
    assert re.search(rf"by {day:%-d}\W*December", page)


def test_a_round_of_two_sites_is_answered_before_the_first_of_them_closes(app: Flask, home: House) -> None:
    other = a_house("other-house")
    round_ = _open(home, site_ids=(other.site_id, home.site_id))
    day = close_house(app, dict(home.people))
    with db.reading(db.engine()) as session:
        stored = find_round(session, round_.slug)
    assert stored
    assert stored.answer_due == day
    assert _owed(round_.slug, "round").due == day


def test_what_is_owed_already_and_what_is_owed_from_then_on_is_due_by_the_last_day(
    app: Flask, home: House, clock: StillClock
) -> None:
    before, settled = _owes(home, LATE), _owes(home, LATE, subject="cd" * 16)
    with db.writing(db.engine()) as session:
        replies.record_reply(session, settled.id, "", "yes", {"en": "It is."}, home.facilitator.id, context.today())
    day = close_house(app, dict(home.people))
    assert _owed(before.subject).due == day
    assert _owed(settled.subject).due == LATE, "what was answered keeps its day"
    assert _owes(home, LATE, subject="ef" * 16).due == day
    assert _owes(home, day - timedelta(days=3), subject="12" * 16).due == day - timedelta(days=3)
    clock.move(days=NOTICE_DAYS + 1)
    assert _owes(home, LATE, subject="34" * 16).due == LATE, "no child reads it: its owner has her days"


def test_whoever_is_asked_next_answers_by_the_last_day_too(app: Flask, home: House, clock: StillClock) -> None:
    day = close_house(app, dict(home.people))
    answer_due = _owes(home, day - timedelta(days=3))
    clock.move(days=NOTICE_DAYS - 2)
    escalate_overdue_answers()
    assert (_owed(answer_due.subject).rung, _owed(answer_due.subject).until) == ("advocates", day)


def test_an_answer_that_children_open_again_is_due_by_the_last_day(app: Flask, home: House, clock: StillClock) -> None:
    day = close_house(app, dict(home.people))
    answer_due = _owes(home, day)
    clock.move(days=NOTICE_DAYS - accountability_rules.AGAIN_DAYS + 1)
    with db.writing(db.engine()) as session:
        replies.record_reply(session, answer_due.id, "", "yes", {"en": "It is."}, home.facilitator.id, context.today())
        replies.reopen(session, answer_due.id, context.today())
    assert _owed(answer_due.subject).due == day


def _promises(home: House, answer_due: AnswerDue, done_by: date) -> None:
    with db.writing(db.engine()) as session:
        words, owner = {"en": "A new lamp comes."}, home.facilitator.id
        replies.record_reply(session, answer_due.id, "", "yes", words, owner, context.today(), done_by=done_by)


def test_nobody_promises_anything_for_a_day_after_the_last_one(app: Flask, home: House) -> None:
    day = close_house(app, dict(home.people))
    answer_due = _owes(home, day)
    _promises(home, answer_due, day)
    with pytest.raises(Refused, match="day_after_last"):
        _promises(home, answer_due, day + timedelta(days=1))
    after, today = day + timedelta(days=1), context.today()
    assert (day_refusal(day, today, day), day_refusal(after, today, day)) == (None, "day_after_last")
    assert may_hold_until(today + timedelta(days=3), today, today + timedelta(days=3))
    assert not may_hold_until(today + timedelta(days=4), today, today + timedelta(days=3))


def test_a_suggestion_is_decided_by_the_last_day(app: Flask, home: House, clock: StillClock) -> None:
    """Also one that comes late from a tablet without a network."""
    day = close_house(app, dict(home.people))
    clock.move(days=NOTICE_DAYS - 3)
    assert due_after(context.now(), _site(home), 7) == day
    assert due_after(context.now(), _site(home), 1) < day
    assert limit_to_last_day(LATE, _site(home), context.today()) == day


def test_a_round_of_feedback_is_answered_by_the_last_day(app: Flask, home: House) -> None:
    day = close_house(app, dict(home.people))
    with db.writing(db.engine()) as session:
        open_feedback_round(session, get_site(session, home.site_id))
    with db.reading(db.engine()) as session:
        round_ = find_feedback_round(session, home.site_id, context.now())
    assert round_
    assert round_.answer_due == day


def test_both_who_decide_and_status_name_what_lies_past_the_day_and_who_does_it(
    app: Flask, home: House, clock: StillClock
) -> None:
    """A promise of one child names no case, and one that only few know of stands nowhere."""
    day, people = choose_last_day(), dict(home.people)
    late = Span("single", context.now(), datetime(2027, 1, 3, 18, 30, tzinfo=UTC))
    round_ = _open(home, spans=(late,))
    promised = _owes(home, day)
    _promises(home, promised, LATE)
    reviewer = _reviewer(home)
    review_at(home.site_id, home.advocate, reviewer, 40, case_number="K-4711")
    review_at(home.site_id, home.advocate, reviewer, 20)
    two = (people["coordinator"], people["advocate"])
    expected = (
        "An answer is due on 2027-01-10, after the last day: Example days: Coordinator",
        "Promised for 2027-01-10, after the last day: A lamp: Facilitator",
        f"The round “{round_.title_in('en')}” runs until 2027-01-03, after the last day: a coordinator ends it, with ",
        f"A care-plan review is planned for 2027-01-03, after the last day: {reviewer.name} holds it before",
    )
    code, output = run_close(app, "decide", "example-house", "--on", day, by=two)
    assert code == 0, output
    for line in expected:
        assert line in output
    assert output.count("A care-plan review") == 1
    assert "K-4711" not in output
    status = run_close(app, "status", "example-house", by=two[:1])[1]
    assert expected[0] in status
    assert run_close(app, "confirm", "example-house", "--on", day, by=(people["outside_recipient"],))[0] == 0
    status = run_close(app, "status", "example-house", by=two[:1])[1]
    assert f"No answer yet, due on {day}: Example days" in status
    for line in expected[1:]:
        assert line in status
    assert "care-plan review is" not in run_close(app, "status", "example-house", by=(people["outside_recipient"],))[1]


def _reviewer(home: House) -> Somebody:
    with db.writing(db.engine()) as session:
        return make_person(session, "reviewer", home.site_id)


def test_no_meeting_and_no_election_goes_past_the_last_day(app: Flask, home: House, clock: StillClock) -> None:
    committee = make_committee(home.site_id, home.facilitator, first_at=context.now() + timedelta(days=NOTICE_DAYS + 1))
    following(committee)
    day = close_house(app, dict(home.people))
    site = _site(home)
    with db.reading(db.engine()) as session:
        assert [agenda.meeting for agenda in list_agendas(session, site, "en")] == [None]
        assert list_agendas(session, replace(site, closes_on=None), "en")[0].meeting
        for ends_at, refused in ((day, False), (day + timedelta(days=1), True)):
            opening = ElectionOpening(
                post=committee.kind.posts[0], way="slips", tie="lot", standing=(), voters=0,
                ends_at=datetime.combine(ends_at, datetime.min.time(), UTC) + timedelta(hours=9),
            )  # fmt: skip
            codes = {refusal.code for refusal in list_refusals(session, committee, opening, context.now())}
            assert ("site_closes" in codes) is refused
