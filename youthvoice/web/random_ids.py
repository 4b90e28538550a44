"""Random ids that tell nothing: of one sending of a form, and of an address."""

import re
import secrets
from collections.abc import Callable
from typing import Final

SUBMISSION_ID_BYTES: Final = 16

_SHEET = re.compile("[0-9a-f]{32}")


def new_submission_id() -> str:
    """A sheet's id as the page holds it: 32 hexadecimal digits."""
    return secrets.token_hex(SUBMISSION_ID_BYTES)


def read_submission_id(sent: str) -> bytes | None:
    """The 16 bytes of a sheet's id as the page held it; None where it is none of ours."""
    return bytes.fromhex(sent) if _SHEET.fullmatch(sent) else None


_WORDS: Final = (
    "acorn", "amber", "apple", "basil", "beach", "birch", "brook", "cedar", "cloud", "clover",
    "coral", "daisy", "drum", "ember", "fern", "field", "finch", "flute", "garden", "ginger",
    "hazel", "hill", "honey", "island", "jasmine", "kite", "lake", "lamp", "lemon", "lily", "lotus",
    "mango", "maple", "meadow", "mint", "moss", "olive", "palm", "pebble", "pine", "plum", "poppy",
    "rain", "reed", "river", "sage", "sand", "shell", "spring", "star", "stone", "straw", "sun",
    "tulip", "violet", "water", "willow", "wind",
)  # fmt: skip


def new_slug(is_taken: Callable[[str], bool]) -> str:
    """A plain word and four digits, such as `river-1234`.

    Args:
        is_taken: whether a name is in use already.
    """
    while True:
        name = f"{secrets.choice(_WORDS)}-{secrets.randbelow(9000) + 1000}"
        if not is_taken(name):
            return name
