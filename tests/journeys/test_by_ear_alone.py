"""A child who cannot read does each flow by what she hears and where it is lit: nothing of a page's text shows the way.

CHILD-UX.md "Read aloud"; S5.
"""

from collections.abc import Callable, Sequence

import pytest

from tests.journeys.support import clock
from tests.journeys.support.by_ear import has_voices
from tests.journeys.support.ear import Ear
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.review_slips import deal_slip, review_tomorrow
from tests.journeys.support.sites import Place
from tests.journeys.test_from_telling_to_answer import opens_the_report
from tests.journeys.test_knock import listens
from tests.support.introductions import introduce
from tests.support.long_tests import long_test
from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH, SCREENS

pytestmark = pytest.mark.journey
ANSWER = "We mend the lamp."
NAMES = {picture.name for pictures in SCREENS for picture in pictures}
"""Of the pictures of codes, as they are said in English."""


@pytest.fixture
def ear(tablet: ChildTablet, place: Place) -> Ear:
    """A child before the first screen, who chose English by its sound."""
    has_voices(tablet)
    ear = Ear(tablet.page)
    tablet.opens("/language/en")
    return ear


def is_all_heard(ear: Ear) -> None:
    """No control, option, error or waiting line was shown on the way that she did not hear."""
    assert not ear.unheard, "\n".join(f"{place}: {lost}" for place, lost in ear.unheard.items())


def enters(ear: Ear, names: Sequence[str]) -> None:
    """Her pictures, one screen of nine after the other."""
    for name in names:
        ear.taps(name)
        ear.taps("Next" if "Next" in ear.hears() else "Open it")


def speaks(ear: Ear) -> None:
    """Speak, wait a moment, enough: each where it is lit."""
    ear.taps("Speak")
    ear.page.wait_for_timeout(600)
    ear.taps("Enough")


@long_test("WALKED")
def test_a_survey_with_its_letter_box(ear: Ear, tablet: ChildTablet, place: Place) -> None:
    ear.taps("Answer")
    ear.walks("Speak", "Very good", "Good")
    speaks(ear)
    ear.walks("Send")
    ear.taps("Hear my voice")
    ear.taps("Send")
    tablet.is_thanked()
    ear.hears()
    assert (place.sheets(), place.letters()) == (1, 1)
    is_all_heard(ear)


@long_test("WALKED")
def test_telling_to_seven_pictures_and_back_to_the_answer(
    ear: Ear, tablet: ChildTablet, place: Place, desks: Callable[[Place, str], StaffDesk]
) -> None:
    ear.taps("Tell")
    ear.taps("Something wrong")
    ear.taps("Start")
    ear.walks("Speak", "Food")
    speaks(ear)
    ear.walks("Send")
    ear.taps("Send")
    seen = [sound for sound in ear.hears() if sound in NAMES]
    assert len(seen) == CODE_LENGTH
    ear.taps("Next")
    assert [sound for sound in ear.hears() if sound in NAMES] == seen, "once more"
    ear.taps("I have them")
    for name in seen:
        ear.taps(name)
    assert "You have them." in ear.hears()
    ear.taps("Next")
    assert "It is with them now." in ear.hears()
    ear.taps("First page")
    tablet.is_at_the_first_screen()
    asha = desks(place, "asha")
    opens_the_report(asha)
    asha.fills(words=ANSWER)
    asha.presses("Send to the child")
    tablet.opens("/language/en")
    ear.taps("Mine")
    enters(ear, seen)
    assert ANSWER in ear.hears()
    is_all_heard(ear)


@long_test("WALKED")
def test_a_statement_to_her_review(ear: Ear, tablet: ChildTablet, place: Place) -> None:
    dealt = deal_slip(place, review_tomorrow(place, invited=("facilitator",), outside=True))
    tablet.opens("/language/en")
    ear.taps("Mine")
    ear.taps("My review")
    enters(ear, [picture.name for picture in dealt])
    ear.taps("Start")
    ear.taps("Say something")
    ear.walks("Speak")
    speaks(ear)
    ear.walks("Is everything right?")
    ear.taps("Hear my voice")
    ear.taps("Yes")
    ear.walks("Send")
    ear.taps("Send")
    assert "Keep these seven pictures." in ear.hears()
    is_all_heard(ear)


@long_test("WALKED")
def test_a_choice(ear: Ear, tablet: ChildTablet, place: Place) -> None:
    choice = place.opens_choice()
    tablet.opens("/")
    ear.taps("Answer")
    ear.taps("What shall we eat?")
    ear.taps("Send")
    assert "Tap a picture first." in ear.hears()
    ear.taps("Noodles")
    ear.taps("Send")
    ear.hears()
    assert place.sheets_of(choice) == 1
    is_all_heard(ear)


def test_good_news(ear: Ear) -> None:
    ear.taps("Tell")
    ear.taps("Something good")
    ear.walks("Send", "Playing", "On the board")
    ear.taps("Send")
    assert "It is sent. Your name is not on it." in ear.hears()
    is_all_heard(ear)


@long_test("WALKED")
def test_a_knock(ear: Ear, tablet: ChildTablet, place: Place, desks: Callable[[Place, str], StaffDesk]) -> None:
    with place.house.app.app_context():
        introduce(place.people["lata"].id, "d9694a", place.people["tomas"].id, words="is Lata")
    clock.the_knock_hour(place)
    listens(desks, place, "lata")
    tablet.opens("/")
    ear.taps("Tell")
    ear.taps("Talk with me")
    for sound in ("Lata Example", "Next", "I want to talk", "Next"):
        ear.taps(sound)
    ear.walks("Send")
    ear.taps("Send")
    assert "Who do you want to talk with?" not in ear.hears()
    is_all_heard(ear)


@long_test("WALKED")
def test_a_suggestion(ear: Ear, tablet: ChildTablet, place: Place) -> None:
    place.meets("flip_club")
    tablet.opens("/")
    ear.taps("Our list")
    ear.taps("Suggest")
    ear.taps("Send")
    assert "Tap a picture, write or speak. One thing is enough." in ear.hears()
    ear.taps("Food")
    ear.taps("Send")
    assert "For our list" not in ear.hears()
    is_all_heard(ear)


def test_what_a_child_did_not_ask_for_is_said_where_she_listens(ear: Ear, tablet: ChildTablet, place: Place) -> None:
    """That it cannot be sent yet, and whether she is still here; and nothing of it where she never listened."""
    tablet.stops_the_clock()
    ear.page.evaluate("dispatchEvent(new Event('turned'))")
    ear.page.clock.run_for(61_000)
    assert ear.page.evaluate("ear.now") is None, "silent until she listens"
    tablet.page.locator("[data-here]").click()
    ear.taps("Answer")
    ear.walks("Very good")
    ear.page.clock.run_for(61_000)
    assert ear.rest() == [
        "Are you still here?",
        "If nobody taps, this page goes away and nothing is kept.",
        "I am here",
    ]
    tablet.page.locator("[data-here]").click()
    ear.taps("Very good")
    ear.taps("Stop")
    with tablet.while_the_house_is_down():
        ear.taps("Send")
        assert ear.rest()[:1] == ["The tablet cannot send yet."]
        ear.hears()
    ear.taps("Try again")
    tablet.is_thanked()
    is_all_heard(ear)
