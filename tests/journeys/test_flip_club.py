"""A FLiP club's month: suggested by voice, "me too", a meeting, minutes, a late adult, "really done?" answered no.

S4, S9, S10, S13, S23-S28. Walked in a real browser with a fake microphone, through web and work processes.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.support import clock
from tests.journeys.support.meetings import answers, puts_it_on_the_agenda, says_what_came_of_it, says_who_was_there
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.journeys.test_telling import speaks
from tests.support.long_tests import long_test
from youthvoice import context

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
Desks = Callable[[Place, str], StaffDesk]
LAMP = "A lamp for the stairs"


@pytest.fixture
def club(house: House) -> Place:
    """A site with a FLiP club and no round."""
    made = settle(house, survey=None)
    made.meets("flip_club")
    return made


def suggests_by_voice(tablet: ChildTablet) -> None:
    """From the front page: our agenda, Suggest, two pictures, and a voice."""
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.page.locator("nav a[href='/agenda']").click()
    tablet.page.locator("footer a").filter(has_text="Suggest").click()
    tablet.page.locator("label").filter(has_text="Broken").click()
    tablet.page.locator("label").filter(has_text="Mend it").click()
    tablet.screen.locator("[data-go=next]").click()
    speaks(tablet)
    tablet.goes_on()
    tablet.screen.locator("[data-go=send]").click()
    tablet.reads("Thank you")


def say_me_too(tablet: ChildTablet, times: int) -> None:
    """So many children, one after the other."""
    for _child in range(times):
        tablet.opens("/agenda")
        tablet.page.locator("button.metoo").first.click()
        expect(tablet.page.locator("button.metoo").first).to_have_attribute("aria-pressed", "true")


def holds_the_meeting(lata: StaffDesk, meeting_id: int, due: str) -> None:
    """Numbers, no names; what needs adults gets an owner and a day, never neither."""
    says_who_was_there(lata, meeting_id, 7, 1)
    says_what_came_of_it(lata, meeting_id, "adults", LAMP)
    lata.presses("Save")
    assert lata.is_told_what_is_wrong()
    lata.chooses("owner", "Lata")
    lata.fills(due=due)
    lata.presses("Save")
    lata.opens(f"/staff/meetings/{meeting_id}/minutes")
    lata.fills(talked="The stairs are dark.", decided="We ask for a lamp.", doing="Lata asks, by next week.")
    lata.presses("Save the draft")
    lata.opens(f"/staff/meetings/{meeting_id}/minutes/approve")
    lata.fills(said_yes="6")
    lata.presses("The children said yes")


def names_who_decides(tomas: StaffDesk, place: Place) -> None:
    """The coordinator names who is asked where the owner stays silent."""
    tomas.opens(f"/staff/answers/decision-makers/{place.site_id}")
    tomas.chooses("person", "Tomas")
    tomas.continues()


def say_not_yet(tablet: ChildTablet, times: int) -> None:
    """So many children look at the board and tap."""
    for _child in range(times):
        tablet.opens("/we-did")
        tablet.page.locator(".really button").filter(has_text="Not yet").first.click()
        tablet.reads("Thank you")


@long_test("WALKED")
def test_a_flip_clubs_month(club: Place, tablets: Tablets, desks: Desks) -> None:
    tablet, lata = tablets(club), desks(club, "lata")
    suggests_by_voice(tablet)
    tablet.opens("/agenda")
    assert LAMP not in tablet.page.content()
    clock.the_daily_hour(club)
    puts_it_on_the_agenda(desks(club, "asha"), {"en": LAMP, "hi": "सीढ़ियों के लिए बत्ती", "ar": "مصباح للدرج"})
    tablet.opens("/agenda")
    tablet.reads(LAMP)
    say_me_too(tablet, 5)
    tablet.opens("/agenda")
    assert "of us say so" not in tablet.page.content()
    clock.a_week(club)
    tablet.opens("/agenda")
    tablet.reads("5 or more of us say so.")

    meeting_id = clock.the_hour_of_the_meeting(club)
    with club.house.app.app_context():
        due = context.today("Asia/Kolkata") + timedelta(days=7)
    holds_the_meeting(lata, meeting_id, due.isoformat())
    tablet.opens("/agenda")
    tablet.reads("Lata Example answers by")
    tablet.opens(f"/agenda/meeting/{meeting_id}")
    tablet.reads("We ask for a lamp.")

    tomas = desks(club, "tomas")
    names_who_decides(tomas, club)
    clock.the_day_of_the_answer(club)
    tablet.opens("/agenda")
    tablet.reads("did not answer by")
    tablet.reads("We asked")
    answers(tomas, LAMP, {"en": "A lamp hangs there now.", "hi": "बत्ती टँग गई।", "ar": "عُلِّق المصباح."})
    tablet.opens("/we-did")
    tablet.reads("A lamp hangs there now.")

    say_not_yet(tablet, 3)
    tablet.opens("/agenda")
    tablet.reads("A lamp hangs there now.")
    clock.the_daily_hour(club)
    tablet.opens("/agenda")
    tablet.reads("Lata Example answers by")
    lata.opens("/staff/")
    lata.reads(LAMP)
