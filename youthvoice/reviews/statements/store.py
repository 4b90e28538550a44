"""Store, change, take back and read a child's statement, sealed to the advocate and to the readers the child chose.

It is a thread of kind `statement` with a picture code of its own. The child's own copy is sealed to that code: until
the day of the review the child can read, change or take back the statement. A changed statement has another key: a
former reader can open nothing of it, and the old text is deleted.

Everybody with an account at the site has a row, a real wrap or a decoy, so that a stolen database does not show whom
the child chose.
Source: PRIVACY.md C, "A report" and "Codes"; S31 (consent per reader, withdrawable).
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.access.permissions import REVIEWER
from youthvoice.accounts.store import Reader, list_key_holders, lock_readers, public_keys_at_site
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.privacy.credentials.picture_codes import PictureCodeKeys
from youthvoice.reviews import rules, store
from youthvoice.reviews.entities import Review, StatementFacts
from youthvoice.reviews.statements import review_links
from youthvoice.reviews.statements.statement import Statement
from youthvoice.sites.store import get_site
from youthvoice.threads import store as threads_store
from youthvoice.threads.case_state import STATEMENT, CaseState
from youthvoice.threads.child_codes.submission_codes import submission_receipt
from youthvoice.threads.entities import CHILD, OpenedThread, Thread, ThreadEntry
from youthvoice.threads.retention.store import month_of_thread
from youthvoice.threads.sealed_thread import SealedEntry, new_thread, rekeyed_thread

GIVEN: Final = "statement"
"""Kind of the entry that holds the statement, for its readers."""

OWN: Final = "own"
"""Kind of the reply that is the child's own copy, and names the review."""

INVITATION: Final = "invitation"
"""Kind of the entry that tells the readers of the statement what was decided about an invitation."""

UNINVITED: Final = "not_invited"
"""Step of a withdrawn invitation, in that entry and in the child's timeline."""


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """What the child's picture code opens.

    Attributes:
        review: of the child.
        thread: of the statement.
        statement: the child's copy of the last statement.
        replies: all replies to the child, in order.
    """

    review: Review
    thread: Thread
    statement: Statement | None = field(repr=False)
    replies: tuple[ThreadEntry, ...] = field(repr=False)


def list_possible_readers(session: Session, review: Review) -> list[Reader]:
    """The people about whom the child is asked: the reviewer, and people of the site with an invited role.

    Neither the advocate, who always reads, nor anybody whose invitation was withdrawn.
    """
    return [
        reader
        for reader in list_key_holders(session, review.site_id)
        if reader.person_id != review.advocate_id
        and (reader.person_id == review.reviewer_id or reader.role in review.body.invited)
        and reader.person_id not in review.body.uninvited
    ]


def holds_reviews(session: Session, site_id: int) -> bool:
    """Whether a site has a reviewer: then every child finds the way to reviews, whether they have one now or not."""
    return bool(list_key_holders(session, site_id, {REVIEWER}))


def store_statement(  # noqa: PLR0913 - each of them is part of it
    session: Session,
    review: Review,
    statement: Statement,
    submission_id: bytes,
    keys: PictureCodeKeys,
    *,
    replaces: bool = False,
) -> bool:
    """Store a new statement; the caller commits, and rolls back where this returns False.

    Args:
        session: may write.
        review: locked (`find_review(to_change=True)`).
        statement: the content; people who may not read are removed from its readers.
        submission_id: 16 bytes.
        keys: of the child's picture code.
        replaces: whether it comes with a slip for new pictures, so that it replaces the present statement.

    Returns:
        False where another child has the code: the caller tries the next one.

    Raises:
        Refused: `too_late`; `has_one`: there is a statement, which only its own code or a slip for new pictures can
            change.
        ConcurrentUpdate: a reader left or got a new key concurrently.
    """
    day = _day(session, review)
    if not rules.can_change(review.day, day):
        raise Refused("too_late")
    old_facts = review.body.statement
    if old_facts is not None and not (replaces and review.awaits_new_pictures):
        raise Refused("has_one")
    everybody, reader_ids = _readers(session, review, statement)
    statement = replace(statement, readers=reader_ids - {review.advocate_id})
    thread = new_thread(
        context.keyring(),
        site_id=review.site_id,
        day=day,
        month=month_of_thread(day, session),
        case=CaseState(kind=STATEMENT, state="open", language=statement.language),
        entries=_entries(review, statement, day),
        everybody=everybody,
        reads=reader_ids,
        keys=keys,
        receipt=submission_receipt(submission_id),
        replies=[_own_copy(review, statement, day)],
    )
    try:
        threads_store.add_thread(session, thread)
    except IntegrityError:
        return False
    pictures = review.body.new_pictures
    if old_facts is not None:
        _erase_statement(session, review, old_facts.thread_id, everybody, day)
        pictures = (*pictures[:-1], replace(pictures[-1], used_on=day))
    store.record_statement(session, review, StatementFacts(thread.id, day, statement.wishes), pictures)
    return True


REPLACED: Final = "replaced"
"""Kind of the only reply that remains of a statement that was replaced."""


def replaced_on(session: Session, thread_id: bytes, private: bytes) -> date | None:
    """The day on which another statement replaced the one of this code; None where none did.

    Args:
        session: only read.
        thread_id: of the code, 16 bytes.
        private: the private key of the code, 32 bytes.

    Raises:
        CannotOpen, KeyGone: see `read_replies`.
    """
    thread = threads_store.find_thread(session, thread_id)
    if thread is None or thread.case.kind != STATEMENT:
        return None
    replies = threads_store.read_replies(session, thread, private)
    return next((entry.day for entry in replies if entry.kind == REPLACED), None)


def _erase_statement(
    session: Session, review: Review, thread_id: bytes, everybody: Sequence[Reader], day: date
) -> None:
    """Delete the old statement: seal its thread to nobody, delete the copy, and end the links.

    A placeholder of the same length remains, so that a thief cannot tell a replacement from a change.
    """
    review_links.end_links(session, review.id, day)
    thread = threads_store.find_thread(session, thread_id, to_change=True)
    if thread is None:
        return
    replies = threads_store.list_sealed_replies(session, thread_id)
    rekeyed = rekeyed_thread(
        context.keyring(),
        thread,
        threads_store.locator_of(session, thread_id),
        case=thread.case.having(state="closed"),
        entries=(),
        everybody=everybody,
        reads=frozenset(),
        size=_length(threads_store.list_sealed_entries(session, thread_id)),
    )
    threads_store.replace_thread_key(session, thread, rekeyed)
    threads_store.remove_replies(session, thread_id, [sealed_entry.id for sealed_entry in replies])
    threads_store.add_reply(session, thread, ThreadEntry(REPLACED, CHILD, day, sound=bytes(_length(replies))))


def _length(sealed: Sequence[SealedEntry]) -> int:
    """The length of a text that is as long, once sealed, as the longest of these entries."""
    return max((max(0, len(sealed_entry.body.blob) - _OVERHEAD_BYTES) for sealed_entry in sealed), default=0)


_OVERHEAD_BYTES: Final = 300  # keys, tags and the head of an entry take a few less, and padding has larger steps


def change_statement(session: Session, own_statement: OwnStatement, statement: Statement) -> None:
    """Replace a statement by its own code, with other words or readers. The old words and access to them are deleted.

    Args:
        session: may write; review and thread are locked (`open_own(to_change=True)`).
        own_statement: opened with the child's code.
        statement: the new one.

    Raises:
        Refused: `too_late`.
        ConcurrentUpdate: somebody changed it, or a reader left or got a new key concurrently.
    """
    review, day = own_statement.review, _day(session, own_statement.review)
    if not rules.can_change(review.day, day):
        raise Refused("too_late")
    everybody, reader_ids = _readers(session, review, statement)
    statement = replace(statement, readers=reader_ids - {review.advocate_id})
    entries = _entries(review, statement, day, _withdrawn_invitations(own_statement))
    _rekey(session, own_statement, entries, everybody, reader_ids)
    _replace_own_copy(session, own_statement, _own_copy(review, statement, day))
    store.record_statement(session, review, StatementFacts(own_statement.thread.id, day, statement.wishes))


def take_back(session: Session, own_statement: OwnStatement) -> None:
    """Take a statement back from all readers; the child's own copy stays, so that the child can give it again.

    Raises:
        Refused: `too_late`.
        ConcurrentUpdate: see `change_statement`.
    """
    review, day = own_statement.review, _day(session, own_statement.review)
    if not rules.can_change(review.day, day):
        raise Refused("too_late")
    _rekey(session, own_statement, (), list_key_holders(session, review.site_id), frozenset())
    statement_facts = review.body.statement or StatementFacts(own_statement.thread.id, day)
    store.record_statement(session, review, replace(statement_facts, taken_back_on=day))
    if own_statement.statement:
        # stored again, like a change: neither the number of rows nor the day tells which of the two it was
        _replace_own_copy(session, own_statement, _own_copy(review, own_statement.statement, day))


def open_own(session: Session, thread_id: bytes, private: bytes, *, to_change: bool = False) -> OwnStatement | None:
    """The child's statement, opened with the picture code; None where there is none.

    Args:
        session: may write, where it is to be changed.
        thread_id: 16 bytes.
        private: the private key of the code, 32 bytes.
        to_change: whether review and thread stay locked until the transaction ends.

    Raises:
        CannotOpen, KeyGone: see `read_replies`.
    """
    thread = threads_store.find_thread(session, thread_id)
    if thread is None or thread.case.kind != STATEMENT:
        return None
    replies = threads_store.read_replies(session, thread, private)
    entry = next((entry for entry in reversed(replies) if entry.kind == OWN), None)
    review_id = bytes.fromhex(str(entry.said["review"])) if entry else b""
    review = store.find_review(session, review_id, to_change=to_change)
    if entry is None or review is None or _thread_of(review) != thread_id:
        return None
    if to_change:
        # read again under the lock: the child may have changed it at another tablet
        thread = threads_store.find_thread(session, thread_id, to_change=True) or thread
        replies = threads_store.read_replies(session, thread, private)
        entry = next((entry for entry in reversed(replies) if entry.kind == OWN), entry)
    statement = Statement.read(entry.said, entry.sound)
    return OwnStatement(review, thread, statement, tuple(replies))


def read_statement(
    session: Session, review: Review, reader_key: threads_store.ReaderKey, private_key: bytes
) -> Statement | None:
    """The statement as a reader opens it; None where there is none, or this reader may not open it, or not yet.

    The advocate who carries it can open it immediately, all others from the day of the review on.

    Args:
        session: only read.
        review: which.
        reader_key: of the reader.
        private_key: of the reader, 32 bytes.

    Raises:
        CannotOpen, KeyGone: see `read_entries`.
    """
    return read_all(session, review, reader_key, private_key)[0]


def read_all(
    session: Session, review: Review, reader_key: threads_store.ReaderKey, private_key: bytes
) -> tuple[Statement | None, tuple[ThreadEntry, ...]]:
    """The statement as `read_statement` returns it, and the later entries of its thread, see `read_opened`.

    Raises:
        CannotOpen, KeyGone: see `read_entries`.
    """
    thread = open_statement_thread(session, review, reader_key, private_key)
    return read_opened(session, thread) if thread else (None, ())


def open_statement_thread(
    session: Session, review: Review, reader_key: threads_store.ReaderKey, private_key: bytes
) -> OpenedThread | None:
    """The opened thread of a statement, with the rules of `read_statement`; None where this reader may not open it."""
    statement_facts = review.valid_statement
    if statement_facts is None or not may_open(session, review, reader_key.person_id):
        return None
    return threads_store.open_thread(session, reader_key, statement_facts.thread_id, private_key)


def read_with_key(session: Session, review: Review, private: bytes) -> Statement | None:
    """The statement, opened with the key of its thread; None where there is none now.

    Args:
        session: only read.
        review: which.
        private: key of the thread, 32 bytes.

    Raises:
        CannotOpen, KeyGone: see `read_entries`.
    """
    thread = threads_store.find_thread(session, review.valid_statement.thread_id) if review.valid_statement else None
    return read_opened(session, thread.open_with(private))[0] if thread else None


def read_opened(session: Session, thread: OpenedThread) -> tuple[Statement | None, tuple[ThreadEntry, ...]]:
    """The statement in an opened thread, and the later entries, in order.

    These are the child's reasons for disagreeing, and what adults decided about invitations and carrying. Invitations
    that were withdrawn before the child changed the statement come first.

    Raises:
        CannotOpen, KeyGone: see `read_entries`.
    """
    entries = threads_store.read_entries(session, thread)
    entry = next((entry for entry in reversed(entries) if entry.kind == GIVEN), None)
    if entry is None:
        return None, tuple(entries)
    withdrawn = [
        ThreadEntry(INVITATION, by, date.fromisoformat(day), said={"step": UNINVITED, "person": person_id})
        for person_id, by, day in entry.said.get("uninvited", ())
    ]
    statement = Statement.read(entry.said, entry.sound)
    return statement, (*withdrawn, *(entry for entry in entries if entry.kind != GIVEN))


def may_open(session: Session, review: Review, person_id: int) -> bool:
    """Whether a person may open the statement now. A former advocate never may."""
    if person_id == review.advocate_id:
        return True
    carried_before = {change.advocate_id for change in review.body.carriers}
    return person_id not in carried_before and _day(session, review) >= review.day


def _withdrawn_invitations(own_statement: OwnStatement) -> list[tuple[int, int, str]]:
    """Whose invitation is withdrawn, who decided it, and on which day, as the child's timeline has it."""
    steps = {entry.said["person"]: entry for entry in own_statement.replies if entry.said.get("step") == UNINVITED}
    return [
        (person_id, int(steps[person_id].said.get("by", 0)), steps[person_id].day.isoformat())
        for person_id in own_statement.review.body.uninvited
        if person_id in steps
    ]


def _entries(
    review: Review, statement: Statement, day: date, uninvited: Sequence[tuple[int, int, str]] = ()
) -> tuple[ThreadEntry, ...]:
    """The only entry of a new statement: one row, so that nobody can tell a change from taking back by their number."""
    values = {**statement.said(), "review": review.key, "uninvited": list(uninvited)}
    return (ThreadEntry(GIVEN, CHILD, day, said=values, sound=statement.voice),)


def _own_copy(review: Review, statement: Statement, day: date) -> ThreadEntry:
    return ThreadEntry(OWN, CHILD, day, said={**statement.said(), "review": review.key}, sound=statement.voice)


def _replace_own_copy(session: Session, own_statement: OwnStatement, entry: ThreadEntry) -> None:
    threads_store.remove_replies(
        session, own_statement.thread.id, [entry.id for entry in own_statement.replies if entry.kind == OWN]
    )
    threads_store.add_reply(session, own_statement.thread, entry)


def _readers(session: Session, review: Review, statement: Statement) -> tuple[list[Reader], frozenset[int]]:
    """Everybody who gets a row, and those of them who can read: the advocate, and the readers the child chose."""
    lock_readers(session)
    everybody = list_key_holders(session, review.site_id)
    chosen = {reader.person_id for reader in list_possible_readers(session, review)} & statement.readers
    reader_ids = frozenset({review.advocate_id, *chosen}) & {reader.person_id for reader in everybody}
    if review.advocate_id not in reader_ids:
        raise Refused("no_advocate")
    keys = public_keys_at_site(session, review.site_id)
    if any(keys.get(reader.person_id) != reader.public_key for reader in everybody if reader.person_id in reader_ids):
        raise ConcurrentUpdate
    return everybody, reader_ids


def _rekey(
    session: Session,
    own_statement: OwnStatement,
    entries: Sequence[ThreadEntry],
    everybody: Sequence[Reader],
    reads: Collection[int],
) -> None:
    """Give the thread another key and other entries; without entries a blank one has the size of the old statement."""
    thread = own_statement.thread
    old_entries = _entries(own_statement.review, own_statement.statement, thread.day) if own_statement.statement else ()
    rekeyed = rekeyed_thread(
        context.keyring(),
        thread,
        threads_store.locator_of(session, thread.id),
        case=thread.case,
        entries=entries,
        everybody=everybody,
        reads=reads,
        size=sum(
            len(json.dumps(dict(entry.said), ensure_ascii=False).encode()) + len(entry.sound) for entry in old_entries
        ),
    )
    threads_store.replace_thread_key(session, thread, rekeyed)


def _thread_of(review: Review) -> bytes:
    return review.body.statement.thread_id if review.body.statement else b""


def _day(session: Session, review: Review) -> date:
    return context.today(get_site(session, review.site_id).time_zone)
