"""How a new thread and its entries are sealed, opened, and sealed again to a new key. Pure.

The readers of a thread open its entries; the child opens its replies, with the key of the picture code. Both are JSON
and perhaps a voice recording, in one padded blob.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from youthvoice.privacy.credentials.picture_codes import LOCATOR_BYTES, PictureCodeKeys
from youthvoice.privacy.crypto import sealing
from youthvoice.privacy.crypto.symmetric_encryption import LOCK_BYTES, sealing_context
from youthvoice.privacy.keys.key_names import THREADS, destruction_key
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads import case_state, key_wraps
from youthvoice.threads.entities import CHILD, Thread, ThreadEntry

_LENGTH: Final = 4  # bytes that hold the length of the JSON, before it; a recording comes after it


def thread_fingerprint(public_key: bytes, reply_key: bytes, locator: bytes) -> str:
    """The fingerprint of a thread's public keys, 22 characters; the encrypted case state holds it.

    Without it, somebody who can write to the database could put the key of their own code into another child's thread,
    and receive the answers in that child's place.
    """
    digest = hashlib.sha256(b"youthvoice/1|thread-keys|" + public_key + reply_key + locator).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class SealedEntry:
    """An entry or a reply as it is stored."""

    id: bytes
    day: date
    body: sealing.SealedText


def seal_entry(  # noqa: PLR0913, PLR0917 - keys, place, and what it replaces
    keyring: Keyring, thread_id: bytes, public_key: bytes, month: str, entry: ThreadEntry, size: int | None = None
) -> SealedEntry:
    """Seal an entry to the thread's public key, or a reply to the public key of the child's code.

    Args:
        keyring: the key files.
        thread_id: 16 bytes.
        public_key: X25519 public key, 32 bytes.
        month: the thread's destruction month.
        entry: the plain entry; it gets a random id where it has none.
        size: bytes of the sealed entry that it replaces; by default it has the size of its bucket.

    Raises:
        KeyGone: the key of this month does not exist: only `new_thread` makes it.
    """
    entry_id = entry.id or secrets.token_bytes(16)
    content = {"kind": entry.kind, "by": entry.by, "turn": entry.turn, "said": dict(entry.said)}
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    plain = len(plain).to_bytes(_LENGTH, "big") + plain + entry.sound
    inner_size = None if size is None else size - LOCK_BYTES
    bound = sealing_context("thread", thread_id.hex(), entry_id.hex())
    sealed_text = sealing.seal(plain, public_key, bound, inner_size)
    sealed_text = sealing.encrypt_outer(sealed_text, keyring.key(destruction_key(month)), _outer(thread_id, entry_id))
    return SealedEntry(entry_id, entry.day, sealed_text)


def open_entry(
    keyring: Keyring, thread_id: bytes, private: bytes, month: str, sealed_entry: SealedEntry
) -> ThreadEntry:
    """Open an entry.

    Raises:
        CannotOpen: another key, another thread's, or altered.
        KeyGone: its month has ended.
    """
    sealed_text = sealing.decrypt_outer(
        sealed_entry.body, keyring.key(destruction_key(month)), _outer(thread_id, sealed_entry.id)
    )
    plain = sealing.open_sealed(sealed_text, private, sealing_context("thread", thread_id.hex(), sealed_entry.id.hex()))
    length = int.from_bytes(plain[:_LENGTH], "big")
    content = json.loads(plain[_LENGTH : _LENGTH + length].decode("utf-8", "surrogatepass"))
    return ThreadEntry(
        content["kind"],
        content["by"],
        sealed_entry.day,
        content["turn"],
        content["said"],
        plain[_LENGTH + length :],
        sealed_entry.id,
    )


def entry_under_month(
    keyring: Keyring, thread_id: bytes, sealed_entry: SealedEntry, before: str, after: str
) -> SealedEntry:
    """Move an entry under the key of a later month; its inner seal stays.

    Raises:
        CannotOpen, KeyGone: it is not encrypted under the earlier month's key.
    """
    keys = keyring.key(destruction_key(before)), keyring.key_or_new(destruction_key(after))
    return replace(
        sealed_entry, body=sealing.reencrypt_outer(sealed_entry.body, *keys, _outer(thread_id, sealed_entry.id))
    )


def _outer(thread_id: bytes, entry_id: bytes) -> str:
    return sealing_context("thread", thread_id.hex(), entry_id.hex(), "outer")


_NO_RECEIPT_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewThread:
    """A new thread as it is stored; the columns are those of `models.ThreadRow`."""

    id: bytes
    site_id: int
    day: date
    public_key: bytes
    locator: bytes = field(repr=False)
    reply_key: bytes = field(repr=False)
    receipt: bytes = field(repr=False)
    destruction_month: str
    marks: bytes = field(repr=False)
    wraps: Sequence[key_wraps.KeyWrap] = field(repr=False)
    entries: Sequence[SealedEntry] = field(repr=False)
    replies: Sequence[SealedEntry] = field(repr=False)


def new_thread(  # noqa: PLR0913 - a thread has this many parts
    keyring: Keyring,
    *,
    site_id: int,
    day: date,
    month: str,
    case: case_state.CaseState,
    entries: Sequence[ThreadEntry],
    everybody: Sequence[key_wraps.KeyHolder],
    reads: Collection[int],
    keys: PictureCodeKeys | None = None,
    receipt: bytes = b"",
    replies: Sequence[ThreadEntry] = (),
) -> NewThread:
    """Seal a new thread. Its first entry lists its readers: a person who gives the key on needs that (`readership`).

    Args:
        keyring: the key files.
        site_id: where.
        day: at the site.
        month: its destruction month, such as `2029-11`, from `retention.store.find_month_from`; its key is made here.
        case: its state.
        entries: of the report or statement; at least one.
        everybody: all who could read at the site; each gets a row.
        reads: rows of `people` who can read it.
        keys: of the child's code; without one nobody can answer, which is not visible from outside.
        receipt: hash of the submission id, 32 bytes; random without one.
        replies: first steps that the child sees.

    Raises:
        ValueError: nobody could read it, or it has replies but no code.
    """
    if replies and keys is None:
        raise ValueError("Replies need the key of a code")
    thread_id, pair, key = secrets.token_bytes(16), sealing.new_pair(), keyring.key_or_new(THREADS)
    keyring.key_or_new(destruction_key(month))
    reply_key = keys.reply.public if keys else sealing.new_pair().public
    locator = keys.locator if keys else secrets.token_bytes(LOCATOR_BYTES)
    case = case.having(answerable=keys is not None, keys=thread_fingerprint(pair.public, reply_key, locator))
    entries = _with_readers(entries, reads)
    return NewThread(
        id=thread_id,
        site_id=site_id,
        day=day,
        public_key=pair.public,
        locator=locator,
        reply_key=reply_key,
        receipt=receipt or secrets.token_bytes(_NO_RECEIPT_BYTES),
        destruction_month=month,
        marks=case_state.encrypt_case_state(key, thread_id, case),
        wraps=key_wraps.wrap_thread_keys(key, thread_id, pair.private, everybody, reads),
        entries=[seal_entry(keyring, thread_id, pair.public, month, entry) for entry in entries],
        replies=[seal_entry(keyring, thread_id, reply_key, month, entry) for entry in replies],
    )


def _with_readers(entries: Sequence[ThreadEntry], reads: Collection[int]) -> list[ThreadEntry]:
    """The entries; the first one lists the readers."""
    first_entries = [replace(entry, said={**entry.said, "reads": sorted(reads)}) for entry in entries[:1]]
    return [*first_entries, *entries[1:]]


BLANK: Final = "statement"
"""Kind of an empty entry, sealed to a key that nobody has."""


@dataclass(frozen=True, slots=True)
class RekeyedThread:
    """A thread whose entries are sealed again to a new key; `store.replace_thread_key` stores it."""

    public_key: bytes
    marks: bytes = field(repr=False)
    wraps: Sequence[key_wraps.KeyWrap] = field(repr=False)
    entries: Sequence[SealedEntry] = field(repr=False)


def rekeyed_thread(  # noqa: PLR0913 - as many parts as `new_thread`
    keyring: Keyring,
    thread: Thread,
    locator: bytes,
    *,
    case: case_state.CaseState,
    entries: Sequence[ThreadEntry],
    everybody: Sequence[key_wraps.KeyHolder],
    reads: Collection[int],
    size: int = 0,
) -> RekeyedThread:
    """Replace the key and all entries of a thread: no earlier reader opens the new entries, and no old entry stays.

    Args:
        keyring: the key files.
        thread: as it is.
        locator: of the child's code, 16 bytes.
        case: its state afterwards.
        entries: the new ones; none where the child withdrew the statement.
        everybody: all who could read at the site; each gets a row.
        reads: rows of `people` who can read it; nobody where the child withdrew it.
        size: bytes of the old content, where there is no new one. An empty entry of this size takes its place, because
            a thread without an entry would show a thief that the child withdrew it.

    Raises:
        ValueError: there are entries that nobody could read.
        KeyGone: its month has ended.
    """
    pair, key = sealing.new_pair(), keyring.key_or_new(THREADS)
    case = case.having(keys=thread_fingerprint(pair.public, thread.reply_key, locator))
    wraps = (
        key_wraps.wrap_thread_keys(key, thread.id, pair.private, everybody, reads)
        if entries
        else [key_wraps.decoy_wrap_for(holder.person_id) for holder in everybody]
    )
    thread_entries = _with_readers(entries, reads) or [ThreadEntry(BLANK, CHILD, thread.day, sound=bytes(size))]
    return RekeyedThread(
        public_key=pair.public,
        marks=case_state.encrypt_case_state(key, thread.id, case),
        wraps=wraps,
        entries=[seal_entry(keyring, thread.id, pair.public, thread.month, entry) for entry in thread_entries],
    )
