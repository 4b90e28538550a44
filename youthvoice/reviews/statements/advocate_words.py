"""What a child says after the day to her advocate alone: for the next review, or about a decision, unread by others.

Each thing is sealed to one adult. It belongs to whoever carries the newest review of the case: whoever held it before
gives it on, as far as her key opens it, and holds it no more. Never to somebody whom the child does not want there.
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
from youthvoice.reviews.entities import AdvocateWords, Review
from youthvoice.reviews.statements.store import OwnStatement
from youthvoice.sites.store import get_site
from youthvoice.threads import handover_items, store as threads_store

_MOST: Final = 20


def seal_to_advocate(  # noqa: PLR0913 - what she says has as many sides
    session: Session,
    own_statement: OwnStatement,
    words: str,
    voice: bytes = b"",
    voice_kind: str = "",
    *,
    part: str = "",
) -> Review:
    """Seal something to the advocate who carries her review, and to nobody else; her own copy is the caller's.

    Args:
        session: may write; her review is held.
        own_statement: as her code opened it.
        words: hers; may be empty where she speaks.
        voice: the same, as recorded; may be empty.
        voice_kind: `audio/webm` or `audio/ogg`.
        part: of the decision that she means; empty where it is for the next review.

    Raises:
        Refused: `no_advocate`: nobody can carry it now.
        KeyGone: its month has ended.
    """
    review, site = own_statement.review, get_site(session, own_statement.review.site_id)
    day = context.today(site.time_zone)
    reader = next(
        (reader for reader in list_key_holders(session, review.site_id) if reader.person_id == review.advocate_id), None
    )
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
        "not_there": list(own_statement.said.not_there) if own_statement.said else [],
        "items": [item],
    }
    month = threads_store.find_destruction_month(session, own_statement.thread.id) or own_statement.thread.month
    sealed = handover_items.seal_handover(context.keyring(), reader, day, month, values)
    handover_items.add_handover(session, sealed)
    kept = (*review.body.for_advocate, AdvocateWords(sealed.id, reader.person_id, reader.key_version))[-_MOST:]
    return store.change_review(session, review, replace(review.body, for_advocate=kept), quiet=True)


@dataclass(frozen=True, slots=True)
class SealedToAdvocate:
    """One thing that lies sealed to somebody: which, and about which decision; about none for the next time."""

    id: bytes
    part: str


def list_words(session: Session, person_id: int, private_key: bytes, keys: Collection[str]) -> list[SealedToAdvocate]:
    """What children said to her alone after some reviews, as far as she opens it; the newest first.

    Args:
        session: only read.
        person_id: to whom.
        private_key: hers, 32 bytes.
        keys: of the reviews.
    """
    words = []
    for item in handover_items.list_handovers(session, person_id):
        try:
            handover = handover_items.open_handover(context.keyring(), item, private_key)
        except (CannotOpen, KeyGone):
            continue
        if handover.get("review") in keys:
            words.append(SealedToAdvocate(item.id, str(handover.get("part", ""))))
    return words


def holds_words(reviews: Iterable[Review], person_id: int) -> bool:
    """Whether something that was said after some reviews is sealed to somebody."""
    return any(advocate_words.to == person_id for review in reviews for advocate_words in review.body.for_advocate)


def sites_with_words(session: Session, person_id: int, site_ids: Collection[int]) -> set[int]:
    """The sites where something that a child said to her advocate alone opens to somebody, and to nobody else."""
    person = find_person(session, person_id)
    lies = {handover_item.id for handover_item in handover_items.list_handovers(session, person_id)}
    if person is None or not lies:
        return set()
    hers = (person_id, person.key_version)
    return {
        review.site_id
        for review in store.list_reviews(session, site_ids)
        if any(
            (advocate_words.to, advocate_words.key_version) == hers and advocate_words.item in lies
            for advocate_words in review.body.for_advocate
        )
    }


def is_with_carrier(session: Session, review: Review) -> bool:
    """Whether whoever carries the newest review of the case opens everything that was said after this one."""
    if not review.body.for_advocate:
        return True
    carrier = store.find_newest_of_case(session, review).advocate_id
    keys = {reader.person_id: reader.key_version for reader in list_key_holders(session, review.site_id)}
    return all(
        advocate_words.to == carrier and keys.get(carrier) == advocate_words.key_version
        for advocate_words in review.body.for_advocate
    )


def list_to_give(session: Session, person_id: int, site_ids: Collection[int]) -> list[Review]:
    """The newest review of each case of which something is sealed to her key of today, where another carries it."""
    person, held = find_person(session, person_id), set()
    newest: dict[tuple[int, str], Review] = {}
    for review in store.list_reviews(session, site_ids):
        case = (review.site_id, rules.same_case(review.body.case_number))
        newest[case] = max(newest.get(case, review), review, key=lambda each: (each.day, each.id))
        if person and (person_id, person.key_version) in {
            (each.to, each.key_version) for each in review.body.for_advocate
        }:
            held.add(case)
    reviews = [newest[case] for case in sorted(held)]
    return [review for review in reviews if review.advocate_id != person_id and not review.lacks_advocate]


def give_words(session: Session, review: Review, reader: Reader, me: int, private_key: bytes) -> Review:
    """Give somebody what lies sealed to me of a case: said after this review, or after one before it.

    Args:
        session: may write; the review is held.
        review: the newest of its case.
        reader: who carries it, with her key of today.
        me: who gives; what she cannot open stays as it is.
        private_key: hers, 32 bytes.

    Returns:
        The review as it is now.

    Raises:
        Refused: `child_said_no`: the child does not want her there.
    """
    now, day = review, context.today(get_site(session, review.site_id).time_zone)
    if reader.person_id == me:
        return now
    for one in (review, *store.list_earlier_reviews(session, review)):
        if holds_words([one], me) and (held := store.find_review(session, one.id, to_change=True)):
            kept = tuple(_given_on(session, each, reader, me, private_key, day) for each in held.body.for_advocate)
            changed = store.change_review(session, held, replace(held.body, for_advocate=kept), quiet=True)
            now = changed if changed.id == review.id else now
    return now


def _given_on(  # noqa: PLR0913, PLR0917 - what, from whom to whom, when
    session: Session, words: AdvocateWords, reader: Reader, me: int, private_key: bytes, day: date
) -> AdvocateWords:
    item = handover_items.find_handover(session, me, words.item) if words.to == me else None
    if item is None:
        return words
    try:
        handover = handover_items.open_handover(context.keyring(), item, private_key)
    except (CannotOpen, KeyGone):
        return words
    if reader.person_id in handover.get("not_there", ()):
        raise Refused("child_said_no", "advocate")
    handover_items.transfer_item(context.keyring(), item, reader, day, handover)
    session.flush()
    return AdvocateWords(words.item, reader.person_id, reader.key_version)
