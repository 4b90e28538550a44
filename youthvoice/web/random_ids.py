"""Random ids that reveal nothing: of one submission of a form, and of an address."""

import re
import secrets
from collections.abc import Callable
from typing import Final

SUBMISSION_ID_BYTES: Final = 16

_SUBMISSION_ID = re.compile("[0-9a-f]{32}")


def new_submission_id() -> str:
    """A new submission id as the page holds it: 32 hexadecimal digits."""
    return secrets.token_hex(SUBMISSION_ID_BYTES)


def read_submission_id(sent: str) -> bytes | None:
    """The 16 bytes of a submission id from a form; None where it is not valid."""
    return bytes.fromhex(sent) if _SUBMISSION_ID.fullmatch(sent) else None


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
