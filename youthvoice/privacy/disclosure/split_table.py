"""`SafeSplit`: the groups of one batch side by side, in three words; and the only code that creates it.

Few is at most a third of a group, most is at least two thirds, about half is what is between. So a word means the same
for every size and reveals no size: a `SafeSplit` holds no size, no range and no count. For every size from ten on these
thirds are a safe cut for two categories (`bands.is_safe_cut`), even for a reader who knows the size; a test derives it.
If one group is under ten, nothing is published about any.

Source: PRIVACY.md A4, A5 and A7; official minimum sizes as in `bands`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass
from itertools import chain
from typing import Final, Literal, NoReturn, cast, final, get_args

from youthvoice.privacy.disclosure.bands import MIN_BATCH, Band
from youthvoice.privacy.disclosure.safe_table import refuse_wrong_counts

PartWord = Literal["few", "about_half", "most"]

PART_WORDS: Final[tuple[PartWord, ...]] = get_args(PartWord)

MIN_PARTS: Final = 2

MAX_PARTS: Final = 5  # like the categories of a question besides "did not say"

_OURS: Final = object()
"""A token that only this module holds, so that only it can create a `SafeSplit`."""


@final
@dataclass(frozen=True, slots=True)
class SafeSplit:
    """The published form of the parts of one batch. Created by `protect_parts` and `split_from_data` only.

    Attributes:
        parts: their keys, in the order of the page.
        rows: by answer, a word for each part, in that order.
    """

    parts: tuple[str, ...]
    rows: Mapping[str, tuple[PartWord, ...]]
    maker: InitVar[object]

    def __post_init__(self, maker: object) -> None:
        if maker is not _OURS:
            raise TypeError("A SafeSplit is made by protect_parts() or split_from_data() only.")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A SafeSplit is kept with split_to_data() and comes back with split_from_data().")


def thirds(size: int) -> tuple[Band, Band, Band]:
    """The numbers of children for which each word stands in a part of this size, few first; ValueError below ten."""
    if size < MIN_BATCH:
        raise ValueError("Fewer than ten children are never told of.")
    third = size // 3
    return Band(0, third), Band(third + 1, size - third - 1), Band(size - third, size)


def protect_parts(sizes: Mapping[str, int], counts: Mapping[str, Mapping[str, int]]) -> SafeSplit | None:
    """Turn the exact counts of every part into words; neither sizes nor counts are stored.

    Args:
        sizes: children of each part, in the order of the page; every child of the batch is in exactly one.
        counts: by answer, how many children of each part.

    Returns:
        None where a part has fewer than ten children: then nothing is published about any.

    Raises:
        ValueError: not two to five parts, an invalid count, another part, or more children than a part has.
            No message holds a count.

    Source: PRIVACY.md A7.
    """
    refuse_wrong_counts(sizes)
    if not MIN_PARTS <= len(sizes) <= MAX_PARTS:
        raise ValueError(f"{len(sizes)} parts; there must be {MIN_PARTS} to {MAX_PARTS}.")
    for row, of_parts in counts.items():
        refuse_wrong_counts(of_parts)
        if set(of_parts) != set(sizes) or any(of_parts[part] > sizes[part] for part in sizes):
            raise ValueError(f"The counts of {row!r} are not of these parts.")
    if min(sizes.values()) < MIN_BATCH:
        return None
    words = {row: tuple(_word(of_parts[part], sizes[part]) for part in sizes) for row, of_parts in counts.items()}
    return SafeSplit(tuple(sizes), words, _OURS)


def _word(count: int, size: int) -> PartWord:
    return next(word for word, band in zip(PART_WORDS, thirds(size), strict=True) if count <= band.high)


def compare_words(before: PartWord, after: PartWord) -> Literal["more", "fewer", "too_wide"]:
    """Whether more or fewer of a part gave an answer than before: only few and most are a tenth apart or more.

    Source: PRIVACY.md A6.
    """
    steps = PART_WORDS.index(after) - PART_WORDS.index(before)
    return "more" if steps == 2 else "fewer" if steps == -2 else "too_wide"  # noqa: PLR2004 - over a whole third


def split_to_data(split: SafeSplit) -> dict[str, object]:
    """A split as plain values for JSON: `{"parts": [key, ...], "rows": {name: [word, ...]}}`."""
    return {"parts": list(split.parts), "rows": {row: list(words) for row, words in split.rows.items()}}


def split_from_data(data: object) -> SafeSplit:
    """A split from the values of `split_to_data`.

    Raises:
        ValueError: anything that `protect_parts` could not have made.
    """
    try:
        parts = tuple(data["parts"])  # type: ignore[index]
        rows = {str(row): tuple(words) for row, words in data["rows"].items()}  # type: ignore[index]
    except (KeyError, TypeError, AttributeError):
        raise ValueError("This is no frozen split.") from None
    if not MIN_PARTS <= len(set(parts)) == len(parts) <= MAX_PARTS or not all(isinstance(part, str) for part in parts):
        raise ValueError("Every part needs a name of its own.")
    refuse_other_words(chain.from_iterable(rows.values()))
    if any(len(words) != len(parts) for words in rows.values()):
        raise ValueError("Every part needs a word.")
    return SafeSplit(parts, cast(Mapping[str, tuple[PartWord, ...]], rows), _OURS)


def refuse_other_words(words: Sequence[object] | chain[object]) -> None:
    """Raise ValueError unless each is one of the three words for a part."""
    if not all(word in PART_WORDS for word in words):
        raise ValueError("A part is told of in three words, and nothing else.")
