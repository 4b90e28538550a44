"""Minutes: three fields, written or spoken, locked in the database; draft, approved by children, locked."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.attacks.stolen_house import as_bytes, disguises, rows, taken
from tests.support.audio import VIDEO, WEBM
from tests.support.committees import DAY, House
from tests.support.meetings import following, held, now_of
from tests.support.people import on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.committees.job import meetings_due
from youthvoice.committees.meetings import minutes
from youthvoice.committees.meetings.rules import Meeting, Minutes
from youthvoice.config import Settings
from youthvoice.errors import ConcurrentUpdate, Refused

WORDS = "canary: the purple giraffe mends the lamp by Friday"
HINDI = "बैंगनी जिराफ़ दीया ठीक करेगा"
VOICE = WEBM + b"a voice about a giraffe" * 40


def write(meeting: Meeting, **said: str) -> Meeting:
    with db.writing(db.engine()) as session:
        minutes.write(session, meeting, Minutes(**said))  # type: ignore[arg-type] # fields only
    return now_of(meeting)


def approve(meeting: Meeting, said_yes: int = 3) -> Meeting:
    with db.writing(db.engine()) as session:
        minutes.approve(session, meeting, said_yes, 3, DAY)
    return now_of(meeting)


def said(meeting: Meeting) -> Minutes:
    with db.reading(db.engine()) as session:
        return minutes.read(session, meeting.id)


def test_minutes_go_from_a_draft_over_the_childrens_yes_to_locked(house: House, clock: StillClock) -> None:
    meeting = write(held(house.committee()), talked="The stairs are dark", doing=HINDI, language="en")
    assert meeting.minutes == "draft"
    assert said(meeting) == Minutes(talked="The stairs are dark", doing=HINDI, language="en")
    with pytest.raises(Refused, match="too_few_yes"):
        approve(meeting, 2)
    approved = approve(meeting)
    assert (approved.minutes, approved.approved_on) == ("approved", DAY)
    meetings_due()
    assert now_of(meeting).minutes == "approved"  # it sleeps a night
    clock.move(days=1)
    meetings_due()
    locked = now_of(meeting)
    assert (locked.minutes, locked.locked_on) == ("locked", DAY + timedelta(days=1))
    with pytest.raises(Refused, match="locked"):
        write(locked, talked="Something else")
    with db.writing(db.engine()) as session:
        minutes.add_note(session, locked, "It was a lamp, not two.", DAY)
    now = said(meeting)
    assert now.talked == "The stairs are dark"
    assert [one.words for one in now.notes] == ["It was a lamp, not two."]


def test_other_words_than_children_approved_are_a_draft_again(house: House) -> None:
    meeting = approve(write(held(house.committee()), decided="A lamp"))
    assert write(meeting, decided="Two lamps").minutes == "draft"
    with pytest.raises(Refused, match="not_locked"), db.writing(db.engine()) as session:
        minutes.add_note(session, now_of(meeting), "A note", DAY)


@pytest.mark.dialect("writers wait for each other")
def test_of_two_who_write_at_once_the_second_overwrites_nothing(house: House) -> None:
    meeting = held(house.committee())
    write(meeting, talked="first")
    with pytest.raises(ConcurrentUpdate):
        write(meeting, talked="second")
    assert said(meeting).talked == "first"


def test_minutes_of_a_meeting_that_was_not_held_are_not_written(house: House) -> None:
    with pytest.raises(Refused, match="not_held"):
        write(following(house.committee()), talked="x")
    with pytest.raises(Refused, match="empty"):
        approve(write(held(house.committee("dormitory")), talked=" "))


def test_both_versions_stand_side_by_side_and_nothing_typed_is_lost(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    meeting = held(house.committee())
    way = f"/staff/meetings/{meeting.id}/minutes"
    browser = signed_in(visitor(), house.joshi)
    assert "No names of children." in browser.open(way).text
    write(meeting, talked="Words of the other one")
    page = browser.send(way, {"talked": "My own words", "language": "en"}, status=409).text
    assert "Somebody else saved a change while you were writing." in page
    assert "Words of the other one" in page
    assert "My own words</textarea>" in page
    assert said(meeting).talked == "Words of the other one"
    page = browser.send(way, {"talked": "Both of our words", "language": "en"}).text
    assert "The draft is kept." in page
    assert said(meeting).talked == "Both of our words"


def test_too_long_is_said_beside_the_box_and_what_was_typed_stays(house: House, visitor: Callable[[], Visitor]) -> None:
    meeting = held(house.committee())
    browser = signed_in(visitor(), house.joshi)
    browser.open(f"/staff/meetings/{meeting.id}/minutes")
    long = "so many words " * 100
    page = browser.send(f"/staff/meetings/{meeting.id}/minutes", {"talked": long, "language": "en"}, status=422).text
    assert "at most 1200 letters" in page
    assert long.strip() in page
    assert said(meeting).is_empty


def test_the_children_say_yes_on_a_page_and_a_note_is_added_later(
    house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    meeting = write(held(house.committee()), talked="The stairs are dark")
    clock.move(minutes=5)
    way = f"/staff/meetings/{meeting.id}/minutes"
    browser = signed_in(visitor(), house.joshi)
    assert "The stairs are dark" in browser.open(f"{way}/approve").text
    assert "Too few children said yes." in browser.send(f"{way}/approve", {"said_yes": "2"}, status=422).text
    assert "The children said yes." in browser.send(f"{way}/approve", {"said_yes": "4"}).text
    browser.open(f"{way}/note", status=404)
    clock.move(days=1)
    meetings_due()
    browser = signed_in(visitor(), house.joshi)
    browser.open(f"{way}/note")
    assert "One lamp only." in browser.send(f"{way}/note", {"words": "One lamp only."}).text
    assert "Add a note" in browser.page


def test_a_field_is_spoken_heard_and_taken_away(house: House, visitor: Callable[[], Visitor]) -> None:
    meeting = held(house.committee())
    way = f"/staff/meetings/{meeting.id}/minutes"
    browser = signed_in(visitor(), house.joshi)
    answer = browser.open(f"{way}/decided/voice")
    assert "microphone=(self)" in answer.headers["Permissions-Policy"]
    for sound, words in ((b"", "Record it first"), (VIDEO, "not a sound recording"), (b"MZ", "not a sound recording")):
        page = browser.send(f"{way}/decided/voice", {"sound": (io.BytesIO(sound), "a.webm")}, status=422).text
        assert words in page
    page = browser.send(f"{way}/decided/voice", {"sound": (io.BytesIO(VOICE), "a.webm")}).text
    assert "The recording is kept." in page
    heard = browser.ask("GET", f"{way}/decided/sound")
    assert (heard.data, heard.mimetype) == (VOICE, "audio/webm")
    assert browser.ask("GET", f"{way}/talked/sound").status_code == 404
    assert browser.ask("GET", f"{way}/everything/sound").status_code == 404
    assert approve(now_of(meeting)).minutes == "approved"  # a voice alone is minutes
    browser.open(f"{way}/decided/voice")
    assert "The recording is gone." in browser.send(f"{way}/decided/hush").text
    assert now_of(meeting).minutes == "draft"


def test_children_read_minutes_once_children_have_said_yes(
    house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    meeting = write(held(house.committee(name="Club by the river")), talked="The stairs are dark", decided="A lamp")
    with db.writing(db.engine()) as session:
        minutes.add_voice(session, meeting, "doing", VOICE, "audio/webm")
    clock.move(minutes=5)
    tablet, way = on_tablet(visitor(), house.site_id), f"/agenda/meeting/{meeting.id}"
    page = tablet.open(way).text
    assert "not ready yet" in page
    assert "stairs" not in page
    assert tablet.ask("GET", f"{way}/sound/doing").status_code == 404
    approve(now_of(meeting))
    page = tablet.open(way).text
    assert page.index("We talked about") < page.index("The stairs are dark") < page.index("We decided")
    assert "Who does what, by when" in page
    assert f'data-clip="{way}/sound/doing"' in page
    assert tablet.ask("GET", f"{way}/sound/doing").data == VOICE
    assert way in tablet.open("/agenda/meetings").text
    assert "Club by the river" in tablet.page


def test_children_read_the_agenda_of_a_meeting_that_is_to_come(house: House, visitor: Callable[[], Visitor]) -> None:
    from tests.support.committees import put  # noqa: PLC0415 - for this one test

    committee = house.committee("dormitory")
    put(committee, words="A quiet place to read")
    put(committee, words="canary of the first part", alone=True)
    first = following(committee)
    page = on_tablet(visitor(), house.site_id).open(f"/agenda/meeting/{first.id}").text
    assert "A quiet place to read" in page
    assert "canary" not in page


def test_meetings_of_another_site_are_not_on_this_tablet(house: House, visitor: Callable[[], Visitor]) -> None:
    from tests.support import people  # noqa: PLC0415 - a second site, for this one test

    meeting = approve(write(held(house.committee()), talked="canary of elsewhere"))
    with db.writing(db.engine()) as session:
        other = people.make_site(session, "other-house").id
    tablet = on_tablet(visitor(), other)
    tablet.open(f"/agenda/meeting/{meeting.id}", status=404)
    assert "No meeting was held yet." in tablet.open("/agenda/meetings").text
    for path in ("/agenda/meetings", f"/agenda/meeting/{meeting.id}", f"/agenda/meeting/{meeting.id}/sound/talked"):
        assert visitor().ask("GET", path).status_code == 403


@pytest.mark.dialect("what a thief reads in the rows")
def test_a_stolen_house_holds_nothing_of_minutes(
    app: Flask, settings: Settings, visitor: Callable[[], Visitor], house: House, clock: StillClock
) -> None:
    """T6: words, a voice, a note and who said yes."""
    meeting = held(house.committee())
    clock.move(minutes=5)
    way = f"/staff/meetings/{meeting.id}/minutes"
    browser = signed_in(visitor(), house.joshi)
    browser.open(way)
    browser.send(way, {"talked": WORDS, "decided": HINDI, "doing": "x" * 900, "language": "en"})
    browser.open(f"{way}/talked/voice")
    browser.send(f"{way}/talked/voice", {"sound": (io.BytesIO(VOICE), "a.webm")})
    browser.open(f"{way}/approve")
    browser.send(f"{way}/approve", {"said_yes": "7"})
    assert "giraffe" in on_tablet(visitor(), house.site_id).open(f"/agenda/meeting/{meeting.id}").text
    done = app.test_cli_runner().invoke(args=["backup", str(settings.data / "backup")])
    assert done.exit_code == 0, done.output
    found = [("row of " + name, as_bytes(value)) for name, value in rows()] + list(taken(settings).items())
    assert any(content == b"example-house" for _name, content in found), "the search finds"
    leaks = [
        (where, secret)
        for where, content in found
        for secret in (WORDS, HINDI, VOICE[-200:], "purple giraffe", "x" * 40)
        for one in disguises(secret)
        if one in content
    ]
    assert not leaks


def test_minutes_are_of_one_length_whatever_they_say(house: House) -> None:
    short = write(held(house.committee()), talked="x")
    long = write(held(house.committee("dormitory")), talked=HINDI * 20, decided=HINDI * 20, doing=HINDI * 20)
    lengths = {
        len(value)
        for name, value in rows("meetings")
        if isinstance(value, bytes)
    }  # fmt: skip
    assert short.id != long.id
    assert len(lengths) == 1
