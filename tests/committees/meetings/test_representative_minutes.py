"""A representative at the minutes of her committee, and what children talk about alone first."""

from collections.abc import Callable
from html import escape

import pytest

from tests.conftest import StillClock
from tests.support.committees import DAY, House, again, put
from tests.support.meetings import following, held, now_of
from tests.support.people import on_tablet, signed_in
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.committees.agenda.store import assign_meeting, list_items
from youthvoice.committees.entities import Committee
from youthvoice.committees.meetings import minutes
from youthvoice.committees.meetings.rules import Meeting, Minutes
from youthvoice.committees.meetings.store import shift_meeting
from youthvoice.committees.representatives import picture_sign_in
from youthvoice.committees.representatives.picture_sign_in import RepresentativeSession
from youthvoice.committees.representatives.rules import CANDIDATE_PICTURES
from youthvoice.committees.representatives.store import begin_term, find_representative
from youthvoice.privacy.crypto.session_keys import token_hash
from youthvoice.privacy.keys.key_names import COOKIE
from youthvoice.web.rate_limits import TABLET_COOKIE


def signs_in(tablet: Visitor, committee: Committee) -> Visitor:
    """Give a tablet the cookie of somebody who represents a committee, without her pictures."""
    keyring, preset = context.keyring(), committee.kind
    who = (preset.posts[0], "River", CANDIDATE_PICTURES[0].code, preset.ways[0])
    with db.writing(db.engine()) as session:
        made = begin_term(session, committee, *who, DAY)
        representative = find_representative(session, made)
    assert representative
    cookie = tablet.client.get_cookie(TABLET_COOKIE)
    assert cookie
    representative_session = RepresentativeSession(
        representative.id, representative.mark, int(context.now().timestamp())
    )
    key = keyring.derive(COOKIE, "representatives")
    value = picture_sign_in.write_cookie(key, representative_session, token_hash(cookie.value), context.now())
    tablet.client.set_cookie(picture_sign_in.SESSION_COOKIE, value, path=picture_sign_in.COOKIE_PATH)
    return tablet


@pytest.fixture
def dormitory(house: House) -> Committee:
    return house.committee("dormitory", quorum=3)


@pytest.fixture
def speaker(house: House, dormitory: Committee, visitor: Callable[[], Visitor]) -> Visitor:
    return signs_in(on_tablet(visitor(), house.site_id), dormitory)


def written(meeting: Meeting, **said: str) -> Meeting:
    with db.writing(db.engine()) as session:
        minutes.write(session, meeting, Minutes(**said))  # type: ignore[arg-type] # fields only
    return now_of(meeting)


def said(meeting: Meeting) -> Minutes:
    with db.reading(db.engine()) as session:
        return minutes.read(session, meeting.id)


def test_she_writes_a_draft_and_enters_the_childrens_yes(
    speaker: Visitor, dormitory: Committee, clock: StillClock
) -> None:
    meeting = held(dormitory)
    clock.move(minutes=5)
    way = f"/agenda/mine/meetings/{meeting.id}"
    assert way in speaker.open("/agenda/mine/meetings").text
    assert "Nothing is written yet." in speaker.open(way).text
    speaker.open(f"{way}/write")
    page = speaker.send(f"{way}/write", {"talked": "A quiet place", "decided": "After supper"}).text
    assert "A draft: we have not said yes." in page
    assert "A quiet place" in speaker.open(f"/agenda/meeting/{meeting.id}").text  # she reads drafts there, too
    assert "at all" not in page
    speaker.open(f"{way}/yes")
    for number in ("2", "", "<no"):
        page = speaker.send(f"{way}/yes", {"said_yes": number}, status=422).text
        assert "Too few children said yes." in page
        assert "At least 3 children must say yes." in page
        assert f'value="{escape(number)}"' in page, "what she typed stays"
    assert "We agreed with these notes." in speaker.send(f"{way}/yes", {"said_yes": "3"}).text
    assert now_of(meeting).minutes == "approved"


def test_somebody_elses_words_and_her_own_are_both_there(
    speaker: Visitor, dormitory: Committee, clock: StillClock
) -> None:
    meeting = held(dormitory)
    clock.move(minutes=5)
    way = f"/agenda/mine/meetings/{meeting.id}/write"
    speaker.open(way)
    written(meeting, talked="Words of the facilitator")
    page = speaker.send(way, {"talked": "Words of a child"}, status=409).text
    assert "Somebody else saved a change while you were writing." in page
    assert "Words of the facilitator" in page
    assert "Words of a child</textarea>" in page
    speaker.send(way, {"talked": "Words of a child"})
    assert said(meeting).talked == "Words of a child"
    assert "at most 1200 letters" in speaker.send(way, {"talked": "x" * 1300}, status=422).text


def test_only_her_own_committee_and_nobody_who_is_not_signed_in(
    house: House, speaker: Visitor, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    other = written(held(house.committee("flip_club")), talked="canary of the club")
    clock.move(minutes=5)
    for page in ("", "/write", "/yes"):
        speaker.open(f"/agenda/mine/meetings/{other.id}{page}", status=404)
    assert "canary" not in speaker.open(f"/agenda/meeting/{other.id}").text
    stranger = on_tablet(visitor(), house.site_id, "Tablet 2")
    for page in ("/agenda/mine/meetings", f"/agenda/mine/meetings/{other.id}/write"):
        assert stranger.ask("GET", page).location == "/agenda/mine"
    assert stranger.ask("POST", f"/agenda/mine/meetings/{other.id}/yes").location == "/agenda/mine"


def test_children_keep_something_among_themselves_until_they_bring_it_in(
    house: House, speaker: Visitor, dormitory: Committee, visitor: Callable[[], Visitor]
) -> None:
    speaker.open("/agenda/post")
    assert "Who hears it first?" in speaker.page
    sent: dict[str, object] = {"topic": "sleep", "wish": "talk", "words": "canary of the night", "alone": "yes"}
    speaker.send("/agenda/post", sent)
    first = following(dormitory)
    adult = signed_in(visitor(), house.joshi)
    child = on_tablet(visitor(), house.site_id, "Tablet 2")
    pages = (
        (child, "/agenda"),
        (child, f"/agenda/meeting/{first.id}"),
        (adult, f"/staff/meetings/{first.id}"),
        (adult, f"/staff/meetings/{first.id}/print"),
        (adult, f"/staff/committees/{dormitory.id}/agenda"),
    )
    for browser, path in pages:
        assert "canary" not in browser.open(path).text, path
    assert "The children talk about 1 thing alone first." in adult.page
    page = speaker.open("/agenda/mine/order").text
    assert "canary of the night" in page
    assert "Only we children talk about it first." in page
    with db.reading(db.engine()) as session:
        (item,) = list_items(session, [dormitory.id], {"on_agenda"})
    assert "Only we first" in speaker.send("/agenda/mine/order", {"bring": item.subject}).text
    for browser, path in pages:
        assert "canary" in browser.open(path).text, path
    speaker.send("/agenda/mine/order", {"alone": item.subject})
    assert again(item).body.alone


def test_what_children_settle_alone_no_adult_reads_and_a_tap_takes_it_back(
    house: House, speaker: Visitor, dormitory: Committee, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    item, open_ = put(dormitory, words="canary of the night", alone=True), put(dormitory, words="A lamp")
    meeting = held(dormitory)
    with db.writing(db.engine()) as session:
        assign_meeting(session, item, meeting.id)
    clock.move(minutes=5)
    speaker.send("/agenda/mine/order", {"settle": open_.subject})
    assert again(open_).state == "on_agenda", "only what they talk about alone"
    page = speaker.send("/agenda/mine/order", {"settle": item.subject}).text
    assert "Only we children settled it." in page
    assert again(item).state == "settled"
    adult, child = signed_in(visitor(), house.joshi), on_tablet(visitor(), house.site_id, "Tablet 2")
    here = f"/staff/meetings/{meeting.id}"
    adult.open(here)
    assert "Held: 6 children" in adult.send(f"{here}/attendance", {"children": "6", "adults": "1"}).text
    pages = (here, f"{here}/print", f"/staff/committees/{dormitory.id}/agenda")
    for path in pages:
        page = adult.open(path).text
        assert "canary" not in page
        assert "thing alone first" not in page
    for path in ("/agenda", f"/agenda/meeting/{meeting.id}"):
        assert "canary" not in child.open(path).text
    speaker.send("/agenda/mine/order", {"again": item.subject})
    assert (again(item).state, again(item).body.alone) == ("on_agenda", True)
    speaker.send("/agenda/mine/order", {"again": open_.subject})
    assert "1 thing alone first" in adult.open(pages[2]).text


def test_where_meetings_do_not_begin_alone_nothing_can_be_kept_back(
    house: House, visitor: Callable[[], Visitor]
) -> None:
    committee = house.committee("flip_club")
    member = signs_in(on_tablet(visitor(), house.site_id), committee)
    assert "Who hears it first?" not in member.open("/agenda/post").text
    member.send("/agenda/post", {"topic": "sleep", "wish": "talk", "words": "a lamp", "alone": "yes"})
    assert "a lamp" in on_tablet(visitor(), house.site_id, "Tablet 2").open("/agenda").text
    item = put(committee)
    member.send("/agenda/mine/order", {"alone": item.subject})
    assert not again(item).body.alone


def test_a_child_sees_when_the_next_meeting_is(house: House, visitor: Callable[[], Visitor]) -> None:
    """S25: the next dates are visible."""
    committee = house.committee("flip_club")
    first = following(committee)
    with db.writing(db.engine()) as session:
        shift_meeting(session, first, first.starts_at, "under the tree", context.now())
    page = on_tablet(visitor(), house.site_id).open("/agenda").text
    assert "Saturday, 5 December" in page
    assert "Next meeting: under the tree" in page
