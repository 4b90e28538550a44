"""What came in a tablet's name with an ended pass alone was refused: an adult reads so, and says what it was.

Mostly it is a copy of a pass that somebody else goes on sending with. It may be the tablet itself, whose cookie was
deleted while children's words wait on it: nobody here can tell them apart, but whoever has the tablet in her hands can.
Source: PRIVACY.md C, "The tablet's queue": nothing said may be lost.
"""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.sites.models import TabletRow
from youthvoice.sites.store import Site
from youthvoice.sites.tablets.tablet_status import last_daily_hour

TOLD_DAYS: Final = 14
"""So many days an adult reads of it after the last time."""


def list_refused(session: Session, site: Site, now: datetime) -> list[tuple[int, str, date]]:
    """Tablets in whose name something was refused, by name, and the day; from the daily hour of the next day on."""
    newest = last_daily_hour(site, now).date()
    rows = session.scalars(
        select(TabletRow)
        .where(
            TabletRow.site_id == site.id,
            TabletRow.lost_on.is_(None),
            TabletRow.refused_on.between(newest - timedelta(days=TOLD_DAYS), newest - timedelta(days=1)),
        )
        .order_by(TabletRow.name, TabletRow.id)
    )
    return [(row.id, row.name, row.refused_on) for row in rows if row.refused_on]


def take_refused(session: Session, tablet_id: int) -> None:
    """It is the tablet itself: take what waits on it, with any of its passes, until it says that nothing waits."""
    row = session.get_one(TabletRow, tablet_id)
    row.passes_from, row.emptied_at, row.refused_on = 0, None if row.retired_on else row.emptied_at, None


def leave_refused(session: Session, tablet_id: int) -> None:
    """It is somebody else: nothing more is taken, and an adult reads of it only if it comes again."""
    session.get_one(TabletRow, tablet_id).refused_on = None
