"""The meeting that a staff page is about, for whoever may hold it."""

from dataclasses import dataclass
from datetime import date

from flask import abort

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import require
from youthvoice.committees import store
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import MeetingFacts
from youthvoice.sites import store as places


@dataclass(frozen=True, slots=True)
class Place:
    """A committee, and where and at which clock it meets."""

    committee: CommitteeFacts
    site: str
    mail_name: str
    time_zone: str
    languages: tuple[str, ...]

    @property
    def today(self) -> date:
        """The day it is there."""
        return running.today(self.time_zone)


@dataclass(frozen=True, slots=True)
class Scene:
    """One meeting, and whose it is."""

    at: Place
    meeting: MeetingFacts

    @property
    def committee(self) -> CommitteeFacts:
        """Whose meeting it is."""
        return self.at.committee


def place_or_404(committee_id: int) -> Place:
    """A committee that the caller facilitates, or of a site of hers; else 404, like one that does not exist."""
    caller = require()
    committee = store.find(db.session(), committee_id)
    if committee is None or not (committee.site_id in caller.site_ids or committee.facilitator_id == caller.person_id):
        abort(404)
    site = places.site(db.session(), committee.site_id)
    assert site is not None  # a foreign key says so
    return Place(committee, site.name, site.mail_name, site.time_zone, tuple(site.languages))


def scene_or_404(meeting_id: int) -> Scene:
    """A meeting of such a committee; else 404."""
    meeting = meetings.find(db.session(), meeting_id) or abort(404)
    return Scene(place_or_404(meeting.committee_id), meeting)
