"""The table of clips."""

from datetime import date

from sqlalchemy import Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class ClipRow(Base):
    """A recording of an adult who reads one text; stored in the database, so that backups and other servers have it.

    `name` is the hash of language and text, `take` that of the sound. `place` is where the text was on the screens when
    it was recorded: if another text is there now, the clip is stale. A clip belongs to no site, as a questionnaire does
    not; the place of a text that only one site has begins with the site. The film of a text is a clip, too:
    its `language` is that of `film_voice`.
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
