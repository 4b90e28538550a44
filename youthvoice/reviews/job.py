"""What the work process does about reviews: on the day of each its decisions are due, and its slip leads nowhere."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability import store as owed_store
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.reviews import decisions, store
from youthvoice.reviews.duties import endings
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import review_links
from youthvoice.reviews.statements.review_slip import forget_slip
from youthvoice.sites.store import list_all_sites


def reviews_due() -> None:
    """The job: what is due at reviews, and links whose time is over; it may run in two processes."""
    _open_what_is_due()
    now = context.now()
    with db.reading(db.engine()) as session:
        some_over = review_links.has_over_links(session, now)
    if some_over:
        with db.writing(db.engine()) as session:
            review_links.forget_over_links(session, now)


def _open_what_is_due() -> None:
    """Each review in a transaction of its own, once; it may run in two processes."""
    with db.reading(db.engine()) as session:
        days = {site.id: context.today(site.time_zone) for site in list_all_sites(session)}
        due = [review_id for review_id, site_id, day in store.list_ids(session) if days[site_id] >= day]
        for site_id, today in days.items():
            due += decisions.list_late_wish_promises(session, site_id, today)
    _each(dict.fromkeys(due), lambda session, review: _open(session, review, days[review.site_id]))


def _open(session: Session, review: Review, today: date) -> None:
    if review.day <= today:
        decisions.open_for_decisions(session, review, today)
        forget_slip(session, review)
        decisions.ask_about_wishes(session, review, today)


def reviews_end() -> None:
    """The job, once a day: close statements that are done with, and forget cases that have ended."""
    with db.reading(db.engine()) as session:
        days = {site.id: context.today(site.time_zone) for site in list_all_sites(session)}
        review_ids = [review_id for review_id, _site, _day in store.list_ids(session, undecided=False)]
    _each(review_ids, lambda session, review: endings.end_or_close(session, review, days[review.site_id]))
    db.truncate_write_ahead_log(db.engine())


def _each(ids: Iterable[bytes], work: Callable[[Session, Review], None]) -> None:
    """Work on each; what does not open keeps back no other."""
    for review_id in ids:
        try:
            with db.writing(db.engine()) as session:
                review = store.find_review(session, review_id, to_change=True)
                if review is not None:
                    work(session, review)
        except (CannotOpen, ConcurrentUpdate, KeyGone):
            current_app.logger.error("The review %s cannot be worked on", review_id.hex())  # noqa: TRY400 - no values


def review_complaints(session: Session) -> Iterator[str]:
    """What is wrong, a sentence each, in English as all of `flask doctor`; nothing of a case."""
    days = {site.id: context.today(site.time_zone) - timedelta(days=1) for site in list_all_sites(session)}
    over = [review_id.hex() for review_id, site_id, day in store.list_ids(session) if day <= days[site_id]]
    try:
        waits = any(due.shown_on is None for due in owed_store.find_by_subjects(session, "review", over).values())
    except (CannotOpen, KeyGone):  # counted by itself
        return
    if waits:
        yield "The day of a review has come and nothing of it can be decided. Look into the log of: flask work"
