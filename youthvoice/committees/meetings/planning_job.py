"""The job of meetings: the next two of every committee are written ahead, missed ones are flagged, items carry over.

Any number of work processes may run it beside each other: a meeting is planned once, an item carried once.
"""

from contextlib import suppress
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees import store
from youthvoice.committees.agenda.store import Meanwhile
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.meetings import promotion
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.carry_over import carry_over, let_go
from youthvoice.committees.meetings.minutes import store as minutes
from youthvoice.committees.meetings.rules import LOOKS_BACK, dates_between, is_of_rhythm, next_dates
from youthvoice.committees.models import Meeting
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.sites import store as places

AHEAD: Final = 2  # meetings that children and calendars can look forward to
_CANCELLED: Final = 8  # so many may be cancelled or moved in a row, and there are still two ahead


def meetings_due() -> None:
    """The job."""
    keyring, now = running.keyring(), running.now()
    with db.writing(db.engine()) as session:
        every = store.every(session)
        zones = {site.id: site.time_zone for site in places.every_site(session)}
        for committee in every:
            plan_ahead(session, committee, zones[committee.site_id], now)
        meetings.miss(session, now)
    with suppress(Meanwhile), db.writing(db.engine()) as session:  # the next look goes on
        _follow(session, keyring, every, zones, now)


def plan_ahead(session: Session, committee: CommitteeFacts, time_zone: str, now: datetime) -> None:
    """Write the next meetings of a committee down, and whatever its rhythm had while nobody looked.

    A rhythm that was changed meanwhile is followed from here on: what was planned by the old one, and not moved by
    hand, is not planned any more.
    """
    rhythm = (committee.first_at, committee.rhythm_days, time_zone)
    stale = [
        one.id
        for one in meetings.coming(session, committee.id, now, 100)
        if one.planned_for == one.starts_at and not is_of_rhythm(*rhythm, one.starts_at)
    ]
    let_go(session, stale)
    meetings.forget(session, stale)
    last = session.scalar(select(func.max(Meeting.planned_for)).where(Meeting.committee_id == committee.id))
    passed = dates_between(*rhythm, max(last, now - LOOKS_BACK), now) if last else []
    for moment in passed:
        meetings.plan(session, committee.id, moment, now)
    planned = [one.starts_at for one in meetings.coming(session, committee.id, now, 100)]
    for moment in next_dates(*rhythm, now, AHEAD + _CANCELLED):
        if sum(one < moment for one in planned) >= AHEAD:
            break
        if meetings.plan(session, committee.id, moment, now):
            planned.append(moment)


def _follow(
    session: Session, keyring: Keyring, every: list[CommitteeFacts], zones: dict[int, str], now: datetime
) -> None:
    """What follows from meetings that are over, and from committees that were closed."""
    days = {site_id: running.today(zone) for site_id, zone in zones.items()}
    for committee_id in promotion.closed_with_items(session):
        closed = store.find(session, committee_id)
        assert closed is not None  # it was just read
        promotion.come_back(session, keyring, committee_id, days[closed.site_id])
    for site_id, day in days.items():
        for closed in store.at(session, [site_id], closed=True):
            meetings.cancel_all(session, closed.id, now)
        minutes.lock_approved(session, site_id, day)
    for committee in every:
        carry_over(session, keyring, committee.id, now, days[committee.site_id])
