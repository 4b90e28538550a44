"""Tables of reviews. Statements are stored in `threads`, decisions in `accountability`."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class ReviewRow(Base):
    """One review of one child's care plan. Open columns tell the site, the day, the two adults, and whether it is over.

    `locked` holds the rest (`entities.ReviewBody`), always of the same length: the case number, the step of care, who
    is invited, whether the child was asked. `decided_on` is the day of the last decision. `version` does not count
    decisions about wishes, nor disagreement about them: the encrypted part does.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        Index("ix_reviews_list", "site_id", "day", "id", "version", "decided_on"),  # the list reads no locked row
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    day: Mapped[date]
    advocate_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    decided_on: Mapped[date | None]
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)


class ReviewLinkRow(Base):
    """A link by which an outside team reads one review for some days, with a number that is passed on separately.

    `token_hash` is SHA-256 of the token in the address. `wrapped` is the key of the statement under token and number
    together; empty once the link has ended. `tries` counts wrong numbers, each before it is checked. `locked` holds who
    made the link and when it was opened, for the child's advocate.
    """

    __tablename__ = "review_links"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    review_id: Mapped[bytes] = mapped_column(ForeignKey("reviews.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    until: Mapped[datetime] = mapped_column(Utc)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
