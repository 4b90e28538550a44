"""T2: a few friends put their own answers together."""

from collections.abc import Callable, Sequence

import pytest

from tests.support.attacks.adversary import Publisher, betrayed, sweep
from tests.support.attacks.naive_publishers import NAIVE
from youthvoice.privacy.disclosure.bands import band_widths, demands_of, max_categories
from youthvoice.privacy.disclosure.safe_table import protect

SMALL = [
    *[(n, 2) for n in range(10, 61)],
    *[(n, 3) for n in (11, 13, 14, 15, 18, 20, 21, 23, 24, 40)],
    *[(n, 4) for n in (11, 13, 14)],
    (11, 5),
]


@pytest.mark.parametrize(("n", "k"), SMALL)
def test_friends_never_learn_the_answer_of_every_other_child(n: int, k: int) -> None:
    assert list(betrayed(protect, n, k, demands_of(n).friends)) == []


@pytest.mark.parametrize("n", range(10, 201))
def test_in_every_pattern_and_union_some_child_who_is_no_friend_may_be_in_it_and_some_not(n: int) -> None:
    ranges = sweep(n, band_widths(n), max_categories(n))
    assert min(high for _, high in ranges) > demands_of(n).friends
    assert max(low for low, _ in ranges) < n - demands_of(n).friends


@pytest.mark.parametrize("publish", NAIVE)
@pytest.mark.parametrize(("n", "k"), [(10, 2), (14, 2), (24, 2), (20, 3), (40, 2)])
def test_friends_see_through_naive_publishers(publish: Publisher, n: int, k: int) -> None:
    assert next(betrayed(publish, n, k, demands_of(n).friends), None) is not None


@pytest.mark.parametrize("width", [3, 4, 5])
def test_friends_see_through_bands_that_begin_too_narrow(width: int) -> None:
    """The attack itself can fail and can succeed: a first band of t + 1 is one too few."""
    n, friends = 40, demands_of(40).friends
    assert next(betrayed(_first_band(width), n, 2, friends), None) is not None
    assert next(betrayed(_first_band(friends + 2), n, 2, friends), None) is None


def _first_band(width: int) -> Callable[[Sequence[int]], tuple[int, ...]]:
    def publish(counts: Sequence[int]) -> tuple[int, ...]:
        n = sum(counts)
        return tuple(0 if count < width else 2 if count > n - width else 1 for count in counts)

    return publish
