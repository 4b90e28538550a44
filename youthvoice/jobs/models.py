"""Tables of the work process's heartbeat and of the database's own id."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class HeartbeatRow(Base):
    """When a kind of process last reported that it works or has finished: `work`, `backup`; or was refused."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc)


class DatabaseIdRow(Base):
    """The id to which the folder of key files is bound; one row."""

    __tablename__ = "database_id"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
