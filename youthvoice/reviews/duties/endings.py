"""The end of a review: close its statement when nothing is due, and delete the case after its destruction month.

A statement ends like a report, with the destruction month of its thread, three years after it was given. A legal hold
or an answer due keeps it longer. A review without a statement ends as long after its day. So does a review that nobody
decided, once everybody was asked.
Source: PRIVACY.md C, "Ends".
"""

from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accountability import store as due_store
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
"""The last level of the escalation of a plan."""


def end_or_close(session: Session, review: Review, today: date) -> None:
    """Close the statement of a finished review, reopen it where something is due again, or delete the case.

    Args:
        session: may write.
        review: locked.
        today: at its site.
    """
    statement_facts, is_done = review.body.statement, is_done_with(session, review, today)
    if statement_facts is None:
        if is_done and is_month_over(_destruction_month(review.day), context.now()):
            forget_case(session, review)
        return
    thread = threads_store.find_thread(session, statement_facts.thread_id, to_change=True)
    if thread is None:
        forget_case(session, review)
    elif is_done is not (thread.case.state == "closed"):
        state = "closed" if is_done else "open"
        threads_store.change_case_state(session, thread, thread.case.having(state=state))


def is_done_with(session: Session, review: Review, today: date) -> bool:
    """Whether the review is finished: decided, with every promise settled or a year over; or never decided.

    A review that nobody decided ends three years after its day, and only after everybody was asked. That means that the
    plan's escalation has reached the advocates, or that only wishes wait, about which the people who may know are asked
    each week.
    """
    if review.decided_on is None:
        if not is_month_over(_destruction_month(review.day), context.now()):
            return False
        answer_due = store.find_answer_due(session, review)
        return answer_due is None or review.body.plan_on is not None or answer_due.rung == TOP
    if today > review.decided_on + _A_YEAR:
        return True
    return all(due.settled_on is not None for due in decisions.list_promises(session, review).values())


def forget_case(session: Session, review: Review) -> None:
    """Delete a review and all answers due about it; its statement has ended, or there was none."""
    for part in decisions.list_promises(session, review):
        due_store.withdraw_answer_due(
            session, decisions.PROMISE, decisions.promise_subject(review.key, part), review.site_id
        )
    for kind in ("statement", "review"):
        due_store.withdraw_answer_due(session, kind, review.key, review.site_id)
    forget_slip(session, review)
    review_links.remove_links(session, review.id)
    store.remove_review(session, review)


def _destruction_month(day: date) -> str:
    return month_name(day.replace(year=day.year + REPORT_YEARS, day=1))
