"""The first hour: from `youthvoice staff found` on an empty database to a child's first answer and an open `/tell`.

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
from tests.journeys.support.first_steps import Founder, walk_to_a_first_answer
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import TOP, House, running_house
from tests.journeys.support.sites import Place, settle
from tests.support.long_tests import long_test
from tests.support.people import FIRST_NAMES

pytestmark = pytest.mark.journey
MOST_PAGES = 61


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
    people, tablet = walk_to_a_first_answer(browser, place, found(empty))
    advocate, second, outside = [*people.values()][1:]

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
