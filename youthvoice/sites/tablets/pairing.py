"""How a device is paired with its site: a code to read aloud.

Where somebody guesses at those of tablets they are twice as long.
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
    """A code such as `KITE-4821`; a long one is two of them, one of 400 thousand million, which nobody guesses."""
    short = f"{secrets.choice(CODE_WORDS)}-{secrets.randbelow(10_000):04}"
    return f"{short}-{new_spoken_code()}" if long else short


def is_long_code(code: str) -> bool:
    """Whether somebody typed a code that only a long one could be."""
    return len(_typed(code)) > _SHORT


def hash_spoken_code(code: str, pepper: bytes, what: str = "tablet-code") -> bytes:
    """What the database keeps of a code: an HMAC under the pepper, since a bare hash could be searched; 32 bytes.

    Args:
        code: as typed.
        pepper: the key `pepper`.
        what: it opens; a code for one thing is none for another.
    """
    return hmac.digest(pepper, f"{what}|".encode() + _typed(code).encode("utf-8", "surrogatepass"), hashlib.sha256)


def _typed(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())
