"""What becomes of a knock, hour by hour. Lata listens on Mondays and Thursdays at four."""

from datetime import date, datetime

import pytest

from youthvoice.knocks import rules
from youthvoice.knocks.rules import Knock, KnockBox, Slot, WeeklyHour

LATA, ASHA, RAVI = 1, 2, 3
HOURS = {LATA: (WeeklyHour(0, 16), WeeklyHour(3, 16))}
MONDAY, THURSDAY, NEXT_MONDAY = (Slot(date(2026, 11, day), 16) for day in (23, 26, 30))


def noon(day: int) -> Slot:
    return Slot(date(2026, 11, day), 12)


def knocked(box: KnockBox, *left_out: int) -> KnockBox:
    return rules.put_in(box, Knock(rules.TALK, LATA, frozenset(left_out)))


@pytest.mark.parametrize(
    ("hour", "day", "passed"), [(0, 24, Slot(date(2026, 11, 23), 16)), (11, 24, Slot(date(2026, 11, 23), 16))]
    + [(hour, 24, Slot(date(2026, 11, 24), 12)) for hour in (12, 15)]
    + [(hour, 24, Slot(date(2026, 11, 24), 16)) for hour in (16, 23)],
)  # fmt: skip
def test_knocks_are_seen_at_twelve_and_at_four(hour: int, day: int, passed: Slot) -> None:
    assert rules.last_knock_hour(datetime(2026, 11, day, hour, 59)) == passed  # noqa: DTZ001 - a site's own clock


def test_she_has_an_hour_at_least_to_read_before_she_listens() -> None:
    assert rules.empty_box(knocked(KnockBox()), noon(23), HOURS).calls[LATA].slot == MONDAY
    at_four = Slot(date(2026, 11, 23), 16)
    assert rules.empty_box(knocked(KnockBox()), at_four, HOURS).calls[LATA].slot == THURSDAY


def test_a_second_child_joins_the_call_with_whom_she_left_out() -> None:
    box = rules.empty_box(knocked(KnockBox(), RAVI), noon(24), HOURS)
    box = rules.empty_box(knocked(box), noon(25), HOURS)
    assert box.calls[LATA].slot == THURSDAY
    assert box.calls[LATA].exclusions == {(), (RAVI,)}
    assert box.calls[LATA].since == date(2026, 11, 24)


def test_who_knocks_after_an_hour_that_is_not_marked_yet_gets_the_next_one() -> None:
    box = rules.empty_box(knocked(KnockBox()), noon(26), HOURS)
    at_four = Slot(date(2026, 11, 26), 16)
    box = rules.empty_box(knocked(box, RAVI), at_four, HOURS)
    assert box.calls[LATA].slot == THURSDAY, "she marks the first one before"
    assert box.waiting == {LATA: {(RAVI,)}}
    box = rules.empty_box(box, noon(27), HOURS)
    assert box.calls[LATA].slot == NEXT_MONDAY
    assert box.calls[LATA].exclusions == {(RAVI,)}
    assert not box.waiting
    assert [(knock.code, knock.exclusion) for knock in box.missed[LATA]] == [(rules.UNMARKED, ())]


def test_she_is_reminded_before_each_of_her_hours_and_at_no_other_time() -> None:
    listed = [(day, hour) for day in range(23, 30) for hour in rules.KNOCK_HOURS]
    reminded = [at for at in listed if rules.listens_before_next(HOURS[LATA], Slot(date(2026, 11, at[0]), at[1]))]
    assert reminded == [(23, 12), (26, 12)]
    early = (WeeklyHour(1, 7),)
    assert [at for at in listed if rules.listens_before_next(early, Slot(date(2026, 11, at[0]), at[1]))] == [(23, 16)]


def test_an_advocate_at_whom_a_child_knocked_does_not_watch_herself() -> None:
    alone = rules.Watchers(frozenset({ASHA}), frozenset({RAVI}))
    assert alone.of(ASHA) == alone.leads
    assert alone.of(LATA) == {ASHA}
    assert alone.possible == {ASHA, RAVI}
    assert rules.Watchers(frozenset({ASHA, RAVI}), frozenset({9})).possible == {ASHA, RAVI}
