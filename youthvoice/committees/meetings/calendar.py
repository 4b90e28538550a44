"""The meetings of a committee as a calendar, for telephones and computers of adults.

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

from youthvoice.committees import store
from youthvoice.committees.entities import CommitteeFacts
from youthvoice.committees.meetings import store as meetings
from youthvoice.committees.meetings.entities import MeetingFacts
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import LINKS

KIND: Final = "text/calendar; charset=utf-8"
_MAC: Final = 20
_ID: Final = 4
_LONGEST: Final = 60  # letters of a token
_LASTS: Final = timedelta(hours=1)
_KEEPS: Final = timedelta(days=60)


def token(keyring: Keyring, committee: CommitteeFacts) -> str:
    """The token of a committee's calendar, as of today."""
    named = committee.id.to_bytes(_ID, "big")
    return (
        base64.urlsafe_b64encode(_mac(keyring, "calendar", named, committee.calendar_version) + named)
        .rstrip(b"=")
        .decode()
    )


def named_by(session: Session, keyring: Keyring, given: str) -> CommitteeFacts | None:
    """The committee of a token; None for one that this house did not make, or that was ended."""
    if len(given) > _LONGEST or not given.isascii():
        return None
    try:
        raw = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    committee = store.find(session, int.from_bytes(raw[_MAC:], "big")) if len(raw) == _MAC + _ID else None
    if committee is None or not hmac.compare_digest(token(keyring, committee), given):
        return None
    return committee


def renew(session: Session, committee: CommitteeFacts) -> None:
    """End every link to a committee's calendar that was handed out so far."""
    store.change(session, committee.id, {"calendar_version": committee.calendar_version + 1})


def of(session: Session, committee: CommitteeFacts, now: datetime) -> list[MeetingFacts]:
    """What a calendar shows: the meetings of the last two months, and all that are planned."""
    return meetings.since(session, committee.id, now - _KEEPS)


def written(
    keyring: Keyring, every: Iterable[MeetingFacts], name: str, meeting_words: str, places: dict[int, str] | None = None
) -> bytes:
    """A calendar as RFC 5545 writes it; the library is imported only here, for it is ten megabytes of a process.

    Args:
        keyring: the key files; names of events are made with one.
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
        _put(made, keyring, meeting, meeting_words, (places or {}).get(meeting.id, ""))
    return bytes(made.to_ical())


def _put(made: object, keyring: Keyring, meeting: MeetingFacts, words: str, place: str) -> None:
    """One event; times are in UTC, which every calendar turns into its own."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - as above

    assert isinstance(made, Calendar)
    event = Event()
    event.add("uid", f"{_mac(keyring, 'event', meeting.id.to_bytes(_ID, 'big'), 1).hex()}@calendar")
    event.add("dtstamp", meeting.changed_at)
    event.add("dtstart", meeting.starts_at)
    event.add("duration", _LASTS)
    event.add("sequence", meeting.sequence)
    event.add("summary", words)
    event.add("status", "CANCELLED" if meeting.state == "cancelled" else "CONFIRMED")
    if place:
        event.add("location", place)
    made.add_component(event)


def _mac(keyring: Keyring, what: str, named: bytes, version: int) -> bytes:
    message = f"youthvoice/1|{what}|{version}|".encode() + named
    return hmac.digest(keyring.key(LINKS), message, hashlib.sha256)[:_MAC]
