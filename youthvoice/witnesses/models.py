"""The table of witness addresses, which get the daily mail with the head of the log."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class WitnessRow(Base):
    """One of two outside addresses, encrypted under the mail key, so that nobody can enter one in the database."""

    __tablename__ = "witnesses"

    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
