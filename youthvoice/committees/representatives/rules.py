"""Terms of representatives: how long they are, who may hold a post, how they end. Pure; codes, no words.

Posts rotate: whoever holds one does not hold it twice in a row. Source: STANDARDS S23.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Final

from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.representatives.candidate_pictures import is_one
from youthvoice.committees.representatives.entities import RepFacts, is_too_long, same, tidy

MANY: Final = "member"
"""The one post that several hold at a time; it does not rotate."""

HERSELF: Final = "herself"
MISTAKE: Final = "mistake"
FOLLOWED: Final = "followed"
ANOTHER: Final = "another"
"""She was chosen for another post of her committee."""

ENDINGS: Final = ("children_asked", "left", "rest", MISTAKE)
"""Why a facilitator may end a term early."""

REMIND_DAYS: Final = 14
HAND_OVER_DAYS: Final = 90
"""How long somebody is asked to hand over what is open."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who shall hold which post, and how she came to it; the nickname is tidy."""

    post: str
    nickname: str
    picture: str
    way: str


def wanted(post: str, nickname: str, picture: str, way: str) -> Wanted:
    """The same from what somebody typed."""
    return Wanted(post, tidy(nickname), picture, way)


def numbered(nickname: str) -> Iterator[str]:
    """The nickname itself, and then with a number, for whoever comes second."""
    yield nickname
    yield from (f"{nickname} {number}" for number in count(2))


def last_day(day: date, term_days: int) -> date:
    """The last day of a term that begins on a day."""
    return day + timedelta(days=term_days)


def days_left(one: RepFacts, day: date) -> int:
    """How many days a term has left; 0 on its last day."""
    return (one.ends_on - day).days


def refusal(
    committee: CommitteeFacts, one: Wanted, in_office: Collection[RepFacts], before: Collection[RepFacts]
) -> str | None:
    """Why somebody may not hold a post; None when she may.

    Args:
        committee: hers.
        one: who, and which post.
        in_office: everybody who represents at the site on that day.
        before: everybody who ever held the post in this committee.

    Returns:
        `closed`, `no_terms`, `no_post`, `wrong_way`, `nickname_missing`, `nickname_long`, `unknown_picture`,
        `nickname_taken`, `rotates` or None.
    """
    kind, nickname = committee.kind, same(one.nickname)
    reasons = (
        ("closed", not committee.is_open),
        ("no_terms", not kind.posts or committee.term_days <= 0),
        ("no_post", one.post not in kind.posts),
        ("wrong_way", one.way not in kind.ways),
        ("nickname_missing", not any(sign.isalpha() for sign in nickname)),
        ("nickname_long", is_too_long(one.nickname)),
        ("unknown_picture", not is_one(one.picture)),
        ("rotates", nickname in {same(each.nickname) for each in held_last(one.post, before)}),
        ("nickname_taken", nickname in {same(each.nickname) for each in in_office}),
    )
    return next((code for code, holds in reasons if holds), None)


def held_last(post: str, before: Collection[RepFacts]) -> list[RepFacts]:
    """Who held a post last, and so does not hold it next; a term that was a mistake never was.

    Args:
        post: which; of several members nobody is the last.
        before: everybody who ever held it in this committee.
    """
    real = [one for one in before if one.why != MISTAKE and post != MANY]
    newest = max((one.starts_on for one in real), default=None)
    return [one for one in real if one.starts_on == newest]


def is_herself(one: RepFacts, committee_id: int, post: str) -> bool:
    """Whether somebody in office is the child of her nickname who stands for a post of a committee.

    In one committee children know who bears a nickname; only of two who are `MANY` each needs her own.
    """
    return one.committee_id == committee_id and not one.post == post == MANY


def is_to_hand_over(one: RepFacts, day: date) -> bool:
    """Whether somebody's term is over and she has not handed over what was open, though it is not long ago."""
    if one.handed_over_on or one.why == MISTAKE or one.is_in_office(day) or one.starts_on > day:
        return False
    return (day - one.last_day).days <= HAND_OVER_DAYS


def may_take_over(new: RepFacts, old: RepFacts) -> bool:
    """Whether somebody in office is the one to whom another hands over."""
    return new.id != old.id and new.committee_id == old.committee_id and new.post == old.post
