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
    """The rows of people who may know of the wishes of a review; see `accountability.entities.WishReaders`."""
    review = store.find_review(session, bytes.fromhex(key))
    return list_who_may_know(session, review) if review else ()


def list_who_may_know(session: Session, review: Review) -> frozenset[int]:
    """The rows of people who may know of the wishes of a review."""
    facts = review.statement
    if facts is None:
        return frozenset({review.advocate_id})
    keys = public_keys_at_site(session, review.site_id)
    opens = threads_store.find_thread_readers(session, facts.thread_id, keys.items())
    return frozenset({review.advocate_id, *(person_id for person_id in opens if may_open(session, review, person_id))})


def list_wish_deciders(session: Session, review: Review) -> frozenset[int]:
    """Who is asked about a wish after silence or disagreement: nobody above them may know of it.

    These are the advocate who carries it, and the reviewer and the site's decision-maker where the child allows them to
    read.
    """
    decides = list_decision_makers(session, [review.site_id]).get(review.site_id, 0)
    deciders = {review.advocate_id, review.reviewer_id, decides}
    return list_who_may_know(session, review) & deciders


def list_keys_with_known_wishes(
    session: Session, reader_key: threads_store.ReaderKey, reviews: Collection[Review]
) -> frozenset[str]:
    """The keys of reviews of whose wishes the reader may know. Two queries, whatever their number.

    Args:
        session: only read.
        reader_key: of the reader.
        reviews: of the reader's sites.
    """
    ids = [review.statement.thread_id for review in reviews if review.statement]
    opens = (
        {summary.id for summary in threads_store.list_threads(session, reader_key, ids, {STATEMENT})} if ids else set()
    )
    return frozenset(
        review.key
        for review in reviews
        if review.advocate_id == reader_key.person_id
        or (
            review.statement and review.statement.thread_id in opens and may_open(session, review, reader_key.person_id)
        )
    )
