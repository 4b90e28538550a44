"""Frozen years of reports: written once, opened for the outside recipient."""

from collections.abc import Collection
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.compiled_sql import adding
from youthvoice.grievances.models import ReportYear
from youthvoice.grievances.statistics import rules as figures
from youthvoice.grievances.statistics.rules import Year
from youthvoice.privacy.crypto.contexts import Context, context
from youthvoice.privacy.encrypted_json import keep, open_kept
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import KEPT_WORDS
from youthvoice.threads import store as thread_store

_ROOM: Final = 2048
"""Bytes that every year has, with figures or without."""


def to_freeze(session: Session, today: date, sites: Collection[int]) -> list[int]:
    """The sites whose latest full year is not frozen yet."""
    done = select(ReportYear.site_id).where(ReportYear.year == figures.last_frozen(today))
    return sorted(set(sites) - set(session.scalars(done)))


def freeze(session: Session, keyring: Keyring, site_id: int, year: int) -> None:
    """Count and write a site's year, once; later reports, closings and endings change nothing in it."""
    told = [
        thread.marks
        for thread in thread_store.all_facts(session, keyring)
        if thread.line.site_id == site_id and thread.line.day.year == year and thread.marks.kind == "report"
    ]
    kept = figures.frozen(figures.year_of(year, told))
    locked = keep(keyring, KEPT_WORDS, kept, _purpose(site_id, year), _ROOM)
    values = {"site_id": site_id, "year": year, "locked": locked}
    session.execute(adding(ReportYear, session.get_bind().dialect).values(values).on_conflict_do_nothing())


def years(session: Session, keyring: Keyring, site_id: int) -> list[Year]:
    """Every frozen year of a site, the latest first."""
    rows = session.scalars(select(ReportYear).where(ReportYear.site_id == site_id).order_by(ReportYear.year.desc()))
    return [figures.thawed(open_kept(keyring, KEPT_WORDS, row.locked, _purpose(site_id, row.year))) for row in rows]


def _purpose(site_id: int, year: int) -> Context:
    return context("report-year", site_id, year)
