"""`SafeTable`, the only thing that a page, mail or export about children may show, and the only code that creates it.

Counts come in, bands go out, and nothing stored remembers a count. From publications alone nobody can be certain of one
child's answer, even if a few friends pool theirs; guessing stays possible.

Source: PRIVACY.md A4 and A5; official small-count practice (ONS, Ofsted, US education: nothing under ten;
Eurostat and NHS England: rounding; extremes coded). Differential privacy was considered and rejected: with ten
questions, two waves and n = 20 it has a mean error of 19 points at epsilon 4.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass
from itertools import chain
from typing import NoReturn, final

from youthvoice.privacy.disclosure.bands import Band, band_ranges, band_widths, max_categories

_OURS = object()
"""A token that only this module holds, so that only it can create a `SafeTable`."""


@final
@dataclass(frozen=True, slots=True)
class SafeTable:
    """The published form of one question of one batch: a band for every category.

    Two tables are equal exactly when they render equal. Created by `protect` and `from_data` only.

    Attributes:
        n: children in the batch; public.
        keys: the categories, in the order they are shown.
        bands: the band of each category, in that order, in children.
    """

    n: int
    keys: tuple[str, ...]
    bands: tuple[Band, ...]
    maker: InitVar[object]

    def __post_init__(self, maker: object) -> None:
        if maker is not _OURS:
            raise TypeError("A SafeTable is made by protect() or from_data() only.")

    def __iter__(self) -> Iterator[tuple[str, Band]]:
        """Iterate over categories and bands, in the order of the page."""
        return iter(zip(self.keys, self.bands, strict=True))

    def __len__(self) -> int:
        return len(self.keys)

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A SafeTable is kept with to_data() and comes back with from_data().")

    def band(self, key: str) -> Band:
        """The band of one category, in children; KeyError for an unknown category."""
        try:
            return self.bands[self.keys.index(key)]
        except ValueError:
            raise KeyError(key) from None


def protect(counts: Mapping[str, int] | Sequence[int]) -> SafeTable:
    """Turn the exact counts of one question into bands; the counts are not stored.

    Every child of the batch is in exactly one category, "did not say" included, and n is their sum.
    Nothing is merged here: the questionnaire decides that before anything is counted (`tabulation`).

    Args:
        counts: children per category, in the order they are shown; a sequence has the keys "0", "1", ...

    Raises:
        ValueError: fewer than ten children, fewer than two or too many categories, or something that is not a
            count. No message holds a count.

    Source: PRIVACY.md A4.
    """
    counts = counts if isinstance(counts, Mapping) else {str(place): count for place, count in enumerate(counts)}
    refuse_wrong_counts(counts)
    n = sum(counts.values())
    _refuse_shape(n, tuple(counts))
    cut = band_ranges(n)
    lows = [band.low for band in cut]
    bands = tuple(cut[bisect_right(lows, count) - 1] for count in counts.values())
    return SafeTable(n, tuple(counts), bands, _OURS)


def refuse_wrong_counts(counts: Mapping[str, int]) -> None:
    """Raise ValueError, without the count, unless names are texts and counts whole numbers from 0."""
    for key, count in counts.items():
        if not isinstance(key, str) or not key:
            raise ValueError("A category needs a name.")
        if not _is_count(count):
            raise ValueError(f"The count of {key!r} is not a whole number from 0.")


def to_data(table: SafeTable) -> dict[str, object]:
    """A table as plain values for JSON: `{"n": 24, "categories": [{"key", "low", "high"}, ...]}`."""
    return {
        "n": table.n,
        "categories": [{"key": key, "low": band.low, "high": band.high} for key, band in table],
    }


def from_data(data: object) -> SafeTable:
    """A table from the values of `to_data`.

    Raises:
        ValueError: anything that `protect` could not have published: a range that is not one of the bands of n, too
            many categories, or bands that no counts can have.
    """
    try:
        n, rows = data["n"], data["categories"]  # type: ignore[index]
        keys = tuple(row["key"] for row in rows)
        bands = tuple(Band(row["low"], row["high"]) for row in rows)
    except (KeyError, TypeError, IndexError):
        raise ValueError("This is not a frozen table.") from None
    if not all(isinstance(key, str) and key for key in keys) or len(set(keys)) < len(keys):
        raise ValueError("Every category needs a name of its own.")
    if not all(map(_is_count, [n, *chain.from_iterable(bands)])):
        raise ValueError("A frozen table holds whole numbers from 0.")
    _refuse_shape(n, keys)
    if not set(bands) <= set(band_ranges(n)):
        raise ValueError("A range is not one of the bands of so many children.")
    feasible_band(bands, n, ())
    return SafeTable(n, keys, bands, _OURS)


def feasible_band(bands: Sequence[Band], total: int, members: Collection[int]) -> Band:
    """The range that a reader can derive for some categories together.

    Args:
        bands: the published ones, one per category, in children.
        total: children in the batch; public.
        members: positions of the categories to add up.

    Raises:
        ValueError: no counts with these bands add up to the total.

    Source: interval propagation over one sum; PRIVACY.md A4.
    """
    inside = [band for position, band in enumerate(bands) if position in members]
    outside = [band for position, band in enumerate(bands) if position not in members]
    low = max(sum(band.low for band in inside), total - sum(band.high for band in outside))
    high = min(sum(band.high for band in inside), total - sum(band.low for band in outside))
    if low > high:
        raise ValueError("No counts have these bands.")
    return Band(low, high)


def bands_together(bands: Iterable[Band]) -> Band:
    """Add published bands, of several categories or several batches; counts are never added.

    Returns:
        From the sum of the lows to the sum of the highs, in children.

    Raises:
        ValueError: there is no band to add.

    Source: PRIVACY.md A5.
    """
    bands = list(bands)
    if not bands:
        raise ValueError("There is no band to add.")
    return Band(sum(band.low for band in bands), sum(band.high for band in bands))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _refuse_shape(n: int, keys: Collection[str]) -> None:
    if not band_widths(n):
        raise ValueError("Fewer than ten children are never published.")
    if not 2 <= len(keys) <= max_categories(n):  # noqa: PLR2004 - one category would say nothing
        raise ValueError(f"{len(keys)} categories; among {n} children there must be 2 to {max_categories(n)}.")
