"""The time limits for each step of a report, and the deadlines that follow when it arrives or is answered. Pure.

A deadline is a whole hour since 1970 UTC, rounded up, so that nobody can read the minute of a report from it
(PRIVACY.md C, "Times"). The data files are examples and say so: a lawyer and the child advocates of the place check
them (S17, S19, S38).

Source: STANDARDS.md S9, S13: adults are alarmed when a promised day passes in silence.
"""

import tomllib
from collections.abc import Collection, Mapping
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
"""The child wrote again: somebody must answer."""

AUTHORITY: Final = "authority"
"""The law asks for a report to an authority."""

AGREE: Final = "agree"
"""A second person must agree to close the report."""

SECOND: Final = "second"
"""A question other than closing waits for a second person; its time limit is that of `agree`."""

LISTEN: Final = "listen"
"""A second person must listen to what was written down of a recording; with the same time limit."""

GO_ON: Final = "go_on"
"""No other deadline is set: somebody must do something next."""

REPRISAL_CHECKS: Final = ("trouble_2", "trouble_6")
"""Somebody must ask whether the child was treated worse since; after how many weeks, the data files say."""

STEP: Final = "step"
"""No deadline of a case, but the time until the next level is notified."""

KINDS: Final = ("ordinary", "harm", "urgent")

IN_HOURS: Final = (FIRST_LOOK, ANSWER, CHILD_WROTE, AUTHORITY, AGREE, GO_ON, STEP)
"""What a data file gives in hours, for each kind of report."""

CLOCKS: Final = (FIRST_LOOK, ANSWER, CHILD_WROTE, AUTHORITY, AGREE, SECOND, LISTEN, GO_ON, *REPRISAL_CHECKS)

_FOLDER: Final = Path(__file__).parent / "clock_data"

_WEEK: Final = 7 * 24

MAX_FIRST_LOOK: Final = 60 * 24
"""Hours until the first look, or until the next level is asked for it; more is not believed of any case."""


class InvalidDeadlines(ValueError):
    """A data file holds an impossible time limit; the message says which."""


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """The time limits of one jurisdiction.

    Attributes:
        jurisdiction: name of its data file, such as `general`.
        name: label of the jurisdiction.
        example: whether the file still says that it is an example.
        sources: laws and standards behind it, as labels.
        hours: by kind (`ordinary`, `harm`, `urgent`), then by deadline; `step` is the time until each next level is
            notified.
        trouble: hours until each reprisal check, by deadline.
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
    """The deadlines that start when a report arrives: the first look, and the first answer to the child (S13, S38).

    Args:
        rules: of the site's jurisdiction.
        harm: whether a child may be hurt.
        urgent: whether somebody may be in danger now.
        now: the moment of arrival, UTC.
    """
    return {name: deadline_after(rules, name, harm=harm, urgent=urgent, now=now) for name in (FIRST_LOOK, ANSWER)}


def deadline_after(rules: DeadlineRules, name: str, *, harm: bool, urgent: bool, now: datetime) -> int:
    """The hour at which a deadline passes that starts now.

    Args:
        rules: of the site's jurisdiction.
        name: one of `CLOCKS`, or `step`: the time until the next level is notified.
        harm: whether a child may be hurt.
        urgent: whether somebody may be in danger now.
        now: UTC.

    Raises:
        KeyError: there is no such deadline.
    """
    if name in rules.trouble:
        return hour_after(now, rules.trouble[name])
    hours = rules.hours[report_kind(harm=harm, urgent=urgent)]
    return hour_after(now, hours[AGREE if name in {SECOND, LISTEN} else name])


@cache
def deadline_rules(jurisdiction: str) -> DeadlineRules:
    """The time limits of a jurisdiction; those of `general` where it has no data file.

    Raises:
        InvalidDeadlines: the data file cannot be used.
    """
    file = _FOLDER / f"{jurisdiction}.toml"
    if jurisdiction not in jurisdictions():
        jurisdiction, file = "general", _FOLDER / "general.toml"
    return read_rules(jurisdiction, tomllib.loads(file.read_text("utf-8")))


@cache
def jurisdictions() -> tuple[str, ...]:
    """The names of all data files."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


def read_rules(jurisdiction: str, file_values: Mapping[str, Any]) -> DeadlineRules:
    """The time limits in a data file.

    Raises:
        InvalidDeadlines: a time limit is missing, or is no whole number of hours from 1 to a year (`MAX_FIRST_LOOK`).
    """
    hours = {kind: {name: _hours(jurisdiction, file_values, kind, name) for name in IN_HOURS} for kind in KINDS}
    weeks = file_values.get("trouble", {}).get("weeks", ())
    if len(weeks) != len(REPRISAL_CHECKS) or not all(isinstance(week, int) and week > 0 for week in weeks):
        raise InvalidDeadlines(f"{jurisdiction}: [trouble] weeks must be two whole numbers")
    trouble = {name: number * _WEEK for name, number in zip(REPRISAL_CHECKS, weeks, strict=True)}
    name, sources = str(file_values.get("name", jurisdiction)), tuple(file_values.get("sources", ()))
    return DeadlineRules(jurisdiction, name, bool(file_values.get("example", True)), sources, hours, trouble)


def _hours(jurisdiction: str, file_values: Mapping[str, Any], kind: str, name: str) -> int:
    value, most = file_values.get(kind, {}).get(name), MAX_FIRST_LOOK if name in {FIRST_LOOK, STEP} else 52 * _WEEK
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise InvalidDeadlines(f"{jurisdiction}: [{kind}] {name} must be a whole number of hours")
    return value


def deadline_from_now(site: Site, case: CaseState, name: str, now: datetime) -> int:
    """The hour at which a deadline of a case passes that starts now; see `deadline_after`."""
    rules = deadline_rules(site.jurisdiction)
    return deadline_after(rules, name, harm=case.harm, urgent=case.urgent, now=now)


def tightened_deadlines(site: Site, case: CaseState, now: datetime) -> Mapping[str, int]:
    """The deadlines of a case that became more serious: none is later than if the report had arrived so now."""
    rules = deadline_rules(site.jurisdiction)
    now_due = first_deadlines(rules, harm=case.harm, urgent=case.urgent, now=now)
    return {name: min(hour, now_due.get(name, hour)) for name, hour in case.clocks.items()}


_PUSHING: Final = frozenset({FIRST_LOOK, ANSWER, CHILD_WROTE, AUTHORITY, AGREE})
"""Deadlines that keep a report moving. Reprisal checks and second opinions run besides the work."""


def has_no_deadline(case: CaseState) -> bool:
    """Whether a report is open and no deadline would ever escalate it."""
    return case.state != "closed" and not (_PUSHING | {GO_ON}) & set(case.clocks)


def with_follow_up_deadline(site: Site, case: CaseState, now: datetime) -> CaseState:
    """The case after an action, with a deadline to go on where no other deadline keeps it moving.

    It is shorter while nobody has read what an adult wrote back about words that were handed over.

    Args:
        site: where.
        case: after the action.
        now: UTC.
    """
    case = case.without_clock(GO_ON)
    if not has_no_deadline(case):
        return case
    limit = CHILD_WROTE if HANDED_BACK in case.flags else GO_ON  # as soon as a message of the child is read
    return case.with_clock(GO_ON, deadline_from_now(site, case, limit, now))


def with_second_person_deadlines(site: Site, case: CaseState, now: datetime, kinds: Collection[str]) -> CaseState:
    """The case with deadlines while something waits for a second person; a running one is not postponed.

    Args:
        site: where.
        case: after the action.
        now: UTC.
        kinds: of the entries that wait for an answer.
    """
    waits = {LISTEN: "transcript" in kinds, SECOND: bool(set(kinds) - {"transcript"})}
    for name, is_waiting in waits.items():
        if not is_waiting:
            case = case.without_clock(name)
        elif name not in case.clocks:
            case = case.with_clock(name, deadline_from_now(site, case, name, now))
    return case
