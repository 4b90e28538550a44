"""The table of introductions."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class IntroductionRow(Base):
    """One part of an adult's introduction: a portrait, or a greeting or a few words in one language.

    A draft is for its owner and the colleague who is asked to approve it; only an approved part is shown to children.
    `digest` is a hash of `content`. `seal` is a MAC over the other columns of an approved part, under the key file
    `people`: a face that somebody writes into a stolen database is not shown. A part that its owner takes back is
    deleted.
    """

    __tablename__ = "introductions"
    __table_args__ = (UniqueConstraint("person_id", "kind", "language", "approved"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(12))
    approved: Mapped[bool]
    digest: Mapped[str] = mapped_column(String(32), index=True)
    media: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    approved_by: Mapped[int | None]
    approved_on: Mapped[date | None]
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))
