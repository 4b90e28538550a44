"""Meetings for tests: planned by the job, held at a moment of the clock. Plainly invented."""

from datetime import timedelta

from tests.committees.meeting_house import DAY
from youthvoice import context as running
from youthvoice import db
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import CommitteeFacts, ItemFacts
from youthvoice.committees.meetings import outcomes
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import MeetingFacts
from youthvoice.committees.meetings.outcomes import Said
from youthvoice.committees.meetings.planning_job import meetings_due


def following(committee: CommitteeFacts) -> MeetingFacts:
    """The next meeting of a committee; planned by the job if there is none yet."""
    meetings_due()
    with db.reading(db.engine()) as session:
        found = meetings.next_of(session, committee.id, running.now())
    assert found
    return found


def now_of(meeting: MeetingFacts) -> MeetingFacts:
    """The same meeting, as it is now."""
    with db.reading(db.engine()) as session:
        found = meetings.find(session, meeting.id)
    assert found
    return found


def held(committee: CommitteeFacts, children: int = 5, adults: int = 1) -> MeetingFacts:
    """A meeting that began an hour ago, with so many there."""
    with db.writing(db.engine()) as session:
        start = running.now() + timedelta(minutes=1)
        made = meetings.add(session, committee, start, "", running.now())
        meetings.hold(session, committee, made, children, adults, start)
    return now_of(made)


def enter(committee: CommitteeFacts, meeting: MeetingFacts, item: ItemFacts, said: Said) -> None:
    """Say what came of an item."""
    with db.writing(db.engine()) as session:
        outcomes.enter(session, running.keyring(), committee, meeting, item, said, running.now(), DAY)


def agenda_of(committee: CommitteeFacts) -> list[ItemFacts]:
    """What waits for a meeting of a committee."""
    with db.reading(db.engine()) as session:
        return items.on(session, running.keyring(), [committee.id], {"on_agenda", "discussed"})
