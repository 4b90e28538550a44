"""The pack of a review as values: the child's statement, then decisions, then promises of earlier reviews (S29).

A pack gives no hint of what its reader cannot open. It then says that the advocate speaks for the child, as it does
where the child spoke to the advocate only or took the statement back. Of an earlier statement that the reader cannot
open, it shows the plan only: not even that there was a wish, and so no promise for one.
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
    """A promise: who keeps it by when, and what became of it.

    Attributes:
        person_id: the person who keeps it, row of `people`.
        done_by: its day.
        state: `kept`: the child confirmed it; `open`; `late`: its day is over; `said_done`: only the adult says so.
        days: how many days it is late, or was kept too late.
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
        title: its subject, in the reader's language.
        words: the child's own words for it, where it has some.
        decision: the present decision; None without one.
        earlier: decisions that the child disagreed with, the oldest first.
        promise: who keeps it by when; None without a promise.
        again: whether the child asked for a new decision.
        disagrees: the child's reasons, the oldest first.
        language: of the child's words.
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
        """Whether it is the plan as a whole."""
        return self.part == PLAN


@dataclass(frozen=True, slots=True)
class EarlierReview:
    """What an earlier review promised, and what became of it.

    Attributes:
        review: which.
        wishes: those that the reader may know, and the plan.
        is_open: whether the reader can open the statement of that review.
    """

    review: Review
    wishes: tuple[WishView, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything that a reader of a review gets.

    Attributes:
        review: which.
        statement: None where the reader can open none.
        statement_label: whether there is a statement, as a sentence for the reader; never the child's words.
        nobody_asked: whether nobody asked the child, which is an alarm (S29).
        wishes: those that the reader may know, and the plan.
        earlier: earlier reviews of the same case, the newest first.
        names: of all people in it.
        today: at the site.
        invitations: the last decisions about invitations, by row of `people`; not about the reader.
    """

    review: Review
    statement: Statement | None = field(repr=False)
    statement_label: str
    nobody_asked: bool
    wishes: tuple[WishView, ...]
    earlier: tuple[EarlierReview, ...]
    names: dict[int, str]
    today: date
    invitations: Mapping[int, InvitationDecision] = field(default_factory=dict, repr=False)

    @property
    def has_words(self) -> bool:
        """Whether a statement is in it, of this or an earlier review: the page hides it until the reader opens it."""
        return self.statement is not None or any(earlier_review.is_open for earlier_review in self.earlier)

    @property
    def late_before(self) -> list[WishView]:
        """Wishes of earlier reviews with an overdue promise. The page shows them where the same wish is decided."""
        wishes = (wish for earlier_review in self.earlier for wish in earlier_review.wishes)
        return [wish for wish in wishes if wish.promise is not None and wish.promise.state == "late"]

    @property
    def opened_before(self) -> list[bytes]:
        """Ids of the earlier reviews whose statement is in it, the newest first."""
        return [earlier_review.review.id for earlier_review in self.earlier if earlier_review.is_open]


def read_pack(session: Session, review: Review, reader_key: ReaderKey, private_key: bytes) -> Pack:
    """The pack of a review for one reader; each statement is opened once.

    A damaged statement, or one whose month's key was destroyed since a backup, does not hide the rest. A reader who has
    a key of it reads that it cannot be opened.

    Args:
        session: only read.
        review: which.
        reader_key: of the reader.
        private_key: of the reader, 32 bytes.
    """

    def read_earlier(review: Review) -> tuple[Statement | None, Collection[ThreadEntry]]:
        return _read_if_it_opens(session, review, reader_key, private_key)

    try:
        full_statement, later_entries = read_all(session, review, reader_key, private_key)
    except (CannotOpen, KeyGone):
        lost = str(_("Her words cannot be opened with the keys that are here."))
        return replace(_compose(session, review, None, (), read_earlier), statement_label=lost)
    statement = _hide_that_unwanted(full_statement, reader_key.person_id)
    carries = reader_key.person_id == review.advocate_id
    invitations = read_invitations(later_entries, reader_key.person_id) if full_statement else {}
    return _compose(session, review, statement, later_entries, read_earlier, carries=carries, invitations=invitations)


def _hide_that_unwanted(statement: Statement | None, person_id: int) -> Statement | None:
    """The statement for one reader: nobody learns that the child does not want them at the review."""
    if statement is None or person_id not in statement.not_there:
        return statement
    return replace(statement, not_there=tuple(row for row in statement.not_there if row != person_id))


def read_pack_outside(session: Session, review: Review, statement: Statement | None) -> Pack:
    """The pack for an outside team: this statement only, and the parts of earlier reviews that need no key.

    Args:
        session: only read.
        review: which.
        statement: in which the child agreed to the team.
    """
    return _compose(session, review, statement, (), lambda _review: (None, ()))


def _compose(  # noqa: PLR0913 - of what, and for whom
    session: Session,
    review: Review,
    statement: Statement | None,
    later_entries: Collection[ThreadEntry],
    read_earlier: Callable[[Review], tuple[Statement | None, Collection[ThreadEntry]]],
    *,
    carries: bool = False,
    invitations: Mapping[int, InvitationDecision] | None = None,
) -> Pack:
    """The pack from what its reader can open.

    Args:
        session: only read.
        review: which.
        statement: None where the reader can open none.
        later_entries: of the statement's thread.
        read_earlier: gives statement and later entries of an earlier review.
        carries: whether the reader is the advocate who carries the review.
        invitations: see `Pack`.
    """
    reviews_before = store.list_earlier_reviews(session, review)
    today = context.today(get_site(session, review.site_id).time_zone)
    answers_due = store.list_answers_due(session, [review, *reviews_before])
    wishes = _wishes(answers_due.get(review.key), statement, later_entries, today)
    earlier = []
    for before in reviews_before:
        earlier_statement, earlier_entries = read_earlier(before)
        earlier_wishes = _wishes(answers_due.get(before.key), earlier_statement, earlier_entries, today)
        earlier.append(EarlierReview(before, earlier_wishes, is_open=earlier_statement is not None))
    all_wishes = (*wishes, *(wish for earlier_review in earlier for wish in earlier_review.wishes))
    # Only the advocate reads that the child took it back: somebody who pressed the child cannot see the result.
    statement_facts = review.valid_statement if carries else review.body.statement
    hidden = statement_facts is not None and statement is None
    silent = statement is not None and statement.says_nothing
    people = _people(review, statement, all_wishes) | _people_of_invitations(invitations or {})
    return Pack(
        review=review,
        statement=statement,
        statement_label=_statement_label(review, hidden=hidden, silent=silent),
        nobody_asked=review.words_of_child() == "nobody_asked",
        wishes=wishes,
        earlier=tuple(earlier),
        names=names_of_people(session, people),
        today=today,
        invitations=invitations or {},
    )


def _people_of_invitations(invitations: Mapping[int, InvitationDecision]) -> set[int]:
    return {*invitations, *(decision.by for decision in invitations.values())}


def _statement_label(review: Review, *, hidden: bool, silent: bool) -> str:
    if hidden:
        return str(_("Her advocate speaks for her."))
    if silent:
        return str(_("She was asked and chose not to say anything. She wants to read what is decided."))
    return labels.words_of_child_label(review)


def _read_if_it_opens(
    session: Session, review: Review, reader_key: ReaderKey, private_key: bytes
) -> tuple[Statement | None, Collection[ThreadEntry]]:
    """The statement of an earlier review; None where its key was destroyed or it cannot be opened."""
    try:
        return read_all(session, review, reader_key, private_key)
    except (CannotOpen, KeyGone):
        return None, ()


def _promise(reply: Reply, today: date) -> PromiseView | None:
    if not reply.carried_by or reply.done_by is None:
        return None
    state_and_days = rules.promise_state(reply.day, reply.done_by, reply.confirmed_on, today)
    return PromiseView(reply.carried_by, reply.done_by, *state_and_days)


def _people(review: Review, statement: Statement | None, wishes: Collection[WishView]) -> set[int]:
    body = review.body
    people = {review.advocate_id, review.reviewer_id, body.opened_by, *(opening.person_id for opening in body.openings)}
    people |= {*body.uninvited, *(pictures.by for pictures in body.new_pictures)}
    people |= {body.offer.by} if body.offer else set()
    people |= {body.attendance.spoken_for_by} if body.attendance else set()
    people |= {*statement.there, *statement.not_there, *statement.readers} if statement else set()
    return (people | _people_of_wishes(wishes)) - {0}


AdultReply = tuple[str, str, str, str]
"""An adult's answer: `yes`, `partly` or `no_because`; its beginning; its text; who gave it, when."""


@dataclass(frozen=True, slots=True)
class SiteFinding:
    """One question of a published view.

    Attributes:
        sentence: the result in a sentence, as a band.
        bars: answer, label, numbers; empty where the sentence says everything.
        changed: the change since the round before, in words; or empty.
        reply: an adult's answer to this question; or empty.
    """

    sentence: str
    bars: tuple[tuple[str, str, str], ...]
    changed: str
    reply: AdultReply | tuple[()]


@dataclass(frozen=True, slots=True)
class SiteView:
    """A published view, as a pack shows it.

    Attributes:
        slug: of its own page.
        title: the children's question.
        day: of its approval.
        language: the reader's, where the view has it.
        answered: how many answered, and when.
        findings: the first few.
        unknown: what is not known.
        replies: adults' answers to the whole view.
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
    """The published views, as a port. A pack counts and publishes nothing: it repeats what is published (A5)."""

    def views_of_site(  # noqa: PLR0913, PLR0917 - which, and for whom
        self, session: Session, site_id: int, language: str, first: date, last: date, audience: str
    ) -> Sequence[SiteView]:
        """The newest views of a site that were approved in a period, the latest first.

        Args:
            session: only read.
            site_id: the site.
            language: of the reader.
            first: first day of the period.
            last: last day of the period.
            audience: `review`, with questions about safety, or `guardians`.
        """


site_views: Final = Port[SiteViews]("site_views")

_A_YEAR: Final = timedelta(days=365)


def list_site_views(session: Session, pack: Pack, language: str, *, for_review: bool) -> Sequence[SiteView]:
    """What was published about all children of the site since the earlier review of the case, or within a year.

    Args:
        session: only read.
        pack: as it was read.
        language: of the reader.
        for_review: whether the reader may see what only reviews show.
    """
    audience = "review" if for_review else "guardians"
    last = min(pack.review.day, pack.today)
    since = pack.earlier[0].review.day + timedelta(days=1) if pack.earlier else last - _A_YEAR
    return site_views().views_of_site(session, pack.review.site_id, language, since, last, audience)


def wish_title(part: str) -> str:
    """The subject of a wish, in the reader's language."""
    if part == PLAN:
        return str(_("The plan as a whole"))
    return str(_("In her own words")) if part == OWN_WISH else pick_label(options.LIFE, part)


def list_wishes(
    session: Session, review: Review, statement: Statement | None, later_entries: Collection[ThreadEntry] = ()
) -> tuple[WishView, ...]:
    """The wishes that the reader may know, and the plan, with what became of each.

    Args:
        session: only read.
        review: which.
        statement: as far as the reader can open it.
        later_entries: of the statement's thread, with the child's reasons for disagreeing.
    """
    today = context.today(get_site(session, review.site_id).time_zone)
    return _wishes(store.find_answer_due(session, review), statement, later_entries, today)


def _wishes(
    answer_due: AnswerDue | None, statement: Statement | None, later_entries: Collection[ThreadEntry], today: date
) -> tuple[WishView, ...]:
    if answer_due is None:
        return ()
    visible_parts = {PLAN, *(statement.wishes if statement else ())}
    parts = [part.name for part in answer_due.parts if part.name in visible_parts]
    wishes = [_wish(part, answer_due, statement, later_entries, today) for part in parts]
    return tuple(sorted(wishes, key=lambda wish: wish.is_plan))  # wishes first


def _wish(
    part: str, answer_due: AnswerDue, statement: Statement | None, later_entries: Collection[ThreadEntry], today: date
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
            entry for entry in later_entries if entry.kind == decisions.DISAGREES and entry.said.get("part") == part
        ),
        language=statement.language if statement else "",
    )


def _people_of_wishes(wishes: Collection[WishView]) -> set[int]:
    replies = [reply for wish in wishes for reply in (*wish.earlier, *([wish.decision] if wish.decision else []))]
    return {person_id for reply in replies for person_id in (reply.by, reply.carried_by) if person_id}
