"""Meetings as they lie in the database and stand on staff pages: planned ahead, missed, held, what came of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import current_app

from tests.conftest import StillClock
from tests.support.committees import DAY, House, again, put
from tests.support.meetings import agenda_of, enter, following, held, now_of
from tests.support.people import signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability.store import find_by_subject
from youthvoice.committees.agenda import store as agenda_store
from youthvoice.committees.job import meetings_due
from youthvoice.committees.meetings import store
from youthvoice.committees.meetings.outcomes import OUTCOMES, Outcome, OutcomeEntry
from youthvoice.committees.meetings.rules import Meeting
from youthvoice.committees.store import change_committee
from youthvoice.context import runtime_of
from youthvoice.errors import ConcurrentUpdate, Refused

SOON = DAY + timedelta(days=7)


def coming(committee_id: int) -> list[Meeting]:
    with db.reading(db.engine()) as session:
        return store.list_coming_meetings(session, committee_id, context.now(), 9)


@pytest.mark.dialect("put in once")
def test_the_next_two_meetings_are_written_ahead_and_only_once(house: House) -> None:
    """S25: the next dates are visible; two work processes plan each of them once."""
    committee = house.committee("flip_club")
    for _ in range(2):
        meetings_due()
    assert [meeting.starts_at.isoformat()[:16] for meeting in coming(committee.id)] == [
        "2026-12-05T10:30",
        "2026-12-19T10:30",
    ]


def test_a_missed_meeting_is_flagged_and_its_items_wait_for_the_next(house: House, clock: StillClock) -> None:
    """S25."""
    committee = house.committee("flip_club")
    item = put(committee)
    first = following(committee)
    assert again(item).meeting_id == first.id
    assert again(item).body.again == 0
    clock.moment = first.starts_at + timedelta(hours=25)
    second = following(committee)
    meetings_due()
    assert now_of(first).state == "missed"
    carried = again(item)
    assert (carried.meeting_id, carried.state, carried.body.again) == (second.id, "on_agenda", 1)
    with db.writing(db.engine()) as session:  # somebody remembers: it was held all the same
        store.record_attendance(session, committee, now_of(first), 4, 1, context.now())
    meeting = now_of(first)
    assert (meeting.state, meeting.children, meeting.adults, meeting.quorum) == ("held", 4, 1, 3)
    enter(committee, meeting, carried, OutcomeEntry("settled", decided={"en": "We plant a tree"}))
    assert again(item).body.decided == {"en": "We plant a tree"}


def test_a_house_that_slept_knows_the_meetings_it_missed(house: House, clock: StillClock) -> None:
    committee = house.committee("flip_club")
    following(committee)
    clock.move(days=41)
    meetings_due()
    meetings_due()
    with db.reading(db.engine()) as session:
        late = store.list_missed_meetings(session, [committee.id], context.now())
    assert [meeting.starts_at.day for meeting in late] == [5, 19, 2]
    assert len(coming(committee.id)) == 2


@pytest.mark.dialect("a savepoint")
def test_a_meeting_is_moved_cancelled_added_and_the_rhythm_does_not_bring_it_back(house: House) -> None:
    committee, now = house.committee("flip_club"), context.now()
    first = following(committee)
    with db.writing(db.engine()) as session:
        store.shift_meeting(session, first, first.starts_at + timedelta(hours=2), "under the tree", now)
    meetings_due()
    moved = now_of(first)
    assert (moved.place, moved.sequence) == ("under the tree", 1)
    assert len(coming(committee.id)) == 2
    with db.writing(db.engine()) as session:
        store.cancel_meeting(session, moved, now)
    meetings_due()
    assert now_of(first).state == "cancelled"
    assert len(coming(committee.id)) == 2  # one more is written ahead in its place
    with db.writing(db.engine()) as session:
        extra = store.add_meeting(session, committee, now + timedelta(days=1), "", now)
    with pytest.raises(Refused, match="taken"), db.writing(db.engine()) as session:
        store.add_meeting(session, committee, extra.starts_at, "", now)
    with pytest.raises(Refused, match="taken"), db.writing(db.engine()) as session:
        store.shift_meeting(session, extra, coming(committee.id)[1].starts_at, "", now)
    with pytest.raises(Refused, match="past"), db.writing(db.engine()) as session:
        store.add_meeting(session, committee, now, "", now)
    with db.writing(db.engine()) as session:
        assert store.add_meeting(session, committee, now_of(first).starts_at, "", now).id == first.id
    assert now_of(first).state == "planned"


def test_another_rhythm_is_followed_and_what_was_moved_by_hand_stays(house: House) -> None:
    committee = house.committee("flip_club")
    item = put(committee)
    first = following(committee)
    meeting = coming(committee.id)[1]
    with db.writing(db.engine()) as session:
        store.shift_meeting(session, meeting, meeting.starts_at + timedelta(hours=1), "", context.now())
        change_committee(session, committee.id, {"rhythm_days": 7, "first_at": committee.first_at + timedelta(days=1)})
    meetings_due()
    found = [meeting.starts_at.isoformat()[:16] for meeting in coming(committee.id)]
    assert found == ["2026-11-29T10:30", "2026-12-06T10:30", "2026-12-19T11:30"]
    assert first.starts_at.isoformat()[:16] not in found
    assert again(item).meeting_id == coming(committee.id)[0].id
    assert again(item).body.again == 0


def test_a_meeting_cannot_be_held_before_it_begins_nor_once_it_was_cancelled(house: House) -> None:
    committee = house.committee("flip_club")
    first = following(committee)
    with pytest.raises(Refused, match="not_begun"), db.writing(db.engine()) as session:
        store.record_attendance(session, committee, first, 3, 1, context.now())
    with db.writing(db.engine()) as session:
        store.cancel_meeting(session, first, context.now())
    with pytest.raises(Refused, match="cancelled"), db.writing(db.engine()) as session:
        store.record_attendance(session, committee, now_of(first), 3, 1, first.starts_at)
    with pytest.raises(Refused, match="cancelled"), db.writing(db.engine()) as session:
        store.cancel_meeting(session, now_of(first), context.now())


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_without_a_child_member_nothing_is_decided(house: House, outcome: Outcome) -> None:
    """S24: no item leaves the agenda."""
    committee = house.committee("village_child_committee")
    meeting, item = held(committee, children=0, adults=9), put(committee)
    with pytest.raises(Refused, match="void"):
        enter(committee, meeting, item, OutcomeEntry(outcome, owner_id=house.joshi.id, due=SOON))
    assert again(item).state == "on_agenda"


def test_talked_about_again_next_time(house: House) -> None:
    committee = house.committee("flip_club")
    item, meeting = put(committee), held(committee)
    after = following(committee)
    enter(committee, meeting, again(item), OutcomeEntry("again"))
    found = again(item)
    assert (found.state, found.meeting_id, found.body.again) == ("on_agenda", after.id, 1)


def test_talked_about_again_where_no_next_meeting_is_planned_yet(house: House, clock: StillClock) -> None:
    committee = house.committee("flip_club", rhythm_days=0)
    item, meeting = put(committee), held(committee)
    enter(committee, meeting, item, OutcomeEntry("again"))
    assert again(item).state == "on_agenda"
    clock.move(hours=26)
    with db.writing(db.engine()) as session:
        later = store.add_meeting(session, committee, context.now() + timedelta(days=3), "", context.now())
    meetings_due()
    assert again(item).meeting_id == later.id


def test_what_needs_adults_has_an_owner_and_a_date_always(house: House) -> None:
    """S9."""
    club, village = house.committee("flip_club"), house.committee("village_child_committee")
    for committee, said in (
        (club, OutcomeEntry("adults")),
        (village, OutcomeEntry("adults", due=SOON)),
        (village, OutcomeEntry("adults", owner_id=house.asha.id)),
    ):
        item = put(committee)
        with pytest.raises(Refused, match="without_owner"):
            enter(committee, held(committee), item, said)
        assert again(item).state == "on_agenda"
        clock_on()
    with pytest.raises(Refused, match="past"):
        enter(club, held(club), put(club), OutcomeEntry("adults", due=DAY - timedelta(days=1)))
    clock_on()
    item = put(club, words="Fruit every day")
    enter(club, held(club), item, OutcomeEntry("adults", due=SOON))
    clock_on()
    named = put(village)
    enter(
        village, held(village), named, OutcomeEntry("adults", owner_id=house.asha.id, due=SOON, about={"en": "A lamp"})
    )
    with db.reading(db.engine()) as session:
        mine = find_by_subject(session, "item", item.subject)
        hers = find_by_subject(session, "item", named.subject)
    assert mine
    assert hers
    assert (mine.owner_id, mine.due, mine.about) == (house.joshi.id, SOON, {"en": "Fruit every day"})
    assert (hers.owner_id, hers.about) == (house.asha.id, {"en": "A lamp"})
    assert again(item).state == again(named).state == "with_adults"


def clock_on() -> None:
    """A minute later: a committee has one meeting at one moment."""
    clock = runtime_of(current_app).clock
    assert isinstance(clock, StillClock)
    clock.move(minutes=2)


def test_what_children_talk_about_alone_is_not_decided_by_the_facilitator(house: House) -> None:
    committee = house.committee("dormitory")
    item = put(committee, alone=True)
    with pytest.raises(Refused, match="alone"):
        enter(committee, held(committee), item, OutcomeEntry("settled"))


@pytest.mark.dialect("writers wait for each other")
def test_two_who_enter_an_outcome_at_once_write_one(house: House) -> None:
    committee = house.committee("flip_club")
    item, meeting = put(committee), held(committee)
    enter(committee, meeting, item, OutcomeEntry("settled"))
    with pytest.raises(ConcurrentUpdate):
        enter(committee, meeting, item, OutcomeEntry("adults", due=SOON))
    assert again(item).state == "settled"


def test_what_a_held_meeting_left_open_is_carried_over_after_a_day(house: House, clock: StillClock) -> None:
    committee = house.committee("flip_club")
    item, meeting = put(committee), held(committee)
    with db.writing(db.engine()) as session:
        agenda_store.change_state(session, item, "discussed", DAY, meeting_id=meeting.id)
    meetings_due()
    assert again(item).state == "discussed"
    clock.move(hours=25)
    after = following(committee)
    found = again(item)
    assert (found.state, found.meeting_id, found.body.again) == ("on_agenda", after.id, 1)


def test_a_facilitator_holds_a_meeting_from_its_page(
    house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    committee = house.committee("flip_club", name="Club by the river")
    item = put(committee, words="The stairs are dark")
    first = following(committee)
    browser = signed_in(visitor(), house.joshi)
    page = browser.open(f"/staff/meetings/{first.id}").text
    assert "The stairs are dark" in page
    assert "You can say so once the meeting has begun." in page
    assert "Say what came of it" not in page
    clock.moment = first.starts_at + timedelta(hours=1)
    browser = signed_in(visitor(), house.joshi)
    browser.open(f"/staff/meetings/{first.id}")
    browser.send(f"/staff/meetings/{first.id}/attendance", {"children": "x", "adults": ""}, status=422)
    page = browser.send(f"/staff/meetings/{first.id}/attendance", {"children": "2", "adults": "1"}).text
    assert "Fewer than 3 children were there" in page
    page = browser.send(f"/staff/meetings/{first.id}/attendance", {"children": "6", "adults": "1"}).text
    assert "Held: 6 children, 1 adult" in page
    way = f"/staff/meetings/{first.id}/items/{item.subject}"
    assert "It needs adults" in browser.open(way).text
    assert "without an owner" in browser.send(way, {"outcome": "adults", "owner": str(house.joshi.id)}, status=422).text
    sent: dict[str, object] = {"outcome": "adults", "owner": str(house.joshi.id), "due": "2026-12-20"}
    page = browser.send(way, sent).text
    assert "It is kept." in page
    assert "With adults" in page
    assert "This is no longer waiting" in browser.open(way).text
    page = browser.send(f"/staff/meetings/{first.id}/attendance", {"children": "9", "adults": "1"}).text
    assert "Held: 6 children, 1 adult" in page  # something came of it: who was there stays


def test_a_village_committee_without_a_child_is_told_why(
    house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """S24: one child who is a member is enough, and without one whatever was typed meanwhile is still there."""
    committee = house.committee("village_child_committee")
    item = put(committee)
    first = following(committee)
    clock.moment = first.starts_at
    browser = signed_in(visitor(), house.joshi)
    assert "Children who are members" in browser.open(f"/staff/meetings/{first.id}").text
    browser.send(f"/staff/meetings/{first.id}/attendance", {"children": "1", "adults": "9"})
    way = f"/staff/meetings/{first.id}/items/{item.subject}"
    browser.open(way)
    page = browser.send(f"/staff/meetings/{first.id}/attendance", {"children": "0", "adults": "9"}).text
    assert "No child member was there, so this was no meeting of the committee" in page
    assert "Say what came of it" not in page
    assert "Write the minutes" in page
    page = browser.send(way, {"outcome": "settled", "decided": "A wall of stone"}, status=422).text
    assert "Nothing can be decided at this meeting" in page
    assert "No child member was there" in page
    assert "A wall of stone</textarea>" in page
    assert again(item).state == "on_agenda"


def test_what_was_typed_about_an_item_stays_where_somebody_else_was_faster(
    house: House, visitor: Callable[[], Visitor], clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    committee = house.committee("flip_club")
    item, meeting = put(committee), held(committee)
    clock.move(minutes=5)
    browser = signed_in(visitor(), house.joshi)
    way = f"/staff/meetings/{meeting.id}/items/{item.subject}"
    sent: dict[str, object] = {"outcome": "settled", "decided": "We plant a tree"}
    browser.open(way)

    def faster(*_given: object, **_more: object) -> None:
        raise ConcurrentUpdate

    with monkeypatch.context() as patched:
        patched.setattr(agenda_store, "change_state", faster)
        page = browser.send(way, sent, status=422).text
    assert "Somebody else changed this while you were writing." in page
    assert "We plant a tree</textarea>" in page
    enter(committee, meeting, item, OutcomeEntry("settled"))
    page = browser.send(way, sent, status=422).text
    assert "This is no longer waiting for a meeting." in page
    assert "We plant a tree</textarea>" in page


def test_meetings_are_moved_cancelled_and_added_on_pages(house: House, visitor: Callable[[], Visitor]) -> None:
    committee = house.committee("flip_club")
    item = put(committee)
    first = following(committee)
    browser = signed_in(visitor(), house.joshi)
    page = browser.open(f"/staff/meetings/{first.id}/move").text
    assert 'value="2026-12-05"' in page
    assert 'value="16:00"' in page
    wrong: dict[str, object] = {"day": "2026-12-19", "clock": "16:00", "place": ""}
    assert "has a meeting at that very time" in browser.send(f"/staff/meetings/{first.id}/move", wrong, status=422).text
    page = browser.send(
        f"/staff/meetings/{first.id}/move", {"day": "2026-12-06", "clock": "15:00", "place": "the garden"}
    ).text
    assert "Sunday, 6 December" in page
    assert "the garden" in page
    assert "1 item is waiting for it." in browser.open(f"/staff/meetings/{first.id}/cancel").text
    page = browser.send(f"/staff/meetings/{first.id}/cancel").text
    assert "waits for the next one" in page
    assert again(item).meeting_id == coming(committee.id)[0].id
    browser.open(f"/staff/meetings/of/{committee.id}/add")
    page = browser.send(
        f"/staff/meetings/of/{committee.id}/add", {"day": "2026-11-30", "clock": "16:00", "place": ""}
    ).text
    assert "Monday, 30 November" in page
    browser.send(
        f"/staff/meetings/of/{committee.id}/add", {"day": "2026-11-01", "clock": "16:00", "place": ""}, status=422
    )


def test_a_missed_meeting_stands_on_the_to_do_page_until_one_is_held(
    house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    """S25: for the facilitator and for whoever sets committees up, who reads not a word of it."""
    committee = house.committee("flip_club", name="Club by the river")
    put(committee, words="canary on the agenda")
    first = following(committee)
    clock.moment = first.starts_at + timedelta(hours=25)
    meetings_due()
    page = signed_in(visitor(), house.joshi).open("/staff/").text
    assert "Club by the river" in page
    assert f"/staff/meetings/{first.id}" in page
    for path in ("/staff/", f"/staff/committees/{committee.id}"):
        boss = signed_in(visitor(), house.boss).open(path).text
        assert "issed" in boss
        assert "canary" not in boss
    assert "Missed." in signed_in(visitor(), house.joshi).open(f"/staff/meetings/{first.id}").text
    clock.move(hours=1)
    held(committee)
    clock.move(minutes=5)
    assert "Club by the river" not in signed_in(visitor(), house.joshi).open("/staff/").text


def test_of_a_dormitory_adults_see_only_how_much_children_talk_about_alone(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    committee = house.committee("dormitory")
    for words in ("canary one", "canary two"):
        put(committee, words=words, alone=True)
    put(committee, words="A quiet place to read")
    first = following(committee)
    browser = signed_in(visitor(), house.joshi)
    for path in ("", "/print"):
        page = browser.open(f"/staff/meetings/{first.id}{path}").text
        assert "The children talk about 2 things alone first." in page
        assert "A quiet place to read" in page
        assert "canary" not in page
    assert "Ms Joshi answers" in page


def test_what_waited_before_bears_again_on_the_printed_agenda(
    house: House, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    committee = house.committee("flip_club")
    put(committee, words="The stairs are dark")
    first = following(committee)
    clock.moment = first.starts_at + timedelta(hours=25)
    second = following(committee)
    page = signed_in(visitor(), house.joshi).open(f"/staff/meetings/{second.id}/print").text
    assert "(again)" in page
    assert [item.body.again for item in agenda_of(committee)] == [1]


def test_meetings_of_another_site_are_none_of_hers(house: House, visitor: Callable[[], Visitor]) -> None:
    from tests.support import people  # noqa: PLC0415 - a second site, for this one test

    committee = house.committee("flip_club")
    first = following(committee)
    with db.writing(db.engine()) as session:
        other = people.make_site(session, "other-house").id
        stranger = people.make_person(session, "facilitator", other, handle="stranger")
    browser = signed_in(visitor(), stranger)
    for path in (
        f"of/{committee.id}",
        f"{first.id}",
        f"{first.id}/print",
        f"{first.id}/minutes",
        f"of/{committee.id}/calendar.ics",
    ):
        browser.open(f"/staff/meetings/{path}", status=404)
    for person in (house.boss, house.asha):
        signed_in(visitor(), person).open(f"/staff/meetings/{first.id}", status=403)
