"""Codes that connect a device to its site, made to be read aloud.

While somebody guesses codes, they are twice as long.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final

CODE_LASTS: Final = timedelta(minutes=15)

CODE_WORDS: Final = (
    "BELL", "BIRD", "BOAT", "BOOK", "BOWL", "CAKE", "CART", "CLAY", "CORN", "CRAB", "DESK", "DOOR", "DOVE",
    "DRUM", "DUCK", "FARM", "FERN", "FISH", "FLAG", "FROG", "GATE", "GOAT", "HARP", "HILL", "HOME", "KITE",
    "LAKE", "LAMP", "LEAF", "LIME", "LION", "MANE", "MILK", "MINT", "MOON", "MOTH", "NEST", "OVEN", "PALM",
    "PARK", "PEAR", "PLUM", "POND", "RAIN", "RICE", "RING", "ROAD", "ROOF", "ROSE", "SAIL", "SALT", "SAND",
    "SEAL", "SEED", "SHIP", "SNOW", "SONG", "STAR", "SWAN", "TENT", "TREE", "TUNA", "WAVE", "WOOD",
)  # fmt: skip
"""64 words: with four digits 640,000 codes, each of which works for 15 minutes; wrong ones are counted and slowed."""

_SHORT: Final = 8


def new_spoken_code(*, long: bool = False) -> str:
    """A code such as `KITE-4821`; a long one is two of them, one in 400 thousand million, which nobody can guess."""
    short = f"{secrets.choice(CODE_WORDS)}-{secrets.randbelow(10_000):04}"
    return f"{short}-{new_spoken_code()}" if long else short


def is_long_code(code: str) -> bool:
    """Whether a typed code has the length of a long one."""
    return len(_normalise(code)) > _SHORT


def hash_spoken_code(code: str, pepper: bytes, what: str = "tablet-code") -> bytes:
    """The hash of a code for the database, 32 bytes: an HMAC under the pepper, since a bare hash could be searched.

    Args:
        code: as typed.
        pepper: the key `pepper`.
        what: its purpose; a code for one purpose does not work for another.
    """
    return hmac.digest(pepper, f"{what}|".encode() + _normalise(code).encode("utf-8", "surrogatepass"), hashlib.sha256)


def _normalise(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())
