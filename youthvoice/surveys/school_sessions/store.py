"""Store school sessions: the rules for one, and its encrypted record of themes and children present.

Source: STANDARDS.md 34; PRIVACY.md A12 (never about an identifiable adult or event).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.accountability.entities import AnswerDue, ReplyWords
from youthvoice.accountability.store import create_answer_due, find_by_subject
from youthvoice.accounts.store import names_of_people
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.surveys.models import SchoolSessionRow
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.rules import RuleRefusal
from youthvoice.surveys.rounds.store import list_rounds_by_id

THEMES: Final = (
    "safe_adults", "bullying", "online", "body", "work", "early_marriage", "going_away", "papers", "school", "food",
    "health", "family", "play", "to_be_heard",
)  # fmt: skip
"""Themes of a session, as a list to tick: no names, no quotes, nothing that happened to one child."""

MAX_CHILDREN_PRESENT: Final = 5_000

MAX_SENTENCE_CHARACTERS: Final = 300  # of the sentence for children

MAX_DAYS_UNTIL_DUE: Final = 92  # days after the session within which the answer is due


def session_refusals(session_row: SchoolSessionRow) -> Iterator[RuleRefusal]:
    """Every rule that a planned session breaks."""
    if not session_row.permission.strip():
        yield RuleRefusal("no_permission", "permission")
    if not session_row.class_name.strip():
        yield RuleRefusal("no_class", "class_name")
    if session_row.due <= session_row.day:
        yield RuleRefusal("due_too_early", "due")
    elif (session_row.due - session_row.day).days > MAX_DAYS_UNTIL_DUE:
        yield RuleRefusal("due_too_late", "due", {"most": MAX_DAYS_UNTIL_DUE})


def refusal_to_archive(*, is_answered: bool, is_filled: bool) -> str | None:
    """Why a session cannot be archived: it has no record, or nobody said what was changed because of it."""
    if not is_filled:
        return "not_filled"
    return None if is_answered else "not_answered"


SESSION_KIND = "session"

SESSION_PICTURE = "1F3EB"

_PADDED_LENGTH = 8_000  # bytes: every theme, and a sentence of 300 letters in several languages


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What was recorded about a session.

    Attributes:
        children: how many were present; None until it is filled in.
        themes: codes.
        sentence: for children, by language, as an advocate agreed to it; empty before.
    """

    children: int | None = None
    themes: tuple[str, ...] = ()
    sentence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SchoolSession:
    """One session with its record.

    Attributes:
        row: its plan.
        holder: name of the adult who held it.
        owner: name of the adult who says what was changed because of it.
        record: of children present and themes.
        answer_due: about what was changed.
        rounds: the rounds before and after.
    """

    row: SchoolSessionRow
    holder: str
    owner: str
    record: SessionRecord
    answer_due: AnswerDue | None
    rounds: tuple[Round, ...]

    def state(self, today: date) -> str:
        """Its state: `coming`, `to_fill`, `asked`, `answered` or `archived`."""
        if self.row.archived_on:
            return "archived"
        if self.row.day > today:
            return "coming"
        if self.record.children is None:
            return "to_fill"
        return "answered" if self.is_answered else "asked"

    @property
    def due(self) -> date:
        """The last day in time for it; earlier than planned at a site that closes."""
        return self.answer_due.due if self.answer_due else self.row.due

    @property
    def is_answered(self) -> bool:
        """Whether an adult said what was changed because of it."""
        return self.answer_due is not None and self.answer_due.settled_on is not None

    @property
    def where(self) -> str:
        """School and class, in one line."""
        return ", ".join(part for part in (self.row.school, self.row.class_name) if part)


def add_school_session(session: Session, session_row: SchoolSessionRow, about: ReplyWords, day: date, log: Log) -> int:
    """Add a session, and the answer due about what was changed because of it; returns its row id.

    Args:
        session: may write.
        session_row: one that `session_refusals` does not refuse.
        about: its name in answers due, by language.
        day: today at the site.
        log: in the name of the adult who adds it.
    """
    session_row.id = session_id = db.random_row_id()
    session_row.locked = _encrypt_record(context.keyring(), session_id, SessionRecord())
    session.add(session_row)
    session.flush()
    create_answer_due(
        session, site_id=session_row.site_id, kind=SESSION_KIND, subject=str(session_id), about=about,
        due=session_row.due, owner_id=session_row.owner_id, picture=SESSION_PICTURE, day=day,
    )  # fmt: skip
    log.add(session, "session.add", str(session_id))
    return session_id


def record_school_session(session: Session, session_id: int, session_record: SessionRecord, log: Log) -> None:
    """Store the record of a session, in place of an earlier one."""
    row = session.get_one(SchoolSessionRow, session_id, with_for_update=True)
    row.locked = _encrypt_record(context.keyring(), session_id, session_record)
    session.flush()
    log.add(session, "session.heard", str(session_id))


def archive_school_session(session: Session, session_id: int, day: date, log: Log) -> None:
    """Archive a session; the caller has checked `refusal_to_archive`."""
    session.get_one(SchoolSessionRow, session_id, with_for_update=True).archived_on = day
    session.flush()
    log.add(session, "session.archive", str(session_id))


def find_school_session(session: Session, session_id: int, site_ids: Collection[int]) -> SchoolSession | None:
    """Find a session of some sites."""
    query = select(SchoolSessionRow).where(SchoolSessionRow.id == session_id, SchoolSessionRow.site_id.in_(site_ids))
    return next(iter(_load_sessions(session, query)), None)


def list_school_sessions(session: Session, site_ids: Collection[int]) -> list[SchoolSession]:
    """List the sessions of some sites, the latest first."""
    query = select(SchoolSessionRow).where(SchoolSessionRow.site_id.in_(site_ids))
    return _load_sessions(session, query.order_by(SchoolSessionRow.day.desc(), SchoolSessionRow.id))


def find_session_of_round(session: Session, round_id: int) -> int | None:
    """Find the session that a round belongs to."""
    is_its_round = (SchoolSessionRow.before_id == round_id) | (SchoolSessionRow.after_id == round_id)
    return session.scalar(
        select(SchoolSessionRow.id).where(is_its_round).order_by(SchoolSessionRow.day.desc()).limit(1)
    )


def _load_sessions(session: Session, query: Select[SchoolSessionRow]) -> list[SchoolSession]:
    rows = session.scalars(query).all()
    people = names_of_people(session, [each for row in rows for each in (row.held_by, row.owner_id)])
    ids = [round_id for row in rows for round_id in (row.before_id, row.after_id) if round_id]
    rounds = {round_.id: round_ for round_ in list_rounds_by_id(session, ids)} if ids else {}
    return [
        SchoolSession(
            row=row,
            holder=people[row.held_by],
            owner=people[row.owner_id],
            record=_decrypt_record(context.keyring(), row.id, row.locked),
            answer_due=find_by_subject(session, SESSION_KIND, str(row.id)),
            rounds=tuple(rounds[round_id] for round_id in (row.before_id, row.after_id) if round_id in rounds),
        )
        for row in rows
    ]


def _encrypt_record(keyring: Keyring, session_id: int, session_record: SessionRecord) -> bytes:
    return encrypt_json(keyring, KEPT_WORDS, session_record, _purpose(session_id), _PADDED_LENGTH)


def _decrypt_record(keyring: Keyring, session_id: int, blob: bytes) -> SessionRecord:
    return decrypt_json(keyring, KEPT_WORDS, blob, _purpose(session_id), SessionRecord)


def _purpose(session_id: int) -> SealingContext:
    return sealing_context("school-session", session_id)
