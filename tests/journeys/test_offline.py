"""A village tablet without a network: nothing is lost, and nobody who holds it can read what it keeps."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place

CANARY = "zq-canary-mango"


def lies_ready(tablet: ChildTablet) -> None:
    """Its worker has fetched everything that can be done here."""
    tablet.opens("/language")
    tablet.chooses_language("English")
    ready = """async () => {
        const names = await caches.keys();
        if (!names.length || !navigator.serviceWorker.controller) return false;
        return new Promise((found) => {
            const asked = indexedDB.open("youthvoice");
            asked.onsuccess = () => {
                const got = asked.result.transaction("state").objectStore("state").get("manifest");
                got.onsuccess = () => { asked.result.close(); found(Boolean(got.result)); };
            };
        });
    }"""
    comes_true(tablet.page, lambda: tablet.page.evaluate(ready), "the tablet keeps its pages")


def test_children_answer_without_a_network_and_each_counts_once(
    tablet: ChildTablet, place: Place, house: House
) -> None:
    """Three children one after the other, the house away; when it is back each of them is there, once."""
    lies_ready(tablet)
    house.stop("web")
    try:
        for _child in range(3):
            tablet.begins()
            while tablet.question:
                if tablet.screen.locator("textarea").count():
                    tablet.writes(CANARY)
                else:
                    tablet.screen.locator("label.tile").first.click()
                tablet.goes_on()
            tablet.screen.locator("[data-go=send]").click()
            expect(tablet.page.locator("main")).to_contain_text("Saved on this tablet")
        assert place.sheets() == 0
    finally:
        house.start_web()
    tablet.opens("/language")
    tablet.chooses_language("English")
    comes_true(tablet.page, lambda: place.sheets() == 3, "everything arrives")
    tablet.opens("/language")
    tablet.chooses_language("English")
    assert place.sheets() == 3
