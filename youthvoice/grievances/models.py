"""Columns of the grievance channel; the sealed words are in `threads`."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from youthvoice.db import Base


class ReportYear(Base):
    """A calendar year of a site's reports in bands; written once, locked, of one length."""

    __tablename__ = "report_years"

    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    locked: Mapped[bytes] = mapped_column(LargeBinary)
