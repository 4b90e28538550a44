"""The table of the outbox."""

from datetime import date, datetime
from typing import Final

from sqlalchemy import Index, LargeBinary, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc

_WAITS: Final = text("NOT given_up AND sent_on IS NULL")


class OutgoingMailRow(Base):
    """One mail to send at least once, under a stable Message-ID; deleted when the server accepted it.

    `locked` is the whole message under the mail key: no address or link is stored in clear. A `followed` mail
    stays, without its message, with the day on which a server accepted it (`sent_on`). `channel` is how it leaves
    (`outbox.Channel`). `reason` is the code of the last failure, never the text of a server, which may hold an
    address.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        Index(
            "ix_outgoing_mail_waits", "channel", "followed", "next_try_at",
            sqlite_where=_WAITS, postgresql_where=_WAITS,
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(Utc, index=True)
    leased_until: Mapped[datetime | None] = mapped_column(Utc)
    given_up: Mapped[bool] = mapped_column(default=False)
    followed: Mapped[bool] = mapped_column(default=False, server_default=false())
    reason: Mapped[str] = mapped_column(String(20), default="", server_default="")
    channel: Mapped[str] = mapped_column(String(8), default="mail", server_default="mail")
    sent_on: Mapped[date | None]
