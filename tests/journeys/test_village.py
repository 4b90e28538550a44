"""A village's path: Bal Sabha, Bal Panchayat, Village Child Committee, and the answer comes down again.

S4, S9, S10, S24, S27, S28. Walked in a real browser, through web and work processes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.support import clock
from tests.journeys.support.meetings import (
    answers,
    holds,
    puts_it_on_the_agenda,
    says_what_came_of_it,
    says_who_was_there,
)
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.support.long_tests import long_test
from tests.support.people import make_person
from youthvoice import context, db
from youthvoice.access.permissions import FACILITATOR

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
Desks = Callable[[Place, str], StaffDesk]
SABHA, PANCHAYAT, VILLAGE = "Bal Sabha by the tank", "Bal Panchayat by the tank", "Village committee"
WELL = "A wall around the well"


@pytest.fixture
def village(house: House) -> Place:
    """A site without any committee, and an adult of the village who decides there."""
    made = settle(house, survey=None)
    with house.app.app_context(), db.writing(db.engine()) as session:
        handle = made.people["lata"].handle.replace("lata", "vina")
        vina = make_person(session, FACILITATOR, made.site_id, handle=handle, name="Vina Example, head of the village")
    return replace(made, people=made.people | {"vina": vina})


def sets_up(tomas: StaffDesk, kind: str, name: str, above: str = "") -> None:
    """From the list of committees: its kind, its name, who answers, and where it hands up."""
    tomas.opens("/staff/committees/")
    tomas.presses("Set up a committee")
    tomas.presses(kind)
    tomas.fills(name=name, place="under the banyan tree")
    tomas.chooses("facilitator", "Lata")
    if above:
        tomas.chooses("goes_up_to", above)
    tomas.presses("Save the committee")
    tomas.reads(f"{name} is set up.")


def suggests(tablet: ChildTablet) -> None:
    """Whose agenda, two pictures, Send."""
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.page.locator("nav a[href='/agenda']").click()
    tablet.page.locator("footer a").filter(has_text="Suggest").click()
    tablet.answers_and_goes_on(SABHA)
    tablet.page.locator("label").filter(has_text="Broken").click()
    tablet.page.locator("label").filter(has_text="Mend it").click()
    tablet.screen.locator("[data-go=send]").click()
    tablet.reads("Thank you")


def hands_it_up(lata: StaffDesk, meeting_id: int, children: int, above: str) -> None:
    """The children talked about it and cannot settle it."""
    says_who_was_there(lata, meeting_id, children, 1)
    says_what_came_of_it(lata, meeting_id, "up")
    lata.reads(above)
    lata.presses("Save")
    lata.reads("Went up")


def meets_without_a_child(lata: StaffDesk, other_window: StaffDesk, meeting_id: int, due: str) -> None:
    """S24: a wrong number is put right while the outcome is being typed; that is refused, and every word is there."""
    says_who_was_there(lata, meeting_id, 1, 6)
    says_what_came_of_it(lata, meeting_id, "adults")
    lata.chooses("owner", "Vina")
    lata.fills(due=due)
    says_who_was_there(other_window, meeting_id, 0, 6)
    other_window.reads("No child member was there")
    holds(other_window, "children", "0")
    holds(other_window, "adults", "6")
    expect(other_window.page.get_by_role("link", name="Say what came of it")).to_have_count(0)
    lata.presses("Save")
    assert "Nothing can be decided at this meeting" in lata.is_told_what_is_wrong()
    holds(lata, "due", due)
    assert "Vina" in lata.page.locator("select[name=owner] option:checked").inner_text()


def writes_what_was_said(lata: StaffDesk, meeting_id: int) -> None:
    """It decided nothing; what was said there is kept all the same."""
    lata.opens(f"/staff/meetings/{meeting_id}/minutes")
    lata.fills(talked="We waited for the children.")
    lata.presses("Save the draft")
    lata.reads("We waited for the children.")


def meets_with_a_child(lata: StaffDesk, meeting_id: int, due: str) -> None:
    """One child who is a member is enough; whoever decides in the village is named, with a day."""
    says_who_was_there(lata, meeting_id, 1, 6)
    says_what_came_of_it(lata, meeting_id, "adults")
    lata.presses("Save")
    assert "without an owner" in lata.is_told_what_is_wrong()
    lata.chooses("owner", "Vina")
    lata.fills(due=due)
    lata.presses("Save")
    lata.reads("With adults")


@long_test("WALKED")
def test_a_village_hands_up_and_the_answer_comes_down(village: Place, tablets: Tablets, desks: Desks) -> None:
    """S24: the Village Child Committee decides nothing without a child member; S9, S10: who answers is named."""
    tomas = desks(village, "tomas")
    sets_up(tomas, "Village Child Committee", VILLAGE)
    sets_up(tomas, "Bal Panchayat", PANCHAYAT, VILLAGE)
    sets_up(tomas, "Bal Sabha", SABHA, PANCHAYAT)
    tomas.reads("What it cannot settle goes to")
    tablet, lata = tablets(village), desks(village, "lata")
    suggests(tablet)
    clock.the_daily_hour(village)
    puts_it_on_the_agenda(desks(village, "asha"), {"en": WELL})

    hands_it_up(lata, clock.the_hour_of_the_meeting(village, SABHA), 12, PANCHAYAT)
    tablet.opens("/agenda")
    tablet.reads(f"It went up to {PANCHAYAT}")
    hands_it_up(lata, clock.the_hour_of_the_meeting(village, PANCHAYAT), 4, VILLAGE)

    with village.house.app.app_context():
        due = (context.today("Asia/Kolkata") + timedelta(days=7)).isoformat()
    without = clock.the_hour_of_the_meeting(village, VILLAGE)
    meets_without_a_child(lata, desks(village, "lata"), without, due)
    writes_what_was_said(lata, without)
    clock.a_day_after(village, without)
    meets_with_a_child(lata, clock.the_hour_of_the_meeting(village, VILLAGE), due)
    tablet.opens("/agenda")
    tablet.reads("Vina Example, head of the village answers by")

    vina = desks(village, "vina")
    vina.opens("/staff/")
    vina.reads(WELL)
    answers(vina, WELL, {"en": "The wall is built in May.", "hi": "दीवार मई में बनेगी।", "ar": "يُبنى الجدار في مايو."})
    for page in ("/agenda", "/we-did"):
        tablet.opens(page)
        tablet.reads(WELL)
        tablet.reads("The wall is built in May.")
