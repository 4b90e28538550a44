"""A child who sees nothing of a page: four zones, each at one place of the glass, and what is spoken."""

from collections.abc import Set as AbstractSet
from typing import Final

from playwright.sync_api import Page

from tests.journeys.support.navigators import comes_true

PLACES: Final = """() => [...document.querySelectorAll("[data-zone], .exit")].map((part) => {
    const { x, y, width, height } = part.getBoundingClientRect();
    return [part.dataset.zone ?? "exit", Math.round(x + width / 2), Math.round(y + height / 2)];
})"""
_ON_THE_GLASS: Final = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), shown = [];
    while (walker.nextNode()) {
        const { data, parentElement } = walker.currentNode;
        if (data.trim() && parentElement.checkVisibility({ visibilityProperty: true })) shown.push(data.trim());
    }
    const pictures = [...document.querySelectorAll(".picture, video, img, textarea, input")];
    const seen = pictures.filter((one) => one.checkVisibility({ visibilityProperty: true }));
    return [...shown, ...seen.map((one) => one.outerHTML)];
}"""
"""Every word that is painted, and every picture or box."""
_ARE_WHOLE: Final = """() => [...document.querySelectorAll("[data-zone], .exit")].every((part) => {
    const { left, top, right, bottom } = part.getBoundingClientRect();
    return [top + 4, bottom - 4].every((y) => part.contains(document.elementFromPoint((left + right) / 2, y)));
})"""
_DONE: Final = "spoken.length && !document.querySelector('.speaking, form[aria-busy]') ? spoken : null"
_WORDS: Final = "[...document.querySelectorAll('.exit, .zone')].map((one) => one.textContent.trim())"
_STATE: Final = f"() => ({_DONE}) && [spoken, ({PLACES})(), ({_ON_THE_GLASS})(), {_WORDS}]"
_SETTLES: Final = 60  # milliseconds: twice as long as the page waits before it says what changed
_MOST_STOPS: Final = 60
_MOST_SCREENS: Final = 40


class Zones:
    """Her finger, which knows four places, and her ear."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.places = {name: (x, y) for name, x, y in page.evaluate(PLACES)}

    def all_within(self, width: int, height: int) -> bool:
        """Whether a glass of this size shows every zone and the dark corner whole, none over another."""
        usual = self.page.viewport_size
        assert usual
        self.page.set_viewport_size({"width": width, "height": height})
        are_whole = self.page.evaluate(_ARE_WHOLE)
        self.page.set_viewport_size(usual)
        return bool(are_whole)

    def presses(self, zone: str) -> list[str]:
        """Tap one zone where it was from the beginning, and hear what is said."""
        self.page.evaluate("spoken.length = 0")
        self.page.mouse.click(*self.places[zone])
        if zone == "take":
            self.page.wait_for_timeout(_SETTLES)
        return self.hears()

    def presses_key(self, key: str) -> list[str]:
        """The same by a keyboard, or by a switch that acts as one."""
        self.page.evaluate("spoken.length = 0")
        self.page.keyboard.press(key)
        return self.hears()

    def hears(self) -> list[str]:
        """All that was said since she tapped; where she goes each zone is where it was, and no word is on the glass."""
        said, places, shown, words = comes_true(self.page, lambda: self.page.evaluate(_STATE), "something is said")
        assert ({name: (x, y) for name, x, y in places}, shown) == (self.places, words)
        return list(said)

    def hears_at_last(self, words: str) -> None:
        """Something that is said once a page or the installation is ready."""
        comes_true(self.page, lambda: words in (self.page.evaluate(_DONE) or []), words)

    def walks_to(self, words: str) -> list[str]:
        """From stop to stop until these words are said; it goes round, so that they come wherever she is."""
        heard: list[str] = []
        for _stop in range(_MOST_STOPS):
            said = self.presses("next")
            if words in said:
                return said
            heard += said
        raise AssertionError((words, heard))

    def goes_on(self, to: str, ways: AbstractSet[str]) -> None:
        """From screen to screen by the last move of each that leads on, until a question is said."""
        for _screen in range(_MOST_SCREENS):
            for _stop in range(_MOST_STOPS):
                if ways & set(self.presses("before")):
                    break
            else:
                raise AssertionError((to, ways))
            if to in self.presses("take"):
                return
        raise AssertionError(to)

    def all_stops(self) -> list[str]:
        """What every stop of this screen says, one after the other."""
        first = heard = self.presses("again")
        for _stop in range(_MOST_STOPS):
            if (said := self.presses("next")) == first:
                return heard
            heard = [*heard, *said]
        raise AssertionError((first, heard))

    def speaks(self) -> None:
        """Begin, and end with the same zone; the others say nothing into it."""
        self.page.evaluate("spoken.length = 0")
        self.page.mouse.click(*self.places["take"])
        comes_true(self.page, lambda: self.page.evaluate("!document.querySelector('[data-halt]').hidden"), "it records")
        self.page.mouse.click(*self.places["next"])
        self.page.wait_for_timeout(10 * _SETTLES)
        assert self.page.evaluate("spoken") == []
        assert "Recorded" in self.presses("take")

    def leaves_by(self, words: str) -> None:
        """Walk there and take it, where nothing is said any more."""
        self.walks_to(words)
        self.page.mouse.click(*self.places["take"])

    def takes(self, words: str) -> list[str]:
        """Walk there and take it; gives what is said then."""
        self.walks_to(words)
        return self.presses("take")
