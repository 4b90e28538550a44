"""An advocate works a morning's desk by keyboard alone, and a second one agrees (CHILD-UX.md; S15, S38)."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.sites import Place
from tests.journeys.test_every_page import faults
from tests.support.long_tests import long_test
from tests.support.people import PASSWORD, Somebody
from tests.support.reports import Told, tell
from youthvoice import context
from youthvoice.threads.case_state import CaseState, hour_after

pytestmark = pytest.mark.journey
_MOST_TABS = 80
_LISTENS = """
    const Sound = window.Audio;
    window.Audio = function (source) {
        const sound = new Sound(source);
        sound.addEventListener("timeupdate", () => {
            if (sound.currentTime > 0) document.documentElement.dataset.heard = "yes";
        });
        return sound;
    };
"""


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, browser: Browser, place: Place, person: Somebody) -> None:
        width, height = browsers.DESK
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.context.set_default_timeout(browsers.PATIENCE)
        self.watch, self.page, self.place = Watch(self.context), self.context.new_page(), place
        self.faults: list[str] = []
        self._signs_in(person)

    def _signs_in(self, person: Somebody) -> None:
        self.page.goto(f"{self.place.url}/staff/sign-in")
        self.goes_to("input[name=handle]")
        self.types(person.handle)
        self.goes_to("input[name=password]")
        self.types(PASSWORD)
        self.presses("Enter")
        expect(self.page).to_have_url(f"{self.place.url}/staff/")

    def goes_to(self, which: str) -> None:
        """Press Tab until something is in focus."""
        for _ in range(_MOST_TABS):
            if self.page.evaluate("which => document.activeElement?.matches(which) ?? false", which):
                return
            self.presses("Tab")
        raise AssertionError(f"No way to {which} by keyboard at {self.page.url}")

    def presses(self, key: str) -> None:
        self.page.keyboard.press(key)

    def types(self, words: str) -> None:
        self.page.keyboard.type(words)

    def follows(self, which: str) -> None:
        """Go to a link or button and press Enter; the next page is there afterwards."""
        self.goes_to(which)
        with self.page.expect_navigation():
            self.presses("Enter")
        self.looks()

    def looks(self) -> None:
        self.faults += faults(self.page, child=False)

    def ends(self) -> None:
        browsers.close(self.context)
        self.watch.check()
        assert not self.faults, "\n".join(self.faults)


def reports(place: Place) -> Told:
    """Two were told: one is over already."""
    asha, ravi = place.people["asha"], place.people["ravi"]
    now = context.now()
    case = CaseState(topic="shouted_at", clocks={"first_look": hour_after(now, -30), "answer": hour_after(now, -3)})
    told = tell(place.site_id, [asha, ravi], case=case)
    tell(place.site_id, [asha, ravi], case=CaseState(topic="food", clocks={"first_look": hour_after(now, 20)}))
    return told


@long_test("WALKED")
def test_a_morning_by_keyboard_alone(browser: Browser, place: Place) -> None:
    with place.house.app.app_context():
        told = reports(place)
    asha = Keyboard(browser, place, place.people["asha"])
    asha.follows("a[href='/staff/reports/']")
    first = asha.page.locator("main tbody a").first
    assert first.get_attribute("href") == told.path
    asha.follows(f"main a[href='{told.path}']")
    asha.follows("main form button")
    expect(asha.page.locator("blockquote")).to_contain_text("becaus I left my plate")
    _answers(asha)
    _weighs_and_notes(asha, told)
    _asks_to_close(asha, told)
    asha.ends()
    _second(browser, place, told)


def _answers(asha: Keyboard) -> None:
    asha.goes_to("textarea[name=words]")
    asha.types("I read that they shouted at me at dinner.")
    asha.follows("form.answer button[type=submit]")
    expect(asha.page.locator("[role=alert]")).to_contain_text("shouted at me at dinner")
    asha.goes_to("textarea[name=words]")
    asha.presses("Control+a")
    asha.types("Thank you for telling me. Nobody should do that.")
    asha.follows("form.answer button[type=submit]")
    expect(asha.page.locator(".notice")).to_contain_text("It is sent")


def _weighs_and_notes(asha: Keyboard, told: Told) -> None:
    asha.follows(f"a[href='{told.path}/weigh']")
    asha.goes_to("input[name=severity]")
    asha.presses("Space")
    asha.presses("ArrowDown")
    asha.follows("main form button[type=submit]")
    asha.follows(f"a[href='{told.path}/note']")
    asha.goes_to("textarea[name=words]")
    asha.types("Ask the cook first.")
    asha.follows("main form button[type=submit]")
    expect(asha.page.locator(".msg.aside").last).to_contain_text("Ask the cook first.")


def _asks_to_close(asha: Keyboard, told: Told) -> None:
    asha.follows(f"a[href='{told.path}/record']")
    asha.goes_to("input[name=action]")
    asha.presses("Space")
    asha.goes_to("textarea[name=words]")
    asha.types("We sat under the tree.")
    asha.follows("main form button[type=submit]")
    asha.follows(f"a[href='{told.path}/close']")
    asha.goes_to("textarea[name=outcome]")
    asha.types("The cook says sorry.")
    asha.goes_to("textarea[name=words]")
    asha.types("The cook knows that it was wrong.")
    asha.follows("main form button[type=submit]")
    expect(asha.page.locator(".notice")).to_contain_text("A second person is asked")


def _second(browser: Browser, place: Place, told: Told) -> None:
    """Agrees, and it is closed."""
    ravi = Keyboard(browser, place, place.people["ravi"])
    ravi.follows(f"main a[href='{told.path}']")
    ravi.follows("main form button")
    expect(ravi.page.locator(".msg.aside").last).to_contain_text("The cook says sorry.")
    ravi.follows(f"a[href='{told.path}/agree']")
    ravi.goes_to("input[name=answer]")
    ravi.presses("Space")
    ravi.follows("main form button[type=submit]")
    expect(ravi.page.locator(".facts").first).to_contain_text("closed")
    ravi.ends()
    with place.house.app.app_context():
        assert told.marks.state == "closed"
        assert [entry.said.get("step") for entry in told.replies()][-1] == "closed"


def test_a_voice_is_played_on_the_page_and_nothing_stays(browser: Browser, place: Place) -> None:
    """The fake microphone's own beep comes back through the seal."""
    beep = (Path(__file__).parent / "beep.webm").read_bytes()
    with place.house.app.app_context():
        told = tell(place.site_id, [place.people["asha"]], words="", sound=beep)
    asha = Keyboard(browser, place, place.people["asha"])
    asha.page.add_init_script(_LISTENS)
    asha.page.goto(place.url + told.path)
    asha.follows("main form button")
    page: Page = asha.page
    with page.expect_response(lambda answer: "/voice/" in answer.url) as heard:
        asha.goes_to("[data-voice] button")
        asha.presses("Enter")
    assert int(heard.value.headers["content-length"]) == len(beep)
    assert heard.value.headers["cache-control"] == "no-store"
    expect(page.locator("html")).to_have_attribute("data-heard", "yes")
    expect(page).to_have_url(place.url + told.path)
    asha.ends()
