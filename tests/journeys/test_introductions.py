"""A child decides who reads by faces and voices, with a network and without, and nobody learns whom she met."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.support.navigators import ChildTablet, StaffDesk, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import village_tablet
from tests.journeys.test_choices_stay import strip
from tests.journeys.test_offline import without_network
from tests.journeys.test_telling import leaves_out, opens_tell
from tests.support.long_tests import long_test

pytestmark = pytest.mark.journey
BEEP = Path(__file__).with_name("beep.webm")
PARTS = {"hairstyle": "braid", "hair_colour": "2f2620", "skin": "9a653c", "extra": "none"}
COLOURS = {"asha": "d9694a", "ravi": "4f7fb5"}


def introduces_herself(desks: Callable[[Place, str], StaffDesk], place: Place, name: str, colleague: str) -> StaffDesk:
    """She draws a portrait, brings a greeting and writes a few words; a colleague approves all of it."""
    desk = desks(place, name)
    desk.opens("/staff/me")
    desk.presses("Introduce yourself")
    desk.presses("Draw a portrait")
    for field, value in {**PARTS, "clothes": COLOURS[name]}.items():
        desk.page.locator(f"input[name='{field}'][value='{value}']").check()
    desk.continues()
    desk.reads("Draft: no child sees or hears it yet.")
    desk.opens("/staff/me/introduction/greeting/en")
    desk.page.locator("summary").filter(has_text="Bring a file").click()
    desk.page.locator("input[type=file]").set_input_files(BEEP)
    desk.continues()
    desk.opens("/staff/me/introduction/words")
    desk.fills(words_en="comes on Tuesdays")
    desk.continues()
    desk.chooses("second", place.people[colleague].name)
    desk.presses("Ask")
    desks(place, colleague).agrees()
    desk.opens("/staff/me/introduction")
    desk.reads("Children see or hear it since")
    return desk


def faces(tablet: ChildTablet, within: str) -> list[bool]:
    """Whether each portrait there is drawn."""
    drawn: list[bool] = tablet.page.locator(f"{within} img.face").evaluate_all(
        "all => all.map(one => one.complete && one.naturalWidth > 0)"
    )
    return drawn


@long_test("WALKED")
def test_without_a_network_a_child_sees_and_hears_who_reads_and_leaves_one_out(
    desks: Callable[[Place, str], StaffDesk], place: Place, playwright: Playwright, tmp_path: Path
) -> None:
    ravi = introduces_herself(desks, place, "ravi", "asha")
    introduces_herself(desks, place, "asha", "ravi")
    with village_tablet(playwright, place, tmp_path / "profile") as village:
        tablet = village.child
        with without_network(place):
            opens_tell(tablet)
            tablet.skips_to("readers")
            assert faces(tablet, ".screen.now") == [True, True]
            tile = tablet.screen.locator("label.reader").filter(has_text="Asha")
            expect(tile).to_contain_text("comes on Tuesdays")
            hear = tablet.screen.get_by_role("button", name="Hear Asha Example say hello")
            hear.click()
            tablet.page.locator("[data-loud]").click()
            expect(hear).to_have_class(re.compile(r"\bspeaking\b"))
            expect(tile.locator("input")).not_to_be_checked()
            leaves_out(tablet, "Ravi", "Meera")
            tablet.goes_on()
            assert strip(tablet) == "\u2068Ravi Example\u2069 and \u2068Meera Example\u2069 cannot see this."
            crossed = tablet.page.locator("[data-strip] .head.out:has(img.face)")
            while tablet.question:
                expect(crossed).to_have_count(1)
                tablet.skips()
            expect(crossed).to_have_count(1)
            expect(tablet.screen.locator(".rows .out").filter(has_text="Ravi")).to_be_visible()
            assert faces(tablet, "[data-strip]") == [True, True]
        ravi.opens("/staff/me/introduction")
        ravi.page.get_by_role("button", name="No longer show it").first.click()
        ravi.reads("It is taken back.")
        tablet.opens("/language")
        tablet.chooses_language("English")
        comes_true(tablet.page, lambda: len(kept_faces(tablet)) == 1, "the tablet drops the portrait")


def kept_faces(tablet: ChildTablet) -> list[str]:
    """The portraits in the stock of the tablet."""
    addresses: list[str] = tablet.page.evaluate(
        """async () => {
        const all = [];
        for (const name of await caches.keys()) {
            for (const one of await (await caches.open(name)).keys()) all.push(one.url);
        }
        return all;
    }"""
    )
    return sorted({address for address in addresses if "/static/drawn-" in address})
