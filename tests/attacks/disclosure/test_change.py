"""T1 and T2 of verdicts: from two bands and what is said of the change, work back to every table of pairs.

A publisher says something of two bands and the test's verdict. For every table of pairs there is, a reader finds all
the tables that would have been told of in the same words, and looks for what they have in common; a few friends look
again, with their own answers known. Whoever always says the verdict must fall to the same attack.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.support.attacks.second_verdicts import (
    FEWER,
    KINDS,
    MORE,
    NONE,
    TOTALS,
    every_pair_table,
    group_verdict,
    limits,
    pair_verdicts,
)
from youthvoice.privacy.disclosure.bands import Band, band_ranges
from youthvoice.privacy.disclosure.change_verdicts import JudgedChange, Verdict, say_change
from youthvoice.privacy.disclosure.phrasing import compare_waves

Publisher = Callable[[Band, int, Band, int, JudgedChange], str]
NAMES: dict[int, Verdict] = {NONE: "no_clear_change", MORE: "more", FEWER: "fewer"}
SOME = (20, 21, 24, 25, 30, 36, 40, 50, 60)


def says_always(_before: Band, _n: int, _after: Band, _m: int, change: JudgedChange) -> str:
    """Naive: what a page of statistics would say."""
    return change.verdict


def says_what_changed(before: Band, n: int, after: Band, m: int, change: JudgedChange) -> str:
    """Naive: silent where nothing is clear, and just so it tells that nothing is."""
    by_bands = compare_waves(before, n, after, m)
    return change.verdict if by_bands == "too_wide" and change.verdict != "no_clear_change" else by_bands


def says_from_forty(before: Band, n: int, after: Band, m: int, change: JudgedChange) -> str:
    """Naive: a number of children as the only rule."""
    return change.verdict if n >= 40 else compare_waves(before, n, after, m)


@dataclass(frozen=True)
class Image:
    """Every table of pairs that is told of in the same words; whether these say more than the bands."""

    tables: Any
    says_verdict: bool


def images(publish: Publisher, n: int) -> Iterator[Image]:
    tables, bands = every_pair_table(n), band_ranges(n)
    verdicts = pair_verdicts(tables)
    ends = np.array([band.high for band in bands])
    before = np.searchsorted(ends, tables[:, 0] + tables[:, 1])
    after = np.searchsorted(ends, tables[:, 0] + tables[:, 2])
    for first, then in product(range(len(bands)), repeat=2):
        here = (before == first) & (after == then)
        told: dict[str, list[int]] = {}
        for verdict, name in NAMES.items():
            words = publish(bands[first], n, bands[then], n, JudgedChange(name, is_linked=True))
            told.setdefault(words, []).append(verdict)
        for of_words in told.values():
            chosen = here & np.isin(verdicts, of_words)
            if chosen.any():
                yield Image(tables[chosen], says_verdict=len(told) > 1)


def narrow(image: Image, n: int) -> Iterator[str]:
    """T1: what a reader learns who knows nobody's answer."""
    width, _friends = limits(n)
    for kind in TOTALS:
        numbers = image.tables @ np.array(KINDS[kind])
        if numbers.max() - numbers.min() + 1 < width:
            yield f"{kind} is {numbers.min()} to {numbers.max()}"


def betrayed(image: Image, n: int) -> Iterator[str]:
    """T2: what friends learn of every other child, whatever they answered themselves."""
    _width, friends = limits(n)
    for own in product(range(friends + 1), repeat=4):
        if sum(own) != friends:
            continue
        left = image.tables[(image.tables >= np.array(own)).all(axis=1)]
        for kind, of in KINDS.items() if len(left) else ():
            numbers, ours = left @ np.array(of), int(np.array(own) @ np.array(of))
            if numbers.max() <= ours:
                yield f"nobody else is {kind}, say {own}"
            if numbers.min() >= n - friends + ours:
                yield f"everybody else is {kind}, say {own}"


def broken(publish: Publisher, n: int) -> list[str]:
    return [each for image in images(publish, n) for each in (*narrow(image, n), *betrayed(image, n))]


@pytest.mark.parametrize("n", range(10, 61))
def test_no_table_of_pairs_is_given_away(n: int) -> None:
    assert broken(say_change, n) == []


def test_the_attack_reads_verdicts_that_are_said() -> None:
    assert sum(image.says_verdict for n in SOME for image in images(say_change, n)) > 100


@pytest.mark.parametrize("n", [20, 25, 30, 40])
def test_it_sees_through_whoever_always_says_the_verdict(n: int) -> None:
    assert broken(says_always, n)


@pytest.mark.parametrize("n", [20, 25, 30, 40])
def test_it_sees_through_whoever_says_it_only_where_something_changed(n: int) -> None:
    assert broken(says_what_changed, n)


def test_it_sees_through_a_rule_of_size_alone() -> None:
    assert broken(says_from_forty, 40)
    assert broken(says_from_forty, 60)


def apart(publish: Publisher, n: int, m: int) -> Iterator[str]:
    """The same of two waves whose children are not linked; friends may have been in both."""
    for before, after in product(band_ranges(n), band_ranges(m)):
        told: dict[str, list[tuple[int, int]]] = {}
        for numbers in product(range(before.low, before.high + 1), range(after.low, after.high + 1)):
            change = JudgedChange(NAMES[group_verdict(numbers[0], n, numbers[1], m)], is_linked=False)
            told.setdefault(publish(before, n, after, m, change), []).append(numbers)
        for words, left in told.items():
            for place, size in enumerate((n, m)):
                yield from _betrayed_apart(left, place, (n, m), f"{before} {after} {words}")
                seen = {one[place] for one in left}
                if max(seen) - min(seen) + 1 < limits(size)[0]:
                    yield f"{before} {after} {words}: {min(seen)} to {max(seen)} of {size}"


def _betrayed_apart(left: list[tuple[int, int]], place: int, sizes: tuple[int, int], words: str) -> Iterator[str]:
    friends = limits(sizes[place])[1]
    for own in product(range(friends + 1), repeat=2):
        fitting = [
            one for one in left if all(mine <= one[at] <= sizes[at] - friends + mine for at, mine in enumerate(own))
        ]
        seen = {one[place] for one in fitting}
        if seen and max(seen) <= own[place]:
            yield f"{words}: nobody else in wave {place}, say {own}"
        if seen and min(seen) >= sizes[place] - friends + own[place]:
            yield f"{words}: everybody else in wave {place}, say {own}"


@pytest.mark.parametrize(("n", "m"), [(20, 20), (24, 28), (25, 40), (12, 30), (40, 25)])
def test_no_two_waves_apart_are_given_away(n: int, m: int) -> None:
    assert list(apart(say_change, n, m)) == []


@pytest.mark.parametrize(("n", "m"), [(20, 20), (24, 28), (25, 40)])
def test_it_sees_through_whoever_always_says_the_verdict_of_waves_apart(n: int, m: int) -> None:
    assert next(apart(says_always, n, m), None) is not None
