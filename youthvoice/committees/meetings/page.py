"""What the pages of meetings show, gathered for their templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from youthvoice.accounts import store as people
from youthvoice.accounts.trust import trusted_at
from youthvoice.committees import store
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import CommitteeFacts, ItemFacts
from youthvoice.committees.item_states import WAITING
from youthvoice.committees.meetings import rules as meeting_rules
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import MeetingFacts
from youthvoice.privacy.keys.keyring import Keyring

_MOST_PAST = 60


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a meeting talks about.

    Attributes:
        here: what waits for this meeting, in the order of the agenda.
        later: what waits for another one; it may have been talked about all the same.
        gone: what was settled here, or went to adults or up.
        alone: how many things children talk about alone first; of these there are no words.
    """

    here: Sequence[ItemFacts]
    later: Sequence[ItemFacts]
    gone: Sequence[ItemFacts]
    alone: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a committee meets, for its page.

    Attributes:
        coming: planned meetings, the next one first.
        missed: those that began more than a day ago, and nobody said who was there (S25).
    """

    coming: Sequence[MeetingFacts]
    missed: Sequence[MeetingFacts]


def calendar(session: Session, committee_id: int, now: datetime) -> Calendar:
    """When a committee meets."""
    return Calendar(meetings.coming(session, committee_id, now, 2), meetings.missed(session, [committee_id], now))


def agenda(session: Session, keyring: Keyring, meeting: MeetingFacts, now: datetime) -> Agenda:
    """What a meeting talks about, or talked about."""
    waiting = items.on(session, keyring, [meeting.committee_id], WAITING)
    mine = [one for one in waiting if _is_for(session, one, meeting, now)]
    shown, alone = meeting_rules.parted(mine)
    others, _alone = meeting_rules.parted([one for one in waiting if one not in mine])
    of_it = items.of_meeting(session, keyring, meeting.id)
    gone = [one for one in of_it if one.state not in WAITING and not one.body.alone]
    return Agenda(shown, others, gone, alone)


def _is_for(session: Session, item: ItemFacts, meeting: MeetingFacts, now: datetime) -> bool:
    """Whether an item waits for a meeting; what has no meeting that is still to come waits for the next one."""
    if item.meeting_id == meeting.id:
        return True
    following = meetings.next_of(session, meeting.committee_id, now)
    if following is None or following.id != meeting.id:
        return False
    before = meetings.find(session, item.meeting_id) if item.meeting_id else None
    return before is None or meeting_rules.is_over(before, now)


def past(session: Session, committee_id: int, now: datetime) -> list[MeetingFacts]:
    """The past meetings of a committee, the latest first."""
    return meetings.past(session, committee_id, now, _MOST_PAST)


def adults(session: Session, committee: CommitteeFacts) -> list[tuple[int, str]]:
    """Who may owe an answer: the facilitator; where an adult is named for each item, everybody of the site."""
    if committee.kind.owner == "facilitator":
        return [(committee.facilitator_id, people.names(session, [committee.facilitator_id])[committee.facilitator_id])]
    return [(one.id, one.name) for one in trusted_at(session, [committee.site_id])]


def above(session: Session, committee: CommitteeFacts) -> str:
    """The name of the committee above, whether it still meets or not; empty where there is none."""
    found = store.find(session, committee.goes_up_to_id) if committee.goes_up_to_id else None
    return found.name if found else ""
