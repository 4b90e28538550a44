"""A code of pictures: seven screens of nine, one picture each; 4,782,969 codes, drawn by the system.

    code    = HMAC(codes key, sheet, turn)                            the same sheet draws the same code again
    root    = Argon2id(code, HMAC(pepper, site), t=2, 19 MiB)         unique at the site
    HKDF(root, "locator") -> what the database finds the thread by
    HKDF(root, "reply")   -> X25519 pair: answers to the child are sealed to it

The code itself is kept nowhere. It opens answers, never what the child told. A representative signs in with a code of
her own, which is no thread's: it has another root, and nothing but a verifier of it is kept.

    root    = Argon2id(code, HMAC(pepper, representative), t=2, 19 MiB)
    HKDF(root, "verifier") -> what the database compares

Source: PRIVACY.md C, "Codes"; CHILD-UX.md, "Pictures".
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youthvoice.privacy.crypto.argon2 import CODE_COST, Cost, stretch
from youthvoice.privacy.crypto.contexts import context
from youthvoice.privacy.crypto.sealing import Pair, public_of

LOCATOR_BYTES: Final = 16
VERIFIER_BYTES: Final = 32
_KEY_BYTES: Final = 32


class Picture(NamedTuple):
    """One picture of a screen: its English name, which the catalogues translate, and its OpenMoji code."""

    name: str
    code: str


def _screen(words: str) -> tuple[Picture, ...]:
    return tuple(Picture(*word.split(":")) for word in words.split())


SCREENS: Final = (
    _screen("fish:1F41F tree:1F333 key:1F511 sun:2600 chair:1FA91 bus:1F68C apple:1F34E drum:1F941 cloud:2601"),
    _screen("house:1F3E0 bee:1F41D spoon:1F944 boat:26F5 carrot:1F955 kite:1FA81 horse:1F40E book:1F4D6 candle:1F56F"),
    _screen(
        "elephant:1F418 bell:1F514 banana:1F34C tent:26FA ladder:1FA9C leaf:1F343 clock:1F570 ball:26BD gift:1F381"
    ),
    _screen(
        "umbrella:2602 rabbit:1F407 bicycle:1F6B2 flower:1F33B cup:2615 guitar:1F3B8 mountain:26F0 comb:1FAAE egg:1F95A"
    ),
    _screen(
        "turtle:1F422 train:1F686 scissors:2702 mushroom:1F344 hat:1F3A9 "
        "fire:1F525 bucket:1FAA3 balloon:1F388 giraffe:1F992"
    ),
    _screen(
        "butterfly:1F98B rainbow:1F308 basket:1F9FA pencil:270F whale:1F433 "
        "grapes:1F347 rope:1FAA2 lamp:1FA94 anchor:2693"
    ),
    _screen(
        "monkey:1F412 bridge:1F309 thread:1F9F5 snail:1F40C glasses:1F453 "
        "pineapple:1F34D feather:1FAB6 frog:1F438 backpack:1F392"
    ),
)
"""Never two alike on one screen; each has one name and stays distinct in grey."""

LENGTH: Final = len(SCREENS)
PER_SCREEN: Final = len(SCREENS[0])
HOW_MANY: Final = PER_SCREEN**LENGTH


@dataclass(frozen=True, slots=True)
class Code:
    """Which picture of each screen, 0 to 8; never shown in a log, an error or an address."""

    picks: tuple[int, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.picks) != LENGTH or not all(0 <= pick < PER_SCREEN for pick in self.picks):
            raise ValueError("A code is seven picks of nine")

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The seven pictures, in order."""
        return tuple(screen[pick] for screen, pick in zip(SCREENS, self.picks, strict=True))


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """What a code is at a site.

    Attributes:
        locator: 16 bytes; what the database finds the thread by.
        reply: the X25519 pair that answers to the child are sealed to.
    """

    locator: bytes = field(repr=False)
    reply: Pair = field(repr=False)


def drawn(codes_key: bytes, sheet: bytes, turn: int = 0) -> Code:
    """The code of a sheet; another turn where the site has this one already.

    Drawn from the sheet's random number, so that a tablet whose line broke after sending gets the same code when it
    sends the same sheet again, although nobody keeps it.

    Args:
        codes_key: 32 bytes, for this purpose only.
        sheet: 16 random bytes that only the page holds.
        turn: 0, and one more for each code that was taken.
    """
    digest = hmac.digest(codes_key, turn.to_bytes(4, "big") + sheet, hashlib.sha256)
    number = int.from_bytes(digest, "big") % HOW_MANY
    picks = []
    for _ in range(LENGTH):
        number, pick = divmod(number, PER_SCREEN)
        picks.append(pick)
    return Code(tuple(picks))


def drawn_anew() -> Code:
    """A code that nothing else gives again: who loses it is dealt another."""
    return Code(tuple(secrets.randbelow(PER_SCREEN) for _ in range(LENGTH)))


def read(picks: Sequence[str]) -> Code | None:
    """The code that a form brings, a digit for each screen; None where it is none."""
    if len(picks) != LENGTH or not all(len(pick) == 1 and pick in "012345678" for pick in picks):
        return None
    return Code(tuple(int(pick) for pick in picks))


def keys_of(code: Code, site_id: int, pepper: bytes, cost: Cost = CODE_COST) -> CodeKeys:
    """Locator and reply pair of a code at a site; one Argon2 run.

    Args:
        code: as drawn, or as a child chose it.
        site_id: where the thread is; the same pictures elsewhere are another code.
        pepper: the key `pepper`, 32 bytes.
        cost: for tests only.
    """
    root = stretch(bytes(code.picks), f"code|{site_id}".encode(), pepper, cost)
    private = _part(root, "reply", _KEY_BYTES)
    return CodeKeys(_part(root, "locator", LOCATOR_BYTES), Pair(public_of(private), private))


def verifier_of(code: Code, representative: bytes, pepper: bytes, cost: Cost = CODE_COST) -> bytes:
    """What a representative's code is compared by, 32 bytes; one Argon2 run.

    Args:
        code: as drawn, or as somebody chose it.
        representative: her id, 16 bytes; the same pictures of another are another code.
        pepper: the key `pepper`, 32 bytes.
        cost: for tests only.
    """
    root = stretch(bytes(code.picks), f"representative|{representative.hex()}".encode(), pepper, cost)
    return _part(root, "verifier", VERIFIER_BYTES, "representative")


def _part(root: bytes, purpose: str, length: int, of: str = "code") -> bytes:
    return HKDF(SHA256(), length, None, context(of, purpose).encode()).derive(root)
