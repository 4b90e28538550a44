"""A public key that an organisation publishes, as a text that can be copied, read aloud and checked.

    youthvoice-key:  + base32 of 32 bytes X25519 and the first 4 of their SHA-256, small letters, in groups of eight

The private key has the same form with another word before it, so that nobody publishes the wrong one.
"""

import base64
import binascii
import hashlib
from typing import Final

PUBLIC_KEY_WORD: Final = "youthvoice-key"

PRIVATE_KEY_WORD: Final = "youthvoice-secret-key"

_KEY_BYTES, _CHECK_BYTES, _GROUP = 32, 4, 8


def format_key(key: bytes, word: str = PUBLIC_KEY_WORD) -> str:
    """A key as text.

    Args:
        key: 32 bytes.
        word: what it is.
    """
    letters = base64.b32encode(key + _check(key)).decode().rstrip("=").lower()
    return f"{word}:" + " ".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def read_key(text: str, word: str = PUBLIC_KEY_WORD) -> bytes | None:
    """The 32 bytes of such a text; None where it is none, is another kind of key, or was copied with a fault."""
    said, colon, letters = "".join(text[:400].split()).lower().partition(":")
    try:
        found = base64.b32decode(letters.upper() + "=" * (-len(letters) % _GROUP))
    except (binascii.Error, ValueError):
        return None
    key, check = found[:_KEY_BYTES], found[_KEY_BYTES:]
    return key if colon and said == word and len(key) == _KEY_BYTES and check == _check(key) else None


def _check(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:_CHECK_BYTES]
