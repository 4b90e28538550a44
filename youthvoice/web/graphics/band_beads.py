"""Ten beads for a band: how many are full, perhaps, and open. Made from the band, never from a count."""

from dataclasses import dataclass

TEN = 10


@dataclass(frozen=True)
class BandBeads:
    """Ten beads on a thread: full up to the lowest number, perhaps up to the highest, open after that."""

    full: int
    perhaps: int
    open: int


def band_beads(low: int, high: int, total: int) -> BandBeads:
    """Beads for a band of two, three or more ranges.

    Args:
        low: the smallest number of children the band allows.
        high: the largest, in children.
        total: children in the batch, public, at least 1.

    Raises:
        ValueError: if the band does not lie within 0 and the total.
    """
    if not 0 <= low <= high <= total or total < 1:
        raise ValueError(f"no band of {total}: {low} to {high}")
    full = min(_tenths(low, total), TEN - 1) if low < high else _tenths(low, total)
    # A range is never shown as if it were a number: at least one bead says "perhaps".
    reach = max(_tenths(high, total), full + 1) if low < high else full
    return BandBeads(full, reach - full, TEN - reach)


def bar_width(part: int, total: int) -> str:
    """Width of a bar as an SVG percentage with one digit, always with a point: `58.3%`."""
    return f"{100 * part / total:.1f}%"


def _tenths(part: int, total: int) -> int:
    """Nearest tenth, halves upwards, in whole numbers so that every machine draws the same."""
    return (2 * TEN * part + total) // (2 * total)
