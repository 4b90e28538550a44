"""What pages of a meeting load first, and how they commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flask import abort
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import current_caller
from youthvoice.accounts.store import list_trusted_people, names_of_people
from youthvoice.committees.agenda.entities import WAITING_STATES, AgendaItem
from youthvoice.committees.agenda.rules import split_agenda
from youthvoice.committees.agenda.store import list_items, list_items_of_meeting
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings import store
from youthvoice.committees.meetings.rules import Meeting, is_meeting_over
from youthvoice.committees.store import find_committee
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.sites.store import Site, get_site

MAX_PAST_MEETINGS: Final = 60


@dataclass(frozen=True, slots=True)
class MeetingAgenda:
    """The agenda of one meeting.

    Attributes:
        here: items for this meeting, in the order of the agenda.
        later: items for another meeting; this one may have discussed them as well.
        gone: items that were settled here, or went to adults or up.
        alone: how many items children discuss alone first; their texts are not shown.
    """

    here: Sequence[AgendaItem]
    later: Sequence[AgendaItem]
    gone: Sequence[AgendaItem]
    alone: int


def load_agenda(session: Session, meeting: Meeting, now: datetime) -> MeetingAgenda:
    """The agenda of a meeting, coming or past."""
    waiting = list_items(session, [meeting.committee_id], WAITING_STATES)
    waiting_here = [item for item in waiting if _is_for(session, item, meeting, now)]
    here, alone = split_agenda(waiting_here)
    later, _alone = split_agenda([item for item in waiting if item not in waiting_here])
    items_of_meeting = list_items_of_meeting(session, meeting.id)
    gone = [item for item in items_of_meeting if item.state not in WAITING_STATES and not item.body.alone]
    return MeetingAgenda(here, later, gone, alone)


def _is_for(session: Session, item: AgendaItem, meeting: Meeting, now: datetime) -> bool:
    """Whether an item waits for a meeting; an item without a coming meeting waits for the next one."""
    if item.meeting_id == meeting.id:
        return True
    next_meeting = store.find_next_meeting(session, meeting.committee_id, now)
    if next_meeting is None or next_meeting.id != meeting.id:
        return False
    own_meeting = store.find_meeting(session, item.meeting_id) if item.meeting_id else None
    return own_meeting is None or is_meeting_over(own_meeting, now)


def list_possible_owners(session: Session, committee: Committee) -> list[tuple[int, str]]:
    """The adults who may owe an answer: the facilitator, or all of the site if an adult is named for each item."""
    if committee.kind.owner == "facilitator":
        facilitator_id = committee.facilitator_id
        return [(facilitator_id, names_of_people(session, [facilitator_id])[facilitator_id])]
    return [(person.id, person.name) for person in list_trusted_people(session, [committee.site_id])]


def name_of_committee_above(session: Session, committee: Committee) -> str:
    """The name of the committee above, open or closed; empty if there is none."""
    above = find_committee(session, committee.goes_up_to_id) if committee.goes_up_to_id else None
    return above.name if above else ""


@dataclass(frozen=True, slots=True)
class CommitteeContext:
    """A committee and its site."""

    committee: Committee
    site: Site

    @property
    def today(self) -> date:
        """Today at the site."""
        return context.today(self.site.time_zone)


@dataclass(frozen=True, slots=True)
class MeetingContext(CommitteeContext):
    """A meeting, its committee and its site."""

    meeting: Meeting


def committee_or_404(committee_id: int) -> CommitteeContext:
    """A committee that the caller facilitates, or at a site of the caller; else 404, as if it did not exist."""
    caller = current_caller()
    committee = find_committee(db.session(), committee_id)
    if committee is None or not (committee.site_id in caller.site_ids or committee.facilitator_id == caller.person_id):
        abort(404)
    return CommitteeContext(committee, get_site(db.session(), committee.site_id))


def meeting_or_404(meeting_id: int) -> MeetingContext:
    """A meeting of such a committee; else 404."""
    meeting = store.find_meeting(db.session(), meeting_id) or abort(404)
    committee_context = committee_or_404(meeting.committee_id)
    return MeetingContext(committee_context.committee, committee_context.site, meeting)


def commit_or_refuse(change: Callable[[], object]) -> str:
    """Make a change and commit it; if it is refused, roll back and return a code of `MEETING_REFUSALS`."""
    try:
        change()
    except Refused as error:
        code = error.code
    except ConcurrentUpdate:
        code = "meanwhile"
    else:
        db.session().commit()
        return ""
    db.session().rollback()
    return code
