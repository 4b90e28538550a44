"""Phrases for bands, and the rule when a change may be claimed from bands: codes; the catalogues hold the words."""

from dataclasses import dataclass
from typing import Literal

from youthvoice.privacy.disclosure.bands import Band, band_ranges

PhraseCode = Literal["few", "about_half", "most", "fewer_than_half", "more_than_half", "about_tenths", "between"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """How a band is put into words; it depends on band and n only.

    Attributes:
        code: of the phrase; `about_tenths` is "about `tenths` in 10", `between` is "`low` to `high`".
        tenths: 1 to 9 with `about_tenths`, else None.
        low: the fewest children.
        high: the most children.
        n: children in the batch.
    """

    code: PhraseCode
    tenths: int | None
    low: int
    high: int
    n: int


def phrase_band(band: Band, n: int) -> Phrase:
    """Choose the phrase for a published band.

    Three bands are few, about half, most; two are fewer and more than half. With more bands, those in between are
    tenths, and the first and the last are ranges: the phrases never say all or none.

    Raises:
        ValueError: the band is not one of the bands of n.

    Source: PRIVACY.md A6.
    """
    if band not in band_ranges(n):
        raise ValueError("This is not one of the bands of so many children.")
    place, last = band_ranges(n).index(band), len(band_ranges(n)) - 1
    phrases: dict[int, tuple[PhraseCode, ...]] = {
        1: ("fewer_than_half", "more_than_half"),
        2: ("few", "about_half", "most"),
    }
    if last in phrases:
        return Phrase(phrases[last][place], None, *band, n)
    if place in (0, last):
        return Phrase("between", None, *band, n)
    return Phrase("about_tenths", _tenths(band, n), *band, n)


def compare_waves(before: Band, n_before: int, after: Band, n_after: int) -> Literal["more", "fewer", "too_wide"]:
    """Whether more or fewer children gave an answer than in the wave before.

    Args:
        before: the published band of the first wave, in children.
        n_before: children in the first wave, at least one.
        after: the published band of the second wave, in children.
        n_after: children in the second wave, at least one.

    Returns:
        "more" or "fewer" only when the two bands, as shares, are at least a tenth apart; else "too_wide": the bands
        hide it (`change_verdicts` may know more).

    Source: PRIVACY.md A6 (a).
    """
    tenth = n_before * n_after
    if 10 * (after.low * n_before - before.high * n_after) >= tenth:
        return "more"
    if 10 * (before.low * n_after - after.high * n_before) >= tenth:
        return "fewer"
    return "too_wide"


def _tenths(band: Band, n: int) -> int:
    """Tenths at the band's middle; halves are rounded towards five, so that a band and its mirror get one phrase."""
    twice = band.low + band.high
    if twice > n:
        return 10 - _tenths(Band(n - band.high, n - band.low), n)
    return (10 * twice + n) // (2 * n)
