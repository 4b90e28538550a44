"""The calendar of a committee: its meetings and their agendas on staff pages, and the file for telephones.

Whoever has the link needs no sign-in, so a calendar says nothing of children: its name is the one that the site has in
letters, a meeting is called a meeting, and where it is stays inside. The link ends when the committee gets a new
version of it.

Source: RFC 5545; RFC 2104 (HMAC), shortened to 160 bits.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from flask import abort
from sqlalchemy.orm import Session

from youthvoice import context, db
from youthvoice.access.guard import current_caller
from youthvoice.accounts.store import list_trusted_people, names_of_people
from youthvoice.committees.agenda.entities import WAITING_STATES, AgendaItem
from youthvoice.committees.agenda.store import list_items, list_items_of_meeting
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings import store
from youthvoice.committees.meetings.rules import Meeting, is_meeting_over, split_agenda
from youthvoice.committees.store import change_committee, find_committee
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.privacy.keys.key_names import LINKS
from youthvoice.sites.store import Site, get_site

MAX_PAST_MEETINGS: Final = 60


@dataclass(frozen=True, slots=True)
class MeetingAgenda:
    """What a meeting talks about.

    Attributes:
        here: what waits for this meeting, in the order of the agenda.
        later: what waits for another one; it may have been talked about all the same.
        gone: what was settled here, or went to adults or up.
        alone: how many things children talk about alone first; of these there are no words.
    """

    here: Sequence[AgendaItem]
    later: Sequence[AgendaItem]
    gone: Sequence[AgendaItem]
    alone: int


def load_agenda(session: Session, meeting: Meeting, now: datetime) -> MeetingAgenda:
    """What a meeting talks about, or talked about."""
    waiting = list_items(session, [meeting.committee_id], WAITING_STATES)
    mine = [item for item in waiting if _is_for(session, item, meeting, now)]
    agenda_items, alone = split_agenda(mine)
    others, _alone = split_agenda([item for item in waiting if item not in mine])
    of_it = list_items_of_meeting(session, meeting.id)
    gone = [item for item in of_it if item.state not in WAITING_STATES and not item.body.alone]
    return MeetingAgenda(agenda_items, others, gone, alone)


def _is_for(session: Session, item: AgendaItem, meeting: Meeting, now: datetime) -> bool:
    """Whether an item waits for a meeting; what has no meeting that is still to come waits for the next one."""
    if item.meeting_id == meeting.id:
        return True
    following = store.find_next_meeting(session, meeting.committee_id, now)
    if following is None or following.id != meeting.id:
        return False
    before = store.find_meeting(session, item.meeting_id) if item.meeting_id else None
    return before is None or is_meeting_over(before, now)


def list_possible_owners(session: Session, committee: Committee) -> list[tuple[int, str]]:
    """Who may owe an answer: the facilitator; where an adult is named for each item, everybody of the site."""
    if committee.kind.owner == "facilitator":
        return [
            (committee.facilitator_id, names_of_people(session, [committee.facilitator_id])[committee.facilitator_id])
        ]
    return [(person.id, person.name) for person in list_trusted_people(session, [committee.site_id])]


def name_of_committee_above(session: Session, committee: Committee) -> str:
    """The name of the committee above, whether it still meets or not; empty where there is none."""
    found = find_committee(session, committee.goes_up_to_id) if committee.goes_up_to_id else None
    return found.name if found else ""


@dataclass(frozen=True, slots=True)
class CommitteeContext:
    """A committee, and where it meets."""

    committee: Committee
    site: Site

    @property
    def today(self) -> date:
        """The day it is there."""
        return context.today(self.site.time_zone)


@dataclass(frozen=True, slots=True)
class MeetingContext(CommitteeContext):
    """One meeting, and whose it is."""

    meeting: Meeting


def committee_or_404(committee_id: int) -> CommitteeContext:
    """A committee that the caller facilitates, or of a site of hers; else 404, like one that does not exist."""
    caller = current_caller()
    committee = find_committee(db.session(), committee_id)
    if committee is None or not (committee.site_id in caller.site_ids or committee.facilitator_id == caller.person_id):
        abort(404)
    return CommitteeContext(committee, get_site(db.session(), committee.site_id))


def meeting_or_404(meeting_id: int) -> MeetingContext:
    """A meeting of such a committee; else 404."""
    meeting = store.find_meeting(db.session(), meeting_id) or abort(404)
    committee = committee_or_404(meeting.committee_id)
    return MeetingContext(committee.committee, committee.site, meeting)


def commit_or_refuse(change: Callable[[], object]) -> str:
    """Change something and commit; a code of `MEETING_REFUSALS` where it cannot be, and nothing was written."""
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


CALENDAR_TYPE: Final = "text/calendar; charset=utf-8"

_MAC: Final = 20

_ID: Final = 4

_LONGEST: Final = 60  # letters of a token

_LASTS: Final = timedelta(hours=1)

_KEEPS: Final = timedelta(days=60)


def link_token(committee: Committee) -> str:
    """The token of a committee's calendar, as of today."""
    named = committee.id.to_bytes(_ID, "big")
    return base64.urlsafe_b64encode(_mac("calendar", named, committee.calendar_version) + named).rstrip(b"=").decode()


def find_by_token(session: Session, given: str) -> Committee | None:
    """The committee of a token; None for one that was not made here, or that was ended."""
    if len(given) > _LONGEST or not given.isascii():
        return None
    try:
        raw = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    committee = find_committee(session, int.from_bytes(raw[_MAC:], "big")) if len(raw) == _MAC + _ID else None
    if committee is None or not hmac.compare_digest(link_token(committee), given):
        return None
    return committee


def renew_link(session: Session, committee: Committee) -> None:
    """End every link to a committee's calendar that was handed out so far."""
    change_committee(session, committee.id, {"calendar_version": committee.calendar_version + 1})


def list_meetings(session: Session, committee: Committee, now: datetime) -> list[Meeting]:
    """What a calendar shows: the meetings of the last two months, and all that are planned."""
    return store.list_meetings_since(session, committee.id, now - _KEEPS)


def write_file(every: Iterable[Meeting], name: str, meeting_words: str, places: dict[int, str] | None = None) -> bytes:
    """A calendar as RFC 5545 writes it; the library is imported only here, for it is ten megabytes of a process.

    Args:
        every: the meetings, cancelled ones too.
        name: of the calendar.
        meeting_words: what each meeting is called.
        places: where each is, by its id; None for whoever is not signed in.
    """
    from icalendar import Calendar  # noqa: PLC0415 - see above

    made = Calendar()
    made.add("prodid", "-//Calendar//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    for meeting in every:
        _put(made, meeting, meeting_words, (places or {}).get(meeting.id, ""))
    return bytes(made.to_ical())


def _put(made: object, meeting: Meeting, words: str, place: str) -> None:
    """One event; times are in UTC, which every calendar turns into its own."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - as above

    assert isinstance(made, Calendar)
    event = Event()
    event.add("uid", f"{_mac('event', meeting.id.to_bytes(_ID, 'big'), 1).hex()}@calendar")
    event.add("dtstamp", meeting.changed_at)
    event.add("dtstart", meeting.starts_at)
    event.add("duration", _LASTS)
    event.add("sequence", meeting.sequence)
    event.add("summary", words)
    event.add("status", "CANCELLED" if meeting.state == "cancelled" else "CONFIRMED")
    if place:
        event.add("location", place)
    made.add_component(event)


def _mac(what: str, named: bytes, version: int) -> bytes:
    message = f"youthvoice/1|{what}|{version}|".encode() + named
    return hmac.digest(context.keyring().key(LINKS), message, hashlib.sha256)[:_MAC]
