"""A day as staff pages write it: one way everywhere, in the reader's language."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import format_date


def day(value: date) -> str:
    """Such as `24 Nov 2026`, its parts kept together."""
    return str(format_date(value, "d MMM y")).replace(" ", "\N{NO-BREAK SPACE}")


def local(moment: datetime, time_zone: str) -> datetime:
    """A moment as the clock at a place says it.

    Args:
        moment: with its time zone.
        time_zone: IANA name.
    """
    return moment.astimezone(ZoneInfo(time_zone))
