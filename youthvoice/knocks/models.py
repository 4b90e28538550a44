"""Tables of knocks: when adults listen, and one encrypted box for each site."""

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class ListeningTimeRow(Base):
    """Where and when an adult listens at a site every week. Children read it on the tablets of that site.

    `hours` are like `0-16 3-16`: a weekday from 0 (Monday) and the hour at which she begins, in the site's time zone.
    They are empty where she has stopped or left: the row stays, for a knock at her may still wait on a tablet.
    """

    __tablename__ = "listening_times"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(16))
    hours: Mapped[str] = mapped_column(String(40))


class KnockBoxRow(Base):
    """The box of a site: all that is known of knocks there, in one row of one length (`store.BOX_BYTES`).

    A knock has no row of its own, so the table holds neither their number nor their time. `moment` is the last fixed
    hour at which the box was emptied, such as `2026-11-30/12`; at each of them every box is encrypted again, whether
    anybody knocked or not. Source: PRIVACY.md A2, A10.
    """

    __tablename__ = "knock_boxes"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    moment: Mapped[str] = mapped_column(String(13))
    locked: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
