"""Store drafts of questionnaires, encrypted, each for its author only, until they are finished or expire."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, sealing_context
from youthvoice.privacy.encrypted_json import decrypt_json, encrypt_json
from youthvoice.privacy.keys.key_names import KEPT_WORDS
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.surveys.models import QuestionnaireDraftRow, QuestionnaireRow
from youthvoice.surveys.questionnaires import store
from youthvoice.surveys.questionnaires.drafts.draft import DraftBody, ascii_slug, free_name
from youthvoice.surveys.questionnaires.drafts.version_merge import MergedDraft, merge_version
from youthvoice.surveys.questionnaires.question_identity import SeriesPart, series_breaks
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A draft with its row.

    Attributes:
        id: of its row.
        person_id: of its author.
        changed_on: the day of the last change.
        body: its content.
    """

    id: int
    person_id: int
    changed_on: date
    body: DraftBody

    @property
    def ends_on(self) -> date:
        """The day on which it is deleted if nobody changes it."""
        return self.changed_on + timedelta(days=DAYS_UNTOUCHED)

    def is_revision_of(self, name: str) -> bool:
        """Whether it will be the next version of a questionnaire."""
        return bool(self.body.base) and self.body.name == name

    def is_ending(self, day: date) -> bool:
        """Whether its author is warned that it will be deleted soon."""
        return day >= self.ends_on - timedelta(days=DAYS_OF_WARNING)


DAYS_UNTOUCHED: Final = 180
"""Days without a change after which a draft is deleted."""

DAYS_OF_WARNING: Final = 30

_PADDED_BYTES: Final = 16_000  # a draft is padded up to the next multiple of these


def add_draft(session: Session, body: DraftBody, person_id: int, day: date) -> StoredDraft:
    """Store a new draft."""
    row = QuestionnaireDraftRow(person_id=person_id, changed_on=day, locked=b"")
    session.add(row)
    session.flush()
    row.locked = encrypt_draft(context.keyring(), row.id, body)
    return StoredDraft(row.id, person_id, day, body)


def change_draft(session: Session, draft: StoredDraft, day: date) -> None:
    """Store the current content of a draft, without uploaded pictures that it no longer shows."""
    draft.body.drop_unused_pictures()
    locked = encrypt_draft(context.keyring(), draft.id, draft.body)
    query = update(QuestionnaireDraftRow).where(QuestionnaireDraftRow.id == draft.id)
    session.execute(query.values(locked=locked, changed_on=day))


def remove_draft(session: Session, draft_id: int) -> None:
    """Delete a draft."""
    session.execute(delete(QuestionnaireDraftRow).where(QuestionnaireDraftRow.id == draft_id))


def find_draft(session: Session, draft_id: int, person_id: int, *, to_change: bool = False) -> StoredDraft | None:
    """Find a person's draft, never another's; with `to_change` its row is locked until the transaction ends."""
    row = session.get(QuestionnaireDraftRow, draft_id, with_for_update=to_change or None, populate_existing=to_change)
    return _open_row(row) if row and row.person_id == person_id else None


def list_drafts(session: Session, person_id: int) -> list[StoredDraft]:
    """List the drafts of a person, the one changed last first, without those whose key is gone."""
    return _list_opened(session, QuestionnaireDraftRow.person_id == person_id)


def list_drafts_of_others(session: Session, name: str, person_id: int) -> list[StoredDraft]:
    """List others' drafts of a questionnaire's next version; to mention them, never to show their content."""
    drafts = _list_opened(session, QuestionnaireDraftRow.person_id != person_id)
    return [draft for draft in drafts if draft.is_revision_of(name)]


def _list_opened(session: Session, condition: ColumnElement[bool]) -> list[StoredDraft]:
    newest_first = (QuestionnaireDraftRow.changed_on.desc(), QuestionnaireDraftRow.id.desc())
    rows = session.scalars(select(QuestionnaireDraftRow).where(condition).order_by(*newest_first))
    return [draft for row in rows if (draft := _open_row(row))]


def _open_row(row: QuestionnaireDraftRow) -> StoredDraft | None:
    body = open_draft(context.keyring(), row.id, row.locked)
    return StoredDraft(row.id, row.person_id, row.changed_on, body) if body else None


def expire_drafts() -> None:
    """Delete drafts that nobody changed for `DAYS_UNTOUCHED` days, with a log line for each; a job."""
    engine, today = db.engine(), context.today()
    is_untouched = QuestionnaireDraftRow.changed_on <= today - timedelta(days=DAYS_UNTOUCHED)
    with db.reading(engine) as session:
        if session.scalar(select(QuestionnaireDraftRow.id).where(is_untouched).limit(1)) is None:
            return
    query = delete(QuestionnaireDraftRow).where(is_untouched).returning(QuestionnaireDraftRow.id)
    with db.writing(engine) as session:
        for draft_id in sorted(session.scalars(query)):
            Log(today, "work").add(session, "questionnaire.draft.expire", str(draft_id))
    db.truncate_write_ahead_log(engine)


class Lineage(NamedTuple):
    """The versions that a draft follows.

    Attributes:
        base: the version that it began with; None where it began with nothing.
        base_questionnaire: that version.
        newest: the newest version of its name.
        merged: the result of merging the draft and a newer version; None where there is none.
        approved: whether any version was approved, so that children may have answered it; False where `base` is None.
    """

    base: QuestionnaireRow | None = None
    base_questionnaire: Questionnaire | None = None
    newest: QuestionnaireRow | None = None
    merged: MergedDraft | None = None
    approved: bool = False

    @property
    def fixed_purpose(self) -> str:
        """The purpose that the next version must have; empty where any is allowed."""
        return self.base_questionnaire.purpose if self.base_questionnaire and self.approved else ""

    @property
    def names(self) -> frozenset[str]:
        """The names of the questions of the base version."""
        questions = self.base_questionnaire.questions if self.base_questionnaire else ()
        return frozenset(question.name for question in questions)

    def refusal(self, questionnaire: Questionnaire) -> Literal["newer", "purpose", "same", ""]:
        """Why a draft cannot become the next version though no rule refuses it; empty where it can."""
        if self.newest is None or self.base is None:
            return ""
        if self.merged:
            return "newer"
        if self.fixed_purpose not in {"", questionnaire.purpose}:
            return "purpose"
        is_same = self.newest.digest == questionnaire.digest and self.newest.withdrawn_on is None
        return "same" if is_same else ""

    def breaks(self, question: Question) -> tuple[SeriesPart, ...]:
        """Why answers to a question would not be compared with those of earlier rounds."""
        before = self.base_questionnaire.question(question.name) if self.base_questionnaire and self.approved else None
        return series_breaks(before, question) if before else ()


def load_lineage(session: Session, body: DraftBody, chosen: Iterable[str] = ()) -> Lineage:
    """Load the versions that a draft follows.

    Args:
        session: the transaction.
        body: the draft.
        chosen: as for `merge_version`.
    """
    newest = store.latest_version(session, body.name)
    base = store.find_version(session, body.name, body.base) if body.base else None
    if base is None or newest is None:
        return Lineage(newest=newest)
    base_questionnaire = store.load_questionnaire(session, base.id)
    merged = None
    if newest.version > base.version:
        newest_questionnaire = store.load_questionnaire(session, newest.id)
        merged = merge_version(body, base_questionnaire, newest_questionnaire, newest.version, frozenset(chosen))
    approved = store.latest_approved_version(session, body.name) is not None
    return Lineage(base, base_questionnaire, newest, merged, approved)


def name_when_finished(session: Session, draft: StoredDraft, lineage: Lineage, title: str) -> str:
    """The name of the future version: another one where somebody took the name of a new draft.

    Args:
        session: the transaction.
        draft: any.
        lineage: the versions that it follows.
        title: its title, in some language.
    """
    if lineage.base or not lineage.newest:
        return draft.body.name
    return find_free_name(session, title or draft.body.name, draft.person_id)


def find_free_name(session: Session, title: str, person_id: int) -> str:
    """Find a name that no questionnaire and none of the person's drafts has."""
    names = {questionnaire_row.name for questionnaire_row in store.list_newest_versions(session)}
    names |= {draft.body.name for draft in list_drafts(session, person_id)}
    slugs = {name.replace("-", "_") for name in names | {*store.starter_names()}}
    return free_name(ascii_slug(title, 50), slugs, "form").replace("_", "-")


def encrypt_draft(keyring: Keyring, draft_id: int, body: DraftBody) -> bytes:
    """Encrypt the content of a draft for its row."""
    return encrypt_json(keyring, KEPT_WORDS, body, _draft_purpose(draft_id), _PADDED_BYTES)


def open_draft(keyring: Keyring, draft_id: int, locked: bytes) -> DraftBody | None:
    """Open the output of `encrypt_draft`; None where its key is gone."""
    try:
        return decrypt_json(keyring, KEPT_WORDS, locked, _draft_purpose(draft_id), DraftBody)
    except (CannotOpen, KeyGone):
        return None


def check_drafts() -> Iterator[bool]:
    """Whether each draft opens with the present key files."""
    rows = db.walk_rows(select(QuestionnaireDraftRow), QuestionnaireDraftRow.id)
    return (open_draft(context.keyring(), row.id, row.locked) is not None for row in rows)


def _draft_purpose(draft_id: int) -> SealingContext:
    return sealing_context("questionnaire", "draft", draft_id)
