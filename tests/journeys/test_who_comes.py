"""A child asks that somebody comes: without her name nobody can, and she reads it in time (S1, S13)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.by_ear import with_voices
from tests.journeys.support.navigators import ChildTablet
from tests.journeys.support.sites import Place
from tests.journeys.test_telling import found_by, keeps_the_pictures, opens_tell
from tests.support.long_tests import breadth

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
UNFOUND = "Nobody can find you without your name."


def wants_somebody(tablet: ChildTablet, language: str = "English") -> ChildTablet:
    """She told about food, and somebody shall come."""
    opens_tell(tablet, language)
    tablet.skips_to("topic")
    tablet.screen.locator("[value=food]").check(force=True)
    tablet.skips_to("come")
    tablet.screen.locator("[value=yes]").check(force=True)
    return tablet


def test_whoever_says_no_name_reads_it_and_goes_on_either_way(tablet: ChildTablet, place: Place) -> None:
    """A place alone passed: somebody should come, and nobody could find her."""
    wants_somebody(tablet).goes_on()
    assert tablet.question == "where"
    tablet.answers_and_goes_on("You choose")
    assert tablet.question == "how"
    tablet.goes_on()
    assert tablet.question == "how"
    tablet.reads(UNFOUND)
    tablet.screen.get_by_role("button", name="Nobody needs to come").click()
    expect(tablet.screen).to_have_attribute("aria-labelledby", "end")
    tablet.goes_back()
    assert tablet.question == "come"
    expect(tablet.screen.locator("[value=no]")).to_be_checked()
    tablet.answers_and_goes_on("Yes")
    tablet.goes_on()
    tablet.screen.locator("[name=how]").fill("Tara, room 4")
    tablet.goes_on()
    tablet.sends()
    keeps_the_pictures(tablet)
    answers = found_by(place, "asha")[0].said
    assert (answers["come"], answers["where"], answers["how"]) == (True, "anywhere", "Tara, room 4")


def test_whoever_cannot_write_goes_to_them_or_is_led_to_where_she_says_her_name(
    tablet: ChildTablet, place: Place
) -> None:
    wants_somebody(tablet)
    tablet.skips_to("how")
    expect(tablet.screen.get_by_text("I said my name")).to_be_hidden()  # nobody hears a name in nothing
    tablet.screen.get_by_role("button", name="Say my name").click()
    assert tablet.question == "tell"
    tablet.goes_on()
    assert tablet.question == "how"
    tablet.answers_and_goes_on("I go to them")
    tablet.sends()
    keeps_the_pictures(tablet)
    assert found_by(place, "asha")[0].said["contact"] == "comes"


def test_stop_before_her_name_is_no_way_past_it_and_no_trap(tablet: ChildTablet, place: Place) -> None:
    wants_somebody(tablet).stops()
    tablet.sends()
    assert tablet.question == "how"
    tablet.reads(UNFOUND)
    tablet.screen.get_by_role("button", name="Nobody needs to come").click()
    tablet.sends()
    keeps_the_pictures(tablet)
    assert found_by(place, "asha")[0].said["come"] is False


@pytest.mark.parametrize("size", breadth([(960, 600)], [(360, 740), (800, 1280)]), ids=str)
@pytest.mark.parametrize("language", breadth(["हिन्दी"], ["English", "العربية"]))
def test_the_box_for_her_name_lies_under_nothing(
    tablets: Tablets, place: Place, size: tuple[int, int], language: str
) -> None:
    """Neither where a line on top names everybody who reads it, as that of harm does, nor beside a speaker."""
    tablet = with_voices(tablets(place, viewport={"width": size[0], "height": size[1]}))
    opens_tell(tablet, language)
    tablet.skips_to("come")
    tablet.screen.locator("[value=yes]").check(force=True)
    tablet.skips_to("how")
    for _without_words_then_with in range(2):
        name, moves = (tablet.screen.locator(one).bounding_box() for one in ("[name=how]", ".moves"))
        assert name
        assert moves
        assert name["y"] + name["height"] <= moves["y"]
        tablet.goes_on()
        assert tablet.question == "how"
