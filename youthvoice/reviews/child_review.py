"""A review as the child sees it with the picture code: the statement, the decision about each wish, additions.

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
from youthvoice.reviews.duties.invited_people import STAYS
from youthvoice.reviews.entities import PackProposal, Review
from youthvoice.reviews.pack import WishView, list_wishes
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.advocate_messages import is_with_carrier, seal_to_advocate
from youthvoice.reviews.statements.statement import OWN_WISH, Statement
from youthvoice.reviews.statements.store import UNINVITED, OwnStatement
from youthvoice.sites.store import get_site
from youthvoice.threads import store as threads_store
from youthvoice.threads.entities import CHILD, ThreadEntry


@dataclass(frozen=True, slots=True)
class ChildReview:
    """The page that the child's picture code opens.

    Attributes:
        review: the child's.
        statement: the child's own copy of the last statement.
        counts: whether the statement counts: the child has not taken it back.
        can_change: whether the day of the review is still to come.
        wishes: each with its decision; the plan last. Empty before the day.
        for_next: what the child added for the next review, in order.
        invited: decisions about the invitation of people whom the child named, in order.
        disagreed: each time the child disagreed with a decision, with its part and the child's words.
        names: of all people in these lists.
        pictures: of the adults of the site, as the child selected them (OpenMoji).
        today: at the site.
        carried_by: name of the advocate who carries it after another one did; empty where it was always the same.
        open_to_advocate: whether the advocate can open the statement; where not, the child may give it again.
        said_done: parts whose promise is done, as the adult who keeps it or the child says.
        tell_again: name of the advocate of the child's newest review, where that advocate cannot open every message to
            the advocate (`advocate_messages.is_with_carrier`); else empty.
    """

    review: Review
    statement: Statement | None = field(repr=False)
    counts: bool
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
        """Whether to ask the child if a promise is done: from its day on, or once the adult says that it is done."""
        reply = wish.decision
        if reply is None or reply.kind not in SAID_YES or reply.confirmed_on is not None:
            return False
        return reply.may_ask_children(self.today) or wish.part in self.said_done

    @property
    def proposal(self) -> PackProposal | None:
        """A pack that is to go to another organisation, where the child is to know of it; else None."""
        proposal = self.review.open_proposal
        return proposal if proposal and proposal.is_visible_to_child and not self.can_change else None

    @property
    def refused_packs(self) -> tuple[str, ...]:
        """Names of the organisations to which the child refused to send a pack."""
        return tuple(dict.fromkeys(proposal.to for proposal in self.review.body.proposals if proposal.state == "no"))

    @property
    def moved(self) -> bool:
        """Whether the day of the review was changed."""
        return bool(self.review.body.moved_from)

    @property
    def reported(self) -> bool:
        """Whether the advocate made a report of something in the statement."""
        return bool(self.review.body.reported)


def child_review(session: Session, own_statement: OwnStatement) -> ChildReview:
    """A review as the child sees it now.

    Args:
        session: only read.
        own_statement: opened with the child's code.
    """
    review = own_statement.review
    today = context.today(get_site(session, review.site_id).time_zone)
    can_change = rules.can_change(review.day, today)
    counts = review.valid_statement is not None
    wishes = () if can_change else list_wishes(session, review, own_statement.statement if counts else None)
    people = {review.advocate_id, review.reviewer_id, *(pictures.by for pictures in review.body.new_pictures)}
    for handover in review.body.handed:
        people |= {handover.by, handover.ground.agreed_by} if handover.ground else set()
    if own_statement.statement:
        people |= {*own_statement.statement.there, *own_statement.statement.not_there, *own_statement.statement.readers}
    people |= {entry.said["person"] for entry in _invitation_entries(own_statement)}
    tell_again_id = 0 if is_with_carrier(session, review) else store.find_newest_of_case(session, review).advocate_id
    people |= {tell_again_id}
    for wish in wishes:
        replies = (*wish.earlier, *([wish.decision] if wish.decision else []))
        people |= {person_id for reply in replies for person_id in (reply.by, reply.carried_by)}
    people -= {0}
    names, promises = names_of_people(session, people), decisions.list_promises(session, review) if wishes else {}
    return ChildReview(
        review=review,
        statement=own_statement.statement,
        counts=counts,
        can_change=can_change,
        wishes=tuple(sorted(wishes, key=lambda wish: wish.part == PLAN)),
        for_next=tuple(entry for entry in own_statement.replies if entry.kind == FOR_NEXT),
        invited=_invitation_entries(own_statement),
        disagreed=tuple(entry for entry in own_statement.replies if entry.said.get("step") == "you_disagreed"),
        names=names,
        pictures=pictures_of_adults(list_people(session, [review.site_id]))
        if people - {review.advocate_id, review.reviewer_id}
        else {},
        today=today,
        carried_by=names.get(review.advocate_id, "") if _has_another_carrier(review) else "",
        open_to_advocate=not counts or carriers.is_open_to_advocate(session, review),
        said_done=frozenset(part for part, due in promises.items() if due.settled_on is not None),
        tell_again=names.get(tell_again_id, ""),
    )


def _has_another_carrier(review: Review) -> bool:
    """Whether the review went from one advocate to another, before or after the statement."""
    return any(change.to for change in review.body.carriers)


def wish_picture(part: str) -> str:
    """The picture of a wish (OpenMoji)."""
    own = {PLAN: "1F4D6", OWN_WISH: "1F5E3"}
    return own.get(part) or next((pick.picture for pick in options.LIFE if pick.code == part), "1F4AC")


FOR_NEXT: Final = "next"
"""Kind of the reply that is the child's own copy of what they add for the next review."""

MAX_FOR_NEXT: Final = 6
"""How many additions a child can make after one review."""


def add_for_next_review(
    session: Session, own_statement: OwnStatement, words: str, voice: bytes = b"", voice_kind: str = ""
) -> None:
    """Add something for the next review, sealed to the advocate only, with a copy for the child; the caller commits.

    Args:
        session: may write; the review is locked.
        own_statement: opened with the child's code.
        words: the child's; may be empty where there is a recording.
        voice: the recording; may be empty.
        voice_kind: `audio/webm` or `audio/ogg`.

    Raises:
        Refused: `no_advocate`: nobody can carry the review now; `enough`; `not_yet`: until the day the child changes
            the statement itself.
        KeyGone: the month of the statement has ended.
    """
    day = context.today(get_site(session, own_statement.review.site_id).time_zone)
    if rules.can_change(own_statement.review.day, day):
        raise Refused("not_yet")
    if sum(entry.kind == FOR_NEXT for entry in own_statement.replies) >= MAX_FOR_NEXT:
        raise Refused("enough")
    seal_to_advocate(session, own_statement, words, voice, voice_kind)
    values = {"words": words, **({"kind": voice_kind} if voice else {})}
    threads_store.add_reply(session, own_statement.thread, ThreadEntry(FOR_NEXT, CHILD, day, said=values, sound=voice))


def _invitation_entries(own_statement: OwnStatement) -> tuple[ThreadEntry, ...]:
    """The last decision about the invitation of each person, in order."""
    steps = {
        entry.said["person"]: entry for entry in own_statement.replies if entry.said.get("step") in {UNINVITED, STAYS}
    }
    return tuple(steps.values())
