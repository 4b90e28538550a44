"""Pictures of every page in every language, side by side, to be looked at by people: `make screens`.

`python -m tests.journeys.support.screenshots FOLDER [--languages en,hi] [--sheets FOLDER]` walks the example.
"""

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select, update

from tests.journeys.support import browsers, gallery
from tests.journeys.support.browsers import DESK, PHONE, TABLET
from tests.journeys.support.page_list import CHILD, ExampleHouse, build_example, example_house
from tests.support.threads import HERS, message, step, told
from youthvoice import context, db
from youthvoice.sites.models import SiteRow
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import ThreadEntry
from youthvoice.web.i18n.languages import TRANSLATED

_SIZES = {"360": PHONE, "800": TABLET}
_MOST_SCREENS = 30
_ADULTS = ("tomas", "asha", "lata", "olga")


def main(arguments: Sequence[str] | None = None) -> None:
    """Walk all pages of the example and take their pictures; then lay them side by side.

    Args:
        arguments: of the command line.
    """
    asked = _arguments(arguments)
    folder, languages = asked.folder, tuple(code for code in TRANSLATED if code in asked.languages.split(","))
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        example = stack.enter_context(example_house(data / "house", build_example(data / "built")))
        browser = stack.enter_context(browsers.chromium(stack.enter_context(sync_playwright())))
        speaks(example, TRANSLATED)
        _answer(example)
        gallery.take_parts(example, browser, folder, languages)
        for language in languages:
            for name in _SIZES:
                _child(example, browser, folder, language, name)
            _guardian(example, browser, folder, language)
        for handle in _ADULTS if asked.adults else ():
            _adult(example, browser, folder, handle)
    gallery.write_index(folder, languages)
    if asked.sheets:
        gallery.write_sheets(folder, asked.sheets, languages)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--languages", default=",".join(TRANSLATED))
    parser.add_argument("--adults", action="store_true", help="pages of staff, too")
    parser.add_argument("--sheets", type=Path, help="a folder for ten screens of each language on one picture")
    return parser.parse_args(arguments)


def speaks(example: ExampleHouse, languages: Iterable[str]) -> None:
    """Every site of the example offers the languages."""
    with example.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(update(SiteRow).values(languages=list(languages)))


def _child(example: ExampleHouse, browser: Browser, folder: Path, language: str, name: str) -> None:
    size = _SIZES[name]
    context = example.child(browser, locale=language, viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    survey = example.survey(page)
    page.goto(f"{example.url}/language/{language}")
    for path in (*CHILD[1:], f"{survey}/late"):
        page.goto(example.url + path)
        if not _is_a_code(page) or path == "/reply":  # the seven screens of pictures are one and the same
            _take(page, folder, f"child-{path.strip('/').replace('/', '-') or 'front'}-{language}-{name}")
    for path, prefix in ((survey, "survey"), ("/good", "good"), ("/talk", "talk"), ("/tell", "tell")):
        page.goto(example.url + path)
        _walk(page, folder, prefix, f"{language}-{name}")
    page.locator("[data-end] [data-go=send]").click()
    page.locator("[data-after]").first.wait_for(state="attached")
    _walk(page, folder, "sent", f"{language}-{name}")
    page.goto(f"{example.url}/reply")
    for pick in HERS.picks:
        page.locator(".screen.now .tile").nth(pick).click()
        page.locator(".screen.now [data-go=next]").click()
    page.wait_for_url("**/reply/open")
    _take(page, folder, f"child-answer-{language}-{name}", whole=True)
    for path in (f"{survey}/thanks", "/language"):
        page.goto(example.url + path)
        _take(page, folder, f"child-{path.rsplit('/', maxsplit=1)[-1]}-{language}-{name}")
    browsers.close(context)


def _answer(example: ExampleHouse) -> None:
    """A report of two days ago is answered, and its child asked whether it was put right."""
    with example.house.app.app_context():
        with db.reading(db.engine()) as session:
            site_id = session.scalars(select(SiteRow.id).order_by(SiteRow.id)).first()
        assert site_id
        day = context.today()
        told(site_id, case=CaseState(state="open", clocks={})).answer(
            step("looked", day, name="Asha Example"),
            message("A new lamp comes on Thursday. Until then Lata goes down with you.", day),
            ThreadEntry("ask", 1, day, said={"ask": "put_right"}),
        )


def _is_a_code(page: Page) -> bool:
    return page.locator(".screen[data-picture]").count() > 0


def _walk(page: Page, folder: Path, prefix: str, suffix: str) -> None:
    """Every screen of a survey, or of telling; the second answer of each question chosen."""
    for nth in range(_MOST_SCREENS):
        screen = page.locator(".screen.now")
        if not screen.count():
            _take(page, folder, f"{prefix}-{nth:02}-page-{suffix}")
            return
        name = screen.get_attribute("data-question") or screen.get_attribute("aria-labelledby") or "screen"
        tiles = screen.locator("label.tile")
        if name != "end" and tiles.count() > 1:
            tiles.nth(1).click()
        _take(page, folder, f"{prefix}-{nth:02}-{name}-{suffix}")
        if (chose := screen.locator(".chose > summary")).count():
            chose.click()
            _take(page, folder, f"{prefix}-{nth:02}-{name}-open-{suffix}")
        on = screen.locator("[data-go=next]")
        if name == "end" or not on.count():
            return
        on.first.click()


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
        _take(page, folder, f"guardian-{name}-{language}-360", whole=True)
    browsers.close(context)


def _take(page: Page, folder: Path, name: str, *, whole: bool = False) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=whole or name.startswith("staff"))


if __name__ == "__main__":
    main()
