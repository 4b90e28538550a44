"""When a day is over at a site: by the day and by the moment the same."""

from datetime import date, timedelta
from zoneinfo import available_timezones

from hypothesis import given, strategies as st

from youthvoice.context import day_at, day_over

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
