"""A village tablet without a network: nothing is lost, and nobody who holds it can read what it keeps.

Duties: CHILD-UX.md, "Nothing stays"; PRIVACY.md C, "The tablet's queue".
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask_babel import force_locale
from playwright.sync_api import Playwright, expect
from sqlalchemy import func, select

from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import VillageTablet, village_tablet
from tests.journeys.test_slips import open_vote, puts_in
from tests.journeys.test_telling import keeps_the_pictures, pictures, reports, speaks
from tests.support.long_tests import long_test
from youthvoice import context, db
from youthvoice.committees.elections.rules import Election
from youthvoice.committees.models import BallotRow, CommitteeRow, ElectionRow
from youthvoice.privacy.credentials.picture_codes import SCREENS
from youthvoice.sites.tablets import store
from youthvoice.slips.store import Picks
from youthvoice.web.graphics.picture_labels import picture_label

pytestmark = pytest.mark.journey
CANARY = "zebramango"
CODE = "8075308"


@pytest.fixture
def vote(place: Place) -> tuple[Election, list[Picks]]:
    """A club that takes suggestions, a vote in a dormitory, and its slips."""
    place.meets("flip_club")
    return open_vote(place, 3)


@pytest.fixture
def choice(place: Place) -> str:
    """An everyday choice: what shall be eaten."""
    return place.opens_choice()


@pytest.fixture
def village(
    playwright: Playwright, place: Place, vote: tuple[Election, list[Picks]], choice: str, tmp_path: Path
) -> Iterator[VillageTablet]:
    """A tablet of a place where everything can be done, which was online once."""
    with village_tablet(playwright, place, tmp_path / "profile") as tablet:
        yield tablet


@contextmanager
def without_network(place: Place) -> Iterator[None]:
    """The house is not to be reached."""
    place.house.stop("web")
    try:
        yield
    finally:
        place.house.start_web()


def goes_to(child: ChildTablet, *ways: str, language: str = "English") -> None:
    """From the first screen by the tiles that lead there."""
    child.opens("/language")
    child.chooses_language(language)
    for way in ways:
        if way in {"/tell", "/good"}:  # behind one door
            child.page.locator("nav a[href='/ways']").click()
        if way == "/we-did":  # the same
            child.page.locator("nav a[href='/see']").click()
        child.page.locator(f"nav a[href='{way}']").click()


def answers_all(child: ChildTablet, words: str, *, alone: bool = False) -> None:
    """From the first screen to Send; a round that is alone has the first tile."""
    goes_to(child, *(() if alone else ("/open",)), child.place.survey)
    child.agrees()
    while child.question:
        if child.screen.locator("textarea").count():
            child.writes(words)
        elif child.screen.locator("label.tile").count():  # who reads the letter box is only read
            child.screen.locator("label.tile").first.click()
        child.goes_on()
    child.screen.locator("[data-go=send]").click()


def ballots(place: Place) -> int:
    """In the ballot boxes of the place: other journeys vote in the same house."""
    with place.house.app.app_context(), db.reading(db.engine()) as session:
        at = select(func.count()).select_from(BallotRow).join(ElectionRow, ElectionRow.id == BallotRow.election_id)
        here = at.join(CommitteeRow, CommitteeRow.id == ElectionRow.committee_id)
        return session.scalar(here.where(CommitteeRow.site_id == place.site_id)) or 0


def is_saved(child: ChildTablet) -> None:
    expect(child.page.locator("main")).to_contain_text("Saved on this tablet")


def tells_by_voice(child: ChildTablet) -> list[str]:
    """In Hindi, alone, about a lamp; gives the seven pictures that the tablet drew."""
    goes_to(child, "/tell", language="हिन्दी")
    before_sending(child)
    child.screen.locator("[data-go=send]").click()
    became = child.screen.get_by_role("status")
    expect(became).to_have_text(
        "धन्यवाद। बताकर आपने सही किया। यह यहाँ ताले में सुरक्षित है। अपने आप चला जाएगा।", use_inner_text=True
    )
    return keeps_the_pictures(child)


def before_sending(child: ChildTablet) -> None:
    """Everything but the tap on Send."""
    child.goes_on()
    for words in ("सिर्फ़ मैं", "कुछ टूटा है", "हम कई लोग"):
        child.answers_and_goes_on(words)
    child.goes_on()
    child.goes_on()
    child.reads("इस टैबलेट को नेटवर्क नहीं मिल रहा")
    child.goes_on()
    speaks(child)
    child.goes_on()
    for words in ("नहीं", "पहले मुझसे पूछें", "नहीं"):
        child.answers_and_goes_on(words)


def suggests(child: ChildTablet, *, sends: bool = True) -> None:
    goes_to(child, "/agenda")
    child.page.locator("footer a").filter(has_text="Suggest").click()
    child.goes_on()
    child.reads("Tap whose list it is for.")
    child.screen.locator("label.tile").first.click()  # to which of the two committees
    child.goes_on()
    child.screen.locator("[data-go=send]").click()
    child.reads("Tap a picture, write or speak.")
    child.page.locator("label").filter(has_text="Broken").click()
    child.page.locator("label").filter(has_text="Mend it").click()
    child.screen.locator("[data-go=next]").click()
    child.writes(CANARY)
    if sends:
        child.goes_on()
        child.screen.locator("[data-go=send]").click()


def votes(child: ChildTablet, slug: str, slip: Picks) -> None:
    goes_to(child, "/open", f"/vote/{slug}")
    puts_in(child, slip)
    child.screen.locator("label.tile").first.click()
    child.screen.locator("[data-go=next]").click()


def chooses(child: ChildTablet, path: str) -> None:
    """An everyday choice: from what is open today, Send - a picture first! -, one picture, Send."""
    goes_to(child, "/open")
    child.page.locator(f"nav a[href='{path}']").click()
    child.reads("Online by")
    child.screen.locator("[data-go=send]").click()
    child.reads("Tap a picture first.")
    child.screen.locator("label.tile").first.click()
    child.screen.locator("[data-go=send]").click()


def digits(names: list[str]) -> str:
    """The picks of a code that was read in Hindi."""
    with force_locale("hi"):
        called = [[picture_label(one.name) for one in screen] for screen in SCREENS]
    return "".join(str(screen.index(name)) for screen, name in zip(called, names, strict=True))


def test_everything_a_village_says_in_a_day_without_a_network_arrives_once(
    village: VillageTablet, place: Place, vote: tuple[Election, list[Picks]], choice: str
) -> None:
    """Three answer, one tells by voice, others vote, suggest and choose; the battery is pulled out; at last a network.

    After each of them the tablet is as it was before.
    """
    child, (election, slips) = village.child, vote
    with without_network(place):
        child.opens("/language")
        before = village.stays()

        def leaves_no_trace(act: Callable[..., object], *given: object) -> None:
            act(child, *given)
            is_saved(child)
            child.opens("/language")
            assert village.stays() == before, act.__name__

        for nth in range(3):
            leaves_no_trace(answers_all, f"{CANARY}{nth}")
        seen = tells_by_voice(child)
        assert village.stays() == before
        leaves_no_trace(votes, election.slug, slips[0])
        leaves_no_trace(suggests)
        leaves_no_trace(chooses, choice)
        assert len(village.waiting()) == 7
        village.loses_power()
        child = village.switches_on()
        child.opens("/language")
        child.chooses_language("English")
        assert len(village.waiting()) == 7
    with place.house.app.test_request_context():
        code = digits(seen)
    assert village.holds(CANARY, code=code) == {}
    child.opens("/language")
    child.chooses_language("English")
    comes_true(child.page, lambda: not village.waiting(), "everything is delivered")
    assert (place.sheets(), place.letters(), reports(place), ballots(place)) == (3, 3, 1, 1)
    assert place.sheets_of(choice) == 1
    child.opens("/language")
    child.chooses_language("हिन्दी")
    child.opens("/reply")
    for name in seen:
        child.answers_and_goes_on(name)
    child.shows("/reply/open")
    child.reads("आपने हमें बताया।")


def test_whoever_comes_back_too_late_reads_so_without_a_network_too(village: VillageTablet, place: Place) -> None:
    child = village.child
    with without_network(place):
        child.opens("/language")
        for way in ("/tell", "/see"):
            expect(child.page.locator("[data-away]:not([hidden])")).to_have_count(0 if way == "/tell" else 3)
            child.chooses_language("हिन्दी")
            for door in ("/ways", way) if way == "/tell" else (way,):
                child.page.locator(f"nav a[href='{door}']").click()
            child.shows(way)
            child.sleeps_too_long()
            expect(child.page.get_by_text("कुछ देर यहाँ कोई नहीं था। जो भेजा नहीं गया था, वह मिट गया।")).to_be_visible()


@long_test("WALKED")
def test_what_she_was_telling_arrives_from_a_tablet_that_was_let_go_meanwhile(
    village: VillageTablet, place: Place
) -> None:
    """An adult lets it go while she taps: she still gets her pictures, and the house what she told."""
    child = village.child
    goes_to(child, "/tell")
    child.goes_on()
    for words in ("Just me", "Something broken"):
        child.answers_and_goes_on(words)
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        for tablet in store.list_tablets(session, [place.site_id]):
            store.retire_tablet(session, tablet.id, context.today())
    other = child.page.context.new_page()  # whoever looks at another page meanwhile changes nothing
    other.goto(f"{place.url}/")
    expect(other.get_by_text("This device is not connected to a house yet.")).to_be_visible()
    other.wait_for_timeout(2000)
    other.close()
    child.stops()
    child.sends()
    assert len(pictures(child)) == len(SCREENS)
    comes_true(child.page, lambda: not village.waiting(), "it is delivered")
    assert reports(place) == 1
    child.opens("/")
    child.reads("This device is not connected to a house yet.")


def test_a_form_that_only_begins_something_is_never_said_to_be_saved(village: VillageTablet, place: Place) -> None:
    """Who has no slip for her review goes to telling; sealed, that opened nowhere and waited for ever."""
    child = village.child
    child.opens("/plan")
    without = child.page.locator("button.no-slip:visible")
    expect(without).to_be_visible()
    with without_network(place):
        without.click()
        expect(child.page.locator("form.screens[action='/tell']")).to_be_attached()
        assert village.waiting() == []


_IN_CLEAR = """async ([words, digits]) => {
    const done = (asked) => new Promise((yes) => { asked.onsuccess = () => yes(asked.result); });
    const asked = indexedDB.open('in clear', 1), long = 'mango tree '.repeat(20000);
    asked.onupgradeneeded = () => asked.result.createObjectStore('kept');
    const base = await done(asked), open = () => base.transaction('kept', 'readwrite').objectStore('kept');
    const keep = (value, name) => done(open().put(value, name));
    await keep({ small: words + '-short' }, 1);
    await keep(`${long} ${words}-long ${long}`, 2);
    await keep(new TextEncoder().encode(JSON.stringify(words + '-bytes')), 3);
    await keep([...digits].map(Number), 4);
    await keep(new Blob([encodeURIComponent(words + '-सीढ़ी')]), 5);
    base.close();
    const cache = await caches.open('in clear');
    await cache.put(`/?q=${words}-address`, new Response(`${long} ${words}-page ${long}`));
    localStorage.setItem('kept', words + '-local');
}"""
_CODE_IN_CLEAR = """async (picks) => {
    const shelf = await caches.open((await caches.keys()).find((name) => name.startsWith('pages-')));
    const { screens, lists, codes } = await (await shelf.match('/offline/pages/hi/offline/code')).json();
    const drawn = (list) => Array.from(picks, (pick, nth) => list[nth][pick]);
    await shelf.put('/seen', new Response(screens + drawn(lists[0]).join('')));
    sessionStorage.setItem('tried', drawn(codes).sort().join());
}"""


@long_test("WALKED")
def test_the_search_finds_what_a_naive_tablet_would_keep(village: VillageTablet) -> None:
    """In a large value in the middle of the same words, too, which Chromium packs; as bytes, list, blob and address.

    Of a code the drawn screen among the pages, where each of its pictures lies anyway.
    """
    page = village.child.page
    page.evaluate(_IN_CLEAR, [CANARY, "8675309"])
    page.evaluate(_CODE_IN_CLEAR, CODE)
    kinds = ("short", "long", "bytes", "सीढ़ी", "address", "page", "local")
    words = [*(f"{CANARY}-{kind}" for kind in kinds), "8675309"]
    *found, drawn, tried = village.holds(*words, code=CODE)
    assert found == words
    assert "कुकुरमुत्ता" in drawn
    assert tried == "1F344 1F392 1F3B8 1F3E0 1F98B 2601 26BD"
    assert village.holds(f"{CANARY}-never", "8675300", code=CODE[::-1]) == {}
