"""Meetings that were missed at some sites, for the To do page of whoever holds or sets up committees (S25)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice.committees import store
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import MeetingFacts


def missed(session: Session, site_ids: Collection[int], now: datetime) -> list[tuple[CommitteeFacts, MeetingFacts]]:
    """The newest missed meeting of each committee that meets: one line each, however often nobody came.

    One that was followed by a meeting that was held is not pressing any more; its own page still says so.

    Args:
        session: only read.
        site_ids: where.
        now: this moment.
    """
    every = {one.id: one for one in store.at(session, site_ids)}
    newest = {one.committee_id: one for one in meetings.missed(session, every, now)}
    held = {one.id: meetings.last_of(session, one.id, now) for one in every.values() if one.id in newest}
    return [
        (every[committee_id], meeting)
        for committee_id, meeting in newest.items()
        if (last := held[committee_id]) is None or last.starts_at < meeting.starts_at
    ]
