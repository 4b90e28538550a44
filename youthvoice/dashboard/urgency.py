"""How pressing a thing is. Pure."""

from typing import Final

GROUPS: Final = ("late", "today", "week", "later", "no_date")
"""Codes, the most pressing first."""

_WEEK: Final = 7


def group(days: int | None) -> str:
    """The group of a thing.

    Args:
        days: until it is due; negative when it is over, None when it has no date.
    """
    if days is None:
        return "no_date"
    if days < 0:
        return "late"
    if days == 0:
        return "today"
    return "week" if days < _WEEK else "later"
