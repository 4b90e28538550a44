"""A published key: a public key of an organisation as a text that can be copied, read aloud and checked.

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
        word: the prefix that names its kind.
    """
    letters = base64.b32encode(key + _check(key)).decode().rstrip("=").lower()
    return f"{word}:" + " ".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def read_key(text: str, word: str = PUBLIC_KEY_WORD) -> bytes | None:
    """The 32 bytes of a published key; None where the text is invalid, another kind of key, or copied with an error."""
    prefix, colon, letters = "".join(text[:400].split()).lower().partition(":")
    try:
        content = base64.b32decode(letters.upper() + "=" * (-len(letters) % _GROUP))
    except (binascii.Error, ValueError):
        return None
    key, check = content[:_KEY_BYTES], content[_KEY_BYTES:]
    return key if colon and prefix == word and len(key) == _KEY_BYTES and check == _check(key) else None


def _check(key: bytes) -> bytes:
    return hashlib.sha256(key).digest()[:_CHECK_BYTES]
