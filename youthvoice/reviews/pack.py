"""The pack of a review as values: her words first, then what is decided, then what earlier reviews promised (S29).

What a reader cannot open is not hinted at: the pack says that her advocate speaks for her, as it does for a child who
said everything to her advocate alone.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.accountability.rules import PLAN
from youthvoice.accounts.store import names_of_people
from youthvoice.reviews import decisions, labels, store
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.statement import OWN_WISH, Statement
from youthvoice.reviews.statements.store import read_all
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.store import ReaderKey


@dataclass(frozen=True, slots=True)
class WishView:
    """One wish, or the plan, and what became of it.

    Attributes:
        part: its id.
        title: what it is about, in the reader's language.
        words: hers, where it is her own words.
        decision: what stands now; None while nothing does.
        earlier: decisions that she did not agree to, the oldest first.
        promise: who keeps it by when; None where nothing was promised.
        again: whether she asked for a new look.
        disagrees: what she said is not right, the oldest first.
    """

    part: str
    title: str
    words: str = field(repr=False)
    decision: Reply | None
    earlier: tuple[Reply, ...]
    promise: AnswerDue | None
    again: bool
    disagrees: tuple[ThreadEntry, ...] = field(default=(), repr=False)

    @property
    def is_plan(self) -> bool:
        """Whether it is about the plan as a whole."""
        return self.part == PLAN


@dataclass(frozen=True, slots=True)
class EarlierReview:
    """What an earlier review promised, and what became of it."""

    review: Review
    wishes: tuple[WishView, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that a reader of a review gets.

    Attributes:
        review: which.
        statement: her words; None where there are none that are open to this reader.
        words_of_child: whether there are any, in one sentence.
        nobody_asked: alarm (S29).
        wishes: her wishes, as far as they are open to this reader, and the plan.
        earlier: of the same case, the newest first.
        names: of everybody who is named.
    """

    review: Review
    statement: Statement | None = field(repr=False)
    words_of_child: str
    nobody_asked: bool
    wishes: tuple[WishView, ...]
    earlier: tuple[EarlierReview, ...]
    names: dict[int, str]


def read_pack(session: Session, review: Review, me: ReaderKey, private_key: bytes) -> Pack:
    """The pack as somebody reads it.

    Args:
        session: only read.
        review: which.
        me: who reads.
        private_key: hers, 32 bytes.

    Raises:
        CannotOpen, KeyGone: as `read_statement`.
    """
    said, later = read_all(session, review, me, private_key)
    wishes = list_wishes(session, review, said, later)
    earlier = tuple(
        EarlierReview(one, list_wishes(session, one, *read_all(session, one, me, private_key)))
        for one in store.list_earlier_reviews(session, review)
    )
    body = review.body
    people = {review.advocate_id, review.reviewer_id, body.opened_by, *((body.offer and [body.offer.by]) or [])}
    people |= {body.attendance.spoken_for_by} if body.attendance else set()
    people |= {*said.there, *said.not_there, *said.readers} if said else set()
    people |= _named(wishes) | {row for one in earlier for row in _named(one.wishes)}
    hidden = review.statement is not None and said is None
    silent = said is not None and said.says_nothing
    return Pack(
        review=review,
        statement=said,
        words_of_child=_words_of_child(review, hidden=hidden, silent=silent),
        nobody_asked=review.words_of_child() == "nobody_asked",
        wishes=wishes,
        earlier=earlier,
        names=names_of_people(session, people),
    )


def _words_of_child(review: Review, *, hidden: bool, silent: bool) -> str:
    if hidden:
        return str(_("Her advocate speaks for her."))
    if silent:
        return str(_("She was asked and chose not to say anything. She wants to read what is decided."))
    return labels.words_of_child_label(review)


def wish_title(part: str) -> str:
    """What a wish is about, in the reader's language."""
    if part == PLAN:
        return str(_("The plan as a whole"))
    return str(_("In her own words")) if part == OWN_WISH else pick_label(options.LIFE, part)


def list_wishes(
    session: Session, review: Review, said: Statement | None, later: Collection[ThreadEntry] = ()
) -> tuple[WishView, ...]:
    """Her wishes, as far as they are open to whoever reads, and the plan; with what became of each.

    Args:
        session: only read.
        review: which.
        said: her statement, as far as it is open.
        later: what she said since, to the same readers.
    """
    owed = store.decisions_of(session, review)
    if owed is None:
        return ()
    promises = decisions.list_promises(session, review)
    open_to_her = {PLAN, *(said.wishes if said else ())}
    return tuple(
        WishView(
            part.name,
            wish_title(part.name),
            said.words if said and part.name == OWN_WISH else "",
            owed.reply(part.name),
            owed.earlier_of(part.name),
            promises.get(part.name),
            part.name in owed.again,
            tuple(one for one in later if one.kind == decisions.DISAGREES and one.said.get("part") == part.name),
        )
        for part in owed.parts
        if part.name in open_to_her
    )


def _named(wishes: Collection[WishView]) -> set[int]:
    replies = [one for wish in wishes for one in (*wish.earlier, *([wish.decision] if wish.decision else []))]
    return {row for one in replies for row in (one.by, one.carried_by) if row}
