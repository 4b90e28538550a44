"""T1 and T2 of waves in a row (A6 d): every verdict that was said is laid beside every other.

Five waves of the same children are published one after the other. A reader keeps for each wave the numbers that fit
all bands and all verdicts; friends begin with what they answered themselves. Whoever looks at each two waves alone
must fall to the same attack.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product

import pytest

from tests.support.attacks.second_verdicts import FEWER, MORE, NONE, group_verdict, limits
from youthvoice.privacy.disclosure.bands import band_ranges
from youthvoice.privacy.disclosure.change_verdicts import Verdict, is_published_for_groups, is_published_for_pairs
from youthvoice.privacy.disclosure.phrasing import compare_waves
from youthvoice.privacy.disclosure.safe_table import protect
from youthvoice.privacy.disclosure.verdict_rows import (
    PublishedVerdict,
    PublishedWave,
    is_safe_in_row,
    possible_numbers,
)

NAMES: dict[int, Verdict] = {NONE: "no_clear_change", MORE: "more", FEWER: "fewer"}
Publisher = Callable[[dict[str, PublishedWave], Sequence[PublishedVerdict], PublishedVerdict], bool]
Row = list[int | None]
"""The verdict from each wave to the next; None where none was said."""


def alone(waves: dict[str, PublishedWave], _said: Sequence[PublishedVerdict], new: PublishedVerdict) -> bool:
    """Naive: as if no other verdict had been said."""
    first, then = waves[new.before], waves[new.after]
    hidden = compare_waves(first.band, first.n, then.band, then.n) == "too_wide"
    return hidden and is_published_for_groups(first.n, first.band, then.n, then.band)


def published(says: Publisher, counts: Sequence[int], n: int) -> tuple[list[tuple[int, int]], Row]:
    """The bands of five waves, and what is said between them."""
    bands = [protect([count, n - count]).bands[0] for count in counts]
    said: list[PublishedVerdict] = []
    row: Row = []
    for place, (first, then) in enumerate(pairwise(counts)):
        waves = {str(nth): PublishedWave(n, band) for nth, band in enumerate(bands[: place + 2])}
        verdict = group_verdict(first, n, then, n)
        new = PublishedVerdict(str(place), str(place + 1), is_linked=False, verdict=NAMES[verdict])
        is_said = says(waves, said, new)
        said += [new] if is_said else []
        row.append(verdict if is_said else None)
    return [(band.low, band.high) for band in bands], row


def left(ranges: Sequence[tuple[int, int]], row: Row, n: int) -> list[set[int]] | None:
    """What fits everything: forward, then back. None where nothing does."""
    seen = [set(range(low, high + 1)) for low, high in ranges]
    steps = list(enumerate(row))
    for place, verdict in (*steps, *reversed(steps)):
        if verdict is not None:
            fitting = [
                (one, other)
                for one, other in product(seen[place], seen[place + 1])
                if group_verdict(one, n, other, n) == verdict
            ]
            seen[place], seen[place + 1] = {one for one, _other in fitting}, {other for _one, other in fitting}
    return seen if all(seen) else None


def narrow(says: Publisher, counts: Sequence[int], n: int) -> Iterator[str]:
    """T1: what a reader learns who knows nobody's answer."""
    numbers = left(*published(says, counts, n), n)
    assert numbers is not None
    assert all(count in seen for count, seen in zip(counts, numbers, strict=True))
    for place, seen in enumerate(numbers):
        if max(seen) - min(seen) + 1 < limits(n)[0]:
            yield f"{counts}: wave {place} is {min(seen)} to {max(seen)}"


def betrayed(says: Publisher, counts: Sequence[int], n: int) -> Iterator[str]:
    """T2: what friends learn who were in every wave."""
    ranges, row = published(says, counts, n)
    friends = limits(n)[1]
    for own in product(range(friends + 1), repeat=len(counts)):
        known = [(max(low, mine), min(high, n - friends + mine)) for (low, high), mine in zip(ranges, own, strict=True)]
        for place, seen in enumerate(left(known, row, n) or []):
            if max(seen) <= own[place] or min(seen) >= n - friends + own[place]:
                yield f"{counts}: friends {own} know wave {place}"


def rows(n: int, number: int) -> list[list[int]]:
    drawn = random.Random(n)  # noqa: S311 - no secret
    return [[drawn.randint(0, n) for _wave in range(5)] for _row in range(number)]


def slow(n: int, number: int) -> list[list[int]]:
    """Rows that move little, so that verdicts are said."""
    drawn, found = random.Random(-n), []  # noqa: S311 - no secret
    for _row in range(number):
        row = [drawn.randint(0, n)]
        while len(row) < 5:
            row.append(min(n, max(0, row[-1] + drawn.randint(-n // 3, n // 3))))
        found.append(row)
    return found


@pytest.mark.parametrize("n", [20, 25, 30, 40, 50])
def test_no_wave_of_a_row_of_five_is_given_away(n: int) -> None:
    assert [each for counts in (*rows(n, 40), *slow(n, 40)) for each in narrow(is_safe_in_row, counts, n)] == []


@pytest.mark.parametrize(("n", "several"), [(20, 12), (25, 4)])
def test_friends_learn_of_no_other_child_in_a_row_of_five(n: int, several: int) -> None:
    assert [each for counts in slow(n, several) for each in betrayed(is_safe_in_row, counts, n)] == []


def test_verdicts_are_said_in_rows() -> None:
    said = [
        verdict for n in (20, 25, 30) for counts in slow(n, 12) for verdict in published(is_safe_in_row, counts, n)[1]
    ]
    assert sum(verdict is not None for verdict in said) > 20


def test_it_sees_through_whoever_looks_at_two_waves_alone() -> None:
    """Among 40, few, then about half, then most, and no clear change each time: the middle is known too well."""
    found = [
        each
        for counts in product((12, 13), range(14, 27), (27, 28), (20,), (20,))
        for each in narrow(alone, counts, 40)
        if "wave 1" in each
    ]
    assert found


@pytest.mark.parametrize("n", [20, 25, 40, 50])
@pytest.mark.parametrize("is_linked", [True, False])
def test_two_waves_alone_are_the_rule_of_two_waves(n: int, is_linked: bool) -> None:
    for first, then in product(band_ranges(n), repeat=2):
        waves = {"1": PublishedWave(n, first), "2": PublishedWave(n, then)}
        hidden = compare_waves(first, n, then, n) == "too_wide"
        safe = is_published_for_pairs(n, first, then) if is_linked else is_published_for_groups(n, first, n, then)
        assert is_safe_in_row(waves, [], PublishedVerdict("1", "2", is_linked)) == (hidden and safe)


def test_what_is_said_depends_on_what_is_public_alone() -> None:
    bands = band_ranges(25)
    waves = {"1": PublishedWave(25, bands[0]), "2": PublishedWave(25, bands[1]), "3": PublishedWave(25, bands[2])}
    said = [PublishedVerdict("1", "2", is_linked=False, verdict="more")]
    answers = {
        is_safe_in_row(waves, said, PublishedVerdict("2", "3", is_linked=False, verdict=verdict))
        for verdict in NAMES.values()
    }
    assert len(answers) == 1


def test_a_pair_and_the_round_after_are_one_row() -> None:
    bands = band_ranges(50)
    waves = {
        "pre": PublishedWave(50, bands[0]),
        "post": PublishedWave(50, bands[1]),
        "later": PublishedWave(50, bands[2]),
    }
    said = [PublishedVerdict("pre", "post", is_linked=True, verdict="more")]
    numbers = possible_numbers(
        waves, [*said, PublishedVerdict("post", "later", is_linked=False, verdict="no_clear_change")]
    )
    assert max(numbers["later"]) < bands[2].high
    assert min(numbers["post"]) > bands[1].low
