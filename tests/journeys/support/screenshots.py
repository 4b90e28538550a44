"""Pictures of every page, to be looked at by people: `python -m tests.journeys.support.screenshots FOLDER`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.support import browsers
from tests.journeys.support.browsers import DESK, PHONE, TABLET
from tests.journeys.support.page_list import CHILD, LANGUAGES, ExampleHouse, build_example, example_house

_SIZES = {"360": PHONE, "800": TABLET}
_MOST_SCREENS = 30


def main(folder: Path) -> None:
    """Walk all pages of the example and take their pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        example_house(Path(data, "house"), build_example(Path(data, "built"))) as example,
        sync_playwright() as playwright,
        browsers.chromium(playwright) as browser,
    ):
        for language in LANGUAGES:
            for name in _SIZES:
                _child(example, browser, folder, language, name)
            _guardian(example, browser, folder, language)
        for handle in ("tomas", "asha", "lata", "olga"):
            _adult(example, browser, folder, handle)


def _child(example: ExampleHouse, browser: Browser, folder: Path, language: str, name: str) -> None:
    size = _SIZES[name]
    context = example.child(browser, locale=language, viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    survey = example.survey(page)
    page.goto(f"{example.url}/language/{language}")
    for path in (*CHILD[1:], f"{survey}/late"):
        page.goto(example.url + path)
        _take(page, folder, f"child-{path.rsplit('/', maxsplit=1)[-1] or 'front'}-{language}-{name}")
    page.goto(example.url + survey)
    _walk(page, folder, "survey", f"{language}-{name}")
    page.goto(f"{example.url}/tell")
    _walk(page, folder, "tell", f"{language}-{name}")
    for path in (f"{survey}/thanks", "/language"):
        page.goto(example.url + path)
        _take(page, folder, f"child-{path.rsplit('/', maxsplit=1)[-1]}-{language}-{name}")
    browsers.close(context)


def _walk(page: Page, folder: Path, prefix: str, suffix: str) -> None:
    """Every screen of a survey, or of telling; the second answer of each question chosen."""
    for nth in range(_MOST_SCREENS):
        screen = page.locator(".screen.now")
        name = screen.get_attribute("data-question") or screen.get_attribute("aria-labelledby") or "screen"
        tiles = screen.locator("label.tile")
        if name != "end" and tiles.count() > 1:
            tiles.nth(1).click()
        _take(page, folder, f"{prefix}-{nth:02}-{name}-{suffix}")
        if name == "end":
            return
        screen.locator("[data-go=next]").click()


def _adult(example: ExampleHouse, browser: Browser, folder: Path, handle: str) -> None:
    context = example.adult(browser, handle, viewport={"width": DESK[0], "height": DESK[1]})
    page = context.new_page()
    for path in example.staff_pages(page, handle):
        page.goto(example.url + path)
        _take(page, folder, f"staff-{handle}-{path.removeprefix('/staff').strip('/').replace('/', '-') or 'home'}")
    browsers.close(context)


def _guardian(example: ExampleHouse, browser: Browser, folder: Path, language: str) -> None:
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    for path, name in ((f"{example.view}/in/{language}", "view"), (f"{example.view}/stop", "stop")):
        page.goto(example.url + path)
        _take(page, folder, f"guardian-{name}-{language}", whole=True)
    browsers.close(context)


def _take(page: Page, folder: Path, name: str, *, whole: bool = False) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=whole or name.startswith("staff"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
