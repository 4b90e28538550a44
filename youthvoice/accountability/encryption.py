"""Encryption of answers due, and what a row says of its answer due.

The length of a row tells nothing about its content. A task that says "a child is afraid" is as long as a placeholder
row, before and after it was answered.

Kinds about safety are *quiet*: nobody without the key can tell from such a row whether a child said harm. Its
existence, dates, length and time of writing are the same either way. What happens to it is on the page of its site
(`quiet_pages`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, cast

from youthvoice import context
from youthvoice.accountability import entities, rules
from youthvoice.accountability.models import AnswerDueRow
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys import key_names
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.web.i18n.languages import TRANSLATED

_ROOM_OF_AN_ANSWER: Final = 4_000 * len(TRANSLATED)  # bytes: 600 letters in each language of the pages, and their JSON

_ROOM: Final = 4_000 + _ROOM_OF_AN_ANSWER  # bytes: a question in every language besides

_ROOM_OF_A_REVIEW: Final = 45_000
"""Bytes: a sentence of 240 letters in two languages for the plan and eleven wishes, and a second one for each."""

_ROOM_OF_A_DAY: Final = 2_000  # bytes: the deadline of one day's letters or suggestions; there are many of these


@dataclass(frozen=True, slots=True)
class AnswerDueBody:
    """The encrypted part of an answer due.

    Attributes:
        about: its subject, by language; empty in a placeholder.
        parts: the published questions that can be answered one by one.
        replies: the answers, by part.
        settled_on: of a quiet row the day of the answer; of others None, because a column has it.
        room: bytes of its subject, or in a placeholder of the subject it could have.
        picture: OpenMoji code of its subject, or empty.
        earlier: answers that children reopened, the oldest first.
        again: parts that were reopened and not answered since.
        late: who missed a deadline since it was last reopened.
        late_before: who missed a deadline before that.
        asked: of a quiet row its step of escalation; of others columns have it.
        tapped: uncounted sums of taps by part: yes, and not yet. No page shows them.
        first_in_time: whether it was in time when children first reopened it; None before, and where an older version
            stored the reopening.
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
    first_in_time: bool | None = None

    @property
    def is_answered(self) -> bool:
        """Whether everything is answered."""
        answered = {reply.part for reply in self.replies}
        return rules.is_answered(answered, [part.name for part in self.parts], self.again)

    def only_wishes_wait(self, kind: str) -> bool:
        """Whether only wishes of a child wait (`rules.only_wishes_wait`)."""
        return rules.only_wishes_wait(kind, [part.name for part in self.parts], [reply.part for reply in self.replies])

    @property
    def is_blank(self) -> bool:
        """Whether it is a placeholder, which exists so that a missing row tells nothing."""
        return not self.about


def size_of_subject(about: entities.ReplyWords) -> int:
    """The size of a subject in bytes.

    Args:
        about: the subject, or the one that it could be.
    """
    return len(json.dumps(dict(about), ensure_ascii=False).encode())


def encrypt_answer_due(keyring: Keyring, kind: str, answer_due_id: int, body: AnswerDueBody) -> bytes:
    """Encrypt the body for its row.

    Raises:
        KeyFileError: see `encrypt_json`.
    """
    room = _ROOM_OF_A_DAY if rules.ANSWER_DUE_KINDS[kind].by_itself else max(_ROOM, body.room + _ROOM_OF_AN_ANSWER)
    if kind == "review":
        room = _ROOM_OF_A_REVIEW
    return encrypt_json(keyring, key_names.KEPT_WORDS, body, _purpose(kind, answer_due_id), room)


def open_answer_due(keyring: Keyring, kind: str, answer_due_id: int, blob: bytes) -> AnswerDueBody:
    """Decrypt the body of this row.

    Raises:
        CannotOpen, KeyGone, KeyFileError: see `decrypt_json`.
    """
    return decrypt_json(keyring, key_names.KEPT_WORDS, blob, _purpose(kind, answer_due_id), AnswerDueBody)


def open_body(row: AnswerDueRow) -> AnswerDueBody:
    """Decrypt the body of a row.

    Raises:
        CannotOpen, KeyGone: the key is not the one with which it was encrypted.
    """
    return open_answer_due(context.keyring(), row.kind, row.id, row.locked)


def keep_body(row: AnswerDueRow, body: AnswerDueBody) -> None:
    """Encrypt a changed body into its row."""
    row.locked = encrypt_answer_due(context.keyring(), row.kind, row.id, body)


def _purpose(kind: str, answer_due_id: int) -> SealingContext:
    return sealing_context("owed", kind, answer_due_id)


QUIET_KINDS: Final = rules.kinds_with("quiet")
"""Kinds whose rows do not tell without the key whether they are placeholders, answered or escalated."""


def to_answer_due(row: AnswerDueRow, body: AnswerDueBody) -> entities.AnswerDue:
    """The answer due of one row."""
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
_LOCKED: Final = ("about", "picture", "parts", "replies", "earlier", "again", "late", "late_before", "first_in_time")


def is_ready_to_answer(row: AnswerDueRow) -> bool:
    """Whether it can be answered now."""
    return not rules.ANSWER_DUE_KINDS[row.kind].after_approval or row.shown_on is not None


def escalation_step_of(row: AnswerDueRow, body: AnswerDueBody) -> entities.EscalationStep:
    """The step of escalation of a row.

    A quiet row has it in its body: only a task about harm escalates, so a column would tell that it is no placeholder.

    Args:
        row: of any kind.
        body: of this row, decrypted.
    """
    return body.asked if row.kind in QUIET_KINDS else escalation_step_from_columns(row)


def escalation_step_from_columns(row: AnswerDueRow) -> entities.EscalationStep:
    """The step of escalation of a row that is not quiet; nothing is decrypted.

    Raises:
        ValueError: the row is quiet: its columns say for ever that only the owner was asked.
    """
    if row.kind in QUIET_KINDS:
        raise ValueError("The step of a quiet row is in its body")
    return entities.EscalationStep(cast(rules.Rung, row.rung), row.asked_until, row.reminded_on)


def last_day_in_time(row: AnswerDueRow, step: entities.EscalationStep) -> date:
    """The last day in time for the people who are asked now."""
    return rules.answer_deadline(row.due, row.shown_on, step.until)
