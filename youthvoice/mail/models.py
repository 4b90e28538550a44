"""Columns of the outbox."""

from datetime import date, datetime

from sqlalchemy import LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class OutgoingMailRow(Base):
    """One mail to send at least once, under a stable Message-ID; gone when the server took it.

    `locked` is the whole message under the mail key: neither address nor link stands here in clear. Of one that is
    `followed` there stays, without the message, that a server took it on `sent_on`. `reason` is the code of what went
    wrong last, never what a server said: that may hold an address.
    """

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(Utc, index=True)
    leased_until: Mapped[datetime | None] = mapped_column(Utc)
    given_up: Mapped[bool] = mapped_column(default=False)
    followed: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str] = mapped_column(String(20), default="", server_default="")
    sent_on: Mapped[date | None]
