"""The calendar of a committee: its meetings as a file for telephones, behind a link that can end.

Whoever has the link needs no sign-in, so a calendar says nothing of children: its name is the one that the site has in
letters, a meeting is called a meeting, and where it is stays inside. The link ends when the committee gets a new
version of it.

Source: RFC 5545; RFC 2104 (HMAC), shortened to 160 bits.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings import store
from youthvoice.committees.meetings.rules import Meeting
from youthvoice.committees.store import change_committee, find_committee
from youthvoice.privacy.keys.key_names import LINKS

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
