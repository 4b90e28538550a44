"""Columns of the grievance channel; the sealed words are in `threads`."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base, Utc


class ReportYearRow(Base):
    """A calendar year of a site's reports in bands; written once, locked, of one length."""

    __tablename__ = "report_years"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)


class DutyRow(Base):
    """A line of the rota: somebody is on call at a site on one day of every week (0 is Monday), or on some days once.

    `last_day` is the last of these days; days are those at the site.
    """

    __tablename__ = "on_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    weekday: Mapped[int | None]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]


class DailyNoticeRow(Base):
    """The day on which the advocates of a site were last sent the mail that comes every day."""

    __tablename__ = "daily_notices"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    day: Mapped[date]


class LateDayRow(Base):
    """What nobody did in time at one site: how many rungs were asked to sign in so far.

    `until` is the moment from which the next one is asked. The row goes when all of it was done.
    """

    __abstract__ = True

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    step: Mapped[int]
    until: Mapped[datetime] = mapped_column(Utc)


class LateLettersRow(LateDayRow):
    """Letters, by the day on which they were shown, that nobody opened in time."""

    __tablename__ = "letter_clocks"


class LateSuggestionsRow(LateDayRow):
    """Suggestions, by the day until which children were told that they are decided."""

    __tablename__ = "suggestion_clocks"
