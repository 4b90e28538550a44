"""The bands in which counts are published, and the rule that finds where to cut them.

A cut is a palindromic row of widths. It is safe when two things hold for every pattern of bands that can occur over K
categories, and for every union of categories. A reader who knows n is left with a range that is wide enough, and that
range neither ends within a few friends of nobody nor begins within a few friends of everybody.

Not every pattern needs checking. Write L and H for sums of the bands' lower and upper ends. A union S and the rest R
leave the reader the overlap of [L(S), H(S)] and [n - H(R), n - L(R)]. If no band is narrower than w, that overlap is
narrower than w just when the lower ends of all categories add up to n-w+2 .. n, or their upper ends to n .. n+w-2. S
may hold t children or fewer just when it holds first bands only (these are wider than t+1) and the lower ends of R,
which has at most K-1 categories, add up to n-t .. n; the same condition on R says that S may hold all but t. So sums of
ends decide, and there are few of them.

Source: PRIVACY.md A4; minimum sizes follow official small-count practice (ONS, Ofsted and US education report
nothing under ten, Eurostat and NHS England round, extremes are coded), the unions answer homogeneity,
minimality and differencing attacks on tables.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, count, pairwise, product
from pathlib import Path
from typing import NamedTuple

MIN_BATCH = 10
"""Children in the smallest batch that is ever counted (A1)."""

FULL_CATEGORIES = 60
"""From this many children on, a scale is published as declared (A3), in more than three bands (A4)."""

MAX_CATEGORIES = 6


class BandDemands(NamedTuple):
    """What the bands of a batch of one size must satisfy.

    Attributes:
        width: the fewest whole numbers a reader may be left with.
        friends: how many children may pool their own answers.
    """

    width: int
    friends: int


class BandCut(NamedTuple):
    """The widths of the bands of one n, and the number of categories for which they are safe."""

    widths: tuple[int, ...]
    categories: int


def demands_of(n: int) -> BandDemands:
    """How wide a range must stay, and how many friends may pool their answers, among `n` children."""
    width = 3 if n < 20 else 4 if n < 40 else 5  # noqa: PLR2004 - the steps of A4
    friends = 2 if n < 24 else 3 if n < 40 else 4  # noqa: PLR2004 - the steps of A4
    return BandDemands(width, friends)


def is_safe_cut(widths: Sequence[int], n: int, most: int = MAX_CATEGORIES) -> bool:
    """Whether these bands are safe for `n` children.

    Args:
        widths: whole numbers per band, first to last; palindromic, with the sum n + 1.
        n: children in the batch.
        most: the maximum of categories of a question; every number from 2 up to it is checked.

    Source: PRIVACY.md A4 (i) and (ii), in the form derived in this module's docstring.
    """
    width, friends = demands_of(n)
    if min(widths) < width or widths[0] < friends + 2:
        return False
    ends = list(accumulate(widths))
    # at k, every sum of k ends; `_add_up` appends the further ones
    lows, highs = [{0}, {0, *ends[:-1]}], [{0}, {end - 1 for end in ends}]
    narrow_high = range(n, n + width - 1)
    narrow_low = range(n - width + 2, n + 1)
    # of at most K-1 categories also those of R where S may hold t children or fewer
    friendly_low = range(n - max(friends, width - 2), n + 1)
    for parts in range(2, most + 1):
        bad_low = narrow_low if parts == most else friendly_low
        if _add_up(highs, parts, narrow_high) or _add_up(lows, parts, bad_low):
            return False
    return True


def _add_up(sums: list[set[int]], parts: int, wanted: range) -> bool:
    """Whether `parts` ends can add up to a wanted total, by a meet in the middle.

    Args:
        sums: at k, every sum of k ends; grows as far as needed.
        parts: how many ends are added; one may be used again.
        wanted: the totals to look for.
    """
    few, more = parts // 2, parts - parts // 2
    while len(sums) <= more:
        sums.append({some + end for some in sums[-1] for end in sums[1]})
    return not sums[more].isdisjoint([total - some for some in sums[few] for total in wanted])


def derive_cut(n: int) -> BandCut:
    """Search the cut of `n` children; it made the committed tables, and serves sizes beyond them.

    Raises:
        ValueError: fewer than ten children.

    Source: PRIVACY.md A4. From 60 on the widths of a safe cut differ by at most 1, but for the multiples of
    2310 = 2 * 3 * 5 * 7 * 11: there any number of equal bands meets n exactly, and they differ by 6.
    """
    if n < MIN_BATCH:
        raise ValueError("Fewer than ten children are never counted.")
    for widths, most in _candidates(n):
        if is_safe_cut(widths, n, most):
            return BandCut(widths, most)
    raise ValueError("No cut is safe.")  # pragma: no cover - the last candidates always hold one


def _candidates(n: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """Every row of widths worth trying, the best first, with the number of categories to try it for."""
    if n < FULL_CATEGORIES:
        for bands, most in ((3, MAX_CATEGORIES), (2, MAX_CATEGORIES), (3, 2)):
            yield from ((widths, most) for widths in _rows(n, [bands]))
    else:
        most_bands = 7 if n < 100 else 11  # noqa: PLR2004 - the steps of A4
        yield from ((widths, MAX_CATEGORIES) for widths in _rows(n, range(2, most_bands + 1)))


def _rows(n: int, bands: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """Rows of these numbers of bands: smallest difference (0 and 1 alike), least squares, lexicographically largest.

    Of rows that differ by at most 1, least squares is the same as most bands.
    """
    sizes = list(bands)
    for difference in count(1):
        if difference > n:
            return
        rows = chain.from_iterable(_level_rows(n + 1, size, difference) for size in sizes)
        yield from sorted(rows, key=lambda row: (sum(w * w for w in row), [-w for w in row]))


def _level_rows(total: int, bands: int, difference: int) -> Iterator[tuple[int, ...]]:
    """Palindromic rows that add up to `total` and differ by `difference` (1: at most).

    A row is its narrowest width plus an extra for each band. All extras of the outer bands are tried; that of the
    middle band, or of the two middle ones, is what lets the rest be divided equally.
    """
    spread = (0, 1) if difference == 1 else (difference,)
    middles = 2 - bands % 2
    fitting = [[extra for extra in range(difference + 1) if extra * middles % bands == rest] for rest in range(bands)]
    for outer in product(range(difference + 1), repeat=(bands - 1) // 2):
        missing = total - 2 * sum(outer)
        for middle in fitting[missing % bands]:
            half = (*outer, middle)
            narrowest = (missing - middle * middles) // bands
            if narrowest > 0 and not min(half) and max(half) in spread:
                yield tuple(narrowest + extra for extra in half + half[::-1][bands % 2 :])


TABLES = Path(__file__).with_name("bands.json")
"""The committed cuts of 10 to 200 children; a test derives them again."""


class Band(NamedTuple):
    """A range of children, both ends included."""

    low: int
    high: int


def band_widths(n: int) -> tuple[int, ...]:
    """The widths of the bands of `n` children, first to last, in whole numbers.

    The widths add up to n + 1 and are palindromic. () for fewer than ten children.

    Source: PRIVACY.md A4.
    """
    return _cut(n).widths if n >= MIN_BATCH else ()


def max_categories(n: int) -> int:
    """The maximum of categories for a question to `n` children; 0 for fewer than ten."""
    return _cut(n).categories if n >= MIN_BATCH else 0


@lru_cache(maxsize=4096)
def band_ranges(n: int) -> tuple[Band, ...]:
    """The bands of `n` children, lowest first; together they cover 0..n. () for fewer than ten."""
    starts = accumulate(band_widths(n), initial=0)
    return tuple(Band(low, following - 1) for low, following in pairwise(starts))


@lru_cache(maxsize=4096)
def _cut(n: int) -> BandCut:
    return _committed().get(n) or derive_cut(n)


@lru_cache(maxsize=1)
def _committed() -> dict[int, BandCut]:
    tables = json.loads(TABLES.read_text(encoding="utf-8"))
    return {int(n): BandCut(tuple(widths), most) for n, (most, widths) in tables.items()}
