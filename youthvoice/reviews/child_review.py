"""Her review as a child finds it with her code: what she said, and what became of each wish (S30)."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accountability.rules import PLAN
from youthvoice.accounts.store import names_of_people
from youthvoice.reviews import carriers, rules
from youthvoice.reviews.entities import Review
from youthvoice.reviews.pack import WishView, list_wishes
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.statement import OWN_WISH, Statement
from youthvoice.reviews.statements.store import OwnStatement
from youthvoice.sites.store import get_site


@dataclass(frozen=True, slots=True)
class ChildReview:
    """What her code shows.

    Attributes:
        review: hers.
        said: what she said last, her own copy.
        given: whether it counts: she did not take it back.
        can_change: whether the day is still to come.
        wishes: each with its decision; the plan last. Empty before the day.
        names: of everybody who is named in them.
        today: at the site.
        carried_by: name of the advocate who carries it since another gave it on; empty where it was always the same.
        open_to_advocate: whether the advocate opens what she said: where not, she may give it again.
    """

    review: Review
    said: Statement | None = field(repr=False)
    given: bool
    can_change: bool
    wishes: tuple[WishView, ...]
    names: dict[int, str]
    today: date
    carried_by: str
    open_to_advocate: bool

    @property
    def moved(self) -> bool:
        """Whether the day is another one than it was."""
        return bool(self.review.body.moved_from)

    @property
    def reported(self) -> bool:
        """Whether her advocate made a report of something that she said."""
        return bool(self.review.body.reported)


def child_review(session: Session, hers: OwnStatement) -> ChildReview:
    """Her review as it stands now.

    Args:
        session: only read.
        hers: as her code opened it.
    """
    review = hers.review
    today = context.today(get_site(session, review.site_id).time_zone)
    can_change = rules.can_change(review.day, today)
    given = review.statement is not None
    wishes = () if can_change else list_wishes(session, review, hers.said if given else None)
    people = {review.advocate_id, review.reviewer_id}
    for wish in wishes:
        replies = (*wish.earlier, *([wish.decision] if wish.decision else []))
        people |= {row for one in replies for row in (one.by, one.carried_by) if row}
    names = names_of_people(session, people)
    return ChildReview(
        review=review,
        said=hers.said,
        given=given,
        can_change=can_change,
        wishes=tuple(sorted(wishes, key=lambda one: one.part == PLAN)),
        names=names,
        today=today,
        carried_by=names.get(review.advocate_id, "") if _has_another_carrier(review) else "",
        open_to_advocate=not given or carriers.is_open_to_advocate(session, review),
    )


def _has_another_carrier(review: Review) -> bool:
    """Whether somebody else carries it than the advocate who did when she gave her words, or was asked to."""
    return any(one.to for one in review.body.carriers)


def wish_picture(part: str) -> str:
    """The picture of a wish (OpenMoji)."""
    own = {PLAN: "1F4D6", OWN_WISH: "1F5E3"}
    return own.get(part) or next((one.picture for one in options.LIFE if one.code == part), "1F4AC")
