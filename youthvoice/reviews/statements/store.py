"""A statement is sealed to the advocate and to whom the child said yes, said anew, or taken back by herself.

It is a thread of kind `statement` with a code of its own. Her own copy lies beside it, sealed to that code: she reads
it, changes it and takes it back herself until the day of the review. Said anew, it has another key: who had a yes and
lost it opens nothing of what is there now, and nothing of what was there before is left.

Everybody with an account at the site has a row beside it, a real one or a decoy, so that nobody who takes the database
sees whom she chose. Source: PRIVACY.md C, "A report" and "Codes"; S31 (her own yes, per reader, withdrawable).
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
from youthvoice.threads.entities import (
    CHILD,
    OpenedThread,
    SealedEntry,
    Thread,
    ThreadEntry,
    new_thread,
    rekeyed_thread,
)
from youthvoice.threads.retention.store import month_of_thread

GIVEN: Final = "statement"
"""Kind of the entry that holds it, for her readers."""

OWN: Final = "own"
"""Kind of the reply that is her own copy, and says of which review it is."""


@dataclass(frozen=True, slots=True)
class OwnStatement:
    """What her code opens.

    Attributes:
        review: whose it is.
        thread: that holds it.
        said: what she said last; None where she took it back.
        replies: everything that was said to her, in order.
    """

    review: Review
    thread: Thread
    said: Statement | None = field(repr=False)
    replies: tuple[ThreadEntry, ...] = field(repr=False)


def list_possible_readers(session: Session, review: Review) -> list[Reader]:
    """Whom a child is asked about, each by name: the reviewer, and whoever works at the site in an invited role.

    The advocate is not among them, for she carries it; nor whose invitation was taken back.
    """
    return [
        reader
        for reader in list_key_holders(session, review.site_id)
        if reader.person_id != review.advocate_id
        and (reader.person_id == review.reviewer_id or reader.role in review.body.invited)
        and reader.person_id not in review.body.uninvited
    ]


def holds_reviews(session: Session, site_id: int) -> bool:
    """Whether somebody decides at reviews of a site: then every child finds the way there, whoever has one now."""
    return bool(list_key_holders(session, site_id, {REVIEWER}))


def store_statement(  # noqa: PLR0913 - a statement has as many sides
    session: Session, review: Review, statement: Statement, sheet: bytes, keys: PictureCodeKeys, *, anew: bool = False
) -> bool:
    """Seal what she said for the first time; the caller commits, and rolls back where this is false.

    Args:
        session: may write.
        review: held (`find_review(to_change=True)`).
        statement: what; whoever is no possible reader is left out of its readers.
        sheet: its random number, 16 bytes.
        keys: of the child.
        anew: whether it is given with pictures that were dealt anew: it takes the place of what is there, if anything.

    Returns:
        False where the code is another child's already: the caller tries the next one.

    Raises:
        Refused: `too_late`, `has_one` - she gave one for this review: her own code changes it, or pictures dealt
            anew.
        ConcurrentUpdate: a reader went or took a new key meanwhile.
    """
    day = _day(session, review)
    if not rules.can_change(review.day, day):
        raise Refused("too_late")
    before = review.body.statement
    if before is not None and not (anew and review.awaits_new_pictures):
        raise Refused("has_one")
    everybody, reads = _readers(session, review, statement)
    statement = replace(statement, readers=reads - {review.advocate_id})
    thread = new_thread(
        context.keyring(),
        site_id=review.site_id,
        day=day,
        month=month_of_thread(day, session),
        case=CaseState(kind=STATEMENT, state="open", language=statement.language),
        entries=_entries(review, statement, day),
        everybody=everybody,
        reads=reads,
        keys=keys,
        receipt=submission_receipt(sheet),
        replies=[_own(review, statement, day)],
    )
    try:
        threads_store.add_thread(session, thread)
    except IntegrityError:
        return False
    pictures = review.body.new_pictures
    if before is not None:
        _empty(session, review, before.thread_id, everybody, day)
        pictures = (*pictures[:-1], replace(pictures[-1], used_on=day))
    store.keep_statement(session, review, StatementFacts(thread.id, day, statement.wishes), pictures)
    return True


REPLACED: Final = "replaced"
"""Kind of the only reply that is left where other words were given with other pictures."""


def replaced_on(session: Session, thread_id: bytes, private: bytes) -> date | None:
    """The day on which other words were given, with other pictures, in place of those of this code; None if none were.

    Args:
        session: only read.
        thread_id: that the code leads to, 16 bytes.
        private: the private key of the code, 32 bytes.

    Raises:
        CannotOpen, KeyGone: see `read_replies`.
    """
    thread = threads_store.find_thread(session, thread_id)
    if thread is None or thread.case.kind != STATEMENT:
        return None
    replies = threads_store.read_replies(session, thread, private)
    return next((entry.day for entry in replies if entry.kind == REPLACED), None)


def _empty(session: Session, review: Review, thread_id: bytes, everybody: Sequence[Reader], day: date) -> None:
    """Of the words before nothing is left: sealed to nobody, no copy of them; and no link opens what there is now.

    What stands in their place is as long as they were: a thief sees no difference from words said anew.
    """
    review_links.end_links(session, review.id, day)
    thread = threads_store.find_thread(session, thread_id, to_change=True)
    if thread is None:
        return
    replies = threads_store.list_sealed_replies(session, thread_id)
    made = rekeyed_thread(
        context.keyring(),
        thread,
        threads_store.locator_of(session, thread_id),
        case=thread.case.having(state="closed"),
        entries=(),
        everybody=everybody,
        reads=frozenset(),
        size=_length(threads_store.list_sealed_entries(session, thread_id)),
    )
    threads_store.replace_thread_key(session, thread, made)
    threads_store.remove_replies(session, thread_id, [sealed_entry.id for sealed_entry in replies])
    threads_store.add_reply(session, thread, ThreadEntry(REPLACED, CHILD, day, sound=bytes(_length(replies))))


def _length(sealed: Sequence[SealedEntry]) -> int:
    """So many bytes, sealed, are as long as the longest of these."""
    return max((max(0, len(sealed_entry.body.blob) - _AROUND) for sealed_entry in sealed), default=0)


_AROUND: Final = 300  # bytes: keys, tags and the head of an entry take a few less, and the smallest step is larger


def change_statement(session: Session, own_statement: OwnStatement, statement: Statement) -> None:
    """She says it anew: other words, other readers. What she said before, and who could read it, is gone.

    Args:
        session: may write; her review and thread are held (`open_own(to_change=True)`).
        own_statement: as her code opened it.
        statement: what she says now.

    Raises:
        Refused: `too_late`.
        ConcurrentUpdate: somebody changed it, a reader went or took a new key meanwhile.
    """
    review, day = own_statement.review, _day(session, own_statement.review)
    if not rules.can_change(review.day, day):
        raise Refused("too_late")
    everybody, reads = _readers(session, review, statement)
    statement = replace(statement, readers=reads - {review.advocate_id})
    _rekey(session, own_statement, _entries(review, statement, day), everybody, reads)
    _keep_own(session, own_statement, _own(review, statement, day))
    store.keep_statement(session, review, StatementFacts(own_statement.thread.id, day, statement.wishes))


def take_back(session: Session, own_statement: OwnStatement) -> None:
    """She takes it back from everybody; her own copy stays with her code, so that she can give it again.

    Raises:
        Refused: `too_late`.
        ConcurrentUpdate: as `change_statement`.
    """
    review, day = own_statement.review, _day(session, own_statement.review)
    if not rules.can_change(review.day, day):
        raise Refused("too_late")
    _rekey(session, own_statement, (), list_key_holders(session, review.site_id), frozenset())
    statement_facts = review.body.statement or StatementFacts(own_statement.thread.id, day)
    store.keep_statement(session, review, replace(statement_facts, taken_back_on=day))
    if (
        own_statement.said
    ):  # written anew, as a change writes it: neither a row more nor its day tells which of the two it was
        _keep_own(session, own_statement, _own(review, own_statement.said, day))


def open_own(session: Session, thread_id: bytes, private: bytes, *, to_change: bool = False) -> OwnStatement | None:
    """Her statement, opened with her code; None where there is none.

    Args:
        session: may write, where it is to be changed.
        thread_id: 16 bytes.
        private: the private key of her code, 32 bytes.
        to_change: whether review and thread are held until the transaction ends.

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
        thread = threads_store.find_thread(session, thread_id, to_change=True) or thread
        replies = threads_store.read_replies(session, thread, private)  # at another tablet she may have been faster
        entry = next((entry for entry in reversed(replies) if entry.kind == OWN), entry)
    statement = Statement.read(entry.said, entry.sound)
    return OwnStatement(review, thread, statement, tuple(replies))


def read_statement(
    session: Session, review: Review, reader_key: threads_store.ReaderKey, private_key: bytes
) -> Statement | None:
    """Her statement as a reader opens it; None where there is none, or it is not open to her, or not yet.

    The advocate who carries it opens it at once, everybody else from the day of the review on.

    Args:
        session: only read.
        review: which.
        reader_key: who asks.
        private_key: hers, 32 bytes.

    Raises:
        CannotOpen, KeyGone: see `read_entries`.
    """
    return read_all(session, review, reader_key, private_key)[0]


def read_all(
    session: Session, review: Review, reader_key: threads_store.ReaderKey, private_key: bytes
) -> tuple[Statement | None, tuple[ThreadEntry, ...]]:
    """Her statement as `read_statement` gives it, and what she said to the same readers since, in order.

    Raises:
        CannotOpen, KeyGone: see `read_entries`.
    """
    thread = open_statement_thread(session, review, reader_key, private_key)
    return read_opened(session, thread) if thread else (None, ())


def open_statement_thread(
    session: Session, review: Review, reader_key: threads_store.ReaderKey, private_key: bytes
) -> OpenedThread | None:
    """The thread of her statement with its key, as `read_statement`; None where it is not open to this reader."""
    facts = review.statement
    if facts is None or not may_open(session, review, reader_key.person_id):
        return None
    return threads_store.open_thread(session, reader_key, facts.thread_id, private_key)


def read_with_key(session: Session, review: Review, private: bytes) -> Statement | None:
    """Her statement with the key of its thread itself; None where there is none now.

    Args:
        session: only read.
        review: which.
        private: of the thread, 32 bytes.

    Raises:
        CannotOpen, KeyGone: see `read_entries`.
    """
    thread = threads_store.find_thread(session, review.statement.thread_id) if review.statement else None
    return read_opened(session, OpenedThread(thread, private))[0] if thread else None


def read_opened(session: Session, thread: OpenedThread) -> tuple[Statement | None, tuple[ThreadEntry, ...]]:
    """The statement that an opened thread holds, and what she said to its readers since, in order.

    Raises:
        CannotOpen, KeyGone: see `read_entries`.
    """
    entries = threads_store.read_entries(session, thread)
    entry = next((entry for entry in reversed(entries) if entry.kind == GIVEN), None)
    statement = Statement.read(entry.said, entry.sound) if entry else None
    return statement, tuple(entry for entry in entries if entry.kind != GIVEN)


def may_open(session: Session, review: Review, person_id: int) -> bool:
    """Whether it is time for somebody to open what she may read; who carried it before, and not now, never does."""
    if person_id == review.advocate_id:
        return True
    carried_before = {change.advocate_id for change in review.body.carriers}
    return person_id not in carried_before and _day(session, review) >= review.day


def _entries(review: Review, statement: Statement, day: date) -> tuple[ThreadEntry, ...]:
    values = {**statement.said(), "review": review.key}
    return (ThreadEntry(GIVEN, CHILD, day, said=values, sound=statement.voice),)


def _own(review: Review, statement: Statement, day: date) -> ThreadEntry:
    return ThreadEntry(OWN, CHILD, day, said={**statement.said(), "review": review.key}, sound=statement.voice)


def _keep_own(session: Session, own_statement: OwnStatement, entry: ThreadEntry) -> None:
    threads_store.remove_replies(
        session, own_statement.thread.id, [entry.id for entry in own_statement.replies if entry.kind == OWN]
    )
    threads_store.add_reply(session, own_statement.thread, entry)


def _readers(session: Session, review: Review, statement: Statement) -> tuple[list[Reader], frozenset[int]]:
    """Everybody who gets a row, and who of them reads: the advocate, and of possible readers whom she chose."""
    lock_readers(session)
    everybody = list_key_holders(session, review.site_id)
    chosen = {reader.person_id for reader in list_possible_readers(session, review)} & statement.readers
    reads = frozenset({review.advocate_id, *chosen}) & {reader.person_id for reader in everybody}
    if review.advocate_id not in reads:
        raise Refused("no_advocate")
    now = public_keys_at_site(session, review.site_id)
    if any(now.get(reader.person_id) != reader.public_key for reader in everybody if reader.person_id in reads):
        raise ConcurrentUpdate
    return everybody, reads


def _rekey(
    session: Session,
    own_statement: OwnStatement,
    entries: Sequence[ThreadEntry],
    everybody: Sequence[Reader],
    reads: Collection[int],
) -> None:
    thread = own_statement.thread
    thread_entries = _entries(own_statement.review, own_statement.said, thread.line.day) if own_statement.said else ()
    made = rekeyed_thread(
        context.keyring(),
        thread,
        threads_store.locator_of(session, thread.id),
        case=thread.case,
        entries=entries,
        everybody=everybody,
        reads=reads,
        size=sum(
            len(json.dumps(dict(entry.said), ensure_ascii=False).encode()) + len(entry.sound)
            for entry in thread_entries
        ),
    )
    threads_store.replace_thread_key(session, thread, made)


def _thread_of(review: Review) -> bytes:
    return review.body.statement.thread_id if review.body.statement else b""


def _day(session: Session, review: Review) -> date:
    return context.today(get_site(session, review.site_id).time_zone)
