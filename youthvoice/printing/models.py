"""The table of stored PDFs."""

from datetime import date

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class KeptPdfRow(Base):
    """One document as PDF in one language; the work process makes it, and makes it again when its content changes.

    `kind` and `subject` name the document; `digest` is the MAC of its content, `locked` the PDF, or the letters that no
    font has. `asked` says that somebody opened it and it was missing or out of date.
    """

    __tablename__ = "kept_pdfs"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "language"),
        Index("ix_kept_pdfs_asked", "id", sqlite_where=text("asked = 1"), postgresql_where=text("asked")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(12))
    digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    locked: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12), default="asked", server_default="asked")
    asked: Mapped[bool] = mapped_column(default=False)
    made_on: Mapped[date | None]
