"""Bins for whole numbers: those a form declares, or else even steps, for an adult to look at."""

import re

_LOW = re.compile(r"\.\s*(>=|>)\s*(\d{1,6})(?!\d)")
_HIGH = re.compile(r"\.\s*(<=|<)\s*(\d{1,6})(?!\d)")
_PARAMETER = re.compile(r"\b(start|end)\s*=\s*(\d{1,6})(?!\d)")
OPEN_END = 999_999
_UNBOUNDED = ((0, 0), (1, 2), (3, 5), (6, 10), (11, OPEN_END))  # what children count is small
_HOURS = r"\bhours?\b|\bheures?\b|\bhoras?\b|घंटे|घण्टे|ساعة|ساعات"
_DAYS = r"\bdays?\b.*\bweek|\bjours?\b.*\bsemaine|\bd[ií]as?\b.*\bsemana|हफ़्ते.*दिन|أيام.*الأسبوع"
_MONTHS = r"\bmonths?\b|\bmois\b|\bmeses\b|महीने|महीनों|شهر|أشهر"
_YEARS = r"\byears?\b|\bans\b|\bann[ée]es\b|\ba[ñn]os\b|\banos\b|साल|سنة|سنوات"
_PER = tuple(  # what a label asks for, the ends of its ranges, its highest
    (re.compile(asks, re.IGNORECASE), ends, highest)
    for asks, ends, highest in (
        (_HOURS, [1, 3, 5, 8], 24),
        (_DAYS, [0, 2, 4], 7),
        (_MONTHS, [2, 5, 11, 23], OPEN_END),
        (_YEARS, [0, 1, 4, 9], OPEN_END),
    )
)
_RANGE = re.compile(r"(\d{1,6})(?:\s*(?:-|–|to)\s*(\d{1,6})|\s*(\+))?")
_MOST = 5
_FEWEST = 2


def bins_said(text: str) -> list[tuple[int, int]]:
    """The ranges somebody wrote down: `0-4, 5-9, 10+`, or only where each ends: `4, 9, 19`, the rest being the last.

    Empty where they cannot be read.
    """
    parts = [part for part in re.split(r"[,;]|\s+(?=\d)", text.strip()) if part.strip()]
    found = [_RANGE.fullmatch(part.strip()) for part in parts]
    if not found or not all(found):
        return []
    read = [one for one in found if one]
    if any(one[2] or one[3] for one in read):
        return [(int(one[1]), OPEN_END if one[3] else int(one[2] or one[1])) for one in read]
    return ending([int(one[1]) for one in read], OPEN_END)


def ending(ends: list[int], highest: int) -> list[tuple[int, int]]:
    """Ranges from 0 by where each but the last ends."""
    lows = [0, *(end + 1 for end in ends)]
    return list(zip(lows, [*ends, highest], strict=True))


def bins_for(constraint: str, parameters: str, label: str = "") -> list[tuple[int, int]]:
    """Two to five ranges, both ends included.

    Args:
        constraint: `. >= 0 and . <= 20`; anything else is not understood and leaves the range open.
        parameters: `start=0 end=10 step=1` of a range.
        label: what is asked; where it asks for hours, days of a week, months or years, the ranges fit these.
    """
    low, high = _bounds(constraint, parameters)
    if high is None and low == 0:
        for asks, ends, highest in _PER:
            if asks.search(label):
                return ending(ends, highest)
    if high is None:
        return [(max(low, one), two) for one, two in _UNBOUNDED if two >= low]
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
