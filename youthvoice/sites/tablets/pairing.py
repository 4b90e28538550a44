"""How a device is paired with its site: a code to read aloud, and the page that shows it.

Where somebody guesses at those of tablets they are twice as long.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from youthvoice.web.graphics.pictures import qr_code

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


@dataclass(frozen=True, slots=True)
class PairingPage:
    """A tablet that waits for its device.

    Attributes:
        name: where it stays.
        code: shown once.
        address: what somebody types into the device, without `https://`.
        picture: inline SVG without styles.
        until: hour and minute at the site, such as `14:35`.
        open_line: the address is not encrypted: whoever listens on the network sees what is sent.
    """

    name: str
    code: str
    address: str
    picture: Markup
    until: str
    open_line: bool


def pairing_page_of(name: str, code: str, url: str, ends: datetime, words: str) -> PairingPage:
    """What to show.

    Args:
        name: of the tablet.
        code: from `start_enrolment`.
        url: of the house, without a slash at the end.
        ends: when the code stops working, by the site's clock.
        words: what the picture is, for those who do not see it.
    """
    return PairingPage(
        name=name,
        code=code,
        address=url.split("://", 1)[-1] + "/enrol",
        picture=qr_code(f"{url}/enrol?code={quote(code)}", words),
        until=ends.strftime("%H:%M"),
        open_line=not url.startswith("https://"),
    )
