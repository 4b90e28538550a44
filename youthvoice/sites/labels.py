"""Labels of a site: names, what to do in danger, telephone numbers, and kinds of services."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from flask_babel import gettext as _, lazy_gettext as _l
from markupsafe import Markup, escape

from youthvoice import context
from youthvoice.sites.store import Site, call_address
from youthvoice.web.i18n.formats import format_short_day, format_spoken_hour, join_list, local_time

_ALWAYS: Final = frozenset({"24/7", "24x7"})


def danger_label(site: Site) -> Markup:
    """What to do in danger, as far as the site has contacts: whom to go to and whom to call."""
    adult, number = name_label(site.danger_adult), Markup('<bdi dir="ltr">{}</bdi>').format(site.danger_number)
    if site.danger_adult and site.danger_number:
        return escape(_("In danger now? Go to %(adult)s, or call %(number)s.")) % {"adult": adult, "number": number}
    if site.danger_number:
        return escape(_("In danger now? Call %(number)s.")) % {"number": number}
    if site.danger_adult:
        return escape(_("In danger now? Go to %(adult)s.")) % {"adult": adult}
    return escape(_("In danger now? Go to an adult you trust."))


def has_line(site: Site) -> bool:
    """Whether there is a modem, and the number of its line is this site's; perhaps nobody tried it yet."""
    return bool(site.phone_number) and context.settings().phone is not None


def line_number(site: Site) -> str:
    """The number under which children hear their answers; empty until the line answered a call under it."""
    return site.phone_number if has_line(site) and site.phone_heard else ""


class CallLines(NamedTuple):
    """Whom a child can go to or call, as rows of a page.

    Attributes:
        in_danger: whom to go to and whom to call in danger.
        danger_call: the number to dial then; empty where there is none.
        helpline: its name and number; empty where there is none.
        helpline_call: the number to dial.
        hours: when somebody answers there; empty where it is unknown.
    """

    in_danger: Markup
    danger_call: str = ""
    helpline: Markup = Markup()
    helpline_call: str = ""
    hours: Markup = Markup()


def call_lines(site: Site) -> CallLines:
    """The help lines of a site."""
    line = Markup('<bdi>{}</bdi> <bdi class="whole" dir="ltr">{}</bdi>')
    return CallLines(
        danger_label(site),
        call_address(site.danger_number),
        line.format(site.helpline_name, site.helpline_number) if site.helpline_number else Markup(),
        call_address(site.helpline_number),
        helpline_hours_label(site),
    )


def online_by_label(ends_at: datetime, site: Site) -> str:
    """By when a tablet must be online so that what a child sends on it now counts.

    Args:
        ends_at: UTC.
        site: of the tablet.
    """
    here = local_time(ends_at, site.time_zone)
    day = format_short_day(here.date())
    return str(
        _("This counts if the tablet is online by %(hour)s on %(day)s.", hour=format_spoken_hour(here.time()), day=day)
    )


def helpline_hours_label(site: Site) -> Markup:
    """When somebody answers at the helpline, in a child's words; empty where it is unknown."""
    written = site.helpline_hours
    if "".join(written.split()).lower() in _ALWAYS:
        return escape(_("day and night"))
    return name_label(written) if written else Markup()


def names_label(names: Sequence[str]) -> Markup:
    """A list of names, each in its own text direction; empty for none."""
    return escape(join_list(name_label(name) for name in names))


def name_label(name: str) -> Markup:
    """A name in its own text direction."""
    return Markup("<bdi>{}</bdi>").format(name)


SERVICE_KIND_LABELS = {
    "health": _l("Health"),
    "counselling": _l("Counselling"),
    "law": _l("Law"),
    "police": _l("Police"),
    "shelter": _l("Shelter"),
    "school": _l("School"),
    "family": _l("Family"),
    "other": _l("Something else"),
}
"""Kinds of services, by code; in the order of `SERVICE_KINDS`."""
