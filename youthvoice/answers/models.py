"""Columns of what is owed."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class Owed(Base):
    """Something an adult owes children, by a day.

    `kind` is `round` (the decider answers what children said), `safety` (advocates talk with the group),
    `too_many` (advocates look why more sheets came than children were invited) or `letters` (first look at
    a day's letters); `subject` names the row it is about. Owner is a person, or a role at the site. `about`
    says in words per language what it is about and holds nothing of a child. `parts` are the published
    questions that can be answered one by one: `[{"name": ..., "words": {language: text}}]`. `shown_on` is
    the day from which a round's owner could answer.
    """

    __tablename__ = "owed"
    __table_args__ = (UniqueConstraint("kind", "subject", "site_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(160))
    about: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    owner_role: Mapped[str | None] = mapped_column(String(30))
    due: Mapped[date]
    shown_on: Mapped[date | None]
    settled_on: Mapped[date | None]


class Reply(Base):
    """What the adult answered, as a whole (`part` is empty) or to one question of a round.

    `kind` is yes, partly, no_because, or `done` for a task of the advocates. `words` are the sentence for
    children, in `language`. `day` is the day of the first answer; correcting a word does not move it.
    """

    __tablename__ = "replies"

    owed_id: Mapped[int] = mapped_column(ForeignKey("owed.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(60), primary_key=True, default="")
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(12), default="en")
    by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    day: Mapped[date]
