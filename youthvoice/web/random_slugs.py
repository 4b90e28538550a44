"""Names for addresses that mean nothing here: a browser's history must not tell on a child."""

import secrets
from collections.abc import Callable
from typing import Final

_WORDS: Final = (
    "acorn", "amber", "apple", "basil", "beach", "birch", "brook", "cedar", "cloud", "clover",
    "coral", "daisy", "drum", "ember", "fern", "field", "finch", "flute", "garden", "ginger",
    "hazel", "hill", "honey", "island", "jasmine", "kite", "lake", "lamp", "lemon", "lily", "lotus",
    "mango", "maple", "meadow", "mint", "moss", "olive", "palm", "pebble", "pine", "plum", "poppy",
    "rain", "reed", "river", "sage", "sand", "shell", "spring", "star", "stone", "straw", "sun",
    "tulip", "violet", "water", "willow", "wind",
)  # fmt: skip


def new_name(is_taken: Callable[[str], bool]) -> str:
    """A plain word and four digits, such as `river-1234`.

    Args:
        is_taken: whether a name is in use already.
    """
    while True:
        name = f"{secrets.choice(_WORDS)}-{secrets.randbelow(9000) + 1000}"
        if not is_taken(name):
            return name
