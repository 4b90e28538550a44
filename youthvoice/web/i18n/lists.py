"""Several things one after the other, as the reader's language writes them: "A, B, and C", "أ وب"."""

from collections.abc import Iterable

from babel.lists import format_list
from flask_babel import get_locale
from markupsafe import Markup


def listed(things: Iterable[str]) -> str:
    """A list in a sentence; empty for none.

    Args:
        things: texts, or all of them markup; then the list is markup too.

    Source: the list patterns of Unicode's CLDR.
    """
    given = list(things)
    told = format_list([str(thing) for thing in given], "standard", get_locale() or "en")
    safe = bool(given) and all(isinstance(thing, Markup) for thing in given)
    return Markup(told) if safe else told  # noqa: S704 - every part of it was markup before
