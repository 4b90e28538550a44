"""After an answer a child taps twice, with a network and without; what she tapped stays until she sends (A1, S15)."""

from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect
from sqlalchemy import func, select

from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import village_tablet
from tests.journeys.test_offline import without_network
from tests.journeys.test_reply import taps_pictures
from tests.support.long_tests import long_test
from tests.support.threads import message, told
from youthvoice import context, db
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.rounds.opening import open_feedback_rounds
from youthvoice.surveys.rounds.store import find_feedback_round
from youthvoice.threads.case_state import CaseState

pytestmark = pytest.mark.journey
ANSWER = "A new lamp comes on Thursday."
LENGTH = 408  # with the name of what fills it
THANKS = "Thank you. Nobody sees that it was you."


@pytest.fixture
def answered(place: Place) -> None:
    """A child's report has an answer, and the house asks how it was."""
    with place.house.app.app_context():
        open_feedback_rounds()
        told(place.site_id, case=CaseState(state="open"), replies=[message(ANSWER, context.today("Asia/Kolkata"))])


def responses(place: Place) -> int:
    with place.house.app.app_context(), db.reading(db.engine()) as session:
        round_ = find_feedback_round(session, place.site_id, context.now())
        assert round_
        query = select(func.count()).select_from(ResponseRow).where(ResponseRow.round_id == round_.id)
        return session.scalar(query) or 0


def bodies(child: ChildTablet) -> list[str]:
    """What is sent from now on, whose length tells nobody on the line what she tapped."""
    sent: list[str] = []
    child.page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    return sent


def reads_her_answer(child: ChildTablet) -> None:
    child.opens("/language")
    child.chooses_language("English")
    child.page.locator("nav a[href='/reply']").click()
    taps_pictures(child)
    child.reads(ANSWER)
    child.reads("Was the answer kind?")


@pytest.mark.usefixtures("answered")
def test_two_taps_outlive_a_reload_and_the_page_to_write_and_are_counted(tablet: ChildTablet, place: Place) -> None:
    """Nothing is asked twice, and her message to her readers goes another way."""
    reads_her_answer(tablet)
    form = tablet.page.locator("form:has([name=ticket])")
    form.get_by_role("button", name="Send").click()
    expect(form.locator("[data-why]")).to_have_text("Tap one picture first.")
    form.locator("label").filter(has_text="Not kind").click()
    tablet.page.reload()
    expect(form.locator("label").filter(has_text="Not kind").locator("input")).to_be_checked()
    tablet.page.evaluate("document.documentElement.classList.add('large')")
    faces = [box for tile in form.locator(".tiles").first.locator("label").all() if (box := tile.bounding_box())]
    assert len({box["x"] for box in faces}) == 1, "with larger text no face stands alone below two"
    tablet.page.get_by_role("link", name="Write to us").click()
    box, moves = (tablet.page.locator(part).bounding_box() for part in ("textarea.words", ".writes .moves"))
    assert box
    assert moves
    assert box["y"] + box["height"] <= moves["y"], "on a phone the box is seen above the way on"
    tablet.page.get_by_role("link", name="Back").click()
    expect(form.locator("label").filter(has_text="Not kind").locator("input")).to_be_checked()
    form.locator("label").filter(has_text="Too slow").click()
    sent = bodies(tablet)
    form.get_by_role("button", name="Send").click()
    tablet.reads(THANKS)
    assert [len(body) for body in sent] == [LENGTH]
    assert responses(place) == 1
    tablet.page.reload()
    tablet.reads(ANSWER)
    expect(tablet.page.get_by_text("Was the answer kind?")).to_have_count(0)


@pytest.mark.usefixtures("answered")
def test_a_skip_is_one_tap_and_thanks_alike(tablet: ChildTablet, place: Place) -> None:
    reads_her_answer(tablet)
    form = tablet.page.locator("form:has([name=ticket])")
    form.locator("label").filter(has_text="Not kind").click()
    sent = bodies(tablet)
    form.get_by_role("button", name="Skip").click()
    tablet.reads(THANKS)
    assert [len(body) for body in sent] == [LENGTH]
    assert "a-" not in sent[0], "a skip takes nothing along"
    assert responses(place) == 0
    tablet.page.reload()
    tablet.reads(ANSWER)
    expect(tablet.page.get_by_text("Was the answer kind?")).to_have_count(0)


@long_test("WALKED")
@pytest.mark.usefixtures("answered")
def test_without_a_network_it_waits_sealed_on_the_tablet(place: Place, playwright: Playwright, tmp_path: Path) -> None:
    with village_tablet(playwright, place, tmp_path / "profile") as village:
        child = village.child
        reads_her_answer(child)
        form = child.page.locator("form:has([name=ticket])")
        with without_network(place):
            form.locator("label").filter(has_text="Quick enough").click()
            form.get_by_role("button", name="Send").click()
            child.reads(THANKS)
            assert len(village.waiting()) == 1
        child.opens("/language")
        comes_true(child.page, lambda: village.waiting() == [], "what she tapped is delivered")
    assert responses(place) == 1
