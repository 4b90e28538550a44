"""Time zones to choose from: those of the countries where one already works come first.

Source: `zone.tab` of the time zone database, which names the countries of each zone.
"""

from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from zoneinfo import available_timezones

from flask_babel import gettext as _


@cache
def countries() -> Mapping[str, str]:
    """The country of each zone that has one, as a code of two letters."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def near(mine: Collection[str]) -> list[str]:
    """These zones, and the others of their countries."""
    known = countries()
    wanted = {known[zone] for zone in mine if zone in known}
    return sorted({*mine, *(zone for zone, country in known.items() if country in wanted)})


def choices(mine: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Every zone in two groups, the near ones first.

    Args:
        mine: zones that are in use already; none for a first site.
    """
    first = near(mine)
    rest = sorted(available_timezones() - set(first))
    parted = {str(_("Your zones and those of the same country")): first, str(_("Every other zone")): rest}
    return {words: [(zone, zone) for zone in zones] for words, zones in parted.items() if zones}
