"""Tables of what people say of translations."""

from datetime import date

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class LanguageSignatureRow(Base):
    """A coordinator signed for the sentences about danger and consent that lack two people, in one language of a site.

    `texts` are the hashes of those sentences as they were on that day: a sentence that changes is not signed for. `way`
    is a code of `rules.WAYS`, or `example`; `speaker` names who read them. `signed_by` is the coordinator's name on
    that day.
    """

    __tablename__ = "language_signatures"
    __table_args__ = (UniqueConstraint("site_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    language: Mapped[str] = mapped_column(String(12))
    way: Mapped[str] = mapped_column(String(10))
    speaker: Mapped[str] = mapped_column(String(60), default="")
    signed_by: Mapped[str] = mapped_column(String(80))
    signed_on: Mapped[date]
    texts: Mapped[list[str]] = mapped_column(JSON)


class TextReadingRow(Base):
    """An adult of this installation read a translated text without the English, or tried it with children.

    `text` is the hash of English and translation: a reading of changed words is not found. It belongs to no site.
    `name` is the adult's name on that day; `understood` what they said it means before they saw the English. `kind` is
    that of a mark, or `pending` until they compared it with the English, or `differs` where it means something else.
    """

    __tablename__ = "text_readings"
    __table_args__ = (UniqueConstraint("text", "kind", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(12), index=True)
    text: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    read_on: Mapped[date]
    understood: Mapped[str] = mapped_column(String(400), default="")
