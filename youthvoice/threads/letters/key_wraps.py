"""Who can open a letter: its private key is wrapped for each advocate, as a thread's is for its readers. Pure.

A tag under the key file `threads` tells the house whom a wrap opens it for: it ends with the key that it was made for,
so that nobody's list shows what her key of today does not open. Whoever was left out of what a letter became keeps a
decoy; its tag outlives her keys, so that no colleague gives it back to her. From outside both look like a wrap.
Source: PRIVACY.md A10 and C.
"""

import hashlib
import hmac

from youthvoice.privacy.crypto.sealing import context, decoy_wrap, unwrap, wrap
from youthvoice.threads.key_wraps import TAG_BYTES, Holder, Wrapped


def tag_of(key: bytes, letter_id: bytes, person_id: int, public_key: bytes) -> bytes:
    """The tag of a real wrap, 16 bytes."""
    return _tag(key, b"reads-letter", letter_id, person_id, public_key)


def left_out_tag(key: bytes, letter_id: bytes, person_id: int) -> bytes:
    """The tag of somebody who was left out, whatever key she has, 16 bytes."""
    return _tag(key, b"left-out-of-letter", letter_id, person_id)


def receipt_of_report(key: bytes, letter_id: bytes) -> bytes:
    """What the report that is made of a letter bears as its receipt, 32 bytes: of one letter there is one report."""
    return hmac.digest(key, b"youthvoice/1|report-of-letter|" + letter_id, hashlib.sha256)


def is_tag(tag: bytes | None, known: bytes) -> bool:
    """Whether a row bears a tag."""
    return hmac.compare_digest(tag or b"", known)


def wrap_for(key: bytes, letter_id: bytes, letter_private: bytes, holder: Holder) -> Wrapped:
    """Let somebody open the letter."""
    wrapped = wrap(letter_private, holder.public_key, _bound(letter_id, holder.person_id))
    return Wrapped(holder.person_id, wrapped, tag_of(key, letter_id, holder.person_id, holder.public_key))


def left_out(key: bytes, letter_id: bytes, person_id: int) -> Wrapped:
    """What somebody gets who may not open it any more."""
    return Wrapped(person_id, decoy_wrap(), left_out_tag(key, letter_id, person_id))


def unwrapped(letter_id: bytes, person_id: int, wrapped: bytes, private_key: bytes) -> bytes:
    """The letter's private key, 32 bytes.

    Raises:
        CannotOpen: a decoy, or another person's key.
    """
    return unwrap(wrapped, private_key, _bound(letter_id, person_id))


def _tag(key: bytes, what: bytes, letter_id: bytes, person_id: int, public_key: bytes = b"") -> bytes:
    words = b"|".join((b"youthvoice/1", what, letter_id + person_id.to_bytes(8, "big") + public_key))
    return hmac.digest(key, words, hashlib.sha256)[:TAG_BYTES]


def _bound(letter_id: bytes, person_id: int) -> str:
    return context("letter", letter_id.hex(), "wrap", person_id)
