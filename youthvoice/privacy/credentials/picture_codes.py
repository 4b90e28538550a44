"""Picture codes of children and representatives, and the eight pictures that show a public key.

    code    = HMAC(codes key, submission id, turn)                    so a repeat gets the same code (or it is random)
    root    = Argon2id(code, HMAC(pepper, site), t=2, 19 MiB)         unique at the site
    HKDF(root, "locator") -> by which the database finds the thread
    HKDF(root, "reply")   -> X25519 pair: answers to the child are sealed to it

The code itself is stored nowhere. It opens answers, never the report. A representative signs in with another code,
which belongs to no thread: it has another root, and only a verifier of it is stored.

    root    = Argon2id(code, HMAC(pepper, representative), t=2, 19 MiB)
    HKDF(root, "verifier") -> what the database compares

Source: PRIVACY.md C, "Codes"; CHILD-UX.md, "Pictures".

Somebody who takes a newcomer's link and creates the account has other key pictures than the newcomer sees; so has a key
that was written into the database. The pictures are those of children's codes: each has one name and stays distinct in
grey. 63 to the power of 8 is 47.8 bits; computing one set takes some hundredths of a second, so that finding another
key with the same pictures costs as much as 63 bits would.
Source: PRIVACY.md C, "Who may be wrapped to".
"""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youthvoice.privacy.crypto.argon2 import CODE_COST, Argon2Cost, derive_root
from youthvoice.privacy.crypto.sealing import KeyPair, public_of
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context

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

CODE_LENGTH: Final = len(SCREENS)

PER_SCREEN: Final = len(SCREENS[0])

CODE_COUNT: Final = PER_SCREEN**CODE_LENGTH


@dataclass(frozen=True, slots=True)
class PictureCode:
    """A code: which picture of each screen, 0 to 8. It never appears in a log, an error or an address."""

    picks: tuple[int, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.picks) != CODE_LENGTH or not all(0 <= pick < PER_SCREEN for pick in self.picks):
            raise ValueError("A code is seven picks of nine")

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The seven pictures, in order."""
        return tuple(screen[pick] for screen, pick in zip(SCREENS, self.picks, strict=True))


@dataclass(frozen=True, slots=True)
class PictureCodeKeys:
    """The keys of a code at a site.

    Attributes:
        locator: by which the database finds the thread, 16 bytes.
        reply: the X25519 pair to which answers to the child are sealed.
    """

    locator: bytes = field(repr=False)
    reply: KeyPair = field(repr=False)


def code_of_submission(codes_key: bytes, submission_id: bytes, turn: int = 0) -> PictureCode:
    """The code of a submission; with another turn where the site has this one already.

    It is computed from the submission id, so that a tablet that lost its connection gets the same code when it sends
    again, although nobody stores it.

    Args:
        codes_key: 32 bytes, for this purpose only.
        submission_id: the submission id, 16 random bytes that only the page holds.
        turn: 0, and one more for each code that was in use.
    """
    digest = hmac.digest(codes_key, turn.to_bytes(4, "big") + submission_id, hashlib.sha256)
    number = int.from_bytes(digest, "big") % CODE_COUNT
    picks = []
    for _ in range(CODE_LENGTH):
        number, pick = divmod(number, PER_SCREEN)
        picks.append(pick)
    return PictureCode(tuple(picks))


def new_code() -> PictureCode:
    """A random code; a person who loses a code gets another one."""
    return PictureCode(tuple(secrets.randbelow(PER_SCREEN) for _ in range(CODE_LENGTH)))


def read_code(picks: Sequence[str]) -> PictureCode | None:
    """Read the code in a form, a digit for each screen; None where it is not valid."""
    if len(picks) != CODE_LENGTH or not all(len(pick) == 1 and pick in "012345678" for pick in picks):
        return None
    return PictureCode(tuple(int(pick) for pick in picks))


def derive_code_keys(code: PictureCode, site_id: int, pepper: bytes, cost: Argon2Cost = CODE_COST) -> PictureCodeKeys:
    """Locator and reply pair of a code at a site; one Argon2 run.

    Args:
        code: as drawn, or as a child entered it.
        site_id: where the thread is; the same pictures elsewhere are another code.
        pepper: the key `pepper`, 32 bytes.
        cost: for tests only.
    """
    root = derive_root(bytes(code.picks), f"code|{site_id}".encode(), pepper, cost)
    private = _subkey(root, "reply", _KEY_BYTES)
    return PictureCodeKeys(_subkey(root, "locator", LOCATOR_BYTES), KeyPair(public_of(private), private))


def derive_verifier(code: PictureCode, representative: bytes, pepper: bytes, cost: Argon2Cost = CODE_COST) -> bytes:
    """The verifier of a representative's code, 32 bytes; one Argon2 run.

    Args:
        code: as drawn, or as somebody entered it.
        representative: the id, 16 bytes; the same pictures are another code for somebody else.
        pepper: the key `pepper`, 32 bytes.
        cost: for tests only.
    """
    root = derive_root(bytes(code.picks), f"representative|{representative.hex()}".encode(), pepper, cost)
    return _subkey(root, "verifier", VERIFIER_BYTES, "representative")


def _subkey(root: bytes, purpose: str, length: int, of: str = "code") -> bytes:
    return HKDF(SHA256(), length, None, sealing_context(of, purpose).encode()).derive(root)


ALL_PICTURES: Final = tuple(picture for screen in SCREENS for picture in screen)

KEY_PICTURES: Final = 8

_ROUNDS: Final = 40_000

_KEY_PICTURES_PURPOSE: Final = b"youthvoice/1|key-pictures"


@lru_cache(maxsize=256)
def key_pictures(public_key: bytes) -> tuple[Picture, ...]:
    """The eight pictures of a key, in order; a picture may come twice.

    Args:
        public_key: 32 bytes.
    """
    digest = hashlib.pbkdf2_hmac("sha256", public_key, _KEY_PICTURES_PURPOSE, _ROUNDS)
    number = int.from_bytes(digest, "big") % len(ALL_PICTURES) ** KEY_PICTURES
    pictures = []
    for _ in range(KEY_PICTURES):
        number, pick = divmod(number, len(ALL_PICTURES))
        pictures.append(ALL_PICTURES[pick])
    return tuple(pictures)
