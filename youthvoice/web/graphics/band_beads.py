"""Ten beads that draw a band: full, perhaps and open ones. They are computed from the band, never from a count."""

from dataclasses import dataclass

TEN = 10


@dataclass(frozen=True)
class BandBeads:
    """Ten beads on a string: full up to the lowest number, perhaps up to the highest, open after that."""

    full: int
    perhaps: int
    open: int


def band_beads(low: int, high: int, total: int) -> BandBeads:
    """The beads of one band.

    Args:
        low: the smallest number of children that the band allows.
        high: the largest one.
        total: children in the batch, public, at least 1.

    Raises:
        ValueError: if the band does not lie within 0 and the total.
    """
    if not 0 <= low <= high <= total or total < 1:
        raise ValueError(f"no band of {total}: {low} to {high}")
    if low == high:  # never a published band: each of those allows several numbers
        full = _nearest_tenth(low, total)
        return BandBeads(full, 0, TEN - full)
    # Both ends are rounded down, so that beads reach no further than `high`. But a range must not look like a number:
    # at least one bead says "perhaps", even where it reaches further.
    full = TEN * low // total
    reach = max(TEN * high // total, full + 1)
    return BandBeads(full, reach - full, TEN - reach)


def _nearest_tenth(part: int, total: int) -> int:
    """Nearest tenth, halves upwards, in whole numbers so that every machine draws the same."""
    return (2 * TEN * part + total) // (2 * total)
