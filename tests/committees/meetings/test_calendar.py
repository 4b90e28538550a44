"""Calendars of meetings (RFC 5545): read by the library, under neutral names, revocable."""

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.support.committees import House
from tests.support.meetings import following
from tests.support.people import signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings import calendar
from youthvoice.committees.meetings.store import cancel_meeting, find_meeting, shift_meeting
from youthvoice.committees.store import find_committee

HEAD = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


def feed(committee: Committee) -> str:
    with db.reading(db.engine()) as session:
        now = find_committee(session, committee.id)
    assert now
    return f"/calendar/{calendar.link_token(now)}.ics"


def events(content: bytes) -> list[Any]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


@pytest.mark.dialect("moments")
def test_a_calendar_shows_every_meeting_and_says_nothing_of_children(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    committee = house.committee("flip_club", name="Girls of the blue door", place="the room behind the kitchen")
    first = following(committee)
    answer = visitor().ask("GET", feed(committee))
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert {name: answer.headers[name] for name in HEAD} == HEAD
    found = events(answer.data)
    assert [one["DTSTART"].dt for one in found] == [first.starts_at, first.starts_at + timedelta(days=14)]
    assert {str(one["SUMMARY"]) for one in found} == {"Meeting"}
    assert all(one["DTSTART"].dt.tzinfo is not None and one["DTSTART"].dt.astimezone(UTC) for one in found)
    whole = answer.text
    assert "The letter of the week" in whole
    for secret in ("Girls", "blue", "kitchen", "club", "child", "Example House", "Youth", "Joshi"):
        assert secret.lower() not in whole.lower()


def test_names_of_events_stay_and_a_change_is_newer_than_every_copy(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    committee = house.committee()
    first = following(committee)
    before = events(visitor().ask("GET", feed(committee)).data)
    with db.writing(db.engine()) as session:
        shift_meeting(session, first, first.starts_at + timedelta(hours=3), "elsewhere", context.now())
    moved = events(visitor().ask("GET", feed(committee)).data)
    with db.writing(db.engine()) as session:
        meeting = find_meeting(session, first.id)
        assert meeting
        cancel_meeting(session, meeting, context.now())
    gone = events(visitor().ask("GET", feed(committee)).data)
    assert [one["UID"] for one in before] == [one["UID"] for one in moved] == [one["UID"] for one in gone]
    assert len({one["UID"] for one in before}) == 2
    assert [int(each[0]["SEQUENCE"]) for each in (before, moved, gone)] == [0, 1, 2]
    assert [str(each[0]["STATUS"]) for each in (before, moved, gone)] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert moved[0]["DTSTART"].dt - before[0]["DTSTART"].dt == timedelta(hours=3)


def test_a_link_ends_when_there_is_a_new_one(house: House, visitor: Callable[[], Visitor]) -> None:
    committee = house.committee()
    following(committee)
    old = feed(committee)
    browser = signed_in(visitor(), house.joshi)
    assert old in browser.open(f"/staff/meetings/of/{committee.id}").text
    assert feed(committee) == old
    assert feed(committee) not in browser.send(f"/staff/meetings/of/{committee.id}/calendar").text.replace(
        feed(committee), "", 1
    )
    assert feed(committee) != old
    assert visitor().ask("GET", old).status_code == 404
    assert visitor().ask("GET", feed(committee)).status_code == 200


def test_a_link_of_another_committee_or_of_nobody_opens_nothing(house: House, visitor: Callable[[], Visitor]) -> None:
    one, two = house.committee("flip_club"), house.committee("dormitory")
    right = feed(one).removeprefix("/calendar/").removesuffix(".ics")
    forged = (
        feed(two)[10:-4][:20] + right[20:],
        right[:-2],
        right + "A",
        "A" * 32,
        "A" * 500,
        "é" * 20,
        "..",
        right[:-1] + "!",
    )
    for token in forged:
        assert visitor().ask("GET", f"/calendar/{token}.ics").status_code == 404, token


def test_the_file_of_a_facilitator_bears_the_places_and_folds_long_lines(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    """RFC 5545 3.1: lines of at most 75 octets, ended by CRLF."""
    committee = house.committee(place="बड़ा कमरा, जहाँ नीला दरवाज़ा है; दूसरी मंज़िल")
    first = following(committee)
    with db.writing(db.engine()) as session:
        shift_meeting(session, first, first.starts_at, "under the tree, behind; the house", context.now())
    answer = signed_in(visitor(), house.joshi).ask("GET", f"/staff/meetings/of/{committee.id}/calendar.ics")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="meetings.ics"'
    lines = answer.data.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in answer.data.replace(b"\r\n", b"")
    found = {str(one["LOCATION"]) for one in events(answer.data)}
    assert found == {"under the tree, behind; the house", "बड़ा कमरा, जहाँ नीला दरवाज़ा है; दूसरी मंज़िल"}


def test_the_library_is_not_in_a_process_that_makes_no_calendar() -> None:
    import subprocess  # noqa: PLC0415 - for this one test
    import sys  # noqa: PLC0415

    asks = "import sys, youthvoice.factory; print('icalendar' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asks], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
