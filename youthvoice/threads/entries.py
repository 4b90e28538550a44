"""What is said in a thread: sealed to the thread's key, under an outer layer of its destruction month. Pure.

An entry is read by whoever the thread is open to; a reply is read by the child, with the key of her code. Both are
JSON and perhaps a sound, in one padded blob.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from youthvoice.privacy.crypto.sealing import Sealed, context, lock_outer, open_sealed, seal, unlock_outer
from youthvoice.privacy.keys.keyring import Keyring, destruction_key

CHILD: Final = 0
"""Who wrote, where it was the child."""

_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said or done in a thread.

    Attributes:
        kind: such as `told`, `child`, `advocate`, `note`, `action`; for a reply `message`, `step`, `ask`.
        by: row of `people`, or `CHILD`.
        day: at the site.
        turn: 0, 1, 2, ... the order within the thread.
        said: words and picks, as JSON can say them.
        sound: a voice, as recorded; empty without one.
        id: 16 bytes; empty while it is not stored.
    """

    kind: str
    by: int
    day: date
    turn: int = 0
    said: Mapping[str, Any] = field(default_factory=dict, repr=False)
    sound: bytes = field(default=b"", repr=False)
    id: bytes = b""


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """What a store keeps of an entry or a reply."""

    id: bytes
    day: date
    body: Sealed


def seal_entry(keyring: Keyring, thread_id: bytes, to: bytes, month: str, entry: Entry) -> SealedEntry:
    """Seal an entry to the thread's public key, or a reply to the public key of the child's code.

    Args:
        keyring: the key files.
        thread_id: 16 bytes.
        to: X25519 public key, 32 bytes.
        month: the thread's destruction month.
        entry: what was said.

    Raises:
        KeyGone: there is no key of this month: whoever begins a thread makes it (`making`), nobody else does.
    """
    entry_id = secrets.token_bytes(16)
    head = {"kind": entry.kind, "by": entry.by, "turn": entry.turn, "said": dict(entry.said)}
    words = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    plain = len(words).to_bytes(_LENGTH, "big") + words + entry.sound
    inner = seal(plain, to, context("thread", thread_id.hex(), entry_id.hex()))
    body = lock_outer(inner, keyring.key(destruction_key(month)), _outer(thread_id, entry_id))
    return SealedEntry(entry_id, entry.day, body)


def open_entry(keyring: Keyring, thread_id: bytes, private: bytes, month: str, kept: SealedEntry) -> Entry:
    """An entry again.

    Raises:
        CannotOpen: another key, another thread's, or altered.
        KeyGone: its month has ended.
    """
    inner = unlock_outer(kept.body, keyring.key(destruction_key(month)), _outer(thread_id, kept.id))
    plain = open_sealed(inner, private, context("thread", thread_id.hex(), kept.id.hex()))
    length = int.from_bytes(plain[:_LENGTH], "big")
    head = json.loads(plain[_LENGTH : _LENGTH + length].decode("utf-8", "surrogatepass"))
    return Entry(head["kind"], head["by"], kept.day, head["turn"], head["said"], plain[_LENGTH + length :], kept.id)


def under_month(keyring: Keyring, thread_id: bytes, kept: SealedEntry, before: str, after: str) -> SealedEntry:
    """The same entry under the key of a later month; what is inside stays sealed.

    Raises:
        CannotOpen, KeyGone: it does not lie under the earlier month's key.
    """
    bound = _outer(thread_id, kept.id)
    inner = unlock_outer(kept.body, keyring.key(destruction_key(before)), bound)
    return SealedEntry(kept.id, kept.day, lock_outer(inner, keyring.key_or_new(destruction_key(after)), bound))


def _outer(thread_id: bytes, entry_id: bytes) -> str:
    return context("thread", thread_id.hex(), entry_id.hex(), "outer")
