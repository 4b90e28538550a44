"""Who is asked next where nobody answers in time. Pure.

    the owner -> the site's decision-maker -> the advocates
    the advocates -> the safeguarding leads -> the outside recipients, where a child may be hurt

Each has a day; when it has passed in silence, the next is asked. A rung on which nobody stands is left out. On the last
rung it stays until somebody answers: silence never answers anything, and never ends anything. Where a child may be hurt
everybody is asked again and again then.
Source: STANDARDS.md 9, 13 and 17.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final, Literal, get_args

Rung = Literal["owner", "decision_maker", "advocates", "leads", "outside"]
RUNGS: Final[tuple[Rung, ...]] = get_args(Rung)
"""Of all ladders, each before those above it."""

STEP_DAYS: Final = 7
"""How long each has who is asked after the owner; and the owner herself, where she could not answer before her day."""
DANGER_DAYS: Final = 2
"""The same where a child may be hurt; and so often everybody is asked again once the last was asked."""
REMIND_DAYS: Final = 3


def until(due: date, shown_on: date | None, asked_until: date | None) -> date:
    """The last day that is in time for whoever is asked now.

    Args:
        due: the day that children were told.
        shown_on: the day from which it could be answered; None where that was always.
        asked_until: the day of a higher rung; None on the owner's.
    """
    if asked_until is not None:
        return asked_until
    return due if shown_on is None or shown_on <= due else shown_on + timedelta(days=STEP_DAYS)


def climbs_to(rung: Rung, last_day: date, today: date, above: Collection[Rung], *, open_: bool = True) -> Rung | None:
    """The rung that is asked now; None while it stays where it is.

    Args:
        rung: who is asked so far.
        last_day: hers, as `until` says.
        today: at the site.
        above: the rungs of its ladder on which somebody stands; those below `rung` mean nothing.
        open_: nobody has answered, and it can be answered.
    """
    if not open_ or today <= last_day:
        return None
    higher = RUNGS[RUNGS.index(rung) + 1 :]
    return next((one for one in higher if one in above), None)


def asked_until(passed: date, today: date, days: int = STEP_DAYS) -> date:
    """The last day of whoever is asked today.

    Args:
        passed: the day that has passed in silence.
        today: later than that; much later where no work process ran.
        days: that she has.
    """
    return max(passed, today - timedelta(days=1)) + timedelta(days=days)


def reminds(last_day: date, today: date, reminded_on: date | None) -> bool:
    """Whether whoever is asked is reminded today: three days before her day and on it, once each.

    Args:
        last_day: as `until` says.
        today: at the site; a day on which no work process ran is made up for.
        reminded_on: when she was reminded last.
    """
    marks = [day for day in (last_day - timedelta(days=REMIND_DAYS), last_day) if day <= today]
    return bool(marks) and today <= last_day and (reminded_on is None or reminded_on < marks[-1])
