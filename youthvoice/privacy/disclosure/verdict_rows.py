"""Verdicts in a row of waves: what two of them leave to the wave between them. Pure.

Each verdict alone leaves a reader enough (`change_verdicts`), but two that share a wave may not: "more than in May" and
"fewer than in June" both narrow what May and June were. Before another verdict is said, whatever it may be, every
wave of the row is asked what is left of it by all that is public: bands, and verdicts that were said.

The waves of a question and the verdicts between them are a tree: each new wave is compared with one that was there.
So numbers that fit their neighbours, tried until none falls out, are exactly those that fit the whole row.

Source: PRIVACY.md A6 (d).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from youthvoice.privacy.disclosure.bands import Band, demands_of
from youthvoice.privacy.disclosure.change_verdicts import (
    Verdict,
    is_said_of_groups,
    is_said_of_pairs,
    judge_groups,
    judge_pairs,
)
from youthvoice.privacy.disclosure.phrasing import compare_waves


@dataclass(frozen=True, slots=True)
class PublishedWave:
    """What everybody sees of one answer in one wave: how many children, and its band."""

    n: int
    band: Band


@dataclass(frozen=True, slots=True)
class SaidVerdict:
    """A verdict that was said, or might be.

    Attributes:
        before: key of the first wave.
        after: key of the second wave.
        is_linked: whether it is of pairs.
        verdict: what it says.
    """

    before: str
    after: str
    is_linked: bool
    verdict: Verdict = "no_clear_change"


Numbers = Mapping[str, frozenset[int]]
"""By wave, how many children may have answered so."""


def is_said_in_row(waves: Mapping[str, PublishedWave], said_verdicts: Sequence[SaidVerdict], new: SaidVerdict) -> bool:
    """Tell whether one verdict more is said in a row, whatever it is.

    Args:
        waves: of one answer, by their keys.
        said_verdicts: the verdicts that are public already; those that follow from bands alone tell nothing more.
        new: between two of the waves; its own verdict plays no part.
    """
    first, then = waves[new.before], waves[new.after]
    if compare_waves(first.band, first.n, then.band, then.n) != "too_wide":
        return False  # bands say it
    alone = (
        is_said_of_pairs(then.n, first.band, then.band)
        if new.is_linked
        else is_said_of_groups(*first_then(first, then))
    )
    if not alone:
        return False
    verdicts: tuple[Verdict, ...] = ("more", "fewer", "no_clear_change")
    after_each = {
        verdict: possible_numbers(waves, [*said_verdicts, replace(new, verdict=verdict)]) for verdict in verdicts
    }
    can_occur = {verdict: numbers for verdict, numbers in after_each.items() if all(numbers.values())}
    if set(can_occur) == {"no_clear_change"}:
        return False
    return all(
        _row_leaves_enough(waves, [*said_verdicts, replace(new, verdict=verdict)], numbers)
        for verdict, numbers in can_occur.items()
    )


def _row_leaves_enough(
    waves: Mapping[str, PublishedWave], said_verdicts: Sequence[SaidVerdict], numbers: Numbers
) -> bool:
    return all(_leaves_enough(numbers[key], wave.n) for key, wave in waves.items()) and all(
        _pairs_leave_enough(said_verdict, numbers, waves[said_verdict.after].n)
        for said_verdict in said_verdicts
        if said_verdict.is_linked
    )


def first_then(first: PublishedWave, published_wave: PublishedWave) -> tuple[int, Band, int, Band]:
    """Two waves as `is_said_of_groups` takes them."""
    return first.n, first.band, published_wave.n, published_wave.band


def possible_numbers(waves: Mapping[str, PublishedWave], said_verdicts: Sequence[SaidVerdict]) -> Numbers:
    """Find how many children may have answered so in each wave, by its band and by all verdicts together."""
    numbers = {key: frozenset(range(wave.band.low, wave.band.high + 1)) for key, wave in waves.items()}
    narrows = True
    while narrows:
        narrows = False
        for said_verdict in said_verdicts:
            fitting = [
                both
                for both in product(numbers[said_verdict.before], numbers[said_verdict.after])
                if said_verdict.verdict
                in _verdicts_between(
                    *both, waves[said_verdict.before].n, waves[said_verdict.after].n, said_verdict.is_linked
                )
            ]
            left = {
                said_verdict.before: frozenset(both[0] for both in fitting),
                said_verdict.after: frozenset(both[1] for both in fitting),
            }
            narrows = narrows or any(left[key] != numbers[key] for key in left)
            numbers |= left
    return numbers


@lru_cache(maxsize=100_000)
def _verdicts_between(before: int, after: int, n_before: int, n_after: int, is_linked: bool) -> frozenset[Verdict]:  # noqa: FBT001 - a key of the cache
    """Every verdict that two numbers may have: one for waves apart; of pairs it depends on how many moved."""
    if not is_linked:
        return frozenset([judge_groups(before, n_before, after, n_after)])
    fewest, most = max(0, before - after), min(before, n_after - after)
    return frozenset(judge_pairs(worse + after - before, worse) for worse in range(fewest, most + 1))


def _leaves_enough(numbers: frozenset[int], n: int) -> bool:
    width, friends = demands_of(n)
    low, high = min(numbers), max(numbers)
    return high - low + 1 >= width and high > friends and low < n - friends


def _pairs_leave_enough(said_verdict: SaidVerdict, numbers: Numbers, n: int) -> bool:
    """Whether friends learn nothing of the four kinds of pair, the moved and the stayed, either."""
    _width, friends = demands_of(n)
    seen: dict[str, list[int]] = {}
    for worse, better in product(range(n + 1), repeat=2):
        if worse + better > n or judge_pairs(better, worse) != said_verdict.verdict:
            continue
        both = [
            each
            for each in range(n - worse - better + 1)
            if each + worse in numbers[said_verdict.before] and each + better in numbers[said_verdict.after]
        ]
        for kind, number in (("worse", worse), ("better", better), ("moved", worse + better)) if both else ():
            seen.setdefault(kind, []).append(number)
        seen.setdefault("both", []).extend(both)
        seen.setdefault("never", []).extend(n - worse - better - each for each in both)
    return all(max(each) > friends and min(each) < n - friends for each in seen.values() if each)
