"""A village tablet: its clock is wrong, a new version comes half, then whole, at last it is lost, let go, and found.

Duties: CHILD-UX.md, "Read aloud", "Quick exit"; PRIVACY.md C, "The tablet's queue"; issue of offline, 5.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect
from sqlalchemy import select

from tests.journeys.support import browsers
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.server import House, as_usual_afterwards
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import VillageTablet, is_found_again, is_let_go_as_lost, village_tablet
from tests.journeys.test_offline import answers_all, goes_to, is_saved
from tests.journeys.test_reply import BEEP
from tests.support.audio import record
from tests.support.open_rounds import log
from youthvoice import context, db
from youthvoice.clips.store import list_takes, remove_clip
from youthvoice.sites.models import TabletRow
from youthvoice.web.i18n.formats import format_long_day

pytestmark = browsers.LONG

# The worker runs as on a tablet whose clock is a year behind.
A_YEAR_BEHIND = """
import functools, gzip, hashlib
from youthvoice.kiosk.routes.public import offline
BEHIND = b"const Real = Date; globalThis.Date = class extends Real { constructor(...given) { " \\
    b"if (given.length) super(...given); else super(Real.now() - 31536e6); } " \\
    b"static now() { return Real.now() - 31536e6; } };"
known = offline._worker
@functools.cache
def behind():
    whole = BEHIND + known()[0]
    return whole, gzip.compress(whole), hashlib.sha256(whole).hexdigest()
offline._worker = behind
"""
# Another stylesheet, and so another address of it on every page.
A_NEW_VERSION = """
from youthvoice.web import assets
known = assets.load_assets()
known["child/child.css"] = assets._asset("child/child.css", known["child/child.css"].plain + b".another{}")
"""
# One of its pages does not come.
AND_HALF = """
from flask import abort
from youthvoice.kiosk import pages
own = pages.render_kiosk_page
pages.render_kiosk_page = lambda name, **more: abort(500) if name == "kiosk/rights.html" else own(name, **more)
"""

_PART = """async (address) => {
    const answer = await fetch(address, { headers: { Range: "bytes=2-5" } });
    return [answer.status, answer.headers.get("Content-Range"), (await answer.arrayBuffer()).byteLength];
}"""
_PLAYS = """(address) => new Promise((found) => {
    const sound = new Audio(address);
    sound.oncanplaythrough = () => found("it sounds");
    sound.onerror = () => found("it is silent");
    sound.load();
})"""
_LIES_HERE = "async (address) => Boolean(await caches.match(address))"
_SHELVES = "() => caches.keys()"
_MANIFEST = """(change) => new Promise((found) => {
    const asked = indexedDB.open("youthvoice");
    asked.onsuccess = () => {
        const state = asked.result.transaction("state", "readwrite").objectStore("state"), got = state.get("manifest");
        got.onsuccess = () => {
            if (got.result && change) {
                const earlier = ([path, end]) => [path, end - change];
                const ends = Object.fromEntries(Object.entries(got.result.ends).map(earlier));
                state.put({ ...got.result, ends }, "manifest");
            }
            asked.result.close();
            found(got.result ?? null);
        };
    };
})"""
_STYLE = "() => document.querySelector('link[rel=stylesheet]').href"
_IS_STYLED = "() => document.styleSheets.length && document.styleSheets[0].cssRules.length > 100"
_IS_FREE = """async () => !(await navigator.serviceWorker.getRegistration()) && !(await caches.keys()).length"""
SIXTY_DAYS = 60 * 86_400_000


@pytest.fixture
def house(house: House) -> Iterator[House]:
    """It has its usual version again when the journey is over."""
    with as_usual_afterwards(house):
        yield house


@pytest.fixture
def clips(place: Place) -> Iterator[list[str]]:
    """Where two texts can be heard: one on a page, one on the screens that a tablet puts together itself."""
    with place.house.app.app_context():
        yield [
            record("en", words, BEEP)
            for words in ("Thank you. Saved on this tablet.", "Thank you. It was right to tell.")
        ]
        with db.writing(db.engine()) as session:
            for name in list_takes(session):
                remove_clip(session, name, log())


@pytest.fixture
def village(playwright: Playwright, place: Place, clips: list[str], tmp_path: Path) -> Iterator[VillageTablet]:
    """A tablet whose clock is a year behind, which was online once."""
    restarts(place, A_YEAR_BEHIND)
    with village_tablet(playwright, place, tmp_path / "profile") as tablet:
        yield tablet


def restarts(place: Place, changed: str = "") -> None:
    place.house.stop(*(name for name in ("web",) if name in place.house.processes))
    place.house.start_web(changed)


def sounds_without_a_network(child: ChildTablet, clips: list[str]) -> None:
    """What is read aloud after Send is another sound than online, and the tablet has it; also those of the pictures."""
    address = child.page.locator("h1").get_attribute("data-clip")
    assert address == clips[0]
    assert child.page.evaluate(_PART, address) == [206, f"bytes 2-5/{len(BEEP)}", 4]
    assert child.page.evaluate(_PLAYS, address) == "it sounds"
    assert child.page.evaluate(_LIES_HERE, clips[1])


def leaves_by_the_dark_corner(child: ChildTablet) -> None:
    child.page.goto(f"{child.place.url}/exit/en")
    expect(child.page.locator("h1")).to_have_text("Colours")


def reads_when_the_round_is_over(child: ChildTablet, place: Place) -> None:
    """It ended sixty days earlier: a year behind, by the clock of the tablet alone, that is in ten months."""
    child.page.evaluate(_MANIFEST, SIXTY_DAYS)
    child.opens(place.survey)
    expect(child.page.locator("h1")).to_have_text("This is over now.")
    child.page.evaluate(_MANIFEST, -SIXTY_DAYS)
    child.opens(place.survey)
    expect(child.page.locator("form.screens")).to_be_attached()


def version(page: Page) -> str:
    return str(page.evaluate(_MANIFEST, 0)["version"])


def takes_no_half_of_a_new_version(child: ChildTablet, village: VillageTablet, place: Place) -> None:
    goes_to(child)
    before, style = version(child.page), child.page.evaluate(_STYLE)
    restarts(place, A_NEW_VERSION + AND_HALF)
    second = child.page.context.new_page()
    second.goto(f"{place.url}/")
    goes_to(child)
    comes_true(child.page, lambda: not village.waiting(), "what waits is delivered whatever else is broken")
    comes_true(child.page, lambda: len(child.page.evaluate(_SHELVES)) == 2, "the new shelf is begun")
    second.close()
    child.page.wait_for_timeout(1000)
    assert version(child.page) == before
    place.house.stop("web")
    for path in ("/", "/help", "/rights"):
        child.opens(path)
        assert child.page.evaluate(_STYLE) == style
        assert child.page.evaluate(_IS_STYLED)


def takes_the_whole_of_it(child: ChildTablet, place: Place) -> None:
    before, style = version(child.page), child.page.evaluate(_STYLE)
    restarts(place, A_NEW_VERSION)
    goes_to(child)
    comes_true(child.page, lambda: version(child.page) != before, "the new version lies here")
    comes_true(child.page, lambda: len(child.page.evaluate(_SHELVES)) == 1, "and the old one no more")
    place.house.stop("web")
    for path in ("/", "/rights"):
        child.opens(path)
        assert child.page.evaluate(_STYLE) != style
        assert child.page.evaluate(_IS_STYLED)


def meets_a_network(child: ChildTablet, place: Place) -> None:
    child.page.goto(f"{place.url}/")


def stays_until_it_is_found(child: ChildTablet, village: VillageTablet, place: Place, tablet_id: int) -> None:
    """Nothing from it counts, and nothing on it is lost."""
    meets_a_network(child, place)
    comes_true(child.page, lambda: not child.page.evaluate(_SHELVES), "it knows that it was let go")
    assert len(village.waiting()) == 1
    assert place.sheets() == 1
    is_found_again(place, tablet_id)


def test_a_tablet_with_a_wrong_clock_through_new_versions_until_it_is_let_go(
    village: VillageTablet, place: Place, clips: list[str]
) -> None:
    child = village.child
    place.house.stop("web")
    answers_all(child, "soup", alone=True)
    is_saved(child)
    sounds_without_a_network(child, clips)
    leaves_by_the_dark_corner(child)
    reads_when_the_round_is_over(child, place)
    goes_to(child)
    with place.house.app.app_context():
        expect(child.page.locator("[data-waiting]")).to_have_text(
            f"Unsent since {format_long_day(context.today('Asia/Kolkata'))}"
        )
    takes_no_half_of_a_new_version(child, village, place)
    assert place.sheets() == 1
    takes_the_whole_of_it(child, place)
    answers_all(child, "bread", alone=True)
    is_saved(child)
    tablet_id = is_let_go_as_lost(place)
    restarts(place, A_NEW_VERSION)
    stays_until_it_is_found(child, village, place, tablet_id)
    meets_a_network(child, place)
    comes_true(child.page, lambda: child.page.evaluate(_IS_FREE), "nothing of ours is left on it")
    assert place.sheets() == 2
    with place.house.app.app_context(), db.reading(db.engine()) as session:
        row = session.scalars(select(TabletRow).where(TabletRow.id == tablet_id)).one()
        assert row.emptied_at, "it said so itself"
