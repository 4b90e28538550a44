"""Choose the ranges for a number question of an XLSForm, or for the year of a date, from its constraint and label."""

import re
from typing import Final

from youthvoice.surveys.questionnaires.kinds import KINDS
from youthvoice.surveys.questionnaires.ranges import OPEN_END, ranges_ending_at

_MIN_BINS, _MAX_BINS = KINDS["number"].bins

_LOW = re.compile(r"\.\s*(>=|>)\s*(\d{1,6})(?!\d)")

_HIGH = re.compile(r"\.\s*(<=|<)\s*(\d{1,6})(?!\d)")

_PARAMETER = re.compile(r"\b(start|end)\s*=\s*(\d{1,6})(?!\d)")

_UNBOUNDED = ((0, 0), (1, 2), (3, 5), (6, 10), (11, OPEN_END))  # children count small numbers

_HOURS = r"\bhours?\b|\bheures?\b|\bhoras?\b|घंटे|घण्टे|ساعة|ساعات"

_DAYS = r"\bdays?\b.*\bweek|\bjours?\b.*\bsemaine|\bd[ií]as?\b.*\bsemana|हफ़्ते.*दिन|أيام.*الأسبوع"

_MONTHS = r"\bmonths?\b|\bmois\b|\bmeses\b|महीने|महीनों|شهر|أشهر"

_YEARS = r"\byears?\b|\bans\b|\bann[ée]es\b|\ba[ñn]os\b|\banos\b|साल|سنة|سنوات"

_RANGES_OF_UNITS = tuple(  # pattern of a label, the ends of its ranges, its highest number
    (re.compile(pattern, re.IGNORECASE), ends, highest)
    for pattern, ends, highest in (
        (_HOURS, [1, 3, 5, 8], 24),
        (_DAYS, [0, 2, 4], 7),
        (_MONTHS, [2, 5, 11, 23], OPEN_END),
        (_YEARS, [0, 1, 4, 9], OPEN_END),
    )
)


def bins_for(constraint: str, parameters: str, label: str = "") -> list[tuple[int, int]]:
    """Make two to five ranges, both ends included; fewer where the constraint leaves too few numbers.

    Args:
        constraint: `. >= 0 and . <= 20`; anything else is ignored and leaves the range open.
        parameters: `start=0 end=10 step=1` of a range.
        label: of the question; for hours, days of a week, months or years the ranges fit these.
    """
    low, high = _bounds(constraint, parameters)
    if high is None and low == 0:
        for pattern, ends, highest in _RANGES_OF_UNITS:
            if pattern.search(label):
                return ranges_ending_at(ends, highest)
    if high is None:
        return [(max(low, start), end) for start, end in _UNBOUNDED if end >= low]
    if high <= low:
        return []
    number = min(_MAX_BINS, max(_MIN_BINS, (high - low + 1) // 2))
    edges = [low + (high - low + 1) * at // number for at in range(number + 1)]
    return [(start, end - 1) for start, end in zip(edges, edges[1:], strict=False)]  # noqa: RUF007 - edges, not pairs


def _bounds(constraint: str, parameters: str) -> tuple[int, int | None]:
    numbers = {name: int(number) for name, number in _PARAMETER.findall(parameters)}
    low, high = _LOW.search(constraint), _HIGH.search(constraint)
    lowest = int(low[2]) + (low[1] == ">") if low else numbers.get("start", 0)
    highest = int(high[2]) - (high[1] == "<") if high else numbers.get("end")
    return lowest, highest


_YEAR = re.compile(r"(>=|>|<=|<)\s*(?:date\()?['\"]?(\d{4})(?!\d)")

_YOUNGEST_PAST: Final = 19  # years; no child is older

_YEARS_BACK: Final = (9, 4, 1, 0)  # where ranges after the first begin, counted back from the last year


def years_for(constraint: str, this_year: int) -> list[tuple[int, int]]:
    """Make ranges of years for a date of which only the year is asked: short for near years, long for far ones.

    Args:
        constraint: `. >= '2015-01-01' and . <= today()`; its years bound the ranges.
        this_year: such as 2026.
    """
    years = {sign[0]: int(year) for sign, year in _YEAR.findall(constraint)}
    low = years.get(">", this_year - _YOUNGEST_PAST)
    high = years.get("<", OPEN_END)
    last_year = min(high, this_year)
    ends = [last_year - back - 1 for back in _YEARS_BACK]
    inner_ends = [end for end in dict.fromkeys(ends) if low <= end < high]
    lows = [low, *(end + 1 for end in inner_ends)]
    return list(zip(lows, [*inner_ends, high], strict=True))


def is_within_a_year(constraint: str) -> bool:
    """Whether a constraint limits a date to one year, so that only its month is asked."""
    years = [year for _sign, year in _YEAR.findall(constraint)]
    return len(years) > 1 and len(set(years)) == 1
