"""Encryption and decryption under one secret key: bound to a purpose, and padded, so that no length reveals anything.

A blob that is moved to another row, or used for another purpose, does not open there.
Source: PRIVACY.md C. `sealing` binds the same contexts, as HPKE's `info`.

A padded text is its length as 4 bytes big-endian, the text, and zero bytes up to a bucket. The browser pads
the same way.
Source: PRIVACY.md C, "pad to size buckets first".

A random nonce is safe for some 2**32 blobs under one key; a quarter's answers are far fewer.
Source: PRIVACY.md A2 and C; RFC 8439.
"""

import os
from typing import NewType
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from youthvoice.errors import CannotOpen

SealingContext = NewType("SealingContext", str)

CONTEXT_PREFIX = "youthvoice/1|"


def sealing_context(*parts: str | int | UUID) -> SealingContext:
    """Name a purpose, such as `sealing_context("letter", letter_id, "body")`.

    Raises:
        ValueError: no part, an empty part, or a part with the separator "|", which could pass for two parts.
    """
    words = [str(part) for part in parts]
    if not words or any(not word or "|" in word for word in words):
        raise ValueError("A context is made of non-empty parts without '|'")
    return SealingContext(CONTEXT_PREFIX + "|".join(words))


def context_bytes(purpose: SealingContext | str) -> bytes:
    """The bytes of a context that are bound into a blob; a plain string gets our prefix.

    Raises:
        ValueError: the context is empty.
    """
    if not purpose or purpose == CONTEXT_PREFIX:
        raise ValueError("A context is never empty")
    return (purpose if purpose.startswith(CONTEXT_PREFIX) else CONTEXT_PREFIX + purpose).encode()


BUCKETS = (256, 512, 1024, 2048, 4096, 8192, 16384)
"""Sizes in bytes, length prefix included; above the last one, whole multiples of it."""

LENGTH_BYTES = 4


class BadPadding(ValueError):
    """The decrypted bytes are not a padded text."""


def bucket_for(length: int) -> int:
    """The padded size in bytes of a text of `length` bytes."""
    needed = length + LENGTH_BYTES
    largest = BUCKETS[-1]
    return next((size for size in BUCKETS if needed <= size), -(-needed // largest) * largest)


def pad(data: bytes, size: int | None = None) -> bytes:
    """Pad to a bucket, or to `size` bytes in all.

    Raises:
        ValueError: the data and its length do not fit into `size`; nothing is ever cut off.
    """
    whole = bucket_for(len(data)) if size is None else size
    room = whole - LENGTH_BYTES - len(data)
    if room < 0:
        raise ValueError("The data does not fit into the padded size")
    return len(data).to_bytes(LENGTH_BYTES, "big") + data + bytes(room)


def unpad(padded: bytes) -> bytes:
    """Remove the padding.

    Raises:
        BadPadding: the length points outside, or the filling is not zero.
    """
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    end = LENGTH_BYTES + length
    if len(padded) < LENGTH_BYTES or end > len(padded) or padded.count(0, end) != len(padded) - end:
        raise BadPadding("Not a padded text")
    return padded[LENGTH_BYTES:end]


NONCE_BYTES = 12

LOCK_BYTES = NONCE_BYTES + 16  # added to the length of the data: nonce and tag

KEY_BYTES = 32


def encrypt(key: bytes, data: bytes, purpose: SealingContext | str) -> bytes:
    """Encrypt data under a key of 32 bytes; the blob is 28 bytes longer than the data.

    Raises:
        ValueError: the key has another length, or the context is empty.
    """
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(key).encrypt(nonce, data, context_bytes(purpose))


def decrypt(key: bytes, blob: bytes, purpose: SealingContext | str) -> bytes:
    """Decrypt data.

    Raises:
        CannotOpen: wrong key, wrong context or altered; the error never says which.
        ValueError: the key has not 32 bytes, or the context is empty.
    """
    cipher, bound = _cipher(key), context_bytes(purpose)
    try:
        return cipher.decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError):
        raise CannotOpen from None


def encrypt_padded(key: bytes, data: bytes, size: int, purpose: SealingContext | str) -> bytes:
    """Encrypt so that every blob of the same `size` has the same length: size + 28 bytes.

    Args:
        key: 32 bytes.
        data: at most `size` - 4 bytes.
        size: padded size in bytes, the length prefix of 4 included.
        purpose: what the data is.

    Raises:
        ValueError: the data does not fit, the key has not 32 bytes, or the context is empty.
    """
    return encrypt(key, pad(data, size), purpose)


def decrypt_padded(key: bytes, blob: bytes, purpose: SealingContext | str) -> bytes:
    """Decrypt a blob of `encrypt_padded`, and remove its padding.

    Raises:
        CannotOpen: as `decrypt`.
    """
    try:
        return unpad(decrypt(key, blob, purpose))
    except BadPadding:
        raise CannotOpen from None


def _cipher(key: bytes) -> ChaCha20Poly1305:
    if len(key) != KEY_BYTES:
        raise ValueError("A key has 32 bytes")
    return ChaCha20Poly1305(key)
