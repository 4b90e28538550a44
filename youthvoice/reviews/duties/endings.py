"""When a review ends: its statement is closed once nothing is owed, and after its month nothing of the case is left.

A statement ends as a report does: with the destruction month of its thread, three years after it was given, unless it
is held or something of it is still owed. A review without one ends as long after its day, and so does one that nobody
ever decided, once everybody was asked.
Source: PRIVACY.md C, "Ends".
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accountability import store as owed_store
from youthvoice.privacy.keys.key_names import month_name
from youthvoice.reviews import decisions, store
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import review_links
from youthvoice.reviews.statements.review_slip import forget_slip
from youthvoice.threads import store as threads_store
from youthvoice.threads.retention.job import is_month_over
from youthvoice.threads.retention_periods import REPORT_YEARS

_A_YEAR: Final = timedelta(days=365)

TOP: Final = "advocates"
"""The last rung on which anybody is asked to decide a plan."""


def end_or_close(session: Session, review: Review, today: date) -> None:
    """Close the statement of a review that is done with, open it where something is owed anew, or forget the case.

    Args:
        session: may write.
        review: held.
        today: at its site.
    """
    facts, done = review.body.statement, is_done_with(session, review, today)
    if facts is None:
        if done and is_month_over(_month_of(review.day), context.now()):
            forget_case(session, review)
        return
    thread = threads_store.find_thread(session, facts.thread_id, to_change=True)
    if thread is None:
        forget_case(session, review)
    elif done is not (thread.case.state == "closed"):
        state = "closed" if done else "open"
        threads_store.change_case_state(session, thread.line, thread.case.having(state=state))


def is_done_with(session: Session, review: Review, today: date) -> bool:
    """Whether it is decided, and every promise was settled or a year has gone since; or it was never decided.

    What nobody ever decided ends as a report does, three years after its day, and not before everybody was asked: the
    ladder of its plan has reached the advocates, or only wishes wait, of which those are asked each week who may know.
    """
    if review.decided_on is None:
        if not is_month_over(_month_of(review.day), context.now()):
            return False
        answer_due = store.decisions_of(session, review)
        return answer_due is None or review.body.plan_on is not None or answer_due.rung == TOP
    if today > review.decided_on + _A_YEAR:
        return True
    return all(due.settled_on is not None for due in decisions.list_promises(session, review).values())


def forget_case(session: Session, review: Review) -> None:
    """Remove a review and everything that is owed about it; its statement has ended, or there was none."""
    for part in decisions.list_promises(session, review):
        owed_store.withdraw_answer_due(
            session, decisions.PROMISE, decisions.promise_subject(review.key, part), review.site_id
        )
    for kind in ("statement", "review"):
        owed_store.withdraw_answer_due(session, kind, review.key, review.site_id)
    forget_slip(session, review)
    review_links.remove_links(session, review.id)
    store.remove_review(session, review)


def _month_of(day: date) -> str:
    return month_name(day.replace(year=day.year + REPORT_YEARS, day=1))
