"""No open report stands still: where nothing else runs, a clock says until when somebody goes on with it. Pure.

Source: STANDARDS.md S9, S13: silence past its date raises an alarm to adults.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from youthvoice.grievances.due_hour import over
from youthvoice.grievances.status import HANDED_BACK
from youthvoice.grievances.time_limits import AGREE, ANSWER, AUTHORITY, CHILD_WROTE, FIRST_LOOK, GO_ON, SECOND
from youthvoice.sites.store import SiteFacts
from youthvoice.threads.case_state import Marks

_PUSHING: Final = frozenset({FIRST_LOOK, ANSWER, CHILD_WROTE, AUTHORITY, AGREE})
"""Clocks that keep a report going by themselves. Checks for reprisals and second opinions run beside the work."""


def stands_still(marks: Marks) -> bool:
    """Whether a report is open and no clock would ever tell anybody."""
    return marks.state != "closed" and not (_PUSHING | {GO_ON}) & set(marks.clocks)


def kept_going(site: SiteFacts, marks: Marks, now: datetime) -> Marks:
    """How a report stands after somebody did something: with a new clock to go on, where no other pushes it.

    Args:
        site: where.
        marks: after what was done.
        now: UTC.
    """
    marks = marks.without_clock(GO_ON)
    if not stands_still(marks):
        return marks
    return marks.with_clock(GO_ON, over(site, marks, CHILD_WROTE if HANDED_BACK in marks.flags else GO_ON, now))


def asking_a_second(site: SiteFacts, marks: Marks, now: datetime, questions: Iterable[object]) -> Marks:
    """With a clock as long as a question waits for a second person; one that runs is not put off.

    Args:
        site: where.
        marks: after what was done.
        now: UTC.
        questions: those that wait.
    """
    if not any(True for _one in questions):
        return marks.without_clock(SECOND)
    return marks if SECOND in marks.clocks else marks.with_clock(SECOND, over(site, marks, SECOND, now))
