"""The pages of meetings for children: what comes up at one, what came of it, and which took place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.committees import store
from youthvoice.committees.agenda.item_view import ItemView, view_items
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings import minutes, page
from youthvoice.committees.meetings.rules import Meeting, Minutes, may_children_read_minutes
from youthvoice.committees.meetings.store import find_meeting, list_past_meetings
from youthvoice.sites.store import Site

MAX_PAST_MEETINGS: Final = 12
"""Meetings of one committee on a child's page."""


@dataclass(frozen=True, slots=True)
class MeetingView:
    """One meeting on a child's page.

    Attributes:
        items: its agenda, if the meeting is still to come.
        minutes: the minutes, if the child may read them; None if not, or if nothing is written.
        voices: the fields with a voice recording.
    """

    committee: Committee
    meeting: Meeting
    items: Sequence[ItemView]
    minutes: Minutes | None
    voices: frozenset[str]


def load_meeting_view(
    session: Session, site: Site, meeting_id: int, language: str, represents: int | None = None
) -> MeetingView | None:
    """A meeting of a committee of the tablet's site; None for any other.

    Args:
        session: only read.
        site: of the tablet.
        meeting_id: which.
        language: the child's.
        represents: the committee of the signed-in representative, who may also read drafts.
    """
    meeting = find_meeting(session, meeting_id)
    committee = store.find_committee(session, meeting.committee_id) if meeting else None
    if meeting is None or committee is None or committee.site_id != site.id or meeting.state == "cancelled":
        return None
    reads = may_children_read_minutes(meeting) or (represents == committee.id and meeting.minutes == "draft")
    meeting_minutes = minutes.read(session, meeting_id) if reads else None
    voices = minutes.voices(session, meeting_id) if reads else frozenset()
    planned = meeting.state == "planned"
    coming = page.load_agenda(session, meeting, context.now()).here if planned else ()
    items = view_items(session, coming, language, context.today(site.time_zone))
    return MeetingView(committee, meeting, items, meeting_minutes, voices)


def list_held_meetings(session: Session, site: Site, now: datetime) -> list[tuple[Committee, list[Meeting]]]:
    """The past meetings that took place, the latest first, by committee of a site; no committee without one."""
    committees = [*store.list_committees(session, [site.id]), *store.list_committees(session, [site.id], closed=True)]
    held_meetings = []
    for committee in committees:
        past_meetings = list_past_meetings(session, committee.id, now, MAX_PAST_MEETINGS)
        held_meetings.append((committee, [meeting for meeting in past_meetings if meeting.state == "held"]))
    return [(committee, meetings) for committee, meetings in held_meetings if meetings]
