"""Representatives as values, their pictures and nicknames, and the rules of their terms.

Posts rotate: whoever holds one does not hold it twice in a row. Source: STANDARDS S23.
"""

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Final

from youthvoice.privacy.credentials.picture_codes import SCREENS, Picture

_TURNING: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class Representative:
    """One representative; the fields are those of `models.RepresentativeRow`, opened.

    Attributes:
        nickname: she chose it; not her name.
        picture: OpenMoji code of one of `CANDIDATE_PICTURES`.
        ended_on: when it ended before its time.
        why: code of the reason for that, of `rules.ENDINGS`, `FOLLOWED` or `ANOTHER`.
        mark: 8 bytes that are others once she has a new code.
        pictures_on: the day on which an adult last let her have pictures; None before the first time.
        pictures_by: row of that adult; 0 where nobody is known.
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
    pictures_on: date | None = None
    pictures_by: int = 0

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
    signs = (sign for sign in plain if sign not in _TURNING and unicodedata.category(sign) not in {"Cc", "Cs", "Co"})
    return " ".join("".join(" " if sign.isspace() else sign for sign in signs).split())


def fold_nickname(nickname: str) -> str:
    """What two nicknames have in common that nobody tells apart."""
    letters = (sign for sign in tidy_nickname(nickname).casefold() if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", "".join(letters))


CANDIDATE_PICTURES: Final[tuple[Picture, ...]] = tuple(one for screen in SCREENS[4:] for one in screen)

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


def number_nicknames(nickname: str) -> Iterator[str]:
    """The nickname itself, and then with a number, for whoever comes second."""
    yield nickname
    yield from (f"{nickname} {number}" for number in count(2))


def days_left_in_term(representative: Representative, day: date) -> int:
    """How many days a term has left; 0 on its last day."""
    return (representative.ends_on - day).days


def list_last_holders(post: str, before: Collection[Representative]) -> list[Representative]:
    """Who held a post last, and so does not hold it next; a term that was a mistake never was.

    Args:
        post: which; of several members nobody is the last.
        before: everybody who ever held it in this committee.
    """
    real = [representative for representative in before if representative.why != MISTAKE and post != MEMBER]
    newest = max((representative.starts_on for representative in real), default=None)
    return [representative for representative in real if representative.starts_on == newest]


def is_herself(representative: Representative, committee_id: int, post: str) -> bool:
    """Whether somebody in office is the child of her nickname who stands for a post of a committee.

    In one committee children know who bears a nickname; only of two who are `MANY` each needs her own.
    """
    return representative.committee_id == committee_id and not representative.post == post == MEMBER


def is_to_hand_over(representative: Representative, day: date) -> bool:
    """Whether somebody's term is over and she has not handed over what was open, though it is not long ago."""
    if (
        representative.handed_over_on
        or representative.why == MISTAKE
        or representative.is_in_office(day)
        or representative.starts_on > day
    ):
        return False
    return (day - representative.last_day).days <= HAND_OVER_DAYS


def may_take_over(new: Representative, old: Representative) -> bool:
    """Whether somebody in office is the one to whom another hands over."""
    return new.id != old.id and new.committee_id == old.committee_id and new.post == old.post
