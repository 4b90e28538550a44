"""How long an advocate may keep a suggestion back, and which items it may be counted for. Pure."""

from datetime import date, timedelta
from typing import Final

MAX_HOLD_DAYS: Final = 14

USUAL_HOLD_DAYS: Final = 2

JOINABLE_STATES: Final = frozenset({"on_agenda", "discussed", "with_adults", "answered"})
"""States of an item that a suggestion may be counted for, as one more "me too"."""


def may_hold_until(until: date, today: date, last_day: date | None = None) -> bool:
    """Whether a suggestion may be on hold until a day; today and the last of `MAX_HOLD_DAYS` are possible.

    Args:
        until: the day by which it is decided.
        today: at the site.
        last_day: of a site that closes.
    """
    latest = today + timedelta(days=MAX_HOLD_DAYS)
    return today <= until <= min(latest, last_day or latest)
