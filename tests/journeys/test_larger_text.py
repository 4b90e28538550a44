"""Two letters A make all words of a child's pages a quarter larger until she has finished; nothing is cut."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Playwright, expect
from sqlalchemy import update

from tests.journeys.support.browsers import PHONE, TABLET
from tests.journeys.support.navigators import ChildTablet
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import village_tablet
from tests.journeys.test_every_language import CUT
from tests.journeys.test_offline import without_network
from tests.journeys.test_what_a_screen_holds import LOW, TOO_WIDE, goes_on_or_needs_nobody, held
from tests.support.long_tests import breadth, long_test
from youthvoice import db
from youthvoice.sites.models import SiteRow

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
PICTURES: Final = os.environ.get("LARGE_PICTURES", "")
"""A folder for pictures of every screen, for people to look at."""

PAGES: Final = ("/", "/help", "/rights", "/we-did", "/agenda", "/mine", "/see", "/open", "/reply", "/plan")
COVERED: Final = """() => {
    const shown = [...document.querySelectorAll(".tile, .move, .tool, .exit, .listen, .call, .say, .words, .strip, .code > li")]
        .filter((one) => one.checkVisibility({ visibilityProperty: true }));
    const name = (one) => `${one.className} "${one.textContent.trim().slice(0, 30)}"`, found = [];
    scrollTo(0, 0);
    const boxes = shown.map((one) => [one, one.getBoundingClientRect()]);
    for (const [nth, [one, box]] of boxes.entries()) {
        for (const [other, next] of boxes.slice(nth + 1)) {
            if (one.contains(other) || other.contains(one)) continue;
            if (Math.min(box.right, next.right) - Math.max(box.left, next.left) > 2 && Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top) > 2) found.push(`${name(one)} and ${name(other)}`);
        }
        const words = document.createRange();
        words.selectNodeContents(one);
        for (const line of words.getClientRects()) {
            if (line.width > 1 && (line.left < box.left - (one.matches(".code > li") ? 8 : 1) || line.right > box.right + (one.matches(".code > li") ? 8 : 1) || line.bottom > box.bottom + 3) && !one.matches(".tile:has(:checked)")) {
                found.push(`out of ${name(one)} ${Math.round(line.right - box.right)} ${Math.round(line.bottom - box.bottom)}`);
                break;
            }
        }
    }
    for (const one of document.querySelectorAll(".moves > *, .exit")) {
        if (!one.checkVisibility({ visibilityProperty: true })) continue;
        one.scrollIntoView({ block: "nearest" });
        const box = one.getBoundingClientRect(), top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
        if (!one.contains(top) || box.bottom > innerHeight + 1 || box.right > innerWidth + 1) found.push(`out of reach: ${name(one)}`);
    }
    scrollTo(0, 0);
    const wide = document.documentElement.scrollWidth - innerWidth;
    return wide > 0 ? [...found, `${wide} px wider`] : found;
}"""  # noqa: E501 - one thought a line
"""What lies over another, reaches out of its place, or cannot be reached by scrolling down."""


def looks(tablet: ChildTablet, name: str) -> list[str]:
    """What is wrong with a screen; keeps its picture where somebody wants to look."""
    if PICTURES:
        tablet.page.screenshot(path=Path(PICTURES, f"{name}.png"), full_page=True)
    found = [*tablet.page.evaluate(CUT), *tablet.page.evaluate(COVERED)]
    return [f"{name}: {one}" for one in found]


def size_of(tablet: ChildTablet, part: str) -> float:
    """How large the letters of a part are, in pixels."""
    return float(tablet.page.locator(part).first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)"))


@pytest.mark.parametrize(
    ("size", "language"),
    breadth(
        [(PHONE, "ru")],
        [
            (LOW, "hi"),
            (PHONE, "en"),
            (PHONE, "hi"),
            (PHONE, "ar"),
            (TABLET, "en"),
            (TABLET, "hi"),
            (TABLET, "ar"),
            (TABLET, "ru"),
            (LOW, "en"),
            (LOW, "ar"),
            (LOW, "ru"),
        ],
    ),
    ids=str,
)
def test_nothing_is_cut_or_covered(tablets: Tablets, place: Place, size: tuple[int, int], language: str) -> None:
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(update(SiteRow).where(SiteRow.id == place.site_id).values(languages=["en", language]))
    tablet = held(tablets, size, place, f"{language}.large")
    found, look = [], f"{size[0]}-{language}"
    for path in PAGES:
        tablet.opens(path)
        expect(tablet.page.locator("html")).to_have_class("large js")
        found += looks(tablet, f"{look}-{path.strip('/') or 'front'}")
    tablet.opens("/tell")
    for nth in range(30):
        if tablet.question in {"company", "topic", "danger", "come", "readers"}:
            tablet.screen.locator("label").first.click()
        if tablet.question == "company":
            tablet.screen.locator("label").nth(1).click()
        found += looks(tablet, f"{look}-tell-{nth:02}")
        if tablet.screen.get_attribute("data-end") is not None:
            break
        goes_on_or_needs_nobody(tablet)
    tablet.sends()
    for nth in range(3):
        found += looks(tablet, f"{look}-sent-{nth}")
        tablet.goes_on()
    tablet.opens("/reply")
    tablet.page.evaluate("document.documentElement.classList.remove('js')")  # all names of pictures at once
    found += [f"name of a picture: {one}" for one in tablet.page.evaluate(TOO_WIDE)]
    tablet.opens(place.survey)
    for nth in range(6):
        found += looks(tablet, f"{look}-survey-{nth}")
        tablet.goes_on()
    assert not found, "\n".join(dict.fromkeys(found))


def is_switched(child: ChildTablet, *, large: bool, names: tuple[str, str]) -> None:
    """Every word of her pages is as large as she wants; the switch says what another tap does."""
    sizes = (("h1", 24), (".doors .tile", 20)) if not large else (("h1", 30), (".doors .tile", 23))
    expect(child.page.get_by_role("link", name=names[not large])).to_be_visible()
    assert [(part, size_of(child, part)) for part, _size in sizes] == list(sizes)


def test_a_tap_on_the_letters_turns_it_on_and_off_and_it_is_forgotten_with_the_language(
    tablets: Tablets, place: Place
) -> None:
    """By links alone: no script is needed; one cookie holds both, so that none outlives the other."""
    tablet = tablets(place, java_script_enabled=False)
    names = ("Usual text", "Larger text")
    tablet.opens("/language/en")
    is_switched(tablet, large=False, names=names)
    switch = tablet.page.locator(".size:visible")
    switch.click()
    is_switched(tablet, large=True, names=names)
    assert {one["name"] for one in tablet.page.context.cookies()} == {"tablet", "language"}
    for path in ("/tell", "/help", "/reply", place.survey):
        tablet.opens(path)
        assert size_of(tablet, ".ask h1, .ask h2") == 30, path
    tablet.opens("/")
    switch.click()
    is_switched(tablet, large=False, names=names)
    switch.click()
    tablet.opens("/language")
    assert {one["name"] for one in tablet.page.context.cookies()} == {"tablet"}
    tablet.page.locator("a[href='/language/en']").click()
    is_switched(tablet, large=False, names=names)


@long_test("WALKED")
def test_a_tablet_without_a_network_does_the_same_with_the_pages_that_it_stored(
    playwright: Playwright, place: Place, tmp_path: Path
) -> None:
    names = ("सामान्य अक्षर", "बड़े अक्षर")
    with village_tablet(playwright, place, tmp_path / "profile") as village:
        child = village.child
        child.opens("/language")
        with without_network(place):
            child.opens("/language")
            before = village.stays()
            child.chooses_language("हिन्दी")
            child.page.locator(".size:visible").click()
            child.shows("/")
            expect(child.page.locator("html")).to_have_class("large js")
            is_switched(child, large=True, names=names)
            child.page.locator("nav a[href='/ways']").click()
            child.page.locator("nav a[href='/tell']").click()
            child.shows("/tell")
            assert size_of(child, ".screen.now h2, .screen.now h1") == 30
            child.opens("/language")
            assert village.stays() == before, "nobody learns that a child read larger letters here"
            child.chooses_language("हिन्दी")
            child.shows("/")
            is_switched(child, large=False, names=names)
