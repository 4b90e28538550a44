"""Help and danger are one tap from every screen of a child, and what she answered so far waits (CHILD-UX)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.browsers import PHONE, TABLET
from tests.journeys.support.by_ear import with_voices
from tests.journeys.support.navigators import ChildTablet
from tests.journeys.support.sites import Place
from tests.support.long_tests import breadth

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]


def asks_for_help(tablet: ChildTablet) -> None:
    """Tap the hand in the bar."""
    tablet.page.locator("[data-help]").click()
    expect(tablet.page.locator("[data-helps]")).to_be_visible()


def test_the_hand_shows_whom_to_call_over_the_page_and_what_was_answered_waits(tablet: ChildTablet) -> None:
    tablet.begins()
    tablet.answers_and_goes_on("Very good")
    tablet.answers("Very bad")
    address = tablet.page.url
    asks_for_help(tablet)
    rows = tablet.page.locator("[data-helps] .call")
    assert rows.first.get_attribute("href") == "tel:112", "danger first, and the whole row calls"
    expect(rows.first).to_contain_text("the person at the gate")
    assert rows.nth(1).get_attribute("href") == "tel:1098"
    expect(rows.nth(2)).to_contain_text("What you did on this page is not sent.")
    tablet.page.locator("[data-shut]").click()
    assert (tablet.page.url, tablet.question) == (address, "sleep")
    assert tablet.chosen() == ["very_good", "very_bad"]


def test_the_tablets_own_back_and_escape_close_help_and_nothing_else(tablet: ChildTablet) -> None:
    tablet.begins()
    tablet.answers_and_goes_on("Very good")
    for closes in (tablet.presses_the_button_back, lambda: tablet.page.keyboard.press("Escape")):
        asks_for_help(tablet)
        closes()
        expect(tablet.page.locator("[data-helps]")).to_be_hidden()
        assert tablet.question == "sleep"
    assert tablet.chosen() == ["very_good"]


def test_who_tells_keeps_her_words_and_is_not_sent_to_telling_again(tablet: ChildTablet) -> None:
    tablet.opens("/tell")
    tablet.goes_on()
    tablet.goes_on_to("topic")
    tablet.screen.locator("label").first.click()
    asks_for_help(tablet)
    assert tablet.page.locator("[data-helps] .call").count() == 2
    tablet.page.locator("[data-shut]").click()
    assert tablet.question == "topic"
    assert len(tablet.chosen()) == 1


def test_nobody_is_thrown_out_unasked_while_help_lies_over_her_page(tablet: ChildTablet) -> None:
    """She says that she is still here, and help lies there as before; nothing under it can be tapped."""
    tablet.page.clock.install()
    tablet.begins()
    asks_for_help(tablet)
    tablet.page.clock.run_for(61_000)
    tablet.page.locator("[data-here]").click()
    expect(tablet.page.locator("[data-helps]")).to_be_visible()
    assert tablet.page.locator("main").evaluate("one => one.inert")


def test_without_a_script_the_hand_is_a_link_to_the_same_rows(tablets: Tablets, place: Place) -> None:
    tablet = tablets(place, java_script_enabled=False)
    tablet.opens("/language/en")
    tablet.opens(place.survey)
    tablet.page.locator("[data-help]").click()
    expect(tablet.page).to_have_url(f"{place.url}/help")
    assert tablet.page.locator(".call").first.get_attribute("href") == "tel:112"


@pytest.mark.parametrize(
    ("size", "language"),
    breadth(
        [(PHONE, "hi"), ((320, 640), "ar"), (TABLET, "en")],
        [(PHONE, "en"), (PHONE, "ar"), ((320, 640), "en"), ((320, 640), "hi"), (TABLET, "hi"), (TABLET, "ar")],
    ),
    ids=str,
)
def test_every_row_of_help_and_the_hand_are_on_the_screen_and_large(
    tablets: Tablets, place: Place, size: tuple[int, int], language: str
) -> None:
    tablet = with_voices(tablets(place, viewport={"width": size[0], "height": size[1]}))
    tablet.page.context.add_cookies([{"name": "language", "value": language, "url": place.url}])
    tablet.opens(place.survey)
    tablet.agrees()
    hand, stop, corner = (
        tablet.page.locator(f"[{one}]").bounding_box() for one in ("data-help", "data-go=stop", "data-exit")
    )
    assert hand
    assert stop
    assert corner
    assert min(hand["width"], hand["height"]) >= 64
    assert hand["x"] + hand["width"] <= stop["x"]
    assert stop["x"] + stop["width"] <= corner["x"]
    asks_for_help(tablet)
    for row in tablet.page.locator("[data-helps] .call, [data-shut]").all():
        box = row.bounding_box()
        assert box
        assert box["height"] >= 64
        assert size == (320, 640) or box["y"] + box["height"] <= size[1]
