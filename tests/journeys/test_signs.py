"""A child who cannot hear taps hands and sees an adult sign each text; the next child starts without them.

Duties: CHILD-UX.md (each text has another way than reading; nothing stays); PRIVACY.md C.
"""

import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys.support import browsers
from tests.journeys.support.by_ear import with_voices
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import village_tablet
from tests.journeys.test_offline import without_network
from tests.journeys.test_reading_aloud import forgets_recordings
from tests.support.films import LONG_FILM, SIGN, offer_signs, sign_texts
from tests.support.long_tests import long_test
from youthvoice import db
from youthvoice.clips import availability
from youthvoice.clips.text_collector import clip_name, film_voice
from youthvoice.sites.store import change_site

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
QUESTION = "How was the food this week?"
ANSWERS = ("Very bad", "Bad", "Good", "Very good", "I don't know")
IN_HINDI = ("इस हफ़्ते खाना कैसा था?", "बहुत ख़राब", "ख़राब", "अच्छा", "बहुत अच्छा", "पता नहीं")
FRONT = "What would you like to do?"
LOW = (960, 600)
_PLAYS = "(film => film && film.readyState >= 2 && film.currentTime > 0.2)(document.querySelector('video'))"
_LAID = "caches.open('films').then((films) => films.keys()).then((laid) => laid.length)"
_RESTS = """new Promise((rests) => {
    const film = document.querySelector("video");
    film.playbackRate = 0.5;
    film.onpause = () => rests(!film.ended);
})"""
"""Whether it pauses before its end: Chromium writes down films that play for two seconds at a stretch."""
_WIDTH = "document.querySelector('.now .stage').getBoundingClientRect().width"
_OVER = "document.querySelector('video').ended"
_SMALL_OR_COVERED = """() => {
    const box = (one) => one.getBoundingClientRect(), shown = (one) => one.checkVisibility(), found = [];
    for (const hands of [...document.querySelectorAll(".hands")].filter(shown)) {
        const { width, height, left, top } = box(hands);
        if (width < 48 || height < 48) found.push(`${width} x ${height}`);
        if (!hands.closest(".stage") && !hands.contains(document.elementFromPoint(left + width / 2, top + height / 2))) found.push(hands.ariaLabel);
    }
    const film = document.querySelector("video"), stage = box(film);
    for (const tile of [...document.querySelectorAll(".tile")].filter(shown)) {
        const { left, right, top, bottom } = box(tile);
        if (left < stage.right && stage.left < right && top < stage.bottom && stage.top < bottom) found.push(tile.textContent.trim());
    }
    return found;
}"""  # noqa: E501 - one thought a line
"""Hands that are too small to tap or lie under something, and answers that a film hides."""


@pytest.fixture(params=[("en", (FRONT, "Tell", QUESTION, *ANSWERS))])
def signing(request: pytest.FixtureRequest, place: Place) -> Iterator[Place]:
    """A place with films of one question, its answers and the front page."""
    with place.house.app.app_context():
        offer_signs(place.site_id)
        sign_texts(*request.param)
    time.sleep(1.1 * availability.INDEX_SECONDS)
    yield place
    forgets_recordings(place.house)


def plays(page: Page) -> None:
    comes_true(page, lambda: page.evaluate(_PLAYS), "a film plays")


@long_test("WALKED")
def test_a_child_sees_a_question_and_its_answers_signed_and_the_next_child_starts_without(
    tablets: Tablets, signing: Place
) -> None:
    tablet = tablets(signing, reduced_motion="reduce")
    page = tablet.page
    tablet.opens("/language")
    page.locator('a[href="/language/en.signs"]').click()
    tablet.shows("/")
    expect(page.locator("nav .hands")).to_have_count(1)  # a door with a film; the others have none
    page.locator(".size:visible").click()
    expect(page.locator("html.signs.large nav .hands")).to_have_count(1)
    tablet.opens(str(page.locator("[data-ear]").get_attribute("href")))
    expect(page.locator("[data-zones]")).to_be_visible()
    expect(page.locator(".hands")).to_have_count(0)
    page.locator(".uncovers").click()  # what she chose before is there again
    expect(page.locator("html.signs.large:not(.covered) nav .hands")).to_have_count(1)
    page.locator(".size:visible").click()
    expect(page.locator("html.signs:not(.large) nav .hands")).to_have_count(1)
    page.locator(f"nav a[href='{signing.survey}']").click()
    tablet.agrees()
    assert tablet.question == "food"

    very_bad = tablet.screen.locator(".tile").first
    hands = very_bad.get_by_role("button", name="See it in sign language: Very bad")
    hands.click()
    plays(page)
    assert page.evaluate(_RESTS)
    assert page.evaluate("document.querySelector('video').muted")
    for width, height in (browsers.PHONE, LOW):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(_SMALL_OR_COVERED) == []
    expect(very_bad.locator("input")).not_to_be_checked()  # to look is no answer
    comes_true(page, lambda: page.evaluate(_OVER), "it plays once")
    page.locator("video").click()
    plays(page)
    very_bad.click(position={"x": 80, "y": 90})
    expect(page.locator("video")).to_have_count(0)  # the next tap closes it, and does what it does
    expect(very_bad.locator("input")).to_be_checked()
    tablet.screen.locator(".stage .hands").press("Enter")
    plays(page)
    page.keyboard.press("Escape")
    expect(page.locator("video")).to_have_count(0)
    tablet.goes_on()
    expect(tablet.screen.locator(".hands")).to_have_count(0)  # nobody signed this question

    begins_survey(tablet, signing, "en")
    assert tablet.question == "food"
    expect(page.locator(".hands")).to_have_count(0)


def begins_survey(child: ChildTablet, place: Place, choice: str) -> None:
    """She chooses a language, perhaps with signs, and comes to the first question."""
    child.opens("/language")
    child.page.locator(f'a[href="/language/{choice}"]').click()
    child.shows("/")
    child.page.locator(f"nav a[href='{place.survey}']").click()
    child.agrees()


def waits_for_films(page: Page) -> None:
    """Wait until the tablet has every film of the Hindi texts."""
    comes_true(page, lambda: page.evaluate(_LAID) == len(IN_HINDI), "every film lies on the tablet")


@pytest.mark.parametrize("signing", [("hi", IN_HINDI)], indirect=True)
def test_a_tablet_waits_for_films_and_shows_them_without_a_network(
    playwright: Playwright, signing: Place, tmp_path: Path
) -> None:
    with village_tablet(playwright, signing, tmp_path / "profile", choice="en.large") as village:
        child, page = village.child, village.child.page
        child.opens("/")
        expect(page.locator("html")).to_have_class(re.compile("large"))  # chosen before the tablet kept anything
        decoding = village.folder / "Default" / "VideoDecodeStats"
        comes_true(page, decoding.exists, "what Chromium begins with a first film it begins with the first page")
        waits_for_films(page)
        begins_survey(child, signing, "hi.signs")
        page.evaluate("caches.delete('films')")  # all of them were replaced while this page is open
        child.screen.locator(".tile .hands").first.click()
        expect(page.locator("video")).to_have_count(0)  # the house hears of no film that a child taps
        child.opens("/language")
        child.chooses_language("English")
        waits_for_films(page)
        with without_network(signing):
            begins_survey(child, signing, "hi.signs")
            child.screen.locator(".tile .hands").nth(3).click()
            plays(page)
            child.opens("/language")
            child.chooses_language("English")
            page.locator(f"nav a[href='{signing.survey}']").click()
            expect(child.screen).to_be_visible()
            expect(page.locator("html")).not_to_have_class("signs")


_DECODED = re.compile(rb"\d+_\d+\|\d+x\d+\|\d+")
"""Profile, size and pictures a second of a film: behind them Chromium writes how many were shown, and when."""


@long_test("WALKED")
@pytest.mark.parametrize("signing", [("hi", IN_HINDI[1:])], indirect=True)
def test_no_file_of_the_browser_says_when_which_film_was_seen(
    playwright: Playwright, signing: Place, tmp_path: Path
) -> None:
    with signing.house.app.app_context():
        sign_texts("hi", IN_HINDI[:1], LONG_FILM)
    time.sleep(1.1 * availability.INDEX_SECONDS)
    with village_tablet(playwright, signing, tmp_path / "profile", whole=True) as village:
        child, page = village.child, village.child.page
        waits_for_films(page)
        begins_survey(child, signing, "hi.signs")
        child.screen.locator(".stage .hands").click()
        plays(page)
        comes_true(page, lambda: page.evaluate(_OVER), "it plays to its end")
        village.switches_off()
        files = [file for file in village.folder.rglob("*") if file.is_file() and "CacheStorage" not in file.parts]
        assert [file.name for file in files if _DECODED.search(file.read_bytes())] == []


_TOP = "document.querySelector('.now {}').getBoundingClientRect().top"
_WRITES_FIRST = f"{_TOP.format('.words')} < {_TOP.format('.voice')}"
_COVERS_STRIP = f"{_TOP.format('.stage')} < document.querySelector('main > .strip').getBoundingClientRect().bottom"
LEAVE = "These people will read it. Leave anyone out?"
WRITE = "Say it or write it."
NAMES = ("Asha Example", "Ravi Example", "Meera Example", "Olga Example")
_BEGUN = "begun = []; addEventListener('loadstart', (event) => begun.push(event.target.src.split('/').at(-2)), true)"
_ENDED = "document.querySelector('video').ended ? begun : []"


def has_signed(page: Page, films: list[str]) -> bool:
    """Whether these films were played, and the last of them to its end."""
    return bool(page.evaluate(_ENDED) == films)


def test_three_languages_and_their_hands_are_seen_whole_on_a_low_tablet(tablets: Tablets, signing: Place) -> None:
    with signing.house.app.app_context():
        for language, text in (("hi", "बताइए"), ("ar", "أحكي")):
            sign_texts(language, (text,))
        with db.writing(db.engine()) as session:
            change_site(session, signing.site_id, {"languages": ("en", "hi", "ar")})
    time.sleep(1.1 * availability.INDEX_SECONDS)
    tablet = with_voices(tablets(signing, viewport={"width": LOW[0], "height": LOW[1]}))
    page = tablet.page
    tablet.opens("/language")
    expect(page.locator(".language:visible")).to_have_count(6)
    expect(page.locator(".language button:visible")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollHeight") == LOW[1]


@long_test("WALKED")
@pytest.mark.parametrize("signing", [("en", (LEAVE, *NAMES, "reads it", "cannot see this", WRITE))], indirect=True)
def test_of_an_adult_only_what_is_true_now_is_signed(tablets: Tablets, signing: Place) -> None:
    name, reads, cannot = (
        clip_name(film_voice("en", SIGN), words) for words in (NAMES[0], "reads it", "cannot see this")
    )
    tablet = tablets(signing)
    page = tablet.page
    tablet.opens("/language")
    page.locator('a[href="/language/en.signs"]').click()
    tablet.shows("/")
    page.locator("nav a[href='/ways']").click()
    page.locator("nav a[href='/tell']").click()
    tablet.goes_on()
    tablet.skips_to("readers")
    page.evaluate(_BEGUN)
    asha = tablet.screen.locator(".tile").first
    for film, words in ((reads, "reads it"), (cannot, "cannot see this")):
        page.evaluate("begun.length = 0")
        hands = asha.locator(".hands")
        expect(hands).to_have_attribute("aria-label", f"See it in sign language: {NAMES[0]} {words}")
        hands.click()
        expect(page.locator("video")).to_be_visible()
        assert page.evaluate(_WIDTH) > 120  # beside a heading that lies across, too
        comes_true(page, partial(has_signed, page, [name, film]), "all of it was signed")
        asha.click(position={"x": 80, "y": 90})
    tablet.goes_on_to("tell")
    page.set_viewport_size({"width": LOW[0], "height": LOW[1]})
    assert page.evaluate(_WRITES_FIRST)
    tablet.screen.locator(".stage .hands").click()
    plays(page)
    assert page.evaluate(_COVERS_STRIP) is False
    page.set_viewport_size({"width": browsers.PHONE[0], "height": browsers.PHONE[1]})
    assert page.evaluate(_WRITES_FIRST)
