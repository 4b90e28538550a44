"""How long adults may take, per kind of report and jurisdiction; data files say the hours. Pure.

A clock is a whole hour since 1970 UTC, rounded up: nobody reads the minute of a report from it (PRIVACY.md C, "Times").
The data files are examples, and say so; a lawyer and the child advocates of the place check them (S17, S19, S38).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from youthvoice.threads.case_state import hour_after

FIRST_LOOK: Final = "first_look"
ANSWER: Final = "answer"
CHILD_WROTE: Final = "child_wrote"
AUTHORITY: Final = "authority"
AGREE: Final = "agree"
SECOND: Final = "second"
"""Something else than closing waits for a second person; it has as long as `agree`."""
GO_ON: Final = "go_on"
"""Nothing else runs: until somebody goes on with it."""
TROUBLE: Final = ("trouble_2", "trouble_6")
STEP: Final = "step"

KINDS: Final = ("ordinary", "harm", "urgent")
IN_HOURS: Final = (FIRST_LOOK, ANSWER, CHILD_WROTE, AUTHORITY, AGREE, GO_ON, STEP)
CLOCKS: Final = (FIRST_LOOK, ANSWER, CHILD_WROTE, AUTHORITY, AGREE, SECOND, GO_ON, *TROUBLE)

_FOLDER: Final = Path(__file__).parent / "clock_data"
_WEEK: Final = 7 * 24


class BadClocks(ValueError):
    """A data file says something that no clock can be; the message says what."""


@dataclass(frozen=True, slots=True)
class ClockRules:
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


def kind(*, harm: bool, urgent: bool) -> str:
    """The kind of a report: `urgent` before `harm` before `ordinary`."""
    return "urgent" if urgent else "harm" if harm else "ordinary"


def first_clocks(rules: ClockRules, *, harm: bool, urgent: bool, now: datetime) -> dict[str, int]:
    """The clocks that start when a report arrives: the first look, and the first answer to the child (S13, S38).

    Args:
        rules: of the site's jurisdiction.
        harm: whether a child may be hurt.
        urgent: whether somebody may be in danger now.
        now: it arrives, UTC.
    """
    return {name: after(rules, name, harm=harm, urgent=urgent, now=now) for name in (FIRST_LOOK, ANSWER)}


def after(rules: ClockRules, name: str, *, harm: bool, urgent: bool, now: datetime) -> int:
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
    return hour_after(now, rules.hours[kind(harm=harm, urgent=urgent)][AGREE if name == SECOND else name])


@cache
def rules_of(jurisdiction: str) -> ClockRules:
    """The clocks of a jurisdiction; those of `general` where there is no such file.

    Raises:
        BadClocks: the file cannot be used.
    """
    file = _FOLDER / f"{jurisdiction}.toml"
    if jurisdiction not in jurisdictions():
        jurisdiction, file = "general", _FOLDER / "general.toml"
    return read(jurisdiction, tomllib.loads(file.read_text("utf-8")))


@cache
def jurisdictions() -> tuple[str, ...]:
    """The names of the data files that there are."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.toml")))


def read(jurisdiction: str, told: Mapping[str, Any]) -> ClockRules:
    """The clocks that a data file tells.

    Raises:
        BadClocks: a clock is missing, or is no whole number of hours from 1 to a year.
    """
    hours = {each: {name: _hours(jurisdiction, told, each, name) for name in IN_HOURS} for each in KINDS}
    weeks = told.get("trouble", {}).get("weeks", ())
    if len(weeks) != len(TROUBLE) or not all(isinstance(one, int) and one > 0 for one in weeks):
        raise BadClocks(f"{jurisdiction}: [trouble] weeks must be two whole numbers")
    trouble = {name: one * _WEEK for name, one in zip(TROUBLE, weeks, strict=True)}
    name, sources = str(told.get("name", jurisdiction)), tuple(told.get("sources", ()))
    return ClockRules(jurisdiction, name, bool(told.get("example", True)), sources, hours, trouble)


def _hours(jurisdiction: str, told: Mapping[str, Any], each: str, name: str) -> int:
    value = told.get(each, {}).get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= 52 * _WEEK:
        raise BadClocks(f"{jurisdiction}: [{each}] {name} must be a whole number of hours")
    return value
