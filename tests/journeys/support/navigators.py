"""Whoever sits before a screen, as sentences: `tablet.chooses_language("हिन्दी")`, `tablet.answers("Good")`."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any, TypeVar

from playwright.sync_api import CDPSession, Error, Frame, Locator, Page, Response, Route, expect

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.sites import Place
from tests.support.people import PASSWORD, Somebody
from youthvoice import db
from youthvoice.introductions.store import load_approved
from youthvoice.web.rate_limits import TABLET_COOKIE

ASSENTS = 3  # screens before the first question
Asked = TypeVar("Asked")
_LOOK = 50  # milliseconds between two looks
_TURNING = 150  # milliseconds in which a page that was brought from memory begins to load itself anew
_ARRIVED = "document.readyState === 'complete' && !document.documentElement.classList.contains('blank')"
_STAYS = f"""look => {{
    const before = globalThis.lookedAt;
    globalThis.lookedAt = look;
    return before === look && {_ARRIVED};
}}"""
"""Whether a page is complete and was already there at the last look of these: it is not about to load itself anew."""
_ASKS = "history.state === 'answering'"
_TURN = """([question, ways]) => {
    const shown = (tile) => tile && tile.checkVisibility({ visibilityProperty: true });
    for (let turn = 0; turn < 100; turn += 1) {
        const screen = document.querySelector(".screen.now");
        if ((screen.dataset.question ?? "") === question) return true;
        ways.map((way) => screen.querySelector(`[data-go=${way}]`)).find(shown).click();
    }
    return false;
}"""
"""From screen to screen as fast as a page turns them: for the way to where a journey begins, which others tap."""
_PASSING = ("Execution context was destroyed", "Cannot find context", "Not attached to an active page")
"""What a browser says while one page takes another's place."""


def comes_true(page: Page, ask: Callable[[], Asked], what: str) -> Asked:
    """Wait until an answer is a yes, and give it; a page that is just taking another's place is asked again.

    The policy of our pages forbids Playwright's own way of waiting within a page.
    """
    for _again in range(browsers.PATIENCE // _LOOK):
        try:
            if said := ask():
                return said
        except Error as error:
            if not any(words in error.message for words in _PASSING):
                raise
        page.wait_for_timeout(_LOOK)
    raise TimeoutError(f"never: {what}")


class ChildTablet:
    """A shared tablet of one site, and the child before it."""

    def __init__(self, page: Page, place: Place, watch: Watch) -> None:
        self.page = page
        self.place = place
        self.watch = watch

    # ---- Getting there ----
    def is_connected(self) -> "ChildTablet":
        """It was enrolled before this journey begins; nothing is on its screen yet."""
        cookie = {"name": TABLET_COOKIE, "value": self.place.new_tablet(), "url": self.place.url, "httpOnly": True}
        self.page.context.add_cookies([cookie])  # type: ignore[list-item]
        return self

    def is_enrolled(self) -> "ChildTablet":
        """An adult types the code of the coordinator's screen."""
        self.opens("/enrol")
        self.page.locator("#code").fill(self.place.code)
        self.page.locator("#connect button[type=submit]").click()
        expect(self.page).to_have_url(f"{self.place.url}/language")
        return self

    def opens(self, path: str) -> Response:
        """Type an address, as no child does; again where her last tap, which asks the worker first, comes between."""
        try:
            answer = self.page.goto(self.place.url + path)
        except Error as error:
            if "ERR_ABORTED" not in error.message:
                raise
            answer = self.page.goto(self.place.url + path)
        assert answer
        return answer

    def shows(self, path: str) -> None:
        """This page of ours is on the screen, under whichever address: on a tablet with a worker all have the same."""
        expect(self.page.locator("body")).to_have_attribute("data-page", path)

    def shows_portraits(self, *names: str) -> None:
        """Children see these readers' portraits from now on: the house reads once a second who introduced herself."""
        with self.place.house.app.app_context(), db.reading(db.engine()) as session:
            portraits = load_approved(session).portraits
        codes = [portraits[self.place.people[name].id] for name in names]

        def are_shown() -> bool:
            page = self.page.request.get(f"{self.place.url}/tell").text()
            return all(code in page for code in codes)

        comes_true(self.page, are_shown, f"the portraits of {names}")

    def chooses_language(self, name: str) -> None:
        """On the first screen, by the language's name in its own script."""
        self.page.get_by_role("link", name=name).click()
        self.shows("/")

    def opens_the_survey(self, language: str = "English") -> None:
        """From the first screen to the first of the three screens before the questions."""
        self.opens("/language")
        self.chooses_language(language)
        self.page.locator(f"nav a[href='{self.place.survey}']").click()
        expect(self.screen).to_be_visible()

    def agrees(self) -> None:
        """Read the three screens and go on."""
        for _ in range(ASSENTS):
            self.goes_on()

    def begins(self, language: str = "English") -> "ChildTablet":
        """From the first screen to the first question."""
        self.opens_the_survey(language)
        self.agrees()
        return self

    def says_no(self) -> None:
        """Tap No before the questions."""
        self.screen.locator("[data-go=no]").click()

    # ---- Answering ----
    @property
    def screen(self) -> Locator:
        """The one screen that is shown."""
        return self.page.locator(".screen.now")

    @property
    def question(self) -> str:
        """Name of the question on the screen; empty elsewhere."""
        return self.screen.get_attribute("data-question") or ""

    def answers(self, words: str) -> None:
        """Tap one answer; it selects and does not go on."""
        asked = self.question
        self.screen.locator("label.tile").filter(has_text=words).first.click()
        assert self.question == asked, "a tap went on by itself"

    def writes(self, words: str) -> None:
        """Write into the letter box."""
        self.screen.locator("textarea").fill(words)

    def goes_on(self) -> None:
        """Tap Next; under her pictures, that she has them."""
        self.screen.locator("[data-go=next], [data-go=have]").click()

    def answers_and_goes_on(self, words: str) -> None:
        """Tap one answer, then Next."""
        self.answers(words)
        self.goes_on()

    def skips(self) -> None:
        """Tap Skip; or the one way on, where nothing is asked or something was given."""
        skip = self.screen.locator("[data-go=skip]")
        (skip if skip.is_visible() else self.screen.locator("[data-go=next]")).click()

    def skips_to(self, question: str) -> None:
        """Skip until a question is on the screen."""
        self._turns_to(question, "skip", "next")

    def goes_on_to(self, question: str) -> None:
        """Next until a question is on the screen; what was answered stays."""
        self._turns_to(question, "next", "have")

    def skips_the_rest(self) -> None:
        """Skip until the end."""
        self._turns_to("", "skip", "next")

    def _turns_to(self, question: str, *ways: str) -> None:
        expect(self.screen).to_be_visible()
        assert self.page.evaluate(_TURN, [question, ways]), f"no way leads to {question}"

    def goes_back(self) -> None:
        """Tap our own Back, in the bar."""
        self.page.locator("[data-go=back]").click()

    def stops(self) -> None:
        """Tap Stop."""
        self.page.locator("[data-go=stop]").click()

    def sends(self) -> None:
        """Tap Send at the end."""
        self.page.locator("[data-end] [data-go=send]").click()

    def stops_the_clock(self) -> None:
        """Time passes when it is told to. A stopped clock hides how a page was come to; this one does not."""
        context = self.page.context
        context.add_init_script("globalThis.cameBy = performance.getEntriesByType.bind(performance)")
        self.page.clock.install()
        context.add_init_script("performance.getEntriesByType = cameBy")

    @contextmanager
    def loses_replies(self, address: str) -> Iterator[None]:
        """The house has what was sent there, and the tablet never hears of it."""

        def lose(route: Route) -> None:
            route.fetch()
            route.abort()

        self.watch.expects_silence = False
        self.page.route(address, lose)
        yield
        self.page.unroute(address)
        self.watch.expects_silence = True

    def throws_away(self) -> None:
        """Tap Throw away at the end."""
        self.page.locator("[data-end] [data-go=throw]").click()

    def chosen(self) -> list[str]:
        """What is chosen or typed anywhere on this page."""
        found: list[str] = self.page.evaluate(
            "[...document.querySelectorAll('input, textarea')].filter(b => b.type !== 'hidden')"
            ".filter(b => /radio|checkbox/.test(b.type) ? b.checked : b.value.trim()).map(b => b.value)"
        )
        return found

    # ---- Leaving ----
    def has_arrived(self) -> None:
        """The page is complete with its scripts, as it is when a child looks at it."""
        comes_true(self.page, lambda: self.page.evaluate(_ARRIVED), "the page is complete")

    def leaves_fast(self) -> None:
        """Tap the dark corner."""
        self.has_arrived()
        self.page.locator("[data-exit]").click()

    def sleeps_too_long(self) -> None:
        """The tablet is dark for longer than anybody waits, and no clock of its page runs; then somebody wakes it."""
        turns = (
            "([hidden, seconds]) => { const now = Date.now() + 1000 * seconds; Date.now = () => now;"
            "Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });"
            "document.dispatchEvent(new Event('visibilitychange')) }"
        )
        self.page.evaluate(turns, [True, 0])
        self.page.evaluate(turns, [False, 331])
        self.is_at_the_first_screen()

    def presses_shift_three_times(self) -> None:
        """The same by keyboard."""
        self.has_arrived()
        for _ in range(3):
            self.page.keyboard.press("Shift")

    def presses_the_browsers_back(self) -> bool:
        """The tablet's own Back, whatever it finds; False when there is nothing to go back to."""
        return self._walks_in_history(-1)

    def presses_the_browsers_forward(self) -> bool:
        """And Forward."""
        return self._walks_in_history(1)

    def _walks_in_history(self, step: int) -> bool:
        # As the button does it; `history.back()` and Playwright's `go_back` do not wait well for remembered pages.
        known = self._asks_the_browser(_remembered)
        wanted = known["currentIndex"] + step
        if not 0 <= wanted < len(known["entries"]):
            return False
        entry = {"entryId": known["entries"][wanted]["id"]}
        with self._turns():
            self._asks_the_browser(lambda browser: browser.send("Page.navigateToHistoryEntry", entry))
        return True

    @contextmanager
    def _turns(self) -> Iterator[None]:
        """Wait until the page has become another one of its history, and is there.

        A survey that asks what Back means goes forward again at once: its page turns twice. A page from memory fires no
        `load`, but loads itself anew.
        """
        (asks,) = comes_true(self.page, lambda: [self.page.evaluate(_ASKS)], "what the page is")
        turned: list[Frame] = []

        def note(frame: Frame) -> None:
            if frame == self.page.main_frame:
                turned.append(frame)

        self.page.on("framenavigated", note)
        yield
        comes_true(self.page, lambda: len(turned) > asks, "another page of the history")
        self.page.remove_listener("framenavigated", note)
        self.page.wait_for_timeout(_TURNING)
        look = token_hex(4)
        comes_true(self.page, lambda: self.page.evaluate(_STAYS, look), "the page is complete")

    def _asks_the_browser(self, ask: Callable[[CDPSession], Asked]) -> Asked:
        """Asked again while one page is taking another's place: then the browser answers and does nothing."""
        open_session = self.page.context.new_cdp_session
        return comes_true(self.page, lambda: [ask(open_session(self.page))], "an answer of the browser")[0]

    def presses_the_button_back(self) -> None:
        """As a thumb on the device does: the browser itself decides where to, and passes over entries nobody tapped."""
        browser = self.page.context.new_cdp_session(self.page)
        with self._turns():
            for sign in ("mousePressed", "mouseReleased"):
                browser.send(
                    "Input.dispatchMouseEvent", {"type": sign, "x": 9, "y": 300, "button": "back", "clickCount": 1}
                )

    def history(self) -> list[str]:
        """The addresses that the browser remembers for Back and Forward."""
        known = self._asks_the_browser(_remembered)
        return [entry["url"].removeprefix(self.place.url) for entry in known["entries"]]

    # ---- What is seen ----
    def is_thanked(self) -> None:
        """The page that says what happens now."""
        self.shows(f"{self.place.survey}/thanks")
        expect(self.page.locator("h1")).to_be_visible()

    def is_at_the_first_screen(self) -> None:
        """The choice of a language, for the next child."""
        self.shows("/language")

    def is_on_the_harmless_page(self, language: str = "en") -> None:
        """Colours, and nothing of us."""
        expect(self.page.locator(f"html[lang={language}] main a[href='/language']")).to_have_count(6)
        expect(self.page.locator("[data-exit], [data-page]")).to_have_count(0)

    def keeps_but_one_cookie(self) -> None:
        """That of the tablet; what was hers goes with the answer to the last thing that her page asked for."""
        comes_true(
            self.page,
            lambda: [one["name"] for one in self.page.context.cookies()] == [TABLET_COOKIE],
            "no cookie but the tablet's",
        )

    def reads(self, words: str) -> None:
        """These words are on the page."""
        expect(self.page.get_by_text(words).locator("visible=true").first).to_be_visible()

    def scrolls_by(self) -> int:
        """How many pixels of the page lie below the screen."""
        return int(self.page.evaluate("document.documentElement.scrollHeight - innerHeight"))

    def smallest_letters(self, where: str) -> float:
        """In pixels, among what is shown on the screen."""
        sizes = self.screen.locator(where).evaluate_all(
            "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
        )
        return float(min(sizes))

    @contextmanager
    def while_the_house_is_down(self) -> Iterator[None]:
        """The network answers nobody inside this block."""
        self.watch.expects_silence = False
        self.place.house.stop("web")
        try:
            yield
        finally:
            self.place.house.start_web()
            self.watch.expects_silence = True


def _remembered(browser: CDPSession) -> dict[str, Any]:
    """What the browser remembers for Back and Forward."""
    known: dict[str, Any] = browser.send("Page.getNavigationHistory")
    return known


class StaffDesk:
    """An adult at a desk."""

    def __init__(self, page: Page, place: Place, person: Somebody) -> None:
        self.page = page
        self.place = place
        self.person = person

    def is_signed_in(self) -> "StaffDesk":
        """She signed in before this journey begins; nothing is on her screen yet."""
        name, token = self.place.new_session(self.person)
        self.page.context.add_cookies(
            [{"name": name, "value": token, "url": self.place.url, "httpOnly": True, "sameSite": "Lax"}]
        )
        return self

    def signs_in(self) -> "StaffDesk":
        """With handle and password."""
        self.opens("/staff/sign-in")
        self.page.locator("[name=handle]").fill(self.person.handle)
        self.page.locator("[name=password]").fill(PASSWORD)
        self.continues()
        return self

    def opens(self, path: str) -> Response:
        """Type an address of the house."""
        answer = self.page.goto(self.place.url + path)
        assert answer
        return answer

    def continues(self) -> None:
        """Press the button of the form on the page."""
        self.page.locator("main form button[type=submit], main form button:not([type])").last.click()

    def presses(self, words: str) -> None:
        """A button or a link by its words."""
        button = self.page.get_by_role("button", name=words, exact=True)
        button.or_(self.page.get_by_role("link", name=words, exact=True)).first.click()

    def fills(self, **fields: str) -> None:
        """Fields of the form by their names."""
        for name, value in fields.items():
            self.page.locator(f"[name='{name}']").first.fill(value)

    def chooses(self, name: str, words: str) -> None:
        """An option of a list, by words in it."""
        listed = self.page.locator(f"select[name='{name}']")
        listed.select_option(value=listed.locator("option").filter(has_text=words).first.get_attribute("value"))

    def ticks(self, *names: str) -> None:
        """Boxes by their names."""
        for name in names:
            self.page.locator(f"input[name='{name}']").first.check()

    def reads(self, words: str) -> None:
        """These words are on the page."""
        expect(self.page.get_by_text(words).locator("visible=true").first).to_be_visible()

    def agrees(self) -> None:
        """To what somebody asked her: she finds it on her To do page, in her own sign-in."""
        self.opens("/staff/")
        self.page.locator("main a[href^='/staff/requests/']").last.click()
        self.page.locator("form[action$='/agree'] button").click()
        expect(self.page).not_to_have_url(re.compile("/staff/requests/"))

    def sees_what_came_of_it(self) -> None:
        """She asked, and a second adult agreed: from the page of the request to what was made."""
        self.page.reload()
        self.page.locator("main p.row a.button.on").click()

    def is_told_what_is_wrong(self) -> str:
        """The summary of errors, as text; fails when there is none."""
        summary = self.page.locator(".errors, [role=alert]").first
        expect(summary).to_be_visible()
        return summary.inner_text()
