"""How long adults may take with a report, and the deadlines that follow when one is read or answered. Pure.

A clock is a whole hour since 1970 UTC, rounded up: nobody reads the minute of a report from it (PRIVACY.md C, "Times").
The data files are examples, and say so; a lawyer and the child advocates of the place check them (S17, S19, S38).

Source: STANDARDS.md S9, S13: silence past its date raises an alarm to adults.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from youthvoice.sites.store import Site
from youthvoice.threads.case_state import HANDED_BACK, CaseState, hour_after

FIRST_LOOK: Final = "first_look"

ANSWER: Final = "answer"

CHILD_WROTE: Final = "child_wrote"

AUTHORITY: Final = "authority"

AGREE: Final = "agree"

SECOND: Final = "second"
"""Something else than closing waits for a second person; it has as long as `agree`."""

GO_ON: Final = "go_on"
"""Nothing else runs: until somebody goes on with it."""

REPRISAL_CHECKS: Final = ("trouble_2", "trouble_6")

STEP: Final = "step"

KINDS: Final = ("ordinary", "harm", "urgent")

IN_HOURS: Final = (FIRST_LOOK, ANSWER, CHILD_WROTE, AUTHORITY, AGREE, GO_ON, STEP)

CLOCKS: Final = (FIRST_LOOK, ANSWER, CHILD_WROTE, AUTHORITY, AGREE, SECOND, GO_ON, *REPRISAL_CHECKS)

_FOLDER: Final = Path(__file__).parent / "clock_data"

_WEEK: Final = 7 * 24


class InvalidDeadlines(ValueError):
    """A data file says something that no clock can be; the message says what."""


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """The clocks of one jurisdiction.

    Attributes:
        jurisdiction: name of its data file, such as `general`.
        name: as people call it.
        example: whether the file still says that it is an example.
        sources: laws and standards it goes by, as labels.
        hours: by kind (`ordinary`, `harm`, `urgent`), then by clock, and `step` for each hand-over after one is over.
        trouble: hours until each reprisal check, by clock.
    """

    jurisdiction: str
    name: str
    example: bool
    sources: tuple[str, ...]
    hours: Mapping[str, Mapping[str, int]]
    trouble: Mapping[str, int]


def report_kind(*, harm: bool, urgent: bool) -> str:
    """The kind of a report: `urgent` before `harm` before `ordinary`."""
    return "urgent" if urgent else "harm" if harm else "ordinary"


def first_deadlines(rules: DeadlineRules, *, harm: bool, urgent: bool, now: datetime) -> dict[str, int]:
    """The clocks that start when a report arrives: the first look, and the first answer to the child (S13, S38).

    Args:
        rules: of the site's jurisdiction.
        harm: whether a child may be hurt.
        urgent: whether somebody may be in danger now.
        now: it arrives, UTC.
    """
    return {name: deadline_after(rules, name, harm=harm, urgent=urgent, now=now) for name in (FIRST_LOOK, ANSWER)}


def deadline_after(rules: DeadlineRules, name: str, *, harm: bool, urgent: bool, now: datetime) -> int:
    """When a clock that starts now is over.

    Args:
        rules: of the site's jurisdiction.
        name: one of `CLOCKS`, or `step`: until the next person is told after a clock was over.
        harm: whether a child may be hurt.
        urgent: whether somebody may be in danger now.
        now: UTC.

    Raises:
        KeyError: there is no such clock.
    """
    if name in rules.trouble:
        return hour_after(now, rules.trouble[name])
    return hour_after(now, rules.hours[report_kind(harm=harm, urgent=urgent)][AGREE if name == SECOND else name])


@cache
def deadline_rules(jurisdiction: str) -> DeadlineRules:
    """The clocks of a jurisdiction; those of `general` where there is no such file.

    Raises:
        InvalidDeadlines: the file cannot be used.
    """
    file = _FOLDER / f"{jurisdiction}.toml"
    if jurisdiction not in jurisdictions():
        jurisdiction, file = "general", _FOLDER / "general.toml"
    return read_rules(jurisdiction, tomllib.loads(file.read_text("utf-8")))


@cache
def jurisdictions() -> tuple[str, ...]:
    """The names of the data files that there are."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


def read_rules(jurisdiction: str, told: Mapping[str, Any]) -> DeadlineRules:
    """The clocks that a data file tells.

    Raises:
        InvalidDeadlines: a clock is missing, or is no whole number of hours from 1 to a year.
    """
    hours = {each: {name: _hours(jurisdiction, told, each, name) for name in IN_HOURS} for each in KINDS}
    weeks = told.get("trouble", {}).get("weeks", ())
    if len(weeks) != len(REPRISAL_CHECKS) or not all(isinstance(week, int) and week > 0 for week in weeks):
        raise InvalidDeadlines(f"{jurisdiction}: [trouble] weeks must be two whole numbers")
    trouble = {name: one * _WEEK for name, one in zip(REPRISAL_CHECKS, weeks, strict=True)}
    name, sources = str(told.get("name", jurisdiction)), tuple(told.get("sources", ()))
    return DeadlineRules(jurisdiction, name, bool(told.get("example", True)), sources, hours, trouble)


def _hours(jurisdiction: str, told: Mapping[str, Any], each: str, name: str) -> int:
    value = told.get(each, {}).get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 52 * _WEEK:
        raise InvalidDeadlines(f"{jurisdiction}: [{each}] {name} must be a whole number of hours")
    return value


def deadline_from_now(site: Site, case: CaseState, name: str, now: datetime) -> int:
    """The hour at which a clock is over that starts now; see `time_limits.deadline_after`."""
    rules = deadline_rules(site.jurisdiction)
    return deadline_after(rules, name, harm=case.harm, urgent=case.urgent, now=now)


def tightened_deadlines(site: Site, case: CaseState, now: datetime) -> Mapping[str, int]:
    """The running clocks of a report that has just become graver: none of them later than if it had come so."""
    rules = deadline_rules(site.jurisdiction)
    now_due = first_deadlines(rules, harm=case.harm, urgent=case.urgent, now=now)
    return {name: min(hour, now_due.get(name, hour)) for name, hour in case.clocks.items()}


_PUSHING: Final = frozenset({FIRST_LOOK, ANSWER, CHILD_WROTE, AUTHORITY, AGREE})
"""Clocks that keep a report going by themselves. Checks for reprisals and second opinions run beside the work."""


def has_no_deadline(case: CaseState) -> bool:
    """Whether a report is open and no clock would ever tell anybody."""
    return case.state != "closed" and not (_PUSHING | {GO_ON}) & set(case.clocks)


def with_follow_up_deadline(site: Site, case: CaseState, now: datetime) -> CaseState:
    """How a report stands after somebody did something: with a new clock to go on, where no other pushes it.

    Args:
        site: where.
        case: after what was done.
        now: UTC.
    """
    case = case.without_clock(GO_ON)
    if not has_no_deadline(case):
        return case
    return case.with_clock(
        GO_ON, deadline_from_now(site, case, CHILD_WROTE if HANDED_BACK in case.flags else GO_ON, now)
    )


def with_second_opinion_deadline(site: Site, case: CaseState, now: datetime, questions: Iterable[object]) -> CaseState:
    """With a clock as long as a question waits for a second person; one that runs is not put off.

    Args:
        site: where.
        case: after what was done.
        now: UTC.
        questions: those that wait.
    """
    if not any(True for _one in questions):
        return case.without_clock(SECOND)
    return case if SECOND in case.clocks else case.with_clock(SECOND, deadline_from_now(site, case, SECOND, now))
