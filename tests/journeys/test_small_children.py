"""A child of five answers beside an adult whom she chooses; nobody learns beside whom (S17, S32)."""

from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Request, expect

from tests.journeys.support.browsers import PHONE
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.journeys.test_every_language import looks, speaks
from tests.journeys.test_what_a_screen_holds import LOW, held, hidden
from tests.support.introductions import introduce
from tests.support.long_tests import breadth
from youthvoice.web.i18n.languages import TRANSLATED

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]


@pytest.fixture
def place(house: House) -> Place:
    """A site where small children are asked."""
    return settle(house, survey="daily-life-4-6")


def introduces_both(place: Place) -> None:
    """Lata and Asha have a face."""
    with place.house.app.app_context():
        for name, clothes in (("lata", "d9694a"), ("asha", "4f7fb5")):
            introduce(place.people[name].id, clothes, place.people["tomas"].id)


def opens_the_survey(tablet: ChildTablet) -> None:
    """From the first screen to who sits with her, once the house knows the new faces."""
    introduces_both(tablet.place)
    tablet.opens("/language")
    tablet.chooses_language("English")
    comes_true(tablet.page, lambda: sees_faces(tablet, 2), "both faces are there")


def sees_faces(tablet: ChildTablet, number: int) -> bool:
    """Whether the page of the round shows so many faces, and another grown-up."""
    tablet.opens(tablet.place.survey)
    return tablet.screen.locator("button.tile").count() == number + 1


def chooses(tablet: ChildTablet, words: str) -> None:
    """Tap a face, or who is not there."""
    tablet.screen.locator("button.tile", has_text=words).click()


def test_a_small_child_answers_beside_an_adult_and_what_is_sent_does_not_say_beside_whom(
    tablet: ChildTablet, place: Place
) -> None:
    sent: list[Request] = []
    tablet.page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    opens_the_survey(tablet)
    tablet.reads("Who sits with you?")
    chooses(tablet, "Lata Example")
    tablet.reads("You hold the tablet. The child taps, skips or stops.")
    expect(tablet.screen.locator("[data-beside] bdi")).to_have_text("Lata Example")
    tablet.goes_back()
    chooses(tablet, "Asha Example")
    expect(tablet.screen.locator("[data-beside] bdi")).to_have_text("Asha Example")
    tablet.goes_on()
    tablet.reads("Who sits with you sees your taps.")
    tablet.goes_on()
    tablet.screen.locator("label:has([value=nice])").click()
    tablet.goes_on()
    tablet.page.reload()
    tablet.reads("Do grown-ups listen to you?")
    tablet.goes_back()
    assert tablet.chosen() == ["nice"]
    tablet.goes_on()
    tablet.answers_and_goes_on("Not much")
    tablet.answers_and_goes_on("know")
    tablet.screen.locator("label:has([value=nice])").click()
    tablet.goes_on()
    tablet.sends()
    tablet.is_thanked()
    assert place.sheets() == 1
    (form,) = [request for request in sent if request.url.endswith(place.survey)]
    assert set(parse_qs(form.post_data or "")) == {"sheet", "a-food", "a-listened_to", "a-learning", "a-play"}


def test_a_small_child_alone_is_asked_nothing_and_finds_help(tablet: ChildTablet, place: Place) -> None:
    opens_the_survey(tablet)
    tablet.screen.locator("[data-go=nobody]").click()
    tablet.reads("Come with a grown-up you like.")
    expect(tablet.screen.locator("a.tile")).to_have_attribute("href", "/tell")
    tablet.presses_the_browsers_back()
    tablet.is_at_the_first_screen()
    assert place.sheets() == 0


@pytest.mark.parametrize(
    ("language", "size"),
    breadth(
        [("de", PHONE), ("hi", (800, 1280)), ("ar", LOW)],
        [
            *((code, PHONE) for code in TRANSLATED if code != "de"),
            *((code, LOW) for code in TRANSLATED if code != "ar"),
        ],
    ),
    ids=str,
)
def test_each_screen_of_a_small_child_is_seen_whole(
    language: str, size: tuple[int, int], tablets: Tablets, place: Place
) -> None:
    speaks(place, language)
    tablet, found = held(tablets, size, place, language), []
    for step in range(7):
        if step:
            found += [*looks(tablet, f"{language}-{size[0]}-small-{step}"), *hidden(tablet)]
            tablet.goes_on()
        else:
            comes_true(tablet.page, lambda: sees_faces(tablet, 3), "three faces are there")
            found += [*looks(tablet, f"{language}-{size[0]}-small-0"), *hidden(tablet)]
            chooses(tablet, "Meera Example")
    assert not found, "\n".join(found)
