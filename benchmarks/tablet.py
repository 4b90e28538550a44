"""A child's tablet as its browser has it: what comes over the line, how soon it is seen, and a full queue on its way.

A real Chromium with the real worker, before a real house; the line counts everything, the worker's own requests too.
Throttling is Lighthouse's of a slow 4G line and a slow phone (`throttling.mobileSlow4G`, by DevTools).
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright
from sqlalchemy import func, select

from benchmarks.house import ANSWERS, House, like_the_others, opened
from benchmarks.line import Line, laid
from benchmarks.server import SERVE, free_port, started
from youthvoice import db
from youthvoice.surveys.models import ResponseRow
from youthvoice.web.assets import load_assets

CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_VIEWPORT = {"width": 360, "height": 740}
_SLOW_LINE = {
    "offline": False,
    "latency": 562.5,  # milliseconds of each request: a round trip of 150, as DevTools has to count it
    "downloadThroughput": 1474.56 * 1024 / 8,
    "uploadThroughput": 675 * 1024 / 8,
}
_SLOWER = 4  # times
_QUIET = 1.5  # seconds without a byte: nothing is under way any more
_PATIENCE = 120.0  # seconds
_LOOK = 20  # milliseconds between two looks into a page

_WATCH = """
    window.shift = 0; window.paint = 0; window.taps = {};
    const watch = (type, see, more) => {
        const observer = new PerformanceObserver((list) => list.getEntries().forEach(see));
        observer.observe({ type, buffered: true, ...more });
        return observer;
    };
    watch("layout-shift", (one) => { if (!one.hadRecentInput) window.shift += one.value; });
    watch("largest-contentful-paint", (one) => { window.paint = one.startTime; });
    const count = (one) => {
        const of = one.interactionId;
        if (of) window.taps[of] = Math.max(window.taps[of] ?? 0, one.duration);
    };
    const taps = watch("event", count, { durationThreshold: 16 });
    addEventListener("pagehide", () => {
        taps.takeRecords().forEach(count);
        sessionStorage.taps = JSON.stringify(window.taps);
    });
"""
_IN_STORE = """async (ask) => {
    if (!(await indexedDB.databases()).length) return 0;   // whoever opens what is not there makes it
    const database = await new Promise((found, failed) => {
        const asked = indexedDB.open("youthvoice");
        asked.onsuccess = () => found(asked.result);
        asked.onerror = () => failed(asked.error);
    });
    const going = database.transaction(["queue", "state", "pieces"], "readwrite");
    const [queue, state, pieces] = ["queue", "state", "pieces"].map((name) => going.objectStore(name));
    if (ask === "put back") {
        for (const one of window.copied) queue.put(one);
        for (const [key, piece] of window.parts) pieces.put(piece, key);
        state.put("2026-01-01", "since");
    }
    const asked = ask === "is ready" ? state.count("manifest") : ask === "copy" ? queue.getAll() : queue.count();
    if (ask === "copy") {
        window.parts = [];
        pieces.getAllKeys().onsuccess = (keys) => {
            for (const key of keys.target.result.filter(([, at]) => at >= 0)) {   // not those of chance
                pieces.get(key).onsuccess = (part) => window.parts.push([key, part.target.result]);
            }
        };
    }
    await new Promise((done) => { going.oncomplete = done; });
    database.close();
    if (ask !== "copy") return asked.result;
    window.copied = asked.result;
    return window.copied.length;
}"""
_FILL = """async ([path, fields, many]) => {
    const digits = (one) => one.toString(16).padStart(2, "0");
    const sheet = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), digits).join("");
    let kept = 0;
    for (let nth = 0; nth < many; nth += 1) {
        const body = new URLSearchParams([["sheet", sheet()], ...fields]);
        const answer = await fetch(path, { method: "POST", body, headers: { Accept: "application/json" } });
        kept += answer.status === 201;
    }
    return kept;
}"""
_WAKE = """() => new Promise((found) => {
    const ways = new MessageChannel();
    ways.port1.onmessage = ({ data }) => { if (!data.since) found(); };
    navigator.serviceWorker.controller.postMessage("flush", [ways.port2]);
})"""


@dataclass(frozen=True)
class Figures:
    """What a tablet finds.

    Attributes:
        first: KiB over the line when the first page and then a survey are opened for the first time.
        stock: KiB that the worker fetches beforehand, with itself.
        second: KiB when the tablet is switched on once more and nothing has changed.
        paint: milliseconds until the largest thing stands, on a slow line and a slow tablet; the slower of both pages.
        tap: milliseconds until a tap is seen; the slowest of a whole survey on a slow tablet.
        shift: how far what is seen moves by itself (CLS), on both pages and through the survey.
    """

    first: float
    stock: float
    second: float
    paint: float
    tap: float
    shift: float


@dataclass(frozen=True)
class Delivery:
    """A full queue on its way: seconds of both times, and how many sheets more there are then."""

    first: float
    again: float
    counted: int


def scripts_kib() -> float:
    """All scripts of a tablet without a network, as they are sent and before they are pressed."""
    return sum(len(asset.plain) for name, asset in load_assets().items() if name.startswith("offline/")) / 1024


@dataclass
class Tablet:
    """A connected tablet, its line, and a folder for what it keeps."""

    playwright: Playwright
    house: House
    line: Line
    folder: Path

    @property
    def url(self) -> str:
        """Where the line begins."""
        return f"http://127.0.0.1:{self.line.port}"

    @property
    def survey(self) -> str:
        """The open round."""
        return f"/survey/{self.house.slug}"

    @contextmanager
    def switched_on(self, name: str, *, worker: bool = True) -> Iterator[Page]:
        """A browser with the profile of this name, and an empty page.

        Args:
            name: of the profile; a new one knows nothing.
            worker: whether the tablet's worker may run.
        """
        context = self.playwright.chromium.launch_persistent_context(
            self.folder / name,
            executable_path=CHROMIUM,
            args=_ARGUMENTS,
            viewport=_VIEWPORT,  # type: ignore[arg-type]
            has_touch=True,
            service_workers="allow" if worker else "block",
        )
        try:
            self._connect(context)
            context.set_default_timeout(1000 * _PATIENCE)
            yield context.pages[0]
        finally:
            context.close()

    def _connect(self, context: BrowserContext) -> None:
        pairs = (pair.split("=", 1) for pair in self.house.cookies[0].split("; "))
        for name, value in pairs:
            context.add_cookies([{"name": name, "value": value, "url": self.url}])

    def received_kib(self, do: Callable[[], object]) -> float:
        """What comes over the line while something is done, until nothing comes any more."""
        before = self.line.received
        do()
        until = time.monotonic() + _PATIENCE
        while self.line.quiet_for < _QUIET and time.monotonic() < until:
            time.sleep(0.05)
        return (self.line.received - before) / 1024


@contextmanager
def connected(folder: Path) -> Iterator[Tablet]:
    """A tablet before a house that serves.

    Playwright follows each request of a worker unless it is told not to (1.57): nobody looks over a tablet's shoulder.
    """
    os.environ["PLAYWRIGHT_DISABLE_SERVICE_WORKER_NETWORK"] = "1"
    house, port = like_the_others(folder / "house"), free_port()
    with started(SERVE, house.environment, port), laid(port) as line, sync_playwright() as playwright:
        yield Tablet(playwright, house, line, folder)


def measure(tablet: Tablet, runs: int) -> Figures:
    """Sizes once, for they do not vary; times as medians of so many runs."""
    first, stock, second = _sizes(tablet)
    looks = [_look(tablet, nth) for nth in range(runs)]
    return Figures(
        first, stock, second,
        paint=median(look.paint for look in looks),
        tap=median(look.tap for look in looks),
        shift=max(look.shift for look in looks),
    )  # fmt: skip


def _sizes(tablet: Tablet) -> tuple[float, float, float]:
    with tablet.switched_on("pages", worker=False) as page:
        first = tablet.received_kib(lambda: page.goto(f"{tablet.url}/"))
        first += tablet.received_kib(lambda: page.goto(tablet.url + tablet.survey))
    with tablet.switched_on("worker") as page:
        everything = tablet.received_kib(lambda: _get_ready(page, tablet))
        everything += tablet.received_kib(lambda: page.goto(tablet.url + tablet.survey))
    with tablet.switched_on("worker") as page:
        second = tablet.received_kib(lambda: page.goto(f"{tablet.url}/"))
    return first, everything - first, second


def _get_ready(page: Page, tablet: Tablet) -> None:
    page.goto(f"{tablet.url}/")
    _until(page, lambda: page.evaluate(_IN_STORE, "is ready"), "the tablet keeps its pages")


@dataclass(frozen=True)
class _Look:
    paint: float
    tap: float
    shift: float


def _look(tablet: Tablet, nth: int) -> _Look:
    with tablet.switched_on(f"look-{nth}") as page:
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
        tools.send("Network.emulateNetworkConditions", _SLOW_LINE)
        page.add_init_script(_WATCH)
        front = _seen(page, f"{tablet.url}/")
        survey = _seen(page, tablet.url + tablet.survey)
        taps = _through_the_survey(page)
        return _Look(max(front["paint"], survey["paint"]), max(taps), front["shift"] + page.evaluate("window.shift"))


def _seen(page: Page, address: str) -> dict[str, float]:
    page.goto(address)
    _until(page, lambda: page.evaluate("window.paint"), "a paint")
    page.wait_for_timeout(1000)
    found: dict[str, float] = page.evaluate("({ paint: window.paint, shift: window.shift })")
    return found


def _through_the_survey(page: Page) -> list[float]:
    """Tap through every screen up to Send, as a child does; gives milliseconds until each tap was seen."""
    for _screen in range(80):
        now = page.locator(".screen.now")
        if tiles := now.locator("label.tile:visible").all():  # those of her own voice stand in the letter box, hidden
            tiles[0].tap()
        way = now.locator("[data-go=next], [data-go=send]").first
        is_last = way.get_attribute("data-go") == "send"
        way.tap()
        if is_last:
            break
    thanks = page.locator('body[data-page$="/thanks"]')  # all pages of a tablet with a worker have one address
    _until(page, thanks.count, "she is thanked")
    page.wait_for_load_state("networkidle")
    taps: dict[str, float] = page.evaluate("JSON.parse(sessionStorage.taps)")
    return list(taps.values())


def _until(page: Page, ask: Callable[[], Any], what: str) -> None:
    until = time.monotonic() + _PATIENCE
    while not ask():
        if time.monotonic() > until:
            raise TimeoutError(f"never: {what}")
        page.wait_for_timeout(_LOOK)


def deliver(tablet: Tablet, sheets: int) -> Delivery:
    """So many sheets are sealed without a network, and go; then once more, as if every reply had been lost."""
    there = _sheets(tablet.house)
    with tablet.switched_on("queue") as page:
        _get_ready(page, tablet)
        page.goto(f"{tablet.url}/help")
        _until(page, lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"), "the worker answers")
        tablet.line.cut()
        kept = page.evaluate(_FILL, [tablet.survey, [list(pair) for pair in ANSWERS], sheets])
        if kept != sheets or page.evaluate(_IN_STORE, "copy") != sheets:
            raise RuntimeError(f"{kept} of {sheets} are kept")
        tablet.line.mend()
        first = _seconds(page)
        page.evaluate(_IN_STORE, "put back")
        again = _seconds(page)
    return Delivery(first, again, _sheets(tablet.house) - there)


def _sheets(house: House) -> int:
    with opened(house), db.reading(db.engine()) as session:
        return session.scalar(select(func.count()).select_from(ResponseRow)) or 0


def _seconds(page: Page) -> float:
    began = time.perf_counter()
    page.evaluate(_WAKE)
    if page.evaluate(_IN_STORE, "count"):
        raise RuntimeError("something stays on the tablet")
    return time.perf_counter() - began
