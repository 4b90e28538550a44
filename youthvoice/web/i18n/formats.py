"""Days, hours and lists as the reader's language writes them; cells of a file as a spreadsheet takes them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask_babel import force_locale, format_date, format_time, get_locale, gettext as _
from markupsafe import Markup

from youthvoice.web.i18n.languages import TRANSLATED


def format_day(value: date) -> str:
    """A day on staff pages, such as `Tue 24 Nov 2026`, its parts kept together."""
    return _together(format_date(value, "EEE d MMM y"))


def format_long_day(value: date) -> str:
    """A day as families read it, such as `24 November 2026`, its parts kept together."""
    return _together(format_date(value, "d MMMM y"))


def format_hour(value: time | datetime) -> str:
    """An hour, such as `16:30`; of a moment that of its own clock."""
    return str(format_time(value, "HH:mm", rebase=False))


def format_spoken_hour(value: time) -> str:
    """An hour as children say it, such as `4 in the afternoon`; minutes only where there are some.

    Where a part of the day begins differs between languages: at four it is afternoon in English and evening in Hindi.

    Source: the flexible day periods of Unicode's CLDR.
    """
    clock = f"{value.hour % 12 or 12}" + (f":{value.minute:02}" if value.minute else "")
    return str(_("%(hour)s %(part)s", hour=clock, part=format_time(value, "BBBB", rebase=False)))


def local_time(moment: datetime, time_zone: str) -> datetime:
    """A moment as the clock at a place says it.

    Args:
        moment: with its time zone.
        time_zone: IANA name.
    """
    return moment.astimezone(ZoneInfo(time_zone))


def _together(words: str) -> str:
    return str(words).replace(" ", "\N{NO-BREAK SPACE}")


def join_list(things: Iterable[str]) -> str:
    """A list in a sentence; empty for none.

    Args:
        things: texts, or all of them markup; then the list is markup too.

    Source: the list patterns of Unicode's CLDR.
    """
    given = list(things)
    told = format_list([str(thing) for thing in given], "standard", get_locale() or "en")
    safe = bool(given) and all(isinstance(thing, Markup) for thing in given)
    return Markup(told) if safe else told  # noqa: S704 - every part of it was markup before


def join_pair(name: str, more: object) -> str:
    """A name and what belongs to it, such as a role or a number, each in its own direction."""
    return str(_("%(name)s, %(more)s", name=f"\u2068{name}\u2069", more=f"\u2068{more}\u2069"))


def in_every_language(words: Callable[[], object]) -> dict[str, str]:
    """The same words in each language that pages speak, by its code; for what is kept and read later.

    Args:
        words: gives them in the language that is asked for.
    """
    found = {}
    for language in TRANSLATED:
        with force_locale(language):
            found[language] = str(words())
    return found


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # the last four are full-width


def harmless_cell(cell: object) -> object:
    """A text that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" \u00a0\ufeff").startswith(_FORMULA) else cell
