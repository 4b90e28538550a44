"""Which copies stay: never fewer than the newest good one, never more than the rule, and nothing that is not ours."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from youthvoice.backups.rotation import (
    DAYS,
    MONTHS,
    WEEKS,
    CopyName,
    choose_expired,
    list_copies,
    mark_of,
    needs_copy_of_month,
)

TODAY = date(2026, 12, 1)
MARK = "0a1b2c3d"
copies = st.builds(
    CopyName,
    st.just(MARK),
    st.integers(-3, 500).map(lambda age: TODAY - timedelta(days=age)),
    st.booleans(),
)


@given(st.sets(copies, max_size=80))
def test_the_newest_of_each_kind_stays_and_no_more_than_the_rule(found: set[CopyName]) -> None:
    stays = found - choose_expired(found, TODAY)
    for of_month in (False, True):
        kind = [each for each in found if each.of_month is of_month]
        if kind:
            assert max(kind, key=lambda each: each.day) in stays
    past = [each for each in stays if each.day <= TODAY]
    whole = [each for each in past if not each.of_month]
    assert len(whole) <= DAYS + WEEKS
    assert len(past) - len(whole) <= MONTHS + 1
    newest = max((each.day for each in found if not each.of_month), default=TODAY)
    assert all(TODAY - each.day < timedelta(weeks=WEEKS) or each.day == newest for each in whole)


@given(st.sets(copies, max_size=80))
def test_a_second_look_on_the_same_day_removes_nothing(found: set[CopyName]) -> None:
    stays = found - choose_expired(found, TODAY)
    assert choose_expired(stays, TODAY) == set()


def test_what_stays_after_two_years_of_nights() -> None:
    """Seven days, five weeks back, and the first copy of each of thirteen months."""
    stays: set[CopyName] = set()
    for age in range(730, -1, -1):
        day = TODAY - timedelta(days=age)
        stays.add(CopyName(MARK, day))
        if needs_copy_of_month(stays, day):
            stays.add(CopyName(MARK, day, of_month=True))
        stays -= choose_expired(stays, day)
    whole = sorted(each.day for each in stays if not each.of_month)
    assert whole[-7:] == [TODAY - timedelta(days=age) for age in range(6, -1, -1)]
    assert len(whole) == 7 + 4  # the newest of this week and of the last one are among the seven days
    assert TODAY - whole[0] < timedelta(weeks=5)
    months = sorted(each.day for each in stays if each.of_month)
    assert [each.day for each in months] == [1] * 13
    assert (months[0], months[-1]) == (date(2025, 12, 1), TODAY)


def test_only_our_own_names_are_ours() -> None:
    ours = CopyName(MARK, TODAY), CopyName(MARK, TODAY, of_month=True)
    others = {
        "2026-12-01.bak",
        f"youthvoice-{MARK}-2026-02-30.bak",
        f"youthvoice-{MARK}-2026-12-01.bak.unproved",
        f"youthvoice-{MARK}-2026-12-01.BAK",
        f"youthvoice-{MARK}-٢٠٢٦-12-01.bak",
        "youthvoice-ffffffff-2026-12-01.bak",
        "photograph.jpg",
    }
    assert list_copies({*map(str, ours), *others}, MARK) == list(ours)


@pytest.mark.parametrize("other", ["", "b" * 32])
def test_another_database_has_another_mark(other: str) -> None:
    assert mark_of("a" * 32) != mark_of(other)
    assert mark_of("a" * 32) == "ae5bb445"
