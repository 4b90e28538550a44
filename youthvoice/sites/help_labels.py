"""Names, and where to go in danger, in the words of a child's page."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext as _
from markupsafe import Markup, escape

from youthvoice.sites.store import SiteFacts
from youthvoice.web.i18n.lists import listed

_ALWAYS: Final = frozenset({"24/7", "24x7"})


def in_danger(site: SiteFacts) -> Markup:
    """Where to go and whom to call, now; only what the site has."""
    adult, number = named(site.danger_adult), Markup('<bdi dir="ltr">{}</bdi>').format(site.danger_number)
    if site.danger_adult and site.danger_number:
        return escape(_("In danger now? Go to %(adult)s, or call %(number)s.")) % {"adult": adult, "number": number}
    if site.danger_number:
        return escape(_("In danger now? Call %(number)s.")) % {"number": number}
    if site.danger_adult:
        return escape(_("In danger now? Go to %(adult)s.")) % {"adult": adult}
    return escape(_("In danger now? Go to an adult you trust."))


def hours(site: SiteFacts) -> Markup:
    """When somebody answers at the helpline, as a child says it; empty where nobody wrote it down."""
    written = site.helpline_hours
    if "".join(written.split()).lower() in _ALWAYS:
        return escape(_("day and night"))
    return named(written) if written else Markup()


def and_in_words(names: Sequence[str]) -> Markup:
    """Names one after the other, each keeping its own direction; empty for none."""
    return escape(listed(named(name) for name in names))


def named(name: str) -> Markup:
    """A name that keeps its own direction."""
    return Markup("<bdi>{}</bdi>").format(name)
