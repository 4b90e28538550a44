"""Every language that children are offered fits its places on a phone: nothing is cut, nothing lies under the bar."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from tests.journeys.support.browsers import PHONE
from tests.journeys.support.navigators import ChildTablet
from tests.journeys.support.sites import Place
from tests.journeys.test_what_a_screen_holds import LOW, goes_on_or_needs_nobody, held, hidden, leaves_everybody_out
from tests.support.long_tests import breadth
from youthvoice import db
from youthvoice.sites.models import SiteRow
from youthvoice.web.i18n.languages import TRANSLATED

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
LONGEST = ["de", "ru"]
"""German has the longest sentences, Russian the longest words."""
PICTURES = os.environ.get("LANGUAGE_PICTURES", "")
"""A folder for pictures of every screen, for people to look at."""
CUT = """() => [...document.querySelectorAll("button, a, label, h1, h2, p, span, li, small")]
    .filter(one => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1)
    .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline"
        && getComputedStyle(one).overflowX !== "visible" || one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.tagName + " " + one.className + ": " + one.textContent.trim().slice(0, 60))"""
OUT_OF_TILE = """() => [...document.querySelectorAll(".now :is(.tile, .move)")].filter(one => {
    const words = document.createRange(), tile = one.getBoundingClientRect();
    words.selectNodeContents(one);
    return one.checkVisibility() && !one.querySelector(":checked") && [...words.getClientRects()].some(
        line => line.width > 1 && (line.left < tile.left + 1 || line.right > tile.right - 1));
}).map(one => "out of its tile: " + one.textContent.trim())"""
"""Words or pictures that stand out of what she taps: of what is centred, at both sides."""
PAGES = ("/", "/help", "/rights", "/we-did", "/agenda", "/mine", "/see", "/reply", "/plan", "/offline/saved")


def looks(tablet: ChildTablet, name: str) -> list[str]:
    """What of a page is cut at its side; keeps its picture where somebody wants to look."""
    if PICTURES:
        tablet.page.screenshot(path=Path(PICTURES, f"{name}.png"))
    wide = tablet.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [
        f"{name}: {one}"
        for one in [
            *tablet.page.evaluate(CUT),
            *tablet.page.evaluate(OUT_OF_TILE),
            *([f"{wide} px wider"] if wide > 0 else []),
        ]
    ]


def speaks(place: Place, language: str) -> None:
    """The site offers the language, too."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        languages = list(dict.fromkeys(["en", language]))
        session.execute(update(SiteRow).where(SiteRow.id == place.site_id).values(languages=languages))


@pytest.mark.parametrize("language", breadth(LONGEST[:1], [code for code in TRANSLATED if code != LONGEST[0]]))
def test_every_screen_of_a_child_fits_a_phone(tablets: Tablets, place: Place, language: str) -> None:
    speaks(place, language)
    tablet = held(tablets, PHONE, place, language)
    found = []
    for path in PAGES:
        tablet.opens(path)
        found += looks(tablet, f"{language}-{path.strip('/').replace('/', '-') or 'front'}")
    tablet.opens("/tell")
    for nth in range(30):
        found += [*looks(tablet, f"{language}-tell-{nth:02}"), *hidden(tablet)]
        if tablet.screen.get_attribute("data-end") is not None:
            break
        if tablet.question in {"company", "danger", "come"}:
            tablet.screen.locator("label").first.click()
        if tablet.question == "topic":
            tablet.screen.locator("[value=hit]").check(force=True)
        if tablet.question == "readers":
            found += leaves_everybody_out(tablet)
            tablet.screen.locator("label").first.click()
        goes_on_or_needs_nobody(tablet)
    tablet.sends()
    for nth in range(3):
        found += looks(tablet, f"{language}-sent-{nth}")
        tablet.goes_on()
    tablet.opens(place.survey)
    for nth in range(30):
        found += [*looks(tablet, f"{language}-survey-{nth:02}"), *hidden(tablet)]
        if tablet.screen.get_attribute("data-end") is not None:
            break
        tablet.goes_on()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", breadth([PHONE], [LOW]), ids=str)
@pytest.mark.parametrize("language", breadth(["de"], [code for code in TRANSLATED if code != "de"]))
def test_where_it_may_be_harm_nothing_she_needs_lies_under_the_bar(
    tablets: Tablets, place: Place, size: tuple[int, int], language: str
) -> None:
    """One more reads it, by name; whom to call in danger, and the box for her name, are seen all the same."""
    speaks(place, language)
    tablet, found = held(tablets, size, place, language), []
    tablet.opens("/tell")
    while tablet.screen.get_attribute("data-end") is None:
        found += hidden(tablet)
        if tablet.question == "come":
            tablet.screen.locator("label").first.click()
        if tablet.question == "how":
            tablet.goes_on()  # she is told that nobody finds her without a name
            name, moves = (tablet.screen.locator(one).bounding_box() for one in ("[name=how]", ".moves"))
            assert name
            assert moves
            found += [] if name["y"] + name["height"] <= moves["y"] else [f"her name: {name} {moves}"]
        goes_on_or_needs_nobody(tablet)
    assert not found, "\n".join(found)
