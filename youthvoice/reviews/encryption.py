"""Encryption of the encrypted part of reviews and links, under the kept-words key; all rows have the same length."""

from typing import Final

from youthvoice import context
from youthvoice.context import AppCache
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.reviews.entities import ReviewBody, ReviewLinkBody

_PADDED_BYTES: Final = 12_000  # case number, codes, days, a dozen wishes, sixty openings, six packs proposed and given


def encrypt_body(review_id: bytes, body: ReviewBody) -> bytes:
    """Encrypt the body for its row.

    Raises:
        KeyFileError: see `encrypt_json`.
    """
    return encrypt_json(context.keyring(), KEPT_WORDS, body, _purpose(review_id), _PADDED_BYTES)


def open_body(review_id: bytes, blob: bytes) -> ReviewBody:
    """Decrypt the body of this row.

    Raises:
        CannotOpen, KeyGone, KeyFileError: see `decrypt_json`.
    """
    return _body_cache.get(
        (review_id, blob[-_END:]),
        lambda: decrypt_json(context.keyring(), KEPT_WORDS, blob, _purpose(review_id), ReviewBody),
    )


_END: Final = 32
"""The last bytes of the ciphertext, which contain its tag: no two ciphertexts end alike."""

_body_cache: Final = AppCache[tuple[bytes, bytes], ReviewBody](3_000)
"""Bodies that this process has decrypted; their key is in the same memory anyway. A changed body has another end."""

_PADDED_LINK_BYTES: Final = 2_000  # bytes: sixty openings, five wrong numbers


def encrypt_link(link_id: bytes, body: ReviewLinkBody) -> bytes:
    """Encrypt the body of a link for its row.

    Raises:
        KeyFileError: see `encrypt_json`.
    """
    return encrypt_json(context.keyring(), KEPT_WORDS, body, _purpose_of_link(link_id), _PADDED_LINK_BYTES)


def open_link(link_id: bytes, blob: bytes) -> ReviewLinkBody:
    """Decrypt the body of this link.

    Raises:
        CannotOpen, KeyGone, KeyFileError: see `decrypt_json`.
    """
    return decrypt_json(context.keyring(), KEPT_WORDS, blob, _purpose_of_link(link_id), ReviewLinkBody)


def _purpose_of_link(link_id: bytes) -> SealingContext:
    return sealing_context("review-link", link_id.hex())


def _purpose(review_id: bytes) -> SealingContext:
    return sealing_context("review", review_id.hex())
