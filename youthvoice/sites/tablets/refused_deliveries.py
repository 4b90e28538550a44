"""Refused deliveries: envelopes that came with an ended pass, without their tablet's cookie. An adult decides on them.

Usually somebody else goes on sending with a copied pass. It may also be the tablet itself, if its cookie was deleted
while children's words wait on it. The server cannot tell these apart, but a person with the tablet in hand can.
Source: PRIVACY.md C, "The tablet's queue": nothing said may be lost.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from youthvoice.sites.models import TabletRow
from youthvoice.sites.store import Site
from youthvoice.sites.tablets.tablet_status import last_daily_hour

SHOWN_DAYS: Final = 14
"""For how many days after the last one adults are shown a refusal."""


class RefusedTablet(NamedTuple):
    """A tablet in whose name a delivery was refused, the last one on a day."""

    site_id: int
    id: int
    name: str
    day: date


def list_refused(session: Session, sites: Iterable[Site], now: datetime) -> list[RefusedTablet]:
    """Each tablet in whose name a delivery was refused, sorted by name.

    A refusal is listed from the daily hour of the next day on, for `SHOWN_DAYS`.
    """
    newest = {site.id: last_daily_hour(site, now).date() for site in sites}
    refused = (TabletRow.lost_on.is_(None), TabletRow.refused_on.is_not(None))
    query = select(TabletRow).where(TabletRow.site_id.in_(newest), *refused).order_by(TabletRow.name, TabletRow.id)
    return [
        RefusedTablet(row.site_id, row.id, row.name, row.refused_on)
        for row in session.scalars(query)
        if row.refused_on and timedelta(days=1) <= newest[row.site_id] - row.refused_on <= timedelta(days=SHOWN_DAYS)
    ]


def take_refused(session: Session, tablet_id: int) -> None:
    """It is the tablet itself: accept what waits on it, with any of its passes, until it reports that it is empty."""
    row = session.get_one(TabletRow, tablet_id)
    row.refused_on = None
    row.passes_from = 0  # a pass of any day is accepted again
    if row.retired_on:
        row.emptied_at = None  # of a retired tablet that is known to be empty nothing is accepted (`device`)


def leave_refused(session: Session, tablet_id: int) -> None:
    """It is somebody else: accept nothing more, and show it to an adult only if it comes again."""
    session.get_one(TabletRow, tablet_id).refused_on = None
