"""What of a row is encrypted, and how; rows opened, and the quiet ones written anew together.

The length does not tell whether there is a word in it: an advocates' task that says "a child is afraid" is as long as a
blank one that says nothing, before it was answered and after.

Tasks about safety are `QUIET`: a row of one says nothing, neither by being there nor by its dates, its length, or by
when it was written last.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability import entities, rules
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import count_unopenable, lock_json, unlock_json
from youthvoice.privacy.keys import key_names
from youthvoice.privacy.keys.keyring import Keyring

_ROOM: Final = 16_000  # bytes: a question in every language, and an answer of 600 letters in several

_ROOM_OF_AN_ANSWER: Final = 12_000  # bytes: 600 letters in each language that pages speak, and what is around them

_ROOM_OF_A_REVIEW: Final = 45_000
"""Bytes: a sentence of 240 letters in two languages for the plan and eleven wishes, and a second one for each."""

_ROOM_OF_A_DAY: Final = 2_000  # of the clock of one day's letters or suggestions; there are many of these


@dataclass(frozen=True, slots=True)
class AnswerDueBody:
    """What nobody reads without the key files.

    Attributes:
        about: what it is about, per language; empty in a blank.
        parts: the published questions that can be answered one by one.
        replies: the answers, by part.
        settled_on: of a task about safety the day it was answered; of all else None, for a column says it.
        room: bytes that it needs to say what it is about, or would need if it were no blank.
        picture: OpenMoji code of what it is about, or empty.
        earlier: answers that children opened again, the oldest first.
        again: parts that were opened again and not answered since.
        late: who did not answer in time since it was opened last.
        late_before: the same of the times before.
        asked: of a task about safety how far it has climbed; of all else columns say it.
        tapped: by part how many taps said yes and not yet, and decided nothing so far. No page ever shows them.
    """

    about: entities.ReplyWords
    parts: tuple[entities.AnswerablePart, ...] = ()
    replies: tuple[entities.Reply, ...] = ()
    settled_on: date | None = None
    room: int = 0
    picture: str = ""
    earlier: tuple[entities.Reply, ...] = ()
    again: tuple[str, ...] = ()
    late: tuple[entities.MissedDeadline, ...] = ()
    late_before: tuple[entities.MissedDeadline, ...] = ()
    asked: entities.EscalationStep = field(default_factory=entities.EscalationStep)
    tapped: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def is_answered(self) -> bool:
        """Whether nothing is owed any more."""
        answered = {reply.part for reply in self.replies}
        return rules.is_answered(answered, [part.name for part in self.parts], self.again)

    def only_wishes_wait(self, kind: str) -> bool:
        """Whether what waits is about wishes of a child alone (`rules.only_wishes_wait`)."""
        return rules.only_wishes_wait(kind, [part.name for part in self.parts], [reply.part for reply in self.replies])

    @property
    def is_blank(self) -> bool:
        """Whether it is there only so that its absence cannot tell anything."""
        return not self.about


def max_body_size(about: entities.ReplyWords) -> int:
    """How many bytes something is about.

    Args:
        about: what it is about, or might be.
    """
    return len(json.dumps(dict(about), ensure_ascii=False).encode())


def lock_answer_due(keyring: Keyring, kind: str, owed_id: int, body: AnswerDueBody) -> bytes:
    """Lock it for one row.

    Raises:
        KeyFileError: as `lock_json`.
    """
    room = _ROOM_OF_A_DAY if rules.ANSWER_DUE_KINDS[kind].by_itself else max(_ROOM, body.room + _ROOM_OF_AN_ANSWER)
    if kind == "review":
        room = _ROOM_OF_A_REVIEW
    return lock_json(keyring, key_names.KEPT_WORDS, body, _purpose(kind, owed_id), room)


def open_answer_due(keyring: Keyring, kind: str, owed_id: int, blob: bytes) -> AnswerDueBody:
    """What was locked for this row.

    Raises:
        CannotOpen, KeyGone, KeyFileError: as `unlock_json`.
    """
    return unlock_json(keyring, key_names.KEPT_WORDS, blob, _purpose(kind, owed_id), AnswerDueBody)


def open_body(row: AnswerDueRow) -> AnswerDueBody:
    """What is locked in a row.

    Raises:
        CannotOpen, KeyGone: the kept-words key is not the one it was locked under.
    """
    return open_answer_due(context.keyring(), row.kind, row.id, row.locked)


def keep_body(row: AnswerDueRow, body: AnswerDueBody) -> None:
    """Lock it in its row anew."""
    row.locked = lock_answer_due(context.keyring(), row.kind, row.id, body)


def _purpose(kind: str, owed_id: int) -> SealingContext:
    return sealing_context("owed", kind, owed_id)


QUIET_KINDS: Final = rules.kinds_with("quiet")


def select_quiet_rows() -> Select[AnswerDueRow]:
    """Every quiet row, held until the commit, in one order: two who write them wait for each other."""
    again = select(AnswerDueRow).where(AnswerDueRow.kind.in_(QUIET_KINDS)).order_by(AnswerDueRow.id).with_for_update()
    return again.execution_options(populate_existing=True)


def has_quiet_rows(session: Session) -> bool:
    """Whether there is a quiet row at all."""
    return session.scalar(select(AnswerDueRow.id).where(AnswerDueRow.kind.in_(QUIET_KINDS)).limit(1)) is not None


def rewrite_quiet_rows(session: Session) -> None:
    """Write every quiet row anew, the blank ones too, under the newest key: which one was answered does not show.

    What does not open stays as it is; `flask doctor` tells of it.
    """
    for row in session.scalars(select_quiet_rows()):
        try:
            body = open_body(row)
        except (CannotOpen, KeyGone):
            continue
        keep_body(row, body)
    session.flush()


def count_unopenable_answers(session: Session) -> int:
    """How many rows do not open with the key files that are here."""
    return count_unopenable(session.scalars(select(AnswerDueRow)), open_body)


def read_answers_due(session: Session, query: Select[AnswerDueRow]) -> list[entities.AnswerDue]:
    """What some rows say; those that are only there so that their absence tells nothing are left out.

    Raises:
        CannotOpen, KeyGone: as `open_body`.
    """
    opened = [(row, open_body(row)) for row in session.scalars(query).all()]
    return [to_answer_due(row, body) for row, body in opened if not body.is_blank]


def to_answer_due(row: AnswerDueRow, body: AnswerDueBody) -> entities.AnswerDue:
    """What one row says."""
    step = escalation_step_of(row, body)
    return entities.AnswerDue(
        **{name: getattr(row, name) for name in _IN_CLEAR},
        **{name: getattr(body, name) for name in _LOCKED},
        ready=is_ready_to_answer(row),
        settled_on=body.settled_on or row.settled_on,
        rung=step.rung,
        until=last_day_in_time(row, step),
    )


_IN_CLEAR: Final = ("id", "site_id", "kind", "subject", "owner_id", "owner_role", "due", "asked_id", "shown_on")
_LOCKED: Final = ("about", "picture", "parts", "replies", "earlier", "again", "late", "late_before")


def is_ready_to_answer(row: AnswerDueRow) -> bool:
    """Whether it can be answered."""
    return not rules.ANSWER_DUE_KINDS[row.kind].after_approval or row.shown_on is not None


def escalation_step_of(row: AnswerDueRow, body: AnswerDueBody | None = None) -> entities.EscalationStep:
    """How far a row has climbed: of a quiet one its inside says so, for a column would tell; it must be given then."""
    if row.kind in QUIET_KINDS and body is not None:
        return body.asked
    return entities.EscalationStep(cast(rules.Rung, row.rung), row.asked_until, row.reminded_on)


def last_day_in_time(row: AnswerDueRow, step: entities.EscalationStep) -> date:
    """The last day that is in time for whoever is asked now."""
    return rules.answer_deadline(row.due, row.shown_on, step.until)


def lock_row(session: Session, owed_id: int) -> AnswerDueRow:
    """One row until the commit; of quiet ones all, in one order, so that two who answer wait for each other.

    Raises:
        NoResultFound: it was withdrawn.
    """
    kind = session.scalars(select(AnswerDueRow.kind).where(AnswerDueRow.id == owed_id)).one()
    if kind in QUIET_KINDS:
        return next(row for row in session.scalars(select_quiet_rows()) if row.id == owed_id)
    query = select(AnswerDueRow).where(AnswerDueRow.id == owed_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def rewrite_due_rows() -> None:
    """The job; where there are no such rows it writes nothing."""
    engine = db.engine()
    with db.reading(engine) as session:
        if not has_quiet_rows(session):
            return
    with db.writing(engine) as session:
        rewrite_quiet_rows(session)
    db.truncate_write_ahead_log(engine)
