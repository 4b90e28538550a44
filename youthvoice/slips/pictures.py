"""What a slip is: one picture of each of four to seven screens of nine. Pure.

The more children are asked, the more screens: of all slips there could be, at most one in two hundred is dealt, so that
a guess seldom hits one (four hundred of 729 were hit by every second guess). Source: PRIVACY.md A1 and T8.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Final

from youthvoice.privacy.credentials.picture_codes import PER_SCREEN, SCREENS, Picture

GUESSES_FOR_ONE: Final = 200
"""How many guesses hit one slip on average, at least."""

MOST: Final = 4000
"""Slips that can be dealt for one purpose."""

SHORTEST: Final = 4

Picks = tuple[int, ...]
"""Which picture of each screen, 0 to 8."""


def length_for(children: int) -> int:
    """How many pictures a slip has where so many children may get one."""
    enough = (length for length in range(SHORTEST, len(SCREENS)) if children * GUESSES_FOR_ONE <= PER_SCREEN**length)
    return next(enough, len(SCREENS))


def fields(length: int) -> tuple[str, ...]:
    """What the boxes of a page are called, one a screen; their values are digits, 0 to 8."""
    return tuple(f"slip/{nth}" for nth in range(1, length + 1))


def screens(length: int) -> tuple[tuple[Picture, ...], ...]:
    """The screens that a child taps on, in order."""
    return SCREENS[:length]


def pictures(picks: Picks) -> tuple[Picture, ...]:
    """The pictures on one slip."""
    return tuple(screen[pick] for screen, pick in zip(SCREENS, picks, strict=False))


def read(picks: Sequence[str], length: int) -> Picks | None:
    """The slip that a form brings; None where it is none."""
    if len(picks) != length or not all(len(pick) == 1 and pick in "012345678" for pick in picks):
        return None
    return tuple(int(pick) for pick in picks)


def hash_of(pepper: bytes, of: str, picks: Picks) -> bytes:
    """What is kept of a slip.

    Args:
        pepper: the key `pepper`, 32 bytes.
        of: what it is for.
        picks: its pictures.

    Returns:
        32 bytes; for another purpose the same pictures are others.
    """
    return hmac.digest(pepper, b"youthvoice/1|slip|" + f"{of}|".encode() + bytes(picks), hashlib.sha256)


def drawn(pepper: bytes, of: str, number: int, length: int, spent: Collection[bytes]) -> list[Picks]:
    """As many different slips, at random and in no order; none of those that were spent already.

    Raises:
        ValueError: more than there are.
    """
    tried = secrets.SystemRandom().sample(range(PER_SCREEN**length), number + len(spent))
    free = (picks for picks in (_picks(nth, length) for nth in tried) if hash_of(pepper, of, picks) not in spent)
    return list(islice(free, number))


def _picks(number: int, length: int) -> Picks:
    picks = []
    for _ in range(length):
        number, pick = divmod(number, PER_SCREEN)
        picks.append(pick)
    return tuple(picks)
