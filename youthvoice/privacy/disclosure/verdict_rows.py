"""Verdicts in a series of waves: whether another verdict leaves enough uncertainty about every wave. Pure.

Each verdict alone leaves a reader enough uncertainty (`change_verdicts`), but two that share a wave may not: "more than
in May" and "fewer than in June" both narrow what May and June were. Before another verdict is published, whatever it
is, every wave of the series is checked against all that is public: bands, and published verdicts.

The waves of a question and the verdicts between them are a tree: each new wave is compared with an earlier one. So
numbers that fit their neighbours, filtered until none is dropped, are exactly those that fit the whole series.

Source: PRIVACY.md A6 (d).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from youthvoice.privacy.disclosure.bands import Band
from youthvoice.privacy.disclosure.change_verdicts import (
    Verdict,
    is_published_for_groups,
    is_published_for_pairs,
    judge_groups,
    judge_pairs,
    leaves_enough,
)
from youthvoice.privacy.disclosure.phrasing import compare_waves


@dataclass(frozen=True, slots=True)
class PublishedWave:
    """What is public about one answer in one wave: the number of children, and its band."""

    n: int
    band: Band


@dataclass(frozen=True, slots=True)
class PublishedVerdict:
    """A verdict that was published, or might be.

    Attributes:
        before: key of the first wave.
        after: key of the second wave.
        is_linked: whether it is of pairs.
        verdict: its result.
    """

    before: str
    after: str
    is_linked: bool
    verdict: Verdict = "no_clear_change"


Numbers = Mapping[str, frozenset[int]]
"""By wave, the possible numbers of children who gave this answer."""


def is_safe_in_row(
    waves: Mapping[str, PublishedWave], published: Sequence[PublishedVerdict], new: PublishedVerdict
) -> bool:
    """Whether one more verdict in a series is published, whatever it is.

    Args:
        waves: of one answer, by their keys.
        published: the published ones; verdicts that follow from bands alone add nothing.
        new: between two of the waves; its own result is not used.
    """
    first, then = waves[new.before], waves[new.after]
    if compare_waves(first.band, first.n, then.band, then.n) != "too_wide":
        return False  # it follows from the bands
    alone = (
        is_published_for_pairs(then.n, first.band, then.band)
        if new.is_linked
        else is_published_for_groups(first.n, first.band, then.n, then.band)
    )
    if not alone:
        return False
    verdicts: tuple[Verdict, ...] = ("more", "fewer", "no_clear_change")
    after_each = {verdict: possible_numbers(waves, [*published, replace(new, verdict=verdict)]) for verdict in verdicts}
    can_occur = {verdict: numbers for verdict, numbers in after_each.items() if all(numbers.values())}
    if set(can_occur) == {"no_clear_change"}:
        return False
    return all(
        _row_leaves_enough(waves, [*published, replace(new, verdict=verdict)], numbers)
        for verdict, numbers in can_occur.items()
    )


def _row_leaves_enough(
    waves: Mapping[str, PublishedWave], published: Sequence[PublishedVerdict], numbers: Numbers
) -> bool:
    return all(_leaves_enough(numbers[key], wave.n, is_wide=True) for key, wave in waves.items()) and all(
        _pairs_leave_enough(old_verdict, numbers, waves[old_verdict.after].n)
        for old_verdict in published
        if old_verdict.is_linked
    )


def possible_numbers(waves: Mapping[str, PublishedWave], published: Sequence[PublishedVerdict]) -> Numbers:
    """The numbers of children that fit each wave's band and all verdicts together."""
    numbers = {key: frozenset(range(wave.band.low, wave.band.high + 1)) for key, wave in waves.items()}
    narrows = True
    while narrows:
        narrows = False
        for old_verdict in published:
            fitting = [
                both
                for both in product(numbers[old_verdict.before], numbers[old_verdict.after])
                if old_verdict.verdict
                in _verdicts_between(
                    *both, waves[old_verdict.before].n, waves[old_verdict.after].n, old_verdict.is_linked
                )
            ]
            left = {
                old_verdict.before: frozenset(both[0] for both in fitting),
                old_verdict.after: frozenset(both[1] for both in fitting),
            }
            narrows = narrows or any(left[key] != numbers[key] for key in left)
            numbers |= left
    return numbers


@lru_cache(maxsize=100_000)
def _verdicts_between(before: int, after: int, n_before: int, n_after: int, is_linked: bool) -> frozenset[Verdict]:  # noqa: FBT001 - a key of the cache
    """Every verdict that two numbers may have: one for unlinked waves; for pairs it depends on how many moved."""
    if not is_linked:
        return frozenset([judge_groups(before, n_before, after, n_after)])
    fewest, most = max(0, before - after), min(before, n_after - after)
    return frozenset(judge_pairs(worse + after - before, worse) for worse in range(fewest, most + 1))


def _leaves_enough(numbers: Collection[int], n: int, *, is_wide: bool) -> bool:
    return leaves_enough(Band(min(numbers), max(numbers)), n, is_wide=is_wide)


def _pairs_leave_enough(old_verdict: PublishedVerdict, numbers: Numbers, n: int) -> bool:
    """Whether friends learn nothing of the four kinds of pairs, the moved and the stayed, either."""
    numbers_by_kind: dict[str, list[int]] = {}
    for worse, better in product(range(n + 1), repeat=2):
        if worse + better > n or judge_pairs(better, worse) != old_verdict.verdict:
            continue
        both = [
            number
            for number in range(n - worse - better + 1)
            if number + worse in numbers[old_verdict.before] and number + better in numbers[old_verdict.after]
        ]
        for kind, number in (("worse", worse), ("better", better), ("moved", worse + better)) if both else ():
            numbers_by_kind.setdefault(kind, []).append(number)
        numbers_by_kind.setdefault("both", []).extend(both)
        numbers_by_kind.setdefault("never", []).extend(n - worse - better - number for number in both)
    return all(_leaves_enough(of_kind, n, is_wide=False) for of_kind in numbers_by_kind.values() if of_kind)
