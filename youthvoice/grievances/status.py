"""The status of a report for one reader, and its inbox group. Pure: codes, no texts."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from youthvoice import context
from youthvoice.threads.case_state import HANDED_BACK, WAITS_FOR_CHILD, CaseState

INBOX_GROUPS: Final = ("danger", "late", "today", "week", "later", "no_date", "others", "closed")
"""Codes of the groups, the most urgent first."""

WITH_CHILD: Final = -1
"""The report waits for the child."""

WITH_ANYBODY: Final = 0
"""The report waits for any of its readers."""

WITH_ANOTHER_PERSON: Final = -2
"""The report waits for any reader except the one who asked: nobody agrees to their own closing."""

STEP_OF: Final[Mapping[str, str]] = {
    "first_look": "look",
    "answer": "answer",
    "child_wrote": "answer_again",
    "authority": "authority",
    "agree": "agree",
    "second": "second",
    "listen": "listen",
    "trouble_2": "trouble",
    "trouble_6": "trouble",
}
"""The next step that each deadline asks for."""

_GO_ON: Final = "go_on"
"""The deadline that asks for nothing in particular: the next step follows from the case."""

_HOUR: Final = 3600

_WEEK: Final = timedelta(days=7)


class Bounds(NamedTuple):
    """The ends of three groups, in hours since 1970 UTC: overdue, due today at the site, due within a week."""

    now: float
    tonight: float
    week: float


def day_bounds(now: datetime, time_zone: str) -> Bounds:
    """The bounds at a moment, computed once for all reports of a site.

    Args:
        now: UTC.
        time_zone: of the site.
    """
    tomorrow = context.day_over(context.day_at(now, time_zone), time_zone)
    return Bounds(*(moment.timestamp() / _HOUR for moment in (now, tomorrow, now + _WEEK)))


class ReportStatus(NamedTuple):
    """The status of a report in a reader's inbox.

    Attributes:
        group: one of `INBOX_GROUPS`.
        step: code of the next step, such as `answer`.
        whose: the row of `people` that it waits for; or `WITH_CHILD`, `WITH_ANYBODY`, `WITH_ANOTHER_PERSON`.
        hour: the first deadline, in hours since 1970 UTC; None without one.
        waited: the deadline that passed and was escalated; empty without one.
    """

    group: str
    step: str
    whose: int
    hour: float | None
    waited: str = ""

    @property
    def due(self) -> datetime | None:
        """The first deadline as a moment, UTC."""
        return None if self.hour is None else datetime.fromtimestamp(self.hour * _HOUR, UTC)


def report_status(case: CaseState, person_id: int, bounds: Bounds) -> ReportStatus:
    """The status of a report for one reader.

    Args:
        case: of the report.
        person_id: the reader.
        bounds: of this moment at the site.
    """
    first = first_deadline(case)
    hour = case.clocks[first] if first else None
    step = _step(case, first)
    whose, waited = _whose(case, step, person_id), escalated_deadlines(case)[0] if case.steps else ""
    when = "late" if waited else urgency_group(hour, bounds)  # an escalated report stays overdue
    return ReportStatus(_group(case, whose in {WITH_ANYBODY, person_id}, when), step, whose, hour, waited)


def escalated_deadlines(case: CaseState) -> list[str]:
    """The names of deadlines that passed and were escalated, the most telling first."""
    return sorted(case.steps, key=(*_TELLING, *case.steps).index)


_TELLING: Final = ("first_look", "answer", "child_wrote")


def urgency_group(hour: float | None, bounds: Bounds) -> str:
    """The group of a deadline: `late`, `today`, `week`, `later`; `no_date` without a deadline."""
    if hour is None:
        return "no_date"
    if hour <= bounds.now:
        return "late"
    if hour < bounds.tonight:
        return "today"
    return "week" if hour < bounds.week else "later"


def first_deadline(case: CaseState) -> str:
    """The name of the first deadline of a case; empty without one."""
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
    if step == "listen":
        return WITH_ANYBODY  # nobody reads from the case who wrote the words
    return WITH_CHILD if step == "child" else case.owner  # without an owner 0, which is `WITH_ANYBODY`


def _group(case: CaseState, is_own: bool, when: str) -> str:  # noqa: FBT001 - whether it waits for the reader
    """The inbox group. Danger comes first until something was done, then everything overdue, whoever owns it."""
    if case.urgent and case.state != "closed" and case.day("acted") is None:
        return "danger"
    if when == "late":
        return when
    if case.state == "closed":  # due today may be a check for reprisals
        return when if when == "today" else "closed"
    return when if is_own else "others"
