"""A thread and what is said in it: values, how a new one is made and its entries are sealed. Pure.

An entry is read by whoever the thread is open to; a reply is read by the child, with the key of her code. Both are
JSON and perhaps a sound, in one padded blob.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from youthvoice.privacy.credentials.picture_codes import LOCATOR_BYTES, PictureCodeKeys
from youthvoice.privacy.crypto.sealing import (
    SealedText,
    lock_outer,
    new_pair,
    open_sealed,
    relock_outer,
    seal,
    unlock_outer,
)
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.keys.key_names import THREADS, destruction_key
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.threads import case_state, key_wraps


@dataclass(frozen=True, slots=True)
class ThreadSummary:
    """A thread as its reader sees it in a list: nothing of it is opened.

    Attributes:
        id: 16 bytes.
        site_id: where.
        day: it began, at the site.
        version: goes up with every change of `marks`.
        case: how it stands.
    """

    id: bytes
    site_id: int
    day: date
    version: int
    case: case_state.CaseState


def thread_fingerprint(public_key: bytes, reply_key: bytes, locator: bytes) -> str:
    """What the locked marks vouch for, 22 characters.

    Whoever writes in the database would otherwise put the key of a code of her own into another child's thread, and be
    answered in that child's place.
    """
    found = hashlib.sha256(b"youthvoice/1|thread-keys|" + public_key + reply_key + locator).digest()
    return base64.urlsafe_b64encode(found[:16]).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread as the installation knows it, without a key to open it.

    Attributes:
        public_key: entries are sealed to it, 32 bytes.
        reply_key: replies to the child are sealed to it, 32 bytes.
        month: its destruction month.
    """

    line: ThreadSummary
    public_key: bytes
    reply_key: bytes
    month: str

    @property
    def id(self) -> bytes:
        """16 bytes."""
        return self.line.id

    @property
    def case(self) -> case_state.CaseState:
        """How it stands."""
        return self.line.case


@dataclass(frozen=True, slots=True)
class OpenedThread:
    """A thread with its private key, for the time of a request.

    Attributes:
        facts: of the thread.
        private: 32 bytes.
    """

    facts: Thread
    private: bytes = field(repr=False)


CHILD: Final = 0
"""Who wrote, where it was the child."""

_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class ThreadEntry:
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
    body: SealedText


def seal_entry(keyring: Keyring, thread_id: bytes, to: bytes, month: str, entry: ThreadEntry) -> SealedEntry:
    """Seal an entry to the thread's public key, or a reply to the public key of the child's code.

    Args:
        keyring: the key files.
        thread_id: 16 bytes.
        to: X25519 public key, 32 bytes.
        month: the thread's destruction month.
        entry: what was said.

    Raises:
        KeyGone: there is no key of this month: whoever begins a thread makes it (`new_thread`), nobody else does.
    """
    entry_id = secrets.token_bytes(16)
    head = {"kind": entry.kind, "by": entry.by, "turn": entry.turn, "said": dict(entry.said)}
    words = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    plain = len(words).to_bytes(_LENGTH, "big") + words + entry.sound
    inner = seal(plain, to, sealing_context("thread", thread_id.hex(), entry_id.hex()))
    body = lock_outer(inner, keyring.key(destruction_key(month)), _outer(thread_id, entry_id))
    return SealedEntry(entry_id, entry.day, body)


def open_entry(
    keyring: Keyring, thread_id: bytes, private: bytes, month: str, sealed_entry: SealedEntry
) -> ThreadEntry:
    """An entry again.

    Raises:
        CannotOpen: another key, another thread's, or altered.
        KeyGone: its month has ended.
    """
    sealed_text = unlock_outer(
        sealed_entry.body, keyring.key(destruction_key(month)), _outer(thread_id, sealed_entry.id)
    )
    plain = open_sealed(sealed_text, private, sealing_context("thread", thread_id.hex(), sealed_entry.id.hex()))
    length = int.from_bytes(plain[:_LENGTH], "big")
    head = json.loads(plain[_LENGTH : _LENGTH + length].decode("utf-8", "surrogatepass"))
    return ThreadEntry(
        head["kind"],
        head["by"],
        sealed_entry.day,
        head["turn"],
        head["said"],
        plain[_LENGTH + length :],
        sealed_entry.id,
    )


def entry_under_month(
    keyring: Keyring, thread_id: bytes, sealed_entry: SealedEntry, before: str, after: str
) -> SealedEntry:
    """The same entry under the key of a later month; what is inside stays sealed.

    Raises:
        CannotOpen, KeyGone: it does not lie under the earlier month's key.
    """
    keys = keyring.key(destruction_key(before)), keyring.key_or_new(destruction_key(after))
    return replace(sealed_entry, body=relock_outer(sealed_entry.body, *keys, _outer(thread_id, sealed_entry.id)))


def _outer(thread_id: bytes, entry_id: bytes) -> str:
    return sealing_context("thread", thread_id.hex(), entry_id.hex(), "outer")


_NO_RECEIPT_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewThread:
    """What the store keeps of a new thread; the columns are those of `models.ThreadRow`."""

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


def new_thread(  # noqa: PLR0913 - a thread has as many sides
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
    """Seal a new thread. Its first entry says who reads it: whoever gives the key on needs to know (`readership`).

    Args:
        keyring: the key files.
        site_id: where.
        day: at the site.
        month: its destruction month, such as `2029-11`, from `store.find_month_from`; its key is made here.
        case: how it stands.
        entries: what was told; at least one.
        everybody: all who could read at the site; each gets a row.
        reads: rows of `people` who do read.
        keys: of the child; without one nobody can answer, and nothing outside shows that.
        receipt: hash of the sheet, 32 bytes; random without one.
        replies: first steps that the child sees.

    Raises:
        ValueError: nobody could read it, or there are replies without a code.
    """
    if replies and keys is None:
        raise ValueError("Replies need the key of a code")
    thread_id, pair, key = secrets.token_bytes(16), new_pair(), keyring.key_or_new(THREADS)
    keyring.key_or_new(destruction_key(month))
    reply_key = keys.reply.public if keys else new_pair().public
    locator = keys.locator if keys else secrets.token_bytes(LOCATOR_BYTES)
    case = case.having(answerable=keys is not None, keys=thread_fingerprint(pair.public, reply_key, locator))
    first = replace(entries[0], said={**entries[0].said, "reads": sorted(reads)})
    return NewThread(
        id=thread_id,
        site_id=site_id,
        day=day,
        public_key=pair.public,
        locator=locator,
        reply_key=reply_key,
        receipt=receipt or secrets.token_bytes(_NO_RECEIPT_BYTES),
        destruction_month=month,
        marks=case_state.lock_case_state(key, thread_id, case),
        wraps=key_wraps.wrap_thread_keys(key, thread_id, pair.private, everybody, reads),
        entries=[seal_entry(keyring, thread_id, pair.public, month, entry) for entry in (first, *entries[1:])],
        replies=[seal_entry(keyring, thread_id, reply_key, month, entry) for entry in replies],
    )


BLANK: Final = "statement"
"""Kind of an entry that says nothing, to a key that nobody has."""


@dataclass(frozen=True, slots=True)
class RekeyedThread:
    """A thread whose entries are said anew, to a key of their own; `store.replace_thread_key` writes it."""

    public_key: bytes
    marks: bytes = field(repr=False)
    wraps: Sequence[key_wraps.KeyWrap] = field(repr=False)
    entries: Sequence[SealedEntry] = field(repr=False)


def rekeyed_thread(  # noqa: PLR0913 - as many sides as `new_thread`
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
    """Say everything anew: nobody who had a key opens what is said now, and nothing of what was said stays.

    Args:
        keyring: the key files.
        thread: as it is.
        locator: of the child's code, 16 bytes.
        case: how it stands then.
        entries: what is said now; none where she took it back.
        everybody: all who could read at the site; each gets a row.
        reads: rows of `people` who do read; nobody where she took it back.
        size: bytes of what was said, where nothing is said now: an empty entry as long as that one stands in its place,
            for a thread without an entry would tell a thief that she took it back.

    Raises:
        ValueError: something is said that nobody could read.
        KeyGone: its month has ended.
    """
    pair, key = new_pair(), keyring.key_or_new(THREADS)
    case = case.having(keys=thread_fingerprint(pair.public, thread.reply_key, locator))
    wraps = (
        key_wraps.wrap_thread_keys(key, thread.id, pair.private, everybody, reads)
        if entries
        else [key_wraps.decoy_wrap_for(holder.person_id) for holder in everybody]
    )
    thread_entries = [
        replace(thread_entry, said={**thread_entry.said, "reads": sorted(reads)}) if not nth else thread_entry
        for nth, thread_entry in enumerate(entries)
    ] or [ThreadEntry(BLANK, CHILD, thread.line.day, sound=bytes(size))]
    return RekeyedThread(
        public_key=pair.public,
        marks=case_state.lock_case_state(key, thread.id, case),
        wraps=wraps,
        entries=[seal_entry(keyring, thread.id, pair.public, thread.month, entry) for entry in thread_entries],
    )
