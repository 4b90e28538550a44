"""Whether more or fewer children said so than before: a test's verdict, said where it tells no child's answer. Pure.

A verdict - more, fewer, no clear change - is made from exact counts, so it tells more than the two bands beside it.
It is said only where for this many children and these two bands *every* verdict that can occur leaves a reader
enough to guess: then that something is said, or is not, depends on nothing but what she sees anyway.

Of linked waves a reader knows the pairs and looks for the four kinds of them: good both times, good before only, good
now only, never good. Only "good now only" and "good before only" make the verdict, and with both fixed the pairs that
were good both times are one range: so a search over these two numbers is a search over every table of pairs (39,711
at 60). Of waves that are not linked she looks for the two numbers alone.

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
"""What is said of two waves; `too_wide` is that the ranges hide it, and it may have changed."""

MIN_CHILDREN: Final = 20
"""Below so many pairs, or children in a wave, no verdict is said: nor are transitions shown to advocates (A13)."""


@dataclass(frozen=True, slots=True)
class JudgedChange:
    """What a test of the exact counts says, before anybody knows whether it may be said.

    Attributes:
        verdict: of the test.
        is_linked: whether it is of pairs.
    """

    verdict: Verdict
    is_linked: bool


def say_change(before: Band, n_before: int, after: Band, n_after: int, change: JudgedChange | None) -> Change:
    """Say what two published bands, and a verdict where that is safe, tell of a change.

    Args:
        before: the published band of the first wave, in children.
        n_before: children in the first wave; of linked waves the pairs.
        after: the published band of the second wave.
        n_after: children in the second wave.
        change: the test's verdict; None where the question has more than two categories, or nothing was tested.

    Source: PRIVACY.md A6 (a) to (c).
    """
    by_bands = compare_waves(before, n_before, after, n_after)
    if by_bands != "too_wide" or change is None:
        return by_bands
    if change.is_linked:
        is_said = is_said_of_pairs(n_after, before, after)
    else:
        is_said = is_said_of_groups(n_before, before, n_after, after)
    return change.verdict if is_said else "too_wide"


def judge_pairs(better: int, worse: int) -> Verdict:
    """Say whether a share changed among the same children.

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
    """So many of those who moved may have moved against the others, and mid-p is still under 0.05; -1 for none."""
    tail, most = 0, -1
    for against in range((moved + 1) // 2):
        ways = comb(moved, against)
        if 20 * (2 * tail + ways) >= 2**moved:  # mid-p is 2 * P(fewer) + P(so many)
            break
        tail, most = tail + ways, against
    return most


_Z: Final = 1.959963984540054
"""The normal distribution's 97.5 % point."""


def judge_groups(good_before: int, n_before: int, good_after: int, n_after: int) -> Verdict:
    """Say whether a share changed between two waves whose children are not linked.

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
"""For 20 to 60 pairs, by the bands before and after, whether a verdict is said; a test derives it anew, twice."""


def is_said_of_pairs(n: int, before: Band, after: Band) -> bool:
    """Tell whether the verdict on `n` pairs between these bands is said, whatever it is.

    From the committed table; above 60 pairs, where only an option of a list has two categories, searched when first
    needed (at 200 pairs some tens of milliseconds, once).

    Raises:
        ValueError: a band is none of `n`.
    """
    if n < MIN_CHILDREN:
        return False
    bands = band_ranges(n)
    place = bands.index(before) * len(bands) + bands.index(after)
    row = _committed().get(n)
    return row[place] == "1" if row else search_pairs(n, before, after)


def derive_row(n: int) -> str:
    """Search the row of the table for `n` pairs: a digit for each two bands, those with the first band before first."""
    return "".join(str(int(search_pairs(n, *both))) for both in product(band_ranges(n), repeat=2))


@lru_cache(maxsize=1)
def _committed() -> dict[int, str]:
    return {int(n): row for n, row in json.loads(TABLE.read_text(encoding="utf-8")).items()}


@lru_cache(maxsize=1024)
def search_pairs(n: int, before: Band, after: Band) -> bool:
    """Search every table of `n` pairs that falls into two bands: whether each verdict that can occur is safe to say."""
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
def is_said_of_groups(n_before: int, before: Band, n_after: int, after: Band) -> bool:
    """Tell whether the verdict on two waves that are not linked, between these bands, is said, whatever it is.

    Searched when first needed: two bands hold a few hundred pairs of numbers.
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


def _widen(ranges: dict[str, Band], seen: Mapping[str, Band]) -> None:
    for kind, band in seen.items():
        known = ranges.get(kind, band)
        ranges[kind] = Band(min(known.low, band.low), max(known.high, band.high))


def is_safe_to_say(ranges: Mapping[str, Mapping[str, Band]], wide: Mapping[str, int], n: int = 0) -> bool:
    """Tell whether every verdict leaves enough.

    Args:
        ranges: by verdict that can occur, the feasible range of every kind.
        wide: the kinds that must stay wide enough, with the children of each.
        n: children of every other kind.

    Returns:
        False too where "no clear change" is all that can occur: then the ranges hide the change, not the children.
    """
    if set(ranges) == {"no_clear_change"}:
        return False
    return all(
        _leaves_enough(band, wide.get(kind, n), is_wide=kind in wide)
        for of_verdict in ranges.values()
        for kind, band in of_verdict.items()
    )


def _leaves_enough(band: Band, n: int, *, is_wide: bool) -> bool:
    """Whether a range is wide enough and friends cannot be all, or all but all, of those in it; so for its opposite."""
    width, friends = demands_of(n)
    return (not is_wide or band.high - band.low + 1 >= width) and band.high > friends and band.low < n - friends
