"""Records that no timer ends: which they are, what of them goes to their legal holder, and whether it is there.

A reader exports what her key opens: reports and statements to reviews that outlive their month, and letters on hold.
That the holder has it is a receipt, a keyed hash of everything in it: it says nothing to a reader of the table,
and no longer fits where something was added.
"""

import base64
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask_babel import force_locale
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.store import names_of_people
from youthvoice.closing.records_file import Document
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.grievances.case.entry_labels import action_label
from youthvoice.grievances.short_names import short_name
from youthvoice.grievances.time_limits import REPRISAL_CHECKS
from youthvoice.sites.store import Site
from youthvoice.threads import receipts, store
from youthvoice.threads.case_state import REPORT, STATEMENT, CaseState
from youthvoice.threads.entities import CHILD, Thread, ThreadEntry, ThreadSummary
from youthvoice.threads.letters.letter_box import open_letter
from youthvoice.threads.letters.store import LetterEnvelope, find_letter, list_letters
from youthvoice.threads.readership import excluded_readers
from youthvoice.threads.retention.job import lives_on
from youthvoice.threads.store import ReaderKey

_WITHOUT_WORDS: Final = frozenset({
    "form", "item", "items", "to_thread", "recording", "ask", "service_id", "reads", "left_out", "to", "shared", "kind",
})  # fmt: skip
"""What an entry holds beside words and picks: numbers of rows and of other entries."""


WRITTEN: Final = b""
"""In place of a proof: that a reader wrote it for a holder, who may not have it yet."""


@dataclass
class Export:
    """What one reader gives to the holder.

    Attributes:
        proof: what the holder alone can name once the file is there, from `holder_proof`.
        receipts: of what was written.
        unopened: how many things no longer open.
    """

    proof: bytes
    receipts: list[bytes] = field(default_factory=list)
    unopened: int = 0

    def note(self, its_id: bytes, parts: bytes) -> None:
        """Note that something was written."""
        self.receipts += [_receipt(proof, its_id, parts) for proof in (self.proof, WRITTEN)]


def holder_proof(public_key: bytes, digits: str) -> bytes:
    """The proof of a file that the holder of a key has opened.

    Args:
        public_key: 32 bytes.
        digits: as the holder reads them out, from `records_file.proof_of`.
    """
    return public_key + "".join(digits.split()).lower().encode()


def _receipt(proof: bytes, its_id: bytes, parts: bytes) -> bytes:
    return receipts.receipt_of(context.keyring(), "at-holder", proof + its_id + parts)


def _parts_of_thread(session: Session, thread_id: bytes) -> bytes:
    """A digest of which entries a thread has."""
    entries, replies = store.list_entry_ids(session, thread_id)
    return hashlib.sha256(b"".join([*sorted(entries), b"|", *sorted(replies)])).digest()


def holder_has_thread(session: Session, proofs: Iterable[bytes], thread_id: bytes) -> bool:
    """Whether one of the files with these proofs has everything of a thread."""
    parts = _parts_of_thread(session, thread_id)
    return any(receipts.has_receipt(session.connection(), _receipt(proof, thread_id, parts)) for proof in proofs)


def holder_has_letter(session: Session, proofs: Iterable[bytes], letter_id: bytes) -> bool:
    """Whether one of the files with these proofs has a letter."""
    return any(receipts.has_receipt(session.connection(), _receipt(proof, letter_id, b"")) for proof in proofs)


def keep_receipts(session: Session, export: Export, site: Site) -> None:
    """Record what the holder has now."""
    month = receipts.receipt_month(context.today(site.time_zone))
    for receipt in export.receipts:
        receipts.add_receipt(session.connection(), receipt, month)


def is_record(case: CaseState) -> bool:
    """Whether no timer ends a thread that is closed; that somebody asks later whether all is well keeps none."""
    return case.state == "closed" and lives_on(case.without_clock(*REPRISAL_CHECKS))


def list_records(session: Session, reader_key: ReaderKey) -> list[ThreadSummary]:
    """The threads that no timer ends, as far as this reader's key opens them."""
    summaries = store.list_threads(session, reader_key, kinds=(REPORT, STATEMENT))
    return sorted((each for each in summaries if is_record(each.case)), key=lambda each: (each.day, each.id))


def list_held_letters(session: Session, reader_key: ReaderKey) -> list[LetterEnvelope]:
    """The letters on hold that this reader's key opens."""
    return [letter for letter in list_letters(session, reader_key, context.now()) if letter.held]


def read_documents(session: Session, reader_key: ReaderKey, private_key: bytes, export: Export) -> Iterator[Document]:
    """Open every record that a reader can open, one after the other.

    Args:
        session: only read.
        reader_key: at one site.
        private_key: the reader's, 32 bytes.
        export: notes what was read.
    """
    for summary in list_records(session, reader_key):
        try:
            thread = store.open_thread(session, reader_key, summary.id, private_key)
            parts = _parts_of_thread(session, summary.id)  # first: what is added after it is in no receipt
            entries = store.read_entries(session, thread) if thread else ()
        except (CannotOpen, KeyGone):
            export.unopened += 1
            continue
        if thread is not None:
            export.note(thread.id, parts)
            yield _thread_document(session, thread, entries)
    for letter in list_held_letters(session, reader_key):
        pair = find_letter(session, letter.id, reader_key, context.now(), letter.box)
        try:
            opened_letter = open_letter(context.keyring(), pair[1], reader_key.person_id, private_key) if pair else None
        except (CannotOpen, KeyGone):
            export.unopened += 1
            continue
        if opened_letter is not None:
            export.note(letter.id, b"")
            yield _letter_document(letter, opened_letter.words, opened_letter.voice, opened_letter.voice_kind)


def _thread_document(session: Session, thread: Thread, entries: Collection[ThreadEntry]) -> Document:
    left_out = excluded_readers(entries)
    people = {entry.by for entry in entries} | {_person_in(entry) for entry in entries}
    names = names_of_people(session, (people | left_out) - {CHILD})
    case = thread.case
    values = [
        ("Began on", thread.day.isoformat()),
        ("State", case.state),
        ("About", case.topic),
        ("A child may be hurt", "yes" if case.harm else "no"),
        ("Severity", str(case.severity)),
        ("Days", ", ".join(f"{name} {day}" for name, day in sorted(case.days.items()))),
        ("Also", ", ".join(case.flags)),
    ]
    with force_locale("en"):
        return {
            "kind": case.kind,
            "title": f"{case.kind.title()} {short_name(thread.id)}",
            "left_out": sorted(names.get(person_id, str(person_id)) for person_id in left_out),
            "values": values,
            "entries": [_entry_document(names, entry) for entry in entries],
        }


def _person_in(entry: ThreadEntry) -> int:
    to = entry.said.get("to")
    return to if isinstance(to, int) else CHILD


def _entry_document(names: Mapping[int, str], entry: ThreadEntry) -> Document:
    who = "The child" if entry.by == CHILD else names.get(entry.by, str(entry.by))
    what = "" if entry.by == CHILD else action_label(names, entry)
    return {
        "head": f"{entry.day.isoformat()}, {who}{f': {what}' if what else ''}",
        "words": [pair for name, value in entry.said.items() for pair in _words(name, value)],
        "voice": base64.b64encode(entry.sound).decode(),
        "voice_kind": str(entry.said.get("kind", "")),
    }


def _words(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Texts and picks of an entry, whatever the shape in which it holds them."""
    if name in _WITHOUT_WORDS or value in ("", None):
        return
    if isinstance(value, Mapping):
        for part, inner in value.items():
            yield from _words(f"{name} {part}", inner)
    elif isinstance(value, list):
        yield name, ", ".join(map(str, value))
    else:
        yield name, str(value)


def _letter_document(letter_envelope: LetterEnvelope, words: str, voice: bytes, voice_kind: str) -> Document:
    entry = {
        "head": f"{letter_envelope.day.isoformat()}, The child",
        "words": [("words", words)],
        "voice": base64.b64encode(voice).decode(),
        "voice_kind": voice_kind,
    }
    values = [("Letter box", letter_envelope.question), ("Arrived on", letter_envelope.day.isoformat())]
    return {
        "kind": "letter",
        "title": f"Letter of {letter_envelope.day.isoformat()}",
        "values": values,
        "entries": [entry],
    }
