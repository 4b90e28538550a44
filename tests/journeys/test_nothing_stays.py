"""What one child did never shows to the next. Duties: CHILD-UX.md (quick exit; nothing stays; idle)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from tests.support.long_tests import breadth

pytestmark = pytest.mark.journey
NEEDS_MEMORY = True
Tablets = Callable[..., ChildTablet]
WORDS = "Only I wrote this sentence."


def given(tablet: ChildTablet) -> ChildTablet:
    """A child has answered, and written into the letter box."""
    tablet.begins()
    tablet.answers("Very good")
    tablet.skips_to("letter_box")
    tablet.writes(WORDS)
    assert WORDS in tablet.chosen()
    return tablet


def nothing_of_the_child_is_here(tablet: ChildTablet) -> None:
    assert tablet.chosen() == []
    assert WORDS not in tablet.page.content()


def back_finds_nothing(tablet: ChildTablet) -> None:
    """Press Back until the history is at its end, and Forward again."""
    while tablet.presses_the_browsers_back():
        nothing_of_the_child_is_here(tablet)
    while tablet.presses_the_browsers_forward():
        nothing_of_the_child_is_here(tablet)


def test_this_browser_brings_pages_back_from_memory(tablet: ChildTablet) -> None:
    """Otherwise the journeys below prove nothing."""
    tablet.opens("/exit")
    tablet.page.evaluate("addEventListener('pageshow', event => { window.brought = event.persisted })")
    tablet.opens("/help")
    tablet.presses_the_browsers_back()
    assert tablet.page.evaluate("window.brought") is True


def test_a_page_that_the_browser_kept_in_memory_all_the_same_is_emptied(tablet: ChildTablet) -> None:
    """Chromium may keep `no-store` pages too; here the header is taken away, so that it surely does."""
    kept = tablet.page.context.browser.new_context(storage_state=tablet.page.context.storage_state())  # type: ignore[union-attr]
    tablet.page = kept.new_page()
    tablet.page.route("**/survey/*", _without_no_store)
    given(tablet)
    shown: list[str] = []
    tablet.page.expose_function("told", lambda persisted: shown.append(persisted))  # noqa: PLW0108 - a built-in cannot be exposed
    tablet.page.evaluate("addEventListener('pageshow', event => { told(String(event.persisted)) }, true)")
    tablet.opens("/help")
    tablet.leaves_fast()
    tablet.is_on_the_harmless_page()
    tablet.presses_the_browsers_back()
    nothing_of_the_child_is_here(tablet)
    comes_true(tablet.page, lambda: shown, "what the page says of itself")
    assert shown == ["true"]


def _without_no_store(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, headers={**answer.headers, "cache-control": "private, max-age=60"})


LEAVING = {
    "sends": ChildTablet.is_thanked,
    "throws_away": ChildTablet.is_at_the_first_screen,
    "leaves_fast": ChildTablet.is_on_the_harmless_page,
    "presses_shift_three_times": ChildTablet.is_on_the_harmless_page,
}


@pytest.mark.parametrize("leave", breadth(["sends", "leaves_fast"], ["throws_away", "presses_shift_three_times"]))
def test_back_shows_nothing_after(leave: str, tablet: ChildTablet) -> None:
    given(tablet)
    if leave in {"sends", "throws_away"}:
        tablet.stops()
    getattr(tablet, leave)()
    LEAVING[leave](tablet)
    assert tablet.place.survey not in tablet.history()
    back_finds_nothing(tablet)


@pytest.mark.parametrize("leave", breadth(["leaves_fast"], ["presses_shift_three_times"]))
def test_forward_after_the_dark_corner_finds_the_harmless_page_again(leave: str, tablet: ChildTablet) -> None:
    getattr(given(tablet), leave)()
    tablet.is_on_the_harmless_page()
    assert tablet.history()[-2:] == ["/exit/en", "/exit/en"]
    tablet.presses_the_browsers_forward()
    tablet.is_on_the_harmless_page()


def test_back_while_a_survey_goes_away_does_not_stop_it(tablet: ChildTablet) -> None:
    given(tablet).stops()
    tablet.page.evaluate("document.querySelector('[data-end] [data-go=throw]').click(); history.back()")
    tablet.is_at_the_first_screen()
    back_finds_nothing(tablet)


def test_the_tablets_back_keeps_answers_on_the_page_and_none_in_the_history(tablet: ChildTablet) -> None:
    tablet.begins()
    for words in ("Very good", "Good", "Very bad"):
        tablet.answers_and_goes_on(words)
    assert tablet.history().count(tablet.place.survey) == 1
    for question in ("learning", "sleep", "food"):
        tablet.presses_the_browsers_back()
        assert tablet.question == question
    assert tablet.chosen() == ["very_good", "good", "very_bad"]
    assert tablet.page.evaluate("history.state") == "answering"
    assert tablet.history().count(tablet.place.survey) == 1
    tablet.leaves_fast()
    tablet.is_on_the_harmless_page()
    back_finds_nothing(tablet)


def test_a_page_loaded_again_in_a_survey_is_where_she_was_and_grows_no_history(tablet: ChildTablet) -> None:
    """In the same sitting nothing is lost; Send, Throw away and the dark corner end it after a reload as before."""
    given(tablet)
    known = tablet.history()
    tablet.page.reload()
    assert tablet.question == "letter_box"
    assert WORDS in tablet.chosen()
    tablet.goes_back()
    assert tablet.history() == known
    tablet.leaves_fast()
    tablet.is_on_the_harmless_page()
    back_finds_nothing(tablet)


def test_a_child_who_looks_at_help_and_returns_finds_her_words(tablet: ChildTablet) -> None:
    given(tablet)
    tablet.opens("/help")
    tablet.presses_the_browsers_back()
    assert tablet.question == "letter_box"
    assert WORDS in tablet.chosen()


def _reaches_the_front(tablet: ChildTablet) -> None:
    tablet.page.locator("main a[href='/'], footer a[href='/']").first.click()
    tablet.shows("/")
    comes_true(tablet.page, lambda: not tablet.page.evaluate("window.name"), "it is forgotten")


def _takes_the_dark_corner(tablet: ChildTablet) -> None:
    tablet.leaves_fast()
    tablet.is_on_the_harmless_page()


def is_left_alone(tablet: ChildTablet) -> None:
    tablet.page.clock.run_for(331_000)
    tablet.is_at_the_first_screen()


GOING: dict[str, Callable[[ChildTablet], None]] = {
    "the front page": _reaches_the_front,
    "the dark corner": _takes_the_dark_corner,
    "idling": is_left_alone,
}


@pytest.mark.parametrize("going", breadth(["idling"], ["the front page", "the dark corner"]))
def test_typed_words_do_not_come_back_for_whoever_is_there_next(going: str, tablet: ChildTablet) -> None:
    """She went to another page, and from there away: Back is not hers any more."""
    tablet.page.clock.install()
    given(tablet)
    tablet.opens("/help")
    GOING[going](tablet)
    back_finds_nothing(tablet)
    tablet.opens(tablet.place.survey)
    nothing_of_the_child_is_here(tablet)


def test_a_tablet_that_nobody_taps_asks_and_then_forgets(tablet: ChildTablet, place: Place) -> None:
    tablet.page.clock.install()
    given(tablet)
    tablet.page.clock.run_for(59_000)
    expect(tablet.page.locator("[data-still]")).to_be_hidden()
    tablet.page.clock.run_for(2_000)
    tablet.reads("Are you still here?")
    tablet.page.clock.run_for(31_000)
    tablet.is_at_the_first_screen()
    assert place.survey not in tablet.history()
    back_finds_nothing(tablet)
    assert (place.sheets(), place.letters()) == (0, 0)
