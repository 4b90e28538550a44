"""Who sees a review at all; her words are another question (`statements.store`)."""

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.guard import Caller
from youthvoice.access.permissions import ADVOCATE, COORDINATOR
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.sites.store import get_site


def may_see(session: Session, review: Review, caller: Caller) -> bool:
    """Whether somebody finds a review: she opens or carries reviews there, decides this one, or is invited today."""
    if review.site_id not in caller.site_ids:
        return False
    if caller.role in {ADVOCATE, COORDINATOR} or caller.person_id in {review.advocate_id, review.reviewer_id}:
        return True
    return (
        caller.role in review.body.invited and context.today(get_site(session, review.site_id).time_zone) >= review.day
    )


def find_visible_review(session: Session, key: str, caller: Caller, *, to_change: bool = False) -> Review | None:
    """A review by what an address bears; None where there is none for her: both look alike."""
    try:
        review_id = bytes.fromhex(key)
    except ValueError:
        return None
    found = store.find_review(session, review_id, to_change=to_change)
    return found if found and may_see(session, found, caller) else None


def list_visible_reviews(session: Session, site_id: int, caller: Caller) -> list[Review]:
    """The reviews of a site that somebody finds."""
    return [one for one in store.list_reviews(session, [site_id]) if may_see(session, one, caller)]
