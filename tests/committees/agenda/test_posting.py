"""A representative posts for her committee: three taps, kind words, no names (S26, S27); order, and what is done."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.committees.test_agenda_page import to
from tests.support.committees import DAY, House, again, put
from tests.support.people import on_tablet
from tests.support.representatives import comes, make
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.accountability import replies
from youthvoice.accountability.store import create_answer_due
from youthvoice.committees.agenda.entities import AgendaItem
from youthvoice.committees.agenda.store import list_items
from youthvoice.committees.entities import Committee
from youthvoice.threads import content_check

LONG = "We want a ball. " * 313


@pytest.fixture
def committee(house: House) -> Committee:
    return house.committee("dormitory", name="Dormitory 2")


@pytest.fixture
def tablet(house: House, committee: Committee, visitor: Callable[[], Visitor]) -> Visitor:
    """A tablet at which River is signed in, for Dormitory 2."""
    tablet = on_tablet(visitor(), house.site_id)
    comes(tablet, make(committee, "River"), house.site_id)
    return tablet


def on_agenda(committee: Committee) -> list[AgendaItem]:
    with db.reading(db.engine()) as session:
        return list_items(session, [committee.id], ["on_agenda"])


def test_three_taps_put_something_on_the_agenda(committee: Committee, tablet: Visitor) -> None:
    page = tablet.open("/agenda/post").text
    assert "<bdi>River</bdi>, for <bdi>Dormitory 2</bdi>" in page
    assert page.count('type="radio" name="topic"') == 6
    assert page.count('type="radio" name="wish"') == 3
    page = tablet.send("/agenda/post", {"topic": "broken", "wish": "mend"}).text
    assert "It is on our list." in page
    (item,) = on_agenda(committee)
    assert (item.body.topic, item.body.wish, dict(item.body.words)) == ("broken", "mend", {})
    assert item.body.source == "representative", "it belongs to the committee, and no part of it says who (S27)"
    assert "River" not in repr(item)
    assert "Broken: Mend it" in tablet.open("/agenda").text


def test_words_may_come_with_it_in_her_language(committee: Committee, tablet: Visitor) -> None:
    tablet.client.set_cookie("language", "ar")
    tablet.send("/agenda/post", {"topic": "food", "wish": "more", "words": " فاكهة\r\nكل يوم "})
    (item,) = on_agenda(committee)
    assert dict(item.body.words) == {"ar": "فاكهة\nكل يوم"}


def test_what_is_spoken_is_not_posted_but_suggested_and_she_stays_signed_in(
    committee: Committee, tablet: Visitor
) -> None:
    assert "Rather speak?" in tablet.open("/agenda/post").text
    given: dict[str, object] = {"topic": "broken", "wish": "mend", "words": "It creaks."}
    page = tablet.send("/agenda/mine/speak", given).text
    assert page.count(" checked") == 2
    assert "It creaks." in page
    page = tablet.send("/agenda/mine/speak", {**given, "sheet": "ab" * 16, "committee": str(committee.id)}).text
    assert "It is sent. An advocate hears it, and writes it down." in page
    assert "<bdi>River</bdi>, for <bdi>Dormitory 2</bdi>" in page
    assert on_agenda(committee) == []


def test_a_second_tap_posts_nothing_twice(committee: Committee, tablet: Visitor) -> None:
    for _ in range(2):
        tablet.send("/agenda/post", {"topic": "food", "wish": "more", "words": "Fruit"})
    tablet.send("/agenda/post", {"topic": "food", "wish": "more", "words": "Rice"})
    assert [dict(item.body.words) for item in on_agenda(committee)] == [{"en": "Fruit"}, {"en": "Rice"}]


@pytest.mark.parametrize("sent", [{}, {"topic": "food"}, {"wish": "more"}, {"topic": "drugs", "wish": "mend"}])
def test_what_is_missing_is_asked_for(committee: Committee, tablet: Visitor, sent: dict[str, object]) -> None:
    page = tablet.send("/agenda/post", {**sent, "words": "Fruit, please"}, 422).text
    assert "Tap one picture first." in page
    assert "Fruit, please" in page
    assert not on_agenda(committee)


def test_five_thousand_letters_are_not_taken_and_not_lost(committee: Committee, tablet: Visitor) -> None:
    page = tablet.send("/agenda/post", {"topic": "play", "wish": "more", "words": LONG}, 422).text
    assert "at most 600 letters. All are still here." in page
    assert LONG in page
    assert page.count("checked") == 2
    assert not on_agenda(committee)
    tablet.send("/agenda/post", {"topic": "play", "wish": "more", "words": LONG[:600]})
    assert len(on_agenda(committee)) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Cloud always takes the ball", "There may be a name in it."),
        ("ms JOSHI's office is cold", "There may be a name in it."),
        ("river wants a lamp", "There may be a name in it."),
        ("The cook hits a small boy", "This may be about one child being safe."),
        ("उसने छोटे बच्चे को मारा", "This may be about one child being safe."),
        ("المشرف ضربه", "This may be about one child being safe."),
        ("he shouts at a small boy", "This may be about one child being safe."),
        ("ring 98765 43210", "There may be a name in it."),
    ],
)
def test_names_and_one_childs_safety_are_asked_about_with_two_equal_ways(
    house: House, committee: Committee, tablet: Visitor, words: str, said: str
) -> None:
    make(committee, "Cloud", "deputy")
    page = tablet.send("/agenda/post", {"topic": "other", "wish": "talk", "words": words}, 422).text
    assert said in page
    assert "Change the words" in page
    assert "Give it to the advocates" in page
    assert words.replace("'", "&#39;") in page
    assert not on_agenda(committee)
    page = tablet.send("/agenda/post", {"change": "1", "words": words}).text
    assert words.replace("'", "&#39;") in page, "the words stay"
    assert page.count("checked") == 2, "and so do her taps"
    page = tablet.send("/agenda/mine/friend", {"words": words}).text
    assert "How are you with this?" in page
    assert not on_agenda(committee)


def test_words_of_everyday_are_no_names() -> None:
    adults = ["Ms Joshi", "Mr Dsa"]
    of_everyday = ["Fruit every day", "Miss the football", "We need a better ladder"]
    for words in [*of_everyday, "हमें रोज़ फल चाहिए", "نريد فاكهة كل يوم"]:
        assert not content_check.notice_code([words], ["Blue Kite"], adults), words
    assert not content_check.notice_code(["A wall around the well"], [], ["Vina Lobo, head of the village"])
    assert content_check.notice_code(["lobo asks"], [], ["Vina Lobo, head of the village"]) == "names"
    assert content_check.notice_code(["a blue kite broke"], ["Blue Kite"], adults) == "names"
    assert not content_check.notice_code(["a kite that is blue"], ["Blue Kite"], adults)
    assert content_check.notice_code(["غرفة لكلثوم"], ["كلثوم"], []) == "names", (
        "a name that is written together with a small word"
    )
    assert content_check.notice_code(["वह मीना का है"], ["मीना"], []) == "names"


def test_the_order_of_an_agenda_is_the_childrens(committee: Committee, tablet: Visitor) -> None:
    first, second, third = (put(committee, words=words) for words in ("one", "two", "three"))
    page = tablet.open("/agenda/mine/order").text
    assert page.count('name="up"') == page.count('name="down"') == 2
    tablet.send("/agenda/mine/order", {"up": third.subject})
    tablet.send("/agenda/mine/order", {"down": first.subject})
    assert [item.id for item in on_agenda(committee)] == [third.id, first.id, second.id]
    for name, key in (("up", third.subject), ("down", second.subject), ("up", "x" * 99), ("left", third.subject)):
        tablet.send("/agenda/mine/order", {name: key})
    assert [item.id for item in on_agenda(committee)] == [third.id, first.id, second.id]


def test_she_orders_no_other_committees_agenda(house: House, tablet: Visitor) -> None:
    committee = house.committee("flip_club")
    one, two = put(committee, words="one"), put(committee, words="two")
    tablet.send("/agenda/mine/order", {"up": two.subject})
    assert [item.id for item in on_agenda(committee)] == [one.id, two.id]


def owed(house: House, item: AgendaItem) -> int:
    with db.writing(db.engine()) as session:
        return create_answer_due(
            session,
            site_id=house.site_id,
            kind="item",
            subject=item.subject,
            about={"en": "Fruit every day"},
            due=DAY + timedelta(days=14),
            owner_id=house.joshi.id,
        ).id


def test_she_sees_what_adults_owe(house: House, committee: Committee, tablet: Visitor) -> None:
    owed(house, to(put(committee, words="The stairs are dark"), "discussed", "with_adults"))
    page = tablet.open("/agenda/mine/order").text
    assert "Adults owe us an answer" in page
    assert "The stairs are dark" in page
    assert "Ms Joshi answers by 8" in page


@pytest.mark.dialect("put in once")
@pytest.mark.parametrize(("said", "state"), [("yes", "done"), ("not_yet", "with_adults")])
def test_a_meeting_says_whether_it_is_really_done(
    house: House, committee: Committee, tablet: Visitor, said: str, state: str
) -> None:
    item = to(put(committee, words="The stairs are dark"), "discussed", "with_adults")
    owed_id = owed(house, item)
    assert "Really done?" not in tablet.open("/agenda/mine").text
    with db.writing(db.engine()) as session:
        answer = ("", "yes", {"en": "The lamp is there."}, house.joshi.id, DAY)
        replies.record_reply(session, owed_id, *answer, done_by=DAY)
    assert "Really done?" in tablet.open("/agenda/mine").text
    page = tablet.open("/agenda/mine/really").text
    assert "The lamp is there." in page
    assert "The adults see what you said." in tablet.send("/agenda/mine/really", {said: item.subject}).text
    assert again(item).state == state
    tablet.send("/agenda/mine/really", {said: item.subject})
    assert again(item).state == state


def test_whoever_is_not_signed_in_is_led_to_where_one_signs_in(house: House, visitor: Callable[[], Visitor]) -> None:
    tablet, stranger = on_tablet(visitor(), house.site_id), visitor()
    for page in ("post", "mine/order", "mine/really", "mine/hand-over", "mine/friend", "mine/stop"):
        assert tablet.ask("GET", f"/agenda/{page}").location == "/agenda/mine"
        assert tablet.ask("POST", f"/agenda/{page}", data={"topic": "food"}).location == "/agenda/mine"
    stranger.open("/agenda/mine", status=403)
