"""Verdicts on a change between two waves: computed by a test, and published only where they reveal no answer. Pure.

A verdict - more, fewer, no clear change - is computed from exact counts, so it reveals more than the two bands beside
it. It is published only where, for this many children and these two bands, *every* possible verdict leaves a reader
enough uncertainty: then publishing it, or not, depends on nothing but what the reader sees anyway.

Of linked waves a reader knows the pairs and looks for their four kinds: good both times, good before only, good now
only, never good. Only "good now only" and "good before only" decide the verdict. With both fixed, the pairs that were
good both times are one range: so a search over these two numbers is a search over every table of pairs (39,711 at 60).
Of waves that are not linked a reader looks for the two numbers alone.

Source: PRIVACY.md A6 (b), with the widths and friends of A4. McNemar 1947; Fagerland, Lydersen and Laake 2013 for
mid-p; Newcombe 1998 for the difference of two shares, with the intervals of Wilson 1927.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import comb, sqrt
from pathlib import Path
from typing import Final, Literal

from youthvoice.privacy.disclosure.bands import Band, band_ranges, demands_of
from youthvoice.privacy.disclosure.phrasing import compare_waves

Verdict = Literal["more", "fewer", "no_clear_change"]

Change = Literal[Verdict, "too_wide"]
"""What is published about two waves; `too_wide`: the bands hide whether something changed."""

MIN_CHILDREN: Final = 20
"""Below this many pairs, or children in a wave, no verdict is published, and advocates see no transitions (A13)."""


@dataclass(frozen=True, slots=True)
class JudgedChange:
    """The result of a test of the exact counts, before it is known whether it may be published.

    Attributes:
        verdict: of the test.
        is_linked: whether it is of pairs.
    """

    verdict: Verdict
    is_linked: bool


def say_change(before: Band, n_before: int, after: Band, n_after: int, change: JudgedChange | None) -> Change:
    """The change to publish: from two published bands, and from a verdict where that is safe.

    Args:
        before: the published band of the first wave, in children.
        n_before: children in the first wave; of linked waves the pairs.
        after: the published band of the second wave.
        n_after: children in the second wave.
        change: the test's result; None where the question has more than two categories, or nothing was tested.

    Source: PRIVACY.md A6 (a) to (c).
    """
    by_bands = compare_waves(before, n_before, after, n_after)
    if by_bands != "too_wide" or change is None:
        return by_bands
    if change.is_linked:
        is_published = is_published_for_pairs(n_after, before, after)
    else:
        is_published = is_published_for_groups(n_before, before, n_after, after)
    return change.verdict if is_published else "too_wide"


def judge_pairs(better: int, worse: int) -> Verdict:
    """Whether a share changed among the same children.

    Args:
        better: children on the good side after, and not before.
        worse: children on the good side before, and not after.

    Returns:
        "more" or "fewer" where McNemar's mid-p, two-sided, is under 0.05; in whole numbers, so every machine agrees.
    """
    if min(better, worse) > _most_against(better + worse):
        return "no_clear_change"
    return "more" if better > worse else "fewer"


@lru_cache(maxsize=1024)
def _most_against(moved: int) -> int:
    """Of these moved children, the most in the rarer direction for which mid-p is under 0.05; -1 for none."""
    tail, most = 0, -1
    for against in range((moved + 1) // 2):
        ways = comb(moved, against)
        if 20 * (2 * tail + ways) >= 2**moved:  # mid-p is 2 * P(fewer) + P(exactly this many)
            break
        tail, most = tail + ways, against
    return most


_Z: Final = 1.959963984540054
"""The normal distribution's 97.5 % point."""


def judge_groups(good_before: int, n_before: int, good_after: int, n_after: int) -> Verdict:
    """Whether a share changed between two waves whose children are not linked.

    Returns:
        "more" or "fewer" where Newcombe's 95 % interval of the difference does not hold 0.
    """
    before, after = good_before / n_before, good_after / n_after
    low_before, high_before = _wilson(good_before, n_before)
    low_after, high_after = _wilson(good_after, n_after)
    change = after - before
    if change - sqrt((after - low_after) ** 2 + (high_before - before) ** 2) > 0:
        return "more"
    if change + sqrt((high_after - after) ** 2 + (before - low_before) ** 2) < 0:
        return "fewer"
    return "no_clear_change"


@lru_cache(maxsize=4096)
def _wilson(good: int, n: int) -> tuple[float, float]:
    middle = (good + _Z * _Z / 2) / (n + _Z * _Z)
    half = _Z * sqrt(good * (n - good) / n + _Z * _Z / 4) / (n + _Z * _Z)
    return middle - half, middle + half


TABLE = Path(__file__).with_name("change_verdicts.json")
"""For 20 to 60 pairs, by the bands before and after, whether a verdict is published; a test derives it twice."""


def is_published_for_pairs(n: int, before: Band, after: Band) -> bool:
    """Whether a verdict on `n` pairs between these bands is published, whatever it is.

    It is read from the committed table; above 60 pairs, where only an option of a list has two categories, it is
    searched on first use (at 200 pairs some tens of milliseconds).

    Raises:
        ValueError: a band is not one of `n`.
    """
    if n < MIN_CHILDREN:
        return False
    bands = band_ranges(n)
    place = bands.index(before) * len(bands) + bands.index(after)
    row = _committed().get(n)
    return row[place] == "1" if row else search_pairs(n, before, after)


def derive_row(n: int) -> str:
    """Search the row of the table for `n` pairs: a digit for each two bands, ordered by the first band."""
    return "".join(str(int(search_pairs(n, *both))) for both in product(band_ranges(n), repeat=2))


@lru_cache(maxsize=1)
def _committed() -> dict[int, str]:
    return {int(n): row for n, row in json.loads(TABLE.read_text(encoding="utf-8")).items()}


@lru_cache(maxsize=1024)
def search_pairs(n: int, before: Band, after: Band) -> bool:
    """Search every table of `n` pairs in two bands: whether each possible verdict is safe to publish."""
    ranges: dict[str, dict[str, Band]] = {}
    for better, worse, both in _pairs(n, before, after):
        never = Band(n - better - worse - both.high, n - better - worse - both.low)
        of_kinds = {
            "both": both,
            "never": never,
            "better": Band(better, better),
            "worse": Band(worse, worse),
            "moved": Band(better + worse, better + worse),
            "before": Band(both.low + worse, both.high + worse),
            "after": Band(both.low + better, both.high + better),
        }
        _widen(ranges.setdefault(judge_pairs(better, worse), {}), of_kinds)
    return is_safe_to_say(ranges, dict.fromkeys(("before", "after"), n), n)


def _pairs(n: int, before: Band, after: Band) -> Iterator[tuple[int, int, Band]]:
    """Pairs that got better, pairs that got worse, and the range of those that were good both times."""
    for worse in range(min(n, before.high) + 1):
        for better in range(min(n - worse, after.high) + 1):
            low = max(0, before.low - worse, after.low - better)
            high = min(n - better - worse, before.high - worse, after.high - better)
            if low <= high:
                yield better, worse, Band(low, high)


@lru_cache(maxsize=4096)
def is_published_for_groups(n_before: int, before: Band, n_after: int, after: Band) -> bool:
    """Whether a verdict on two waves that are not linked, between these bands, is published, whatever it is.

    It is searched on first use: two bands hold a few hundred pairs of numbers.
    """
    if min(n_before, n_after) < MIN_CHILDREN:
        return False
    ranges: dict[str, dict[str, Band]] = {}
    numbers = product(range(before.low, before.high + 1), range(after.low, after.high + 1))
    for good_before, good_after in numbers:
        verdict = judge_groups(good_before, n_before, good_after, n_after)
        of_waves = {"before": Band(good_before, good_before), "after": Band(good_after, good_after)}
        _widen(ranges.setdefault(verdict, {}), of_waves)
    return is_safe_to_say(ranges, {"before": n_before, "after": n_after})


def _widen(ranges: dict[str, Band], bands: Mapping[str, Band]) -> None:
    for kind, band in bands.items():
        old_range = ranges.get(kind, band)
        ranges[kind] = Band(min(old_range.low, band.low), max(old_range.high, band.high))


def is_safe_to_say(ranges: Mapping[str, Mapping[str, Band]], wide: Mapping[str, int], n: int = 0) -> bool:
    """Whether every verdict leaves enough uncertainty.

    Args:
        ranges: by possible verdict, the feasible range of every kind.
        wide: the kinds that must stay wide enough, with the number of children of each.
        n: children of every other kind.

    Returns:
        False too where "no clear change" is the only possible verdict: then the ranges hide the change.
    """
    if set(ranges) == {"no_clear_change"}:
        return False
    return all(
        leaves_enough(band, wide.get(kind, n), is_wide=kind in wide)
        for of_verdict in ranges.values()
        for kind, band in of_verdict.items()
    )


def leaves_enough(band: Band, n: int, *, is_wide: bool) -> bool:
    """Whether a range is wide enough, and friends cannot be all, or all but all, of the children in it."""
    width, friends = demands_of(n)
    return (not is_wide or band.high - band.low + 1 >= width) and band.high > friends and band.low < n - friends
