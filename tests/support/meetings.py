"""Meetings for tests: planned by the job, held at a moment of the clock. Plainly invented."""

from datetime import timedelta

from tests.support.committees import DAY
from youthvoice import context, db
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.agenda.store import list_items
from youthvoice.committees.entities import Committee
from youthvoice.committees.job import meetings_due
from youthvoice.committees.meetings import outcomes
from youthvoice.committees.meetings.outcomes import OutcomeEntry
from youthvoice.committees.meetings.rules import Meeting
from youthvoice.committees.meetings.store import add_meeting, find_meeting, find_next_meeting, record_attendance


def following(committee: Committee) -> Meeting:
    """The next meeting of a committee; planned by the job if there is none yet."""
    meetings_due()
    with db.reading(db.engine()) as session:
        meeting = find_next_meeting(session, committee.id, context.now())
    assert meeting
    return meeting


def now_of(meeting: Meeting) -> Meeting:
    """The same meeting, as it is now."""
    with db.reading(db.engine()) as session:
        found = find_meeting(session, meeting.id)
    assert found
    return found


def held(committee: Committee, children: int = 5, adults: int = 1) -> Meeting:
    """A meeting that began an hour ago, with so many there."""
    with db.writing(db.engine()) as session:
        start = context.now() + timedelta(minutes=1)
        meeting = add_meeting(session, committee, start, "", context.now())
        record_attendance(session, committee, meeting, children, adults, start)
    return now_of(meeting)


def enter(committee: Committee, meeting: Meeting, item: AgendaItem, entry: OutcomeEntry) -> None:
    """Say what came of an item."""
    with db.writing(db.engine()) as session:
        outcomes.record_outcome(session, committee, meeting, item, entry, context.now(), DAY)


def agenda_of(committee: Committee) -> list[AgendaItem]:
    """What waits for a meeting of a committee."""
    with db.reading(db.engine()) as session:
        return list_items(session, [committee.id], {"on_agenda", "discussed"})
