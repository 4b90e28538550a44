"""Labels of places, hours, marks and refusals of knocks."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Final

from flask_babel import format_date, gettext as _, lazy_gettext as _l

from youthvoice.knocks import rules
from youthvoice.web.i18n.formats import format_day, format_hour, format_spoken_hour

PLACE_LABELS: Final = {
    "bench": _l("on the bench"),
    "tree": _l("under the tree"),
    "garden": _l("in the garden"),
    "playground": _l("at the playground"),
    "dining_hall": _l("in the dining hall"),
    "library": _l("in the library"),
    "classroom": _l("in the classroom"),
    "open_door": _l("in the office, door open"),
}
"""Where an adult listens, as children and adults read it."""

MARK_LABELS: Final = {
    rules.CAME: _l("A child came"),
    rules.NOBODY: _l("I was there, and nobody came"),
    rules.AWAY: _l("I could not be there"),
}

MISSED_LABELS: Final = {
    rules.NOBODY: _l("Twice nobody came"),
    rules.AWAY: _l("The adult could not be there"),
    rules.UNMARKED: _l("The adult did not say what happened"),
    rules.CHILD_SAYS: _l("A child says that nobody was there"),
}

REFUSAL_LABELS: Final = {
    "no_call": _l("No knock waits for you any more."),
    "too_early": _l("You have not begun to listen yet. Say it afterwards."),
}

_MONDAY: Final = date(2026, 11, 23)


def weekday_label(weekday: int) -> str:
    """The name of a weekday; 0 is Monday."""
    return str(format_date(_MONDAY + timedelta(days=weekday), "EEEE"))


def spoken_hour(weekly_hour: rules.WeeklyHour) -> str:
    """An hour of every week as a child says it, such as `Monday, 4 in the afternoon`."""
    return str(
        _("%(day)s, %(hour)s", day=weekday_label(weekly_hour.weekday), hour=format_spoken_hour(time(weekly_hour.hour)))
    )


def can_be_read_label() -> str:
    """When adults can read of a knock, for children."""
    first, second = (format_spoken_hour(time(hour)) for hour in rules.KNOCK_HOURS)
    return str(_("It arrives at %(first)s or %(second)s.", first=first, second=second))


def hour_label(weekly_hour: rules.WeeklyHour) -> str:
    """The beginning of an hour of every week, for staff."""
    return f"{weekday_label(weekly_hour.weekday)} {format_hour(time(weekly_hour.hour))}"


def _span(hour: int) -> str:
    return f"{format_hour(time(hour))}–{format_hour(time(hour + 1))}"


def hours_label(hours: Iterable[rules.WeeklyHour]) -> str:
    """Hours of every week for staff, such as `Monday` and from when until when."""
    return " · ".join(f"{weekday_label(weekly.weekday)} {_span(weekly.hour)}" for weekly in hours)


def slot_label(slot: rules.Slot) -> str:
    """One hour of one day for staff."""
    return f"{format_day(slot.day)} · {_span(slot.hour)}"
