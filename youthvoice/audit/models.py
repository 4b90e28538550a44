"""Tables of the audit log."""

from datetime import date

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class AuditEntryRow(Base):
    """One line of the log; `seal` is the HMAC over the line and the seal before it."""

    __tablename__ = "audit_entries"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(120))
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHeadRow(Base):
    """The head of the log at the first check of a day (UTC): number and seal of its last line, and a MAC."""

    __tablename__ = "audit_heads"

    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int]
    seal: Mapped[bytes] = mapped_column(LargeBinary(32))
    mac: Mapped[bytes] = mapped_column(LargeBinary(32))
