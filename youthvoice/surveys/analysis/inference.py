"""Statistical tests of what changed between two waves. Pure; the only module that loads SciPy.

It is imported only in the process that analyses (`analysis.process`), since the library is larger than a web
worker. Every figure is based on encrypted counts; nothing here is published (PRIVACY.md A13, B).
"""

from collections.abc import Sequence
from math import sqrt
from typing import Any, Final

import numpy as np
from scipy.stats import binom, binomtest, brunnermunzel, chi2, rankdata, t, wilcoxon

from youthvoice.surveys.analysis.entities import Moves, TestName, TestResult

EXACT_RANKS: Final = 50
"""Up to this many children who moved, the rank test is exact: it counts every assignment of signs."""

Square = Sequence[Sequence[int]]
"""Numbers of children by answer before (row) and after (column)."""


def compare_paired_shares(better: int, worse: int, both: int, neither: int) -> TestResult:
    """Test whether a share changed among the same children.

    Args:
        better: children on the good side after, and not before.
        worse: children on the good side before, and not after.
        both: children on the good side both times.
        neither: children on the bad side both times.

    Returns:
        McNemar's exact test and its mid-p; `effect` is (better - worse) / pairs with Newcombe's interval.

    Raises:
        ValueError: there is no pair.

    Source: McNemar 1947; Fagerland, Lydersen and Laake 2013 for mid-p; Newcombe 1998, method 10, for the interval.
    """
    pairs = better + worse + both + neither
    if pairs < 1:
        raise ValueError("There is no pair")
    exact = float(binomtest(better, better + worse, 0.5).pvalue) if better + worse else 1.0
    low, high = _newcombe_paired(both, better, worse, neither)
    return TestResult(
        test="mcnemar_exact",
        statistic=float(min(better, worse)),
        p=exact,
        p_mid=_mid_p(better, worse, exact),
        effect=(better - worse) / pairs,
        ci_low=low,
        ci_high=high,
    )


def _mid_p(better: int, worse: int, exact: float) -> float:
    """The mid-p: the exact p minus half the probability of the observed result, on both sides."""
    changed = better + worse
    if not changed or better == worse:
        return 1 - float(binom.pmf(better, changed, 0.5)) / 2 if changed else 1.0
    return exact - float(binom.pmf(min(better, worse), changed, 0.5))


def _newcombe_paired(both: int, better: int, worse: int, neither: int) -> tuple[float, float]:
    """The 95 % interval of (better - worse) / n from two Wilson intervals and their correlation."""
    n = both + better + worse + neither
    after, before = (both + better) / n, (both + worse) / n
    low_after, high_after = interval_of_share(both + better, n)
    low_before, high_before = interval_of_share(both + worse, n)
    phi = _phi(both, better, worse, neither)

    def reach(first: float, other: float) -> float:
        return sqrt(max(first**2 - 2 * phi * first * other + other**2, 0))

    change = after - before
    down, up = reach(after - low_after, high_before - before), reach(high_after - after, before - low_before)
    return max(change - down, -1.0), min(change + up, 1.0)


def _phi(both: int, better: int, worse: int, neither: int) -> float:
    """The phi of a table, reduced towards 0 by n/2 where it is positive, as method 10 requires."""
    margins = (both + better) * (worse + neither) * (both + worse) * (better + neither)
    if not margins:
        return 0.0
    n, product = both + better + worse + neither, both * neither - better * worse
    return (max(product - n / 2, 0) if product > 0 else product) / sqrt(margins)


def interval_of_share(number: int, n: int) -> tuple[float, float]:
    """The 95 % interval of one share.

    Args:
        number: children on one side.
        n: all, at least one.

    Source: Wilson 1927.
    """
    low, high = binomtest(number, n).proportion_ci(method="wilson")
    return float(low), float(high)


def count_moves(table: Square) -> Moves:
    """Count how many moved up, stayed and moved down.

    Args:
        table: the answers in their order, the worst first.
    """
    cells = np.asarray(table)
    return Moves(int(np.triu(cells, 1).sum()), int(np.trace(cells)), int(np.tril(cells, -1).sum()))


def compare_paired_ranks(table: Square) -> tuple[TestResult, ...]:
    """Test whether answers on an ordered scale changed among the same children.

    Args:
        table: the answers in their order, the worst first; square.

    Returns:
        Wilcoxon's signed-rank test with the matched rank-biserial correlation, and the sign test. Both are of the
        children who moved; where nobody did, `p` is 1 and the effect 0. Up to 50 who moved, Wilcoxon's p is exact,
        ties included: of all ways to give them their signs. Above, it is the normal approximation.

    Source: Wilcoxon 1945; Kerby 2014 for the effect; Streitberg and Röhmel 1986 for adding ranks one by one.
    """
    moves = count_moves(table)
    moved = moves.better + moves.worse
    if not moved:
        return TestResult(test="wilcoxon", statistic=0.0, p=1.0, effect=0.0), TestResult(test="sign", p=1.0)
    cells = np.asarray(table)
    steps = np.arange(len(cells))[None, :] - np.arange(len(cells))[:, None]
    differences = np.repeat(steps.ravel(), cells.ravel())
    differences = differences[differences != 0]
    statistic, p = _signed_ranks(differences)
    return (
        TestResult(test="wilcoxon", statistic=statistic, p=p, effect=_biserial(differences)),
        TestResult(
            test="sign",
            statistic=float(min(moves.better, moves.worse)),
            p=float(binomtest(moves.better, moved, 0.5).pvalue),
        ),
    )


def _signed_ranks(differences: Any) -> tuple[float, float]:
    """The smaller sum of ranks, and its two-sided p."""
    if len(differences) > EXACT_RANKS:
        ranked = wilcoxon(differences, zero_method="wilcox", correction=False, method="approx")
        return float(ranked.statistic), float(ranked.pvalue)
    doubled = [round(2 * rank) for rank in _middle_ranks(differences)]
    smaller = min(
        sum(rank for rank, difference in zip(doubled, differences, strict=True) if (difference > 0) == is_up)
        for is_up in (True, False)
    )
    return smaller / 2, _share_of_signs(doubled, smaller)


def _share_of_signs(doubled: Sequence[int], smaller: int) -> float:
    """The share of sign assignments with a sum this small, or as large on the other side.

    Args:
        doubled: twice each rank, so that middle ranks are whole.
        smaller: twice the smaller sum.
    """
    ways = [1] + [0] * sum(doubled)  # by sum, how many choices of ranks give it; in whole numbers
    for rank in doubled:
        for total in range(len(ways) - 1, rank - 1, -1):
            ways[total] += ways[total - rank]
    return float(min(1.0, 2 * sum(ways[: smaller + 1]) / 2 ** len(doubled)))


def _middle_ranks(differences: Any) -> Any:
    """The rank of each size, ties having their middle rank."""
    _sizes, place = np.unique(np.abs(differences), return_inverse=True)
    tied = np.bincount(place)  # how many differences have each size
    return (np.cumsum(tied) - (tied - 1) / 2)[place]


def _biserial(differences: Any) -> float:
    """(favourable - unfavourable ranks) / all ranks."""
    ranks = _middle_ranks(differences)
    return float((ranks * np.sign(differences)).sum() / ranks.sum())


def compare_square(table: Square) -> tuple[TestResult, ...]:
    """Test whether the shares of several answers changed among the same children, and whether moves are symmetric.

    Args:
        table: answers in any order; square. Answers that nobody gave in either wave are left out.

    Returns:
        Stuart-Maxwell (shares) and Bowker (symmetry); without figures where the table allows none.

    Source: Stuart 1955, Maxwell 1970; Bowker 1948.
    """
    cells = np.asarray(table)
    answered = (cells.sum(axis=0) + cells.sum(axis=1)) > 0
    cells = cells[answered][:, answered]
    if len(cells) < 2 or not (cells - np.diag(np.diag(cells))).any():  # noqa: PLR2004 - one answer cannot change
        return TestResult(test="stuart_maxwell"), TestResult(test="bowker")
    return _stuart_maxwell(cells), _bowker(cells)


def _stuart_maxwell(cells: Any) -> TestResult:
    """How the shares changed, weighed by their covariance.

    Where the answers fall into sets between which nobody moved, the shares of each set change by themselves: the
    covariance has less rank, which is the degrees of freedom.
    """
    before, after = cells.sum(axis=1), cells.sum(axis=0)
    covariance, change = np.diag(before + after) - cells - cells.T, after - before
    statistic = change @ np.linalg.pinv(covariance, hermitian=True) @ change
    return _chi_square("stuart_maxwell", statistic, int(np.linalg.matrix_rank(covariance, hermitian=True)))


def _bowker(cells: Any) -> TestResult:
    """The moves of each two answers, in both directions; two between which nobody moved add nothing."""
    there, back = (matrix[np.triu_indices(len(cells), 1)] for matrix in (cells, cells.T))
    moved = there + back
    statistic = ((there - back)[moved > 0] ** 2 / moved[moved > 0]).sum()
    return _chi_square("bowker", statistic, len(moved))


def _chi_square(test: TestName, statistic: Any, df: int) -> TestResult:
    return TestResult(test=test, statistic=float(statistic), df=df, p=float(chi2.sf(statistic, df)))


def compare_shares(first: tuple[int, int], second: tuple[int, int]) -> TestResult:
    """Estimate the difference of two shares of different children.

    Args:
        first: children on the good side, and all, of the first wave.
        second: the same of the second.

    Returns:
        `effect` is the second share minus the first, with Newcombe's hybrid score interval; there is no p.

    Raises:
        ValueError: a wave without children.

    Source: Newcombe 1998 (independent shares), method 10; Wilson 1927.
    """
    if not first[1] or not second[1]:
        raise ValueError("A wave without children")
    share_first, share_second = first[0] / first[1], second[0] / second[1]
    low_first, high_first = interval_of_share(*first)
    low_second, high_second = interval_of_share(*second)
    change = share_second - share_first
    down = sqrt((share_second - low_second) ** 2 + (high_first - share_first) ** 2)
    up = sqrt((high_second - share_second) ** 2 + (share_first - low_first) ** 2)
    return TestResult(test="newcombe", effect=change, ci_low=change - down, ci_high=change + up)


def compare_ranks(first: Sequence[int], second: Sequence[int]) -> TestResult:
    """Test whether different children answer better on an ordered scale in the second wave.

    Args:
        first: children by answer, the worst first.
        second: the same of the second wave.

    Returns:
        Brunner and Munzel's test; `effect` is the chance that a child of the second wave answers better than one of
        the first, with its interval. Cliff's delta is 2 effect - 1. The effect alone where each wave gives one answer
        only, where a wave has fewer than two children, or where all of one wave answer better than all of the other.

    Source: Brunner and Munzel 2000.
    """
    before, after = (np.repeat(np.arange(len(wave)), wave) for wave in (first, second))
    effect = _chance_of_better(first, second)
    has_no_spread = len({*before}) < 2 and len({*after}) < 2  # noqa: PLR2004 - one answer in each wave
    if min(len(before), len(after)) < 2 or effect in {0.0, 1.0} or has_no_spread:  # noqa: PLR2004 - nor has one child
        return TestResult(test="brunner_munzel", effect=effect)
    test = brunnermunzel(before, after)
    reach = _reach_of_chance(before, after)
    return TestResult(
        test="brunner_munzel",
        statistic=float(test.statistic),
        p=float(test.pvalue),
        effect=effect,
        ci_low=max(effect - reach, 0.0),
        ci_high=min(effect + reach, 1.0),
    )


def _reach_of_chance(before: Any, after: Any) -> float:
    """Half the 95 % interval of the chance: from each child's share of the other wave below, with t of Welch's df."""
    ranks = rankdata(np.concatenate([before, after]))
    numbers = len(before), len(after)
    below = (ranks[: numbers[0]] - rankdata(before)) / numbers[1], (ranks[numbers[0] :] - rankdata(after)) / numbers[0]
    parts = [share.var(ddof=1) / n for share, n in zip(below, numbers, strict=True)]
    df = sum(parts) ** 2 / sum(part**2 / (n - 1) for part, n in zip(parts, numbers, strict=True))
    return float(t.ppf(0.975, df) * sqrt(sum(parts)))


def _chance_of_better(first: Sequence[int], second: Sequence[int]) -> float:
    pairs = sum(first) * sum(second)
    if not pairs:
        return 0.5
    below = [sum(first[:at]) for at in range(len(first))]
    return sum(after * (below[at] + first[at] / 2) for at, after in enumerate(second)) / pairs
