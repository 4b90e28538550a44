"""Which advocate carries a review: who cannot is followed by another, and who leaves or is ill hands it over.

Her words go with it where whoever gives it on can open them, and whoever carried it before opens them no more. Where
nobody can, nothing is lost: the child's own copy lets her give them again, and her page says so.
Source: PRIVACY.md C, "A report" (hand-over); S14, S31.
"""

from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.accounts.rules import is_trained
from youthvoice.accounts.store import Reader, list_advocates, lock_readers
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.advocate_words import give_words
from youthvoice.reviews.statements.review_slip import forget_slip
from youthvoice.reviews.statements.store import GIVEN
from youthvoice.threads import store as threads_store
from youthvoice.threads.entities import OpenedThread, ThreadEntry
from youthvoice.threads.key_wraps import decoy_wrap_for
from youthvoice.threads.readership import grant_access
from youthvoice.threads.store import ReaderKey

CARRIES: Final = "carrier"
"""Kind of the entry in which whoever opened her words gave them to another advocate."""


def list_carriers(session: Session, site_id: int, today: date) -> list[Reader]:
    """The advocates of a site who may carry a review: trusted, and trained to this day."""
    return [reader for reader in list_advocates(session, site_id) if is_trained(reader.trained_until, today)]


def find_next_carrier(session: Session, review: Review, today: date, but: Collection[int] = ()) -> int:
    """Who is asked after an advocate who cannot: of the others whoever carries the fewest; 0 where nobody is left."""
    waiting = (review for review in store.list_reviews(session, [review.site_id]) if not review.is_decided(knows=False))
    carried = Counter(review.advocate_id for review in waiting)
    out = {review.advocate_id, *review.cannot, *but}
    left = [reader for reader in list_carriers(session, review.site_id, today) if reader.person_id not in out]
    next_reader = min(left, key=lambda reader: (carried[reader.person_id], reader.name), default=None)
    return next_reader.person_id if next_reader else 0


def pass_on(  # noqa: PLR0913, PLR0917 - what, to whom, by whom
    session: Session, review: Review, to: int, log: Log, reader_key: ReaderKey, private_key: bytes
) -> Review:
    """Ask another advocate to carry a review, and give her the child's words where whoever asks can open them.

    Args:
        session: may write.
        review: held (`find_review(to_change=True)`).
        to: the other advocate; the same as now where only the words are to be given.
        log: of whoever asks.
        reader_key: the same, with her key.
        private_key: hers, 32 bytes.

    Raises:
        Refused: `no_carrier`: she is no trained advocate of the site by now; `child_said_no`: the child does not want
            her there.
    """
    lock_readers(session)
    there = {reader.person_id: reader for reader in list_carriers(session, review.site_id, log.day)}
    if to not in there:
        raise Refused("no_carrier", "advocate")
    if thread := open_words(session, review, reader_key, private_key):
        _give_words(session, review, there[to], thread, reader_key.person_id, log.day)
    review = give_sealed(session, review, there[to], reader_key, private_key)
    if to == review.advocate_id:
        log.add(session, "review.hand_over", review.key)
        return review
    if reader_key.person_id != review.advocate_id and review.body.statement is not None:
        forget_slip(session, review)  # she is let go: what she dealt would take the place of the child's words
    return store.change_advocate(session, review, to, log)


def cannot_carry(session: Session, review: Review, log: Log, reader_key: ReaderKey, private_key: bytes) -> Review:
    """The advocate who was asked says that she cannot: another one is asked, who gets the words that there are.

    Args:
        session: may write.
        review: held; she was asked, and did not say yes.
        log: hers.
        reader_key: she, with her key.
        private_key: hers, 32 bytes.
    """
    lock_readers(session)
    thread = open_words(session, review, reader_key, private_key)
    unwanted = _not_there(session, thread) if thread else frozenset()
    to = find_next_carrier(session, review, log.day, unwanted)
    if to:
        there = {reader.person_id: reader for reader in list_carriers(session, review.site_id, log.day)}
        if thread:
            _give_words(session, review, there[to], thread, reader_key.person_id, log.day)
        with suppress(Refused):  # it stays with her, and the child's page says whom to tell
            review = give_sealed(session, review, there[to], reader_key, private_key)
    return store.change_advocate(session, review, to, log, cannot=True)


def can_give_statement(session: Session, review: Review, reader_key: ReaderKey) -> bool:
    """Whether somebody who carried a review before has a key of the child's words, and who carries it now has none."""
    carried_before = {change.advocate_id for change in review.body.carriers} - {review.advocate_id}
    if reader_key.person_id not in carried_before or review.statement is None or is_open_to_advocate(session, review):
        return False
    hers = [(reader_key.person_id, reader_key.public_key)]
    return reader_key.person_id in threads_store.find_thread_readers(session, review.statement.thread_id, hers)


def give_statement(session: Session, review: Review, reader_key: ReaderKey, private_key: bytes, day: date) -> None:
    """Whoever carried a review before gives the child's words to who carries it now, and opens them no more herself.

    Raises:
        Refused: `no_carrier`: she is no trained advocate of the site by now; `child_said_no`.
    """
    if not can_give_statement(session, review, reader_key):
        return
    lock_readers(session)
    there = {reader.person_id: reader for reader in list_carriers(session, review.site_id, day)}
    if review.advocate_id not in there:
        raise Refused("no_carrier")
    if thread := open_words(session, review, reader_key, private_key):
        _give_words(session, review, there[review.advocate_id], thread, reader_key.person_id, day)
        threads_store.put_thread_wrap(session, thread.facts.id, decoy_wrap_for(reader_key.person_id))


def give_to_carrier(session: Session, review: Review, reader_key: ReaderKey, private_key: bytes, day: date) -> Review:
    """Give whoever carries a review what the child said to me alone for it, as `give_sealed`.

    Raises:
        Refused: `no_carrier`: she is no trained advocate of the site by now; `child_said_no`.
    """
    there = {reader.person_id: reader for reader in list_carriers(session, review.site_id, day)}
    if review.advocate_id not in there:
        raise Refused("no_carrier")
    return give_sealed(session, review, there[review.advocate_id], reader_key, private_key)


def give_sealed(session: Session, review: Review, reader: Reader, reader_key: ReaderKey, private_key: bytes) -> Review:
    """Give another advocate what the child said to her advocate alone, after this review or one before it.

    It belongs to whoever carries the newest review of the case: with an earlier one nothing goes.

    Returns:
        The review as it is now.

    Raises:
        Refused: `child_said_no`: the child does not want her there.
    """
    if store.find_newest_of_case(session, review).id != review.id:
        return review
    return give_words(session, review, reader, reader_key.person_id, private_key)


def open_words(session: Session, review: Review, reader_key: ReaderKey, private_key: bytes) -> OpenedThread | None:
    """The thread of her words, held, where somebody has a key of it; None where she has none, or there are no words.

    It is opened to be given on, and shows nobody a word: who reads when is `statements.store.read_statement`.
    """
    if review.statement is None:
        return None
    threads_store.find_thread(session, review.statement.thread_id, to_change=True)
    return threads_store.open_thread(session, reader_key, review.statement.thread_id, private_key)


def is_open_to_advocate(session: Session, review: Review) -> bool:
    """Whether whoever carries it opens what the child said; not after she took a new key, or got none."""
    if review.statement is None:
        return True
    hers = [(reader.person_id, reader.public_key) for reader in list_advocates(session, review.site_id)]
    readers = threads_store.find_thread_readers(session, review.statement.thread_id, hers)
    return review.advocate_id in readers


def _not_there(session: Session, thread: OpenedThread) -> frozenset[int]:
    entries = threads_store.read_entries(session, thread)
    return frozenset(row for entry in entries if entry.kind == GIVEN for row in entry.said.get("not_there", ()))


def _give_words(  # noqa: PLR0913, PLR0917 - what, from whom to whom
    session: Session, review: Review, reader: Reader, thread: OpenedThread, by: int, day: date
) -> None:
    if reader.person_id in _not_there(session, thread):
        raise Refused("child_said_no", "advocate")
    grant_access(session, thread, threads_store.read_entries(session, thread), reader)
    if reader.person_id != review.advocate_id:
        threads_store.put_thread_wrap(session, thread.facts.id, decoy_wrap_for(review.advocate_id))
    threads_store.add_entry(session, thread.facts, ThreadEntry(CARRIES, by, day, said={"reads": [reader.person_id]}))
