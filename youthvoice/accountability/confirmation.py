"""Children say whether it is really done: taps that stay locked until they are counted, once a day.

The id of a tap follows from the random number of its page's sheet, which nobody but the page holds, and from what was
tapped about: one page counts once about one thing, however often it is sent, and two taps of one page cannot be told
to be of one page. Nothing else stands beside a tap, every one is as long as any other, and counting deletes it.
Source: PRIVACY.md A2 (locked until counted) and A10 (such taps move once a day, "me too" once a week).

What they say together opens an answer again or confirms it; else they are added up, locked, to those of the next day.
At that hour tasks about safety climb, too: the one job of this package that runs once a day.
"""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import delete
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability import encryption, entities, escalation_job, replies, rules
from youthvoice.accountability.models import TapCountRow, TapRow
from youthvoice.audit.audit_log import Log
from youthvoice.compiled_sql import insert_into
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.jobs.daily import days_due, do_once
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import lock_json, unlock_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS, PEPPER
from youthvoice.sites.store import list_all_sites

TAP_ID_BYTES: Final = 16

MAX_TAP_BYTES: Final = 400  # of what is about what, and what was tapped

MAX_KIND_CHARACTERS: Final = 40  # letters; as the column


def tap(session: Session, sheet: bytes, kind: str, subject: str, what: str) -> None:
    """Keep one tap; again from the same sheet replaces it.

    Args:
        session: may write.
        sheet: the 16 bytes of the page's sheet.
        kind: what is counted together, such as `really_done/3`; it stands in clear, so no word of a child's.
        subject: about what.
        what: what was tapped.

    Raises:
        ValueError: the kind is longer than 40 letters, or subject and what together than some 380 bytes.
    """
    tap_id = _id(sheet, kind, subject)
    kept = [subject, what]
    if len(kind) > MAX_KIND_CHARACTERS or len(json.dumps(kept, ensure_ascii=False).encode()) > MAX_TAP_BYTES:
        raise ValueError("A tap is short, so that all are of one length")
    blob = lock_json(context.keyring(), KEPT_WORDS, kept, _purpose(kind, tap_id), MAX_TAP_BYTES)
    new = insert_into(TapRow, session.get_bind().dialect).values(id=tap_id, kind=kind, blob=blob)
    session.execute(new.on_conflict_do_update(index_elements=[TapRow.id], set_={"blob": blob}))


def untap(session: Session, sheet: bytes, kind: str, subject: str) -> None:
    """Take a tap back, as long as it was not counted; without one nothing happens."""
    session.execute(delete(TapRow).where(TapRow.id == _id(sheet, kind, subject)))


def take_all_taps(session: Session, kind: str) -> Counter[tuple[str, str]]:
    """Count every tap of a kind and delete it; of two who count at once one gets a tap, never both.

    A tap that does not open any more, for its key is gone, is deleted and counts nothing.

    Args:
        session: the transaction of whatever follows from it.
        kind: as in `tap`.

    Returns:
        How often what was tapped about what.
    """
    gone = session.execute(delete(TapRow).where(TapRow.kind == kind).returning(TapRow.id, TapRow.blob)).all()
    counted = Counter[tuple[str, str]]()
    for tap_id, blob in gone:
        with suppress(CannotOpen, KeyGone):
            subject, what = unlock_json(context.keyring(), KEPT_WORDS, bytes(blob), _purpose(kind, bytes(tap_id)))
            counted[subject, what] += 1
    return counted


def _id(sheet: bytes, kind: str, subject: str) -> bytes:
    named = json.dumps(["tap", sheet.hex(), kind, subject]).encode()  # whatever the subject is, no two are named alike
    return hmac.digest(context.keyring().key_or_new(PEPPER), named, hashlib.sha256)[:TAP_ID_BYTES]


def _purpose(kind: str, tap_id: bytes) -> SealingContext:
    return sealing_context("tap", kind, tap_id.hex())


YES: Final = "yes"

NOT_YET: Final = "not_yet"

TAP_ANSWERS: Final = frozenset({YES, NOT_YET})

_LONGEST: Final = 120  # letters of what a tap is about

_LARGEST: Final = 2**31 - 1

_Taps = tuple[int, int]  # yes, not yet


@dataclass(frozen=True, slots=True)
class TapSubject:
    """Which answer a tap is about.

    Attributes:
        owed_id: of what was owed.
        turn: how often the part was opened again before: a tap about an earlier answer says nothing about this one.
        part: the question; empty for the whole.
    """

    owed_id: int
    turn: int
    part: str

    def __str__(self) -> str:
        """As a page bears it."""
        return f"{self.owed_id}-{self.turn}-{self.part}"

    @classmethod
    def read(cls, text: str) -> "TapSubject | None":
        """As a page bore it; None where no page of ours did."""
        owed_id, _, rest = text.partition("-")
        turn, _, part = rest.partition("-")
        if not _is_number(owed_id) or not _is_number(turn) or len(text) > _LONGEST:
            return None
        return cls(int(owed_id), int(turn), part)


def tap_subject(answer_due: entities.AnswerDue, part: str = rules.WHOLE) -> TapSubject:
    """What a tap on an answer is about."""
    return TapSubject(answer_due.id, len(answer_due.earlier_of(part)), part)


def are_children_asked(answer_due: entities.AnswerDue, subject: TapSubject, today: date) -> bool:
    """Whether children are asked about this very answer today."""
    reply = answer_due.reply(subject.part)
    return reply is not None and subject == tap_subject(answer_due, subject.part) and reply.may_ask_children(today)


def keep_tap(session: Session, sheet: bytes, answer_due: entities.AnswerDue, subject: TapSubject, what: str) -> None:
    """Keep a child's tap until the daily hour."""
    tap(session, sheet, _kind(answer_due.site_id), str(subject), what)


def count_due_taps() -> None:
    """The job: once a day, from the daily hour of each site on."""
    with db.reading(db.engine()) as session:
        due = days_due(list_all_sites(session))
    do_once(TapCountRow.day, due, _count_and_review)


def _count_and_review(session: Session, site_id: int, day: date) -> None:
    count_taps(session, site_id, day)
    escalation_job.review_quiet_rows(session, site_id, day)


def count_taps(session: Session, site_id: int, day: date) -> None:
    """Count what children of a site tapped, and do what follows.

    Args:
        session: may write.
        site_id: the site.
        day: today there.
    """
    found: dict[TapSubject, _Taps] = {}
    for (subject, what), times in take_all_taps(session, _kind(site_id)).items():
        if one := TapSubject.read(subject):
            yes, not_yet = found.get(one, (0, 0))
            found[one] = (yes + times * (what == YES), not_yet + times * (what == NOT_YET))
    for one in sorted(
        found, key=lambda subject: (subject.owed_id, subject.part, subject.turn)
    ):  # two who count wait for each other
        with suppress(NoResultFound, CannotOpen, KeyGone):  # withdrawn, or its key is gone: the others still count
            _add(session, one, found[one], day)


def _add(session: Session, subject: TapSubject, new: _Taps, day: date) -> None:
    row = encryption.lock_row(session, subject.owed_id)
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
    said = rules.tap_verdict(yes, not_yet)
    if said == "wait":
        return
    doing = replies.reopen if said == "opened_again" else replies.confirm_done
    doing(session, subject.owed_id, day, subject.part)
    Log(day, "work").add(session, f"answer.{said}", f"{row.kind} {row.subject}")


def _kind(site_id: int) -> str:
    return f"really_done/{site_id}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST)) and int(text) <= _LARGEST
