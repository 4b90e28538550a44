"""Who of an invited role comes to a review, and what becomes of it that the child does not want somebody there.

Whoever has her words open may take somebody's invitation back, or keep it and say why; the child reads either. What
she said about him he learns from no page: there he is invited, or he is not.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from youthvoice.accounts.store import list_trusted_people
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.threads import store as threads_store
from youthvoice.web.i18n import plain_words

UNINVITED = "not_invited"
STAYS = "stays_invited"


class InvitedPerson(NamedTuple):
    """Somebody of an invited role.

    Attributes:
        person_id: row of `people`.
        name: hers.
        comes: whether she is invited; else her invitation was taken back.
    """

    person_id: int
    name: str
    comes: bool


def list_invited(session: Session, review: Review) -> list[InvitedPerson]:
    """Everybody at the site of a role that is invited, by name; whoever carries or decides is not among them."""
    holds = {review.advocate_id, review.reviewer_id}
    there = [
        person
        for person in list_trusted_people(session, [review.site_id])
        if person.role in review.body.invited and person.id not in holds
    ]
    return [InvitedPerson(one.id, one.name, one.id not in review.body.uninvited) for one in there]


def take_back_invitation(session: Session, review: Review, person_id: int, log: Log) -> Review:
    """She is not invited any more, and the child reads it; the caller commits."""
    log.add(session, "review.invited", review.key)
    _tell(session, review, UNINVITED, log, person=person_id)
    uninvited = tuple(sorted({*review.body.uninvited, person_id}))
    return store.change_review(session, review, replace(review.body, uninvited=uninvited))


def keep_invitation(session: Session, review: Review, person_id: int, words: Mapping[str, str], log: Log) -> Review:
    """She stays invited although the child does not want her there, or is invited again; the child reads why.

    Raises:
        Refused: `reason_missing` or `sentence_too_long`.
    """
    ((language, reason),) = words.items()
    if not reason.strip():
        raise Refused("reason_missing")
    if plain_words.is_too_long(words):
        raise Refused("sentence_too_long")
    log.add(session, "review.invited", review.key)
    _tell(session, review, STAYS, log, person=person_id, words=reason.strip(), language=language)
    uninvited = tuple(row for row in review.body.uninvited if row != person_id)
    return store.change_review(session, review, replace(review.body, uninvited=uninvited))


def _tell(session: Session, review: Review, step: str, log: Log, **said: Any) -> None:
    """A step of the child's own timeline, sealed to her pictures."""
    thread = threads_store.find_thread(session, review.statement.thread_id) if review.statement else None
    if thread is not None:
        threads_store.add_timeline_step(session, thread, step, log.day, **said)
