"""The agenda as children see it at their tablet (mockup `child-agenda`)."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.support.committees import DAY, House, again, put
from tests.support.people import on_tablet
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.accountability.store import create_answer_due
from youthvoice.committees import agenda_page
from youthvoice.committees.agenda.entities import AgendaItem, HeldSuggestion, ItemBody, ItemReferral, ItemState
from youthvoice.committees.agenda.labels import ITEM_PICTURES
from youthvoice.committees.agenda.store import add_item, add_support, change_state
from youthvoice.committees.meetings import outcomes
from youthvoice.committees.meetings.store import plan_meeting
from youthvoice.committees.store import record_closing
from youthvoice.web.graphics.pictures import is_picture


def to(item: AgendaItem, *states: ItemState) -> AgendaItem:
    for state in states:
        with db.writing(db.engine()) as session:
            change_state(session, item, state, DAY)
        item = again(item)
    return item


@pytest.fixture
def tablet(house: House, visitor: Callable[[], Visitor]) -> Visitor:
    return on_tablet(visitor(), house.site_id)


def test_an_empty_agenda_says_what_to_do(house: House, tablet: Visitor) -> None:
    assert "No committee meets here yet." in tablet.open("/agenda").text
    house.committee()
    page = tablet.open("/agenda").text
    assert "Nothing is on the list yet." in page
    assert "Suggest" in page
    assert "Tell us" in page


def test_a_device_that_is_not_enrolled_has_no_agenda(house: House, visitor: Callable[[], Visitor]) -> None:
    house.committee()
    visitor().open("/agenda", status=403)


def test_each_item_says_where_it_stands(house: House, tablet: Visitor) -> None:
    committee = house.committee()
    put(committee, words="Football after homework")
    to(put(committee, words="The stairs are dark"), "discussed")
    item = to(put(committee, words="Fruit every day"), "discussed", "with_adults")
    with db.writing(db.engine()) as session:
        create_answer_due(
            session,
            site_id=house.site_id,
            kind="item",
            subject=item.subject,
            about={"en": "Fruit every day"},
            due=DAY + timedelta(days=14),
            owner_id=house.joshi.id,
        )
    page = tablet.open("/agenda").text
    assert "New. Waits for a meeting." in page
    assert "We talked about it on 24\N{NO-BREAK SPACE}November. It comes again." in page
    assert "Ms Joshi answers by 8\N{NO-BREAK SPACE}December." in page


def test_something_new_bears_the_day_of_the_next_meeting(house: House, tablet: Visitor) -> None:
    """S13."""
    committee = house.committee()
    put(committee, words="Football after homework")
    now = context.now()
    with db.writing(db.engine()) as session:
        assert plan_meeting(session, committee.id, now + timedelta(days=2), now)
    day = (now + timedelta(days=2)).astimezone(ZoneInfo("Asia/Kolkata")).strftime("%A")
    page = tablet.open("/agenda").text
    assert f"We talk about it on {day}." in page
    assert "Waits for a meeting" not in page


def test_what_the_children_decided_and_where_something_went_can_be_read(house: House, tablet: Visitor) -> None:
    top = house.committee("village_child_committee", name="Village committee")
    below = house.committee("bal_panchayat", goes_up_to_id=top.id)
    settled, gone = to(put(below), "discussed"), to(put(below, words="The well is far"), "discussed")
    with db.writing(db.engine()) as session:
        body = replace(settled.body, decided={"en": "We plant a tree <here>"})
        change_state(session, settled, "settled", DAY, body=body)
        outcomes.promote_item(session, gone, DAY)
    page = tablet.open("/agenda").text
    ours = '<bdi lang="en" dir="ltr">We plant a tree &lt;here&gt;</bdi>'
    assert f"We settled it ourselves, on 24\N{NO-BREAK SPACE}November. {ours}" in page
    assert "It went up to Village committee on 24\N{NO-BREAK SPACE}November." in page
    with db.writing(db.engine()) as session:
        record_closing(session, top.id, DAY)
    assert "It went up to another committee on 24\N{NO-BREAK SPACE}November." in tablet.open("/agenda").text


def test_an_item_bears_the_picture_that_was_found_for_it_and_else_that_of_its_topic(
    house: House, tablet: Visitor
) -> None:
    committee = house.committee()
    put(committee, words="The stairs are dark", topic="broken", picture="1F4A1")
    put(committee, words="The tap drips", topic="broken")
    put(committee, words="Fruit", topic="food", picture="1F9A0")  # no picture of ours, as a later version may know
    pictures = re.findall(r'<article class="item".*?href="#p-([0-9A-F]+)', tablet.open("/agenda").text, re.DOTALL)
    assert pictures == ["1F4A1", "1F527", "1F958"]
    assert all(is_picture(code) for code in ITEM_PICTURES)


def test_what_was_decided_is_read_in_the_childs_language_or_says_in_which_it_is(house: House, tablet: Visitor) -> None:
    """Of a text of no known language nothing is said."""
    committee = house.committee()
    both, hindi, unknown = (to(put(committee), "discussed") for _nth in range(3))
    decisions = ((both, {"en": "A tree", "ar": "شجرة"}), (hindi, {"hi": "एक पेड़"}), (unknown, "Two trees"))
    with db.writing(db.engine()) as session:
        for item, decided in decisions:
            change_state(session, item, "settled", DAY, body=replace(item.body, decided=decided))
    tablet.open("/language/ar", follow=False, status=302)
    page = tablet.open("/agenda").text
    for words in (
        '<bdi lang="ar" dir="rtl">شجرة</bdi>',
        '<bdi lang="hi" dir="ltr">एक पेड़</bdi>',
        '<bdi dir="auto">Two trees</bdi>',
    ):
        assert words in page


def test_what_is_not_for_everybody_stands_there_without_a_word_of_it(house: House, tablet: Visitor) -> None:
    """S26 and moderation that explains itself: who decides by when, and never the words."""
    committee = house.committee()
    held = ItemBody("food", held=HeldSuggestion("names", house.asha.id, DAY + timedelta(days=3)), letter="ab" * 16)
    moved = ItemBody("other", moved=ItemReferral(("Asha", "Ravi"), DAY + timedelta(days=2)))
    with db.writing(db.engine()) as session:
        add_item(session, committee.id, held, DAY, state="suggested")
        add_item(session, committee.id, moved, DAY, state="moved")
        add_item(session, committee.id, ItemBody("play", why="unkind"), DAY, state="declined")
    page = tablet.open("/agenda").text
    assert "One suggestion waits: it may name somebody." in page
    assert "Asha decides by 27\N{NO-BREAK SPACE}November." in page
    assert "One suggestion went to <bdi>Asha</bdi> and <bdi>Ravi</bdi>." in page
    assert "Answer by 26\N{NO-BREAK SPACE}November." in page
    assert "One suggestion is not on the list" in page


def test_what_children_discuss_alone_takes_no_place_of_what_all_may_read(
    house: House, tablet: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agenda_page, "MAX_OPEN_ITEMS", 2)
    monkeypatch.setattr(agenda_page, "MAX_RECENT_ITEMS", 1)
    committee = house.committee("dormitory")
    for number in range(7):
        put(committee, words=f"Alone {number}", alone=True)
    for words in ("Fruit", "Football", "Lamps"):
        put(committee, words=words)
    put(committee, "A new door", "settled")
    for number in range(3):
        put(committee, f"Settled alone {number}", "settled", alone=True)
    page = tablet.open("/agenda").text
    assert "Fruit" in page
    assert "Football" in page
    assert "Lamps" not in page
    assert "There is more." in page
    assert "A new door" in page
    assert "lone" not in page.partition("<main")[2]


def test_a_line_of_right_to_left_words_does_not_turn_its_neighbours(house: House, tablet: Visitor) -> None:
    put(house.committee(), words={"ar": "فاكهة كل يوم"})
    page = tablet.open("/agenda").text
    assert '<bdi lang="ar" dir="rtl">فاكهة كل يوم</bdi>' in page


def test_an_item_without_words_says_what_its_pictures_say(house: House, tablet: Visitor) -> None:
    put(house.committee(), words={}, topic="broken", wish="mend")
    assert "Broken: Mend it" in tablet.open("/agenda").text


def test_how_many_say_so_is_said_in_words_and_not_below_five(house: House, tablet: Visitor) -> None:
    committee = house.committee()
    few, some, many = (put(committee, words=words) for words in ("few", "some", "many"))
    with db.writing(db.engine()) as session:
        for item, number in ((few, 4), (some, 5), (many, 12)):
            add_support(session, item.id, number)
    page = tablet.open("/agenda").text
    assert page.count("of us say so.") == 2
    assert "5 or more of us say so." in page
    assert "10 or more of us say so." in page


def test_two_committees_stand_under_their_names(house: House, tablet: Visitor) -> None:
    put(house.committee("flip_club", name="Club by the river"), words="a lamp")
    put(house.committee("dormitory", name="Dormitory 2"), words="a door")
    page = tablet.open("/agenda").text
    assert page.index("Club by the river") < page.index("a lamp") < page.index("Dormitory 2") < page.index("a door")


def test_the_agenda_of_another_site_is_not_here(house: House, tablet: Visitor) -> None:
    from tests.support import people  # noqa: PLC0415 - a second site, for this one test
    from tests.support.committees import make_committee  # noqa: PLC0415

    with db.writing(db.engine()) as session:
        other = people.make_site(session, "other-house").id
    put(make_committee(other, house.joshi), words="canary of elsewhere")
    assert "canary" not in tablet.open("/agenda").text
