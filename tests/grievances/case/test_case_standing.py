"""Where a report stands on somebody's desk."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from youthvoice.grievances.status import (
    WITH_ANOTHER_PERSON,
    WITH_ANYBODY,
    WITH_CHILD,
    day_bounds,
    report_status,
    urgency_group,
)
from youthvoice.threads.case_state import WAITS_FOR_CHILD, CaseState, hour_after

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
INDIA = "Asia/Kolkata"
ASHA, RAVI = 7, 8


def at(hours: float, name: str = "answer") -> dict[str, int]:
    return {name: hour_after(NOW, hours)}


def group(case: CaseState, person: int = ASHA, now: datetime = NOW) -> str:
    return report_status(case, person, day_bounds(now, INDIA)).group


@pytest.mark.parametrize(
    ("hours", "code"), [(-50, "late"), (0, "late"), (9, "today"), (10, "week"), (167, "week"), (168, "later")]
)
def test_the_clock_gives_the_group_and_the_day_is_the_sites(hours: float, code: str) -> None:
    """Nine in the morning UTC is half past two there: the day ends in nine and a half hours."""
    assert group(CaseState(state="open", clocks=at(hours))) == code


def test_at_midnight_of_the_site_another_day_begins_and_after_seven_days_exactly_another_week() -> None:
    bounds = day_bounds(NOW, INDIA)
    assert bounds.tonight * 3600 == datetime(2026, 11, 25, tzinfo=ZoneInfo(INDIA)).timestamp()
    assert [urgency_group(bounds.tonight - 0.01, bounds), urgency_group(bounds.tonight, bounds)] == ["today", "week"]
    assert [urgency_group(bounds.week - 0.01, bounds), urgency_group(bounds.week, bounds)] == ["week", "later"]
    assert [urgency_group(bounds.now, bounds), urgency_group(bounds.now + 0.01, bounds)] == ["late", "today"]
    assert urgency_group(None, bounds) == "no_date"


def test_what_is_over_stands_on_top_for_everybody_and_what_is_not_with_whoever_has_it() -> None:
    case = CaseState(state="open", owner=RAVI, clocks=at(5))
    assert (group(case, RAVI), group(case, ASHA)) == ("today", "others")
    assert group(case, ASHA, NOW + timedelta(hours=6)) == "late"


def test_the_clock_that_is_over_first_says_what_is_next() -> None:
    case = CaseState(clocks=at(30) | at(2, "first_look"))
    assert report_status(case, ASHA, day_bounds(NOW, INDIA)).step == "look"
    assert report_status(case.without_clock("first_look"), ASHA, day_bounds(NOW, INDIA)).step == "answer"


def test_nobody_agrees_to_her_own_closing() -> None:
    case = CaseState(state="asked", owner=ASHA, clocks=at(50, "agree"))
    hers, his = (report_status(case, person, day_bounds(NOW, INDIA)) for person in (ASHA, RAVI))
    assert (hers.group, hers.whose) == ("others", WITH_ANOTHER_PERSON)
    assert (his.group, his.whose, his.step) == ("week", RAVI, "agree")


def test_after_an_answer_it_waits_for_the_child_and_then_for_something_to_be_done() -> None:
    case = CaseState(state="open", flags=(WAITS_FOR_CHILD,))
    found = report_status(case, ASHA, day_bounds(NOW, INDIA))
    assert (found.group, found.step, found.whose) == ("others", "child", WITH_CHILD)
    free = report_status(case.unflagged(WAITS_FOR_CHILD), ASHA, day_bounds(NOW, INDIA))
    assert (free.group, free.step, free.whose) == ("no_date", "act", WITH_ANYBODY)
    done = report_status(case.unflagged(WAITS_FOR_CHILD).on("acted", NOW.date()), ASHA, day_bounds(NOW, INDIA))
    assert done.step == "close"


def test_what_is_closed_comes_back_when_its_check_is_due() -> None:
    """S16."""
    case = CaseState(state="closed", clocks=at(14 * 24, "trouble_2") | at(42 * 24, "trouble_6"))
    assert group(case) == "closed"
    later = report_status(case, ASHA, day_bounds(NOW + timedelta(days=14), INDIA))
    assert (later.group, later.step) == ("late", "trouble")
    assert group(CaseState(state="closed")) == "closed"
