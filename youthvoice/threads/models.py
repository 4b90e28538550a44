"""Columns of letters. Days only; no order of arrival is kept (tables without row numbers, random ids)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class Letter(Base):
    """Free text of a survey: sealed to a key of its own, under an outer layer of its destruction month.

    `shown_from` is the daily hour from which advocates see it; `day` is the day it arrived. The child's yes to others
    reading it is sealed with the words.
    """

    __tablename__ = "letters"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    question: Mapped[str] = mapped_column(String(60))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    destruction_month: Mapped[str] = mapped_column(String(7))
    day: Mapped[date]
    shown_from: Mapped[datetime] = mapped_column(Utc)
    looked_at_on: Mapped[date | None]


class Wrap(Base):
    """A letter's private key, wrapped to one advocate."""

    __tablename__ = "wraps"
    __table_args__ = ({"sqlite_with_rowid": False},)

    letter_id: Mapped[bytes] = mapped_column(ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
