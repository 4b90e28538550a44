"""Who can open a thread: its private key is wrapped for each of them; everybody else gets a decoy of its shape. Pure.

A row lies there for every reader of the site, whether the child left her out or not: nobody who takes the database
sees who was left out. The house itself tells a reader from a decoy by a tag under the key file `threads`.
Source: PRIVACY.md C, "A report".
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from youthvoice.privacy.crypto.sealing import context, decoy_wrap, unwrap, wrap

TAG_BYTES: Final = 16


class Holder(Protocol):
    """Somebody who may hold a wrap; `staff.store.Reader` is one."""

    @property
    def person_id(self) -> int:
        """Row of `people`."""

    @property
    def public_key(self) -> bytes:
        """X25519, 32 bytes."""


@dataclass(frozen=True, slots=True)
class Wrapped:
    """One row for one reader: the real thing or a decoy, which only the tag tells apart."""

    person_id: int
    wrapped: bytes = field(repr=False)
    tag: bytes = field(repr=False)


def tag_of(key: bytes, thread_id: bytes, person_id: int, public_key: bytes) -> bytes:
    """The tag of a real wrap, 16 bytes; it ends with the reader's key, for what it marks ends with it."""
    words = b"youthvoice/1|reads|" + thread_id + person_id.to_bytes(8, "big") + public_key
    return hmac.digest(key, words, hashlib.sha256)[:TAG_BYTES]


def wrap_for(key: bytes, thread_id: bytes, thread_private: bytes, holder: Holder) -> Wrapped:
    """Let somebody open the thread."""
    wrapped = wrap(thread_private, holder.public_key, _bound(thread_id, holder.person_id))
    return Wrapped(holder.person_id, wrapped, tag_of(key, thread_id, holder.person_id, holder.public_key))


def decoy_for(person_id: int) -> Wrapped:
    """What somebody gets who cannot open the thread; not to be told from a wrap."""
    return Wrapped(person_id, decoy_wrap(), secrets.token_bytes(TAG_BYTES))


def wraps_for(
    key: bytes, thread_id: bytes, thread_private: bytes, everybody: Sequence[Holder], reads: Collection[int]
) -> list[Wrapped]:
    """A row for everybody at the site, a real one for those who read.

    Raises:
        ValueError: nobody could open it.
    """
    if not {holder.person_id for holder in everybody} & set(reads):
        raise ValueError("A thread that nobody can read")
    return [
        wrap_for(key, thread_id, thread_private, holder) if holder.person_id in reads else decoy_for(holder.person_id)
        for holder in everybody
    ]


def unwrapped(thread_id: bytes, person_id: int, wrapped: bytes, private_key: bytes) -> bytes:
    """The thread's private key, 32 bytes.

    Raises:
        CannotOpen: a decoy, or another person's key.
    """
    return unwrap(wrapped, private_key, _bound(thread_id, person_id))


def _bound(thread_id: bytes, person_id: int) -> str:
    return context("thread", thread_id.hex(), "wrap", person_id)
