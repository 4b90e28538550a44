"""Ranges of whole numbers, both ends included: read them as typed, and write them as shown. Pure.

`rules` says what is wrong with ranges that do not fit together (two to five, each after the one before); `are_in_order`
only asks whether they do.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

Range = tuple[int, int]

OPEN_END: Final = 999_999  # the end of an open range

_RANGE: Final = re.compile(r"(\d{1,6})(?:\s*(?:-|–|to)\s*(\d{1,6})|\s*(\+))?")


def read_ranges(text: str, lowest: int = 0, highest: int = OPEN_END) -> list[Range]:
    """Read typed ranges: `0-4, 5-9, 10+`, or only the ends of all but the last: `4, 9`.

    Args:
        text: as typed.
        lowest: the start of the first range where only ends are typed.
        highest: the end of the last one in that case.

    Returns:
        Ranges, which need not fit together; empty where they cannot be read.
    """
    parts = [part.strip() for part in re.split(r"[,;]|(?<=[\d+])\s+(?=\d)", text.strip()) if part.strip()]
    matches = [match for part in parts if (match := _RANGE.fullmatch(part))]
    if not parts or len(matches) < len(parts):
        return []
    if any(match[2] or match[3] for match in matches):
        return [(int(match[1]), OPEN_END if match[3] else int(match[2] or match[1])) for match in matches]
    return ranges_ending_at([int(match[1]) for match in matches], highest, lowest)


def ranges_ending_at(ends: Sequence[int], highest: int, lowest: int = 0) -> list[Range]:
    """Make ranges from the ends of all but the last."""
    return list(zip([lowest, *(end + 1 for end in ends)], [*ends, highest], strict=True))


def are_in_order(ranges: Sequence[Range]) -> bool:
    """Whether no range ends before it begins or is below 0, and each begins right after the one before it."""
    return all(0 <= low <= high for low, high in ranges) and all(
        after[0] == before[1] + 1 for before, after in pairwise(ranges)
    )


def write_ranges(ranges: Iterable[Range]) -> str:
    """Write ranges as somebody would type them and `read_ranges` reads them: `0-2, 3-5, 6+`."""
    texts = [range_text(low, high).replace("–", "-") for low, high in ranges]
    if texts and all(text.isdigit() for text in texts):
        texts[0] = f"{texts[0]}-{texts[0]}"  # numbers alone would be read as ends
    return ", ".join(texts)


def range_text(low: int, high: int) -> str:
    """A range in figures, as children see it: a single number, from one to another, or open: `6+`."""
    return f"{low}+" if high >= OPEN_END else f"{low}" if low == high else f"{low}–{high}"
