"""Messages from a child to the advocate only, after the day: for the next review, or about a decision.

Each message is sealed to one adult. It belongs to the advocate of the newest review of the case: a former holder
transfers it, as far as their key opens it, and loses it. It never goes to a person whom the child does not want.
Source: PRIVACY.md C, "A statement"; S14, S30.
"""

import base64
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.store import Reader, find_person, list_key_holders
from youthvoice.errors import CannotOpen, KeyGone, Refused
from youthvoice.reviews import rules, store
from youthvoice.reviews.entities import AdvocateMessage, Review
from youthvoice.reviews.statements.store import OwnStatement
from youthvoice.sites.store import get_site
from youthvoice.threads import handover_items, store as threads_store

_MAX_MESSAGES: Final = 20


def seal_to_advocate(  # noqa: PLR0913 - each of them is part of the message
    session: Session,
    own_statement: OwnStatement,
    words: str,
    voice: bytes = b"",
    voice_kind: str = "",
    *,
    part: str = "",
) -> Review:
    """Seal a message to the advocate who carries the review; the caller stores the child's own copy.

    Args:
        session: may write; the review is locked.
        own_statement: opened with the child's code.
        words: the child's; may be empty where there is a recording.
        voice: the recording; may be empty.
        voice_kind: `audio/webm` or `audio/ogg`.
        part: the decision that it is about; empty for the next review.

    Raises:
        Refused: `no_advocate`: nobody can carry the review now.
        KeyGone: the month of the statement has ended.
    """
    review, site = own_statement.review, get_site(session, own_statement.review.site_id)
    day = context.today(site.time_zone)
    readers = {reader.person_id: reader for reader in list_key_holders(session, review.site_id)}
    reader = readers.get(review.advocate_id)
    if reader is None:
        raise Refused("no_advocate")
    item = {"words": words, "day": day.isoformat()}
    if voice:
        item |= {"kind": voice_kind, "sound": base64.b64encode(voice).decode()}
    values = {
        "thread": own_statement.thread.id.hex(),
        "review": review.key,
        "site": site.name,
        "part": part,
        "not_there": list(own_statement.statement.not_there) if own_statement.statement else [],
        "items": [item],
    }
    month = threads_store.find_destruction_month(session, own_statement.thread.id) or own_statement.thread.month
    sealed = handover_items.seal_handover(context.keyring(), reader, day, month, values)
    handover_items.add_handover(session, sealed)
    advocate_message = AdvocateMessage(sealed.id, reader.person_id, reader.key_version)
    for_advocate = (*review.body.for_advocate, advocate_message)[-_MAX_MESSAGES:]
    return store.change_review(session, review, replace(review.body, for_advocate=for_advocate), quiet=True)


@dataclass(frozen=True, slots=True)
class SealedToAdvocate:
    """A message that is sealed to one adult, and the decision that it is about; empty for the next review."""

    id: bytes
    part: str


def list_messages(
    session: Session, person_id: int, private_key: bytes, keys: Collection[str]
) -> list[SealedToAdvocate]:
    """Messages to a person after some reviews, as far as that person's key opens them; the newest first.

    Args:
        session: only read.
        person_id: the recipient.
        private_key: of the recipient, 32 bytes.
        keys: of the reviews.
    """
    messages = []
    for item in handover_items.list_handovers(session, person_id):
        try:
            handover = handover_items.open_handover(context.keyring(), item, private_key)
        except (CannotOpen, KeyGone):
            continue
        if handover.get("review") in keys:
            messages.append(SealedToAdvocate(item.id, str(handover.get("part", ""))))
    return messages


def holds_messages(reviews: Iterable[Review], person_id: int) -> bool:
    """Whether a message after one of the reviews is sealed to a person."""
    return any(advocate_message.to == person_id for review in reviews for advocate_message in review.body.for_advocate)


def list_sites_with_messages(session: Session, person_id: int, site_ids: Collection[int]) -> set[int]:
    """The sites where a message opens to this person only."""
    person = find_person(session, person_id)
    handover_ids = {handover_item.id for handover_item in handover_items.list_handovers(session, person_id)}
    if person is None or not handover_ids:
        return set()
    own_key = (person_id, person.key_version)
    return {
        review.site_id
        for review in store.list_reviews(session, site_ids)
        if any(
            (advocate_message.to, advocate_message.key_version) == own_key and advocate_message.item in handover_ids
            for advocate_message in review.body.for_advocate
        )
    }


def is_with_carrier(session: Session, review: Review) -> bool:
    """Whether the advocate of the newest review of the case can open all messages after this review."""
    if not review.body.for_advocate:
        return True
    carrier = store.find_newest_of_case(session, review).advocate_id
    keys = {reader.person_id: reader.key_version for reader in list_key_holders(session, review.site_id)}
    return all(
        advocate_message.to == carrier and keys.get(carrier) == advocate_message.key_version
        for advocate_message in review.body.for_advocate
    )


def list_reviews_to_transfer(session: Session, person_id: int, site_ids: Collection[int]) -> list[Review]:
    """The newest review of each case with a message that this person can open, where another advocate carries it."""
    person, cases = find_person(session, person_id), set()
    own_key = (person_id, person.key_version) if person else None
    newest: dict[tuple[int, str], Review] = {}
    for review in store.list_reviews(session, site_ids):
        case = (review.site_id, rules.fold_case_number(review.body.case_number))
        newest[case] = max(newest.get(case, review), review, key=lambda candidate: (candidate.day, candidate.id))
        if any((message.to, message.key_version) == own_key for message in review.body.for_advocate):
            cases.add(case)
    reviews = [newest[case] for case in sorted(cases)]
    return [review for review in reviews if review.advocate_id != person_id and not review.lacks_advocate]


def transfer_messages(session: Session, review: Review, reader: Reader, giver_id: int, private_key: bytes) -> Review:
    """Transfer the messages of a case that are sealed to the giver, after this review or an earlier one.

    Args:
        session: may write; the review is locked.
        review: the newest of its case.
        reader: the advocate who carries it from now on, with the present key.
        giver_id: the person who transfers; what they cannot open stays as it is.
        private_key: of the giver, 32 bytes.

    Returns:
        The review as it is now.

    Raises:
        Refused: `child_said_no`: the child does not want this advocate.
    """
    newest, day = review, context.today(get_site(session, review.site_id).time_zone)
    if reader.person_id == giver_id:
        return newest
    for source in (review, *store.list_earlier_reviews(session, review)):
        if holds_messages([source], giver_id) and (locked := store.find_review(session, source.id, to_change=True)):
            for_advocate = tuple(
                _transfer(session, message, reader, giver_id, private_key, day) for message in locked.body.for_advocate
            )
            new = store.change_review(session, locked, replace(locked.body, for_advocate=for_advocate), quiet=True)
            newest = new if new.id == review.id else newest
    return newest


def _transfer(  # noqa: PLR0913, PLR0917 - what, from whom to whom, when
    session: Session, message: AdvocateMessage, reader: Reader, giver_id: int, private_key: bytes, day: date
) -> AdvocateMessage:
    item = handover_items.find_handover(session, giver_id, message.item) if message.to == giver_id else None
    if item is None:
        return message
    try:
        handover = handover_items.open_handover(context.keyring(), item, private_key)
    except (CannotOpen, KeyGone):
        return message
    if reader.person_id in handover.get("not_there", ()):
        raise Refused("child_said_no", "advocate")
    handover_items.transfer_item(context.keyring(), item, reader, day, handover)
    session.flush()
    return AdvocateMessage(message.item, reader.person_id, reader.key_version)
