"""A review as values: what is locked in its row, what its store returns; what this package asks of those above."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

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
    """Somebody opened her words, or took them with her on paper."""

    person_id: int
    day: date
    printed: bool = False


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


@dataclass(frozen=True, slots=True)
class NewPictures:
    """A child may give her words with other pictures: hers are lost, or somebody else gave what is there.

    Attributes:
        by: the advocate who dealt them, row of `people`.
        day: at the site.
        used_on: the day on which words were given with them, in place of those before; None while nobody did.
    """

    by: int
    day: date
    used_on: date | None = None


@dataclass(frozen=True, slots=True)
class AdvocateWords:
    """Something that the child said to her advocate alone, after the day.

    Attributes:
        item: id of what lies sealed, 16 bytes.
        to: who opens it, row of `people`.
        key_version: of her key then; with a later one she does not.
    """

    item: bytes
    to: int
    key_version: int


@dataclass(frozen=True, slots=True)
class LegalGround:
    """Why the law asks that a pack is given without the child's own yes (S20).

    Attributes:
        code: of `rules.LEGAL_GROUNDS`.
        reference: the paragraph, or the court and the number of its order.
        told: code of `rules.TOLD_BEFORE`: whether the advocate told the child before.
        agreed_by: the second adult, row of `people`.
    """

    code: str
    reference: str
    told: str
    agreed_by: int


@dataclass(frozen=True, slots=True)
class PackProposal:
    """A pack that is to go to another organisation: the child is asked on her own page, or the law asks for it.

    Attributes:
        mark: of everything that is proposed; a yes is to this and to nothing else.
        day: at the site.
        by: the advocate, row of `people`.
        to: name of the organisation.
        key: that it publishes, as text.
        parts: codes of `rules.PACK_PARTS` that go besides what is decided.
        why: one sentence for the child, by language, hers first; empty once it is over.
        state: `asked`, `yes`, `no`, `withdrawn`, `given`; on a legal ground `agreed` or `given`.
        answered_on: the day of her yes or no, or of the second adult's yes.
        ground: why the law asks for it; None where the child is asked.
    """

    mark: str
    day: date
    by: int
    to: str
    key: str
    parts: tuple[str, ...]
    why: Mapping[str, str] = field(repr=False)
    state: str = "asked"
    answered_on: date | None = None
    ground: LegalGround | None = None

    @property
    def is_open(self) -> bool:
        """Whether something may still come of it."""
        return self.state in {"asked", "yes", "agreed"}

    @property
    def may_go(self) -> bool:
        """Whether the file can be made: on her own yes, or on the yes of two adults to a legal ground."""
        return self.state == ("yes" if self.ground is None else "agreed")

    @property
    def is_told(self) -> bool:
        """Whether she finds it on her page now: at once, but where knowing it before is a danger; then once it went."""
        return self.ground is None or self.ground.told != "danger" or self.state == "given"


@dataclass(frozen=True, slots=True)
class PackHandover:
    """The pack was given to another organisation, on a yes of the child to this, or on a legal ground.

    Attributes:
        day: at the site.
        by: the advocate, row of `people`.
        to: name of the organisation.
        yes_on: the day on which the child said yes, or the second adult.
        how: code of `rules.YES_WAYS`; `legal_ground` where it is no yes of hers.
        parts: codes of `rules.PACK_PARTS` that went besides what is decided.
        ground: why the law asked for it; None on her own yes.
    """

    day: date
    by: int
    to: str
    yes_on: date
    how: str
    parts: tuple[str, ...] = rules.PACK_PARTS
    ground: LegalGround | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewBody:
    """What nobody reads without the key files.

    Attributes:
        case_number: of the organisation's files; never a name.
        step: code of `rules.CARE_STEPS`.
        kind: code of `rules.REVIEW_KINDS`.
        invited: roles that are invited besides the advocate and the reviewer.
        uninvited: rows of `people` of these roles whose invitation was taken back; never why.
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
        handed: to whom the pack was given, in order.
        proposals: to whom it was to be given, in order; at most one of them is open.
        reported: days on which her advocate made a report of what she says; never what, nor why.
        new_pictures: who dealt pictures anew, and whether they were used, in order.
        for_advocate: what she said to her advocate alone after the day, and who holds it; never a word of it.
        plan_on: the day on which the plan was decided; None while it is not. Of wishes it tells nothing.
        look_until: the last day for a new look that she asked for at a wish; None where she did not.
        wishes_asked_on: when those who may know of wishes were asked about one last.
        deciders: who decided something on which day; not how often, nor about what.
        turns: changes that the column beside does not count, for it would tell how many wishes there are.
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
    handed: tuple[PackHandover, ...] = ()
    new_pictures: tuple[NewPictures, ...] = ()
    for_advocate: tuple[AdvocateWords, ...] = ()
    proposals: tuple[PackProposal, ...] = ()
    plan_on: date | None = None
    look_until: date | None = None
    wishes_asked_on: date | None = None
    deciders: tuple[tuple[int, date], ...] = ()
    turns: int = 0
    uninvited: tuple[int, ...] = ()


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
        version: goes up with every change; those that tell of wishes are counted in the locked part.
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
        statement_facts = self.body.statement
        return statement_facts if statement_facts and statement_facts.taken_back_on is None else None

    @property
    def awaits_new_pictures(self) -> bool:
        """Whether new pictures were dealt, and what is given with them takes the place of what is there."""
        dealt = self.body.new_pictures
        return self.body.statement is not None and bool(dealt) and dealt[-1].used_on is None

    def is_decided(self, *, knows: bool) -> bool:
        """Whether nothing waits, as far as somebody may know: of wishes only those who may open them (S31).

        Whatever is shown of a review, counted or ordered asks this, and is the same with no wish as with ten.

        Args:
            knows: whether she may know of wishes (`statements.wish_readers`).
        """
        return self.decided_on is not None or (not knows and self.body.plan_on is not None)

    def stage(self, today: date, *, knows: bool) -> rules.Stage:
        """Where it stands on a day at the site, as somebody may know (`is_decided`)."""
        if self.is_decided(knows=knows):
            return "decided" if knows else "planned"
        if today >= self.day:
            return "deciding"
        return "opened" if self.body.carried_since is None else "preparing"

    @property
    def cannot(self) -> frozenset[int]:
        """Who said that she cannot carry it."""
        return frozenset(change.advocate_id for change in self.body.carriers if change.cannot)

    @property
    def lacks_advocate(self) -> bool:
        """Whether nobody carries it, and nobody is left to be asked: a coordinator finds somebody."""
        return self.body.carried_since is None and self.advocate_id in self.cannot

    @property
    def open_proposal(self) -> PackProposal | None:
        """To whom the pack is to go now; None where nothing is asked."""
        return next((proposal for proposal in self.body.proposals if proposal.is_open), None)

    def words_of_child(self) -> rules.WordsOfChild:
        """Whether there are words of hers, and if not, why."""
        if self.statement is not None:
            return "given"
        if self.body.statement is not None:
            return "taken_back"
        if self.body.offer is None:
            return "nobody_asked"
        return "asked"

    def asking_alarm(self, today: date) -> rules.AskingAlarm | None:
        """What is wrong about asking her, on a day at the site."""
        return rules.asking_alarm(self.words_of_child(), self.body.asked_on, self.day, self.body.opened_on, today)


@dataclass(frozen=True, slots=True)
class ReviewLinkBody:
    """What nobody reads of a link without the key files.

    Attributes:
        made_by: row of `people`.
        made_on: at the site.
        openings: days on which the team outside opened her words, one for each time.
        wrong: days of wrong numbers, one for each.
        ended_on: the day on which somebody ended it, or the review was decided; None while nobody did.
    """

    made_by: int
    made_on: date
    openings: tuple[date, ...] = ()
    wrong: tuple[date, ...] = ()
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReviewLink:
    """A link for a team outside, as the house knows it: without its token and its number.

    Attributes:
        id: 16 bytes.
        review_id: which it opens.
        until: UTC.
        tries: wrong numbers so far, and those that are tried at this moment.
        salt: of its number.
        wrapped: the key of the statement; empty once it has ended.
        body: what is locked.
    """

    id: bytes
    review_id: bytes
    until: datetime
    tries: int
    salt: bytes
    wrapped: bytes = field(repr=False)
    body: ReviewLinkBody

    def is_open(self, now: datetime) -> bool:
        """Whether it opens anything at a moment."""
        return bool(self.wrapped) and now < self.until
