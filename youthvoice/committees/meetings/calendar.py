"""The calendar of a committee: its meetings as a file for telephones, behind a link that can end.

Everybody who has the link can open the file without a sign-in, so it says nothing about children. Its name is the
neutral one of the site's mail, each event is called "Meeting", and it has no place. The link ends when the committee
gets a new calendar version.

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

_MAC_BYTES: Final = 20

_ID_BYTES: Final = 4

_MAX_TOKEN_LETTERS: Final = 60

_MEETING_LASTS: Final = timedelta(hours=1)

_PAST_SHOWN: Final = timedelta(days=60)


def link_token(committee: Committee) -> str:
    """The present token of a committee's calendar link."""
    row_id = committee.id.to_bytes(_ID_BYTES, "big")
    return base64.urlsafe_b64encode(_mac("calendar", row_id, committee.calendar_version) + row_id).rstrip(b"=").decode()


def find_by_token(session: Session, token: str) -> Committee | None:
    """The committee of a calendar token; None for a wrong or ended one."""
    if len(token) > _MAX_TOKEN_LETTERS or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(raw) != _MAC_BYTES + _ID_BYTES:
        return None
    committee = find_committee(session, int.from_bytes(raw[_MAC_BYTES:], "big"))
    if committee is None or not hmac.compare_digest(link_token(committee), token):
        return None
    return committee


def renew_link(session: Session, committee: Committee) -> None:
    """End all calendar links of a committee that were handed out."""
    change_committee(session, committee.id, {"calendar_version": committee.calendar_version + 1})


def list_meetings(session: Session, committee: Committee, now: datetime) -> list[Meeting]:
    """The meetings in a calendar: those of the last two months, and all that are planned."""
    return store.list_meetings_since(session, committee.id, now - _PAST_SHOWN)


def write_file(meetings: Iterable[Meeting], name: str, title: str, places: dict[int, str] | None = None) -> bytes:
    """Write a calendar file (RFC 5545). The library is imported only here, since it takes ten megabytes of a process.

    Args:
        meetings: the meetings, also cancelled ones.
        name: of the calendar.
        title: what each meeting is called.
        places: the place of each meeting, by its id; None for readers who are not signed in.
    """
    from icalendar import Calendar  # noqa: PLC0415 - see above

    calendar = Calendar()
    calendar.add("prodid", "-//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    for meeting in meetings:
        _add_event(calendar, meeting, title, (places or {}).get(meeting.id, ""))
    return bytes(calendar.to_ical())


def _add_event(calendar: object, meeting: Meeting, title: str, place: str) -> None:
    """Add one event; times are in UTC, which every calendar converts to its own."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - as above

    assert isinstance(calendar, Calendar)
    event = Event()
    event.add("uid", f"{_mac('event', meeting.id.to_bytes(_ID_BYTES, 'big'), 1).hex()}@calendar")
    event.add("dtstamp", meeting.changed_at)
    event.add("dtstart", meeting.starts_at)
    event.add("duration", _MEETING_LASTS)
    event.add("sequence", meeting.sequence)
    event.add("summary", title)
    event.add("status", "CANCELLED" if meeting.state == "cancelled" else "CONFIRMED")
    if place:
        event.add("location", place)
    calendar.add_component(event)


def _mac(what: str, row_id: bytes, version: int) -> bytes:
    message = f"youthvoice/1|{what}|{version}|".encode() + row_id
    return hmac.digest(context.keyring().key(LINKS), message, hashlib.sha256)[:_MAC_BYTES]
