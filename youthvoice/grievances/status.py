"""How a report stands for one reader, and what staff call it. Pure: codes, no words."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from youthvoice import context
from youthvoice.threads.case_state import HANDED_BACK, WAITS_FOR_CHILD, CaseState

INBOX_GROUPS: Final = ("danger", "late", "today", "week", "later", "no_date", "others", "closed")
"""Codes, the most pressing first."""

WITH_CHILD: Final = -1
"""Whom it waits for, where it is the child."""

WITH_ANYBODY: Final = 0
"""The same, where whoever reads it first takes it."""

WITH_ANOTHER_PERSON: Final = -2
"""The same, where anybody but herself is needed: nobody agrees to her own closing."""

STEP_OF: Final[Mapping[str, str]] = {
    "first_look": "look",
    "answer": "answer",
    "child_wrote": "answer_again",
    "authority": "authority",
    "agree": "agree",
    "second": "second",
    "trouble_2": "trouble",
    "trouble_6": "trouble",
}
"""What the clock that is over first asks for."""

_GO_ON: Final = "go_on"
"""The clock that asks for nothing in particular: what is next follows from how the report stands."""

_HOUR: Final = 3600

_WEEK: Final = timedelta(days=7)


class Bounds(NamedTuple):
    """Where groups end, in hours since 1970 UTC: what is over, what is due today at the site, what within a week."""

    now: float
    tonight: float
    week: float


def day_bounds(now: datetime, time_zone: str) -> Bounds:
    """The bounds of a moment, made once for all reports of a site.

    Args:
        now: UTC.
        time_zone: of the site, whose day it is.
    """
    tomorrow = context.day_over(context.day_at(now, time_zone), time_zone)
    return Bounds(*(moment.timestamp() / _HOUR for moment in (now, tomorrow, now + _WEEK)))


class ReportStatus(NamedTuple):
    """Where a report stands on somebody's inbox.

    Attributes:
        group: one of `INBOX_GROUPS`.
        step: code of what is next, such as `answer`.
        whose: row of `people` it waits for; or `WITH_CHILD`, `WITH_ANYBODY`, `WITH_ANOTHER_PERSON`.
        hour: when the clock is over that is over first, in hours since 1970 UTC; None when none runs.
        waited: the clock that was over already, and for which the next person was asked; empty where none was.
    """

    group: str
    step: str
    whose: int
    hour: float | None
    waited: str = ""

    @property
    def due(self) -> datetime | None:
        """The same as a moment, UTC."""
        return None if self.hour is None else datetime.fromtimestamp(self.hour * _HOUR, UTC)


def report_status(case: CaseState, person_id: int, bounds: Bounds) -> ReportStatus:
    """How a report stands.

    Args:
        case: of the report.
        person_id: whose desk it is.
        bounds: of this moment at the site.
    """
    first = first_deadline(case)
    hour = case.clocks[first] if first else None
    step = _step(case, first)
    whose, waited = _whose(case, step, person_id), next(iter(waited_clocks(case)), "")
    when = "late" if waited else urgency_group(hour, bounds)  # that another was asked makes nothing early
    return ReportStatus(_group(case, whose in {WITH_ANYBODY, person_id}, when), step, whose, hour, waited)


def waited_clocks(case: CaseState) -> list[str]:
    """The running clocks that were over and were handed on, the most telling first."""
    return sorted(case.steps, key=(*_TELLING, *case.steps).index)


_TELLING: Final = ("first_look", "answer", "child_wrote")


def urgency_group(hour: float | None, bounds: Bounds) -> str:
    """The group of an hour: `late`, `today`, `week`, `later`; `no_date` of none."""
    if hour is None:
        return "no_date"
    if hour <= bounds.now:
        return "late"
    if hour < bounds.tonight:
        return "today"
    return "week" if hour < bounds.week else "later"


def first_deadline(case: CaseState) -> str:
    """The name of the clock that is over first; empty when none runs."""
    return min(case.clocks, key=case.clocks.__getitem__, default="")


def _step(case: CaseState, first: str) -> str:
    if first not in {"", _GO_ON}:
        return STEP_OF.get(first, "look_again")
    if case.state == "closed":
        return "nothing"
    if HANDED_BACK in case.flags:
        return "back"
    if WAITS_FOR_CHILD in case.flags:
        return "child"
    return "close" if case.day("acted") else "act"


def _whose(case: CaseState, step: str, person_id: int) -> int:
    if step == "agree":
        return WITH_ANOTHER_PERSON if case.owner == person_id else person_id
    return WITH_CHILD if step == "child" else case.owner


def _group(case: CaseState, hers: bool, when: str) -> str:  # noqa: FBT001 - whether it waits for herself
    """Danger stands on top until something was done, then what is over; for everybody, whoever has it in hand."""
    if case.urgent and case.state != "closed" and case.day("acted") is None:
        return "danger"
    if when == "late":
        return when
    if case.state == "closed":
        return when if when == "today" else "closed"
    return when if hers else "others"


SHORT_NAME_ALPHABET: Final = "23456789BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that it never makes a word; nothing that looks like something else."""

_LETTERS: Final = 3

_READ_BYTES: Final = 8


def short_name(thread_id: bytes) -> str:
    """Three letters that come from the id alone; at a site they are nearly always different, and need not be.

    Args:
        thread_id: 16 random bytes.
    """
    number, letters = int.from_bytes(thread_id[:_READ_BYTES], "big"), ""
    for _ in range(_LETTERS):
        number, place = divmod(number, len(SHORT_NAME_ALPHABET))
        letters += SHORT_NAME_ALPHABET[place]
    return letters


def normalise_short_name(typed: str) -> str:
    """A short name as somebody typed it, in our letters; `0` and `O` and the like are left as they are."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[-_LETTERS:]
