"""Who is asked where nobody answers: the rungs only as they are drawn, and silence answers nothing (S9, S13)."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from youthvoice.accountability.rules import RUNGS, Rung, answer_deadline, deadline_of_level, is_reminder_due, next_level

DUE = date(2026, 6, 12)
DRAWN = {("owner", "decision_maker"), ("owner", "advocates"), ("decision_maker", "advocates")}
WITHOUT_HER: tuple[Rung, ...] = ("advocates",)
WITH_HER: tuple[Rung, ...] = ("decision_maker", "advocates")


def after(days: int) -> date:
    return DUE + timedelta(days=days)


def test_on_the_day_itself_nobody_else_is_asked() -> None:
    assert next_level("owner", DUE, DUE, WITH_HER) is None
    assert next_level("owner", DUE, after(1), WITH_HER) == "decision_maker"


def test_a_site_without_a_decision_maker_asks_the_advocates_at_once() -> None:
    assert next_level("owner", DUE, after(1), WITHOUT_HER) == "advocates"


def test_where_a_child_may_be_hurt_a_rung_without_anybody_is_left_out() -> None:
    """S17."""
    both: tuple[Rung, ...] = ("leads", "outside")
    assert next_level("owner", DUE, after(1), both) == "leads"
    assert next_level("leads", DUE, after(1), both) == "outside"
    assert next_level("owner", DUE, after(1), both[1:]) == "outside"
    assert next_level("outside", DUE, after(9), both) is None


def test_whoever_is_asked_next_has_seven_days() -> None:
    assert deadline_of_level(DUE, after(1)) == date(2026, 6, 19)
    assert deadline_of_level(DUE, after(30)) == after(36), "also where no work process ran for a month"


def test_an_owner_who_could_not_answer_in_time_has_her_days_from_when_she_could() -> None:
    assert answer_deadline(DUE, None, None) == DUE
    assert answer_deadline(DUE, after(-3), None) == DUE
    assert answer_deadline(DUE, DUE, None) == DUE, "on the very day it was still in time"
    assert answer_deadline(DUE, after(2), None) == after(9)
    assert answer_deadline(DUE, after(2), after(20)) == after(20)


@pytest.mark.parametrize(
    ("today", "reminded_on", "expected"),
    [(-4, None, False), (-3, None, True), (-3, -3, False), (-1, -3, False), (-1, None, True),
     (0, -3, True), (0, 0, False), (1, None, False)],
)  # fmt: skip
def test_she_is_reminded_three_days_before_and_on_the_day_once_each(
    today: int, reminded_on: int | None, expected: bool
) -> None:
    last = None if reminded_on is None else after(reminded_on)
    assert is_reminder_due(DUE, after(today), last) is expected


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.booleans()), max_size=40))
def test_the_ladder_only_moves_as_drawn_and_silence_never_answers(days: list[tuple[int, bool, bool]]) -> None:
    """S13: each step at most one rung a look, never down, never before its day; the last rung stays for ever."""
    rung: Rung = "owner"
    last_day, today = DUE, after(-20)
    for passed, can_be_answered, has_decision_maker in days:
        today += timedelta(days=passed)
        above = WITH_HER if has_decision_maker else WITHOUT_HER
        to = next_level(rung, last_day, today, above, open_=can_be_answered)
        if to is None:
            assert not can_be_answered or today <= last_day or rung == "advocates"
            continue
        assert can_be_answered
        assert today > last_day
        assert (rung, to) in DRAWN
        assert (to == "decision_maker") <= has_decision_maker
        last_day = deadline_of_level(last_day, today)
        assert last_day >= today
        rung = to


@given(st.integers(-30, 30), st.sampled_from([WITHOUT_HER, WITH_HER]), st.sampled_from(RUNGS))
def test_what_was_answered_or_cannot_be_stays_where_it_is(days: int, above: tuple[Rung, ...], rung: Rung) -> None:
    assert next_level(rung, DUE, after(days), above, open_=False) is None
