"""A6 (b): a verdict is said where it is safe, which the table and a second program agree on."""

from itertools import product

import pytest

from tests.support.attacks import second_verdicts
from tests.support.long_tests import long_test
from youthvoice.privacy.disclosure import change_verdicts
from youthvoice.privacy.disclosure.bands import Band, band_ranges
from youthvoice.privacy.disclosure.change_verdicts import (
    TABLE,
    JudgedChange,
    Verdict,
    derive_row,
    is_published_for_groups,
    is_published_for_pairs,
    judge_groups,
    judge_pairs,
    say_change,
)

FEW, HALF, MOST = 0, 1, 2


def said(n: int, before: int, after: int) -> bool:
    bands = band_ranges(n)
    return is_published_for_pairs(n, bands[before], bands[after])


def said_apart(n: int, before: int, after: int) -> bool:
    bands = band_ranges(n)
    return is_published_for_groups(n, bands[before], n, bands[after])


@pytest.mark.parametrize(
    ("better", "worse", "verdict"),
    [
        (0, 0, "no_clear_change"),
        (4, 0, "no_clear_change"),  # mid-p 0.0625
        (5, 0, "more"),  # 0.03125
        (7, 1, "more"),  # 0.0391
        (6, 1, "no_clear_change"),  # 0.0703
        (1, 7, "fewer"),
        (9, 9, "no_clear_change"),
    ],
)
def test_pairs_are_judged_by_mcnemar_with_mid_p(better: int, worse: int, verdict: Verdict) -> None:
    assert judge_pairs(better, worse) == verdict


@pytest.mark.parametrize(
    ("waves", "verdict"),
    [
        ((56, 70, 48, 80), "fewer"),  # Newcombe 1998, example (a): 0.0524 to 0.3339
        ((9, 10, 3, 10), "fewer"),  # (b): 0.1705 to 0.8090
        ((5, 56, 0, 29), "no_clear_change"),  # (d): -0.0381 to 0.1926
        ((10, 25, 18, 25), "more"),
        ((10, 25, 16, 25), "no_clear_change"),
    ],
)
def test_waves_that_are_not_linked_are_judged_by_newcombe(waves: tuple[int, int, int, int], verdict: Verdict) -> None:
    assert judge_groups(*waves) == verdict


@pytest.mark.parametrize("n", range(20, 61))
def test_what_was_tried_before_holds(n: int) -> None:
    assert said(n, FEW, HALF)
    assert said(n, HALF, FEW)
    if n < 60:
        assert said(n, HALF, MOST)
        assert said(n, MOST, HALF)


@pytest.mark.parametrize("n", range(10, 20))
def test_under_twenty_nothing_is_said(n: int) -> None:
    for before, after in product(band_ranges(n), repeat=2):
        assert not is_published_for_pairs(n, before, after)
        assert not is_published_for_groups(n, before, n, after)
        assert not is_published_for_groups(40, band_ranges(40)[HALF], n, after)


def test_the_same_band_twice_says_nothing_at_thirty_and_something_from_forty_and_fifty() -> None:
    assert [said(30, band, band) for band in (FEW, HALF, MOST)] == [False, False, False]
    assert [said(40, band, band) for band in (FEW, HALF, MOST)] == [False, True, False]
    assert all(said(n, band, band) for n in range(50, 60) for band in (FEW, HALF, MOST))


def test_waves_apart_are_alike() -> None:
    assert all(said_apart(n, FEW, HALF) and said_apart(n, HALF, MOST) for n in range(20, 60))
    assert [said_apart(n, HALF, HALF) for n in (20, 30, 50)] == [False, False, True]


def test_no_clear_change_is_never_said_where_nothing_else_could_be() -> None:
    """Among 24 no pair of "about half" can be told apart by the test: that is the ranges, not the children."""
    low, high = band_ranges(24)[HALF]
    assert {judge_pairs(better, better - low + high) for better in range(11)} == {"no_clear_change"}
    assert not said(24, HALF, HALF)


def test_the_committed_table_is_what_the_rule_gives() -> None:
    """The file's text is derived anew; where the rule changes, this text is the new file."""
    lines = [f'"{n}": "{derive_row(n)}"' for n in range(20, 61)]
    assert TABLE.read_text(encoding="utf-8") == "{\n" + ",\n".join(lines) + "\n}\n"


@pytest.mark.parametrize("n", range(10, 61))
def test_a_second_program_that_writes_down_every_table_of_pairs_finds_the_same(n: int) -> None:
    ours = "".join(str(int(is_published_for_pairs(n, *both))) for both in product(band_ranges(n), repeat=2))
    assert second_verdicts.said_of_pairs(n, band_ranges(n)) == ours


@pytest.mark.parametrize("n", [65, 80])
def test_it_finds_the_same_where_no_row_is_committed(n: int) -> None:
    assert second_verdicts.said_of_pairs(n, band_ranges(n)) == derive_row(n)


@pytest.mark.parametrize(("n_before", "n_after"), [(20, 20), (24, 31), (25, 25), (40, 20), (45, 60)])
def test_a_second_program_finds_the_same_of_waves_apart(n_before: int, n_after: int) -> None:
    _compare_apart(n_before, n_after)


@long_test("COMPARED for every two waves of 20 to 60")
@pytest.mark.parametrize("n_before", range(20, 61))
def test_a_second_program_finds_the_same_of_every_two_waves_apart(n_before: int) -> None:
    for n_after in range(20, 61):
        _compare_apart(n_before, n_after)


def _compare_apart(n_before: int, n_after: int) -> None:
    for before, after in product(band_ranges(n_before), band_ranges(n_after)):
        ours = is_published_for_groups(n_before, before, n_after, after)
        assert second_verdicts.said_of_groups(n_before, before, n_after, after) == ours


@pytest.mark.parametrize(
    ("before", "after", "verdict", "change"),
    [
        (FEW, MOST, "no_clear_change", "more"),  # bands so far apart need no test
        (HALF, MOST, "more", "more"),
        (HALF, MOST, "no_clear_change", "no_clear_change"),
        (MOST, HALF, "fewer", "fewer"),
        (HALF, HALF, "more", "too_wide"),
        (HALF, MOST, None, "too_wide"),
    ],
)
def test_what_is_said_follows_from_the_bands_and_where_that_is_safe_from_the_verdict(
    before: int, after: int, verdict: Verdict | None, change: str
) -> None:
    bands = band_ranges(25)
    judged = JudgedChange(verdict, is_linked=True) if verdict else None
    assert say_change(bands[before], 25, bands[after], 25, judged) == change


def test_a_band_that_is_none_of_so_many_is_refused() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        is_published_for_pairs(25, Band(1, 7), Band(9, 16))


def test_every_two_bands_that_lie_a_tenth_apart_are_said_without_a_test() -> None:
    for n in range(10, 60):
        few, *_half, most = band_ranges(n)
        if len(band_ranges(n)) == 3:
            assert say_change(few, n, most, n, None) == "more"
            assert change_verdicts.say_change(most, n, few, n, None) == "fewer"
