"""A review and its parts as values: the encrypted body of a row, and what the store returns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from youthvoice.reviews import rules


@dataclass(frozen=True, slots=True)
class Offer:
    """The child was asked whether they want to make a statement (S29).

    Attributes:
        day: at the site.
        by: the adult who asked, row of `people`.
        outcome: code of `rules.OFFER_OUTCOMES`.
        alone: whether the child was alone with that adult.
    """

    day: date
    by: int
    outcome: str
    alone: bool


@dataclass(frozen=True, slots=True)
class Attendance:
    """How the child took part on the day of the review (S29).

    Attributes:
        child: code of `rules.ATTENDANCE`.
        alone: whether somebody saw the child alone before.
        spoken_for_by: who spoke for the child, row of `people`; 0 where nobody did.
    """

    child: str
    alone: bool
    spoken_for_by: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody opened the statement, or printed it."""

    person_id: int
    day: date
    printed: bool = False


@dataclass(frozen=True, slots=True)
class CarrierChange:
    """The review went from one advocate to another, or an advocate could not carry it.

    Attributes:
        advocate_id: the former advocate.
        to: the advocate who is asked next; 0 without one.
        day: at the site.
        cannot: whether the former advocate declined before carrying it.
    """

    advocate_id: int
    to: int
    day: date
    cannot: bool = False


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """What the installation knows of a statement without opening it: no word, pick or reader.

    Attributes:
        thread_id: of its thread.
        day: on which the child last approved it.
        wishes: ids of its wishes, in the child's order; none may be dropped.
        taken_back_on: the day on which the child took it back; None while it counts.
    """

    thread_id: bytes
    day: date
    wishes: tuple[str, ...] = ()
    taken_back_on: date | None = None


@dataclass(frozen=True, slots=True)
class NewPictures:
    """Permission to replace a statement with a new picture code.

    The child lost the old code, or another person gave the statement.

    Attributes:
        by: the advocate who dealt the slip, row of `people`.
        day: at the site.
        used_on: the day on which a new statement replaced the old one; None while none did.
    """

    by: int
    day: date
    used_on: date | None = None


@dataclass(frozen=True, slots=True)
class AdvocateMessage:
    """A message from the child to the advocate only, after the day of the review.

    Attributes:
        item: id of the sealed message, 16 bytes.
        to: the person who can open it, row of `people`.
        key_version: of that person's key; a later key does not open it.
    """

    item: bytes
    to: int
    key_version: int


@dataclass(frozen=True, slots=True)
class LegalGround:
    """The legal ground on which a pack goes without the child's consent (S20).

    Attributes:
        code: of `rules.LEGAL_GROUNDS`.
        reference: the paragraph of the law, or the court and the number of its order.
        told: code of `rules.TOLD_BEFORE`: whether the advocate told the child before.
        agreed_by: the second adult, row of `people`.
    """

    code: str
    reference: str
    told: str
    agreed_by: int


@dataclass(frozen=True, slots=True)
class PackProposal:
    """The proposal to send a pack to another organisation: the child is asked, or two adults name a legal ground.

    Attributes:
        mark: digest of everything that is proposed; consent is to exactly this. On a legal ground it is the id of the
            second adult's request.
        day: at the site.
        by: the advocate, row of `people`.
        to: name of the organisation.
        key: the organisation's public key, as text.
        parts: codes of `rules.PACK_PARTS` that go besides the decisions.
        why: one sentence for the child, by language, the child's first; empty once the proposal is over.
        state: `asked`, `yes`, `no`, `withdrawn`, `given`; on a legal ground `agreed` or `given`.
        answered_on: the day of the child's answer, or of the second adult's agreement.
        ground: the legal ground; None where the child is asked.
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
        """Whether the proposal is not over yet."""
        return self.state in {"asked", "yes", "agreed"}

    @property
    def may_go(self) -> bool:
        """Whether the pack may be made: with the child's consent, or with a legal ground that two adults agreed on."""
        return self.state == ("yes" if self.ground is None else "agreed")

    @property
    def is_visible_to_child(self) -> bool:
        """Whether the child may see it now. Where knowing it is a danger, only after the pack was sent."""
        return self.ground is None or self.ground.told != "danger" or self.state == "given"


@dataclass(frozen=True, slots=True)
class PackHandover:
    """A pack was made for another organisation, with the child's consent or on a legal ground.

    Attributes:
        day: at the site.
        by: the advocate, row of `people`.
        to: name of the organisation.
        yes_on: the day of the child's consent, or of the second adult's agreement.
        how: code of `rules.YES_WAYS`; `legal_ground` without the child's consent.
        parts: codes of `rules.PACK_PARTS` that went besides the decisions; all where the row names none.
        ground: the legal ground; None with the child's consent.
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
    """The encrypted part of a review.

    Attributes:
        case_number: of the organisation's files; never a name.
        step: code of `rules.CARE_STEPS`.
        kind: code of `rules.REVIEW_KINDS`.
        invited: roles that are invited besides the advocate and the reviewer.
        outside: whether a team of another organisation is invited, which reads by a link.
        opened_by: row of `people`.
        opened_on: at the site.
        carried_since: the day on which the advocate accepted; None before.
        offer: that the child was asked; None while nobody did.
        asked_on: the first day on which the child was asked, or made a statement without being asked; a later offer
            does not change it.
        statement: what is known of the statement, also after the child took it back; None while none was made.
        attendance: on the day; None while nobody recorded it.
        openings: who opened the statement on which day, for the advocate.
        moved_from: earlier days of the review.
        carriers: advocates who declined, and handovers between advocates, in order.
        reported: days on which the advocate made a report of the statement; never what, nor why.
        handed: organisations that got the pack, in order.
        new_pictures: slips for a replacement, and whether they were used, in order.
        for_advocate: messages to the advocate only, and who can open them; never a word of them.
        proposals: organisations that were to get the pack, in order; at most one is open.
        plan_on: the day of the decision about the plan; None before. It tells nothing about wishes.
        look_until: the last day for a new decision that the child asked for; None without one.
        wishes_asked_on: the day on which the people who may know of wishes were last asked about one.
        deciders: who decided on which day; not how often, nor about what.
        turns: changes of wishes. The column `version`, which is not encrypted, does not count them: it would tell how
            many wishes there are.
        uninvited: rows of `people` whose invitation was withdrawn; never why.
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
    for_advocate: tuple[AdvocateMessage, ...] = ()
    proposals: tuple[PackProposal, ...] = ()
    plan_on: date | None = None
    look_until: date | None = None
    wishes_asked_on: date | None = None
    deciders: tuple[tuple[int, date], ...] = ()
    turns: int = 0
    uninvited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review with its decrypted body.

    Attributes:
        id: 16 bytes.
        site_id: of the child.
        day: of the review, at the site.
        advocate_id: who carries it.
        reviewer_id: who decides.
        decided_on: the day of the last decision; None before.
        version: grows with every change: the column `version`, and `ReviewBody.turns`.
        body: the encrypted part.
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
        """The id in addresses, 32 hexadecimal digits."""
        return self.id.hex()

    @property
    def valid_statement(self) -> StatementFacts | None:
        """What is known of the statement; None where there is none, or the child took it back."""
        statement_facts = self.body.statement
        return statement_facts if statement_facts and statement_facts.taken_back_on is None else None

    @property
    def awaits_new_pictures(self) -> bool:
        """Whether the child has a slip to replace the statement by a new one, and has not used it."""
        new_pictures = self.body.new_pictures
        return self.body.statement is not None and bool(new_pictures) and new_pictures[-1].used_on is None

    def is_decided(self, *, knows: bool) -> bool:
        """Whether nothing waits, as far as the reader may know: only readers of the statement know of wishes (S31).

        Everything that shows, counts or sorts reviews uses this, so that it is the same with no wish as with ten.

        Args:
            knows: whether the reader may know of wishes (`statements.wish_readers`).
        """
        return self.decided_on is not None or (not knows and self.body.plan_on is not None)

    def stage(self, today: date, *, knows: bool) -> rules.Stage:
        """The stage on a day at the site, as far as the reader may know (`is_decided`)."""
        if self.is_decided(knows=knows):
            return "decided" if knows else "planned"
        if today >= self.day:
            return "deciding"
        return "opened" if self.body.carried_since is None else "preparing"

    @property
    def cannot(self) -> frozenset[int]:
        """The advocates who declined to carry it."""
        return frozenset(change.advocate_id for change in self.body.carriers if change.cannot)

    @property
    def lacks_advocate(self) -> bool:
        """Whether nobody carries it and nobody is left to be asked: a coordinator must find somebody."""
        return self.body.carried_since is None and self.advocate_id in self.cannot

    @property
    def open_proposal(self) -> PackProposal | None:
        """The pack proposal that is not over yet; None without one."""
        return next((proposal for proposal in self.body.proposals if proposal.is_open), None)

    def words_of_child(self) -> rules.WordsOfChild:
        """Whether there is a statement, and if not, why."""
        if self.valid_statement is not None:
            return "given"
        if self.body.statement is not None:
            return "taken_back"
        if self.body.offer is None:
            return "nobody_asked"
        return "asked"

    def asking_alarm(self, today: date) -> rules.AskingAlarm | None:
        """What is wrong about asking the child, on a day at the site."""
        return rules.asking_alarm(self.words_of_child(), self.body.asked_on, self.day, self.body.opened_on, today)


@dataclass(frozen=True, slots=True)
class ReviewLinkBody:
    """The encrypted part of a link.

    Attributes:
        made_by: row of `people`.
        made_on: at the site.
        openings: the day of each opening by the outside team.
        wrong: the day of each try with a wrong number.
        ended_on: the day on which somebody ended it, or the review was decided; None before.
    """

    made_by: int
    made_on: date
    openings: tuple[date, ...] = ()
    wrong: tuple[date, ...] = ()
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReviewLink:
    """A link for an outside team, who open it with its token and a spoken number; the installation stores neither.

    Attributes:
        id: 16 bytes.
        review_id: the review that it opens.
        until: end of its time, UTC.
        tries: wrong numbers so far, and those that are being checked now.
        salt: with which the number is hashed.
        wrapped: the key of the statement; empty once the link has ended.
        body: the encrypted part.
    """

    id: bytes
    review_id: bytes
    until: datetime
    tries: int
    salt: bytes
    wrapped: bytes = field(repr=False)
    body: ReviewLinkBody

    def is_open(self, now: datetime) -> bool:
        """Whether it can be opened at a moment."""
        return bool(self.wrapped) and now < self.until
