"""Whoever leaves by the dark corner, or comes back too late, finds nothing: on pages that nobody goes back to.

What Back finds, in a browser that keeps pages in memory: `test_nothing_stays`. Duties: CHILD-UX.md (quick exit; idle).
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.navigators import ChildTablet
from tests.journeys.support.sites import Place
from tests.journeys.test_nothing_stays import WORDS, given, is_left_alone, nothing_of_the_child_is_here
from tests.journeys.test_telling import opens_tell
from tests.support.long_tests import breadth

pytestmark = pytest.mark.journey


AWAY = {
    "English": "Nobody was here for a while. What was not sent is gone.",
    "हिन्दी": "कुछ देर यहाँ कोई नहीं था। जो भेजा नहीं गया था, वह मिट गया।",
    "العربية": "لم يكن أحد هنا لمدة. ما لم يُرسل مُحي.",
}


def _looks_up_the_rights(tablet: ChildTablet) -> None:
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.opens("/rights")


def _tells(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    tablet.skips_to("topic")
    tablet.answers("Being hit")


WALKS: tuple[Callable[[ChildTablet], object], ...] = (given, _tells, _looks_up_the_rights)


@pytest.mark.parametrize("ends", breadth([ChildTablet.sleeps_too_long], [is_left_alone]))
def test_whoever_comes_back_too_late_reads_why_the_same_after_every_page(
    ends: Callable[[ChildTablet], None], tablet: ChildTablet
) -> None:
    """One sentence, which tells nobody whether something was told; it stays until somebody taps."""
    tablet.page.clock.install()
    pages = set()
    for walk in WALKS:
        walk(tablet)
        ends(tablet)
        for language, words in AWAY.items():
            expect(tablet.page.get_by_role("link", name=language).get_by_text(words)).to_be_visible()
        pages.add(tablet.page.locator("main").inner_html())
        is_left_alone(tablet)
        expect(tablet.page.get_by_text(AWAY["English"])).to_be_visible()
        tablet.chooses_language("English")
        tablet.opens("/language")
        expect(tablet.page.get_by_text(AWAY["English"])).to_be_hidden()
    assert len(pages) == 1


def test_whoever_ends_it_herself_or_was_never_there_reads_nothing_of_it(tablet: ChildTablet) -> None:
    tablet.page.clock.install()
    tablet.opens("/language")
    tablet.page.clock.run_for(91_000)
    tablet.is_at_the_first_screen()
    expect(tablet.page.get_by_text(AWAY["English"])).to_be_hidden()
    given(tablet).stops()
    tablet.throws_away()
    tablet.is_at_the_first_screen()
    expect(tablet.page.get_by_text(AWAY["English"])).to_be_hidden()
    given(tablet)
    tablet.leaves_fast()
    tablet.is_on_the_harmless_page()
    tablet.opens("/language")
    expect(tablet.page.get_by_text(AWAY["English"])).to_be_hidden()


def test_another_window_finds_nothing_of_hers(tablet: ChildTablet) -> None:
    given(tablet)
    tablet.page = tablet.page.context.new_page()
    tablet.opens(tablet.place.survey)
    nothing_of_the_child_is_here(tablet)
    assert tablet.question == ""


def test_nothing_is_stored_in_the_browser(tablet: ChildTablet) -> None:
    given(tablet)
    stored = tablet.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert stored == [0, 0, ""]


def test_the_dark_corner_blanks_the_screen_at_once(tablet: ChildTablet) -> None:
    """In the same moment as the tap, whatever the network does."""
    given(tablet)
    seen = tablet.page.evaluate("""() => {
        document.querySelector("[data-exit]").click();
        const seen = document.querySelector("main").checkVisibility();
        return [seen, document.querySelector("textarea").value, document.querySelectorAll(":checked").length];
    }""")
    assert seen == [False, "", 0]
    tablet.is_on_the_harmless_page()


def test_the_dark_corner_leads_to_a_harmless_page(tablet: ChildTablet, place: Place) -> None:
    given(tablet).leaves_fast()
    tablet.is_on_the_harmless_page()
    expect(tablet.page).not_to_have_title(re.compile("Youth Voice"))
    assert (place.sheets(), place.letters()) == (0, 0)


def test_the_dark_corner_lies_at_the_same_place_on_every_page(tablet: ChildTablet) -> None:
    places = []
    for language in ("en", "hi", "ar"):
        tablet.opens(f"/language/{language}")
        for path in ("/", "/language", "/help", "/rights", "/we-did", "/survey/none"):
            tablet.opens(path)
            box = tablet.page.locator("[data-exit]").bounding_box()
            assert box
            places.append((round(box["x"] + box["width"]), round(box["y"])))
    assert len(set(places)) == 1, places


def test_a_child_who_is_still_here_keeps_her_answers(tablet: ChildTablet) -> None:
    tablet.page.clock.install()
    given(tablet)
    tablet.page.clock.run_for(61_000)
    tablet.page.locator("[data-here]").click()
    tablet.page.clock.run_for(31_000)
    expect(tablet.page.locator("[data-still]")).to_be_hidden()
    assert WORDS in tablet.chosen()


def test_the_next_child_chooses_her_own_language(tablet: ChildTablet) -> None:
    tablet.begins("हिन्दी")
    tablet.answers("अच्छा")
    tablet.stops()
    tablet.sends()
    tablet.is_thanked()
    tablet.page.locator("footer a").click()
    tablet.is_at_the_first_screen()
    tablet.keeps_but_one_cookie()
