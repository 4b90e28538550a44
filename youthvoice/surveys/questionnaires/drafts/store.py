"""Drafts as they are kept: locked, each for whoever makes it alone, and no longer than somebody works on them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import lock_json, unlock_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.surveys.models import QuestionnaireDraftRow
from youthvoice.surveys.questionnaires.drafts.draft import DraftBody


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft and where it lies.

    Attributes:
        id: of its row.
        changed_on: the day of the last change.
        body: what it holds.
    """

    id: int
    changed_on: date
    body: DraftBody

    @property
    def ends_on(self) -> date:
        """The day on which it is thrown away if nobody changes it."""
        return self.changed_on + timedelta(days=DAYS_UNTOUCHED)

    def is_ending(self, day: date) -> bool:
        """Whether whoever makes it is told that its end is near."""
        return day >= self.ends_on - timedelta(days=DAYS_OF_WARNING)


DAYS_UNTOUCHED: Final = 180
"""After so many days without a change a draft is thrown away."""

DAYS_OF_WARNING: Final = 30

_ROOM_OF_A_DRAFT: Final = 16_000  # bytes; a larger one is padded up to the next multiple


def add_draft(session: Session, body: DraftBody, person_id: int, day: date) -> StoredDraft:
    """Keep a new draft of somebody."""
    row = QuestionnaireDraftRow(person_id=person_id, changed_on=day, locked=b"")
    session.add(row)
    session.flush()
    row.locked = lock_draft(context.keyring(), row.id, body)
    return StoredDraft(row.id, day, body)


def change_draft(session: Session, draft: StoredDraft, day: date) -> None:
    """Keep what a draft holds now; uploaded pictures that nothing of it shows go."""
    draft.body.drop_unused_pictures()
    locked = lock_draft(context.keyring(), draft.id, draft.body)
    found = update(QuestionnaireDraftRow).where(QuestionnaireDraftRow.id == draft.id)
    session.execute(found.values(locked=locked, changed_on=day))


def remove_draft(session: Session, draft_id: int) -> None:
    """Throw a draft away."""
    session.execute(delete(QuestionnaireDraftRow).where(QuestionnaireDraftRow.id == draft_id))


def find_draft(session: Session, draft_id: int, person_id: int) -> StoredDraft | None:
    """A draft of that person; nobody sees another's."""
    row = session.get(QuestionnaireDraftRow, draft_id)
    body = open_draft(context.keyring(), row.id, row.locked) if row and row.person_id == person_id else None
    return StoredDraft(draft_id, row.changed_on, body) if row and body else None


def list_drafts(session: Session, person_id: int) -> list[StoredDraft]:
    """Her drafts, the one changed last first; one whose key is gone is left out."""
    mine = select(QuestionnaireDraftRow).where(QuestionnaireDraftRow.person_id == person_id)
    rows = session.scalars(mine.order_by(QuestionnaireDraftRow.changed_on.desc(), QuestionnaireDraftRow.id.desc()))
    opened = ((row, open_draft(context.keyring(), row.id, row.locked)) for row in rows)
    return [StoredDraft(row.id, row.changed_on, body) for row, body in opened if body is not None]


def expire_drafts() -> None:
    """The job: throw away drafts that nobody changed for `DAYS_UNTOUCHED` days; the log has a line for each."""
    engine, today = db.engine(), context.today()
    over = QuestionnaireDraftRow.changed_on <= today - timedelta(days=DAYS_UNTOUCHED)
    with db.reading(engine) as session:
        if session.scalar(select(QuestionnaireDraftRow.id).where(over).limit(1)) is None:
            return
    with db.writing(engine) as session:
        for draft_id in sorted(
            session.scalars(delete(QuestionnaireDraftRow).where(over).returning(QuestionnaireDraftRow.id))
        ):
            Log(today, "work").add(session, "questionnaire.draft.expire", str(draft_id))
    db.forget_what_was_deleted(engine)


def lock_draft(keyring: Keyring, draft_id: int, body: DraftBody) -> bytes:
    """What a draft's row holds."""
    return lock_json(keyring, KEPT_WORDS, body, _draft_purpose(draft_id), _ROOM_OF_A_DRAFT)


def open_draft(keyring: Keyring, draft_id: int, locked: bytes) -> DraftBody | None:
    """What `lock_draft` locked; None where its key is gone."""
    try:
        return unlock_json(keyring, KEPT_WORDS, locked, _draft_purpose(draft_id), DraftBody)
    except (CannotOpen, KeyGone):
        return None


def count_unopenable_drafts(session: Session) -> int:
    """Drafts that do not open with the key files that are here."""
    rows = session.scalars(select(QuestionnaireDraftRow))
    return sum(open_draft(context.keyring(), row.id, row.locked) is None for row in rows)


def _draft_purpose(draft_id: int) -> SealingContext:
    return sealing_context("questionnaire", "draft", draft_id)
