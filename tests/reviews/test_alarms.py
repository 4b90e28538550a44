"""Nobody asked her, a decision is late, a promise is late: adults read it in time, and nothing of it vanishes (S13)."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import StillClock
from tests.support.people import Somebody
from tests.support.reviews import WORDS, Child, Panel, make_review, review_now, say, today
from youthvoice import db
from youthvoice.accountability.escalation_job import escalate_overdue_answers
from youthvoice.accountability.store import set_decision_maker
from youthvoice.audit.audit_log import Log
from youthvoice.reviews import decisions, rules, store
from youthvoice.reviews.child_review import child_review
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Offer, Review
from youthvoice.reviews.job import process_due_reviews, review_complaints
from youthvoice.reviews.models import ReviewRow
from youthvoice.reviews.statements.statement import Statement

ALARM = "Nobody asked the child before her review"


def decide(panel: Panel, review: Review, decision: Decision) -> Review:
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        return decisions.decide(session, held, decision, held.version, panel.rosa.id, Log(today(), "rosa"))


def test_a_first_review_at_admission_before_which_nobody_asked_the_child(panel: Panel, clock: StillClock) -> None:
    """From two days before it on: the list, To do of coordinator and safeguarding lead, and the review itself."""
    review = make_review(panel, days=3, step="admission", kind="first", invited=[])
    lee, carol = panel.at(panel.lee), panel.at(panel.carol)
    assert ALARM not in carol.open("/staff/").text
    lee.open(f"/staff/reviews/{review.key}", status=404)
    clock.move(days=2)
    for who in (panel.lee, panel.carol):
        at = panel.at(who)
        assert ALARM in at.open("/staff/").text
        assert "Nobody asked the child" in at.open("/staff/reviews/").text
        assert at.open(f"/staff/reviews/{review.key}").status_code == 200
    assert ALARM not in panel.at(panel.lata).open("/staff/").text
    clock.move(days=40)
    assert ALARM in panel.at(panel.lee).open("/staff/").text, "it never vanishes by itself"
    asked(panel, review, "chose_not")
    assert ALARM not in panel.at(panel.carol).open("/staff/").text


def test_a_review_stands_once_on_to_do_with_everything_that_waits_of_it(panel: Panel, clock: StillClock) -> None:
    """Who is asked after the advocate read it as two things, one overdue and one of this week."""
    review = make_review(panel, days=3, step="admission", kind="first", invited=[])
    with db.writing(db.engine()) as session:
        set_decision_maker(session, panel.site_id, panel.carol.id, Log(today(), "carol"), "example-house")
    clock.move(days=2)
    escalate_overdue_answers()
    page = panel.at(panel.carol).open("/staff/").text
    assert page.count(f'href="/staff/reviews/{review.key}"') == 1
    assert page.index(ALARM) < page.index("The child was not asked in time: see to it that she is")
    assert "1 thing at" in page


DAY = date(2026, 5, 14)


@pytest.mark.parametrize(
    ("words", "asked", "opened", "now", "alarm"),
    [
        ("nobody_asked", None, -10, -2, None),
        ("nobody_asked", None, -10, -1, "nobody_asked"),
        ("nobody_asked", None, -10, 30, "nobody_asked"),
        ("nobody_asked", None, 0, 0, None),  # opened on its day: to be asked at once
        ("nobody_asked", None, 0, 1, "nobody_asked"),
        ("asked", -2, -10, 30, None),
        ("asked", -1, -10, -1, "asked_late"),
        ("asked", 0, -10, 30, "asked_late"),  # written down on the day: she had no time
        ("asked", 5, -10, 30, "asked_late"),
        ("asked", 0, 0, 30, None),
        ("given", -1, -10, 30, None),  # her review says that it was late
        ("given", None, -10, 30, None),
        ("taken_back", -1, -10, 30, None),
    ],
)
def test_asked_too_late_stays_an_alarm_of_its_own(
    words: rules.WordsOfChild, asked: int | None, opened: int, now: int, alarm: str | None
) -> None:
    asked_on = None if asked is None else DAY + timedelta(days=asked)
    days = [DAY + timedelta(days=one) for one in (opened, now)]
    assert rules.asking_alarm(words, asked_on, DAY, *days) == alarm


def asked(panel: Panel, review: Review, outcome: str) -> None:
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        store.record_offer(session, held, Offer(today(), panel.asha.id, outcome, alone=True), Log(today(), "asha"))


@pytest.mark.parametrize("outcome", ["chose_not", "prepares"])
def test_writing_down_late_that_she_was_asked_takes_no_alarm_away(
    panel: Panel, clock: StillClock, outcome: str
) -> None:
    review = make_review(panel, days=5, invited=[])
    clock.move(days=4)
    asked(panel, review, outcome)
    for _day in range(2):
        for who in (panel.lee, panel.carol):
            at = panel.at(who)
            assert "The child was asked too late before her review" in at.open("/staff/").text
            assert "The child was asked too late" in at.open("/staff/reviews/").text
            assert "That was too late: she was to be asked by" in at.open(f"/staff/reviews/{review.key}").text
        assert "asked too late" not in panel.at(panel.lata).open("/staff/").text
        clock.move(days=1)
    decide(panel, review, Decision("plan", "kept", {"en": "You are safe here."}))
    assert "asked too late" not in panel.at(panel.carol).open("/staff/").text


def test_asked_late_and_something_given_is_said_on_the_review_alone(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=5)
    clock.move(days=4)
    asked(panel, review, "prepares")
    say(review)
    carol = panel.at(panel.carol)
    assert "asked too late" not in carol.open("/staff/").text
    assert "asked too late" not in carol.open("/staff/reviews/").text
    assert "That was too late: she was to be asked by" in carol.open(f"/staff/reviews/{review.key}").text


def test_a_review_that_is_moved_gives_her_the_time_again(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=5)
    clock.move(days=4)
    asked(panel, review, "prepares")
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        store.move_review(session, held, today() + timedelta(days=7), Log(today(), "carol"))
    assert "asked too late" not in panel.at(panel.carol).open("/staff/").text


def test_a_review_that_nobody_carries_or_decides_stays_overdue(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1, carried_since=None)
    say(review)
    clock.move(days=30)
    process_due_reviews()
    assert review_now(review).stage(today(), knows=False) == "deciding"
    assert "Decisions are late" in panel.at(panel.carol).open("/staff/reviews/").text
    assert "overdue" in panel.at(panel.rosa).open("/staff/answers/").text


@pytest.fixture
def promised(panel: Panel, clock: StillClock) -> Child:
    child = say(make_review(panel, days=1), Statement(change=("family",)), readers=[panel.rosa])
    clock.move(days=1)
    decide(
        panel,
        child.review,
        Decision("family", "yes", {"en": "You go there on Sundays."}, panel.lata.id, today() + timedelta(days=9)),
    )
    return child


def test_whoever_keeps_a_promise_reads_what_it_is_and_nothing_else(panel: Panel, promised: Child) -> None:
    lata = panel.at(panel.lata)
    home = lata.open("/staff/").text
    assert "Keep what was promised" in lata.open("/staff/answers/").text
    assert "K-17: You go there on Sundays." in home
    with db.reading(db.engine()) as session:
        promise = decisions.list_promises(session, promised.review)["family"]
    page = lata.open(f"/staff/answers/{promise.id}").text
    assert "You go there on Sundays." in page
    assert "Or answer each question" not in page
    lata.open(f"/staff/reviews/{promised.review.key}", status=404)


def test_done_before_its_day_the_child_is_asked_at_once(panel: Panel, promised: Child) -> None:

    def asks() -> bool:
        own_statement = promised.own()
        with db.reading(db.engine()) as session:
            review = child_review(session, own_statement)
        (wish,) = [wish for wish in review.wishes if not wish.is_plan]
        return review.asks(wish)

    assert not asks()
    with db.reading(db.engine()) as session:
        promise = decisions.list_promises(session, promised.review)["family"]
    lata = panel.at(panel.lata)
    lata.open(f"/staff/answers/{promise.id}")
    lata.send(f"/staff/answers/{promise.id}", {"kind": "done", "words_en": "We went there on Sunday."})
    assert asks()


def test_a_late_promise_shows_in_the_list_and_in_to_do(panel: Panel, promised: Child, clock: StillClock) -> None:
    decide(panel, promised.review, Decision("plan", "kept", {"en": "You are safe here."}))
    assert "A promise is late" not in panel.at(panel.asha).open("/staff/reviews/").text
    clock.move(days=10)
    assert "A promise is late" in panel.at(panel.asha).open("/staff/reviews/").text
    assert "A promise is late" in panel.at(panel.rosa).open("/staff/reviews/").text
    assert "A promise is late" not in panel.at(panel.carol).open("/staff/reviews/").text, "she may not know of a wish"
    assert "what was promised is late" in panel.at(panel.asha).open("/staff/").text
    assert "1 day over" in panel.at(panel.lata).open("/staff/").text


@pytest.mark.parametrize("who", ["lee", "ravi"])
def test_whoever_is_asked_after_the_reviewer_finds_it_and_decides_the_plan(
    panel: Panel, clock: StillClock, who: str
) -> None:
    """The decision-maker first, then every advocate; neither reads a wish without the child's yes."""
    asked: Somebody = getattr(panel, who)
    review = make_review(panel, days=1, invited=[])
    say(review, readers=[panel.rosa])
    if who == "lee":
        with db.writing(db.engine()) as session:
            set_decision_maker(session, panel.site_id, asked.id, Log(today(), "carol"), "example-house")
    clock.move(days=1)
    process_due_reviews()
    page = f"/staff/reviews/{review.key}"
    panel.at(asked).open(f"{page}/decide/plan", status=404)
    clock.move(days=8)
    escalate_overdue_answers()
    at = panel.at(asked)
    assert "Decisions are late" in at.open("/staff/reviews/").text
    assert WORDS not in at.open(page).text
    at.open(f"{page}/decide/own", status=404)
    at.open(f"{page}/decide/plan")
    version = at.hidden["version"]
    at.send(
        f"{page}/decide/plan", {"version": version, "kind": "kept", "words_en": "You are safe here.", "carried_by": 0}
    )
    panel.at(panel.lata).open(f"{page}/decide/plan", status=404)


def test_one_damaged_row_hides_only_itself_and_doctor_says_so(panel: Panel, app: Flask, clock: StillClock) -> None:
    damaged, whole = make_review(panel, days=1), make_review(panel, days=1, case="K-18")
    with db.writing(db.engine()) as session:
        session.execute(update(ReviewRow).where(ReviewRow.id == damaged.id).values(locked=b"\x00\x01" + bytes(8028)))
    assert "K-18" in panel.at(panel.carol).open("/staff/reviews/").text
    clock.move(days=2)
    with db.reading(db.engine()) as session:
        assert list(review_complaints(session))
    process_due_reviews()
    with db.reading(db.engine()) as session:
        answer_due = store.find_answer_due(session, whole)
    assert answer_due
    assert answer_due.shown_on == today()
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "1 reviews do not open" in said
    assert "nothing of it can be decided" in said


def test_hard_words_are_asked_about_and_may_stand(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    clock.move(days=1)
    page = f"/staff/reviews/{review.key}/decide/plan"
    rosa = panel.at(panel.rosa)
    rosa.open(page)
    typed: dict[str, object] = {
        "version": rosa.hidden["version"], "kind": "kept", "words_en": "Your rehabilitation goes on.",
    }  # fmt: skip
    asked = rosa.send(page, typed, status=422).text
    assert "A child may not understand:" in asked
    assert "rehabilitation" in asked
    too_long = rosa.send(page, {**typed, "words_en": "We see. " * 40}, status=422).text
    assert "at most 240 letters" in too_long
    assert "Your rehabilitation goes on." in rosa.send(page, {**typed, "as_it_stands": "y"}).text


def test_an_opening_does_not_make_a_form_stale(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    say(review, readers=[panel.rosa, panel.carol])
    clock.move(days=1)
    version = review_now(review).version
    with db.writing(db.engine()) as session:
        held = store.find_review(session, review.id, to_change=True)
        assert held
        store.record_opening(session, held, panel.carol.id, Log(today(), "carol"))
    now = review_now(review)
    assert now.version == version
    assert [one.person_id for one in now.body.openings] == [panel.carol.id]
