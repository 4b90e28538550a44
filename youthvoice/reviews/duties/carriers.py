"""Which advocate carries a review, and the transfer of a child's words when another advocate takes over.

An advocate who cannot carry a review is followed by another one; who leaves or is ill hands it over. The statement is
transferred where the person who hands it over can open it, and the former advocate loses access. Where nobody can open
it, nothing is lost: the child's own copy allows giving it again, and the child's page says so.
Source: PRIVACY.md C, "A report" (hand-over); S14, S31.
"""

from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from youthvoice.accounts.rules import is_trained
from youthvoice.accounts.store import Reader, Readers, find_readers, list_advocates, lock_readers
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.reviews.statements.advocate_messages import transfer_messages
from youthvoice.reviews.statements.review_slip import forget_slip
from youthvoice.reviews.statements.store import GIVEN
from youthvoice.threads import store as threads_store
from youthvoice.threads.entities import OpenedThread, ThreadEntry
from youthvoice.threads.key_wraps import decoy_wrap_for
from youthvoice.threads.readership import grant_access
from youthvoice.threads.store import ReaderKey

CARRIES: Final = "carrier"
"""Kind of the entry that records the transfer of a statement to another advocate."""


def list_carriers(session: Session, site_id: int, today: date) -> list[Reader]:
    """The advocates of a site who may carry a review: trusted, and with training that has not expired."""
    return list_trained(find_readers(session, site_id), today)


def list_trained(readers: Readers, today: date) -> list[Reader]:
    """The advocates among the readers of a site who may carry a review."""
    return [reader for reader in readers.advocates if is_trained(reader.trained_until, today)]


def find_next_carrier(session: Session, review: Review, today: date, except_ids: Collection[int] = ()) -> int:
    """The advocate to ask next: of the others the one with the fewest undecided reviews; 0 where nobody is left."""
    waiting = (review for review in store.list_reviews(session, [review.site_id]) if not review.is_decided(knows=False))
    carried = Counter(review.advocate_id for review in waiting)
    excluded = {review.advocate_id, *review.cannot, *except_ids}
    candidates = [
        reader for reader in list_carriers(session, review.site_id, today) if reader.person_id not in excluded
    ]
    next_reader = min(candidates, key=lambda reader: (carried[reader.person_id], reader.name), default=None)
    return next_reader.person_id if next_reader else 0


def ask_carrier(  # noqa: PLR0913, PLR0917 - what, to whom, by whom
    session: Session, review: Review, to: int, log: Log, reader_key: ReaderKey, private_key: bytes
) -> Review:
    """Ask another advocate to carry a review, and transfer the child's words where the caller can open them.

    Args:
        session: may write.
        review: locked (`find_review(to_change=True)`).
        to: the other advocate; the present one where only the words are to be transferred.
        log: in the caller's name.
        reader_key: of the caller.
        private_key: of the caller, 32 bytes.

    Raises:
        Refused: `no_carrier`: this is no trained advocate of the site; `child_said_no`: the child does not want this
            person at the review.
    """
    lock_readers(session)
    carriers_by_id = {reader.person_id: reader for reader in list_carriers(session, review.site_id, log.day)}
    if to not in carriers_by_id:
        raise Refused("no_carrier", "advocate")
    if thread := open_statement_to_transfer(session, review, reader_key, private_key):
        _grant_statement(session, review, carriers_by_id[to], thread, reader_key.person_id, log.day)
    review = transfer_case_messages(session, review, carriers_by_id[to], reader_key, private_key)
    if to == review.advocate_id:
        log.add(session, "review.hand_over", review.key)
        return review
    if reader_key.person_id != review.advocate_id and review.body.statement is not None:
        forget_slip(session, review)  # a slip of the former advocate could replace the child's words
    return store.change_advocate(session, review, to, log)


def cannot_carry(session: Session, review: Review, log: Log, reader_key: ReaderKey, private_key: bytes) -> Review:
    """The advocate who was asked cannot carry the review: ask another one, and transfer the words that exist.

    Args:
        session: may write.
        review: locked; its advocate has not accepted yet.
        log: in the advocate's name.
        reader_key: of the advocate.
        private_key: of the advocate, 32 bytes.
    """
    lock_readers(session)
    thread = open_statement_to_transfer(session, review, reader_key, private_key)
    unwanted = _unwanted_people(session, thread) if thread else frozenset()
    to = find_next_carrier(session, review, log.day, unwanted)
    if to:
        carriers_by_id = {reader.person_id: reader for reader in list_carriers(session, review.site_id, log.day)}
        if thread:
            _grant_statement(session, review, carriers_by_id[to], thread, reader_key.person_id, log.day)
        with suppress(Refused):  # it stays where it is, and the child's page says whom to tell
            review = transfer_case_messages(session, review, carriers_by_id[to], reader_key, private_key)
    return store.change_advocate(session, review, to, log, cannot=True)


def can_transfer_statement(session: Session, review: Review, reader_key: ReaderKey) -> bool:
    """Whether a former advocate has a key of the statement that the present advocate lacks."""
    former_ids = {change.advocate_id for change in review.body.carriers} - {review.advocate_id}
    if reader_key.person_id not in former_ids or review.valid_statement is None or is_open_to_advocate(session, review):
        return False
    own_key = [(reader_key.person_id, reader_key.public_key)]
    return reader_key.person_id in threads_store.find_thread_readers(session, review.valid_statement.thread_id, own_key)


def transfer_statement(session: Session, review: Review, reader_key: ReaderKey, private_key: bytes, day: date) -> None:
    """A former advocate transfers the statement to the present one, and loses access.

    Raises:
        Refused: `no_carrier`: the present one is no trained advocate of the site; `child_said_no`.
    """
    if not can_transfer_statement(session, review, reader_key):
        return
    lock_readers(session)
    carriers_by_id = {reader.person_id: reader for reader in list_carriers(session, review.site_id, day)}
    if review.advocate_id not in carriers_by_id:
        raise Refused("no_carrier")
    if thread := open_statement_to_transfer(session, review, reader_key, private_key):
        _grant_statement(session, review, carriers_by_id[review.advocate_id], thread, reader_key.person_id, day)
        threads_store.put_thread_wrap(session, thread.id, decoy_wrap_for(reader_key.person_id))


def transfer_messages_to_carrier(
    session: Session, review: Review, reader_key: ReaderKey, private_key: bytes, day: date
) -> Review:
    """Transfer messages that are sealed to the caller to the advocate of the review; see `transfer_case_messages`.

    Raises:
        Refused: `no_carrier`: the advocate is no trained advocate of the site; `child_said_no`.
    """
    carriers_by_id = {reader.person_id: reader for reader in list_carriers(session, review.site_id, day)}
    if review.advocate_id not in carriers_by_id:
        raise Refused("no_carrier")
    return transfer_case_messages(session, review, carriers_by_id[review.advocate_id], reader_key, private_key)


def transfer_case_messages(
    session: Session, review: Review, reader: Reader, reader_key: ReaderKey, private_key: bytes
) -> Review:
    """Transfer to another advocate the child's messages to the advocate only, after this review or an earlier one.

    They belong to the advocate of the newest review of the case; an earlier review transfers nothing.

    Returns:
        The review as it is now.

    Raises:
        Refused: `child_said_no`: the child does not want this person at the review.
    """
    if store.find_newest_of_case(session, review).id != review.id:
        return review
    return transfer_messages(session, review, reader, reader_key.person_id, private_key)


def open_statement_to_transfer(
    session: Session, review: Review, reader_key: ReaderKey, private_key: bytes
) -> OpenedThread | None:
    """The statement's thread, locked and opened; None where the reader has no key of it, or there is no statement.

    It shows nobody a word: `statements.store.read_statement` decides who may read when.
    """
    if review.valid_statement is None:
        return None
    threads_store.find_thread(session, review.valid_statement.thread_id, to_change=True)
    return threads_store.open_thread(session, reader_key, review.valid_statement.thread_id, private_key)


def is_open_to_advocate(session: Session, review: Review) -> bool:
    """Whether the advocate of the review can open the statement; not after a new key, or without a transfer."""
    if review.valid_statement is None:
        return True
    advocate_keys = [(reader.person_id, reader.public_key) for reader in list_advocates(session, review.site_id)]
    readers = threads_store.find_thread_readers(session, review.valid_statement.thread_id, advocate_keys)
    return review.advocate_id in readers


def _unwanted_people(session: Session, thread: OpenedThread) -> frozenset[int]:
    entries = threads_store.read_entries(session, thread)
    return frozenset(row for entry in entries if entry.kind == GIVEN for row in entry.said.get("not_there", ()))


def _grant_statement(  # noqa: PLR0913, PLR0917 - what, from whom to whom
    session: Session, review: Review, reader: Reader, thread: OpenedThread, by: int, day: date
) -> None:
    if reader.person_id in _unwanted_people(session, thread):
        raise Refused("child_said_no", "advocate")
    grant_access(session, thread, threads_store.read_entries(session, thread), reader)
    if reader.person_id != review.advocate_id:
        threads_store.put_thread_wrap(session, thread.id, decoy_wrap_for(review.advocate_id))
    threads_store.add_entry(session, thread, ThreadEntry(CARRIES, by, day, said={"reads": [reader.person_id]}))
