"""The tablet's own Back inside a survey asks the page: one screen back, and no answer is lost without a word."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.browsers import PHONE
from tests.journeys.support.navigators import ASSENTS, ChildTablet
from tests.journeys.support.sites import Place
from tests.support.long_tests import breadth, long_test

pytestmark = pytest.mark.journey
NEEDS_MEMORY = True
Tablets = Callable[..., ChildTablet]


def test_the_button_back_goes_one_screen_back_as_often_as_it_is_pressed(tablet: ChildTablet) -> None:
    """Without a tap in between: a browser must not take the page for a trap."""
    tablet.begins()
    tablet.answers_and_goes_on("Very good")
    tablet.answers_and_goes_on("Very bad")
    seen = []
    for _ in range(2 + ASSENTS):
        tablet.presses_the_button_back()
        seen.append(tablet.question or tablet.screen.get_attribute("aria-labelledby"))
    assert seen == ["sleep", "food", "help", "who-sees", "why"]
    assert tablet.chosen() == ["very_good", "very_bad"]


def test_back_on_the_first_screen_asks_like_stop_and_returns_to_it(tablet: ChildTablet) -> None:
    tablet.begins()
    tablet.answers("Very good")
    for _ in range(ASSENTS + 1):
        tablet.presses_the_button_back()
    tablet.reads("This goes when you tap Send.")
    tablet.presses_the_button_back()
    assert tablet.screen.get_attribute("aria-labelledby") == "why"
    assert tablet.chosen() == ["very_good"]


def test_back_on_the_first_screen_leaves_when_nothing_was_answered(tablet: ChildTablet, place: Place) -> None:
    tablet.begins()
    for _ in range(ASSENTS + 1):
        tablet.presses_the_button_back()
    tablet.is_at_the_first_screen()
    assert place.survey not in tablet.history()
    assert place.sheets() == 0


def test_back_after_stop_returns_to_the_question_where_she_stopped(tablet: ChildTablet) -> None:
    tablet.begins()
    tablet.answers_and_goes_on("Very good")
    for goes_back in (tablet.goes_back, tablet.presses_the_button_back):
        tablet.stops()
        goes_back()
        assert tablet.question == "sleep"
    tablet.skips_the_rest()
    tablet.goes_back()
    assert tablet.question == "play"


@long_test("WALKED")
def test_no_before_the_questions_asks_when_something_was_answered(tablet: ChildTablet) -> None:
    tablet.begins()
    tablet.answers("Very good")
    tablet.goes_back()
    tablet.says_no()
    tablet.reads("This goes when you tap Send.")
    assert tablet.chosen() == ["very_good"]


def test_back_answers_a_question_that_lies_over_the_page(tablet: ChildTablet) -> None:
    tablet.page.clock.install()
    tablet.begins()
    tablet.answers("Very good")
    tablet.page.clock.run_for(61_000)
    tablet.reads("Are you still here?")
    tablet.presses_the_button_back()
    expect(tablet.page.locator("[data-still]")).to_be_hidden()
    assert tablet.question == "food"
    assert tablet.chosen() == ["very_good"]


def test_back_from_a_sheet_that_could_not_be_sent_keeps_it(tablet: ChildTablet, place: Place) -> None:
    tablet.begins()
    tablet.answers("Very good")
    tablet.stops()
    with tablet.while_the_house_is_down():
        tablet.sends()
        tablet.reads("The tablet cannot send yet.")
        tablet.presses_the_button_back()
    tablet.sends()
    tablet.is_thanked()
    assert place.sheets() == 1


@long_test("WALKED")
def test_without_a_script_back_leaves_the_page_as_ever(tablets: Tablets, place: Place) -> None:
    tablet = tablets(place, java_script_enabled=False)
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.page.locator(f"nav a[href='{place.survey}']").click()
    tablet.page.locator("[data-question=food] label.tile").first.click()
    tablet.presses_the_button_back()
    expect(tablet.page).to_have_url(f"{place.url}/")


@pytest.mark.parametrize("language", breadth(["العربية"], ["English", "हिन्दी"]))
def test_no_thumb_that_means_back_hits_stop_or_the_dark_corner(language: str, tablet: ChildTablet) -> None:
    tablet.begins(language)
    tablet.skips()
    places = [tablet.page.locator(f"[{name}]").bounding_box() for name in ("data-go=back", "data-go=stop", "data-exit")]
    back, stop, corner = [(box["x"], box["x"] + box["width"]) for box in places if box]
    assert stop[0] - back[1] >= 96
    assert corner[0] - stop[1] >= 16
    assert corner[1] == PHONE[0]
