"""Who of an invited role comes to a review, and what becomes of it that the child does not want somebody there.

Whoever has her words open may take somebody's invitation back, or keep it and say why, as long as the day is not over;
the child reads either. What she said about him he learns from no page: there he is invited, or he is not. So who
decided it, and why, is sealed to the readers of her words, with them: when she says them anew it is decided anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from youthvoice.accounts.store import list_trusted_people
from youthvoice.audit.audit_log import Log
from youthvoice.errors import Refused
from youthvoice.reviews import store
from youthvoice.reviews.entities import Review
from youthvoice.threads import store as threads_store
from youthvoice.threads.entities import ThreadEntry
from youthvoice.web.i18n import plain_words

UNINVITED = "not_invited"
STAYS = "stays_invited"

INVITATION: Final = "invitation"
"""Kind of the entry that says to the readers of her words what was decided about somebody's invitation."""


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
    return [InvitedPerson(person.id, person.name, person.id not in review.body.uninvited) for person in there]


@dataclass(frozen=True, slots=True)
class InvitationDecision:
    """What was decided about somebody's invitation last.

    Attributes:
        comes: whether she is invited.
        by: who decided it, row of `people`.
        day: at the site.
        words: why she comes all the same, as the child reads it; empty where she does not.
        language: of the words.
    """

    comes: bool
    by: int
    day: date
    words: str = ""
    language: str = ""


def read_invitations(entries: Iterable[ThreadEntry], apart_from: int) -> dict[int, InvitationDecision]:
    """By row of `people` what was decided last, from what lies beside her words.

    Args:
        entries: in order.
        apart_from: who reads: about herself nobody learns anything.
    """
    decisions = {}
    for entry in entries:
        if entry.kind == INVITATION and entry.said["person"] != apart_from:
            words = {name: str(entry.said.get(name, "")) for name in ("words", "language")}
            decisions[int(entry.said["person"])] = InvitationDecision(
                entry.said["step"] == STAYS, entry.by, entry.day, **words
            )
    return decisions


def take_back_invitation(session: Session, review: Review, person_id: int, by: int, log: Log) -> Review:
    """She is not invited any more, and the child reads it; the caller commits.

    Raises:
        Refused: `held`: the day is over.
    """
    _refuse_once_held(review, log.day)
    if person_id in review.body.uninvited:
        return review
    log.add(session, "review.invited", review.key)
    _tell(session, review, ThreadEntry(INVITATION, by, log.day, said={"step": UNINVITED, "person": person_id}))
    uninvited = tuple(sorted({*review.body.uninvited, person_id}))
    return store.change_review(session, review, replace(review.body, uninvited=uninvited))


def keep_invitation(  # noqa: PLR0913, PLR0917 - whose, why, and who says so
    session: Session, review: Review, person_id: int, words: Mapping[str, str], by: int, log: Log
) -> Review:
    """She stays invited although the child does not want her there, or is invited again; the child reads why.

    Raises:
        Refused: `held`, `reason_missing` or `sentence_too_long`.
    """
    _refuse_once_held(review, log.day)
    ((language, reason),) = words.items()
    if not reason.strip():
        raise Refused("reason_missing")
    if plain_words.is_too_long(words):
        raise Refused("sentence_too_long")
    log.add(session, "review.invited", review.key)
    content = {"step": STAYS, "person": person_id, "words": reason.strip(), "language": language}
    _tell(session, review, ThreadEntry(INVITATION, by, log.day, said=content))
    uninvited = tuple(row for row in review.body.uninvited if row != person_id)
    return store.change_review(session, review, replace(review.body, uninvited=uninvited))


def is_held(review: Review, today: date) -> bool:
    """Whether it is over who comes: the day is, or somebody wrote down on it who was there."""
    return today > review.day or (today == review.day and review.body.attendance is not None)


def _refuse_once_held(review: Review, today: date) -> None:
    if is_held(review, today):
        raise Refused("held")


def _tell(session: Session, review: Review, entry: ThreadEntry) -> None:
    """A step of the child's own timeline, sealed to her pictures; and with who decided it beside her words."""
    thread = threads_store.find_thread(session, review.statement.thread_id) if review.statement else None
    if thread is not None:
        step = dict(entry.said)
        threads_store.add_timeline_step(session, thread, step.pop("step"), entry.day, **step)
        threads_store.add_entry(session, thread, entry)
