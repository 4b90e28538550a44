"""The help of a house's first site as `staff found` was told it, and what is still missing. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date

from youthvoice.sites.store import SiteFacts

_LONGEST = {
    "helpline_name": 120,
    "helpline_number": 40,
    "helpline_hours": 120,
    "danger_number": 40,
    "danger_adult": 120,
}
_NUMBER = re.compile(r"(?=.*[0-9])[0-9+*#() -]*")  # the signs that the page of sites takes


def wrong(told: Mapping[str, str]) -> list[str]:
    """Names of what cannot be kept: too long, or a number that nobody can dial."""
    return [
        name
        for name, said in told.items()
        if len(said) > _LONGEST[name] or (said and name.endswith("_number") and not _NUMBER.fullmatch(said))
    ]


def help_of(told: Mapping[str, str], today: date) -> dict[str, object]:
    """Columns of the site: what was told; a helpline with name and number counts as tested today."""
    values: dict[str, object] = {name: said for name, said in told.items() if said}
    if {"helpline_name", "helpline_number"} <= set(values):
        values["helpline_tested"] = today
    return values


def missing(site: SiteFacts) -> Iterator[str]:
    """Sentences that say what is still to be done at a site; the first keeps rounds from opening."""
    needed = {
        "the helpline's name": site.helpline_name,
        "the helpline's number": site.helpline_number,
        "the day you tried it out": site.helpline_tested,
    }
    if lacks := [words for words, there in needed.items() if not there]:
        yield f"Before a round can open, a coordinator enters under Sites and groups: {', '.join(lacks)}."
    if not (site.danger_number and site.danger_adult):
        yield "Children are not yet told whom to call and whom to go to in danger: enter both there too."


def before_children_tell(lacks: Collection[str]) -> Iterator[str]:
    """Sentences that say what the channel in which children tell still needs; see `rules.channel_missing`."""
    needed = {
        "advocates": "a coordinator records the training of two advocates under People (or --trained-until here)",
        "outside": "an outside recipient",
        "outside_untested": "an advocate asks the outside recipient for a test under People, and she confirms it",
        "helpline": "the helpline with name, number and the day it was called",
    }
    if said := [words for code, words in needed.items() if code in lacks]:
        yield f"Before children can tell: {'; '.join(said)}."
