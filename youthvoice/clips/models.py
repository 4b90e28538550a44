"""Columns of clips."""

from datetime import date

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class ClipRow(Base):
    """An adult's voice saying one text; kept in the database, so that backups and other machines have it.

    `name` is the hash of language and words, `take` of the sound. `place` is where on the screens these words stood
    when they were recorded: when other words stand there now, the clip is stale. It belongs to no site, as a
    questionnaire does not; a place that only one site has begins with the site.
    """

    __tablename__ = "clips"
    __table_args__ = (Index("ix_clips_language_place", "language", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(24), unique=True)
    take: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(20))
    sound: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_on: Mapped[date]
