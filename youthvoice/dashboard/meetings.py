"""Meetings of committees of which nobody said who was there (S25); not a word of what they talk about."""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from youthvoice import context as running
from youthvoice.access.guard import Caller
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.meetings import missed as missing
from youthvoice.committees.meetings.entities import MeetingFacts
from youthvoice.dashboard.task import Item
from youthvoice.sites import store as places


def meetings(session: Session, caller: Caller, known: Mapping[int, tuple[str, date]]) -> Sequence[Item]:
    """One line for each committee of the caller's sites: to its meeting, or to the committee for who sets it up.

    Args:
        session: only read.
        caller: who asks.
        known: name and day of each of her sites.
    """
    holds = caller.may("committees.meet")
    if not holds and not caller.may("committees.set_up"):
        return []
    zones = {site.id: site.time_zone for site in places.sites_of(session, known)}
    return [
        _line(meeting, committee, known[committee.site_id], zones[committee.site_id], holds=holds)
        for committee, meeting in missing.missed(session, known, running.now())
    ]


def _line(meeting: MeetingFacts, committee: CommitteeFacts, at: tuple[str, date], zone: str, *, holds: bool) -> Item:
    site, today = at
    day = meeting.starts_at.astimezone(ZoneInfo(zone)).date()
    kind, key = ("missed", meeting.id) if holds else ("missed_there", committee.id)
    return Item(kind, str(key), {"en": committee.name}, site, day, (day - today).days)
