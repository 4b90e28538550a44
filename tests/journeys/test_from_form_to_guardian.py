"""The whole way: an XLSForm comes in, children answer, a guardian reads, an adult answers the children.

Duties: DESIGN.md 5 (a survey; mail to guardians).
"""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.forms_of_others import write_form
from tests.journeys.letters import Postbox
from tests.journeys.navigators import ChildTablet, StaffDesk
from tests.journeys.places import Place, settle
from tests.journeys.server import House
from tests.people import PASSWORD
from youthvoice import running

pytestmark = pytest.mark.journey
Desks = Callable[[Place, str], StaffDesk]
Tablets = Callable[..., ChildTablet]
GUARDIAN = "guardian.example@example.org"
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
    assert desk.opens(f"{path}/preview/hi").ok
    desk.opens(f"{path}/approve")
    desk.ticks("seen")
    desk.presses("Approve")
    assert "Tick every one" in desk.is_told_what_is_wrong()
    desk.ticks("seen", "not_who")
    desk.presses("Approve")
    desk.reads("may be used in rounds now")


def opens_a_round(desk: StaffDesk, questionnaire: str) -> str:
    """Open it from today with the advocate's signature; gives the path that children open."""
    with desk.place.house.app.app_context():
        today = running.today("Asia/Kolkata")
    second = desk.place.people["asha"]
    desk.opens("/staff/rounds/open")
    desk.chooses("questionnaire", questionnaire)
    desk.chooses("decider", "Lata Example")
    desk.ticks("sites")
    desk.fills(
        starts=today.isoformat(),
        until=(today + timedelta(days=7)).isoformat(),
        due=(today + timedelta(days=28)).isoformat(),
        invited="20",
        permission="Example permission, on file",
        second_handle=second.handle,
        second_password="not it",
    )
    desk.presses("Open the round")
    desk.is_told_what_is_wrong()
    desk.fills(second_password=PASSWORD)
    desk.presses("Open the round")
    desk.reads("Permission on file")
    return "/survey/" + desk.page.url.rsplit("/", maxsplit=1)[1]


def answer_by_http(tablet: ChildTablet, path: str, children: int) -> None:
    """More children answer on the same tablet; through HTTP, to save time."""
    for nth in range(children):
        page = tablet.page.request.get(tablet.place.url + path).text()
        sheet = re.search(r'name="sheet" value="([0-9a-f]{32})"', page)
        assert sheet
        answers = {"sheet": sheet[1], "a-liked": "yes" if nth < 8 else "no", "a-sport": "yes"}
        assert tablet.page.request.post(tablet.place.url + path, form=answers).ok


@pytest.fixture
def home(house: House) -> Place:
    """A site where nothing is open yet."""
    return settle(house, survey=None)


def test_from_a_form_of_others_to_the_answer_that_children_read(  # noqa: PLR0915, PLR0917 - one whole way, in sentences
    home: Place, desks: Desks, tablets: Tablets, browser: Browser, postbox: Postbox, tmp_path: Path
) -> None:
    tomas, asha = desks(home, "tomas"), desks(home, "asha")
    path = imports(tomas, write_form(tmp_path / "meals-and-games.xlsx"))
    approves(asha, path)
    survey = opens_a_round(tomas, "meals-and-games")

    tablet = tablets(home)
    tablet.chooses_language("हिन्दी")
    tablet.page.locator(f"nav a[href='{survey}']").click()
    tablet.agrees()
    tablet.answers_and_goes_on("नहीं")
    tablet.answers_and_goes_on("ज़्यादा फल")
    tablet.skips_the_rest()
    tablet.sends()
    expect(tablet.page).to_have_url(f"{home.url}{survey}/thanks")
    answer_by_http(tablet, survey, OTHERS)

    tomas.opens(survey.replace("/survey", "/staff/rounds"))
    tomas.presses("End the round")
    tomas.reads("The round has ended.")
    home.house.works_once()

    asha.opens("/staff/publications/")
    asha.page.get_by_role("main").get_by_role("link", name="Meals and games").first.click()
    asha.reads("Does a sentence point at one child or adult?")
    view = asha.page.url.removeprefix(home.url)
    assert tomas.opens(view).status == 404, "nobody sees a view before an advocate has approved it"
    asha.presses("Approve")
    asha.reads("Approved.")

    tomas.opens("/staff/addresses/")
    tomas.fills(lines=GUARDIAN)
    tomas.presses("Keep them locked")
    tomas.reads("1 address kept.")
    tomas.opens(view)
    tomas.reads("There is no cleared address yet.")
    asha.opens("/staff/addresses/clearing")
    asha.presses("Clear")
    tomas.opens(view)
    tomas.presses("Send to one cleared address")
    tomas.reads("1 letter is on its way.")
    home.house.works_once()

    letter = postbox.only_letter_to(GUARDIAN)
    assert "Example House" not in letter.subject
    guardian = browser.new_context().new_page()
    guardian.goto(letter.link)
    expect(guardian.locator("h1")).to_contain_text("Example House")
    expect(guardian.get_by_text("12").first).to_be_visible()

    lata = desks(home, "lata")
    lata.opens("/staff/answers/")
    lata.page.get_by_role("main").get_by_role("link", name="Meals and games").first.click()
    lata.page.locator("input[name=kind][value=yes]").check()
    lata.fills(words="There is more fruit from Monday.")
    lata.presses("Keep the answer")

    tablet.opens("/language/en")
    tablet.opens("/we-did")
    tablet.reads("There is more fruit from Monday.")
    guardian.reload()
    expect(guardian.get_by_text("There is more fruit from Monday.").first).to_be_visible()

    guardian.goto(letter.unsubscribe)
    guardian.get_by_role("button", name="No more letters").click()
    expect(guardian.locator("h1")).to_be_visible()
    tomas.opens("/staff/addresses/")
    expect(tomas.page.get_by_text("no more letters").first).to_be_visible()
