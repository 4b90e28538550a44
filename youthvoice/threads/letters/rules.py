"""When a letter is shown, when a first look is due, when it ends. Pure.

Source: PRIVACY.md A10 (once a day at a fixed hour, its own first-look clock) and C (ends, times).
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_KEPT_YEARS = 1


def shown_from(now: datetime, time_zone: str, daily_hour: int) -> datetime:
    """The next daily hour at a site, strictly after a moment, in UTC.

    Args:
        now: when the letter arrived, UTC.
        time_zone: IANA name of the site's.
        daily_hour: 0 to 23.
    """
    here = now.astimezone(ZoneInfo(time_zone))
    hour = here.replace(hour=daily_hour, minute=0, second=0, microsecond=0)
    if hour <= here:
        hour = (hour.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ZoneInfo(time_zone))
    return hour.astimezone(UTC)


def shown_day(shown: datetime, time_zone: str) -> date:
    """The day at the site on which a letter is first shown."""
    return shown.astimezone(ZoneInfo(time_zone)).date()


def first_look_due(day: date) -> date:
    """The day by which an advocate has looked at the letters shown on a day."""
    return day + timedelta(days=1)


def day_over(day: date, time_zone: str) -> datetime:
    """The moment from which what was due on a day is late, UTC."""
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone)).astimezone(UTC)


def ends_in(day: date) -> str:
    """The month in which a letter of a day ends, such as `2027-11`."""
    return f"{day.year + _KEPT_YEARS:04}-{day.month:02}"
