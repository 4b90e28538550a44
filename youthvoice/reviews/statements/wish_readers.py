"""Who may know about a child's wishes: that there are any, that one waits, that one was answered or is late.

These are the advocate who carries the review, and everybody who may open the statement now. All others see only the
state of the plan. Stages, alarms, order of lists, calendars, To do, reminders and figures ask this module, or
`Review.is_decided`, so that they are the same with no wish as with ten.
Source: S31 (consent per reader); PRIVACY.md C, "A statement".
"""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.accountability.store import list_decision_makers
from youthvoice.accounts.store import public_keys_at_site
from youthvoice.context import AppCache
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.reviews.models import ReviewRow
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


def list_page(  # noqa: PLR0913 - of whom, and which page
    session: Session,
    site_id: int,
    first: int,
    most: int,
    *,
    of_person: int | None = None,
    or_keys: Collection[str] = (),
) -> tuple[int, list[Review]]:
    """How many reviews a site has, and one page of them, sorted as by `list_reviews`, which tells nothing about wishes.

    Only the reviews of the page are decrypted each time.

    Args:
        session: only read.
        site_id: where.
        first: how many to skip.
        most: how many at most.
        of_person: only reviews that this person carries or decides,
        or_keys: or that have one of these keys.
    """
    query = select(ReviewRow.id, ReviewRow.version, ReviewRow.decided_on).where(ReviewRow.site_id == site_id)
    if of_person is not None:
        ids = [bytes.fromhex(key) for key in or_keys]
        condition = (ReviewRow.advocate_id == of_person) | (ReviewRow.reviewer_id == of_person) | ReviewRow.id.in_(ids)
        query = query.where(condition)
    rows = session.execute(query.order_by(ReviewRow.day, ReviewRow.id)).all()
    waits = _without_plan(session, {row.id: row.version for row in rows if row.decided_on is None})
    waiting = [row.id for row in rows if row.id in waits]
    ids = [*waiting, *(row.id for row in reversed(rows) if row.id not in waits)][first : first + most]
    reviews = {review.id: review for review in store.list_by_ids(session, ids)}
    return len(rows), [reviews[review_id] for review_id in ids if review_id in reviews]


_AT_ONCE = 200  # rows

_plan_waits: AppCache[tuple[bytes, int], bool] = AppCache(3_000)
"""Whether the plan waits, by id and version. No column says it: beside `decided_on` it would tell of wishes."""


def _without_plan(session: Session, versions: Mapping[bytes, int]) -> set[bytes]:
    """The ids of undecided reviews whose plan is not decided; a damaged one counts. Each is decrypted once."""
    new = [review_id for review_id, version in versions.items() if not _plan_waits.knows((review_id, version))]
    waits: dict[bytes, bool] = {}
    for at in range(0, len(new), _AT_ONCE):
        reviews = store.list_by_ids(session, new[at : at + _AT_ONCE])
        waits |= {review.id: not review.is_decided(knows=False) for review in reviews}
    return {
        key for key, version in versions.items()
        if _plan_waits.get((key, version), lambda key=key: waits.get(key, True))  # type: ignore[misc] # of this turn
    }  # fmt: skip


def list_open_reviews(
    session: Session, site_id: int, today: date, or_keys: Collection[str], advocate_id: int | None = None
) -> list[Review]:
    """The reviews of a site whose day has come and that are not decided, and those with some keys.

    Args:
        session: only read.
        site_id: where.
        today: there.
        or_keys: keys of reviews that are listed although they are decided.
        advocate_id: only reviews that this advocate carries.
    """
    named = ReviewRow.id.in_([bytes.fromhex(key) for key in or_keys])
    query = select(ReviewRow.id).where(
        ReviewRow.site_id == site_id, (ReviewRow.decided_on.is_(None) & (ReviewRow.day <= today)) | named
    )
    if advocate_id is not None:
        query = query.where(ReviewRow.advocate_id == advocate_id)
    return store.list_by_ids(session, session.scalars(query).all())
