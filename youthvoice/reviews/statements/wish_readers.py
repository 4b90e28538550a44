"""Who may know of a child's wishes at all: that there are some, that one waits, that one was answered or is late.

The advocate who carries them, and whoever may open her words by now. To everybody else a review stands where its plan
stands: stage, alarm, order of lists, days, To do, reminders and figures ask this module, or `Review.is_decided`, and
are the same with no wish as with ten. Source: S31 (her own yes, per reader); PRIVACY.md C, "A statement".
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
    """Everybody who may know of the wishes of a review, by row; see `accountability.entities.WishReaders`."""
    review = store.find_review(session, bytes.fromhex(key))
    return list_who_may_know(session, review) if review else ()


def list_who_may_know(session: Session, review: Review) -> frozenset[int]:
    """Everybody who may know of the wishes of a review, by row."""
    facts = review.statement
    if facts is None:
        return frozenset({review.advocate_id})
    keys = public_keys_at_site(session, review.site_id)
    opens = threads_store.find_thread_readers(session, facts.thread_id, keys.items())
    return frozenset({review.advocate_id, *(one for one in opens if may_open(session, review, one))})


def list_wish_deciders(session: Session, review: Review) -> frozenset[int]:
    """Who is asked about a wish after silence, or where she disagrees: nobody above them may know of it.

    The advocate who carries it; the reviewer, and whoever decides at the site, where the child said yes to them.
    """
    decides = list_decision_makers(session, [review.site_id]).get(review.site_id, 0)
    asked = {review.advocate_id, review.reviewer_id, decides}
    return list_who_may_know(session, review) & asked


def list_known(session: Session, reader_key: threads_store.ReaderKey, reviews: Collection[Review]) -> frozenset[str]:
    """The keys of those of some reviews of whose wishes somebody may know; two queries, however many there are.

    Args:
        session: only read.
        reader_key: who asks.
        reviews: of her sites.
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
    """How many reviews a site has, and some of them in the order of `list_reviews`, which tells nothing of wishes.

    Only those are opened each time that are given.

    Args:
        session: only read.
        site_id: where.
        first: how many are left out before.
        most: how many at most.
        of_person: only those that she carries or decides,
        or_keys: or that bear one of these keys.
    """
    query = select(ReviewRow.id, ReviewRow.version, ReviewRow.decided_on).where(ReviewRow.site_id == site_id)
    if of_person is not None:
        ids = [bytes.fromhex(key) for key in or_keys]
        condition = (ReviewRow.advocate_id == of_person) | (ReviewRow.reviewer_id == of_person) | ReviewRow.id.in_(ids)
        query = query.where(condition)
    found = session.execute(query.order_by(ReviewRow.day, ReviewRow.id)).all()
    waits = _without_plan(session, {row.id: row.version for row in found if row.decided_on is None})
    waiting = [row.id for row in found if row.id in waits]
    ids = [*waiting, *(row.id for row in reversed(found) if row.id not in waits)][first : first + most]
    reviews = {review.id: review for review in store.list_by_ids(session, ids)}
    return len(found), [reviews[one] for one in ids if one in reviews]


_AT_ONCE = 200  # rows

_plan_waits: AppCache[tuple[bytes, int], bool] = AppCache(3_000)
"""By id and version whether the plan waits: no column says it, for beside `decided_on` it would tell of wishes."""


def _without_plan(session: Session, versions: Mapping[bytes, int]) -> set[bytes]:
    """Those of some reviews, not decided, whose plan is not decided; a damaged one waits. Each is opened once."""
    new = [one for one, version in versions.items() if not _plan_waits.knows((one, version))]
    found: dict[bytes, bool] = {}
    for at in range(0, len(new), _AT_ONCE):
        reviews = store.list_by_ids(session, new[at : at + _AT_ONCE])
        found |= {review.id: not review.is_decided(knows=False) for review in reviews}
    return {
        one
        for one, version in versions.items()
        if _plan_waits.get((one, version), lambda one=one: found.get(one, True))  # type: ignore[misc] # of this turn
    }


def list_open_reviews(
    session: Session, site_id: int, today: date, or_keys: Collection[str], advocate_id: int | None = None
) -> list[Review]:
    """The reviews of a site whose day has come and of which something is not decided, and those of some keys.

    Args:
        session: only read.
        site_id: where.
        today: there.
        or_keys: of reviews that are listed although they are decided.
        advocate_id: only those that she carries.
    """
    named = ReviewRow.id.in_([bytes.fromhex(key) for key in or_keys])
    query = select(ReviewRow.id).where(
        ReviewRow.site_id == site_id, (ReviewRow.decided_on.is_(None) & (ReviewRow.day <= today)) | named
    )
    if advocate_id is not None:
        query = query.where(ReviewRow.advocate_id == advocate_id)
    return store.list_by_ids(session, session.scalars(query).all())
