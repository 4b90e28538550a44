"""What an introduction may hold: sizes, kinds and refusals. Pure; codes, never words.

All portraits have one size in bytes, and so have all greetings: somebody who watches the network cannot tell by the
size which adult's portrait or greeting a tablet fetches. Source: PRIVACY.md C, "The tablet's queue".
"""

import hashlib
import unicodedata
from typing import Final

from youthvoice.clips.audio_files import OGG, NotAClip
from youthvoice.clips.sound_files import clear_sound
from youthvoice.introductions.sound_measure import measure_sound

PORTRAIT: Final = "portrait"
GREETING: Final = "greeting"
WORDS: Final = "words"

KINDS: Final = (PORTRAIT, GREETING, WORDS)

WEBP: Final = "image/webp"
SVG: Final = "image/svg+xml"
TEXT: Final = "text/plain"

PORTRAIT_BYTES: Final = 16 * 1024
"""Bytes of each stored portrait; `picture_maker.MAX_MADE_BYTES` fit."""

GREETING_BYTES: Final = 48 * 1024
"""Bytes of each stored greeting: `GREETING_SECONDS` at 24 kbit/s take 30 KiB, and the container some more."""

GREETING_SECONDS: Final = 10
_TOLERANCE: Final = 1.0  # seconds by which a recorder stops late

SILENT_BYTES: Final = 500
"""Bytes of Opus per second below which a recording is silent: speech has 1,500 and more, silence about 150."""

MAX_WORDS_CHARACTERS: Final = 32

_JOINERS: Final = "\u200c\u200d"
"""Marks that nobody sees and that Hindi and Persian need."""

_DIGITS: Final = 32  # hexadecimal, of SHA-256: 128 bits

_VOID: Final = b"\xec\x01"
"""An EBML element that players skip, with a size of eight bytes; RFC 8794, 11.3.2."""
_VOID_HEAD: Final = 9  # bytes: its id, and eight of its size, of which `_VOID` holds the first


class IntroductionRefused(ValueError):
    """A part cannot be used.

    Attributes:
        code: `empty`, `too_large`, `not_sound`, `not_opus`, `too_long`, `silent` or `in_use`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def digest_of(content: bytes) -> str:
    """The digest that names a part in its address: 32 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()[:_DIGITS]


def pad_portrait(picture: bytes) -> bytes:
    """A portrait of `PORTRAIT_BYTES`: line ends follow an SVG, zeros a WebP; readers skip both.

    Raises:
        ValueError: it is larger.
    """
    if len(picture) > PORTRAIT_BYTES:
        raise ValueError(len(picture))
    return picture.ljust(PORTRAIT_BYTES, b"\n" if picture.startswith(b"<svg") else b"\0")


def pad_greeting(sound: bytes) -> tuple[bytes, str]:
    """A greeting of `GREETING_BYTES` and its media type, after checking that it is a short recording of a voice.

    What tells of people, days and devices is overwritten.

    Raises:
        IntroductionRefused: with why not.
    """
    try:
        sound, kind = clear_sound(sound, GREETING_BYTES - _VOID_HEAD)
    except NotAClip as refused:
        raise IntroductionRefused(refused.code) from None
    measured_sound = measure_sound(sound, kind)
    if measured_sound.seconds > GREETING_SECONDS + _TOLERANCE:
        raise IntroductionRefused("too_long")
    if measured_sound.payload_bytes < SILENT_BYTES * max(measured_sound.seconds, 0.5):
        raise IntroductionRefused("silent")
    if kind == OGG:
        return sound.ljust(GREETING_BYTES, b"\0"), kind
    room = GREETING_BYTES - len(sound) - _VOID_HEAD
    return sound + _VOID + room.to_bytes(_VOID_HEAD - len(_VOID), "big") + bytes(room), kind


def tidy_words(words: str) -> str:
    """Words as they are stored: composed, without marks that nobody sees, with single spaces."""
    composed = unicodedata.normalize("NFC", words)
    plain = (
        letter
        for letter in composed
        if letter in _JOINERS or unicodedata.category(letter)[0] != "C" or letter.isspace()
    )
    words_alone = " ".join("".join(plain).split())
    return words_alone if words_alone.strip(f"{_JOINERS} ") else ""
