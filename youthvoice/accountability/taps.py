"""Children confirm whether a promise was kept: anonymous taps that stay encrypted until they are counted, once a day.

The id of a tap is derived from the submission id of its page and from the subject. So one page counts once per subject,
however often it is sent. Nobody stores the submission id, so two taps of one page cannot be linked. A tap has no other
data, all taps have the same length, and counting deletes them.
Source: PRIVACY.md A2 (locked until counted) and A10 (such taps count once a day, "me too" once a week).

Together the taps confirm an answer or reopen it (`rules.tap_verdict`); otherwise their sum is stored, encrypted, and
added to that of the next day.
The same daily job also escalates tasks about safety.
"""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import bindparam, delete
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability import encryption, entities, escalation_job, quiet_pages, replies, rules
from youthvoice.accountability.models import TapCountRow, TapRow
from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.jobs.daily import days_due, do_once
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS, PEPPER
from youthvoice.sites.store import list_site_clocks

TAP_ID_BYTES: Final = 16

MAX_TAP_BYTES: Final = 400  # of subject and choice together

MAX_KIND_CHARACTERS: Final = 40  # as the column


def tap(session: Session, submission_id: bytes, kind: str, subject: str, what: str) -> None:
    """Store one tap; a second one from the same page replaces it.

    Args:
        session: may write.
        submission_id: the submission id of the page, 16 bytes.
        kind: what is counted together, such as `really_done/3`; it is not encrypted, so it must hold nothing of a
            child.
        subject: the subject.
        what: the child's choice.

    Raises:
        ValueError: the kind is longer than 40 characters, or subject and choice together than some 380 bytes.
    """
    tap_id = _tap_id(submission_id, kind, subject)
    content = [subject, what]
    if len(kind) > MAX_KIND_CHARACTERS or len(json.dumps(content, ensure_ascii=False).encode()) > MAX_TAP_BYTES:
        raise ValueError("A tap is short, so that all are of one length")
    blob = encrypt_json(context.keyring(), KEPT_WORDS, content, _purpose(kind, tap_id), MAX_TAP_BYTES)
    new = insert_into(TapRow, session.get_bind().dialect).values(id=tap_id, kind=kind, blob=blob)
    session.execute(new.on_conflict_do_update(index_elements=[TapRow.id], set_={"blob": blob}))


def untap(session: Session, submission_id: bytes, kind: str, subject: str) -> None:
    """Take a tap back before it was counted; without one nothing happens."""
    session.execute(delete(TapRow).where(TapRow.id == _tap_id(submission_id, kind, subject)))


_TAKE: Final = (
    delete(TapRow)
    .where(TapRow.kind.in_(bindparam("kinds", expanding=True)))
    .returning(TapRow.id, TapRow.kind, TapRow.blob)
)


def count_and_delete_taps(session: Session, kinds: Collection[str]) -> Counter[tuple[str, str]]:
    """Count all taps of some kinds and delete them. Of two concurrent counts, only one gets each tap.

    A tap that cannot be decrypted, because its key was destroyed, is deleted and not counted.

    Args:
        session: the transaction of what follows from the count.
        kinds: see `tap`.

    Returns:
        How often each choice was made about each subject.
    """
    deleted_rows = session.connection().execute(_TAKE, {"kinds": list(kinds)}).all()
    counted = Counter[tuple[str, str]]()
    for tap_id, kind, blob in deleted_rows:
        with suppress(CannotOpen, KeyGone):
            subject, what = decrypt_json(context.keyring(), KEPT_WORDS, bytes(blob), _purpose(kind, bytes(tap_id)))
            counted[subject, what] += 1
    return counted


def _tap_id(submission_id: bytes, kind: str, subject: str) -> bytes:
    message = json.dumps(
        ["tap", submission_id.hex(), kind, subject]
    ).encode()  # JSON, so that no two different taps have the same message
    return hmac.digest(context.keyring().key_or_new(PEPPER), message, hashlib.sha256)[:TAP_ID_BYTES]


def _purpose(kind: str, tap_id: bytes) -> SealingContext:
    return sealing_context("tap", kind, tap_id.hex())


YES: Final = "yes"

NOT_YET: Final = "not_yet"

TAP_ANSWERS: Final = frozenset({YES, NOT_YET})

_MAX_SUBJECT_CHARACTERS: Final = 120  # in the text of a page

_Taps = tuple[int, int]  # yes, not yet


@dataclass(frozen=True, slots=True)
class TapSubject:
    """The answer that a tap is about.

    Attributes:
        answer_due_id: id of the answer due.
        turn: how often its part was reopened before: a tap about an earlier answer does not count for this one.
        part: the question; empty for the whole.
    """

    answer_due_id: int
    turn: int
    part: str

    def __str__(self) -> str:
        """The subject as a page has it."""
        return f"{self.answer_due_id}-{self.turn}-{self.part}"

    @classmethod
    def read(cls, text: str) -> "TapSubject | None":
        """The subject from a page's text; None where no page of ours wrote it."""
        answer_due_id, _, rest = text.partition("-")
        turn, _, part = rest.partition("-")
        if not _is_number(answer_due_id) or not _is_number(turn) or len(text) > _MAX_SUBJECT_CHARACTERS:
            return None
        return cls(int(answer_due_id), int(turn), part)


def tap_subject(answer_due: entities.AnswerDue, part: str = rules.WHOLE) -> TapSubject:
    """The subject of a tap about an answer."""
    return TapSubject(answer_due.id, len(answer_due.earlier_of(part)), part)


def are_children_asked(answer_due: entities.AnswerDue, subject: TapSubject, today: date) -> bool:
    """Whether the page asks children today about exactly this answer."""
    reply = answer_due.reply(subject.part)
    return reply is not None and subject == tap_subject(answer_due, subject.part) and reply.may_ask_children(today)


def record_tap(
    session: Session, submission_id: bytes, answer_due: entities.AnswerDue, subject: TapSubject, what: str
) -> None:
    """Store a child's tap until the daily count."""
    tap(session, submission_id, _tap_kind(answer_due.site_id), str(subject), what)


def count_due_taps() -> bool:
    """Count the taps of each site once a day, from its daily hour on. A job; whether some are left (`do_once`)."""
    with db.reading(db.engine()) as session:
        due = days_due(list_site_clocks(session))
    return do_once(TapCountRow.day, due, _count_and_review)


def _count_and_review(session: Session, site_ids: Sequence[int], day: date) -> None:
    count_taps(session, site_ids, day)
    escalation_job.process_quiet_rows(session, site_ids, day)


def count_taps(session: Session, site_ids: Collection[int], day: date) -> None:
    """Count the taps of children at some sites, and confirm or reopen the answers they are about.

    Args:
        session: may write.
        site_ids: the sites.
        day: today there.
    """
    counts: dict[TapSubject, _Taps] = {}
    for (subject, what), times in count_and_delete_taps(session, [_tap_kind(site_id) for site_id in site_ids]).items():
        if answered_subject := TapSubject.read(subject):
            yes, not_yet = counts.get(answered_subject, (0, 0))
            counts[answered_subject] = (yes + times * (what == YES), not_yet + times * (what == NOT_YET))
    for answered_subject in sorted(
        counts, key=lambda subject: (subject.answer_due_id, subject.part, subject.turn)
    ):  # locked in one order, so that two counts in parallel do not deadlock
        with suppress(NoResultFound, CannotOpen, KeyGone):  # withdrawn, or its key is gone: the others still count
            _add_counts(session, answered_subject, counts[answered_subject], day)


def _add_counts(session: Session, subject: TapSubject, new: _Taps, day: date) -> None:
    row, _pages = quiet_pages.lock_row(session, subject.answer_due_id)
    body = encryption.open_body(row)
    reply = next((reply for reply in body.replies if reply.part == subject.part), None)
    if reply is None or subject.turn != sum(reply.part == subject.part for reply in body.earlier):
        return
    yes, not_yet = (before + more for before, more in zip(body.tapped.get(subject.part, (0, 0)), new, strict=True))
    tapped: Mapping[str, _Taps] = {**body.tapped, subject.part: (yes, not_yet)}
    encryption.keep_body(row, replace(body, tapped=tapped))
    session.flush()
    if not reply.may_ask_children(day):
        return
    verdict = rules.tap_verdict(yes, not_yet)
    if verdict == "wait":
        return
    apply_verdict = replies.reopen if verdict == "opened_again" else replies.confirm_done
    apply_verdict(session, subject.answer_due_id, day, subject.part)
    Log(day, "work").add(session, f"answer.{verdict}", f"{row.kind} {row.subject}")


def _tap_kind(site_id: int) -> str:
    return f"really_done/{site_id}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(db.MAX_ROW_ID)) and int(text) <= db.MAX_ROW_ID
