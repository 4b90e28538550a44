"""Elections as values, the encryption of their contents, and the rules: why one cannot open, and who won.

Only the winner is ever stored or shown: no numbers, no turnout (PRIVACY.md A11). Posts rotate (STANDARDS S23).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from youthvoice.committees.entities import Committee
from youthvoice.committees.representatives.rules import fold_nickname, tidy_nickname
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.slips.rules import MAX_SLIPS

Tie = Literal["lot", "again"]

ElectionState = Literal["open", "counted_once", "done", "again", "too_few", "nobody", "called_off"]

RUNNING_STATES: Final[frozenset[str]] = frozenset({"open", "counted_once"})

AT_THE_TABLET: Final = "slips"

BY_ADULTS: Final = frozenset({"paper", "hands"})

NOMINATION: Final = "nomination"

_SECRET: Final = frozenset({"slips", "paper"})

MAX_CANDIDATES: Final = 12

MAX_NICKNAME_CHARACTERS: Final = 20

MIN_VOTES: Final = 5
"""Fewest votes of a secret election; with fewer nobody wins, and children read why (A11)."""

MAX_DURATION: Final = timedelta(days=31)

ANNOUNCED_FOR: Final = timedelta(days=14)
"""How long children see the result of an election."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child who is a candidate.

    Attributes:
        nickname: as the children call this child.
        picture: OpenMoji code of one of `CANDIDATE_PICTURES`.
    """

    nickname: str = field(repr=False)
    picture: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectionOpening:
    """An election that a facilitator wants to open.

    Attributes:
        standing: the candidates; of a nomination the one child who was nominated.
        voters: children who may vote, if slips are dealt; else 0.
        balance: whether two adults confirmed that at least half of all posts are held by girls. No gender is stored.
    """

    post: str
    way: str
    tie: Tie
    standing: tuple[Candidate, ...]
    voters: int
    ends_at: datetime
    balance: bool = False


@dataclass(frozen=True, slots=True)
class ElectionRefusal:
    """Why an election cannot open: a code, the field it belongs to, and a nickname if its text needs one."""

    code: str
    at: str
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ElectionResult:
    """The result of a count.

    Attributes:
        state: the new state of the election.
        positions: of the winner among the candidates, or of those in a run-off; empty if nobody won.
    """

    state: ElectionState
    positions: tuple[int, ...] = ()


def find_opening_refusals(
    opening: ElectionOpening, committee: Committee, *, holders: Collection[str], running: bool, now: datetime
) -> tuple[ElectionRefusal, ...]:
    """Everything that keeps an election from opening, in one list.

    Args:
        opening: the election.
        committee: whose post it is.
        holders: nicknames of the last holders of this post.
        running: whether an election for this post is running.
        now: this moment.
    """
    election_refusals = [] if committee.is_open else [ElectionRefusal("committee_closed", "post")]
    if opening.post not in committee.kind.posts:
        election_refusals.append(ElectionRefusal("no_such_post", "post"))
    if opening.way not in committee.kind.ways:
        election_refusals.append(ElectionRefusal("not_this_way", "way"))
    if running:
        election_refusals.append(ElectionRefusal("runs_already", "post"))
    election_refusals += _find_candidate_refusals(opening, may_nominate=NOMINATION in committee.kind.ways)
    nicknames = {fold_nickname(name) for name in holders}
    election_refusals += [
        ElectionRefusal("held_before", "standing", candidate.nickname)
        for candidate in opening.standing
        if fold_nickname(candidate.nickname) in nicknames
    ]
    election_refusals += _find_voter_refusals(opening)
    if opening.way != NOMINATION and not now < opening.ends_at <= now + MAX_DURATION:
        election_refusals.append(ElectionRefusal("ends_wrong", "ends_on"))
    if committee.kind.balance and not opening.balance:
        election_refusals.append(ElectionRefusal("no_balance", "balance"))
    return tuple(election_refusals)


def _find_candidate_refusals(opening: ElectionOpening, *, may_nominate: bool) -> Iterator[ElectionRefusal]:
    """What is wrong with the candidates."""
    number = len(opening.standing)
    if not number:
        yield ElectionRefusal("nobody_stands", "standing")
    elif opening.way == NOMINATION and number > 1:
        yield ElectionRefusal("one_is_nominated", "standing")
    elif opening.way != NOMINATION and number == 1:
        yield ElectionRefusal("one_stands" if may_nominate else "one_stands_alone", "standing")
    elif number > MAX_CANDIDATES:
        yield ElectionRefusal("too_many_stand", "standing")
    if len({fold_nickname(candidate.nickname) for candidate in opening.standing}) < number:
        yield ElectionRefusal("same_nickname", "standing")
    if len({candidate.picture for candidate in opening.standing}) < number:
        yield ElectionRefusal("same_picture", "standing")
    if any(
        not tidy_nickname(candidate.nickname) or len(candidate.nickname) > MAX_NICKNAME_CHARACTERS
        for candidate in opening.standing
    ):
        yield ElectionRefusal("no_nickname", "standing")


def _find_voter_refusals(opening: ElectionOpening) -> Iterator[ElectionRefusal]:
    """What is wrong with the number of voters."""
    if opening.way != AT_THE_TABLET:
        return
    if opening.voters < 1:
        yield ElectionRefusal("no_voters", "voters")
    elif opening.voters < MIN_VOTES:
        yield ElectionRefusal("too_few_voters", "voters")
    elif opening.voters > MAX_SLIPS:
        yield ElectionRefusal("too_many_voters", "voters")


def decide_result(
    counts: Sequence[int], nobody: int, *, way: str, tie: str, draw: Callable[[Sequence[int]], int]
) -> ElectionResult:
    """Decide who won.

    "Nobody of these" wins if it has more votes than each candidate. Fewer than five secret votes have no result.

    Args:
        counts: votes of each candidate, in their order.
        nobody: votes for nobody of these.
        way: how the children voted.
        tie: the rule that was chosen before the election.
        draw: draws the lot.
    """
    total, most = sum(counts) + nobody, max(counts)
    if total < (MIN_VOTES if way in _SECRET else 1):
        return ElectionResult("too_few")
    if nobody > most:
        return ElectionResult("nobody")
    best = tuple(position for position, number in enumerate(counts) if number == most)
    if len(best) == 1:
        return ElectionResult("done", best)
    return ElectionResult("done", (draw(best),)) if tie == "lot" else ElectionResult("again", best)


_PADDED_BODY_BYTES: Final = 2000  # twelve nicknames in any script

_PADDED_COUNT_BYTES: Final = 200


@dataclass(frozen=True, slots=True)
class ElectionBody:
    """The encrypted content of an election.

    Attributes:
        standing: the candidates; once it is over only the winner, or those of a run-off.
        voters: children who may vote with a slip.
        where: of a nomination: where the children nominated.
    """

    standing: tuple[Candidate, ...] = ()
    voters: int = 0
    where: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Election:
    """One election; the fields are those of `models.ElectionRow`, its body decrypted."""

    id: int
    slug: str
    committee_id: int
    post: str
    way: str
    tie: str
    state: str
    ends_at: datetime
    opened_by: int
    counted_by: int | None
    body: ElectionBody

    @property
    def is_running(self) -> bool:
        """Whether the winner is not known yet."""
        return self.state in RUNNING_STATES

    @property
    def slips(self) -> str:
        """The purpose under which its slips are stored."""
        return f"election/{self.id}"

    @property
    def won(self) -> Candidate | None:
        """The winner; None while it runs, and if nobody won."""
        return self.body.standing[0] if self.state == "done" and self.body.standing else None

    @property
    def picture(self) -> str:
        """OpenMoji code: the winner's picture, else a ballot box."""
        return self.won.picture if self.won else "1F5F3"

    def is_open_at(self, now: datetime) -> bool:
        """Whether children can vote at the tablet."""
        return self.way == AT_THE_TABLET and self.state == "open" and now < self.ends_at


def encrypt_election_body(keyring: Keyring, slug: str, body: ElectionBody) -> bytes:
    """Encrypt the candidates."""
    standing = [[candidate.nickname, candidate.picture] for candidate in body.standing]
    values = {"standing": standing, "voters": body.voters, "where": body.where}
    return encrypt_json(keyring, KEPT_WORDS, values, _purpose("election", slug), _PADDED_BODY_BYTES)


def open_election_body(keyring: Keyring, slug: str, blob: bytes) -> ElectionBody:
    """Decrypt the candidates.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `decrypt_json`.
    """
    content: Any = decrypt_json(keyring, KEPT_WORDS, blob, _purpose("election", slug))
    standing = tuple(Candidate(nickname, picture) for nickname, picture in content["standing"])
    return ElectionBody(standing, content["voters"], content["where"])


def encrypt_first_count(keyring: Keyring, slug: str, count: tuple[int, ...]) -> bytes:
    """Encrypt the first adult's count: votes of each candidate, then those for nobody of these."""
    return encrypt_json(keyring, KEPT_WORDS, count, _purpose("count", slug), _PADDED_COUNT_BYTES)


def open_first_count(keyring: Keyring, slug: str, blob: bytes) -> tuple[int, ...]:
    """Decrypt the first adult's count; shown to nobody."""
    return decrypt_json(keyring, KEPT_WORDS, blob, _purpose("count", slug), tuple[int, ...])


def _purpose(what: str, slug: str) -> SealingContext:
    return sealing_context("committee", what, slug)
