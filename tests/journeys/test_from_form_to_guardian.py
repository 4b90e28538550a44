"""The whole way: an XLSForm comes in, children answer, a guardian reads, an adult answers the children.

Duties: DESIGN.md 5 (a survey; mail to guardians).
"""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.support.mailbox import Postbox
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.sample_xlsform import write_form
from tests.journeys.support.server import TOP, House
from tests.journeys.support.sites import Place, settle
from tests.support.long_tests import long_test
from youthvoice import context

pytestmark = pytest.mark.journey
Desks = Callable[[Place, str], StaffDesk]
Tablets = Callable[..., ChildTablet]
GUARDIAN = "guardian.example@example.org"
SHARED = TOP.parent / "shared/xlsforms/02_multi_lingual_form.xlsx"
OTHERS = 11  # children beside the one in the browser


def imports(desk: StaffDesk, file: Path) -> str:
    """Hand a questionnaire in; gives the path of its page."""
    desk.opens("/staff/questionnaires/import")
    desk.page.locator("[name=file]").set_input_files(file)
    desk.presses("Import")
    desk.reads("is kept as version")
    return desk.page.url.removeprefix(desk.place.url)


def approves(desk: StaffDesk, path: str) -> None:
    """Look at the screens, say that the flagged question asks nobody's name, approve."""
    assert desk.opens(f"{path}/preview/en").ok
    desk.opens(f"{path}/approve")
    desk.ticks("seen")
    desk.presses("Approve")
    assert "Tick every one" in desk.is_told_what_is_wrong()
    desk.ticks("seen", "not_who")
    desk.presses("Approve")
    desk.reads("may be used in rounds now")


def opens_a_round(desk: StaffDesk, asha: StaffDesk, name: str) -> str:
    """Open it from today, as soon as the advocate agrees; gives the path that children open."""
    with desk.place.house.app.app_context():
        today = context.today("Asia/Kolkata")
    desk.opens("/staff/rounds/open")
    desk.chooses("questionnaire", name)
    desk.presses("Continue")
    if "/kind" in desk.page.url:
        desk.presses("Continue")
    desk.ticks("sites")
    desk.presses("Continue")
    desk.fills(starts=today.isoformat(), until=(today + timedelta(days=7)).isoformat())
    desk.presses("Continue")
    desk.fills(invited="20")
    desk.presses("Continue")
    assert "Say which permission is on file" in desk.is_told_what_is_wrong()
    desk.fills(permission="Example permission, on file")
    desk.presses("Continue")
    desk.chooses("decider", "Lata Example")
    desk.fills(due=(today + timedelta(days=28)).isoformat())
    desk.presses("Continue")
    desk.reads("Check your answers")
    desk.presses("Ask her to agree")
    assert "Choose who agrees with you." in desk.is_told_what_is_wrong()
    desk.chooses("second", "Asha Example")
    desk.presses("Ask her to agree")
    asha.agrees()
    desk.sees_what_came_of_it()
    desk.reads("Permission on file")
    return "/survey/" + desk.page.url.rsplit("/", maxsplit=1)[1]


def answer_by_http(tablet: ChildTablet, path: str, answers: dict[str, str]) -> None:
    """More children answer on the same tablet; through HTTP, to save time."""
    for _ in range(OTHERS):
        page = tablet.page.request.get(tablet.place.url + path).text()
        sheet = re.search(r'name="sheet" value="([0-9a-f]{32})"', page)
        assert sheet
        assert tablet.page.request.post(tablet.place.url + path, form={"sheet": sheet[1], **answers}).ok


@pytest.fixture
def guardian(browser: Browser) -> Page:
    """A guardian's own telephone."""
    return browser.new_context().new_page()


@pytest.fixture
def home(house: House) -> Place:
    """A site where nothing is open yet."""
    return settle(house, survey=None)


def brings_in(tomas: StaffDesk, asha: StaffDesk, file: Path) -> str:
    """Import, approve, open; gives the path that children open."""
    approves(asha, imports(tomas, file))
    return opens_a_round(tomas, asha, file.stem.replace("_", "-"))


def ends(desk: StaffDesk, survey: str) -> None:
    """End the round; the work process counts it."""
    desk.opens(survey.replace("/survey", "/staff/rounds"))
    desk.presses("End the round")
    desk.reads("Children who have not answered yet can no longer answer.")
    desk.presses("End the round")
    desk.reads("The round has ended.")
    desk.place.house.works_once()


def approves_the_view(asha: StaffDesk, tomas: StaffDesk, title: str) -> str:
    """The advocate looks at the view and approves it; gives its path."""
    asha.opens("/staff/publications/")
    asha.page.get_by_role("main").get_by_role("link", name=title).first.click()
    asha.reads("Does a sentence point at one child or adult?")
    view = asha.page.url.removeprefix(asha.place.url)
    assert tomas.opens(view).status == 404, "nobody sees a view before an advocate has approved it"
    asha.presses("Approve")
    asha.reads("Approved.")
    return view


def sends_to(address: str, view: str, tomas: StaffDesk, asha: StaffDesk) -> None:
    """The coordinator enters an address, the advocate clears it, the coordinator sends, the work process delivers."""
    tomas.opens("/staff/addresses/")
    tomas.fills(lines=address)
    tomas.presses("Save them, locked")
    tomas.reads("1 address kept.")
    tomas.opens(view)
    tomas.reads("There is no cleared address yet.")
    asha.opens("/staff/addresses/clearing")
    asha.presses("Clear")
    tomas.opens(view)
    tomas.presses("Send to 1 cleared address")
    tomas.reads("1 letter is on its way.")
    tomas.place.house.works_once_in_a_process()


def answers_the_children(lata: StaffDesk, title: str, words: str) -> None:
    """The named adult says yes."""
    lata.opens("/staff/answers/")
    lata.page.get_by_role("main").get_by_role("link", name=title).first.click()
    lata.page.locator("input[name=kind][value=yes]").check()
    lata.fills(words_en=words)
    lata.presses("Save the answer")


@long_test("WALKED")
def test_from_a_form_of_others_to_the_answer_that_children_read(
    home: Place, desks: Desks, tablets: Tablets, guardian: Page, postbox: Postbox
) -> None:
    tomas, asha, title, reply = desks(home, "tomas"), desks(home, "asha"), "Meals and games", "More fruit from Monday."
    survey = brings_in(tomas, asha, write_form(home.house.folder / "meals-and-games.xlsx"))
    tablet = tablets(home)
    tablet.opens("/language")
    tablet.chooses_language("हिन्दी")
    tablet.page.locator(f"nav a[href='{survey}']").click()
    tablet.agrees()
    tablet.answers_and_goes_on("नहीं")
    tablet.answers_and_goes_on("ज़्यादा फल")
    tablet.skips_the_rest()
    tablet.sends()
    expect(tablet.page).to_have_url(f"{home.url}{survey}/thanks")
    answer_by_http(tablet, survey, {"a-liked": "yes", "a-sport": "yes"})
    ends(tomas, survey)
    sends_to(GUARDIAN, approves_the_view(asha, tomas, title), tomas, asha)

    letter = postbox.only_letter_to(GUARDIAN)
    assert "Example House" not in letter.subject
    guardian.goto(letter.link)
    expect(guardian.locator("h1")).to_contain_text("Example House")
    expect(guardian.get_by_text("12").first).to_be_visible()
    answers_the_children(desks(home, "lata"), title, reply)
    tablet.opens("/language/en")
    tablet.opens("/we-did")
    tablet.reads(reply)
    guardian.reload()
    expect(guardian.get_by_text(reply).first).to_be_visible()
    guardian.goto(letter.unsubscribe)
    guardian.get_by_role("button", name="No more letters").click()
    expect(guardian.locator("h1")).to_be_visible()
    tomas.opens("/staff/addresses/")
    tomas.reads("no more letters")


@pytest.mark.skipif(not SHARED.exists(), reason=f"the real forms of other organisations are not here: {SHARED}")
def test_a_real_form_of_another_organisation_becomes_a_publication(home: Place, desks: Desks, tablets: Tablets) -> None:
    tomas, asha = desks(home, "tomas"), desks(home, "asha")
    survey = brings_in(tomas, asha, SHARED)
    tablet = tablets(home)
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.page.locator(f"nav a[href='{survey}']").click()
    tablet.agrees()
    while tablet.question:
        if tablet.screen.locator("label.tile").count() > 1:
            tablet.screen.locator("label.tile").first.click()
        tablet.goes_on()
    tablet.sends()
    expect(tablet.page).to_have_url(f"{home.url}{survey}/thanks")
    answer_by_http(tablet, survey, {})
    ends(tomas, survey)
    asha.opens("/staff/publications/")
    asha.reads("Waits for your approval")
