"""Columns of the addresses that get the daily note."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class WitnessRow(Base):
    """One of two outside addresses; all of it locked under the mail key, so that nobody writes himself in."""

    __tablename__ = "witnesses"

    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
