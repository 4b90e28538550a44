"""A4: one table per n, which anybody can derive again."""

from itertools import combinations_with_replacement, product
from time import process_time

import pytest
from hypothesis import assume, given, settings, strategies as st

from tests.support.attacks.adversary import sweep
from youthvoice.privacy.disclosure.bands import (
    TABLES,
    band_ranges,
    band_widths,
    demands_of,
    derive_cut,
    is_safe_cut,
    max_categories,
)


@pytest.mark.parametrize(
    ("n", "widths"),
    [
        (10, (4, 3, 4)),
        (12, (4, 5, 4)),
        (13, (5, 4, 5)),
        (20, (7, 7, 7)),
        (24, (10, 5, 10)),
        (30, (12, 7, 12)),
        (40, (14, 13, 14)),
        (60, (9, 9, 8, 9, 8, 9, 9)),
        (80, (12, 11, 12, 11, 12, 11, 12)),
        (100, (10, *[9] * 9, 10)),
    ],
)
def test_the_examples_of_the_specification_hold(n: int, widths: tuple[int, ...]) -> None:
    assert band_widths(n) == widths


def test_eleven_and_fifteen_have_two_ranges() -> None:
    assert [n for n in range(10, 201) if len(band_widths(n)) == 2] == [11, 15]


@pytest.mark.parametrize("n", [-1, 0, 1, 9])
def test_fewer_than_ten_children_have_no_bands_and_no_categories(n: int) -> None:
    assert (band_widths(n), max_categories(n), band_ranges(n)) == ((), 0, ())


def test_only_ten_and_twelve_bear_no_more_than_two_categories() -> None:
    assert {n: max_categories(n) for n in range(10, 201) if max_categories(n) != 6} == {10: 2, 12: 2}


def test_the_committed_tables_are_what_the_rule_gives() -> None:
    """The file's text is derived anew; where the rule changes, this text is the new file."""
    lines = [f'"{n}": [{cut.categories}, {list(cut.widths)}]' for n in range(10, 201) if (cut := derive_cut(n))]
    assert TABLES.read_text(encoding="utf-8") == "{\n" + ",\n".join(lines) + "\n}\n"


def _safe_by_the_letter(widths: tuple[int, ...], n: int, most: int) -> bool:
    """A4 (i) and (ii) as they are written: every pattern, every union, nothing clever."""
    width, friends = demands_of(n)
    starts = [sum(widths[:place]) for place in range(len(widths))]
    cut = [(start, start + size - 1) for start, size in zip(starts, widths, strict=True)]
    for k in range(2, most + 1):
        for size in range(1, k):
            for inside, outside in product(
                combinations_with_replacement(cut, size), combinations_with_replacement(cut, k - size)
            ):
                low = max(sum(band[0] for band in inside), n - sum(band[1] for band in outside))
                high = min(sum(band[1] for band in inside), n - sum(band[0] for band in outside))
                if low <= high and (high - low + 1 < width or high <= friends or low >= n - friends):
                    return False
    return True


@settings(deadline=None)
@given(st.integers(10, 59), st.data(), st.sampled_from([2, 3, 6]))
def test_the_quick_check_decides_like_the_letter_of_the_rule(n: int, data: st.DataObject, most: int) -> None:
    end = data.draw(st.integers(1, n // 2))
    widths = (end, n + 1 - 2 * end, end)
    assert is_safe_cut(widths, n, most) == _safe_by_the_letter(widths, n, most)


@pytest.mark.parametrize(
    "widths",
    [(10, 5, 10), (8, 9, 8), (9, 7, 9), (6, 13, 6), (5, 5, 5, 5, 5), (6, 4, 5, 4, 6), (4, 4, 9, 4, 4)],
)
def test_the_quick_check_tells_good_from_bad_among_twenty_four(widths: tuple[int, ...]) -> None:
    assert is_safe_cut(widths, 24) == _safe_by_the_letter(widths, 24, 6) == (widths == (10, 5, 10))


@settings(deadline=None)
@given(st.integers(60, 200), st.integers(3, 6), st.data())
def test_the_quick_check_decides_like_the_reader_where_there_are_many_bands(
    n: int, half: int, data: st.DataObject
) -> None:
    """The reader's sweep looks at every pattern and union, by summed ends."""
    middle = (n + 1) // (2 * half - 1)
    row = data.draw(st.lists(st.integers(middle - 1, middle + 1), min_size=half - 1, max_size=half - 1))
    widths = (*row, n + 1 - 2 * sum(row), *row[::-1])
    assume(widths[half - 1] > 0)
    width, friends = demands_of(n)
    seen = sweep(n, widths, 6)
    safe = all(high - low >= width - 1 and high > friends and low < n - friends for low, high in seen)
    assert is_safe_cut(widths, n) == safe


@pytest.mark.parametrize("n", range(16, 60))
def test_below_sixty_no_more_even_three_ranges_would_be_safe(n: int) -> None:
    spread = max(band_widths(n)) - min(band_widths(n))
    evener = [(end, n + 1 - 2 * end, end) for end in range(1, n // 2 + 1) if abs(n + 1 - 3 * end) < spread]
    assert not [widths for widths in evener if _safe_by_the_letter(widths, n, 6)]


@settings(deadline=None)
@given(st.integers(10, 1_000_000))
def test_bands_read_the_same_both_ways_and_cover_everything(n: int) -> None:
    widths = band_widths(n)
    assert widths == widths[::-1]
    assert sum(widths) == n + 1
    assert is_safe_cut(widths, n, max_categories(n))
    assert band_ranges(n)[0].low == 0
    assert band_ranges(n)[-1].high == n


@settings(deadline=None)
@given(st.integers(60, 1_000_000).filter(lambda n: n % 2310))
def test_from_sixty_on_widths_differ_by_at_most_one(n: int) -> None:
    assert max(band_widths(n)) - min(band_widths(n)) <= 1
    assert 3 <= len(band_widths(n)) <= (7 if n < 100 else 11)


@pytest.mark.parametrize("n", [2310, 4620, 997_920])
def test_where_no_even_cut_is_safe_the_smallest_difference_is_taken(n: int) -> None:
    """At multiples of 2, 3, 5, 7 and 11 every number of equal bands meets n exactly."""
    middle = (n - 11) // 11
    assert band_widths(n) == (middle + 6, *[middle] * 9, middle + 6)


@pytest.mark.parametrize("n", [201, 9_240, 123_457, 999_999, 1_000_000])
def test_a_large_batch_does_not_wait_for_its_bands(n: int) -> None:
    began = process_time()
    derive_cut(n)
    assert process_time() - began < 2


@pytest.mark.parametrize(
    ("children", "width", "friends"),
    [(10, 3, 2), (19, 3, 2), (20, 4, 2), (23, 4, 2), (24, 4, 3), (39, 4, 3), (40, 5, 4), (200, 5, 4)],
)
def test_what_bands_must_stand_grows_with_the_children(children: int, width: int, friends: int) -> None:
    """A4: the steps as the paper has them, and not as the code has them."""
    assert demands_of(children) == (width, friends)


@pytest.mark.parametrize(
    ("children", "widths", "most", "why"),
    [
        (10, (3, 5, 3), 2, "two friends who both said it know that nobody else did"),
        (24, (4, 17, 4), 2, "three friends, the same"),
        (20, (9, 3, 9), 2, "three numbers are left, and four are asked"),
        (13, (4, 6, 4), 3, "of three categories one is left with two numbers"),
        (19, (6, 8, 6), 3, "the same among nineteen"),
        (22, (5, 13, 5), 4, "and with four categories"),
    ],
)
def test_a_cut_that_is_unsafe_by_one_number_is_refused(
    children: int, widths: tuple[int, ...], most: int, why: str
) -> None:
    assert not _safe_by_the_letter(widths, children, most), why
    assert not is_safe_cut(widths, children, most), why
