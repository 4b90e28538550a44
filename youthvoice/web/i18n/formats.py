"""Days, hours and lists as the reader's language writes them."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from functools import reduce
from zoneinfo import ZoneInfo

from flask_babel import force_locale, gettext as _
from markupsafe import Markup

from youthvoice.web.i18n.languages import TRANSLATED

_FIELDS = re.compile("EEEE|EEE|MMMM|MMM|d|y")


def format_date(day: date, pattern: str) -> str:
    """A day in the reader's language.

    Its names lie in the catalogues like every other word: with three languages, Babel's own tables take eight megabytes
    of every process.

    Args:
        day: which; of a moment that of its own clock.
        pattern: `EEEE` or `EEE` stands for the weekday, `d` for the day, `MMMM` or `MMM` for the month, `y` for the
            year, as in Unicode's CLDR; whatever is between them stays.
    """
    return _FIELDS.sub(lambda field: _written(day, field[0]), pattern)


def _written(day: date, field: str) -> str:
    match field:
        case "EEEE":
            return _part(_("Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"), day.weekday())
        case "EEE":
            return _part(_("Mon|Tue|Wed|Thu|Fri|Sat|Sun"), day.weekday())
        case "MMMM":
            months = _("January|February|March|April|May|June|July|August|September|October|November|December")
            return _part(months, day.month - 1)
        case "MMM":
            return _part(_("Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"), day.month - 1)
    return str(day.day if field == "d" else day.year)


def _part(names: str, number: int) -> str:
    return names.split("|")[number]


def format_day(value: date) -> str:
    """A day on staff pages, such as `Tue 24 Nov 2026`, its parts kept together."""
    return _together(format_date(value, "EEE d MMM y"))


def format_long_day(value: date) -> str:
    """A day as families read it, such as `24 November 2026`, its parts kept together."""
    return _together(format_date(value, "d MMMM y"))


def format_hour(value: time | datetime) -> str:
    """An hour, such as `16:30`; of a moment that of its own clock."""
    return f"{value:%H:%M}"


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
    told = _in_a_row([str(thing) for thing in given], _("{} and {}|{}, {}|{}, and {}"))
    safe = bool(given) and all(isinstance(thing, Markup) for thing in given)
    return Markup(told) if safe else told  # noqa: S704 - every part of it was markup before


def join_choices(things: Iterable[str]) -> str:
    """A list of which one is enough, in a sentence; empty for none.

    Source: the list patterns of Unicode's CLDR.
    """
    return _in_a_row(list(things), _("{} or {}|{}, {}|{}, or {}"))


def _in_a_row(things: list[str], patterns: str) -> str:
    """Put things between words of a language.

    Args:
        things: any number.
        patterns: how two stand alone; how one stands after another; how the last of three and more stands.
    """
    two, after, last = patterns.split("|")
    if len(things) < 3:  # noqa: PLR2004 - see `patterns`
        return two.format(*things) if len(things) > 1 else "".join(things)
    return last.format(reduce(after.format, things[:-1]), things[-1])


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
