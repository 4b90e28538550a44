"""Her review as a child finds it with her code: what she said, what became of each wish, what she adds for next time.

Source: STANDARDS.md S30.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accountability.rules import PLAN, SAID_YES
from youthvoice.accounts.store import list_people, names_of_people, pictures_of_adults
from youthvoice.errors import Refused
from youthvoice.reviews import decisions, rules, store
from youthvoice.reviews.duties import carriers
from youthvoice.reviews.duties.invited_people import STAYS, UNINVITED
from youthvoice.reviews.entities import PackProposal, Review
from youthvoice.reviews.pack import WishView, list_wishes
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.advocate_words import is_with_carrier, seal_to_advocate
from youthvoice.reviews.statements.statement import OWN_WISH, Statement
from youthvoice.reviews.statements.store import OwnStatement
from youthvoice.sites.store import get_site
from youthvoice.threads import store as threads_store
from youthvoice.threads.entities import CHILD, ThreadEntry


@dataclass(frozen=True, slots=True)
class ChildReview:
    """What her code shows.

    Attributes:
        review: hers.
        said: what she said last, her own copy.
        given: whether it counts: she did not take it back.
        can_change: whether the day is still to come.
        wishes: each with its decision; the plan last. Empty before the day.
        for_next: what she said for the next review, as each was said.
        invited: whether somebody whom she named comes to the review, as adults decided it, in order.
        disagreed: each time she said that something is not right, with its part and her words.
        names: of everybody who is named in them.
        pictures: of the adults of the site, as she tapped them (OpenMoji).
        today: at the site.
        carried_by: name of the advocate who carries it since another gave it on; empty where it was always the same.
        open_to_advocate: whether the advocate opens what she said: where not, she may give it again.
        said_done: parts of which whoever promised something says that it is done.
        tell_again: name of who carries her newest review, where what she said to her advocate alone does not open to
            that advocate; else empty.
    """

    review: Review
    said: Statement | None = field(repr=False)
    given: bool
    can_change: bool
    wishes: tuple[WishView, ...]
    for_next: tuple[ThreadEntry, ...] = field(repr=False)
    invited: tuple[ThreadEntry, ...] = field(repr=False)
    disagreed: tuple[ThreadEntry, ...] = field(repr=False)
    names: dict[int, str]
    pictures: dict[int, str]
    today: date
    carried_by: str
    open_to_advocate: bool
    said_done: frozenset[str]
    tell_again: str

    def asks(self, wish: WishView) -> bool:
        """Whether she is asked if it is really done: from its day on, or once whoever promised it says that it is."""
        reply = wish.decision
        if reply is None or reply.kind not in SAID_YES or reply.confirmed_on is not None:
            return False
        return reply.may_ask_children(self.today) or wish.part in self.said_done

    @property
    def proposal(self) -> PackProposal | None:
        """A pack that is to go to others: what she is asked, or what the law asks for; None where she finds nothing."""
        proposal = self.review.open_proposal
        return proposal if proposal and proposal.is_told and not self.can_change else None

    @property
    def refused_packs(self) -> tuple[str, ...]:
        """Names of those to whom she said no."""
        return tuple(dict.fromkeys(proposal.to for proposal in self.review.body.proposals if proposal.state == "no"))

    @property
    def moved(self) -> bool:
        """Whether the day is another one than it was."""
        return bool(self.review.body.moved_from)

    @property
    def reported(self) -> bool:
        """Whether her advocate made a report of something that she said."""
        return bool(self.review.body.reported)


def child_review(session: Session, own_statement: OwnStatement) -> ChildReview:
    """Her review as it stands now.

    Args:
        session: only read.
        own_statement: as her code opened it.
    """
    review = own_statement.review
    today = context.today(get_site(session, review.site_id).time_zone)
    can_change = rules.can_change(review.day, today)
    given = review.statement is not None
    wishes = () if can_change else list_wishes(session, review, own_statement.said if given else None)
    people = {review.advocate_id, review.reviewer_id, *(pictures.by for pictures in review.body.new_pictures)}
    people |= {
        row for handover in review.body.handed if handover.ground for row in (handover.by, handover.ground.agreed_by)
    }
    if own_statement.said:
        people |= {*own_statement.said.there, *own_statement.said.not_there, *own_statement.said.readers}
    people |= {entry.said["person"] for entry in _invited(own_statement)}
    newest = None if is_with_carrier(session, review) else store.find_newest_of_case(session, review).advocate_id
    people |= {newest} if newest else set()
    for wish in wishes:
        replies = (*wish.earlier, *([wish.decision] if wish.decision else []))
        people |= {row for reply in replies for row in (reply.by, reply.carried_by) if row}
    names, promises = names_of_people(session, people), decisions.list_promises(session, review) if wishes else {}
    return ChildReview(
        review=review,
        said=own_statement.said,
        given=given,
        can_change=can_change,
        wishes=tuple(sorted(wishes, key=lambda wish: wish.part == PLAN)),
        for_next=tuple(entry for entry in own_statement.replies if entry.kind == FOR_NEXT),
        invited=_invited(own_statement),
        disagreed=tuple(entry for entry in own_statement.replies if entry.said.get("step") == "you_disagreed"),
        names=names,
        pictures=pictures_of_adults(list_people(session, [review.site_id]))
        if people - {review.advocate_id, review.reviewer_id}
        else {},
        today=today,
        carried_by=names.get(review.advocate_id, "") if _has_another_carrier(review) else "",
        open_to_advocate=not given or carriers.is_open_to_advocate(session, review),
        said_done=frozenset(part for part, due in promises.items() if due.settled_on is not None),
        tell_again=names.get(newest, "") if newest else "",
    )


def _has_another_carrier(review: Review) -> bool:
    """Whether somebody else carries it than the advocate who did when she gave her words, or was asked to."""
    return any(change.to for change in review.body.carriers)


def wish_picture(part: str) -> str:
    """The picture of a wish (OpenMoji)."""
    own = {PLAN: "1F4D6", OWN_WISH: "1F5E3"}
    return own.get(part) or next((pick.picture for pick in options.LIFE if pick.code == part), "1F4AC")


FOR_NEXT: Final = "next"
"""Kind of the reply that is her own copy of what she said for the next review."""

MOST_FOR_NEXT: Final = 6
"""So often she may add something after one review."""


def say_for_next(
    session: Session, own_statement: OwnStatement, words: str, voice: bytes = b"", voice_kind: str = ""
) -> None:
    """Something for the next review: sealed to her advocate alone, and kept with her own copy; the caller commits.

    Args:
        session: may write; her review is held.
        own_statement: as her code opened it.
        words: hers; may be empty where she speaks.
        voice: the same, as recorded; may be empty.
        voice_kind: `audio/webm` or `audio/ogg`.

    Raises:
        Refused: `no_advocate` - nobody can carry it now; `enough`; `not_yet` - until the day she changes what she said.
        KeyGone: its month has ended.
    """
    day = context.today(get_site(session, own_statement.review.site_id).time_zone)
    if rules.can_change(own_statement.review.day, day):
        raise Refused("not_yet")
    if sum(entry.kind == FOR_NEXT for entry in own_statement.replies) >= MOST_FOR_NEXT:
        raise Refused("enough")
    seal_to_advocate(session, own_statement, words, voice, voice_kind)
    values = {"words": words, **({"kind": voice_kind} if voice else {})}
    threads_store.add_reply(session, own_statement.thread, ThreadEntry(FOR_NEXT, CHILD, day, said=values, sound=voice))


def _invited(own_statement: OwnStatement) -> tuple[ThreadEntry, ...]:
    """The newest of each person about whom somebody decided, in the order in which that was."""
    steps = {
        entry.said["person"]: entry for entry in own_statement.replies if entry.said.get("step") in {UNINVITED, STAYS}
    }
    return tuple(steps.values())
