"""How a report stands for one reader: in which group of her desk, what is next, with whom. Pure: codes, no words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from youthvoice.threads.marks import Marks, moment_of

GROUPS: Final = ("late", "today", "week", "later", "no_date", "others", "closed")
"""Codes, the most pressing first."""

CHILD: Final = -1
"""Whom it waits for, where it is the child."""

ANYBODY: Final = 0
"""The same, where whoever reads it first takes it."""

ANOTHER: Final = -2
"""The same, where anybody but herself is needed: nobody agrees to her own closing."""

STEP_OF: Final[Mapping[str, str]] = {
    "first_look": "look",
    "answer": "answer",
    "child_wrote": "answer_again",
    "authority": "authority",
    "agree": "agree",
    "trouble_2": "trouble",
    "trouble_6": "trouble",
}
"""What the clock that is over first asks for."""

WAITS_FOR_CHILD: Final = "waits_for_child"
"""Flag: something was said or asked, and the child has not written since."""

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a report stands on somebody's desk.

    Attributes:
        group: one of `GROUPS`.
        step: code of what is next, such as `answer`.
        whose: row of `people` it waits for; or `CHILD`, `ANYBODY`, `ANOTHER`.
        due: when the clock is over that is over first, UTC; None when none runs.
    """

    group: str
    step: str
    whose: int
    due: datetime | None


def standing(marks: Marks, person_id: int, now: datetime, zone: ZoneInfo) -> Standing:
    """How a report stands.

    Args:
        marks: of the report.
        person_id: whose desk it is.
        now: UTC.
        zone: of the site, whose day it is.
    """
    due = moment_of(marks.due) if marks.due is not None else None
    step = _step(marks)
    whose = _whose(marks, step, person_id)
    return Standing(_group(marks, whose in {ANYBODY, person_id}, pressing(due, now, zone)), step, whose, due)


def pressing(due: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """The group of a moment: `late`, `today`, `week`, `later`; `no_date` of none."""
    if due is None:
        return "no_date"
    if due <= now:
        return "late"
    if due.astimezone(zone).date() == now.astimezone(zone).date():
        return "today"
    return "week" if due - now < _WEEK else "later"


def first_over(marks: Marks) -> str:
    """The name of the clock that is over first; empty when none runs."""
    return min(marks.clocks, key=lambda name: (marks.clocks[name], name), default="")


def _step(marks: Marks) -> str:
    if marks.clocks:
        return STEP_OF.get(first_over(marks), "look_again")
    if marks.state == "closed":
        return "nothing"
    if WAITS_FOR_CHILD in marks.flags:
        return "child"
    return "close" if marks.day("acted") else "act"


def _whose(marks: Marks, step: str, person_id: int) -> int:
    if step == "agree":
        return ANOTHER if marks.owner == person_id else person_id
    return CHILD if step == "child" else marks.owner


def _group(marks: Marks, hers: bool, when: str) -> str:  # noqa: FBT001 - whether it waits for herself
    """What is over stands on top for everybody who reads it, whoever has it in hand."""
    if when == "late":
        return when
    if marks.state == "closed":
        return when if when == "today" else "closed"
    return when if hers else "others"
