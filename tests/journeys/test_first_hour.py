"""The first hour: from `flask staff found` on an empty database to a child's first answer and an open `/tell`.

In the browser alone after that command, following To do from the first step to the last. Duties: S35.
"""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.first_steps import Founder
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import TOP, House, running_house
from tests.journeys.support.sites import Place, settle
from tests.support.long_tests import long_test
from tests.support.people import FIRST_NAMES

pytestmark = pytest.mark.journey
MOST_PAGES = 61
OWN = {
    "coordinator": "green lantern under the ninth stair",
    "advocate-1": "seven slow boats cross at noon",
    "advocate-2": "copper kettle sings beside snow",
    "outside": "paper cranes over the river mill",
}


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[House]:
    """A house of its own with nobody in it."""
    with running_house(tmp_path) as house:
        yield house


def found(house: House) -> list[tuple[str, str, str]]:
    """The one command; gives role, name to sign in with and password of the first four."""
    options = [*FIRST_NAMES, "--site", "Our house", "--time-zone", "Asia/Kolkata", "--languages", "en,hi"]
    command = [sys.executable, "-m", "flask", "--app", "app", "staff", "found", *options]
    done = subprocess.run(command, cwd=TOP, env=dict(house.environment), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return re.findall(r"^(\w+)\t[^\t]+\t([a-z0-9-]+):(\S+)$", done.stdout, re.MULTILINE)


@long_test("WALKED")
def test_from_an_empty_database_to_a_childs_first_answer(empty: House, browser: Browser) -> None:
    place = Place(empty, 0, "Our house", {}, "", None)
    people = {
        handle: Founder(browser, place, handle, role, password).comes_in(OWN[handle])
        for role, handle, password in found(empty)
    }
    coordinator, advocate, second, outside = people.values()

    coordinator.follows("help")
    coordinator.writes_down_who_helps()
    for _ in range(2):
        coordinator.follows("training")
        coordinator.records_the_training()
    advocate.follows("test")
    advocate.presses("Try it")
    outside.follows("reached")
    outside.presses("It reached me")
    coordinator.signs_for("hi")
    coordinator.follows("tablet")
    tablet = _tablet(browser, place, coordinator.makes_a_place_for_a_tablet())
    coordinator.follows("questionnaire")
    coordinator.takes_a_starter()
    advocate.follows("approve")
    advocate.approves()
    coordinator.follows("round")
    coordinator.asks_for_a_round("Asha Rao")
    advocate.follows("second")
    advocate.page.locator("form[action$='/agree'] button").click()
    advocate.reads("You agreed; it is done.")

    tablet.opens("/language")
    tablet.chooses_language("English")
    expect(tablet.page.locator("nav a[href='/ways']")).to_be_visible()
    assert tablet.opens("/tell").ok
    tablet.opens("/")
    tablet.page.locator("nav a[href^='/survey/']").or_(tablet.page.locator("nav a[href='/open']")).first.click()
    tablet.agrees()
    tablet.answers("Good")
    tablet.goes_on()
    tablet.skips_the_rest()
    tablet.sends()
    expect(tablet.page.locator("body")).to_have_attribute("data-page", re.compile("/survey/[^/]+/thanks$"))

    spent = sum((person.counted for person in people.values()), Counter())
    row = f"{len(people)} people, {len(people)} sign-ins, {spent['forms']} forms"
    assert spent["pages"] <= MOST_PAGES
    assert row in (TOP / "docs/operations.md").read_text("utf-8"), f"docs/operations.md counts the first hour: {row}"

    advocate.follows("rota")
    advocate.puts_herself_on_call()
    for one in (advocate, second, outside):
        one.follows("mail")
        one.writes_down_her_address()
    for one, other in ((advocate, outside), (outside, advocate)):
        one.opens("/staff/audit/")
        one.enters_an_address_outside()
        other.opens("/staff/audit/")
        other.page.get_by_role("button", name="Confirm").first.click()
    for one in people.values():
        assert one.reads_steps() == []
    _nobody_complains(people, tablet)


def _tablet(browser: Browser, place: Place, code: str) -> ChildTablet:
    width, height = browsers.PHONE
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(8000)
    tablet = ChildTablet(context.new_page(), Place(place.house, 0, place.name, {}, code, None), Watch(context))
    tablet.is_enrolled()
    return tablet


def _nobody_complains(people: dict[str, Founder], tablet: ChildTablet) -> None:
    for page, watch in [(one.page, one.watch) for one in people.values()] + [(tablet.page, tablet.watch)]:
        browsers.close(page.context)
        watch.check()


def test_a_site_whose_zone_nobody_chose_begins_with_that_of_the_browser_and_says_so(
    house: House, desks: Callable[..., StaffDesk]
) -> None:
    place = settle(house, survey=None, time_zone="UTC")
    tomas = desks(place, "tomas", timezone_id="America/Bahia")
    tomas.opens(f"/staff/sites/{place.site_id}")
    expect(tomas.page.locator("select[name=time_zone]")).to_have_value("America/Bahia")
    tomas.reads("Taken from this browser.")
    with tomas.page.expect_navigation():
        tomas.presses("Save these changes")
    tomas.opens(f"/staff/sites/{place.site_id}")
    expect(tomas.page.get_by_text("Taken from this browser")).to_be_hidden()
    expect(tomas.page.locator("select[name=time_zone]")).to_have_value("America/Bahia")
