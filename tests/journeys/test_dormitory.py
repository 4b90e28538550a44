"""A dormitory's evening: children talk alone first, adults learn how much and not what, until the children bring it in.

S9, S26-S28. Walked in a real browser, through web and work processes.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.support import clock
from tests.journeys.support.meetings import answers, says_what_came_of_it, says_who_was_there
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.journeys.test_representative import River, signs_in
from tests.support.committees import make_committee
from tests.support.long_tests import long_test
from tests.support.representatives import dealt, make
from youthvoice import context

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
Desks = Callable[[Place, str], StaffDesk]
NIGHT, SECRET, SHELF = "Too loud at night", "Our song for Friday", "A shelf for books"


@pytest.fixture
def dormitory(house: House) -> Place:
    """A site without a round."""
    return settle(house, survey=None)


@pytest.fixture
def river(dormitory: Place) -> River:
    """River speaks for the dormitory that meets there."""
    with dormitory.house.app.app_context():
        committee = make_committee(dormitory.site_id, dormitory.people["lata"], "dormitory")
        representative = make(committee, "River", day=context.today("Asia/Kolkata"))
        return committee, representative, dealt(representative, dormitory.site_id)


def posts(speaker: ChildTablet, topic: str, words: str, *, alone: bool = False) -> None:
    """Three taps and a few words; one more tap where only children shall hear it first."""
    speaker.opens("/agenda/post")
    speaker.page.locator("label").filter(has_text=topic).first.click()
    speaker.page.locator("label").filter(has_text="Talk about it").click()
    speaker.page.locator("[name=words]").fill(words)
    if alone:
        speaker.page.locator("label").filter(has_text="Only we children, without adults").click()
    speaker.page.locator("footer button").filter(has_text="Put on the list").click()
    speaker.reads("It is on our list.")


def taps(speaker: ChildTablet, title: str, button: str) -> None:
    """A button beside one thing on the page."""
    speaker.opens("/agenda/mine/order")
    speaker.page.locator("article").filter(has_text=title).get_by_role("button", name=button).click()


def pages_of_adults(river: River, meeting_id: int) -> tuple[str, ...]:
    """Where an adult reads what is on the agenda: the meeting, its sheet of paper, and the list."""
    return f"/staff/meetings/{meeting_id}", f"/staff/meetings/{meeting_id}/print", agenda_of(river)


def agenda_of(river: River) -> str:
    return f"/staff/committees/{river[0].id}/agenda"


def is_on_none(reader: ChildTablet | StaffDesk, pages: tuple[str, ...], *titles: str) -> None:
    """Not a word of it, in what is seen and in what is not."""
    for path in pages:
        reader.opens(path)
        for title in titles:
            assert title not in reader.page.content(), path


def writes_what_was_said(speaker: ChildTablet) -> None:
    """She writes, reads it out, and enters how many say yes; too few are refused."""
    speaker.opens("/agenda/mine")
    speaker.page.locator("nav a").filter(has_text="What we said").click()
    speaker.page.locator("nav.tiles a").first.click()
    speaker.page.locator("footer a").filter(has_text="Write").click()
    speaker.page.locator("[name=talked]").fill("The nights are loud.")
    speaker.page.locator("[name=decided]").fill("We ask for quiet after ten.")
    speaker.page.locator("footer button").filter(has_text="Keep").click()
    speaker.reads("A draft: we have not said yes.")
    speaker.page.locator("footer a").filter(has_text="We say yes").click()
    for number in ("1", "6"):
        speaker.page.locator("[name=said_yes]").fill(number)
        speaker.page.locator("footer button").filter(has_text="We say yes").click()
        speaker.reads("Too few children said yes." if number == "1" else "We agreed with these notes.")


def nobody_changes_them(speaker: ChildTablet, lata: StaffDesk, meeting_id: int) -> None:
    """On the next day only a note can be added."""
    speaker.opens(f"/agenda/mine/meetings/{meeting_id}")
    speaker.reads("We agreed with these notes.")
    expect(speaker.page.locator("footer").get_by_text("Write")).to_have_count(0)
    lata.opens(f"/staff/meetings/{meeting_id}/minutes")
    lata.reads("These minutes are locked. Add a note instead.")
    expect(lata.page.get_by_role("link", name="Add a note")).to_be_visible()


@long_test("WALKED")
def test_a_dormitory_talks_alone_and_is_answered(
    dormitory: Place, river: River, tablets: Tablets, desks: Desks
) -> None:
    """What children talk about alone is on no page of adults and on no paper, until they bring it in (S26, S27)."""
    speaker, tablet = signs_in(tablets(dormitory), river), tablets(dormitory)
    lata, asha = desks(dormitory, "lata"), desks(dormitory, "asha")
    posts(speaker, "Sleep", NIGHT, alone=True)
    posts(speaker, "Play", SECRET, alone=True)
    posts(speaker, "Learning", SHELF)
    meeting_id = clock.the_hour_of_the_meeting(dormitory)
    adults = pages_of_adults(river, meeting_id)
    is_on_none(lata, adults, NIGHT, SECRET)
    is_on_none(asha, (agenda_of(river),), NIGHT, SECRET)
    is_on_none(tablet, ("/agenda", f"/agenda/meeting/{meeting_id}"), NIGHT, SECRET)
    lata.opens(adults[1])
    lata.reads("First part: without adults.")
    lata.reads("The children talk about 2 things alone first.")
    lata.reads(SHELF)

    taps(speaker, NIGHT, "Bring it in")
    taps(speaker, SECRET, "Settled")
    speaker.reads("Only we children settled it.")
    is_on_none(lata, adults, SECRET)
    is_on_none(tablet, ("/agenda",), SECRET)
    says_who_was_there(lata, meeting_id, 8, 1)
    says_what_came_of_it(lata, meeting_id, "adults", of=NIGHT)
    with dormitory.house.app.app_context():
        due = context.today("Asia/Kolkata") + timedelta(days=7)
    lata.fills(due=due.isoformat())
    lata.presses("Save")
    lata.reads("With adults")
    is_on_none(lata, adults, SECRET)

    is_on_none(tablet, (f"/agenda/meeting/{meeting_id}",), "We ask for quiet after ten.")
    writes_what_was_said(speaker)
    tablet.opens(f"/agenda/meeting/{meeting_id}")
    tablet.reads("We ask for quiet after ten.")
    clock.a_day_after(dormitory, meeting_id)
    dormitory.house.works_once()
    nobody_changes_them(speaker, lata, meeting_id)

    answers(lata, NIGHT, {"en": "It is quiet after ten now.", "hi": "अब दस के बाद शांति है।", "ar": "هدوء بعد العاشرة."})
    tablet.opens("/we-did")
    tablet.reads("It is quiet after ten now.")
    speaker.opens("/agenda/mine/really")
    speaker.reads("It is quiet after ten now.")
