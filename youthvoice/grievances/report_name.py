"""What staff call a report when they speak of it: "Report 7QK". Pure."""

from typing import Final

ALPHABET: Final = "23456789BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that it never makes a word; nothing that looks like something else."""

_LETTERS: Final = 3
_READ_BYTES: Final = 8


def short_name(thread_id: bytes) -> str:
    """Three letters that come from the id alone; at a site they are nearly always different, and need not be.

    Args:
        thread_id: 16 random bytes.
    """
    number, letters = int.from_bytes(thread_id[:_READ_BYTES], "big"), ""
    for _ in range(_LETTERS):
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters


def tidied(typed: str) -> str:
    """A short name as somebody typed it, in the letters of the house; `0` and `O` and the like are left as they are."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[-_LETTERS:]
