"""What is known of a representative, as a value; and what makes two nicknames the same. Pure."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Final

MOST_NICKNAME: Final = 20
_MOST_SIGNS: Final = 60  # vowel signs and joiners are no letters of their own
_TURNING: Final = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class RepFacts:
    """One representative; the fields are those of `models.Representative`, opened.

    Attributes:
        nickname: she chose it; not her name.
        picture: of `candidate_pictures.SHELF`.
        ended_on: when it ended before its time.
        why: code of the reason for that, of `term_rules.ENDINGS`, `FOLLOWED` or `ANOTHER`.
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


def tidy(nickname: str) -> str:
    """A nickname as it is kept: one form of each letter, single spaces, nothing that turns a line around.

    Joiners stay: Hindi and Persian are written with them.
    """
    plain = unicodedata.normalize("NFKC", nickname)
    kept = (sign for sign in plain if sign not in _TURNING and unicodedata.category(sign) not in {"Cc", "Cs", "Co"})
    return " ".join("".join(" " if sign.isspace() else sign for sign in kept).split())


def same(nickname: str) -> str:
    """What two nicknames have in common that nobody tells apart."""
    letters = (sign for sign in tidy(nickname).casefold() if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", "".join(letters))


def is_too_long(nickname: str) -> bool:
    """Whether a tidy nickname has more than twenty letters; signs on a letter are not counted by themselves."""
    letters = sum(unicodedata.category(sign)[0] not in "MC" for sign in nickname)
    return letters > MOST_NICKNAME or len(nickname) > _MOST_SIGNS
