"""Somebody opens the console of an unlocked tablet for a moment: nothing that he lays there outlives the house.

What he can do until the tablet meets a network: the threat model, "What can somebody do who opens the console?".
"""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.journeys.support.navigators import comes_true
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.journeys.support.village_tablet import VillageTablet, copy_of_tablet, village_tablet
from tests.journeys.test_offline import goes_to
from tests.journeys.test_offline_replaced import sends
from tests.journeys.test_telling import keeps_the_pictures, leaves_out, pictures, reports
from tests.support.long_tests import RUNS_LONG, breadth, long_test
from tests.support.offline import seal
from youthvoice import db
from youthvoice.threads.store import ReaderKey, list_threads, open_thread, read_entries

pytestmark = pytest.mark.journey
_SCRIPTS = """async () => {
    let found = 0;
    for (const name of await caches.keys()) {
        const shelf = await caches.open(name);
        const script = /\\/static\\/kiosk\\.[0-9a-f]+\\.js$/;
        for (const { url } of (await shelf.keys()).filter(({ url }) => script.test(url))) {
            const was = await shelf.match(url), words = `${await was.text()};window.laid = true;`;
            await shelf.put(url, new Response(words, { headers: was.headers }));
            found += 1;
        }
    }
    return found;
}"""
_PAGES = """async () => {
    let found = 0;
    for (const name of await caches.keys()) {
        const shelf = await caches.open(name);
        for (const { url } of (await shelf.keys()).filter(({ url }) => url.endsWith("/en/help"))) {
            const was = await shelf.match(url), laid = "<p id=laid>laid here</p></main>";
            const words = (await was.text()).replace("</main>", laid);
            await shelf.put(url, new Response(words, { headers: was.headers }));
            found += 1;
        }
    }
    return found;
}"""
_HEAD = """async ([page, head, value]) => {
    let found = 0;
    for (const name of await caches.keys()) {
        const shelf = await caches.open(name);
        for (const { url } of (await shelf.keys()).filter(({ url }) => url.endsWith(page))) {
            const was = await shelf.match(url), headers = new Headers(was.headers);
            headers.set(head, value);
            await shelf.put(url, new Response(await was.text(), { headers }));
            found += 1;
        }
    }
    return found;
}"""
_READERS = """async () => {
    const number = `name="sheet" value="${"0".repeat(32)}"`, hidden = `name="left_out" value="${number}`;
    let found = 0;
    for (const name of await caches.keys()) {
        const shelf = await caches.open(name);
        for (const { url } of (await shelf.keys()).filter(({ url }) => url.endsWith("/en/tell"))) {
            const was = await shelf.match(url), words = (await was.text())
                .replace(/name="sheet" value="[0-9a-f]{32}"/, `${number}name="sheet" value=""`)
                .replace(/name="left_out" value="/g, hidden);
            await shelf.put(url, new Response(words, { headers: was.headers }));
            found += words.includes(`${number}name="sheet" value=""`) && words.includes(hidden);
        }
    }
    return found;
}"""
_EXIT = """async () => {
    for (const name of await caches.keys()) {
        const shelf = await caches.open(name), headers = { "Content-Type": "text/html" };
        const words = "<!doctype html><h1>What would you like to do?</h1><script>window.laid = true;</scr" + "ipt>";
        for (const one of ["en", "hi", "ar"]) await shelf.put(`/exit/${one}`, new Response(words, { headers }));
    }
    return (await (await caches.match("/exit/en")).text()).includes("window.laid");
}"""
_BARE = """async () => {
    let found = 0;
    for (const name of await caches.keys()) {
        const shelf = await caches.open(name);
        for (const { url } of await shelf.keys()) if (/exit|static/.test(url)) {
            const headers = { "Content-Type": "text/plain", Refresh: "0; url=/credits" };
            await shelf.put(url, new Response(await (await shelf.match(url)).arrayBuffer(), { headers }));
            found += 1;
        }
    }
    return found;
}"""
_DRAFT = """() => {
    const kept = { action: `${location.origin}/tell`, idle: 1e9, sheet: "deadbeef".repeat(4), filled: false,
        given: [["topic", "food"]], slip: [], sound: "", at: "end" };
    window.name = `draft:${String(Date.now()).padStart(13, "0")}${JSON.stringify(kept)}`;
}"""
_BROKEN = """async () => {
    const headers = { "Content-Security-Policy": "frame-ancestors 'none'" };
    globalThis.fetch = async () => new Response("Youth Voice does not work now.", { status: 503, headers });
    return (await harmless(new Request("/exit/en"))).text();
}"""
_LIES = """async () => {
    for (const name of await caches.keys()) {
        const shelf = await caches.open(name);
        for (const { url } of (await shelf.keys()).filter(({ url }) => url.endsWith("/en/help")))
            if ((await (await shelf.match(url)).text()).includes("laid here")) return true;
    }
    return false;
}"""


@pytest.fixture(scope="module")
def ready(playwright: Playwright, house: House, tmp_path_factory: pytest.TempPathFactory) -> VillageTablet:
    """It was online once, and is off. No test here goes Back: the whole browser, as a tablet has it, in test-long."""
    with village_tablet(playwright, settle(house), tmp_path_factory.mktemp("ready"), whole=RUNS_LONG) as tablet:
        tablet.switches_off()
    return tablet


@pytest.fixture
def place(ready: VillageTablet) -> Place:
    """One for all that is tried here; what others told before lies there, too."""
    return ready.place


@pytest.fixture
def village(ready: VillageTablet, tmp_path: Path) -> Iterator[VillageTablet]:
    """As it was before anybody opened its console."""
    with copy_of_tablet(ready, tmp_path / "profile") as tablet:
        yield tablet


def is_laid(village: VillageTablet) -> bool:
    """Whether the page that stands there runs his script."""
    return bool(village.child.page.evaluate("() => window.laid === true"))


def reports_of(place: Place, name: str) -> int:
    """How many reports somebody reads with her own key."""
    one = place.people[name]
    reader_key = ReaderKey(one.id, one.public_key, frozenset({place.site_id}))
    with place.house.app.app_context(), db.reading(db.engine()) as session:
        opened = [
            open_thread(session, reader_key, line.id, one.private_key) for line in list_threads(session, reader_key)
        ]
        return sum(bool(thread and read_entries(session, thread)) for thread in opened)


@long_test("WALKED")
def test_what_is_laid_in_one_copy_is_in_no_other(ready: VillageTablet, village: VillageTablet, tmp_path: Path) -> None:
    """So each test begins with a tablet that nobody touched."""
    page = village.child.page
    assert page.evaluate(_PAGES)
    assert page.evaluate(_LIES)
    page.evaluate("localStorage.setItem('laid', 'here')")
    village.knows(saved="/credits")
    village.switches_off()
    with copy_of_tablet(ready, tmp_path / "other") as other:
        assert not other.child.page.evaluate(_LIES)
        assert other.child.page.evaluate("localStorage.getItem('laid')") is None
        assert other.manifest()["saved"] != "/credits"


def test_a_script_or_a_page_that_somebody_laid_there_runs_for_no_child(village: VillageTablet) -> None:
    child, page = village.child, village.child.page
    assert village.context
    assert page.evaluate(_SCRIPTS)
    assert page.evaluate(_PAGES)
    assert page.evaluate(_HEAD, ["/en/rights", "Refresh", "0; url=/credits"])
    for offline in (False, True):
        village.context.set_offline(offline=offline)
        goes_to(child)
        page.reload()
        assert not is_laid(village)
    village.context.set_offline(offline=False)
    assert "laid here" not in page.evaluate("() => fetch('/help').then((answer) => answer.text())")
    child.opens("/help")
    assert not page.locator("#laid").count()
    child.opens("/rights")
    page.wait_for_timeout(800)
    assert page.url.endswith("/rights"), "nor by what was written beside the house's own page"
    assert page.evaluate(_LIES)
    village.knows(version="0" * 16)  # as on the next day
    goes_to(child)
    comes_true(page, lambda: not page.evaluate(_LIES), "the next time that the tablet fetches its pages it is gone")


@long_test("WALKED")
def test_of_a_laid_page_nothing_is_hidden_in_what_is_no_part_of_its_mark(village: VillageTablet, place: Place) -> None:
    """The page whose tiles leave nobody out, though she taps them: with a network she has the house's own."""
    child = village.child
    asha, ravi = (reports_of(place, name) for name in ("asha", "ravi"))
    assert child.page.evaluate(_READERS)
    goes_to(child, "/tell")
    child.goes_on()
    child.skips_to("topic")
    child.answers_and_goes_on("Food")
    child.skips_to("readers")
    leaves_out(child, "Ravi")
    child.goes_on()
    child.skips_the_rest()
    child.sends()
    keeps_the_pictures(child)
    assert reports_of(place, "asha") == asha + 1
    assert reports_of(place, "ravi") == ravi


def test_a_page_is_shown_as_one_whatever_somebody_wrote_that_it_is(village: VillageTablet) -> None:
    child, page = village.child, village.child.page
    assert page.evaluate(_HEAD, ["/en/see", "Content-Type", "text/plain"])
    for _again in range(2):
        goes_to(child, "/see")
        child.shows("/see")
        assert page.evaluate("document.contentType") == "text/html"


@pytest.mark.parametrize("offline", breadth([True], [False]))
def test_the_harmless_page_is_the_houses_or_a_blank_one(offline: bool, village: VillageTablet) -> None:
    child, page = village.child, village.child.page
    assert village.context
    assert page.evaluate(_EXIT)
    village.context.set_offline(offline=offline)
    goes_to(child)
    village.context.new_cdp_session(page).send("Network.clearBrowserCache")  # which may hold the house's own
    child.leaves_fast()
    comes_true(page, lambda: page.title() == ("-" if offline else "Colours"), "she is gone")
    assert not is_laid(village)
    assert page.locator("h1").all_inner_texts() == ([] if offline else ["Colours"])
    page.reload()
    assert not is_laid(village)


def test_behind_the_dark_corner_stands_no_page_that_says_what_broke(village: VillageTablet) -> None:
    assert village.context
    (worker,) = village.context.service_workers
    assert worker.evaluate(_BROKEN) == "<!doctype html><html lang=zxx><title>-</title>"


def test_what_is_the_houses_lies_there_with_heads_of_its_own(village: VillageTablet) -> None:
    child, page = village.child, village.child.page
    assert village.context
    assert page.evaluate(_BARE)
    assert page.evaluate(_PAGES)
    village.context.set_offline(offline=True)
    goes_to(child)
    assert page.evaluate("document.documentElement.classList.contains('js')")
    assert page.evaluate("typeof goTo") == "function", "its script runs"
    child.leaves_fast()
    comes_true(page, lambda: page.title() == "Colours", "she is gone")
    page.wait_for_timeout(800)
    assert page.title() == "Colours"
    village.context.set_offline(offline=False)
    village.knows(version="0" * 16)  # as on the next day
    goes_to(child)
    comes_true(page, lambda: not page.evaluate(_LIES), "files without the house's heads hold up no new pages")


def test_a_key_that_somebody_laid_there_lasts_until_the_next_network(village: VillageTablet) -> None:
    child, page = village.child, village.child.page
    assert village.context
    house = village.manifest()
    village.context.set_offline(offline=True)  # else the worker may ask the house before we look
    village.knows(key={"name": house["key"]["name"], "public": "04" + "ab" * 64}, saved="/credits")
    assert village.manifest()["key"] != house["key"]
    village.context.set_offline(offline=False)
    goes_to(child)
    comes_true(page, lambda: village.manifest()["key"] == house["key"], "what the house says stands there again")
    assert village.manifest()["saved"] == house["saved"]


@pytest.mark.parametrize("offline", breadth([True], [False]))
def test_whoever_read_the_number_of_her_page_has_nothing_by_it(
    offline: bool, village: VillageTablet, place: Place
) -> None:
    child, page = village.child, village.child.page
    assert village.context
    before = reports(place)
    village.context.set_offline(offline=offline)
    goes_to(child, "/tell")
    number = page.locator("[name=sheet]").input_value()
    his = seal(village.manifest(), "/tell", {"words": "all is well"}, number, code="7654321")
    assert sends(place, his) == HTTPStatus.CREATED
    child.goes_on()
    child.skips_to("tell")
    child.writes("The lamp is broken.")
    child.goes_on()
    child.skips_the_rest()
    child.sends()
    keeps_the_pictures(child)
    village.context.set_offline(offline=False)
    goes_to(child)
    comes_true(page, lambda: not village.waiting(), "everything is delivered")
    assert reports(place) == before + 2, "his is another report"


def test_her_pictures_outlive_a_worker_that_was_ended_and_no_draft_of_another_outlives_a_tap(
    village: VillageTablet,
) -> None:
    """Under the one address: a worker that begins anew does not know what stood there."""
    child, page = village.child, village.child.page
    assert village.context
    goes_to(child)
    page.evaluate(_DRAFT)
    page.locator("nav a[href='/ways']").click()
    page.locator("nav a[href='/tell']").click()
    child.shows("/tell")
    assert child.chosen() == []
    assert page.locator("[name=sheet]").input_value() != "deadbeef" * 4
    child.goes_on()
    child.skips_to("topic")
    child.answers_and_goes_on("Food")
    child.skips_the_rest()
    child.sends()
    seen = pictures(child)
    (worker,) = village.context.service_workers
    for ended in (False, True):
        if ended:
            worker.evaluate("() => shows.clear()")
        page.reload()
        child.shows("/tell")
        assert pictures(child) == seen


def test_the_worker_remembers_no_page_of_a_child_who_is_gone(village: VillageTablet) -> None:
    child, page = village.child, village.child.page
    assert village.context
    for path in ("/see", "/help"):
        goes_to(child, path)
        child.shows(path)
    goes_to(child)
    (worker,) = village.context.service_workers
    known = "() => [...shows.values()].map(({ url }) => url.pathname)"
    comes_true(page, lambda: {*worker.evaluate(known)} <= {"/"}, "it knows what stands there now, and no more")
