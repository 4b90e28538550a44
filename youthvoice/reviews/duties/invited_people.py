"""The invited people of a review, and the decision about those whom the child does not want there.

An adult who can open the statement may withdraw an invitation, or keep it with a reason, until the review was held
(`is_held`); the child reads either. The person concerned learns from no page what the child said: they are invited, or
they are not. So the decision and its reason are sealed to the readers of the statement. When the child changes the
statement, an invitation that was kept needs a new decision. One that was withdrawn stays withdrawn, and the new
statement says who decided it. Only with new pictures nobody can read that: the child's old code opened it.
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
from youthvoice.reviews.statements.store import INVITATION, UNINVITED
from youthvoice.threads import store as threads_store
from youthvoice.threads.entities import ThreadEntry
from youthvoice.web.i18n import plain_words

STAYS: Final = "stays_invited"


class InvitedPerson(NamedTuple):
    """A person of an invited role.

    Attributes:
        person_id: row of `people`.
        name: of the person.
        comes: whether the person is invited; False where the invitation was withdrawn.
    """

    person_id: int
    name: str
    comes: bool


def list_invited(session: Session, review: Review) -> list[InvitedPerson]:
    """Everybody at the site with an invited role, by name, except the advocate and the reviewer."""
    holder_ids = {review.advocate_id, review.reviewer_id}
    invited = [
        person
        for person in list_trusted_people(session, [review.site_id])
        if person.role in review.body.invited and person.id not in holder_ids
    ]
    return [InvitedPerson(person.id, person.name, person.id not in review.body.uninvited) for person in invited]


@dataclass(frozen=True, slots=True)
class InvitationDecision:
    """The last decision about a person's invitation.

    Attributes:
        comes: whether the person is invited.
        by: who decided, row of `people`.
        day: at the site.
        words: the reason for keeping the invitation, as the child reads it; empty where it was withdrawn.
        language: of the reason.
    """

    comes: bool
    by: int
    day: date
    words: str = ""
    language: str = ""


def read_invitations(entries: Iterable[ThreadEntry], reader_id: int) -> dict[int, InvitationDecision]:
    """The last decision about each person, by row of `people`, from the entries of the statement's thread.

    Args:
        entries: in order.
        reader_id: the reader, who learns nothing about their own invitation.
    """
    decisions = {}
    for entry in entries:
        if entry.kind == INVITATION and entry.said["person"] != reader_id:
            texts = {name: str(entry.said.get(name, "")) for name in ("words", "language")}
            decisions[int(entry.said["person"])] = InvitationDecision(
                entry.said["step"] == STAYS, entry.by, entry.day, **texts
            )
    return decisions


def take_back_invitation(session: Session, review: Review, person_id: int, by: int, log: Log) -> Review:
    """Withdraw an invitation; the child reads it, and the caller commits.

    Raises:
        Refused: `held`, see `is_held`.
    """
    _refuse_once_held(review, log.day)
    if person_id in review.body.uninvited:
        return review
    log.add(session, "review.invited", review.key)
    _add_entry(session, review, ThreadEntry(INVITATION, by, log.day, said={"step": UNINVITED, "person": person_id}))
    uninvited = tuple(sorted({*review.body.uninvited, person_id}))
    return store.change_review(session, review, replace(review.body, uninvited=uninvited))


def keep_invitation(  # noqa: PLR0913, PLR0917 - whose, why, and who says so
    session: Session, review: Review, person_id: int, words: Mapping[str, str], by: int, log: Log
) -> Review:
    """Keep or restore an invitation that the child objects to; the child reads the reason.

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
    _add_entry(session, review, ThreadEntry(INVITATION, by, log.day, said=content))
    uninvited = tuple(row for row in review.body.uninvited if row != person_id)
    return store.change_review(session, review, replace(review.body, uninvited=uninvited))


def is_held(review: Review, today: date) -> bool:
    """Whether the decision about who comes is over: after the day, or once attendance was recorded on it."""
    return today > review.day or (today == review.day and review.body.attendance is not None)


def _refuse_once_held(review: Review, today: date) -> None:
    if is_held(review, today):
        raise Refused("held")


def _add_entry(session: Session, review: Review, entry: ThreadEntry) -> None:
    """Add a step to the child's own timeline, and an entry for the readers of the statement.

    Both name the decider, whom a changed statement takes from the timeline; the child's page does not show it.
    """
    thread = threads_store.find_thread(session, review.valid_statement.thread_id) if review.valid_statement else None
    if thread is not None:
        details = {name: value for name, value in entry.said.items() if name != "step"}
        threads_store.add_timeline_step(session, thread, entry.said["step"], entry.day, by=entry.by, **details)
        threads_store.add_entry(session, thread, entry)
