"""Columns of questionnaires, rounds, batches and sheets. A sheet has no field for a person, address, device or time."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class QuestionnaireRow(Base):
    """One version of a questionnaire; immutable. `body` is `Questionnaire.to_json()`.

    `notes` is what was left out or made up when it was read from somebody's form, as `errors.faults_as_data`.
    `overrides` is why a question may be asked though it seems to ask about abuse, by the question's name: written by
    the advocate who approved this version. `back_reason` is why an advocate (`back_by`, row of `people`) sent it back.
    A version that is withdrawn is never approved.
    """

    __tablename__ = "questionnaires"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), index=True)
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    imported_by: Mapped[str] = mapped_column(String(80))
    imported_on: Mapped[date]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_on: Mapped[date | None]
    notes: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    overrides: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    back_by: Mapped[int | None]
    back_on: Mapped[date | None]
    back_reason: Mapped[str | None] = mapped_column(String(600))
    withdrawn_on: Mapped[date | None]

    @property
    def waits(self) -> bool:
        """Whether it waits for an advocate: none approved it or sent it back, and nobody withdrew it."""
        return self.approved_on is None and self.back_on is None and self.withdrawn_on is None

    @property
    def is_back(self) -> bool:
        """Whether an advocate sent it back, and it was neither approved nor withdrawn since."""
        return self.back_on is not None and self.approved_on is None and self.withdrawn_on is None


class QuestionnairePictureRow(Base):
    """A picture that somebody uploaded for a questionnaire, once a version of it is kept; immutable, as that is.

    `code` is made of its bytes and stands in the bodies of the versions that show it, so that their digests cover it.
    Once it is withdrawn it has no content, and `instead` is the OpenMoji code that stands in its place, or empty.
    `proposed` is one that a coordinator chose for that, of which no advocate has said yes or no.
    """

    __tablename__ = "questionnaire_pictures"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    withdrawn_on: Mapped[date | None]
    instead: Mapped[str] = mapped_column(String(40), default="", server_default="")
    proposed: Mapped[str] = mapped_column(String(40), default="", server_default="")


class QuestionnaireDraftRow(Base):
    """A questionnaire that somebody is making, hers alone; `locked` holds it under the kept-words key."""

    __tablename__ = "questionnaire_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    changed_on: Mapped[date]
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class RoundDraftsRow(Base):
    """Rounds that somebody began to open, hers alone; `locked` holds them under the kept-words key."""

    __tablename__ = "round_drafts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    changed_on: Mapped[date]
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class BatchRow(Base):
    """Responses that are counted together: one round.

    `outcome` is None while it waits, then `counted`, `chosen` (a choice: only what won is kept), `too_few`,
    `too_many` or `discarded`. `sealed_counts` is locked under the kept-counts key: how many children and their counts,
    or what won. `looked` is the quarter in which a care round was last looked at. A pre/post pair shares `pair`.
    """

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    pair: Mapped[str | None] = mapped_column(String(24), index=True)
    answers_key: Mapped[str] = mapped_column(String(80), index=True)
    looked: Mapped[str | None] = mapped_column(String(6))
    closed_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    sealed_counts: Mapped[bytes | None] = mapped_column(LargeBinary)


class RoundRow(Base):
    """One use of a questionnaire; everything here is fixed when it opens, by two adults.

    `slug` is what addresses bear. `ends_at` moves only to an earlier moment (`surveys end`). Where it asks for `slips`,
    only a sheet with a slip that was dealt for it counts, once. `group_name` is empty where the whole site is asked.
    `split` is `age`, `group` or `gender` where the view is shown in parts; nothing of a part stands in any row.
    """

    __tablename__ = "rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(24), unique=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(20))
    wave: Mapped[str] = mapped_column(String(10))
    link: Mapped[str] = mapped_column(String(10), default="none")
    starts_at: Mapped[datetime] = mapped_column(Utc)
    ends_at: Mapped[datetime] = mapped_column(Utc)
    invited: Mapped[int]
    permission: Mapped[str] = mapped_column(String(200))
    decider_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    answer_due: Mapped[date]
    opened_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    seconded_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    ended_on: Mapped[date | None]
    slips: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    group_name: Mapped[str] = mapped_column(String(80), default="", server_default="")
    split: Mapped[str] = mapped_column(String(10), default="", server_default="")


class RoundSiteRow(Base):
    """A site that answers a round; several when small sites are pooled. `first` is the site whose clock rules."""

    __tablename__ = "round_sites"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True, index=True)
    first: Mapped[bool] = mapped_column(default=False)


class AskedQuestionRow(Base):
    """A question was asked of a site in a period (a quarter, or a year for a lasting fact): at most once (T9).

    Where `AskedGroupRow` has rows of the same three, these groups were asked; else the whole site was.
    """

    __tablename__ = "asked"

    identity: Mapped[str] = mapped_column(String(64), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))


class AskedGroupRow(Base):
    """A group of a site that was asked a question in a period, where its whole site was not.

    No reference to the group: it may be removed, and what was asked of it stays.
    """

    __tablename__ = "asked_groups"

    identity: Mapped[str] = mapped_column(String(64), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    group_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))


class ResponseRow(Base):
    """One child's coded answers, locked and of equal length, until counted. Nothing stands beside them."""

    __tablename__ = "sheets"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)


class SittingRow(Base):
    """A facilitator's checklist for one sitting of a round: which points she confirmed, on which day."""

    __tablename__ = "sittings"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
    checks: Mapped[dict[str, Any]] = mapped_column(JSON)


class ChoiceRow(Base):
    """A small everyday choice that somebody prepared, and its round once an advocate approved it.

    `ties` says how a tie ends, `lot` or `both`. `again_until` is the last day on which it may be asked again without
    asking her; None where she wants to be asked. `dropped_on` is the day somebody took it back.
    """

    __tablename__ = "choices"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaires.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"), unique=True)
    closes_at: Mapped[datetime] = mapped_column(Utc)
    decider_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    answer_due: Mapped[date]
    invited: Mapped[int]
    ties: Mapped[str] = mapped_column(String(10))
    prepared_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    prepared_on: Mapped[date]
    again_until: Mapped[date | None]
    dropped_on: Mapped[date | None]


class SchoolSessionRow(Base):
    """A session at a school, or a talk at a site, and what came of it (S34).

    `locked` holds how many children were there, what was heard and the sentence the advocates agreed on, under the
    kept-words key. `school` is empty where it was held at the site itself.
    """

    __tablename__ = "school_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    school: Mapped[str] = mapped_column(String(120))
    class_name: Mapped[str] = mapped_column(String(80))
    day: Mapped[date]
    permission: Mapped[str] = mapped_column(String(200))
    held_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    before_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"))
    after_id: Mapped[int | None] = mapped_column(ForeignKey("rounds.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    due: Mapped[date]
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    archived_on: Mapped[date | None]
