"""Every flow of a child with the screen covered: the script knows four places of the glass, and what is spoken.

A survey and telling are walked in `test_by_ear_covered.py`. CHILD-UX.md "Read aloud"; S5.
"""

from collections.abc import Callable, Sequence

import pytest

from tests.journeys.support import clock
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.review_slips import deal_slip, review_tomorrow
from tests.journeys.support.sites import Place
from tests.journeys.support.zones import Zones
from tests.journeys.test_by_ear_covered import END, NAMES, WAYS_ON, covers
from tests.journeys.test_from_telling_to_answer import opens_the_report
from tests.journeys.test_knock import listens
from tests.support.introductions import introduce
from tests.support.long_tests import long_test
from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH

pytestmark = pytest.mark.journey
ANSWER = "We mend the lamp."
Desks = Callable[[Place, str], StaffDesk]


def enters(zones: Zones, names: Sequence[str]) -> None:
    """Her pictures, one screen of nine after the other."""
    for name in names:
        zones.takes(name)
        zones.takes("Open it" if "Open it" in zones.all_stops() else "Next")


@long_test("WALKED")
def test_telling_and_the_answer_by_seven_pictures(tablet: ChildTablet, place: Place, desks: Desks) -> None:
    zones = covers(tablet)
    zones.takes("Tell")
    zones.takes("Something wrong")
    zones.goes_on("What is it about?", WAYS_ON)
    zones.takes("Something broken")
    zones.goes_on(END, WAYS_ON)
    zones.takes("Send")
    zones.hears_at_last("Thank you. It was right to tell.")
    assert zones.presses("next") == ["It is sent."]
    seen = [said for said in zones.all_stops() if said in NAMES]
    assert len(seen) == CODE_LENGTH
    asha = desks(place, "asha")
    opens_the_report(asha)
    asha.fills(words=ANSWER)
    asha.presses("Send to the child")
    zones = covers(tablet)
    zones.takes("Mine")
    enters(zones, seen)
    assert ANSWER in zones.all_stops()


@long_test("WALKED")
def test_good_news(tablet: ChildTablet) -> None:
    zones = covers(tablet)
    zones.takes("Tell")
    zones.takes("Something good")
    zones.goes_on("What was good?", WAYS_ON)
    zones.takes("Playing")
    zones.goes_on(END, WAYS_ON)
    zones.takes("Send")
    zones.hears_at_last("Thank you.")
    assert zones.walks_to("It is sent. Your name is not on it.")


@long_test("WALKED")
def test_a_choice(tablet: ChildTablet, place: Place) -> None:
    choice = place.opens_choice()
    zones = covers(tablet)
    zones.takes("Answer")
    zones.takes("What shall we eat?")
    assert "Tap a picture first." in zones.takes("Send")
    zones.takes("Noodles")
    zones.leaves_by("Send")
    zones.hears()
    assert place.sheets_of(choice) == 1


@long_test("WALKED")
def test_a_suggestion_for_the_agenda(tablet: ChildTablet, place: Place) -> None:
    place.meets("flip_club")
    zones = covers(tablet)
    zones.takes("Our list")
    zones.takes("Suggest")
    zones.takes("Food")
    zones.leaves_by("Send")
    assert "Thank you." in zones.hears()
    assert "Your suggestion is in." in zones.all_stops()


@long_test("WALKED")
def test_a_knock(tablet: ChildTablet, place: Place, desks: Desks) -> None:
    with place.house.app.app_context():
        introduce(place.people["lata"].id, "d9694a", place.people["tomas"].id, words="is Lata")
    clock.the_knock_hour(place)
    listens(desks, place, "lata")
    zones = covers(tablet)
    zones.takes("Tell")
    zones.takes("Talk with me")
    zones.takes("Lata Example")
    zones.takes("Next")
    zones.takes("I want to talk")
    zones.goes_on(END, WAYS_ON)
    zones.leaves_by("Send")
    assert "Thank you. Here is where they wait." in zones.hears()
    assert {"Lata Example", "on the bench", "It is on its way."} <= {*zones.all_stops()}


@long_test("WALKED")
def test_a_statement_to_her_review(tablet: ChildTablet, place: Place) -> None:
    dealt = deal_slip(place, review_tomorrow(place, invited=("facilitator",), outside=True))
    zones = covers(tablet)
    zones.takes("Mine")
    zones.takes("My review")
    enters(zones, [picture.name for picture in dealt])
    zones.takes("Start")
    zones.takes("Say something")
    zones.goes_on("Is everything right?", WAYS_ON)
    zones.goes_on(END, WAYS_ON | {"Yes"})
    zones.takes("Send")
    zones.hears_at_last("Thank you. Your words are safe.")
    assert zones.presses("next") == ["It is sent."]
    assert "Keep these seven pictures." in zones.all_stops()
