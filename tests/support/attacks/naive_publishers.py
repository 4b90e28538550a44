"""Publishers as people write them before they think of a reader who adds: here the attacks must succeed."""

from collections.abc import Sequence

Published = tuple[object, ...]


def exact(counts: Sequence[int]) -> Published:
    """The counts as they are."""
    return tuple(counts)


def suppress_below_five(counts: Sequence[int]) -> Published:
    """A star for one to four children, as many statistics pages do."""
    return tuple("*" if 0 < count < 5 else count for count in counts)


def round_to_five(counts: Sequence[int]) -> Published:
    """Every count to the nearest five."""
    return tuple(5 * ((count + 2) // 5) for count in counts)


NAIVE = (exact, suppress_below_five, round_to_five)
