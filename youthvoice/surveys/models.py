"""Tables of questionnaires, rounds, batches and responses.

A response has no column for a person, an address, a device or a time.
"""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc

_IS_OPEN: Final = text("closed_on IS NULL")

_AT_ONCE: Final = "'1970-01-01 00:00:00'"


class QuestionnaireRow(Base):
    """One version of a questionnaire; its questions never change. `body` is `Questionnaire.to_json()`.

    `notes` says what was left out or added when it was imported, as `errors.faults_as_data`. `overrides` holds, by
    question name, why a question may be asked though it seems to ask about abuse, as the approving advocate wrote.
    `back_reason` is why an advocate (`back_by`, row of `people`) sent it back. A withdrawn version is never approved.
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
        """Whether it waits for an advocate: not approved, not sent back, not withdrawn."""
        return self.approved_on is None and self.back_on is None and self.withdrawn_on is None

    @property
    def is_back(self) -> bool:
        """Whether an advocate sent it back, and it was neither approved nor withdrawn since."""
        return self.back_on is not None and self.approved_on is None and self.withdrawn_on is None


class QuestionnairePictureRow(Base):
    """An uploaded picture, stored once a version of a questionnaire shows it; like the version it never changes.

    `code` is a hash of its bytes. The bodies of the versions that show it hold the code, so that their digests cover
    it. A withdrawn picture has no content, and `instead` is the OpenMoji code of its substitute, or empty. `proposed`
    is a substitute that a coordinator chose and no advocate has decided about.
    """

    __tablename__ = "questionnaire_pictures"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    withdrawn_on: Mapped[date | None]
    instead: Mapped[str] = mapped_column(String(40), default="", server_default="")
    proposed: Mapped[str] = mapped_column(String(40), default="", server_default="")


class QuestionnaireDraftRow(Base):
    """A draft of a questionnaire, for its owner only; `locked` holds it under the kept-words key."""

    __tablename__ = "questionnaire_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    changed_on: Mapped[date]
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class RoundDraftsRow(Base):
    """The drafts of rounds of one person; `locked` holds them under the kept-words key."""

    __tablename__ = "round_drafts"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    changed_on: Mapped[date]
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class BatchRow(Base):
    """Responses that are counted together: those of one round, or of two waves that cards link.

    `outcome` is None while it waits, then `counted`, `chosen` (a choice: only the result is stored), `too_few`,
    `too_many` or `discarded`. `sealed_counts` is encrypted under the kept-counts key: the number of children and their
    counts, or the result. `looked` is the quarter in which the batch was last checked while it stays open: of a care
    round, or of two waves that cards link once the first is over. The batches of a pre/post pair share `pair`.
    While a batch is open, the job checks it at `due_at`, which follows from its dates and the rules; then it is the end
    of its round.
    """

    __tablename__ = "batches"
    __table_args__ = (
        Index("ix_batches_closed_on", "closed_on"),
        Index("ix_batches_due_at", "due_at", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pair: Mapped[str | None] = mapped_column(String(24), index=True)
    answers_key: Mapped[str] = mapped_column(String(80), index=True)
    looked: Mapped[str | None] = mapped_column(String(6))
    due_at: Mapped[datetime] = mapped_column(Utc, server_default=text(_AT_ONCE))
    closed_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    sealed_counts: Mapped[bytes | None] = mapped_column(LargeBinary)


class RoundRow(Base):
    """One use of a questionnaire; two adults fix all of this when it opens.

    `slug` names it in addresses. The job opens a round of feedback, and no adult. `ends_at` moves only to an
    earlier moment (`surveys end`). Where it asks for `slips`, only a response with a slip dealt for it counts,
    once. `group_name` is empty where the whole site is asked. `split` is `age`, `group` or `gender` where the view
    is split into parts; no row holds anything about a part.
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
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    seconded_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_on: Mapped[date | None]
    slips: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    group_name: Mapped[str] = mapped_column(String(80), default="", server_default="")
    split: Mapped[str] = mapped_column(String(10), default="", server_default="")


class RoundSiteRow(Base):
    """A site that answers a round; there are several where small sites are counted together.

    `first` marks the site whose time zone applies.
    """

    __tablename__ = "round_sites"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True, index=True)
    first: Mapped[bool] = mapped_column(default=False)


class AskedQuestionRow(Base):
    """Records that a site was asked a question in a period: a quarter, and for a lasting fact its year, too (T9).

    Where `AskedGroupRow` has rows with the same three keys, only these groups were asked; else the whole site was.
    """

    __tablename__ = "asked"

    identity: Mapped[str] = mapped_column(String(64), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))


class AskedGroupRow(Base):
    """Records that a group of a site was asked a question in a period, where the whole site was not.

    The group is no foreign key: it may be removed, and the record stays.
    """

    __tablename__ = "asked_groups"

    identity: Mapped[str] = mapped_column(String(64), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True)
    group_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))


class ResponseRow(Base):
    """One child's coded answers, encrypted and of equal length, until counted. Nothing else is stored with them."""

    __tablename__ = "sheets"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)


class SittingRow(Base):
    """A facilitator's checklist for one sitting of a round: the confirmed points and the day."""

    __tablename__ = "sittings"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
    checks: Mapped[dict[str, Any]] = mapped_column(JSON)


class ChoiceRow(Base):
    """A small everyday choice that an adult prepared, and its round once an advocate approved it.

    `ties` is the rule for a tie, `lot` or `both`. `again_until` is the last day on which it may be repeated without
    another approval; None where the advocate must approve each time. `dropped_on` is the day on which it was taken
    back.
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
    """A session at a school, or a talk at a site, and what was changed because of it (S34).

    `locked` holds the number of children present, the themes and the sentence that the advocates agreed on, under the
    kept-words key. `school` is empty where the session was held at the site itself.
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
