"""A6 (b) a second time, from the paper alone: every table of pairs is written down, and floating-point tests judge it.

Nothing here is of `privacy.disclosure.change_verdicts`: where both agree on every two bands, a slip would have to have
been made twice, in two ways of counting.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from tests.support.late_import import late_import

stats = late_import("scipy.stats")

NONE, MORE, FEWER = 0, 1, 2
KINDS = {
    "both": (1, 0, 0, 0),
    "worse": (0, 1, 0, 0),
    "better": (0, 0, 1, 0),
    "never": (0, 0, 0, 1),
    "good before": (1, 1, 0, 0),
    "good after": (1, 0, 1, 0),
    "not good before": (0, 0, 1, 1),
    "not good after": (0, 1, 0, 1),
    "moved": (0, 1, 1, 0),
    "stayed": (1, 0, 0, 1),
}
"""What a reader may look for, as sums of the four kinds of pair."""

TOTALS = ("good before", "good after", "not good before", "not good after")


def limits(n: int) -> tuple[int, int]:
    """Width and friends of A4, written down again."""
    width = 5 if n >= 40 else 4 if n >= 20 else 3
    return width, 4 if n >= 40 else 3 if n >= 24 else 2


@lru_cache(maxsize=1)
def every_pair_table(n: int) -> Any:
    """All of them: both, worse, better, never in a row each."""
    grid = np.indices((n + 1,) * 3).reshape(3, -1).T
    rest = n - grid.sum(axis=1)
    return np.column_stack([grid, rest])[rest >= 0]


def pair_verdicts(tables: Any) -> Any:
    """McNemar's mid-p of every table, by the binomial distribution in floating point."""
    worse, better = tables[:, 1], tables[:, 2]
    fewer, moved = np.minimum(worse, better), worse + better
    mid_p = 2 * stats.binom.cdf(fewer, moved, 0.5) - stats.binom.pmf(fewer, moved, 0.5)
    mid_p = np.where(worse == better, 1.0, mid_p)
    return np.where(mid_p < 0.05, np.where(better > worse, MORE, FEWER), NONE)


def said_of_pairs(n: int, bands: Sequence[tuple[int, int]]) -> str:
    """The digits of the committed table's row."""
    tables = every_pair_table(n)
    verdicts = pair_verdicts(tables)
    before, after = tables[:, 0] + tables[:, 1], tables[:, 0] + tables[:, 2]
    digits = []
    for low_before, high_before in bands:
        for low_after, high_after in bands:
            here = (before >= low_before) & (before <= high_before) & (after >= low_after) & (after <= high_after)
            digits.append(str(int(n >= 20 and _pairs_are_safe(tables[here], verdicts[here], n))))
    return "".join(digits)


def _pairs_are_safe(tables: Any, verdicts: Any, n: int) -> bool:
    width, friends = limits(n)
    possible = np.unique(verdicts)
    if possible.tolist() == [NONE]:
        return False
    for verdict in possible:
        left = tables[verdicts == verdict]
        for kind, of in KINDS.items():
            values = np.unique(left @ np.array(of))
            if values[-1] <= friends or values[0] >= n - friends:
                return False
            if kind in TOTALS and values[-1] - values[0] + 1 < width:
                return False
    return True


@lru_cache(maxsize=200_000)
def group_verdict(good_before: int, n_before: int, good_after: int, n_after: int) -> int:
    """Newcombe's interval as statsmodels gives it."""
    from statsmodels.stats.proportion import confint_proportions_2indep  # noqa: PLC0415 - it imports pandas

    low, high = confint_proportions_2indep(
        good_after, n_after, good_before, n_before, compare="diff", method="newcomb", correction=False
    )
    return MORE if low > 0 else FEWER if high < 0 else NONE


def said_of_groups(n_before: int, before: tuple[int, int], n_after: int, after: tuple[int, int]) -> bool:
    """Whether a verdict on two waves that are not linked is said."""
    if n_before < 20 or n_after < 20:
        return False
    left: dict[int, list[tuple[int, int]]] = {}
    for one in range(before[0], before[1] + 1):
        for other in range(after[0], after[1] + 1):
            left.setdefault(group_verdict(one, n_before, other, n_after), []).append((one, other))
    if set(left) == {NONE}:
        return False
    for pairs in left.values():
        for place, n in enumerate((n_before, n_after)):
            values = [pair[place] for pair in pairs]
            width, friends = limits(n)
            if max(values) - min(values) + 1 < width or max(values) <= friends or min(values) >= n - friends:
                return False
    return True
