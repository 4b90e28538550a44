"""Food for Friday: asked in pictures, chosen in three languages, won the same evening, answered, read (S33)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, log_of, settle
from tests.support.long_tests import long_test
from youthvoice import context, db
from youthvoice.surveys.rounds.store import end_round, find_round

pytestmark = pytest.mark.journey
Desks = Callable[[Place, str], StaffDesk]
Tablets = Callable[..., ChildTablet]
QUESTION = {
    "English": "What shall we eat on Friday?",
    "हिन्दी": "हम शुक्रवार को क्या खाएँ?",
    "العربية": "ماذا نأكل يوم الجمعة؟",
}
NOODLES = {"English": "Noodles", "हिन्दी": "नूडल्स", "العربية": "معكرونة"}
EGGS = {"English": "Eggs", "हिन्दी": "अंडे", "العربية": "بيض"}


@pytest.fixture
def home(house: House) -> Place:
    """A site where nothing is open yet."""
    return settle(house, survey=None)


def prepares_food_for_friday(lata: StaffDesk) -> None:
    """The facilitator takes the ready pictures and changes the question."""
    lata.opens("/staff/")
    lata.page.locator("nav summary").filter(has_text="Questions").click()  # her menu is long: its groups are folded
    lata.presses("Everyday choices")
    lata.presses("Ask something")
    lata.presses("Food")
    lata.fills(question_en=QUESTION["English"], question_hi=QUESTION["हिन्दी"], question_ar=QUESTION["العربية"])
    lata.presses("Give it to an advocate")
    assert "Say how many children are here." in lata.is_told_what_is_wrong()
    lata.fills(invited="12")
    lata.presses("Give it to an advocate")
    lata.reads("It waits for an advocate.")


def says_yes(asha: StaffDesk) -> None:
    """The advocate sees every picture and every word on one screen."""
    asha.opens("/staff/")
    asha.presses(QUESTION["English"])
    for words in (*QUESTION.values(), *NOODLES.values(), *EGGS.values()):
        asha.reads(words)
    asha.presses("Yes, ask it")
    asha.reads("Children can choose now.")


def chooses(tablet: ChildTablet, language: str, words: str) -> None:
    """From the front page: the door, the question, a picture, Send."""
    tablet.opens("/language")
    tablet.chooses_language(language)
    tablet.page.locator("nav a[href='/open']").click()
    tablet.page.get_by_role("link", name=QUESTION[language]).click()
    tablet.answers(words)
    tablet.screen.locator("[data-go=send]").click()
    expect(tablet.page).to_have_url(re.compile("/thanks"))


def evening_comes(place: Place, tablet: ChildTablet) -> None:
    """The hour at which it ends has come, and the work process looks."""
    slug = tablet.page.url.rsplit("/", maxsplit=2)[1]
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        round_ = find_round(session, slug)
        assert round_
        end_round(session, round_, context.now(), context.today(), log_of("nobody"))
    place.house.works_once()


def looks_at_the_board(tablet: ChildTablet, language: str) -> None:
    """A child looks at the board of small choices."""
    tablet.opens("/language")
    tablet.chooses_language(language)
    tablet.page.locator("nav a[href='/open']").click()
    tablet.page.locator("a[href='/choose']").click()


@long_test("WALKED")
def test_food_for_friday(home: Place, desks: Desks, tablets: Tablets) -> None:
    lata, tablet = desks(home, "lata"), tablets(home)
    prepares_food_for_friday(lata)
    says_yes(desks(home, "asha"))

    for language in ("English", "हिन्दी", "العربية"):
        chooses(tablet, language, NOODLES[language])
    chooses(tablet, "हिन्दी", EGGS["हिन्दी"])
    chooses(tablet, "العربية", NOODLES["العربية"])
    evening_comes(home, tablet)

    looks_at_the_board(tablet, "English")
    tablet.reads("Noodles")
    tablet.reads("Asked.")
    looks_at_the_board(tablet, "العربية")
    tablet.reads("معكرونة")

    lata.opens("/staff/")
    lata.reads("Do it, or say why not")
    lata.page.get_by_role("link", name="Noodles: What shall we eat on Friday?").click()
    lata.page.locator("input[name=kind][value=partly]").check()
    lata.fills(words_en="The market was closed.", words_hi="बाज़ार बंद था।", words_ar="كان السوق مغلقًا.")
    with home.house.app.app_context():
        lata.fills(done_by=context.today("Asia/Kolkata").isoformat())
    lata.presses("Save the answer")
    lata.reads("Your answer is kept.")

    looks_at_the_board(tablet, "English")
    tablet.reads("Not yet:")
    tablet.reads("The market was closed.")
    looks_at_the_board(tablet, "हिन्दी")
    tablet.reads("बाज़ार बंद था।")
