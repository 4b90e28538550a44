"""Bins for the whole numbers of a form that declares none: even steps, for an advocate to look at."""

import re

_LOW = re.compile(r"\.\s*(>=|>)\s*(\d{1,6})(?!\d)")
_HIGH = re.compile(r"\.\s*(<=|<)\s*(\d{1,6})(?!\d)")
_PARAMETER = re.compile(r"\b(start|end)\s*=\s*(\d{1,6})(?!\d)")
_UNBOUNDED = ((0, 4), (5, 9), (10, 19), (20, 99), (100, 999_999))
_MOST = 5
_FEWEST = 2


def bins_for(constraint: str, parameters: str) -> list[tuple[int, int]]:
    """Two to five ranges, both ends included.

    Args:
        constraint: `. >= 0 and . <= 20`; anything else is not understood and leaves the range open.
        parameters: `start=0 end=10 step=1` of a range.
    """
    low, high = _bounds(constraint, parameters)
    if high is None:
        return [(max(low, one), two) for one, two in _UNBOUNDED if two > low]
    if high <= low:
        return []
    many = min(_MOST, max(_FEWEST, (high - low + 1) // 2))
    edges = [low + (high - low + 1) * at // many for at in range(many + 1)]
    return [(one, two - 1) for one, two in zip(edges, edges[1:], strict=False)]  # noqa: RUF007 - edges, not pairs


def _bounds(constraint: str, parameters: str) -> tuple[int, int | None]:
    given = {name: int(number) for name, number in _PARAMETER.findall(parameters)}
    low, high = _LOW.search(constraint), _HIGH.search(constraint)
    lowest = int(low[2]) + (low[1] == ">") if low else given.get("start", 0)
    highest = int(high[2]) - (high[1] == "<") if high else given.get("end")
    return lowest, highest
