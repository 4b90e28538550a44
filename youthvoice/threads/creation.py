"""A thread comes to be: its own key pair, wrapped to whoever reads, its first entries sealed. Pure."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from youthvoice.privacy.credentials.picture_codes import LOCATOR_BYTES, CodeKeys
from youthvoice.privacy.crypto.sealing import new_pair
from youthvoice.privacy.keys.keyring import Keyring, destruction_key
from youthvoice.privacy.keys.names import THREADS
from youthvoice.threads.case_state import Marks, lock_marks
from youthvoice.threads.entities import fingerprint
from youthvoice.threads.entries import Entry, SealedEntry, seal_entry
from youthvoice.threads.key_wraps import Holder, Wrapped, wraps_for

_NO_RECEIPT_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewThread:
    """What the store keeps of a new thread; the columns are those of `models.Thread`."""

    id: bytes
    site_id: int
    day: date
    public_key: bytes
    locator: bytes = field(repr=False)
    reply_key: bytes = field(repr=False)
    receipt: bytes = field(repr=False)
    destruction_month: str
    marks: bytes = field(repr=False)
    wraps: Sequence[Wrapped] = field(repr=False)
    entries: Sequence[SealedEntry] = field(repr=False)
    replies: Sequence[SealedEntry] = field(repr=False)


def new_thread(  # noqa: PLR0913 - a thread has as many sides
    keyring: Keyring,
    *,
    site_id: int,
    day: date,
    month: str,
    marks: Marks,
    entries: Sequence[Entry],
    everybody: Sequence[Holder],
    reads: Collection[int],
    code: CodeKeys | None = None,
    receipt: bytes = b"",
    replies: Sequence[Entry] = (),
) -> NewThread:
    """Seal a new thread. Its first entry says who reads it: whoever gives the key on needs to know (`membership`).

    Args:
        keyring: the key files.
        site_id: where.
        day: at the site.
        month: its destruction month, such as `2029-11`, from `ending_store.month_from`; its key is made here.
        marks: how it stands.
        entries: what was told; at least one.
        everybody: all who could read at the site; each gets a row.
        reads: rows of `people` who do read.
        code: of the child; without one nobody can answer, and nothing outside shows that.
        receipt: hash of the sheet, 32 bytes; random without one.
        replies: first steps that the child sees.

    Raises:
        ValueError: nobody could read it, or there are replies without a code.
    """
    if replies and code is None:
        raise ValueError("Replies need the key of a code")
    thread_id, pair, key = secrets.token_bytes(16), new_pair(), keyring.key_or_new(THREADS)
    keyring.key_or_new(destruction_key(month))
    reply_key = code.reply.public if code else new_pair().public
    locator = code.locator if code else secrets.token_bytes(LOCATOR_BYTES)
    marks = marks.having(answerable=code is not None, keys=fingerprint(pair.public, reply_key, locator))
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
        marks=lock_marks(key, thread_id, marks),
        wraps=wraps_for(key, thread_id, pair.private, everybody, reads),
        entries=[seal_entry(keyring, thread_id, pair.public, month, entry) for entry in (first, *entries[1:])],
        replies=[seal_entry(keyring, thread_id, reply_key, month, entry) for entry in replies],
    )
