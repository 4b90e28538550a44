"""The same village tablet in Debian's Firefox, which has no Background Sync: a page that is opened wakes its worker."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.journeys.support import browsers, firefox
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import VillageTablet, village_tablet
from tests.journeys.test_offline import CANARY, answers_all, digits, goes_to, is_saved, without_network
from tests.journeys.test_slips import open_vote
from tests.journeys.test_telling import keeps_the_pictures, reports

pytestmark = browsers.LONG


@pytest.fixture
def village(playwright: Playwright, place: Place, tmp_path: Path) -> Iterator[VillageTablet]:
    """A tablet with Firefox, which was online once."""
    if not firefox.FIREFOX.exists():
        pytest.skip(f"NOT TESTED in Firefox: {firefox.FIREFOX} is missing (apt-get install firefox-esr)")
    open_vote(place, 1)  # so that a round is behind "Open today"
    with village_tablet(playwright, place, tmp_path / "profile", browser=firefox.with_profile) as tablet:
        yield tablet


def tells_by_words(child: ChildTablet) -> list[str]:
    """In Hindi, alone, about a lamp; gives the seven pictures that the tablet drew."""
    goes_to(child, "/tell", language="हिन्दी")
    child.goes_on()
    for words in ("सिर्फ़ मैं", "कुछ टूटा है", "हम कई लोग"):
        child.answers_and_goes_on(words)
    child.goes_on()
    child.goes_on()
    child.reads("इस टैबलेट को नेटवर्क नहीं मिल रहा")
    child.goes_on()
    child.writes(CANARY)
    child.goes_on()
    for words in ("नहीं", "पहले मुझसे पूछें", "नहीं"):
        child.answers_and_goes_on(words)
    child.screen.locator("[data-go=send]").click()
    return keeps_the_pictures(child)


def test_nothing_is_lost_and_nothing_lies_open_in_firefox_either(village: VillageTablet, place: Place) -> None:
    """Three answer, one tells; a second tab, the battery is pulled out; a network is back in the evening."""
    child = village.child
    with without_network(place):
        for nth in range(3):
            answers_all(child, f"{CANARY}{nth}")
            is_saved(child)
        seen = tells_by_words(child)
        other = child.page.context.new_page()
        other.goto(f"{place.url}/help")
        assert len(village.waiting()) == 4
        village.loses_power()
        child = village.switches_on()
        child.opens("/language")
        child.chooses_language("English")
        assert len(village.waiting()) == 4
    with place.house.app.test_request_context():
        code = digits(seen)
    assert village.holds(CANARY, code=code) == {}
    assert not child.page.evaluate("'sync' in ServiceWorkerRegistration.prototype")
    child.opens("/language")
    child.chooses_language("English")
    comes_true(child.page, lambda: not village.waiting(), "everything is delivered")
    assert (place.sheets(), place.letters(), reports(place)) == (3, 3, 1)
    assert child.page.evaluate("caches.keys().then((names) => names.length)") == 1


def test_the_history_holds_one_address_and_one_title(playwright: Playwright, place: Place, tmp_path: Path) -> None:
    """A child opens telling, loads it anew and leaves fast; the harmless page has a title of its own."""
    folder = tmp_path / "profile"
    with village_tablet(playwright, place, folder, browser=firefox.with_profile) as village:
        child = village.child
        goes_to(child, "/tell")
        child.shows("/tell")
        child.page.reload()
        child.shows("/tell")
        child.goes_on()
        child.leaves_fast()
        child.is_on_the_harmless_page()
        village.switches_off()
    with closing(sqlite3.connect(folder / "places.sqlite")) as base:
        known = base.execute("select url, title from moz_places where url like ?", [f"{place.url}/%"]).fetchall()
    seen = {(url.removeprefix(place.url), title) for url, title in known}
    assert ("/", "Colours") in seen
    assert seen <= {("/", "Colours"), ("/language", "Youth Voice"), ("/language/en", None)}
