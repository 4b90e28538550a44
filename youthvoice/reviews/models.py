"""Columns of reviews. The words of a statement are in `threads`, what was decided in `accountability`."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class ReviewRow(Base):
    """One review of one child's care plan. From outside: where, on which day, which adults, and whether it is over.

    `locked` holds the rest (`entities.ReviewBody`), of one length: the case number, the step of care, who is invited,
    whether she was asked and what became of it. `decided_on` is the day on which the last wish had its decision.
    """

    __tablename__ = "reviews"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    day: Mapped[date]
    advocate_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    decided_on: Mapped[date | None]
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
