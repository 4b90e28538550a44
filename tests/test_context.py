"""When a day is over at a site, by the day and by the moment the same; and what a process caches of a database."""

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from zoneinfo import available_timezones

from flask import Flask
from hypothesis import given, strategies as st

from youthvoice.context import AppCache, day_at, day_over

ZONES = st.sampled_from(sorted(available_timezones()))
DAYS = st.dates(date(2012, 1, 1), date(2036, 12, 31))
"""From 2012 on: until then clocks in Newfoundland went back over midnight, and a day began twice."""
NEAR_MIDNIGHT = st.timedeltas(timedelta(hours=-26), timedelta(hours=26)) | st.sampled_from(
    [timedelta(microseconds=-1), timedelta(0), timedelta(microseconds=1), timedelta(hours=-1), timedelta(hours=1)]
)


@given(ZONES, DAYS, NEAR_MIDNIGHT)
def test_a_day_is_over_at_the_moment_from_which_it_is_a_later_day_there(zone: str, day: date, after: timedelta) -> None:
    moment = day_over(day, zone) + after
    assert (day_over(day, zone) <= moment) == (day < day_at(moment, zone))


def test_where_clocks_change_at_midnight_the_day_is_over_once() -> None:
    assert day_over(date(2026, 4, 23), "Africa/Cairo").isoformat() == "2026-04-23T22:00:00+00:00"  # 0:00 is 1:00
    assert day_over(date(2026, 10, 31), "America/Havana").isoformat() == "2026-11-01T04:00:00+00:00"  # 1:00 is 0:00
    assert day_over(date(2026, 11, 29), "Asia/Kolkata").isoformat() == "2026-11-29T18:30:00+00:00"


# ---- What a process caches ----

NUMBERS = AppCache[str, int](5, 60.0)
PER_REQUEST = AppCache[str, int](5, 0.0, per_request=True)
"""Each value is old at once."""


def test_what_was_read_before_it_was_dropped_is_not_cached_afterwards(app: Flask) -> None:
    """A thread that was slow brought back what another had changed, for as long as it is valid: who reads a report."""

    def read_slowly(key: str | None) -> Callable[[], int]:
        def read() -> int:
            NUMBERS.forget(key)  # another thread changed it, and nobody has read it since
            return 1

        return read

    for key in (None, "a"):
        assert NUMBERS.get("a", read_slowly(key)) == 1
        assert NUMBERS.find("a") is None
        NUMBERS.forget()


def test_what_was_read_earlier_takes_no_later_ones_place(app: Flask) -> None:
    def read_slowly() -> int:
        assert NUMBERS.get("a", lambda: 2) == 2  # by another thread
        return 1

    NUMBERS.forget()
    assert NUMBERS.get("a", read_slowly) == 1
    assert NUMBERS.find("a") == 2
    NUMBERS.put("a", 3)
    assert NUMBERS.find("a") == 3


def test_one_request_gets_one_value_until_it_changes_it_itself(app: Flask) -> None:
    numbers = itertools.count()
    with app.test_request_context():
        assert [PER_REQUEST.get("a", numbers.__next__) for _time in range(3)] == [0, 0, 0]
        assert PER_REQUEST.get("b", numbers.__next__) == 1
        PER_REQUEST.forget("a")
        assert PER_REQUEST.get("a", numbers.__next__) == 2
    assert [PER_REQUEST.get("a", numbers.__next__) for _time in range(2)] == [3, 4], "a job lasts for hours"
