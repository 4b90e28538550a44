"""Handing over (S23), and what a friend told a representative (S26)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.committees.test_agenda_page import to
from tests.conftest import StillClock
from tests.support.committees import DAY, House, put
from tests.support.people import on_tablet
from tests.support.representatives import comes, cookie, make, now
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.committees.representatives.rules import is_to_hand_over
from youthvoice.committees.representatives.store import end_term


@pytest.fixture
def tablet(house: House, visitor: Callable[[], Visitor]) -> Visitor:
    return on_tablet(visitor(), house.site_id)


def test_who_follows_sees_what_is_open_and_both_tap(house: House, tablet: Visitor) -> None:
    committee = house.committee("dormitory")
    old = make(committee, "River", "speaker")
    new = make(committee, "Cloud", "speaker")
    to(put(committee, words="The stairs are dark"), "discussed", "with_adults")
    put(committee, words="Settled long ago", state="declined")
    comes(tablet, new, house.site_id)
    assert "Hand over" in tablet.open("/agenda/mine").text
    page = tablet.open("/agenda/mine/hand-over").text
    assert "The stairs are dark" in page
    assert "Settled" not in page
    assert "<bdi>River</bdi>" in page
    page = tablet.send("/agenda/mine/hand-over", {"gave": "1"}, 422).text
    assert "Both of you tap." in page
    assert now(old).handed_over_on is None
    assert "What is open was handed over." in tablet.send("/agenda/mine/hand-over", {"gave": "1", "took": "1"}).text
    assert now(old).handed_over_on == DAY
    assert "Hand over" not in tablet.open("/agenda/mine").text


def test_nothing_is_handed_over_by_somebody_of_another_post(house: House, tablet: Visitor) -> None:
    committee = house.committee("dormitory")
    old = make(committee, "River", "speaker")
    with db.writing(db.engine()) as session:
        end_term(session, old, DAY, "left")
    comes(tablet, make(committee, "Cloud", "deputy"), house.site_id)
    assert tablet.ask("GET", "/agenda/mine/hand-over").location == "/agenda/mine"
    sent = {"old": old.key, "gave": "1", "took": "1"}
    assert tablet.ask("POST", "/agenda/mine/hand-over", data=sent).location == "/agenda/mine"
    assert now(old).handed_over_on is None


def test_a_term_that_ran_out_is_to_be_handed_over_for_a_while(house: House, clock: StillClock) -> None:
    representative = make(house.committee("dormitory"))
    for days, waits in ((0, False), (91, False), (92, True), (91 + 90, True), (91 + 91, False)):
        assert is_to_hand_over(representative, DAY + timedelta(days=days)) is waits, days


# --- A friend told me something bad --------------------------------------------------------------------------------


def goes_on(tablet: Visitor, sent: dict[str, object]) -> str:
    """She taps "Go on": the same form goes to `/tell`, as a browser sends it again by itself; and what follows."""
    answer = tablet.send("/agenda/mine/friend", sent, 307, follow=False)
    assert answer.location == "/tell", "like every other: no address says where she came from"
    return tablet.send("/tell", sent).text


def test_three_taps_lead_to_telling_and_she_is_signed_out(house: House, tablet: Visitor) -> None:
    comes(tablet, make(house.committee("dormitory")), house.site_id)
    assert "A friend told me something bad" in tablet.open("/agenda/mine").text  # one
    page = tablet.open("/agenda/mine/friend").text
    assert "How are you with this?" in page
    for words in ("Not well", "So so", "Well", "I want to talk to someone", "not to the list"):
        assert words in page
    page = goes_on(tablet, {"how_is": "not_well", "come": "yes"})  # two and three
    assert 'name="whom" value="friend" checked' in page
    assert 'name="come" value="yes" checked' in page
    assert "A friend told me something bad. I am not well with it.</textarea>" in page
    assert "River" not in page
    assert not cookie(tablet.client)
    assert "Who are you?" in tablet.open("/agenda/mine").text


def test_what_she_wrote_for_the_agenda_comes_with_her(house: House, tablet: Visitor) -> None:
    comes(tablet, make(house.committee("dormitory")), house.site_id)
    page = tablet.send("/agenda/post", {"topic": "other", "wish": "talk", "words": "He hits\nthe small ones"}, 422).text
    assert "Give it to the advocates" in page
    page = tablet.send("/agenda/mine/friend", {"words": "He hits\nthe small ones"}).text
    page = goes_on(tablet, {"how_is": "so_so"})
    assert "A friend told me something bad. It is hard for me.\nHe hits\nthe small ones</textarea>" in page
    assert 'name="come" value="yes" checked' not in page


def test_her_language_stays_and_a_made_up_form_fills_nothing(house: House, tablet: Visitor) -> None:
    comes(tablet, make(house.committee("dormitory")), house.site_id)
    tablet.client.set_cookie("language", "ar")
    page = goes_on(tablet, {"begin": "1", "whom": "friend"})
    assert 'lang="ar"' in page.split("<body")[0]
    made_up: dict[str, object] = {
        "begin": "1",
        "whom": "everybody",
        "come": "perhaps",
        "how_is": "x",
        "words": "y" * 9000,
    }
    page = tablet.send("/tell", made_up).text
    assert 'name="whom" value="everybody"' not in page
    assert "y" * 4000 + "</textarea>" in page
    assert "y" * 4001 not in page


def test_where_nobody_is_there_to_be_told_she_sees_who_helps_now(
    house: House, tablet: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("youthvoice.committees.routes.public.representatives.is_channel_open", lambda _site: False)
    comes(tablet, make(house.committee("dormitory")), house.site_id)
    page = tablet.open("/agenda/mine/friend").text
    assert "In danger now?" in page
