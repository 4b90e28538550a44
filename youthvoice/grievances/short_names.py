"""The short name of a report: three letters that staff read, say and type. Pure."""

from typing import Final

SHORT_NAME_ALPHABET: Final = "23456789BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that a name is never a word; no letters that look alike."""

_LETTERS: Final = 3

_READ_BYTES: Final = 8


def short_name(thread_id: bytes) -> str:
    """The short name of a report: three letters, computed from its id. Two reports of a site rarely share one.

    Args:
        thread_id: 16 random bytes.
    """
    number, letters = int.from_bytes(thread_id[:_READ_BYTES], "big"), ""
    for _ in range(_LETTERS):
        number, place = divmod(number, len(SHORT_NAME_ALPHABET))
        letters += SHORT_NAME_ALPHABET[place]
    return letters


def normalise_short_name(typed: str) -> str:
    """A typed short name in our letters. `0`, `O` and the like are kept, so that they match nothing."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())[-_LETTERS:]
