"""Tables of the reporting channel; the sealed texts are in `threads`."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class ReportYearRow(Base):
    """A calendar year of a site's reports, as bands; written once, encrypted, always of the same length."""

    __tablename__ = "report_years"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class DutyRow(Base):
    """An on-call duty: a person is on call at a site on one weekday (0 is Monday), or from `first_day` to `last_day`.

    The days are those at the site.
    """

    __tablename__ = "on_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    weekday: Mapped[int | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]


class DailyNoticeRow(Base):
    """The day on which the advocates of a site last got the daily mail."""

    __tablename__ = "daily_notices"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    day: Mapped[date]


class LateDayRow(Base):
    """A day of letters or suggestions whose deadline passed at a site; `step` is the number of levels notified so far.

    `until` is the moment from which the next level is notified. The row is deleted when everything of the day is done.
    """

    __abstract__ = True

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    step: Mapped[int]
    until: Mapped[datetime] = mapped_column(Utc)


class LateLettersRow(LateDayRow):
    """Letters that nobody opened in time, by the day on which they were shown."""

    __tablename__ = "letter_clocks"


class LateSuggestionsRow(LateDayRow):
    """Suggestions that nobody decided in time, by the day on which children were promised a decision."""

    __tablename__ = "suggestion_clocks"
