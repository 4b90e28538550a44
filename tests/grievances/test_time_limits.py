"""How long adults may take (S13, S17, S19, S38): read from files that are marked as examples."""

import copy
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from youthvoice.grievances import time_limits
from youthvoice.grievances.time_limits import (
    CLOCKS,
    KINDS,
    MAX_FIRST_LOOK,
    InvalidDeadlines,
    deadline_after,
    deadline_rules,
    first_deadlines,
    read_rules,
)
from youthvoice.sites.forms import JURISDICTIONS
from youthvoice.threads.case_state import moment_of

NOW = datetime(2026, 11, 24, 9, 7, tzinfo=UTC)
FOLDER = Path(time_limits.__file__).parent / "clock_data"


def general() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "general.toml").read_text("utf-8"))


def test_a_site_can_choose_exactly_the_files_that_exist() -> None:
    assert set(JURISDICTIONS) == set(time_limits.jurisdictions()) == {file.stem for file in FOLDER.glob("*.toml")}


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_file_says_that_it_is_an_example_and_names_its_sources(jurisdiction: str) -> None:
    rules = deadline_rules(jurisdiction)
    assert rules.example
    assert len(rules.sources) >= 2
    assert "EXAMPLE" in (FOLDER / f"{jurisdiction}.toml").read_text("utf-8").splitlines()[0]


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_more_pressing_a_report_the_sooner_every_clock_is_over(jurisdiction: str) -> None:
    rules = deadline_rules(jurisdiction)
    for name in time_limits.IN_HOURS:
        ordinary, harm, urgent = (rules.hours[kind][name] for kind in KINDS)
        assert ordinary >= harm >= urgent, name


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_clock_can_be_started_for_every_kind(jurisdiction: str) -> None:
    for name in (*CLOCKS, "step"):
        for harm, urgent in ((False, False), (True, False), (False, True), (True, True)):
            assert (
                moment_of(deadline_after(deadline_rules(jurisdiction), name, harm=harm, urgent=urgent, now=NOW)) > NOW
            )


def test_a_report_starts_with_a_first_look_and_an_answer_rounded_up_to_the_hour() -> None:
    clocks = first_deadlines(deadline_rules("general"), harm=False, urgent=False, now=NOW)
    assert {name: moment_of(hour) for name, hour in clocks.items()} == {
        "first_look": datetime(2026, 11, 25, 10, 0, tzinfo=UTC),
        "answer": datetime(2026, 11, 27, 10, 0, tzinfo=UTC),
    }


def test_somebody_in_danger_comes_before_harm() -> None:
    hours = deadline_rules("general").hours
    clocks = first_deadlines(deadline_rules("general"), harm=True, urgent=True, now=NOW.replace(minute=0))
    assert moment_of(clocks["first_look"]) == NOW.replace(minute=0) + timedelta(hours=hours["urgent"]["first_look"])


def test_reprisal_is_asked_about_after_two_and_six_weeks() -> None:
    whole = NOW.replace(minute=0)
    for name, weeks in (("trouble_2", 2), ("trouble_6", 6)):
        found = deadline_after(deadline_rules("england"), name, harm=True, urgent=False, now=whole)
        assert moment_of(found) == whole + timedelta(weeks=weeks)


def test_a_site_whose_file_is_gone_goes_by_the_general_one() -> None:
    assert deadline_rules("atlantis") == deadline_rules("general")
    assert deadline_rules("../general").jurisdiction == "general"


@pytest.mark.parametrize("wrong", [None, 0, -1, 1.5, "4", True, 10**6])
def test_a_file_with_a_clock_that_cannot_be_is_refused_by_name(wrong: object) -> None:
    told = copy.deepcopy(general())
    told["harm"]["answer"] = wrong
    with pytest.raises(InvalidDeadlines, match=r"\[harm\] answer"):
        read_rules("general", told)


@pytest.mark.parametrize("name", ["first_look", "step"])
def test_a_file_whose_first_look_would_be_taken_for_a_wrong_clock_is_refused(name: str) -> None:
    values = copy.deepcopy(general())
    values["ordinary"][name] = MAX_FIRST_LOOK
    assert read_rules("general", values).hours["ordinary"][name] == MAX_FIRST_LOOK
    values["ordinary"][name] += 1
    with pytest.raises(InvalidDeadlines, match=rf"\[ordinary\] {name}"):
        read_rules("general", values)


def test_a_file_without_both_reprisal_checks_is_refused() -> None:
    with pytest.raises(InvalidDeadlines, match="weeks"):
        read_rules("general", {**general(), "trouble": {"weeks": [2]}})


def test_a_file_that_does_not_say_whether_it_was_checked_is_an_example() -> None:
    """S19: clocks that no lawyer has looked at must not look as if one had."""
    told = general()
    told.pop("example", None)
    assert read_rules("general", told).example
    assert not read_rules("general", {**told, "example": False}).example
