"""Days, hours and lists in the reader's language."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from babel.lists import format_list
from flask_babel import force_locale, format_date, format_time, get_locale, gettext as _
from markupsafe import Markup

from youthvoice.web.i18n.languages import TRANSLATED

# The order of day, month and year is a text like others; patterns are those of Unicode's CLDR.


def format_day(value: date) -> str:
    """A day on staff pages, such as `Tue 24 Nov 2026`, its parts kept together."""
    return _keep_together(format_date(value, _("EEE d MMM y")))


def format_long_day(value: date) -> str:
    """A day as families read it, such as `24 November 2026`, its parts kept together."""
    return _keep_together(format_date(value, _("d MMMM y")))


def format_short_day(value: date) -> str:
    """A day as children read it, such as `24 November`, its parts kept together."""
    return _keep_together(format_date(value, _("d MMMM")))


def format_weekday(value: date) -> str:
    """A day that is not far away, such as `Tuesday, 24 November`."""
    return str(format_date(value, _("EEEE, d MMMM")))


def format_month(value: date) -> str:
    """A month, such as `November 2026`."""
    return str(format_date(value, _("MMMM y")))


def format_hour(value: time | datetime) -> str:
    """An hour, such as `16:30`; of a moment in its own time zone."""
    return str(format_time(value, "HH:mm", rebase=False))


def format_spoken_hour(value: time) -> str:
    """An hour as children say it, such as `4 in the afternoon`; with minutes only where there are some.

    Where a part of the day begins differs between languages: at four it is afternoon in English and evening in Hindi.
    A language chooses the width of its parts by a pattern, and has a text of its own for noon.

    Source: the flexible day periods of Unicode's CLDR.
    """
    hour, part = value.hour % 12 or 12, format_time(value, _("BBBB"), rebase=False)
    if value.minute:
        return str(_("%(hour)s:%(minute)s %(part)s", hour=hour, minute=f"{value.minute:02}", part=part))
    return str(_("12 noon") if value == time(12) else _("%(hour)s %(part)s", hour=hour, part=part))


def local_time(moment: datetime, time_zone: str) -> datetime:
    """A moment in the time zone of a place.

    Args:
        moment: with its time zone.
        time_zone: IANA name.
    """
    return moment.astimezone(ZoneInfo(time_zone))


def _keep_together(words: str) -> str:
    return str(words).replace(" ", "\N{NO-BREAK SPACE}")


def join_list(things: Iterable[str]) -> str:
    """A list in a sentence; empty for no items.

    A text in a script of the other direction is isolated: two Latin names in a line of Arabic would change places.

    Args:
        things: texts, or all of them markup; then the list is markup too.

    Source: the list patterns of Unicode's CLDR. Thai puts nothing but a space between names, and nothing behind its
    "and": two names of two words each would be four people, so commas and spaces stand there.
    """
    items, locale = list(things), get_locale()
    texts = [str(thing) for thing in items]
    safe = bool(items) and all(isinstance(thing, Markup) for thing in items)
    if len(texts) > 1 and not safe:  # markup isolates its names itself
        directions = {"L"} if locale and locale.text_direction == "rtl" else {"R", "AL"}
        texts = [_isolate(text) if directions & {*map(bidirectional, text)} else text for text in texts]
    if locale and locale.language == "th" and len(texts) > 1:
        text = f"{', '.join(texts[:-1])} และ {texts[-1]}"
    else:
        text = format_list(texts, "standard", locale or "en")
    return Markup(text) if safe else text  # noqa: S704 - every part of it was markup before


def join_pair(name: str, more: object) -> str:
    """A name with a detail, such as a role or a number, each in its own text direction."""
    return str(_("%(name)s, %(more)s", name=_isolate(name), more=_isolate(more)))


def _isolate(words: object) -> str:
    return f"\N{FIRST STRONG ISOLATE}{words}\N{POP DIRECTIONAL ISOLATE}"


def in_every_language(words: Callable[[], object]) -> dict[str, str]:
    """A text in each language of the pages, by code; for what is stored and read later.

    Args:
        words: returns the text in the current language.
    """
    texts = {}
    for language in TRANSLATED:
        with force_locale(language):
            texts[language] = str(words())
    return texts
