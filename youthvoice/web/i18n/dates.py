"""Days and hours as people read them: one way everywhere, in the reader's language, by the clock of the site."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import format_date, format_time


def day(value: date) -> str:
    """A day on staff pages, such as `Tue 24 Nov 2026`, its parts kept together."""
    return _together(format_date(value, "EEE d MMM y"))


def long_day(value: date) -> str:
    """A day as families read it, such as `24 November 2026`, its parts kept together."""
    return _together(format_date(value, "d MMMM y"))


def hour(value: time | datetime) -> str:
    """An hour, such as `16:30`; of a moment that of its own clock."""
    return str(format_time(value, "HH:mm", rebase=False))


def local(moment: datetime, time_zone: str) -> datetime:
    """A moment as the clock at a place says it.

    Args:
        moment: with its time zone.
        time_zone: IANA name.
    """
    return moment.astimezone(ZoneInfo(time_zone))


def _together(words: str) -> str:
    return str(words).replace(" ", "\N{NO-BREAK SPACE}")
