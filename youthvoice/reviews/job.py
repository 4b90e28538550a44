"""Jobs about reviews: open decisions on the day of a review, end its slip and links, close what is finished."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from flask import current_app
from flask_babel import LazyString, lazy_gettext as _l
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability import store as due_store
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.reviews import decisions, store
from youthvoice.reviews.duties import endings
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import review_links
from youthvoice.reviews.statements.review_slip import forget_slip
from youthvoice.sites.store import days_at_sites


def process_due_reviews() -> None:
    """Open decisions that are due, and end links whose time is over. A job; it may run in two processes."""
    _open_due_reviews()
    now = context.now()
    with db.reading(db.engine()) as session:
        has_expired_links = review_links.has_expired_links(session, now)
    if has_expired_links:
        with db.writing(db.engine()) as session:
            review_links.delete_expired_keys(session, now)


def _open_due_reviews() -> None:
    """Process each due review once, in a transaction of its own."""
    with db.reading(db.engine()) as session:
        days = days_at_sites(session)
        due = [review_id for review_id, site_id, day in store.list_ids(session) if days[site_id] >= day]
        for day in set(days.values()):
            site_ids = [site_id for site_id, today in days.items() if today == day]
            due += decisions.list_late_wish_promises(session, site_ids, day)
    _for_each_review(dict.fromkeys(due), lambda session, review: _process_review(session, review, days[review.site_id]))


def _process_review(session: Session, review: Review, today: date) -> None:
    if review.day <= today:  # it may have been moved since it was listed
        decisions.open_for_decisions(session, review, today)
        forget_slip(session, review)
        decisions.ask_about_wishes(session, review, today)


def end_reviews() -> None:
    """Close statements of finished reviews, and delete cases that have ended. A job, once a day."""
    with db.reading(db.engine()) as session:
        days = days_at_sites(session)
        review_ids = [review_id for review_id, _site, _day in store.list_ids(session, undecided=False)]
    _for_each_review(review_ids, lambda session, review: endings.end_or_close(session, review, days[review.site_id]))
    db.truncate_write_ahead_log(db.engine())


def _for_each_review(ids: Iterable[bytes], work: Callable[[Session, Review], None]) -> None:
    """Apply `work` to each review; one that cannot be opened does not stop the others."""
    for review_id in ids:
        try:
            with db.writing(db.engine()) as session:
                review = store.find_review(session, review_id, to_change=True)
                if review is not None:
                    work(session, review)
        except (CannotOpen, ConcurrentUpdate, KeyGone):
            current_app.logger.error("The review %s cannot be worked on", review_id.hex())  # noqa: TRY400 - no values


def review_complaints(session: Session) -> Iterator[LazyString]:
    """What is wrong with reviews, one sentence each; nothing about a case.

    The job has the whole day of a review to open its decisions.
    """
    days = days_at_sites(session)
    keys = [review_id.hex() for review_id, site_id, day in store.list_ids(session) if day < days[site_id]]
    try:
        waits = any(due.shown_on is None for due in due_store.find_by_subjects(session, "review", keys).values())
    except (CannotOpen, KeyGone):  # `youthvoice doctor` counts these separately
        return
    if waits:
        yield _l("The day of a review has come and nothing of it can be decided. See the log of the work process.")
