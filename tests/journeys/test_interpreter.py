"""A report in Bengali is answered by an English advocate with an interpreter, by the child's yes (S5, S14, S31)."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, log_of, settle
from tests.journeys.test_every_page import faults
from tests.journeys.test_from_telling_to_answer import opens_the_report
from tests.journeys.test_reply import opens_her_thread
from tests.support.long_tests import breadth, long_test
from tests.support.people import make_person
from tests.support.threads import Told, told
from youthvoice import db
from youthvoice.accounts.interpreters import record_languages
from youthvoice.threads.case_state import CaseState

pytestmark = pytest.mark.journey
Desks = Callable[[Place, str], StaffDesk]
WORDS = "ও আমার জুতো নিয়ে গেছে, আর আমি ফেরত পাইনি"
RENDERED = "He took my shoes, and I did not get them back"
ANSWER = "We look for them today."
ANSWER_RENDERED = "আমরা আজ তোমার জুতো খুঁজব।"
PHONE = (360, 740)


@pytest.fixture
def place(house: House) -> Place:
    """A site that offers Bengali, too."""
    return settle(house, survey=None, languages=["en", "hi", "ar", "bn"])


@pytest.fixture
def thread(place: Place) -> Told:
    """A child told in Bengali; an interpreter of Bengali and English is known."""
    with place.house.app.app_context():
        made = told(place.site_id, case=CaseState(state="open", topic="things", language="bn"), words=WORDS)
        with db.writing(db.engine()) as session:
            handle = f"bela-{place.people['asha'].handle}"
            bela = make_person(session, "interpreter", place.site_id, handle=handle, name="Bela Example")
            record_languages(session, bela.id, ["bn", "en", "hi", "ar"], [], log_of("test"))
    place.people["bela"] = bela
    return made


def looks(page: Page, name: str) -> None:
    """Keep a picture where somebody asks for it."""
    if folder := os.environ.get("LOOK_AT"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def asks(desk: StaffDesk) -> None:
    opens_the_report(desk)
    desk.presses("Ask for an interpreter")
    expect(desk.page.get_by_label(WORDS)).to_be_checked()
    desk.page.get_by_label("Bela Example").check()
    assert faults(desk.page, child=False) == []
    looks(desk.page, "ask")
    desk.presses("Ask the child")


def says_yes(tablet: ChildTablet) -> None:
    """By her pictures, in Bengali."""
    tablet.opens("/language/bn")
    opens_her_thread(tablet)
    assert WORDS not in tablet.page.content(), "nobody looks over her shoulder at it"
    tablet.page.locator("a[href^='/reply/transcript/']").click()
    expect(tablet.page.locator("html")).to_have_attribute("lang", "bn")
    tablet.reads("Bela Example")
    tablet.reads(WORDS)
    assert faults(tablet.page, child=True) == []
    tablet.page.locator("input[value=yes]").check(force=True)
    tablet.page.locator(".checks button[type=submit]").click()
    expect(tablet.page).to_have_url(f"{tablet.place.url}/reply/open?done=interpreter")
    tablet.page.locator("footer.moves a").click()
    tablet.is_at_the_first_screen()


@long_test("WALKED")
def test_a_bengali_report_is_answered_by_an_english_advocate_with_an_interpreter(
    tablet: ChildTablet, desks: Desks, place: Place, thread: Told
) -> None:
    asha = desks(place, "asha")
    asks(asha)
    asha.reads("asks the child: may Bela Example read it, to translate it?")
    bela = desks(place, "bela")
    bela.opens("/staff/translate/")
    bela.reads("Nothing to translate")
    says_yes(tablet)
    bela.opens("/staff/")
    bela.page.get_by_role("link", name="Words to translate were sealed to you").click()
    looks(bela.page, "list")
    assert faults(bela.page, child=False) == []
    bela.page.locator("table .about a").first.click()
    looks(bela.page, "envelope")
    bela.presses("Open and read")
    bela.reads(WORDS)
    bela.fills(words=RENDERED)
    looks(bela.page, "entry")
    assert faults(bela.page, child=False) == []
    bela.presses("Seal it")
    asha.opens(f"/staff/reports/{thread.id.hex()}")
    asha.reads(WORDS)
    asha.reads(RENDERED)
    asha.reads("translated by Bela Example")
    looks(asha.page, "report")
    asha.fills(words=ANSWER)
    asha.presses("Send to the child")
    asha.presses("Have an answer written in the child's language")
    expect(asha.page.get_by_label(ANSWER)).to_be_checked()
    asha.page.get_by_label("Bela Example").check()
    asha.presses("Seal it to her")
    bela.opens("/staff/translate/")
    bela.page.locator("tr", has_text="for you alone").locator(".about a").click()
    bela.presses("Open and read")
    bela.reads(ANSWER)
    bela.fills(words=ANSWER_RENDERED)
    bela.presses("Seal it")
    tablet.opens("/language/bn")
    opens_her_thread(tablet)
    expect(tablet.page.locator("html")).to_have_attribute("lang", "bn")
    tablet.reads(ANSWER_RENDERED)
    tablet.reads(ANSWER)
    looks(tablet.page, "answered")
    assert faults(tablet.page, child=True) == []


@long_test("WALKED")
@pytest.mark.parametrize("language", breadth(["ar"], ["en", "hi", "bn"]))
def test_yes_no_and_not_now_are_alike_and_nothing_lies_under_the_bar(
    tablet: ChildTablet, desks: Desks, thread: Told, language: str
) -> None:
    asks(desks(tablet.place, "asha"))
    assert thread
    tablet.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    tablet.opens(f"/language/{language}")
    opens_her_thread(tablet)
    looks(tablet.page, f"thread-{language}")
    tablet.page.locator("a[href^='/reply/transcript/']").click()
    looks(tablet.page, f"asked-{language}")
    tiles = tablet.page.locator("form .tile")
    boxes = [tiles.nth(nth).bounding_box() for nth in range(3)]
    assert len({(round(box["width"]), round(box["height"]), round(box["y"])) for box in boxes if box}) == 1
    assert faults(tablet.page, child=True) == []
