"""The pack of a review as values: her words first, then what is decided, then what earlier reviews promised (S29).

What a reader cannot open is not hinted at: the pack says that her advocate speaks for her, as it does for a child who
said everything to her advocate alone, or took it back. Of an earlier statement that is not open to her a reader learns
what became of the plan: not even that there was a wish, and so no promise for one.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, Protocol

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accountability.entities import AnswerDue, Reply
from youthvoice.accountability.rules import PLAN
from youthvoice.accounts.store import names_of_people
from youthvoice.context import Port
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.reviews import decisions, labels, rules, store
from youthvoice.reviews.duties.invited_people import InvitationDecision, read_invitations
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements import options
from youthvoice.reviews.statements.statement import OWN_WISH, Statement
from youthvoice.reviews.statements.store import read_all
from youthvoice.sites.store import get_site
from youthvoice.threads.child_fields import pick_label
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.store import ReaderKey


@dataclass(frozen=True, slots=True)
class PromiseView:
    """Who promised something by when, and what became of it.

    Attributes:
        person_id: who keeps it, row of `people`.
        done_by: its day.
        state: `kept`, she says that it is done; `open`; `late`, its day is over; `said_done`, whoever decided says so.
        days: by how many it is late, or was kept too late.
    """

    person_id: int
    done_by: date
    state: rules.PromiseState
    days: int


@dataclass(frozen=True, slots=True)
class WishView:
    """One wish, or the plan, and what became of it.

    Attributes:
        part: its id.
        title: what it is about, in the reader's language.
        words: hers, where it is her own words.
        decision: what stands now; None while nothing does.
        earlier: decisions that she did not agree to, the oldest first.
        promise: who keeps it by when, and whether she says that it is kept; None where nothing was promised.
        again: whether she asked for a new look.
        disagrees: what she said is not right, the oldest first.
        language: of her words.
    """

    part: str
    title: str
    words: str = field(repr=False)
    decision: Reply | None
    earlier: tuple[Reply, ...]
    promise: PromiseView | None
    again: bool
    disagrees: tuple[ThreadEntry, ...] = field(default=(), repr=False)
    language: str = ""

    @property
    def is_plan(self) -> bool:
        """Whether it is about the plan as a whole."""
        return self.part == PLAN


@dataclass(frozen=True, slots=True)
class EarlierReview:
    """What an earlier review promised, and what became of it.

    Attributes:
        review: which.
        wishes: as far as they are open to this reader, and the plan.
        is_open: whether her words of then are open to this reader.
    """

    review: Review
    wishes: tuple[WishView, ...]
    is_open: bool


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
        today: at the site.
        invitations: by row of `people`, what was decided about invitations; nothing about whoever reads.
    """

    review: Review
    statement: Statement | None = field(repr=False)
    words_of_child: str
    nobody_asked: bool
    wishes: tuple[WishView, ...]
    earlier: tuple[EarlierReview, ...]
    names: dict[int, str]
    today: date
    invitations: Mapping[int, InvitationDecision] = field(default_factory=dict, repr=False)

    @property
    def has_words(self) -> bool:
        """Whether words of hers are in it, of now or of before: they wait in an envelope."""
        return self.statement is not None or any(earlier_review.is_open for earlier_review in self.earlier)

    @property
    def late_before(self) -> list[WishView]:
        """Wishes of earlier reviews whose yes is late: they stand where somebody decides about the same again."""
        every = (wish for earlier_review in self.earlier for wish in earlier_review.wishes)
        return [wish for wish in every if wish.promise is not None and wish.promise.state == "late"]

    @property
    def opened_before(self) -> list[bytes]:
        """Ids of the earlier reviews whose words are in it, the newest first."""
        return [earlier_review.review.id for earlier_review in self.earlier if earlier_review.is_open]


def read_pack(session: Session, review: Review, reader_key: ReaderKey, private_key: bytes) -> Pack:
    """The pack as somebody reads it; each statement is opened once.

    Words that are damaged, or whose month was destroyed since a backup, keep back nothing but themselves: whoever has
    a key of them reads so.

    Args:
        session: only read.
        review: which.
        reader_key: who reads.
        private_key: hers, 32 bytes.
    """

    def read(review: Review) -> tuple[Statement | None, _Later]:
        return _if_it_opens(session, review, reader_key, private_key)

    try:
        said, later = read_all(session, review, reader_key, private_key)
    except (CannotOpen, KeyGone):
        lost = str(_("Her words cannot be opened with the keys that are here."))
        return replace(_compose(session, review, None, (), read), words_of_child=lost)
    statement, carries = _without(said, reader_key.person_id), reader_key.person_id == review.advocate_id
    invitations = read_invitations(later, reader_key.person_id) if said else {}
    return _compose(session, review, statement, later, read, carries=carries, invitations=invitations)


def _without(statement: Statement | None, person_id: int) -> Statement | None:
    """Her statement as one reader sees it: that she does not want him there he learns from no page."""
    if statement is None or person_id not in statement.not_there:
        return statement
    return replace(statement, not_there=tuple(row for row in statement.not_there if row != person_id))


def read_pack_outside(session: Session, review: Review, statement: Statement | None) -> Pack:
    """The pack as a team outside reads it: this statement alone; of earlier reviews what needs no key.

    Args:
        session: only read.
        review: which.
        statement: her statement, in which she said yes to the team.
    """
    return _compose(session, review, statement, (), lambda _one: (None, ()))


_Later = Collection[ThreadEntry]


def _compose(  # noqa: PLR0913 - of what, and for whom
    session: Session,
    review: Review,
    statement: Statement | None,
    later: _Later,
    read: Callable[[Review], tuple[Statement | None, _Later]],
    *,
    carries: bool = False,
    invitations: Mapping[int, InvitationDecision] | None = None,
) -> Pack:
    before = store.list_earlier_reviews(session, review)
    today = context.today(get_site(session, review.site_id).time_zone)
    owed = store.list_decisions(session, [review, *before])
    wishes = _wishes(owed.get(review.key), statement, later, today)
    earlier = tuple(_earlier(review, *read(review), owed.get(review.key), today) for review in before)
    every = (*wishes, *(wish for earlier_review in earlier for wish in earlier_review.wishes))
    # That she took it back her advocate alone reads: whoever pressed her to cannot see whether she did.
    statement_facts = review.body.statement if not carries else review.statement
    hidden = statement_facts is not None and statement is None
    silent = statement is not None and statement.says_nothing
    return Pack(
        review=review,
        statement=statement,
        words_of_child=_words_of_child(review, hidden=hidden, silent=silent),
        nobody_asked=review.words_of_child() == "nobody_asked",
        wishes=wishes,
        earlier=earlier,
        names=names_of_people(session, _people(review, statement, every) | _named_in(invitations or {})),
        today=today,
        invitations=invitations or {},
    )


def _named_in(invitations: Mapping[int, InvitationDecision]) -> set[int]:
    return {*invitations, *(decision.by for decision in invitations.values())}


def _words_of_child(review: Review, *, hidden: bool, silent: bool) -> str:
    if hidden:
        return str(_("Her advocate speaks for her."))
    if silent:
        return str(_("She was asked and chose not to say anything. She wants to read what is decided."))
    return labels.words_of_child_label(review)


def _if_it_opens(
    session: Session, review: Review, reader_key: ReaderKey, private_key: bytes
) -> tuple[Statement | None, Collection[ThreadEntry]]:
    """What she said to an earlier review; what was destroyed by now, or does not open, keeps no pack closed."""
    try:
        return read_all(session, review, reader_key, private_key)
    except (CannotOpen, KeyGone):
        return None, ()


def _earlier(
    review: Review,
    statement: Statement | None,
    later: Collection[ThreadEntry],
    answer_due: AnswerDue | None,
    today: date,
) -> EarlierReview:
    wishes = _wishes(answer_due, statement, later, today)
    return EarlierReview(review, wishes, statement is not None)


def _promise(reply: Reply, today: date) -> PromiseView | None:
    if not reply.carried_by or reply.done_by is None:
        return None
    made = rules.promise_state(reply.day, reply.done_by, reply.confirmed_on, today)
    return PromiseView(reply.carried_by, reply.done_by, *made)


def _people(review: Review, statement: Statement | None, wishes: Collection[WishView]) -> set[int]:
    body = review.body
    people = {review.advocate_id, review.reviewer_id, body.opened_by, *(opening.person_id for opening in body.openings)}
    people |= {*body.uninvited, *(pictures.by for pictures in body.new_pictures)}
    people |= {body.offer.by} if body.offer else set()
    people |= {body.attendance.spoken_for_by} if body.attendance else set()
    people |= {*statement.there, *statement.not_there, *statement.readers} if statement else set()
    return (people | _named(wishes)) - {0}


AdultReply = tuple[str, str, str, str]
"""What an adult answered: yes, partly or no_because; how it begins; what was said; who said it, when."""


@dataclass(frozen=True, slots=True)
class SiteFinding:
    """One question of a view.

    Attributes:
        sentence: the first thing that is read; a band in words.
        bars: answer, words, numbers; empty where the sentence says all.
        changed: since the round before, in words; or empty.
        reply: what an adult answered to this alone; or empty.
    """

    sentence: str
    bars: tuple[tuple[str, str, str], ...]
    changed: str
    reply: AdultReply | tuple[()]


@dataclass(frozen=True, slots=True)
class SiteView:
    """A published view, as a pack shows it.

    Attributes:
        slug: what its own page bears.
        title: what the children were asked.
        day: of its approval.
        language: in which it is told: the reader's, where it can be read in that.
        answered: how many answered, and when.
        findings: the first few.
        unknown: what is not known.
        replies: what adults answered to all of it.
        waits: who answers by when; empty once everything is answered.
    """

    slug: str
    title: str
    day: date
    language: str
    answered: str
    findings: tuple[SiteFinding, ...]
    unknown: str
    replies: tuple[AdultReply, ...]
    waits: str


class SiteViews(Protocol):
    """The published views, seen from here. Nothing in a pack is counted or published: it shows again what is (A5)."""

    def views_of_site(  # noqa: PLR0913, PLR0917 - which, and for whom
        self, session: Session, site_id: int, language: str, first: date, last: date, audience: str
    ) -> Sequence[SiteView]:
        """The newest views of a site that were approved on some days, the latest first.

        Args:
            session: only read.
            site_id: whose.
            language: of the reader.
            first: day.
            last: day.
            audience: `review`, with questions about safety, or `guardians`.
        """


site_views: Final = Port[SiteViews]("site_views")

_A_YEAR: Final = timedelta(days=365)


def list_site_views(session: Session, pack: Pack, language: str, *, for_review: bool) -> Sequence[SiteView]:
    """What was published about all children of the site since the earlier review of this case, else within a year.

    Args:
        session: only read.
        pack: as it was read.
        language: of the reader.
        for_review: whether she may read what only reviews are shown.
    """
    audience = "review" if for_review else "guardians"
    last = min(pack.review.day, pack.today)
    since = pack.earlier[0].review.day + timedelta(days=1) if pack.earlier else last - _A_YEAR
    return site_views().views_of_site(session, pack.review.site_id, language, since, last, audience)


def wish_title(part: str) -> str:
    """What a wish is about, in the reader's language."""
    if part == PLAN:
        return str(_("The plan as a whole"))
    return str(_("In her own words")) if part == OWN_WISH else pick_label(options.LIFE, part)


def list_wishes(
    session: Session, review: Review, statement: Statement | None, later: Collection[ThreadEntry] = ()
) -> tuple[WishView, ...]:
    """Her wishes, as far as they are open to whoever reads, and the plan; with what became of each.

    Args:
        session: only read.
        review: which.
        statement: her statement, as far as it is open.
        later: what she said since, to the same readers.
    """
    today = context.today(get_site(session, review.site_id).time_zone)
    return _wishes(store.decisions_of(session, review), statement, later, today)


def _wishes(
    answer_due: AnswerDue | None, statement: Statement | None, later: Collection[ThreadEntry], today: date
) -> tuple[WishView, ...]:
    if answer_due is None:
        return ()
    open_to_her = {PLAN, *(statement.wishes if statement else ())}
    wishes = [
        _wish(part.name, answer_due, statement, later, today) for part in answer_due.parts if part.name in open_to_her
    ]
    return tuple(sorted(wishes, key=lambda wish: wish.is_plan))  # hers first


def _wish(
    part: str, answer_due: AnswerDue, statement: Statement | None, later: Collection[ThreadEntry], today: date
) -> WishView:
    reply = answer_due.reply(part)
    return WishView(
        part=part,
        title=wish_title(part),
        words=statement.words if statement and part == OWN_WISH else "",
        decision=reply,
        earlier=answer_due.earlier_of(part),
        promise=_promise(reply, today) if reply else None,
        again=part in answer_due.again,
        disagrees=tuple(
            entry for entry in later if entry.kind == decisions.DISAGREES and entry.said.get("part") == part
        ),
        language=statement.language if statement else "",
    )


def _named(wishes: Collection[WishView]) -> set[int]:
    replies = [reply for wish in wishes for reply in (*wish.earlier, *([wish.decision] if wish.decision else []))]
    return {row for reply in replies for row in (reply.by, reply.carried_by) if row}
