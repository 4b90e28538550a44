"""The table of good news on the board."""

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class GoodNewsRow(Base):
    """Good news on a site's board, in an adult's words: nothing of the letter it came from.

    `locked` holds the words by language and the topic, encrypted, of one length. `week` is the Monday of the week in
    which two adults agreed, or one said why something is not there; no finer time is stored, and the id is random. An
    entry that says only why something is not on the board has no second adult. An entry that an advocate takes back is
    deleted. One `for_adult` is on no board: its reader is named in `locked`.
    """

    __tablename__ = "good_news"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    week: Mapped[date]
    locked: Mapped[bytes] = mapped_column(LargeBinary)
    written_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    for_adult: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
