"""A child who cannot read hears every text of every page, one after the other. CHILD-UX.md "Read aloud"; S5."""

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import update

from tests.journeys.support import browsers
from tests.journeys.support.by_ear import VOICES, mute
from tests.journeys.support.page_list import CHILD, LANGUAGES, ExampleHouse
from tests.journeys.test_every_page import fits_a_child
from tests.support.long_tests import long_test
from youthvoice import db
from youthvoice.sites.models import TabletRow

pytestmark = pytest.mark.journey

_OF_ADULTS = {"/enrol", "/exit", "/credits"}
"""An adult connects a tablet; the page behind the dark corner shows nothing of us; whose pictures they are."""
_SCREENS = "form.screens > .screen:not([hidden])"
_TURN = f"""nth => {{
    const screens = [...document.querySelectorAll("{_SCREENS}")];
    screens.forEach((screen, at) => screen.classList.toggle("now", at === nth));
    dispatchEvent(new Event("turned"));
}}"""
_SHOW_OTHERS = "all => all.forEach(why => { why.textContent = 'Not what stood here.'; why.hidden = false; })"


def phone_with_voices(example: ExampleHouse, browser: Browser, language: str) -> tuple[Page, str]:
    """A tablet as small as a phone, with a voice for each language; and the address of the survey."""
    context = example.child(browser, locale=language, viewport={"width": 360, "height": 740})
    with example.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(update(TabletRow).values(voices="ar en hi"))
    context.add_init_script(VOICES)
    page = context.new_page()
    survey = example.survey(page)
    page.goto(f"{example.url}/language/{language}")
    return page, survey


@long_test("HEARD")
@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_is_shown_can_be_heard_and_fits(language: str, example: ExampleHouse, browser: Browser) -> None:
    """Beside each heading stands its speaker: what fits here fits without one, too."""
    page, survey = phone_with_voices(example, browser, language)
    mute_texts, unfit = {}, []
    for path in (*CHILD, f"{survey}/late", f"{survey}/thanks", survey):
        page.goto(example.url + path)
        screens = 0 if path in _OF_ADULTS else page.locator(_SCREENS).count()
        for nth in range(screens or 1):
            if screens:
                page.evaluate(_TURN, nth)
            lost = mute(page) if path not in _OF_ADULTS else []
            if lost:
                mute_texts[f"{path} {nth}"] = lost
        unfit += fits_a_child(page)
    page.evaluate("document.documentElement.classList.remove('js')")  # every screen at once, as without a script
    unfit += fits_a_child(page)
    browsers.close(page.context)
    assert not mute_texts, "\n".join(f"{place}: {lost}" for place, lost in mute_texts.items())
    assert not unfit, "\n".join(unfit)


def test_a_refusal_is_heard_as_it_is_shown(example: ExampleHouse, browser: Browser) -> None:
    """Scripts and the house put other words there than the first: a used slip, too many tries, no network."""
    page, survey = phone_with_voices(example, browser, "en")
    walked, lost = [], []
    for path in ("/reply", "/plan", "/tell", "/agenda/suggest", survey):
        page.goto(example.url + path)
        at = page.locator(_SCREENS).evaluate_all("all => all.findIndex(one => one.querySelector('[data-why]'))")
        if at > 0:
            page.evaluate(_TURN, at)
        refusals = page.locator("[data-why]")
        if refusals.count():
            refusals.evaluate_all(_SHOW_OTHERS)
            walked.append(path)
            lost += mute(page)
    browsers.close(page.context)
    assert walked == ["/reply", "/plan", "/tell", "/agenda/suggest", survey]
    assert not lost
