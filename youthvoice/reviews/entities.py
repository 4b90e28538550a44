"""A review as values: what is locked in its row, and what its store returns."""

from dataclasses import dataclass, field
from datetime import date

from youthvoice.reviews import rules


@dataclass(frozen=True, slots=True)
class Offer:
    """She was asked whether she wants to say something (S29).

    Attributes:
        day: at the site.
        by: the adult who asked, row of `people`.
        outcome: code of `rules.OFFER_OUTCOMES`.
        alone: whether she was seen alone then.
    """

    day: date
    by: int
    outcome: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who was there for her on the day (S29).

    Attributes:
        child: code of `rules.ATTENDANCE`.
        alone: whether somebody saw her alone before.
        spoken_for_by: who spoke for her, row of `people`; 0 where nobody did.
    """

    child: str
    alone: bool
    spoken_for_by: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody opened her words."""

    person_id: int
    day: date


@dataclass(frozen=True, slots=True)
class CarrierChange:
    """An advocate does not carry a review any more, or said that she cannot.

    Attributes:
        advocate_id: who carried it, or was asked to.
        to: who is asked now; 0 where nobody else is there.
        day: at the site.
        cannot: whether she said that she cannot, before she carried it.
    """

    advocate_id: int
    to: int
    day: date
    cannot: bool = False


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """What the installation knows of a statement: never a word, a pick or a reader of it.

    Attributes:
        thread_id: of the thread that holds it.
        day: on which she approved it last.
        wishes: ids of her wishes, in her order: none may be dropped.
        taken_back_on: the day on which she took it back; None while it counts.
    """

    thread_id: bytes
    day: date
    wishes: tuple[str, ...] = ()
    taken_back_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBody:
    """What nobody reads without the key files.

    Attributes:
        case_number: of the organisation's files; never a name.
        step: code of `rules.CARE_STEPS`.
        kind: code of `rules.REVIEW_KINDS`.
        invited: roles that are invited besides the advocate and the reviewer.
        outside: whether a team of another organisation is invited, which reads by a link.
        opened_by: row of `people`.
        opened_on: at the site.
        carried_since: the day on which the advocate said that she carries it; None while she did not.
        offer: that she was asked; None while nobody did.
        asked_on: the first day on which she was, or said something without being asked; a later offer keeps it.
        statement: hers; None while there is none.
        attendance: of the day; None while nobody wrote it down.
        openings: who opened her words on which day, for her advocate.
        moved_from: days on which it was to be before.
        carriers: who said that she cannot carry it, and from whom to whom it went, in order.
        reported: days on which her advocate made a report of what she says; never what, nor why.
    """

    case_number: str = field(repr=False)
    step: str
    kind: str
    invited: tuple[str, ...] = ()
    outside: bool = False
    opened_by: int
    opened_on: date
    carried_since: date | None = None
    offer: Offer | None = None
    asked_on: date | None = None
    statement: StatementFacts | None = None
    attendance: Attendance | None = None
    openings: tuple[Opening, ...] = ()
    moved_from: tuple[date, ...] = ()
    carriers: tuple[CarrierChange, ...] = ()
    reported: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review, opened.

    Attributes:
        id: 16 bytes.
        site_id: where.
        day: of the review, at the site.
        advocate_id: who carries her statement.
        reviewer_id: who decides.
        decided_on: the day on which the last wish had its decision; None before.
        version: goes up with every change.
        body: what is locked.
    """

    id: bytes
    site_id: int
    day: date
    advocate_id: int
    reviewer_id: int
    decided_on: date | None
    version: int
    body: ReviewBody

    @property
    def key(self) -> str:
        """What addresses bear, 32 hexadecimal digits."""
        return self.id.hex()

    @property
    def statement(self) -> StatementFacts | None:
        """Her statement, as long as she did not take it back."""
        kept = self.body.statement
        return kept if kept and kept.taken_back_on is None else None

    def stage(self, today: date) -> rules.Stage:
        """Where it stands on a day at the site."""
        if self.decided_on is not None:
            return "decided"
        if today >= self.day:
            return "deciding"
        return "opened" if self.body.carried_since is None else "preparing"

    @property
    def cannot(self) -> frozenset[int]:
        """Who said that she cannot carry it."""
        return frozenset(one.advocate_id for one in self.body.carriers if one.cannot)

    @property
    def lacks_advocate(self) -> bool:
        """Whether nobody carries it, and nobody is left to be asked: a coordinator finds somebody."""
        return self.body.carried_since is None and self.advocate_id in self.cannot

    def words_of_child(self) -> rules.WordsOfChild:
        """Whether there are words of hers, and if not, why."""
        if self.statement is not None:
            return "given"
        if self.body.statement is not None:
            return "taken_back"
        if self.body.offer is None:
            return "nobody_asked"
        return "asked"
