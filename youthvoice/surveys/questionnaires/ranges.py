"""Ranges of whole numbers, both ends included: as somebody writes them, and as they are shown. Pure.

Whether ranges fit together (two to five of them, one behind the other) is said by `rules`.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

Range = tuple[int, int]

OPEN_END: Final = 999_999  # where a range ends that has no end

_RANGE: Final = re.compile(r"(\d{1,6})(?:\s*(?:-|–|to)\s*(\d{1,6})|\s*(\+))?")


def read_ranges(text: str, lowest: int = 0, highest: int = OPEN_END) -> list[Range]:
    """The ranges somebody wrote down: `0-4, 5-9, 10+`, or only where each but the last ends: `4, 9`.

    Args:
        text: what was written.
        lowest: where the first range begins if only ends are written.
        highest: where the last one ends then.

    Returns:
        Ranges, which need not fit together; none where they cannot be read.
    """
    parts = [part.strip() for part in re.split(r"[,;]|(?<=[\d+])\s+(?=\d)", text.strip()) if part.strip()]
    matches = [match for part in parts if (match := _RANGE.fullmatch(part))]
    if not parts or len(matches) < len(parts):
        return []
    if any(match[2] or match[3] for match in matches):
        return [(int(match[1]), OPEN_END if match[3] else int(match[2] or match[1])) for match in matches]
    return ranges_ending_at([int(match[1]) for match in matches], highest, lowest)


def ranges_ending_at(ends: Sequence[int], highest: int, lowest: int = 0) -> list[Range]:
    """Ranges by where each but the last ends."""
    return list(zip([lowest, *(end + 1 for end in ends)], [*ends, highest], strict=True))


def are_in_order(ranges: Sequence[Range]) -> bool:
    """Whether each range ends after it begins, and the next one begins behind it."""
    return all(0 <= low <= high for low, high in ranges) and all(
        after[0] == before[1] + 1 for before, after in pairwise(ranges)
    )


def write_ranges(ranges: Iterable[Range]) -> str:
    """Ranges as somebody would type them, and as `read_ranges` reads them: `0-2, 3-5, 6+`."""
    texts = [range_text(low, high).replace("–", "-") for low, high in ranges]
    if texts and all(text.isdigit() for text in texts):
        texts[0] = f"{texts[0]}-{texts[0]}"  # numbers alone would be ends
    return ", ".join(texts)


def range_text(low: int, high: int) -> str:
    """A range in figures, as children see it: one number alone, from one to another, or from one on: `6+`."""
    return f"{low}+" if high >= OPEN_END else f"{low}" if low == high else f"{low}–{high}"
