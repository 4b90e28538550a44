"""Every page is accessible in three languages and fits a narrow screen. Duties: CHILD-UX.md (always; the tablet)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, ViewportSize

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.navigators import comes_true
from tests.journeys.support.page_list import CHILD, OPEN, ExampleHouse
from tests.support.long_tests import RUNS_LONG, breadth, long_test

pytestmark = pytest.mark.journey
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OPTIONS = {"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"], "preload": False}
_AXE = Axe().axe_script
_FIND_VIOLATIONS = (
    f"more => globalThis.axe?.run({{ ...{json.dumps(_OPTIONS)}, ...more }}).then(results => results.violations)"
)
"""Nothing where axe is not in the page. What is in order does not come over: half of the time went into telling it."""
_COLOURS_ASIDE: dict[str, object] = {"rules": {"color-contrast": {"enabled": False}}}
NARROW: ViewportSize = {"width": 320, "height": 640}
_SMALL_TARGETS = """() => {
    const seen = one => one.checkVisibility() && !one.matches(".past") && !one.closest("p");
    const box = one => one.getBoundingClientRect();
    const small = (one, least) => Math.min(box(one).height, box(one).width) < least;
    const tell = one => one.outerHTML.slice(0, 90) + " " + JSON.stringify(box(one));
    const tiles = [...document.querySelectorAll(".tile")].filter(one => seen(one) && small(one, 95.5));
    const controls = [...document.querySelectorAll("a, button")].filter(one => seen(one) && small(one, 63.5));
    return [...tiles, ...controls].map(tell);
}"""

_SQUEEZED = """() => [...document.querySelectorAll("main :is(p, li, dd, td, h2, h3, span, b)")].filter(one => {
    if (!one.checkVisibility() || one.closest(".past") || [...one.children].some(child => child.textContent.trim())) return false;
    const words = document.createRange(), text = one.textContent.trim();
    words.selectNodeContents(one);
    const lines = new Set([...words.getClientRects()].map(line => Math.round(line.bottom))).size;
    return one.getBoundingClientRect().width < 100 && lines > text.split(/[\\s\u2010-]+/).length + 1;
}).map(one => one.textContent.trim() + " in " + one.getBoundingClientRect().width + " px")"""  # noqa: E501
"""Words that stand one letter under the other: in a narrow column, on more lines than there are words."""


def squeezed(page: Page) -> list[str]:
    """Which texts have so little room on a wide page that words break in it."""
    return [f"{page.url} squeezed: {one}" for one in page.evaluate(_SQUEEZED)]


def faults(page: Page, *, child: bool) -> list[str]:
    """What is wrong with the page that is open; its colours, which cost the most, in one language of a child's."""
    of_each_language = child and page.locator("html").get_attribute("lang") not in {None, "en"}
    found = [
        f"{page.url} {each['id']}: {node['html'][:120]} - {node['failureSummary'][:300]}"
        for each in violations(page, _COLOURS_ASIDE if of_each_language else {})
        for node in each["nodes"]
    ]
    return found + (fits_a_child(page) if child else fits(page))


def violations(page: Page, options: dict[str, object]) -> list[dict[str, Any]]:
    """What axe finds in the page that is open, which may not have it yet."""
    found = page.evaluate(_FIND_VIOLATIONS, options)
    if found is None:
        page.evaluate(f"() => {{ {_AXE} }}")
        found = page.evaluate(_FIND_VIOLATIONS, options)
    assert isinstance(found, list)
    return found


def fits_a_child(page: Page) -> list[str]:
    """Whether a child's page that is open fits her screen, and all she taps is large."""
    return [*(f"{page.url} too small: {one}" for one in page.evaluate(_SMALL_TARGETS)), *fits(page)]


def fits(page: Page) -> list[str]:
    """Whether a page that is open on a larger screen fits a narrow one."""
    usual = page.viewport_size
    page.set_viewport_size(NARROW)
    found = too_wide(page)
    page.set_viewport_size(usual)  # type: ignore[arg-type]
    return found


def too_wide(page: Page) -> list[str]:
    """Whether the page that is open fits its narrow screen."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{page.url} is {wide} px wide on a screen of {NARROW['width']}"] if wide > NARROW["width"] else []


def walk(context: BrowserContext, url: str, paths: list[str], look: Callable[[Page], list[str]]) -> list[str]:
    """Open every page; give all that is wrong."""
    context.add_init_script(f"if (top === window) {{ {_AXE} }}")  # not in a preview within the page, which has a main
    watch, page = Watch(context), context.new_page()
    found = []
    for path in paths:
        page.goto(url + path)
        found += look(page)
    page.close()
    watch.check()
    return found


def of_a_child(page: Page) -> list[str]:
    """What is wrong with a child's page; in other languages, of the same parts in the same order, whether all fits."""
    if page.locator("html").get_attribute("lang") in {"hi", "ar"} and not RUNS_LONG:
        return fits_a_child(page)
    return faults(page, child=True)


def of_an_adult(page: Page) -> list[str]:
    """What is wrong with an adult's."""
    return [*squeezed(page), *faults(page, child=False)]


def test_what_is_wrong_is_found(browser: Browser) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_content(
        "<main><h1>Example</h1><p style='color:#eee'>pale</p><img src=''><a href=#>a link</a>"
        "<div style='width:1ch;overflow-wrap:anywhere'><p>letter by letter</p></div></main>"
    )
    messages = "\n".join([*faults(page, child=True), *squeezed(page)])
    browsers.close(context)
    assert all(one in messages for one in ("color-contrast", "image-alt", "html-has-lang", "too small", "squeezed"))


def phone(language: str) -> dict[str, object]:
    width, height = browsers.PHONE
    return {"locale": language, "viewport": {"width": width, "height": height}}


@long_test("WALKED")
@pytest.mark.parametrize("language", breadth(["en"], ["ar", "hi"]))
def test_every_page_of_a_child(language: str, example: ExampleHouse, browser: Browser) -> None:
    """What is larger in Hindi is measured where every page is heard in it: `test_by_ear`."""
    context = example.child(browser, **phone(language))
    page = context.new_page()
    survey = example.survey(page)
    page.goto(f"{example.url}/language/{language}")
    paths = [path for path in CHILD if path != "/language"]
    found = walk(context, example.url, [*paths, f"{survey}/late"], of_a_child)
    page.goto(example.url + survey)
    found += of_a_child(page)
    page.evaluate("document.documentElement.classList.remove('js')")  # every screen at once, as without a script
    found += of_a_child(page)
    found += walk(context, example.url, [f"{survey}/thanks", "/language"], of_a_child)
    browsers.close(context)
    assert not found, "\n".join(found)


_OF_ADULTS = ("hi", "ar") if RUNS_LONG else ("ar",)
"""The longest words, which move only where a text grows, and the other direction."""


@long_test("WALKED")
@pytest.mark.parametrize("handle", ["lata", "tomas", "asha", "reva", "olga"])
def test_every_page_of_an_adult(handle: str, example: ExampleHouse, browser: Browser) -> None:
    width, height = browsers.DESK
    first = example.adult(browser, handle)
    page = first.new_page()
    paths = [*example.staff_pages(page, handle), "/staff/nothing-is-here"]
    found = []
    for language in _OF_ADULTS:  # journeys of adults read English
        example.speak(handle, language)
        mirrored = language == "ar"  # is looked through; of the other only whether it fits
        size: ViewportSize = {"width": width, "height": height} if mirrored else NARROW
        context = browser.new_context(
            storage_state=first.storage_state(), locale=language, viewport=size, service_workers="block"
        )
        speaks = context.new_page()
        speaks.goto(f"{example.url}/staff/")
        assert speaks.locator("html").get_attribute("lang") == language
        speaks.close()
        found += walk(context, example.url, paths, of_an_adult if mirrored else too_wide)
        browsers.close(context)
    browsers.close(first)
    assert not found, "\n".join(found)


@long_test("LOOKED AT")
@pytest.mark.parametrize("language", ["ar", "en", "hi"])
def test_a_letter_that_an_advocate_opened(language: str, example: ExampleHouse, browser: Browser) -> None:
    """No address leads to the words: they are behind a button."""
    width, height = browsers.DESK
    context = example.adult(browser, "asha", language, viewport={"width": width, "height": height})
    watch, page = Watch(context), context.new_page()
    page.goto(f"{example.url}/staff/letters/")
    page.locator("main form button").first.click()
    page.locator("blockquote").wait_for()
    found = faults(page, child=False)
    page.goto(page.url)  # the same letter in its envelope
    page.locator("main form button").wait_for()
    found += faults(page, child=False)
    watch.check()
    browsers.close(context)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", breadth(["ar"], ["en", "hi"]))
def test_every_page_of_a_guardian(language: str, example: ExampleHouse, browser: Browser) -> None:
    context = browser.new_context(**phone(language))  # type: ignore[arg-type]
    paths = [f"{example.view}/in/{language}", f"{example.view}/stop", *OPEN, "/", "/help", "/staff/sign-in"]
    paths.append(f"/outside/nobody-has-this-link/in/{language}")
    found = walk(context, example.url, paths, of_an_adult)
    browsers.close(context)
    assert not found, "\n".join(found)


def first_look(browser: Browser, address: str, state: StorageState) -> tuple[float, float, float]:
    """Bytes, layout shift and milliseconds to the largest paint, with nothing kept before: 4x slower, slow 4G."""
    context = browser.new_context(storage_state=state, **phone("en"))  # type: ignore[arg-type]
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    loaded: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    devtools.send("Network.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    devtools.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8,
    })  # fmt: skip
    page.add_init_script("""
        window.shift = 0; window.paint = 0;
        new PerformanceObserver(list => { for (const one of list.getEntries()) window.shift += one.value; })
            .observe({ type: "layout-shift", buffered: true });
        new PerformanceObserver(list => { for (const one of list.getEntries()) window.paint = one.startTime; })
            .observe({ type: "largest-contentful-paint", buffered: true });
    """)
    page.goto(address)
    comes_true(page, lambda: page.evaluate("window.paint"), "a paint")
    page.wait_for_timeout(500)
    shift, paint = page.evaluate("[window.shift, window.paint]")
    browsers.close(context)
    return sum(loaded), shift, paint


def test_the_first_page_is_small_and_stands_still_on_a_slow_tablet(example: ExampleHouse, browser: Browser) -> None:
    """At most 60 KiB, layout shift far under 0.1, largest paint under 2.5 s (CHILD-UX.md).

    A machine that does something else paints late now and then, a page that is too heavy each time.
    """
    tablet = example.child(browser, **phone("en"))
    address, state = example.url + example.survey(tablet.new_page()), tablet.storage_state()
    browsers.close(tablet)
    for _ in range(3):
        size, shift, paint = first_look(browser, address, state)
        assert 0 < size <= 60 * 1024
        assert shift < 0.02
        if paint < 2500:
            break
    assert paint < 2500
