"""A decided review ends with the month of its statement, and takes its case with it; what is owed or held keeps it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.reviews import Child, Panel, make_review, review_now, say, today
from youthvoice import db
from youthvoice.accountability.escalation_job import escalate_overdue_answers
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.audit.audit_log import Log
from youthvoice.reviews import decisions, store
from youthvoice.reviews.decisions import Decision
from youthvoice.reviews.entities import Review
from youthvoice.reviews.job import end_reviews, process_due_reviews
from youthvoice.reviews.models import ReviewRow
from youthvoice.reviews.statements import review_links
from youthvoice.reviews.statements.statement import Statement
from youthvoice.reviews.statements.store import open_own
from youthvoice.threads.case_state import HELD
from youthvoice.threads.retention.job import extend_and_end_months
from youthvoice.threads.store import change_case_state, find_thread

PROMISED = timedelta(days=20)


def decide(panel: Panel, review: Review, *decided: Decision) -> None:
    for one in decided:
        with db.writing(db.engine()) as session:
            held = store.find_review(session, review.id, to_change=True)
            assert held
            decisions.decide(session, held, one, held.version, panel.rosa.id, Log(today(), "rosa"))


def decided(panel: Panel, clock: StillClock) -> Child:
    child = say(make_review(panel, days=1), Statement(change=("family",)), readers=[panel.rosa])
    clock.move(days=1)
    yes = Decision("family", "yes", {"en": "You go there."}, panel.lata.id, today() + PROMISED)
    decide(panel, child.review, yes, Decision("plan", "kept", {"en": "You are safe here."}))
    return child


def state(child: Child) -> str:
    with db.reading(db.engine()) as session:
        thread = find_thread(session, child.thread_id)
    assert thread
    return thread.case.state


def rows() -> tuple[int, int]:
    with db.reading(db.engine()) as session:
        reviews = session.scalars(select(ReviewRow.id)).all()
        owed = session.scalars(select(AnswerDueRow.id)).all()
    return len(reviews), len(owed)


def test_a_statement_is_closed_once_every_promise_is_settled_and_opened_where_she_disagrees(
    panel: Panel, clock: StillClock
) -> None:
    child = decided(panel, clock)
    end_reviews()
    assert state(child) == "open", "somebody still owes her something"
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, child.thread_id, child.code.reply.private, to_change=True)
        assert own_statement
        decisions.confirm(session, own_statement, "family")
    end_reviews()
    assert state(child) == "closed"
    with db.writing(db.engine()) as session:
        own_statement = open_own(session, child.thread_id, child.code.reply.private, to_change=True)
        assert own_statement
        decisions.disagree(session, own_statement, "plan")
    end_reviews()
    assert state(child) == "open"
    assert child.own().statement


def test_after_a_year_a_promise_does_not_keep_it_open(panel: Panel, clock: StillClock) -> None:
    child = decided(panel, clock)
    clock.move(days=365)
    end_reviews()
    assert state(child) == "open"
    clock.move(days=1)
    end_reviews()
    assert state(child) == "closed"


def test_after_its_month_nothing_of_the_case_is_left(panel: Panel, clock: StillClock) -> None:
    child = decided(panel, clock)
    assert rows() == (1, 3)
    clock.move(days=400)
    end_reviews()
    clock.move(days=3 * 365 + 31 - 400)
    extend_and_end_months()
    with db.reading(db.engine()) as session:
        assert find_thread(session, _thread_id(child)) is None
    end_reviews()
    assert rows() == (0, 0)


def test_a_link_for_a_team_outside_ends_with_its_review(panel: Panel, clock: StillClock) -> None:
    """A row that names a review would keep it for ever, and with it every review that ends on that day."""
    review = make_review(panel, days=1)
    clock.move(days=1)
    with db.writing(db.engine()) as session:
        review_links.add_link(
            session, review, review_links.prepare_link(bytes(32), 1), panel.asha.id, Log(today(), "asha")
        )
    decide(panel, review, Decision("plan", "kept", {"en": "You are safe here."}))
    clock.move(days=3 * 365 + 60)
    end_reviews()
    assert rows() == (0, 0)
    with db.reading(db.engine()) as session:
        assert not review_links.list_links(session, review.id)


def _thread_id(child: Child) -> bytes:
    statement_facts = review_now(child.review).body.statement
    assert statement_facts
    return statement_facts.thread_id


def test_what_is_held_or_not_decided_stays(panel: Panel, clock: StillClock) -> None:
    held = decided(panel, clock)
    waits = say(make_review(panel, days=1, case="K-18"))
    clock.move(days=400)
    end_reviews()
    with db.writing(db.engine()) as session:
        thread = find_thread(session, held.thread_id, to_change=True)
        assert thread
        change_case_state(session, thread, thread.case.flagged(HELD))
    for _month in range(40):
        clock.move(days=30)
        extend_and_end_months()
        end_reviews()
    assert rows()[0] == 2
    for child in (held, waits):
        assert child.own().statement


@pytest.mark.parametrize("plan", [False, True])
@pytest.mark.parametrize("speaks", [False, True])
def test_what_nobody_ever_decided_ends_once_everybody_was_asked(
    panel: Panel, clock: StillClock, plan: bool, speaks: bool
) -> None:
    """Three years after its day, as a report does; while the ladder has not reached its top it stays."""
    review = make_review(panel, days=1)
    if speaks:
        say(review, Statement(change=("family",)))
    clock.move(days=1)
    process_due_reviews()
    if plan:
        decide(panel, review, Decision("plan", "kept", {"en": "You are safe here."}))
        if not speaks:
            return  # then everything is decided
    clock.move(days=3 * 365 + 40)
    extend_and_end_months()
    end_reviews()
    extend_and_end_months()
    if not plan:
        assert rows()[0] == 1, "the advocates were never asked"
        for _day in range(30):
            clock.move(days=1)
            escalate_overdue_answers()
    for _month in range(12):
        extend_and_end_months()
        end_reviews()
        clock.move(days=31)
    assert rows() == (0, 0)


def test_a_review_without_a_statement_ends_after_three_years(panel: Panel, clock: StillClock) -> None:
    review = make_review(panel, days=1)
    clock.move(days=1)
    decide(panel, review, Decision("plan", "kept", {"en": "You are safe here."}))
    month = date(review.day.year + 3, review.day.month, 1)
    clock.move(days=(month - today()).days + 20)
    end_reviews()
    assert rows()[0] == 1
    clock.move(days=20)
    end_reviews()
    assert rows() == (0, 0)
