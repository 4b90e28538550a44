"""What a child can pick when something was good, and how long the board says why something is not there. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

TOPICS: Final[Mapping[str, str]] = {
    "food": "1F958",
    "sleep": "1F6CF",
    "play": "1F6DD",
    "friend": "1F9D1-200D-1F91D-200D-1F9D1",
    "adult": "1FAF6",
    "lesson": "1F4DA",
    "mended": "1F527",
    "proud": "1F31F",
    "other": "1F4AC",
}
"""Codes of what was good, and their pictures."""

MAX_TOPICS: Final = 2

BOARD: Final = "board"
ONE_ADULT: Final = "adult"
ADVOCATE_ONLY: Final = "advocate"
DESTINATIONS: Final[Mapping[str, str]] = {BOARD: "we-did", ONE_ADULT: "1F490", ADVOCATE_ONLY: "1F512"}
"""Where a child wants it to go, and the pictures."""

PASSED_ON: Final = frozenset({BOARD, ONE_ADULT})
"""Destinations to which an adult's sentence goes."""

MAX_WORDS_CHARACTERS: Final = 600
"""Of a child's own text."""

MAX_BOARD_CHARACTERS: Final = 120
"""Of an adult's sentence on the board."""

WHY_NOT: Final = ("shows_who", "there_already", "hurts")
"""Why something is not on the board: it shows who said it, is there already, or hurts somebody."""

THANKS_WEEKS: Final = 4
"""Whole weeks in which an adult finds a thank-you, from the one after two adults agreed."""

WHY_NOT_WEEKS: Final = 3
"""Weeks in which the board says it, the first and the last perhaps only in part: two whole ones at least."""


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())
