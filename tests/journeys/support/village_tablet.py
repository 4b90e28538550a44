"""A tablet with a profile on the disk, so that one can pull its battery out and look at everything it keeps."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from youthvoice.web.rate_limits import TABLET_COOKIE

_KEEPS = """async () => {
    if (!navigator.serviceWorker.controller) return false;
    return new Promise((found) => {
        const asked = indexedDB.open("youthvoice");
        asked.onerror = () => found(false);
        asked.onsuccess = () => {
            if (!asked.result.objectStoreNames.contains("state")) { asked.result.close(); found(false); return; }
            const got = asked.result.transaction("state").objectStore("state").get("manifest");
            got.onsuccess = () => { asked.result.close(); found(Boolean(got.result)); };
        };
    });
}"""
_WAITING = """() => new Promise((found) => {
    const asked = indexedDB.open("youthvoice");
    asked.onsuccess = () => {
        const got = asked.result.transaction("queue").objectStore("queue").getAllKeys();
        got.onsuccess = () => { asked.result.close(); found(got.result); };
    };
})"""


class VillageTablet:
    """One tablet and its profile; it can lose its power, and be switched on again."""

    def __init__(self, playwright: Playwright, place: Place, folder: Path) -> None:
        self.playwright, self.place, self.folder = playwright, place, folder
        self.token = place.new_tablet()
        self.context: BrowserContext | None = None
        self.child: ChildTablet

    def switches_on(self) -> ChildTablet:
        """Open the browser with everything it kept, and the first page."""
        width, height = browsers.PHONE
        self.context = browsers.with_profile(self.playwright, self.folder, width, height)
        self.context.set_default_timeout(browsers.PATIENCE)
        cookie = {"name": TABLET_COOKIE, "value": self.token, "url": self.place.url, "httpOnly": True}
        self.context.add_cookies([cookie])  # type: ignore[list-item]
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        self.child = ChildTablet(page, self.place, Watch(self.context))
        return self.child

    def gets_ready(self) -> "VillageTablet":
        """It was online once, and keeps what can be done here."""
        self.child.opens("/language")
        self.child.chooses_language("English")
        comes_true(self.child.page, lambda: self.child.page.evaluate(_KEEPS), "the tablet keeps its pages")
        return self

    def waiting(self) -> list[str]:
        """Numbers of the sheets that wait on it."""
        return list(self.child.page.evaluate(_WAITING))

    def loses_power(self) -> None:
        """Every process of the browser is killed in this moment."""
        mark = f"--user-data-dir={self.folder}".encode()
        for process in Path("/proc").iterdir():
            if process.name.isdecimal():
                try:
                    if mark in (process / "cmdline").read_bytes():
                        os.kill(int(process.name), signal.SIGKILL)
                except OSError:
                    continue
        self.context = None

    def holds(self, *words: str) -> list[str]:
        """Which of some words lie anywhere in the profile, in UTF-8 or UTF-16."""
        files = [one.read_bytes() for one in self.folder.rglob("*") if one.is_file()]
        coded = {word: (word.encode(), word.encode("utf-16-le")) for word in words}
        return [word for word in words if any(one in file for file in files for one in coded[word])]

    def switches_off(self) -> None:
        """Close the browser as one does."""
        if self.context is not None:
            browsers.close(self.context)
            self.context = None


@contextmanager
def village_tablet(playwright: Playwright, place: Place, folder: Path) -> Iterator[VillageTablet]:
    """A tablet that is switched on and ready; what is left of it is ended."""
    tablet = VillageTablet(playwright, place, folder)
    try:
        tablet.switches_on()
        yield tablet.gets_ready()
    finally:
        tablet.loses_power()
