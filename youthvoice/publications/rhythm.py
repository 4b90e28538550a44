"""The rhythms of letters and their audiences: when a letter is due. Pure."""

from datetime import date, timedelta
from typing import Final

ON_PUBLICATION: Final = "on_publication"

RHYTHMS: Final = (ON_PUBLICATION, "weekly", "monthly", "quarterly")

ADDRESS_KINDS: Final = ("guardian", "family", "committee")
"""Who reads at an address: a legal guardian, other family, the committee that inspects the site."""

FAMILIES: Final = ("guardian", "family")

STAFF_AUDIENCES: Final = {
    "review": frozenset({"reviewer"}),
    "staff": frozenset({"facilitator", "safeguarding_lead", "coordinator"}),
}
"""Roles that get a mail to sign in: a notice to staff has no content (S22)."""

AUDIENCES: Final = (*ADDRESS_KINDS, *STAFF_AUDIENCES)


def period_start(rhythm: str, day: date) -> date:
    """The first day of the period of a day; what came before is due from then on.

    Args:
        rhythm: one of `RHYTHMS`; on publication every day is a period.
        day: at the site.
    """
    if rhythm == "weekly":
        return day - timedelta(days=day.weekday())
    if rhythm == "monthly":
        return day.replace(day=1)
    if rhythm == "quarterly":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day


def next_start(rhythm: str, day: date) -> date:
    """The first day of the period after the one of a day: when the next letter is due."""
    start = period_start(rhythm, day)
    if rhythm == "weekly":
        return start + timedelta(days=7)
    if rhythm in {"monthly", "quarterly"}:
        a_day_of_the_next = start + timedelta(days=32 if rhythm == "monthly" else 95)
        return period_start(rhythm, a_day_of_the_next)
    return start + timedelta(days=1)


def first_done(rhythm: str, day: date) -> date:
    """The period that counts as done when a rhythm is set: the first letter goes when the running period is over.

    On publication the first letter goes the same day.
    """
    return day - timedelta(days=1) if rhythm == ON_PUBLICATION else period_start(rhythm, day)


def last_day_covered(rhythm: str, start: date) -> date:
    """The last day whose views and answers a letter covers.

    Args:
        rhythm: one of `RHYTHMS`.
        start: as `period_start` on the day it is sent.
    """
    return start if rhythm == ON_PUBLICATION else start - timedelta(days=1)
