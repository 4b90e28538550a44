"""The slip that leads a child to a review: five pictures from the advocate, valid once, for one review.

It opens no statement: only the child has the seven pictures that the statement gets.
"""

from typing import Final

from sqlalchemy.orm import Session

from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.picture_codes import Picture
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.slips.rules import slip_length
from youthvoice.slips.store import (
    Picks,
    deal_slips,
    delete_unspent_slips,
    find_slip,
    forget_slips,
    spend_slip,
)

MAX_SLIPS: Final = 250
"""Reviews of one site that can have a slip at the same time."""

LENGTH: Final = slip_length(MAX_SLIPS)
"""Pictures on a slip: five."""


def slip_salt(site_id: int) -> str:
    """With what every slip of a site's reviews is hashed: one salt, since the slip alone must say which review."""
    return f"reviews/{site_id}"


def _purpose_prefix(site_id: int) -> str:
    return f"{slip_salt(site_id)}/"


def slip_purpose(review: Review) -> str:
    """The purpose under which a review's slip is stored."""
    return f"{_purpose_prefix(review.site_id)}{review.id.hex()}"


def deal_slip(session: Session, review: Review) -> tuple[Picture, ...]:
    """Deal a slip for a review; an earlier slip becomes invalid.

    Raises:
        Refused: `too_many_slips`; `has_one`: there is a statement, which only `deal_new_pictures` can replace.
    """
    if review.body.statement is not None:
        raise Refused("has_one")
    return _deal(session, review)


def deal_new_pictures(session: Session, review: Review, by: int, log: Log) -> tuple[Picture, ...]:
    """Deal a slip with which a new statement replaces the present one.

    The child lost the picture code, or another person gave the statement. The present statement counts until then.
    Every other slip of the review becomes invalid.

    Args:
        session: may write.
        review: locked (`find_review(to_change=True)`).
        by: the advocate, row of `people`.
        log: in the advocate's name.

    Raises:
        Refused: `too_many_slips`; `has_none`: there is no statement to replace.
    """
    if review.body.statement is None:
        raise Refused("has_none")
    store.record_new_pictures(session, review, by, log)
    return _deal(session, review)


def _deal(session: Session, review: Review) -> tuple[Picture, ...]:
    purpose, prefix = slip_purpose(review), _purpose_prefix(review.site_id)
    delete_unspent_slips(session, purpose)
    (pictures,) = deal_slips(session, purpose, 1, most=MAX_SLIPS, prefix=prefix, name=slip_salt(review.site_id))
    return pictures


def find_review_of_slip(session: Session, site_id: int, picks: Picks, *, spent: bool = False) -> Review | None:
    """The review that a slip leads to at a site; None where it leads to none. `spent` also finds a spent slip."""
    prefix = _purpose_prefix(site_id)
    purpose = find_slip(session, prefix, picks, slip_salt(site_id), spent=spent)
    return store.find_review(session, bytes.fromhex(purpose.removeprefix(prefix))) if purpose else None


def use_slip(session: Session, review: Review, picks: Picks) -> bool:
    """Spend a slip of this review, once, in the transaction that stores the statement."""
    return spend_slip(session, slip_purpose(review), picks, slip_salt(review.site_id))


def forget_slip(session: Session, review: Review) -> None:
    """Delete the slips of a review, spent or not: its day has come, it ends, or another advocate takes over."""
    forget_slips(session, slip_purpose(review))
