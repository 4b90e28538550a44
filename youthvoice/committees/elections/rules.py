"""Elections: what keeps one from opening, who won, and what a tie does. Pure: codes, never words.

Only who won is ever kept or shown: no numbers, no turnout (PRIVACY.md A11). Posts rotate (STANDARDS S23).
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal

from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.representatives.entities import same, tidy
from youthvoice.slips.pictures import MOST as MOST_VOTERS

Tie = Literal["lot", "again"]
State = Literal["open", "counted_once", "done", "again", "too_few", "nobody", "called_off"]
RUNNING: Final[frozenset[str]] = frozenset({"open", "counted_once"})

AT_THE_TABLET: Final = "slips"
BY_ADULTS: Final = frozenset({"paper", "hands"})
NOMINATION: Final = "nomination"
_SECRET: Final = frozenset({"slips", "paper"})

MOST_STANDING: Final = 12
MOST_LETTERS: Final = 20
"""Of a nickname."""

LEAST_VOTES: Final = 5
"""Of a secret vote; with fewer nobody won, and it is said so (A11)."""

LONGEST: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child who stands.

    Attributes:
        nickname: hers, as the children call her.
        picture: OpenMoji code of `candidate_pictures.SHELF`.
    """

    nickname: str = field(repr=False)
    picture: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a facilitator wants.

    Attributes:
        standing: who stands; at a nomination the one child who was nominated.
        voters: children who may vote, where slips are dealt; else 0.
        balance: whether two adults said that at least half of all posts are girls'. No gender is kept anywhere.
    """

    post: str
    way: str
    tie: Tie
    standing: tuple[Candidate, ...]
    voters: int
    ends_at: datetime
    balance: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: a code, the box it belongs to, a nickname where its words need one."""

    code: str
    at: str
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a count.

    Attributes:
        state: of the election from here on.
        left: places of who won, or of those who stand once more; empty where nobody won.
    """

    state: State
    left: tuple[int, ...] = ()


def refusals(
    opening: Opening, committee: CommitteeFacts, *, held: Collection[str], running: bool, now: datetime
) -> tuple[Refusal, ...]:
    """Everything that keeps an election from opening, at once.

    Args:
        opening: what is wanted.
        committee: whose post it is.
        held: nicknames of those who held this post last.
        running: whether there is an election for this post already.
        now: this moment.
    """
    found = [] if committee.is_open else [Refusal("committee_closed", "post")]
    if opening.post not in committee.kind.posts:
        found.append(Refusal("no_such_post", "post"))
    if opening.way not in committee.kind.ways:
        found.append(Refusal("not_this_way", "way"))
    if running:
        found.append(Refusal("runs_already", "post"))
    found += _about_standing(opening, may_nominate=NOMINATION in committee.kind.ways)
    known = {same(name) for name in held}
    found += [
        Refusal("held_before", "standing", one.nickname) for one in opening.standing if same(one.nickname) in known
    ]
    found += _about_voters(opening)
    if opening.way != NOMINATION and not now < opening.ends_at <= now + LONGEST:
        found.append(Refusal("ends_wrong", "ends_on"))
    if committee.kind.balance and not opening.balance:
        found.append(Refusal("no_balance", "balance"))
    return tuple(found)


def _about_standing(opening: Opening, *, may_nominate: bool) -> Iterator[Refusal]:
    stand = len(opening.standing)
    if not stand:
        yield Refusal("nobody_stands", "standing")
    elif opening.way == NOMINATION and stand > 1:
        yield Refusal("one_is_nominated", "standing")
    elif opening.way != NOMINATION and stand == 1:
        yield Refusal("one_stands" if may_nominate else "one_stands_alone", "standing")
    elif stand > MOST_STANDING:
        yield Refusal("too_many_stand", "standing")
    if len({same(one.nickname) for one in opening.standing}) < stand:
        yield Refusal("same_nickname", "standing")
    if len({one.picture for one in opening.standing}) < stand:
        yield Refusal("same_picture", "standing")
    if any(not tidy(one.nickname) or len(one.nickname) > MOST_LETTERS for one in opening.standing):
        yield Refusal("no_nickname", "standing")


def _about_voters(opening: Opening) -> Iterator[Refusal]:
    if opening.way != AT_THE_TABLET:
        return
    if opening.voters < 1:
        yield Refusal("no_voters", "voters")
    elif opening.voters < LEAST_VOTES:
        yield Refusal("too_few_voters", "voters")
    elif opening.voters > MOST_VOTERS:
        yield Refusal("too_many_voters", "voters")


def result(counts: Sequence[int], nobody: int, *, way: str, tie: str, draw: Callable[[Sequence[int]], int]) -> Result:
    """Who won.

    "Nobody of these" wins where it has more votes than every child who stands. Fewer than five secret votes are none.

    Args:
        counts: votes of each who stands, in their order.
        nobody: votes for nobody of these.
        way: how it was voted.
        tie: the rule that was chosen before.
        draw: draws the lot.
    """
    total, most = sum(counts) + nobody, max(counts)
    if total < (LEAST_VOTES if way in _SECRET else 1):
        return Result("too_few")
    if nobody > most:
        return Result("nobody")
    first = tuple(place for place, number in enumerate(counts) if number == most)
    if len(first) == 1:
        return Result("done", first)
    return Result("done", (draw(first),)) if tie == "lot" else Result("again", first)
