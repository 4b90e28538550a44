"""Codes that connect a tablet: a word and four digits, easy to read aloud. Pure."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final

LASTS: Final = timedelta(minutes=15)
WORDS: Final = (
    "BELL", "BIRD", "BOAT", "BOOK", "BOWL", "CAKE", "CART", "CLAY", "CORN", "CRAB", "DESK", "DOOR", "DOVE",
    "DRUM", "DUCK", "FARM", "FERN", "FISH", "FLAG", "FROG", "GATE", "GOAT", "HARP", "HILL", "HOME", "KITE",
    "LAKE", "LAMP", "LEAF", "LIME", "LION", "MANE", "MILK", "MINT", "MOON", "MOTH", "NEST", "OVEN", "PALM",
    "PARK", "PEAR", "PLUM", "POND", "RAIN", "RICE", "RING", "ROAD", "ROOF", "ROSE", "SAIL", "SALT", "SAND",
    "SEAL", "SEED", "SHIP", "SNOW", "SONG", "STAR", "SWAN", "TENT", "TREE", "TUNA", "WAVE", "WOOD",
)  # fmt: skip
"""64 words: with four digits 640,000 codes, one of which works for 15 minutes; 20 tries a minute are let through."""


def new_code() -> str:
    """A code such as `KITE-4821`."""
    return f"{secrets.choice(WORDS)}-{secrets.randbelow(10_000):04}"


def code_hash(code: str, pepper: bytes) -> bytes:
    """What the database keeps of a code: an HMAC under the pepper, since a bare hash could be searched; 32 bytes."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    return hmac.digest(pepper, b"tablet-code|" + typed.encode("utf-8", "surrogatepass"), hashlib.sha256)
