"""When a committee meets (S25), and whether a meeting was one (S24). Pure."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from youthvoice.committees.committee_kinds import PRESETS
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings.rules import (
    Meeting,
    Minutes,
    find_too_long_fields,
    has_meeting_begun,
    is_in_rhythm,
    is_meeting_over,
    may_add_note,
    may_children_read_minutes,
    may_write_minutes,
    meeting_dates_between,
    next_meeting_dates,
    was_meeting_missed,
    why_no_meeting,
    why_not_approved,
    why_void,
)

ZONES = st.sampled_from(["Asia/Kolkata", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Africa/Kampala"])
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy's
RHYTHMS = st.integers(1, 60)
MEETING = Meeting(
    1, 1, datetime(2026, 11, 21, 10, 30, tzinfo=UTC), None, "", "planned", None, None, None, 0,
    datetime(2026, 11, 1, tzinfo=UTC), "", 1, None, None,
)  # fmt: skip
COMMITTEE = Committee(
    1, 1, "flip_club", "Club", 1, "", datetime(2026, 11, 21, 10, 30, tzinfo=UTC), 14, 3, 90, 2, None,
    date(2026, 11, 1), None,
)  # fmt: skip


def test_a_meeting_at_four_o_clock_stays_at_four_o_clock_over_daylight_saving_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 3, 14, 16, 0, tzinfo=berlin)
    found = next_meeting_dates(first, 14, "Europe/Berlin", first - timedelta(days=1), 4)
    assert [one.astimezone(berlin).strftime("%d.%m. %H:%M") for one in found] == [
        "14.03. 16:00", "28.03. 16:00", "11.04. 16:00", "25.04. 16:00",
    ]  # fmt: skip
    assert [one.hour for one in found] == [15, 15, 14, 14]


def test_a_time_that_the_clock_leaves_out_is_later_and_one_that_comes_twice_is_the_first() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = next_meeting_dates(
        datetime(2026, 3, 28, 2, 30, tzinfo=berlin), 1, "Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), 1
    )
    assert spring == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
    autumn = next_meeting_dates(
        datetime(2026, 10, 24, 2, 30, tzinfo=berlin), 1, "Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC), 1
    )
    assert autumn == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


@given(first=MOMENTS, rhythm=RHYTHMS, zone=ZONES, now=MOMENTS, number=st.integers(1, 5))
def test_dates_are_after_now_never_before_the_first_and_a_rhythm_apart(
    first: datetime, rhythm: int, zone: str, now: datetime, number: int
) -> None:
    found = next_meeting_dates(first, rhythm, zone, now, number)
    assert len(found) == number
    assert all(one > now for one in found)
    days = [one.astimezone(ZoneInfo(zone)).date() for one in found]
    assert all((later - earlier).days == rhythm for earlier, later in pairwise(days))
    begins = first.astimezone(ZoneInfo(zone)).date()
    assert days[0] >= begins
    assert (days[0] - begins).days % rhythm == 0
    assert found[0] - now <= timedelta(days=rhythm + 1, hours=2) or days[0] == begins


@given(first=MOMENTS, rhythm=RHYTHMS, zone=ZONES, now=MOMENTS)
def test_the_next_date_is_the_same_whoever_asks_earlier_and_belongs_to_the_rhythm(
    first: datetime, rhythm: int, zone: str, now: datetime
) -> None:
    one, two = next_meeting_dates(first, rhythm, zone, now, 2)
    assert next_meeting_dates(first, rhythm, zone, one, 1) == [two]
    assert is_in_rhythm(first, rhythm, zone, one)
    assert not is_in_rhythm(first, rhythm, zone, one + timedelta(minutes=1))
    assert meeting_dates_between(first, rhythm, zone, now, two) == [one, two]


def test_without_a_rhythm_there_is_only_the_first_meeting() -> None:
    first = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    assert next_meeting_dates(first, 0, "Asia/Kolkata", first - timedelta(days=1), 5) == [first]
    assert next_meeting_dates(first, 0, "Asia/Kolkata", first, 5) == []


@pytest.mark.parametrize(("hours", "missed"), [(23, False), (24, False), (25, True)])
def test_a_meeting_without_attendance_is_missed_after_a_day(hours: int, missed: bool) -> None:
    """S25."""
    assert was_meeting_missed(MEETING, MEETING.starts_at + timedelta(hours=hours)) is missed


def test_what_was_cancelled_or_missed_waits_for_nobody() -> None:
    assert not is_meeting_over(MEETING, MEETING.starts_at)
    assert is_meeting_over(replace(MEETING, state="cancelled"), MEETING.starts_at - timedelta(days=3))
    assert is_meeting_over(replace(MEETING, state="missed"), MEETING.starts_at)
    assert is_meeting_over(replace(MEETING, state="held"), MEETING.starts_at + timedelta(hours=25))


@pytest.mark.parametrize("preset", PRESETS)
@given(quorum=st.integers(0, 20), children=st.integers(0, 30))
def test_no_committee_meets_without_a_child_and_none_decides_below_its_quorum(
    preset: str, quorum: int, children: int
) -> None:
    """S24: of a village child committee, but no other meets without children either."""
    code = why_no_meeting(PRESETS[preset], quorum, children)
    assert (code == "") == (children >= 1 and children >= quorum)
    assert children or code == "no_child"


def test_minutes_are_a_draft_then_approved_then_locked() -> None:
    draft = replace(MEETING, state="held", minutes="draft")
    minutes = Minutes(talked="The stairs")
    assert may_write_minutes(draft)
    assert may_write_minutes(replace(draft, minutes="approved"))
    assert not may_write_minutes(MEETING)
    locked = replace(draft, minutes="locked")
    assert not may_write_minutes(locked)
    assert may_add_note(locked)
    assert not may_add_note(draft)
    assert [may_children_read_minutes(one) for one in (draft, replace(draft, minutes="approved"), locked)] == [
        False,
        True,
        True,
    ]
    assert why_not_approved(draft, minutes, (), 3, 3) == ""
    assert why_not_approved(draft, minutes, (), 2, 3) == "too_few_yes"
    assert why_not_approved(draft, minutes, (), 0, 0) == "too_few_yes"
    assert why_not_approved(draft, Minutes(), (), 3, 3) == "empty"
    assert why_not_approved(draft, Minutes(), ("talked",), 3, 3) == ""
    assert why_not_approved(locked, minutes, (), 9, 3) == "no_draft"
    assert find_too_long_fields(Minutes(talked="x" * 1201)) == ["talked"]


def test_what_was_cancelled_has_not_begun_and_decided_nothing() -> None:
    committee = replace(COMMITTEE, quorum=3)
    held = replace(MEETING, state="held", children=5)
    assert has_meeting_begun(held, held.starts_at)
    assert not has_meeting_begun(held, held.starts_at - timedelta(minutes=1))
    assert not has_meeting_begun(replace(held, state="cancelled"), held.starts_at)
    assert why_void(committee, held) == ""
    for state in ("cancelled", "missed", "planned"):
        assert why_void(committee, replace(held, state=state)) == "not_held"
    assert why_void(committee, replace(held, children=None)) == "not_held"


def test_a_meeting_is_weighed_by_the_quorum_of_its_day() -> None:
    """S28: whoever raises it later does not undo what was decided."""
    committee = replace(COMMITTEE, quorum=9)
    held = replace(MEETING, state="held", children=5, quorum=4)
    assert why_void(committee, held) == ""
    assert why_void(committee, replace(held, quorum=None)) == "too_few"
    assert why_void(replace(committee, quorum=2), replace(held, quorum=6)) == "too_few"
