"""Key wraps: the private key of a thread or letter, encrypted to each reader; decoys look the same. Pure.

There is a row for every reader of the site, even for people whom the child excluded: a thief of the database cannot
see who was excluded. A tag under the key file `threads` tells a wrap from a decoy. It is bound to the reader's key, so
that nobody's list shows what their current key does not open. A person who was excluded from a report that was made of
a letter has a decoy of the letter whose tag does not depend on their key: no colleague can share it with them again.
Source: PRIVACY.md A10 and C, "A report".
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from youthvoice.privacy.crypto.sealing import decoy_wrap, unwrap, wrap
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context

TAG_BYTES: Final = 16


class KeyHolder(Protocol):
    """A person who may hold a wrap; `accounts.store.Reader` is one."""

    @property
    def person_id(self) -> int:
        """Row of `people`."""

    @property
    def public_key(self) -> bytes:
        """X25519, 32 bytes."""


@dataclass(frozen=True, slots=True)
class KeyWrap:
    """One row for one reader: a wrap or a decoy; only the tag tells which."""

    person_id: int
    wrapped: bytes = field(repr=False)
    tag: bytes = field(repr=False)


def thread_tag(key: bytes, thread_id: bytes, person_id: int, public_key: bytes) -> bytes:
    """The tag of a thread's wrap, 16 bytes, under `key`, that of the file `threads`; it ends with the reader's key."""
    return _tag(key, b"reads", thread_id, person_id, public_key)


def letter_tag(key: bytes, letter_id: bytes, person_id: int, public_key: bytes) -> bytes:
    """The tag of a letter's wrap, 16 bytes, bound in the same way."""
    return _tag(key, b"reads-letter", letter_id, person_id, public_key)


def wrap_thread_key(key: bytes, thread_id: bytes, thread_private: bytes, holder: KeyHolder) -> KeyWrap:
    """Encrypt a thread's private key to one reader."""
    wrapped = wrap(thread_private, holder.public_key, _bound("thread", thread_id, holder.person_id))
    return KeyWrap(holder.person_id, wrapped, thread_tag(key, thread_id, holder.person_id, holder.public_key))


def wrap_letter_key(key: bytes, letter_id: bytes, letter_private: bytes, holder: KeyHolder) -> KeyWrap:
    """Encrypt a letter's private key to one reader."""
    wrapped = wrap(letter_private, holder.public_key, _bound("letter", letter_id, holder.person_id))
    return KeyWrap(holder.person_id, wrapped, letter_tag(key, letter_id, holder.person_id, holder.public_key))


def unwrap_thread_key(thread_id: bytes, person_id: int, wrapped: bytes, private_key: bytes) -> bytes:
    """Decrypt a thread's private key, 32 bytes.

    Raises:
        CannotOpen: a decoy, or another person's key.
    """
    return unwrap(wrapped, private_key, _bound("thread", thread_id, person_id))


def unwrap_letter_key(letter_id: bytes, person_id: int, wrapped: bytes, private_key: bytes) -> bytes:
    """Decrypt a letter's private key, 32 bytes.

    Raises:
        CannotOpen: a decoy, or another person's key.
    """
    return unwrap(wrapped, private_key, _bound("letter", letter_id, person_id))


def _bound(kind: str, its_id: bytes, person_id: int) -> str:
    return sealing_context(kind, its_id.hex(), "wrap", person_id)


def decoy_wrap_for(person_id: int) -> KeyWrap:
    """A decoy for a person who may not open the thread; it looks like a wrap."""
    return KeyWrap(person_id, decoy_wrap(), secrets.token_bytes(TAG_BYTES))


def wrap_thread_keys(
    key: bytes, thread_id: bytes, thread_private: bytes, everybody: Sequence[KeyHolder], reads: Collection[int]
) -> list[KeyWrap]:
    """One row for everybody at the site: a wrap for the readers, a decoy for the others.

    Raises:
        ValueError: nobody could open it.
    """
    if not {holder.person_id for holder in everybody} & set(reads):
        raise ValueError("A thread that nobody can read")
    return [
        wrap_thread_key(key, thread_id, thread_private, holder)
        if holder.person_id in reads
        else decoy_wrap_for(holder.person_id)
        for holder in everybody
    ]


def excluded_tag(key: bytes, letter_id: bytes, person_id: int) -> bytes:
    """The tag of a person who was excluded, whatever their key, 16 bytes."""
    return _tag(key, b"left-out-of-letter", letter_id, person_id)


def receipt_of_report(key: bytes, letter_id: bytes) -> bytes:
    """The receipt of the report that is made of a letter, 32 bytes; it allows only one report per letter."""
    return hmac.digest(key, b"youthvoice/1|report-of-letter|" + letter_id, hashlib.sha256)


def is_same_tag(tag: bytes | None, expected: bytes) -> bool:
    """Whether a row has this tag; compares in constant time."""
    return hmac.compare_digest(tag or b"", expected)


def excluded_wrap(key: bytes, letter_id: bytes, person_id: int) -> KeyWrap:
    """A decoy for a person who may no longer open the letter."""
    return KeyWrap(person_id, decoy_wrap(), excluded_tag(key, letter_id, person_id))


def _tag(key: bytes, what: bytes, its_id: bytes, person_id: int, public_key: bytes = b"") -> bytes:
    words = b"|".join((b"youthvoice/1", what, its_id + person_id.to_bytes(8, "big") + public_key))
    return hmac.digest(key, words, hashlib.sha256)[:TAG_BYTES]
