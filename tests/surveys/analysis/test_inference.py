"""Published worked examples, to every digit that was printed."""

from collections.abc import Iterable
from itertools import pairwise, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings, strategies as st

from tests.support.late_import import late_import

if TYPE_CHECKING:
    from youthvoice.surveys.analysis import inference
else:
    inference = late_import("youthvoice.surveys.analysis.inference")
stats = late_import("scipy.stats")
numpy = late_import("numpy")
judge = late_import("statsmodels.stats.contingency_tables"), late_import("statsmodels.stats.nonparametric")


# Stuart 1955, Biometrika 42: unaided distance vision of 7,477 women, right eye (row) and left eye (column).
VISION = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]


def test_bland_1319_schoolchildren_at_12_and_at_14() -> None:
    """Bland, An Introduction to Medical Statistics: severe colds of 356 and 468 children; 144 and 256 changed."""
    found = inference.compare_paired_shares(better=256, worse=144, both=212, neither=707)
    assert found.effect == pytest.approx(468 / 1319 - 356 / 1319)
    assert round(found.effect or 0, 3) == 0.085
    assert found.p is not None
    assert found.p < 0.001
    cells = [[212, 144], [256, 707]]
    shares, _symmetry = inference.compare_square(cells)
    assert round(shares.statistic or 0, 1) == 31.4  # McNemar's chi-square as printed is Stuart-Maxwell of two answers


def test_fagerland_21_children_before_and_after_a_transplant() -> None:
    """Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13:91 (2013): exact 0.070, mid-p 0.039."""
    found = inference.compare_paired_shares(better=7, worse=1, both=1, neither=12)
    assert round(found.p or 0, 3) == 0.070
    assert round(found.p_mid or 0, 3) == 0.039
    assert (round(found.ci_low or 0, 3), round(found.ci_high or 0, 3)) == (0.026, 0.507)


def test_stuart_1955_and_bowker_of_the_same_table() -> None:
    shares, symmetry = inference.compare_square(VISION)
    assert (round(shares.statistic or 0, 2), shares.df) == (11.96, 3)
    assert (round(symmetry.statistic or 0, 2), symmetry.df) == (19.11, 6)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [((48, 80), (56, 70), 0.0524, 0.3339), ((3, 10), (9, 10), 0.1705, 0.8090), ((0, 10), (10, 10), 0.6075, 1.0000)],
)
def test_newcombe_1998_independent_shares(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """Newcombe, Statistics in Medicine 17:873 (1998), table II, method 10."""
    found = inference.compare_shares(first, second)
    assert (round(found.ci_low or 0, 4), round(found.ci_high or 0, 4)) == (low, high)


@pytest.mark.parametrize(("number", "n", "low", "high"), [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605)])
def test_newcombe_1998_single_shares(number: int, n: int, low: float, high: float) -> None:
    """Newcombe, Statistics in Medicine 17:857 (1998), table I, method 3."""
    found = inference.interval_of_share(number, n)
    assert (round(found[0], 4), round(found[1], 4)) == (low, high)


def test_brunner_and_munzel_pain_scores() -> None:
    """Brunner and Munzel, Biometrical Journal 42:17 (2000): shoulder pain on the third day, 14 and 11 people."""
    found = inference.compare_ranks([11, 2, 0, 1, 0], [3, 1, 4, 2, 1])
    assert round(found.statistic or 0, 4) == 3.1375
    assert round(found.p or 0, 6) == 0.005786
    assert round(found.effect or 0, 6) == 0.788961
    assert (round(found.ci_low or 0, 7), round(found.ci_high or 0, 7)) == (0.5952169, 0.9827052)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_better_and_worse_change_places_with_the_waves(cells: list[int]) -> None:
    better, worse, both, neither = cells
    if not sum(cells):
        return
    found = inference.compare_paired_shares(better, worse, both, neither)
    back = inference.compare_paired_shares(worse, better, both, neither)
    assert found.p == pytest.approx(back.p)
    assert found.effect == pytest.approx(-(back.effect or 0))
    assert found.ci_low is not None
    assert found.ci_high is not None
    assert found.ci_low == pytest.approx(-(back.ci_high or 0))
    assert -1 <= found.ci_low <= (found.effect or 0) + 1e-9
    assert (found.effect or 0) - 1e-9 <= found.ci_high <= 1
    assert 0 <= (found.p_mid or 0) <= (found.p or 0) + 1e-12


def test_more_children_with_the_same_shares_give_less_doubt() -> None:
    widths = []
    for times in (1, 2, 5, 20):
        found = inference.compare_paired_shares(6 * times, 2 * times, 10 * times, 12 * times)
        assert found.ci_low is not None
        assert found.ci_high is not None
        widths.append(found.ci_high - found.ci_low)
    assert all(wide > narrow for wide, narrow in pairwise(widths))


def test_nobody_moved() -> None:
    ranks, sign = inference.compare_paired_ranks([[4, 0], [0, 9]])
    assert (ranks.p, sign.p, ranks.effect) == (1.0, 1.0, 0.0)
    assert inference.compare_paired_shares(0, 0, 4, 9).p == 1.0
    assert [one.p for one in inference.compare_square([[4, 0], [0, 9]])] == [None, None]


def test_everybody_moved_up() -> None:
    ranks, sign = inference.compare_paired_ranks([[0, 10, 0], [0, 0, 12], [0, 0, 0]])
    assert ranks.effect == 1.0
    assert sign.p == pytest.approx(2 / 2**22)


def test_waves_that_say_one_thing_have_no_figure_but_a_chance() -> None:
    found = inference.compare_ranks([0, 12], [0, 11])
    assert (found.effect, found.p) == (0.5, None)
    assert inference.compare_ranks([12, 0], [0, 11]).effect == 1.0


def test_an_answer_that_nobody_gave_changes_nothing() -> None:
    with_it = [[*row, 0] for row in VISION] + [[0] * 5]
    assert inference.compare_square(with_it) == inference.compare_square(VISION)


def test_no_children_is_no_figure() -> None:
    with pytest.raises(ValueError, match="no pair"):
        inference.compare_paired_shares(0, 0, 0, 0)
    with pytest.raises(ValueError, match="without children"):
        inference.compare_shares((0, 0), (1, 2))


@pytest.mark.parametrize(
    ("table", "p"),
    [
        ([[0, 0, 0], [0, 0, 5], [0, 0, 0]], 2 / 32),  # five up, alike: two of 32 ways are so lopsided
        ([[0, 7, 0], [2, 0, 0], [0, 0, 0]], 2 * (1 + 9 + 36) / 512),  # seven of nine, alike: as the sign test
        ([[0, 2, 6], [1, 0, 0], [0, 0, 0]], 2 * 4 / 512),  # one small step back against eight forward
    ],
)
def test_a_rank_test_of_few_children_counts_every_way_to_sign_their_ranks(table: list[list[int]], p: float) -> None:
    assert inference.compare_paired_ranks(table)[0].p == pytest.approx(p)


def moved(steps: Iterable[int], size: int) -> list[list[int]]:
    """A table in which a child took each of these steps."""
    table = [[0] * size for _row in range(size)]
    for step in steps:
        table[max(0, -step)][max(0, step)] += 1
    return table


def test_nine_who_moved_are_judged_exactly() -> None:
    """Each a different step, the fourth largest back: 14 of 512 ways are as lopsided, 0.027."""
    ranks, _sign = inference.compare_paired_ranks(moved([1, 2, 3, -4, 5, 6, 7, 8, 9], 10))
    assert (ranks.statistic, ranks.p) == (4.0, 14 / 512)


def test_nine_with_ties_are_not_called_rarer_than_they_are() -> None:
    """Eight of nine one step forward, one one step back: 20 of 512 ways, where the approximation says 0.020."""
    ranks, sign = inference.compare_paired_ranks(moved([1] * 8 + [-1], 2))
    steps = [1] * 8 + [-1]
    approximate = stats.wilcoxon(steps, zero_method="wilcox", correction=False, method="approx").pvalue
    assert round(float(approximate), 3) == 0.020
    assert ranks.p == sign.p == 20 / 512


@given(st.lists(st.sampled_from([-3, -2, -1, 1, 2, 3]), min_size=1, max_size=10))
def test_it_is_what_writing_down_every_way_gives(steps: list[int]) -> None:
    ranks = stats.rankdata([abs(step) for step in steps])
    total = sum(ranks)
    seen = sum(rank for rank, step in zip(ranks, steps, strict=True) if step > 0)
    sums = [
        sum(rank for rank, up in zip(ranks, signs, strict=True) if up) for signs in product([0, 1], repeat=len(steps))
    ]
    as_far = sum(abs(each - total / 2) >= abs(seen - total / 2) - 1e-9 for each in sums)
    assert inference.compare_paired_ranks(moved(steps, 4))[0].p == pytest.approx(as_far / len(sums))


def test_fifty_are_exact_and_near_the_approximation_that_judges_more() -> None:
    exact, more = ([[0, up, 0], [20, 0, 0], [0, 0, 0]] for up in (30, 31))
    assert sum(map(sum, exact)) == inference.EXACT_RANKS
    one, other = (inference.compare_paired_ranks(table)[0].p or 0 for table in (exact, more))
    assert one == pytest.approx(float(stats.binomtest(30, 50, 0.5).pvalue))
    assert other < one


SQUARES = st.integers(2, 5).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, 40), min_size=size, max_size=size), min_size=size, max_size=size)
)


@settings(max_examples=60, deadline=None)
@given(SQUARES)
def test_statsmodels_gives_the_same_of_a_square(cells: list[list[int]]) -> None:
    """Where moves join all answers; else it takes too many degrees of freedom, or gives nothing."""
    answered = [at for at, row in enumerate(cells) if sum(row) + sum(other[at] for other in cells)]
    cells = [[cells[row][column] for column in answered] for row in answered]
    assume(len(answered) > 1 and all(cells[at][at + 1] + cells[at + 1][at] for at in range(len(answered) - 1)))
    square = judge[0].SquareTable(numpy.asarray(cells), shift_zeros=False)
    for result, given_there in zip(
        inference.compare_square(cells), (square.homogeneity(), square.symmetry()), strict=True
    ):
        assert result.df == given_there.df
        assert result.statistic == pytest.approx(given_there.statistic, rel=1e-8, abs=1e-9)
        assert result.p == pytest.approx(given_there.pvalue, rel=1e-8, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=6))
def test_statsmodels_gives_the_same_interval_of_ranks(waves: list[tuple[int, int]]) -> None:
    first, second = ([wave[at] for wave in waves] for at in (0, 1))
    result = inference.compare_ranks(first, second)
    assume(result.ci_low is not None)
    before, after = ([at for at, n in enumerate(wave) for _child in range(n)] for wave in (first, second))
    low, high = judge[1].rank_compare_2indep(after, before).conf_int(alpha=0.05)
    assert result.ci_low == pytest.approx(max(low, 0))
    assert result.ci_high == pytest.approx(min(high, 1))


def test_answers_between_which_nobody_moved_are_counted_by_themselves() -> None:
    """Three moved from the first to the second answer, and three from the third to the fourth: McNemar's 3 and 3."""
    shares, _symmetry = inference.compare_square([[2, 3, 0, 0], [0, 0, 0, 0], [0, 0, 1, 3], [0, 0, 0, 4]])
    assert shares.df == 2
    assert shares.statistic == pytest.approx(6)
    assert shares.p == pytest.approx(stats.chi2.sf(6, 2))
