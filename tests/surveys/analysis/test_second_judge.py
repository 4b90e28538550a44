"""R, where it is installed, works the same figures out with other code."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from tests.support.late_import import late_import

if TYPE_CHECKING:
    from youthvoice.surveys.analysis import inference
else:
    inference = late_import("youthvoice.surveys.analysis.inference")


RSCRIPT = shutil.which("Rscript")
pytestmark = pytest.mark.skipif(RSCRIPT is None, reason="NOT TESTED: no R here (apt-get install r-base-core)")

TABLES = [
    [[8, 3, 1, 0], [2, 9, 6, 3], [1, 2, 11, 7], [0, 1, 2, 14]],
    [[20, 0], [9, 31]],
    [[5, 12, 9], [1, 4, 13], [0, 2, 6]],
]


def said_by_r(script: str) -> list[float]:
    done = subprocess.run([str(RSCRIPT), "-e", script], capture_output=True, text=True, check=True, timeout=60)
    found: list[float] = json.loads(done.stdout)
    return found


def steps(table: Sequence[Sequence[int]]) -> str:
    """How far each child moved, for R."""
    moved = [then - first for first, row in enumerate(table) for then, n in enumerate(row) for _ in range(n)]
    return f"c({','.join(map(str, moved))})"


@pytest.mark.parametrize("table", TABLES)
def test_ranks_and_signs(table: list[list[int]]) -> None:
    table = [[4 * n for n in row] for row in table]  # more than fifty moved: with ties R knows no exact figure
    ranks, sign = inference.compare_paired_ranks(table)
    script = (
        f"d <- {steps(table)}; d <- d[d != 0]; "
        "w <- suppressWarnings(wilcox.test(d, exact=FALSE, correct=FALSE)); "
        "s <- binom.test(sum(d > 0), length(d)); "
        'cat("[", paste(format(c(w$p.value, s$p.value), digits=15), collapse=","), "]")'
    )
    assert [ranks.p, sign.p] == pytest.approx(said_by_r(script), rel=1e-9)


@pytest.mark.parametrize(("better", "worse"), [(9, 1), (7, 1), (256, 144), (5, 5), (0, 12)])
def test_mcnemars_exact_test(better: int, worse: int) -> None:
    found = inference.compare_paired_shares(better, worse, 20, 30)
    said = said_by_r(f'cat("[", format(binom.test({better}, {better + worse})$p.value, digits=15), "]")')
    assert [found.p] == pytest.approx(said, rel=1e-9)


@pytest.mark.parametrize("table", TABLES)
def test_bowkers_test_of_symmetry(table: list[list[int]]) -> None:
    """R calls it McNemar's test of a square table; pairs of answers that nobody moved between are no evidence."""
    _shares, symmetry = inference.compare_square(table)
    rows = ",".join(str(cell) for row in table for cell in row)
    script = (
        f"m <- matrix(c({rows}), nrow={len(table)}, byrow=TRUE); up <- m[upper.tri(m)]; low <- t(m)[upper.tri(m)]; "
        "k <- up + low > 0; s <- sum((up - low)[k]^2 / (up + low)[k]); "
        'cat("[", format(s, digits=15), "]")'
    )
    assert [symmetry.statistic] == pytest.approx(said_by_r(script), rel=1e-9)
