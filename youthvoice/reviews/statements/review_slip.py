"""The slip that leads a child to her review: five pictures from her advocate, good once, for one review.

Nobody but she has the seven pictures that she gets for her statement: the slip opens no word of it.
"""

from typing import Final

from sqlalchemy.orm import Session

from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.picture_codes import Picture
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.slips.store import (
    Picks,
    deal_slips,
    delete_unspent_slips,
    find_slip,
    forget_slips,
    slip_length,
    spend_slip,
)

MOST: Final = 250
"""Reviews of one site that may have a slip at once."""

LENGTH: Final = slip_length(MOST)
"""Pictures on it."""

_ROOF: Final = "reviews"


def slip_name(site_id: int) -> str:
    """What the pictures of every slip of a site's reviews are hashed with: a child brings nothing but her slip."""
    return f"{_ROOF}/{site_id}"


def slip_of(review: Review) -> str:
    """What a review's slip is for."""
    return f"{slip_name(review.site_id)}/{review.id.hex()}"


def deal_slip(session: Session, review: Review) -> tuple[Picture, ...]:
    """A slip for the child of a review; one that was dealt before is no good any more.

    Raises:
        Refused: `too_many_slips`; `has_one`: she gave her words, only `deal_new_pictures` leads there now.
    """
    if review.body.statement is not None:
        raise Refused("has_one")
    return _deal(session, review)


def deal_new_pictures(session: Session, review: Review, by: int, log: Log) -> tuple[Picture, ...]:
    """A slip for a child whose pictures are lost, or who did not give what is there.

    What she says with it takes the place of what is there, which counts until then. No other slip of this review is
    good any more, so that no other does the same.

    Args:
        session: may write.
        review: held (`find_review(to_change=True)`).
        by: the advocate, row of `people`.
        log: hers.

    Raises:
        Refused: `too_many_slips`; `has_none`: there are no words whose place others could take.
    """
    if review.body.statement is None:
        raise Refused("has_none")
    store.record_new_pictures(session, review, by, log)
    return _deal(session, review)


def _deal(session: Session, review: Review) -> tuple[Picture, ...]:
    roof = f"{slip_name(review.site_id)}/"
    delete_unspent_slips(session, slip_of(review))
    (dealt,) = deal_slips(session, slip_of(review), 1, most=MOST, within=roof, name=slip_name(review.site_id))
    return dealt


def find_review_of_slip(session: Session, site_id: int, picks: Picks, *, spent: bool = False) -> Review | None:
    """The review that a slip leads to at a site; None where it leads to none. `spent`: as `find_slip`."""
    roof = f"{slip_name(site_id)}/"
    of = find_slip(session, roof, picks, slip_name(site_id), spent=spent)
    return store.find_review(session, bytes.fromhex(of.removeprefix(roof))) if of else None


def use_slip(session: Session, review: Review, picks: Picks) -> bool:
    """Spend a slip of this very review, once, in the transaction that writes what she says."""
    return spend_slip(session, slip_of(review), picks, slip_name(review.site_id))


def forget_slip(session: Session, review: Review) -> None:
    """The day has come: a slip leads nowhere any more."""
    forget_slips(session, slip_of(review))
