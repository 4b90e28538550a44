"""Who may know about a child's wishes: that there are any, that one waits, that one was answered or is late.

These are the advocate who carries the review, and everybody who may open the statement now. All others see only the
state of the plan. Stages, alarms, order of lists, calendars, To do, reminders and figures ask this module, or
`Review.is_decided`, so that they are the same with no wish as with ten.
Source: S31 (consent per reader); PRIVACY.md C, "A statement".
"""

from collections.abc import Collection

from sqlalchemy.orm import Session

from youthvoice.accountability.store import list_decision_makers
from youthvoice.accounts.store import public_keys_at_site
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.store import may_open
from youthvoice.threads import store as threads_store
from youthvoice.threads.case_state import STATEMENT


def who_may_know(session: Session, key: str) -> Collection[int]:
    """As `list_who_may_know`, for the port `accountability.entities.WishReaders`; empty for an unknown review."""
    review = store.find_review(session, bytes.fromhex(key))
    return list_who_may_know(session, review) if review else ()


def list_who_may_know(session: Session, review: Review) -> frozenset[int]:
    """The rows of people who may know of the wishes of a review."""
    statement_facts = review.valid_statement
    if statement_facts is None:
        return frozenset({review.advocate_id})
    public_keys = public_keys_at_site(session, review.site_id)
    key_holders = threads_store.find_thread_readers(session, statement_facts.thread_id, public_keys.items())
    # Who has a key of the statement may not open it before the day, nor after giving the review to another advocate.
    readers = (person_id for person_id in key_holders if may_open(session, review, person_id))
    return frozenset({review.advocate_id, *readers})


def list_wish_deciders(session: Session, review: Review) -> frozenset[int]:
    """Who is asked about a wish after silence or disagreement; somebody higher may not know of the wish.

    These are the advocate who carries it, and the reviewer and the site's decision-maker where the child allows them to
    read.
    """
    decision_maker = list_decision_makers(session, [review.site_id]).get(review.site_id, 0)
    deciders = {review.advocate_id, review.reviewer_id, decision_maker}
    return list_who_may_know(session, review) & deciders


def list_keys_with_known_wishes(
    session: Session, reader_key: threads_store.ReaderKey, reviews: Collection[Review]
) -> frozenset[str]:
    """`Review.key` of those reviews of whose wishes the reader may know. A few queries, whatever their number.

    Args:
        session: only read.
        reader_key: of the reader.
        reviews: of the reader's sites.
    """
    thread_ids = {review.id: review.valid_statement.thread_id for review in reviews if review.valid_statement}
    summaries = threads_store.list_threads(session, reader_key, thread_ids.values(), {STATEMENT}) if thread_ids else []
    opens, person_id = {summary.id for summary in summaries}, reader_key.person_id
    return frozenset(
        review.key
        for review in reviews
        if review.advocate_id == person_id
        or (thread_ids.get(review.id) in opens and may_open(session, review, person_id))
    )
