"""Columns of what is owed."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class Owed(Base):
    """Something an adult owes children, by a day.

    `kind` is `round` (the decider answers what children said), `safety` (advocates talk with the group),
    `too_many` (advocates look why more sheets came than children were invited) or `letters` (first look at
    a day's letters); `subject` names the row it is about. Owner is a person, or a role at the site. `locked` holds
    what it is about and every answer, under the kept-words key (`keeping`). Every safety question of a closed batch
    has a row, and only the locked part tells whether a child said harm; `settled_on` stays empty there, for the
    same reason. `shown_on` is the day from which a round's owner could answer.
    """

    __tablename__ = "owed"
    __table_args__ = (UniqueConstraint("kind", "subject", "site_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(160))
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    owner_role: Mapped[str | None] = mapped_column(String(30))
    due: Mapped[date]
    shown_on: Mapped[date | None]
    settled_on: Mapped[date | None]
