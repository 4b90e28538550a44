"""A session at a school: questions before and after, permission on file, what was heard, what was changed (S34)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import House
from tests.journeys.support.sites import STARTERS, Place, log_of, settle
from tests.support.long_tests import long_test
from youthvoice import context, db
from youthvoice.surveys.questionnaires.store import add_questionnaire, approve_questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_reader import read_toml

pytestmark = pytest.mark.journey
Desks = Callable[[Place, str], StaffDesk]
Tablets = Callable[..., ChildTablet]


@pytest.fixture
def home(house: House) -> Place:
    """A site where nothing is open yet, and an approved questionnaire about rights."""
    made = settle(house, survey=None)
    with house.app.app_context(), db.writing(db.engine()) as session:
        questionnaire = read_toml(STARTERS / "rights.toml", "rights")
        day = context.today()
        questionnaire_row = add_questionnaire(session, questionnaire, "tomas", day, log_of("tomas"))
        approve_questionnaire(session, questionnaire_row, made.people["asha"].id, day, log_of("asha"))
    return made


def opens_a_pair(tomas: StaffDesk, asha: StaffDesk) -> None:
    """Questions before and after the session, in one step, as soon as the advocate agrees."""
    with tomas.place.house.app.app_context():
        today = context.today("Asia/Kolkata")
    days = {name: (today + timedelta(days=after)).isoformat() for name, after in _DAYS.items()}
    due = days.pop("due")
    tomas.opens("/staff/rounds/open")
    tomas.chooses("questionnaire", "rights/")
    tomas.presses("Continue")
    tomas.page.locator("input[name=times][value=twice]").check()
    tomas.presses("Continue")
    tomas.ticks("sites")
    tomas.presses("Continue")
    tomas.fills(**days)
    tomas.presses("Continue")
    tomas.fills(invited="24", permission="Headteacher of Hill School, 12 November")
    tomas.presses("Continue")
    tomas.chooses("decider", "Lata Example")
    tomas.fills(due=due)
    tomas.presses("Continue")
    tomas.chooses("second", "Asha Example")
    tomas.presses("Ask her to agree")
    asha.agrees()
    tomas.sees_what_came_of_it()
    tomas.reads("Permission on file")


_DAYS = {"starts": 0, "until": 3, "after_from": 4, "after_until": 8, "due": 20}


def writes_the_session_down(tomas: StaffDesk) -> None:
    """From the page of the pair; what is known already stands there."""
    tomas.presses("Write the session down")
    with tomas.place.house.app.app_context():
        tomas.fills(school="Hill School", class_name="6 B", day=context.today("Asia/Kolkata").isoformat())
    tomas.chooses("held_by", "Lata Example")
    tomas.fills(permission="")
    tomas.presses("Save")
    assert "Without one no session is held." in tomas.is_told_what_is_wrong()
    tomas.fills(permission="Headteacher of Hill School, 12 November")
    tomas.presses("Save")
    tomas.reads("Waits to be filled in")


@long_test("WALKED")
def test_from_permission_to_what_was_changed(home: Place, desks: Desks, tablets: Tablets) -> None:
    tomas, lata, asha, tablet = desks(home, "tomas"), desks(home, "lata"), desks(home, "asha"), tablets(home)
    opens_a_pair(tomas, asha)
    writes_the_session_down(tomas)
    page = tomas.page.url.removeprefix(home.url)
    tomas.reads(", before")
    tomas.reads(", after")

    lata.opens(page)
    lata.fills(children="23")
    lata.page.locator("input[name=themes][value=school]").check()
    lata.presses("Save")
    lata.reads("School and the way there")
    asha.opens(page)
    asha.fills(sentence_en="The way to school is dark.")
    asha.presses("We agree")

    tablet.opens("/language/en")
    tablet.opens("/we-did")
    tablet.reads("After the session at Hill School, 6 B")
    tablet.reads("The way to school is dark.")
    tomas.opens(page)
    tomas.reads("Without that it cannot be put away.")

    lata.opens("/staff/")
    lata.page.get_by_role("main").get_by_role("link", name="Hill School").first.click()
    lata.page.locator("input[name=kind][value=yes]").check()
    lata.fills(words_en="There is a lamp now.")
    lata.presses("Save the answer")
    tablet.opens("/we-did")
    tablet.reads("There is a lamp now.")
    tomas.opens(page)
    tomas.presses("Put it away")
    tomas.opens(page)
    tomas.reads("Put away")
