"""How long a slip is, and how many can be dealt.

The more children are asked, the more screens a slip has: at most one in two hundred possible slips is dealt, so that a
guess seldom hits one. (With 400 of 729 dealt, every second guess would.)

Source: PRIVACY.md A11 and T8.
"""

from typing import Final

from youthvoice.privacy.credentials.picture_codes import PER_SCREEN, SCREENS

GUESSES_FOR_ONE: Final = 200
"""A random guess hits a slip at most once in this many tries, on average."""

MAX_SLIPS: Final = 4000
"""The most slips that can be dealt for one purpose."""

MIN_SLIP_LENGTH: Final = 4


def slip_length(children: int) -> int:
    """How many pictures a slip has when this many children may get one."""
    enough = (
        length for length in range(MIN_SLIP_LENGTH, len(SCREENS)) if children * GUESSES_FOR_ONE <= PER_SCREEN**length
    )
    return next(enough, len(SCREENS))
