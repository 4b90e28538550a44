"""Representatives as values, their pictures and nicknames, and the rules of their terms.

Posts rotate: whoever holds one does not hold it twice in a row. Source: STANDARDS S23.
"""

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Final

from youthvoice.committees.entities import Committee
from youthvoice.privacy.credentials.picture_codes import SCREENS, Picture

MAX_NICKNAME: Final = 20


_MOST_SIGNS: Final = 60  # vowel signs and joiners are no letters of their own


_TURNING: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class Representative:
    """One representative; the fields are those of `models.Representative`, opened.

    Attributes:
        nickname: she chose it; not her name.
        picture: of `rules.SHELF`.
        ended_on: when it ended before its time.
        why: code of the reason for that, of `rules.ENDINGS`, `FOLLOWED` or `ANOTHER`.
        mark: 8 bytes that are others once she has a new code.
    """

    id: bytes
    committee_id: int
    post: str
    way: str
    nickname: str
    picture: str
    starts_on: date
    ends_on: date
    ended_on: date | None
    handed_over_on: date | None
    why: str
    mark: bytes = field(repr=False)

    @property
    def key(self) -> str:
        """Her id as pages bear it, 32 hexadecimal digits."""
        return self.id.hex()

    @property
    def last_day(self) -> date:
        """The day on which her term is, or was, over."""
        return self.ended_on or self.ends_on

    def is_in_office(self, day: date) -> bool:
        """Whether she represents on a day; a term that is over ends by itself."""
        return self.ended_on is None and self.starts_on <= day <= self.ends_on


def tidy_nickname(nickname: str) -> str:
    """A nickname as it is kept: one form of each letter, single spaces, nothing that turns a line around.

    Joiners stay: Hindi and Persian are written with them.
    """
    plain = unicodedata.normalize("NFKC", nickname)
    kept = (sign for sign in plain if sign not in _TURNING and unicodedata.category(sign) not in {"Cc", "Cs", "Co"})
    return " ".join("".join(" " if sign.isspace() else sign for sign in kept).split())


def fold_nickname(nickname: str) -> str:
    """What two nicknames have in common that nobody tells apart."""
    letters = (sign for sign in tidy_nickname(nickname).casefold() if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", "".join(letters))


def is_nickname_too_long(nickname: str) -> bool:
    """Whether a tidy nickname has more than twenty letters; signs on a letter are not counted by themselves."""
    letters = sum(unicodedata.category(sign)[0] not in "MC" for sign in nickname)
    return letters > MAX_NICKNAME or len(nickname) > _MOST_SIGNS


CANDIDATE_PICTURES: Final[tuple[Picture, ...]] = tuple(one for screen in SCREENS[4:] for one in screen)


_CODES: Final = frozenset(one.code for one in CANDIDATE_PICTURES)


def is_candidate_picture(code: str) -> bool:
    """Whether a picture stands on the shelf."""
    return code in _CODES


MEMBER: Final = "member"
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
class ProposedTerm:
    """Who shall hold which post, and how she came to it; the nickname is tidy."""

    post: str
    nickname: str
    picture: str
    way: str


def propose_term(post: str, nickname: str, picture: str, way: str) -> ProposedTerm:
    """The same from what somebody typed."""
    return ProposedTerm(post, tidy_nickname(nickname), picture, way)


def number_nicknames(nickname: str) -> Iterator[str]:
    """The nickname itself, and then with a number, for whoever comes second."""
    yield nickname
    yield from (f"{nickname} {number}" for number in count(2))


def last_day_of_term(day: date, term_days: int) -> date:
    """The last day of a term that begins on a day."""
    return day + timedelta(days=term_days)


def days_left_in_term(one: Representative, day: date) -> int:
    """How many days a term has left; 0 on its last day."""
    return (one.ends_on - day).days


def find_term_refusal(
    committee: Committee, one: ProposedTerm, in_office: Collection[Representative], before: Collection[Representative]
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
    kind, nickname = committee.kind, fold_nickname(one.nickname)
    reasons = (
        ("closed", not committee.is_open),
        ("no_terms", not kind.posts or committee.term_days <= 0),
        ("no_post", one.post not in kind.posts),
        ("wrong_way", one.way not in kind.ways),
        ("nickname_missing", not any(sign.isalpha() for sign in nickname)),
        ("nickname_long", is_nickname_too_long(one.nickname)),
        ("unknown_picture", not is_candidate_picture(one.picture)),
        ("rotates", nickname in {fold_nickname(each.nickname) for each in list_last_holders(one.post, before)}),
        ("nickname_taken", nickname in {fold_nickname(each.nickname) for each in in_office}),
    )
    return next((code for code, holds in reasons if holds), None)


def list_last_holders(post: str, before: Collection[Representative]) -> list[Representative]:
    """Who held a post last, and so does not hold it next; a term that was a mistake never was.

    Args:
        post: which; of several members nobody is the last.
        before: everybody who ever held it in this committee.
    """
    real = [one for one in before if one.why != MISTAKE and post != MEMBER]
    newest = max((one.starts_on for one in real), default=None)
    return [one for one in real if one.starts_on == newest]


def is_herself(one: Representative, committee_id: int, post: str) -> bool:
    """Whether somebody in office is the child of her nickname who stands for a post of a committee.

    In one committee children know who bears a nickname; only of two who are `MANY` each needs her own.
    """
    return one.committee_id == committee_id and not one.post == post == MEMBER


def is_to_hand_over(one: Representative, day: date) -> bool:
    """Whether somebody's term is over and she has not handed over what was open, though it is not long ago."""
    if one.handed_over_on or one.why == MISTAKE or one.is_in_office(day) or one.starts_on > day:
        return False
    return (day - one.last_day).days <= HAND_OVER_DAYS


def may_take_over(new: Representative, old: Representative) -> bool:
    """Whether somebody in office is the one to whom another hands over."""
    return new.id != old.id and new.committee_id == old.committee_id and new.post == old.post
