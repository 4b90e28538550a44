"""Lock and unlock: one secret key on both sides. ChaCha20-Poly1305, a random nonce of 12 bytes in front.

A random nonce is safe for some 2**32 blobs under one key; a quarter's answers stay far below.
Source: PRIVACY.md A2 and C; RFC 8439.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from youthvoice.privacy.crypto.contexts import Context, context_bytes
from youthvoice.privacy.crypto.padding import BadPadding, pad, unpad
from youthvoice.privacy.errors import CannotOpen

NONCE_BYTES = 12
LOCK_BYTES = NONCE_BYTES + 16  # by which a blob is longer than its data: nonce and tag
KEY_BYTES = 32


def lock(key: bytes, data: bytes, purpose: Context | str) -> bytes:
    """Lock data under a key of 32 bytes; the blob is 28 bytes longer than the data.

    Raises:
        ValueError: the key has another length, or the context is empty.
    """
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, data, context_bytes(purpose))


def unlock(key: bytes, blob: bytes, purpose: Context | str) -> bytes:
    """The data again.

    Raises:
        CannotOpen: wrong key, wrong context or altered; which of them is never said.
        ValueError: the key has not 32 bytes, or the context is empty.
    """
    cipher, bound = _cipher(key), context_bytes(purpose)
    try:
        return cipher.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def lock_padded(key: bytes, data: bytes, size: int, purpose: Context | str) -> bytes:
    """Lock so that every blob of the same `size` has the same length: size + 28 bytes.

    Args:
        key: 32 bytes.
        data: at most `size` - 4 bytes.
        size: padded size in bytes, the length prefix of 4 included.
        purpose: what the data is.

    Raises:
        ValueError: the data does not fit, the key has not 32 bytes, or the context is empty.
    """
    return lock(key, pad(data, size), purpose)


def unlock_padded(key: bytes, blob: bytes, purpose: Context | str) -> bytes:
    """What `lock_padded` locked, without its padding.

    Raises:
        CannotOpen: as `unlock`.
    """
    padded = unlock(key, blob, purpose)
    try:
        return unpad(padded)
    except BadPadding:
        raise CannotOpen from None


def _cipher(key: bytes) -> ChaCha20Poly1305:
    if len(key) != KEY_BYTES:
        raise ValueError("A key has 32 bytes")
    return ChaCha20Poly1305(key)
