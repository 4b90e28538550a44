"""A quarter that sends itself: set once, looked at before, and on the day after the quarter families have their letter.

Duties: S9, S12, S13; DESIGN.md 5 (mail to guardians).
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.support import clock
from tests.journeys.support.mailbox import Postbox
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.journeys.test_from_form_to_guardian import answer_by_http, approves_the_view, ends
from tests.support.long_tests import long_test

pytestmark = pytest.mark.journey
Desks = Callable[[Place, str], StaffDesk]
HINDI, LOST, AUNT = "mother.quarter@example.org", "nobody.quarter@example.org", "aunt.quarter@example.org"


@pytest.fixture
def place(house: House) -> Place:
    """A site of its own, with a survey open."""
    return settle(house)


@pytest.fixture
def guardian(browser: Browser) -> Page:
    """A guardian's own telephone."""
    return browser.new_context(viewport={"width": 360, "height": 740}).new_page()


def enters(tomas: StaffDesk, kind: str, language: str, *addresses: str) -> None:
    """Write addresses down: who reads there, in which language."""
    tomas.opens("/staff/addresses/")
    tomas.chooses("kind", kind)
    tomas.chooses("language", language)
    tomas.fills(lines="\n".join(addresses))
    tomas.presses("Save them, locked")


def clears_all(asha: StaffDesk, number: int) -> None:
    """The advocate looks at each."""
    asha.opens("/staff/addresses/clearing")
    for _one in range(number):
        asha.page.get_by_role("button", name="Clear", exact=True).first.click()
        asha.reads("Cleared.")


@long_test("WALKED")
def test_a_quarter_sends_itself(
    place: Place, desks: Desks, tablets: Callable[..., ChildTablet], guardian: Page, postbox: Postbox
) -> None:
    tomas, asha = desks(place, "tomas"), desks(place, "asha")
    enters(tomas, "Legal guardians", "हिन्दी", HINDI, LOST)
    enters(tomas, "Other family", "English", AUNT)
    clears_all(asha, 3)
    tomas.opens("/staff/subscriptions/")
    tomas.reads("No letter sends itself yet")
    tomas.chooses("audience", "Legal guardians")
    tomas.chooses("rhythm", "every quarter")
    tomas.presses("Save how often")
    tomas.reads("From now on these letters send themselves.")
    tomas.reads("2 cleared addresses")
    tomas.page.get_by_role("link", name="Look at the letter").click()
    tomas.reads("Nothing new so far")

    answer_by_http(tablets(place), place.survey, {"a-food": "good"})
    ends(tomas, place.survey)
    approves_the_view(asha, tomas, "My days here")
    tomas.opens("/staff/subscriptions/")
    tomas.page.get_by_role("link", name="Look at the letter").click()
    tomas.page.get_by_role("link", name="हिन्दी").click()
    expect(tomas.page.locator(".letter")).to_contain_text("खाना अच्छा है")
    place.house.works_once()
    assert not [to for to, _letter in postbox.letters if to in {HINDI, AUNT}], "the quarter is not over"

    clock.a_quarter(place)
    letter = postbox.only_letter_to(HINDI)
    clock.the_daily_hour(place)
    assert postbox.only_letter_to(HINDI) is letter, "once a quarter"
    assert not [to for to, _letter in postbox.letters if to == AUNT], "other family has no rhythm"
    guardian.goto(letter.link)
    expect(guardian.locator("html")).to_have_attribute("lang", "hi")
    expect(guardian.locator("main")).to_contain_text("खाना अच्छा है")
    tomas.opens("/staff/delivery/")
    tomas.reads("Refused: look at the address")
    tomas.reads("The mail server says that there is no such address.")
    tomas.reads(LOST)
    expect(tomas.page.locator("section[aria-labelledby=state-sent]")).to_contain_text(HINDI)
    tomas.page.get_by_role("button", name="Try again", exact=True).click()
    tomas.reads("1 letter is tried again.")
    tomas.opens("/staff/subscriptions/")
    tomas.reads("2 letters,")
    tomas.page.locator("section[aria-labelledby=paper] a.button").first.click()
    expect(tomas.page.locator("article.paper")).to_have_count(3)
    pdf = tomas.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 3, "each sheet on one page of its own"
