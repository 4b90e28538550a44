"""Tables of answers due, and of taps that confirm them."""

from datetime import date
from typing import Final

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base

_UNSETTLED: Final = text("settled_on IS NULL")

_SETTLED: Final = text("settled_on IS NOT NULL")


class AnswerDueRow(Base):
    """An answer or task that an adult owes children by a day.

    `kind` is a key of `rules.ANSWER_DUE_KINDS`: `round` (the decider answers what children said), `item` (an adult
    answers a committee), `choice` (what children chose together is done), `safety` (advocates talk with the group),
    `too_many` (advocates find out why more submissions came than children were invited), `letters` (first look at a
    day's letters) and others. `subject` names the row it is about. The owner is a person, or a role at the site.
    `locked` holds the subject and all answers, under the kept-words key (`encryption`).

    Every safety question of a closed batch has a row, and only the encrypted part tells whether a child said harm. For
    the same reason `settled_on`, `rung`, `asked_until` and `reminded_on` of such a row never change: `QuietPageRow` has
    its escalation. `shown_on` is the day from which the owner could answer.

    `rung` is the level of escalation that is asked now (`rules.next_level`); `asked_until` and `asked_id` are empty on
    the owner's level. `reminded_on` is the day of the last reminder.
    """

    __tablename__ = "owed"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "site_id"),
        Index("ix_owed_site_id", "site_id", "kind", "due"),
        Index("ix_owed_settled_on", "kind", "settled_on", sqlite_where=_SETTLED, postgresql_where=_SETTLED),
        Index("ix_owed_unsettled", "kind", "due", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(160))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    owner_role: Mapped[str | None] = mapped_column(String(30))
    due: Mapped[date]
    shown_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    rung: Mapped[str] = mapped_column(String(20), server_default="owner", default="owner")
    asked_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    asked_until: Mapped[date | None]
    reminded_on: Mapped[date | None]
    locked: Mapped[bytes] = mapped_column(LargeBinary)  # the last: to reach what is after it SQLite reads all of it


class QuietPageRow(Base):
    """What happened to the tasks about safety of a site (`quiet_pages`); each site has one, whatever children said.

    `states` holds by task who is asked and when it was answered, `replies` the answers, both under the kept-words key
    and as long as the number of its site's tasks allows, placeholders counted. `day` is that of the last writing
    at the daily hour of the site.
    """

    __tablename__ = "quiet_pages"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    states: Mapped[bytes] = mapped_column(LargeBinary)
    replies: Mapped[bytes] = mapped_column(LargeBinary)
    day: Mapped[date]


class DecisionMakerRow(Base):
    """The person who is asked at a site when an owner does not answer in time; a site without a row has none."""

    __tablename__ = "decision_makers"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)


class TapRow(Base):
    """One anonymous tap of a child, until it is counted. No time, no tablet, no order.

    `id` is derived from the submission id of the page, which nobody stores. `kind` says what is counted together, such
    as `really_done/3` for a site. `blob` holds subject and choice, encrypted, always of the same length.
    """

    __tablename__ = "taps"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)


class TapCountRow(Base):
    """The day on which the taps of a site were last counted."""

    __tablename__ = "taps_counted"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    day: Mapped[date]
