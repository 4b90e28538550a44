"""Representatives as values, their pictures and nicknames, and the rules of their terms.

Posts rotate: nobody holds the same post twice in a row. Source: STANDARDS S23.
"""

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Final

from youthvoice.privacy.credentials.picture_codes import SCREENS, Picture

_DIRECTION_SIGNS: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class Representative:
    """One representative; the fields are those of `models.RepresentativeRow`, decrypted.

    Attributes:
        nickname: chosen by the child; not the child's name.
        picture: OpenMoji code of one of `CANDIDATE_PICTURES`.
        ended_on: the day on which the term ended early; else None.
        why: code of the reason for that: one of `ENDINGS`, `RESIGNED`, `FOLLOWED` or `ANOTHER`; else empty.
        mark: 8 bytes that change with each new picture code.
        pictures_on: the day on which an adult last gave out pictures; None before the first time.
        pictures_by: row of that adult; 0 if unknown.
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
        """The id as pages contain it, 32 hexadecimal digits."""
        return self.id.hex()

    @property
    def last_day(self) -> date:
        """The last day of the term, early end included."""
        return self.ended_on or self.ends_on

    def is_in_office(self, day: date) -> bool:
        """Whether the child is in office on a day; a term that is over ends automatically."""
        return self.ended_on is None and self.starts_on <= day <= self.ends_on


def tidy_nickname(nickname: str) -> str:
    """A nickname as it is stored: one form of each letter, single spaces, no signs that change text direction.

    Joiners stay: Hindi and Persian are written with them.
    """
    plain = unicodedata.normalize("NFKC", nickname)
    letters = (sign for sign in plain if sign not in _DIRECTION_SIGNS)
    signs = (sign for sign in letters if unicodedata.category(sign) not in {"Cc", "Cs", "Co"})
    return " ".join("".join(" " if sign.isspace() else sign for sign in signs).split())


def fold_nickname(nickname: str) -> str:
    """The common form of nicknames that nobody can tell apart."""
    letters = (sign for sign in tidy_nickname(nickname).casefold() if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", "".join(letters))


CANDIDATE_PICTURES: Final[tuple[Picture, ...]] = tuple(picture for screen in SCREENS[4:] for picture in screen)

MEMBER: Final = "member"
"""The only post that several children hold at a time; it does not rotate."""

RESIGNED: Final = "herself"
"""The child ended the term."""

MISTAKE: Final = "mistake"
"""The term was entered by mistake."""

FOLLOWED: Final = "followed"
"""Another child was chosen for the post."""

ANOTHER: Final = "another"
"""The child was chosen for another post of the committee."""

ENDINGS: Final = ("children_asked", "left", "rest", MISTAKE)
"""Why a facilitator may end a term early."""

REMIND_DAYS: Final = 14

HAND_OVER_DAYS: Final = 90
"""How long a former representative is asked to hand over open items."""


def number_nicknames(nickname: str) -> Iterator[str]:
    """The nickname itself, then with numbers, for a child whose nickname is in use."""
    yield nickname
    yield from (f"{nickname} {number}" for number in count(2))


def days_left_in_term(representative: Representative, day: date) -> int:
    """The number of days left in a term; 0 on its last day."""
    return (representative.ends_on - day).days


def list_last_holders(post: str, before: Collection[Representative]) -> list[Representative]:
    """The last holders of a post, who cannot be chosen for it again; a term ended as a mistake does not count.

    Args:
        post: the post; `member` has no last holder.
        before: all who ever held it in this committee.
    """
    real = [representative for representative in before if representative.why != MISTAKE and post != MEMBER]
    newest = max((representative.starts_on for representative in real), default=None)
    return [representative for representative in real if representative.starts_on == newest]


def is_same_child(representative: Representative, committee_id: int, post: str) -> bool:
    """Whether a representative is the same child as a candidate of the same nickname in a committee.

    Within one committee a nickname means one child. Only members are several, so each needs a nickname of their own.
    """
    return representative.committee_id == committee_id and not (representative.post == MEMBER and post == MEMBER)


def is_to_hand_over(representative: Representative, day: date) -> bool:
    """Whether a term ended, not long ago, and the child has not handed over open items."""
    if (
        representative.handed_over_on
        or representative.why == MISTAKE
        or representative.is_in_office(day)
        or representative.starts_on > day
    ):
        return False
    return (day - representative.last_day).days <= HAND_OVER_DAYS


def may_take_over(new: Representative, old: Representative) -> bool:
    """Whether a representative in office takes over from a former one."""
    return new.id != old.id and new.committee_id == old.committee_id and new.post == old.post
