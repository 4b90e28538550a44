"""A child says what was good with the house stopped; two adults put it on the board, in their words (S3, S38)."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect
from sqlalchemy import update

from tests.journeys.support import clock
from tests.journeys.support.navigators import ChildTablet, StaffDesk, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import village_tablet
from tests.journeys.test_choices_stay import strip
from tests.journeys.test_offline import goes_to, without_network
from tests.support.long_tests import long_test
from youthvoice import context, db
from youthvoice.good_news.models import GoodNewsRow
from youthvoice.good_news.rules import week_of

pytestmark = pytest.mark.journey
WORDS = "teh new swing"
SENTENCE = "Children like the new swing."


def says(tablet: ChildTablet, where: str, without: str = "") -> None:
    """From the first screen to the last one before Send."""
    goes_to(tablet, "/good")
    tablet.reads("You can tell us what was good.")
    tablet.goes_on()
    tablet.answers_and_goes_on("Playing")
    assert tablet.question == "readers"
    if without:
        tablet.answers(without)
    tablet.goes_on()
    tablet.reads("Only these people, unless a child is in danger.")
    tablet.goes_on()
    if tablet.question == "waits":
        tablet.reads("Nobody can read this until the tablet is online.")
        tablet.goes_on()
    tablet.writes(WORDS)
    tablet.goes_on()
    tablet.answers_and_goes_on(where)


@long_test("WALKED")
def test_good_news_without_a_network_reaches_the_board_by_two_adults(
    desks: Callable[[Place, str], StaffDesk], place: Place, playwright: Playwright, tmp_path: Path
) -> None:
    with village_tablet(playwright, place, tmp_path / "profile") as village:
        child = village.child
        with without_network(place):
            says(child, "On the board", without="Ravi")
            expect(child.screen.locator(".rows > .out")).to_have_text(re.compile("Ravi Example.*cannot see this"))
            expect(child.screen.locator(".goes")).to_contain_text("On the board")
            child.sends()
            child.reads("Saved on this tablet")
            expect(child.page.get_by_text("Go there, or not.")).to_be_hidden()
            assert len(village.waiting()) == 1
        child.opens("/language")
        comes_true(child.page, lambda: village.waiting() == [], "good news is delivered")
    clock.the_daily_hour(place)
    asha, ravi, lata = (desks(place, name) for name in ("asha", "ravi", "lata"))
    ravi.opens("/staff/letters/")
    ravi.reads("No letter waits for you")
    asha.opens("/staff/letters/")
    asha.presses("Open it")
    asha.reads(WORDS)
    asha.presses("Write it for the board")
    asha.page.locator("textarea[name=words_en]").fill(SENTENCE)
    asha.page.locator("input[name=nobody]").check()
    asha.page.locator("select[name=second]").select_option(label="Lata Example · Facilitator")
    asha.presses("Ask her to agree")
    lata.opens("/staff/")
    lata.presses("Good news for the children's board")
    lata.reads(SENTENCE)
    expect(lata.page.get_by_text(WORDS)).to_have_count(0)
    lata.presses("I agree")
    asha.opens("/staff/letters/")
    asha.reads("No letter waits for you")
    asha.opens("/staff/good-news/")
    asha.reads(SENTENCE)


def test_a_child_who_leaves_everybody_out_hears_it_at_once_without_a_network_too(
    place: Place, playwright: Playwright, tmp_path: Path
) -> None:
    """It went into the line, and the house threw it away."""
    with village_tablet(playwright, place, tmp_path / "profile") as village, without_network(place):
        child = village.child
        goes_to(child, "/good")
        child.goes_on()
        child.answers_and_goes_on("Playing")
        for name in ("Asha", "Ravi"):
            child.answers(name)
        child.goes_on()
        assert child.question == "readers"
        child.reads("Then nobody reads it. Let one of them read it.")
        child.answers("Ravi")
        child.goes_on()
        assert child.question == "limit"


@long_test("WALKED")
def test_thanks_without_a_network_reach_one_adult_the_week_after(
    desks: Callable[[Place, str], StaffDesk], place: Place, playwright: Playwright, tmp_path: Path
) -> None:
    """Whom she left out cannot be picked; what she picked outlives a reload."""
    with village_tablet(playwright, place, tmp_path / "profile") as village:
        child = village.child
        with without_network(place):
            says(child, "To one adult", without="Ravi")
            assert child.question == "thank"
            child.answers("Ravi")
            child.reads("\u2068Ravi Example\u2069 is left out, and so gets no thanks.")
            expect(child.screen.locator("input:checked")).to_have_count(0)
            assert strip(child) == "\u2068Ravi Example\u2069 cannot see this."
            child.answers("Lata")
            child.goes_on()
            expect(child.screen.locator(".goes")).to_contain_text("Lata Example")
            child.sends()
            child.reads("Saved on this tablet")
        child.opens("/language")
        comes_true(child.page, lambda: village.waiting() == [], "the thanks are delivered")
    clock.the_daily_hour(place)
    asha, tomas, lata = (desks(place, name) for name in ("asha", "tomas", "lata"))
    asha.opens("/staff/letters/")
    asha.presses("Open it")
    asha.presses("Write it for Lata Example")
    asha.page.locator("textarea[name=words_en]").fill(SENTENCE)
    asha.page.locator("input[name=nobody]").check()
    expect(asha.page.locator("select[name=second] option").filter(has_text="Lata")).to_have_count(0)
    asha.page.locator("select[name=second]").select_option(label="Tomas Example · Coordinator")
    asha.presses("Ask her to agree")
    tomas.opens("/staff/")
    tomas.presses("A child's thanks to an adult")
    tomas.reads(SENTENCE)
    expect(tomas.page.get_by_text(WORDS)).to_have_count(0)
    tomas.presses("I agree")
    lata.opens("/staff/good-news/thanks")
    lata.reads("Nothing is here this week")
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        here = update(GoodNewsRow).where(GoodNewsRow.site_id == place.site_id)
        session.execute(here.values(week=week_of(context.today()) - timedelta(weeks=1)))
    lata.opens("/staff/good-news/thanks")
    lata.reads(SENTENCE)
    lata.reads("do not ask")


@long_test("WALKED")
def test_what_is_for_its_readers_alone_goes_to_no_board(
    desks: Callable[[Place, str], StaffDesk], tablet: ChildTablet, place: Place
) -> None:
    """Where she finds no face to thank, she says so in one tap; afterwards she reads of no other way."""
    says(tablet, "To one adult")
    tablet.screen.locator("[data-go=instead]").click()
    expect(tablet.screen.locator(".goes")).to_contain_text("Only to those who read it")
    tablet.sends()
    tablet.reads("It is sent. Your name is not on it.")
    expect(tablet.page.get_by_text("For the board")).to_be_hidden()
    expect(tablet.page.get_by_text("For one adult")).to_be_hidden()
    clock.the_daily_hour(place)
    asha = desks(place, "asha")
    asha.opens("/staff/letters/")
    asha.presses("Open it")
    asha.reads("The child wants it for those who read it alone.")
    expect(asha.page.get_by_text("Write it for the board")).to_have_count(0)


def test_nothing_said_is_not_offered_to_be_sent(tablet: ChildTablet) -> None:
    goes_to(tablet, "/good")
    tablet.goes_on()
    tablet.skips_the_rest()
    send = tablet.screen.locator("[data-go=send]")
    expect(send).to_be_hidden()
    tablet.reads("One thing is enough.")
    tablet.goes_back()
    while tablet.question != "topic":
        tablet.goes_back()
    tablet.answers("Playing")
    tablet.goes_on()
    tablet.skips_the_rest()
    expect(send).to_be_visible()
    expect(tablet.page.get_by_text("One thing is enough.").locator("visible=true")).to_have_count(0)


def test_three_ways_of_telling_are_seen_together_on_a_phone(tablet: ChildTablet) -> None:
    """Where an adult can be asked for a talk there is a third one."""
    tablet.page.set_viewport_size({"width": 360, "height": 740})
    goes_to(tablet, "/ways")
    tablet.page.evaluate(
        "document.querySelector('nav.few').append(document.querySelector('nav.few > a').cloneNode(true))"
    )
    third, foot = (tablet.page.locator(part).bounding_box() for part in ("nav.few > a:nth-child(3)", "footer.moves"))
    assert third
    assert foot
    assert third["y"] + third["height"] <= foot["y"]
