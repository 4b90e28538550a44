"""The table of slips. What a slip was spent with is stored nowhere."""

from datetime import datetime

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class SlipRow(Base):
    """One dealt slip: a keyed hash of its pictures, and whether it was spent.

    `of` names its purpose, such as `round/river-1234/3` (at site 3) or `election/7`; the second half of a card has
    another hash.
    `withdrawn_at` is when an adult withdrew it to deal new ones.
    """

    __tablename__ = "slips"
    __table_args__ = (UniqueConstraint("of", "code_hash"), {"sqlite_with_rowid": False})

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    of: Mapped[str] = mapped_column(String(60), index=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    spent: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Utc)
