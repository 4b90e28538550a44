"""The ranges that counts are published in: one table per number of children, known to everybody."""

import json
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from youthvoice.privacy.disclosure.band_cuts import SMALLEST_BATCH, Cut, derive

TABLES = Path(__file__).with_name("bands.json")
"""The committed cuts of 10 to 200 children; a test derives them anew."""


class Band(NamedTuple):
    """A range of children, both ends included."""

    low: int
    high: int


def bands(n: int) -> tuple[int, ...]:
    """Say how wide the bands of `n` children are, first to last, in whole numbers.

    The widths add up to n + 1 and read the same both ways. () for fewer than ten children.

    Source: PRIVACY.md A4.
    """
    return _cut(n).widths if n >= SMALLEST_BATCH else ()


def categories(n: int) -> int:
    """Say how many categories a question to `n` children may have at most; 0 for fewer than ten."""
    return _cut(n).categories if n >= SMALLEST_BATCH else 0


@lru_cache(maxsize=4096)
def ranges(n: int) -> tuple[Band, ...]:
    """List the bands of `n` children, lowest first; together they are 0..n. () for fewer than ten."""
    starts = accumulate(bands(n), initial=0)
    return tuple(Band(low, following - 1) for low, following in pairwise(starts))


@lru_cache(maxsize=4096)
def _cut(n: int) -> Cut:
    return _committed().get(n) or derive(n)


@lru_cache(maxsize=1)
def _committed() -> dict[int, Cut]:
    tables = json.loads(TABLES.read_text(encoding="utf-8"))
    return {int(n): Cut(tuple(widths), most) for n, (most, widths) in tables.items()}
