"""What ends with its month, and what lives on. Pure.

Source: PRIVACY.md C, "Ends": extending re-wraps; records of abuse or of a report to an authority never end by a timer.
"""

from datetime import date, datetime, timedelta
from typing import Final

from youthvoice.privacy.keys.names import month_name
from youthvoice.threads.case_state import Marks

HELD: Final = "held"
"""Flag: two advocates said that it is kept, such as for a court."""

WAS_HARM: Final = "was_harm"
"""Flag: a child may have been hurt, or it was grave, before somebody weighed it otherwise; two people take it away."""

GRAVE: Final = 3
"""Severity of what hurt somebody badly, whatever was picked at first."""

_RECORDS: Final = frozenset({HELD, WAS_HARM, "authority", "trouble"})
_TO_WORK_WITH: Final = timedelta(days=365)
_AHEAD: Final = 2
"""Months before its end in which a thread that lives on gets a later one: so long a backup opens after it."""

_LONGER: Final = 6
"""Months by which that later one lies behind the last in which it would have to be given."""


def lives_on(marks: Marks) -> bool:
    """Whether a thread outlives its month: it is open, a clock runs, or it is a record that no timer ends."""
    if marks.state != "closed" or marks.clocks:
        return True
    return marks.harm or marks.severity >= GRAVE or bool(_RECORDS & set(marks.flags))


def letter_lives_on(looked_at_on: date | None, *, held: bool, box: str = "survey") -> bool:
    """Whether a letter outlives its month: nobody ever looked at it, or it is on hold; a suggestion until decided."""
    return held or looked_at_on is None or box == "agenda"


def item_lives_on(day: date, now: datetime) -> bool:
    """Whether something that was handed to an adult outlives its month: she has a year to work with it."""
    return day > (now - _TO_WORK_WITH).date()


def is_over(month: str, now: datetime) -> bool:
    """Whether a month, such as `2029-11`, has ended everywhere on earth."""
    return month < month_name((now - timedelta(days=1)).date())


def near(now: datetime) -> str:
    """What lives on under this month, or an earlier one, is given a later one."""
    return _in_months(now, _AHEAD)


def later(now: datetime) -> str:
    """The month that it gets."""
    return _in_months(now, _AHEAD + _LONGER)


def _in_months(now: datetime, number: int) -> str:
    months = now.year * 12 + now.month - 1 + number
    return f"{months // 12:04}-{months % 12 + 1:02}"
