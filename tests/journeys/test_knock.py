"""A child knocks with the house stopped; the adult reads it at the fixed hour, advocates see what nobody came to."""

import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.support import browsers, clock
from tests.journeys.support.navigators import ChildTablet, StaffDesk, comes_true
from tests.journeys.support.sites import Place, log_of
from tests.journeys.support.village_tablet import village_tablet
from tests.journeys.test_offline import goes_to, without_network
from tests.support.introductions import introduce
from tests.support.long_tests import breadth, long_test
from youthvoice import db
from youthvoice.knocks.rules import WeeklyHour
from youthvoice.knocks.store import ListeningTime, keep_listening_time
from youthvoice.sites.store import change_site
from youthvoice.web.rate_limits import TABLET_COOKIE

pytestmark = pytest.mark.journey
COLOURS = {"lata": "d9694a", "asha": "4f7fb5", "ravi": "6a9e5b"}
SERVED_AFTER = 60  # seconds at most
HOURS = {"lata": ("bench", "0-16"), "asha": ("library", "2-10")}


def listens(desks: Callable[[Place, str], StaffDesk], place: Place, name: str) -> StaffDesk:
    """She says where and when she can be found every week."""
    desk, (where, hour) = desks(place, name), HOURS[name]
    desk.opens("/staff/")
    desk.opens("/staff/knocks/")
    desk.presses("Say when you listen")
    desk.page.locator(f"input[name=place][value={where}]").check()
    desk.page.locator("select[name=first]").select_option(hour)
    desk.continues()
    desk.reads("Kept. Children")
    return desk


@pytest.fixture
def faces(place: Place) -> None:
    """Three adults introduced themselves."""
    with place.house.app.app_context():
        for name, clothes in COLOURS.items():
            introduce(place.people[name].id, clothes, place.people["tomas"].id, words=f"is {name}")
    clock.the_knock_hour(place)


@pytest.fixture
def hours(faces: None, place: Place) -> None:
    """Lata listens on the bench, Asha in the library; Ravi has a face and no hours."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        for name, (where, hour) in HOURS.items():
            weekly = WeeklyHour(*map(int, hour.split("-")))
            listening = ListeningTime(place.site_id, place.people[name].id, where, (weekly,))
            keep_listening_time(session, listening, log_of(place.people[name].handle))
    asked = Request(f"{place.url}/talk", headers={"Cookie": f"{TABLET_COOKIE}={place.new_tablet()}"})  # noqa: S310
    until = time.monotonic() + SERVED_AFTER
    while not sees_all(asked):  # who introduced herself is read every few seconds
        assert time.monotonic() < until
        time.sleep(0.2)


def sees_all(asked: Request) -> bool:
    """Whether a child can knock at everybody who listens."""
    try:
        with urlopen(asked) as answer:  # noqa: S310 - our own address
            page = answer.read().decode()
    except HTTPError:  # nobody listens yet
        return False
    return all(f"{name.title()} Example" in page for name in HOURS)


def knocks(tablet: ChildTablet, wish: str, without: str = "") -> None:
    """From the first screen to what is sent."""
    goes_to(tablet, "/ways", "/talk")
    tablet.reads("Who do you want to talk with?")
    tablet.goes_on()
    tablet.reads("Tap a face first.")
    tablet.answers_and_goes_on("Lata")
    tablet.answers_and_goes_on(wish)
    tablet.reads("not when you tapped")
    tablet.goes_on()
    assert tablet.question == "readers"
    if without:
        tablet.answers(without)
    tablet.goes_on()


@long_test("WALKED")
def test_a_knock_without_a_network_reaches_her_and_what_nobody_came_to_is_seen_by_whom_the_child_let(
    faces: None, desks: Callable[[Place, str], StaffDesk], place: Place, playwright: Playwright, tmp_path: Path
) -> None:
    adults = {name: listens(desks, place, name) for name in HOURS} | {"ravi": desks(place, "ravi")}
    with village_tablet(playwright, place, tmp_path / "profile") as village:
        tablet = village.child
        with without_network(place):
            knocks(tablet, "I want to talk", without="Ravi")
            tablet.reads("Nobody learns of it until the tablet is online.")
            tablet.goes_on()
            expect(tablet.screen.locator(".rows > .out:not(.chosen)")).to_contain_text("Ravi Example")
            expect(tablet.screen.locator(".goes")).to_contain_text("Lata Example")
            tablet.sends()
            tablet.reads("Saved on this tablet")
            tablet.reads("on the bench")
            assert len(village.waiting()) == 1
        tablet.opens("/language")
        comes_true(tablet.page, lambda: village.waiting() == [], "the knock is delivered")
    lata, asha, ravi = adults["lata"], adults["asha"], adults["ravi"]
    lata.opens("/staff/knocks/")
    lata.reads("No child waits for you.")
    clock.the_knock_hour(place)
    lata.opens("/staff/")
    lata.reads("Be there; you do not learn who or how many")
    lata.presses("A child wants to talk")
    lata.reads("on the bench.")
    expect(lata.page.locator("input[name=mark]")).to_have_count(1)
    clock.after_she_listened(place)
    lata.opens("/staff/knocks/")
    lata.page.locator("input[name=mark][value=away]").check()
    lata.continues()
    lata.reads("No child waits for you.")
    asha.opens("/staff/")
    asha.presses("A knock, and they did not meet")
    asha.reads("A child knocked at Lata Example, and they did not meet")
    ravi.opens("/staff/knocks/")
    expect(ravi.page.get_by_text("they did not meet")).to_have_count(0)
    asha.presses("It is settled")
    expect(asha.page.get_by_text("they did not meet")).to_have_count(0)


@pytest.mark.parametrize("language", breadth(["en"], ["hi", "ar"]))
def test_on_a_phone_help_and_the_first_page_are_seen_below_four_adults(
    tablets: Callable[..., ChildTablet], place: Place, language: str
) -> None:
    """It began 123 px below."""
    with place.house.app.app_context():
        colours = {**COLOURS, "meera": "8a5a9c"}
        for name, where in zip(colours, ("bench", "library", "tree", "open_door"), strict=True):
            introduce(place.people[name].id, colours[name], place.people["tomas"].id)
            hours = (WeeklyHour(0, 16), WeeklyHour(3, 16))[: 2 if name == "lata" else 1]
            listening = ListeningTime(place.site_id, place.people[name].id, where, hours)
            with db.writing(db.engine()) as session:
                keep_listening_time(session, listening, log_of(place.people[name].handle))
    tablet = tablets(place, viewport={"width": 360, "height": 740})
    tablet.opens(f"/language/{language}")
    comes_true(tablet.page, lambda: _four_listen(tablet), "four adults listen")
    for move in tablet.page.locator("footer .move").all():
        box = move.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 740, move.inner_text()


def _four_listen(tablet: ChildTablet) -> bool:
    tablet.opens("/talk/thanks")
    return tablet.page.locator(".cards > li").count() == 4


def test_a_child_came_and_another_found_nobody(
    hours: None, desks: Callable[[Place, str], StaffDesk], tablet: ChildTablet, place: Place
) -> None:
    adults = {name: desks(place, name) for name in COLOURS}
    knocks(tablet, "I want to talk")
    chosen, send = tablet.screen.locator(".whom .picture").first, tablet.screen.locator("[data-go=send]")
    tapped = tablet.page.locator("[data-question=adult] label").filter(has_text="Lata").locator("img")
    assert chosen.get_attribute("src") == tapped.get_attribute("src"), "she sees whom she asks"
    face, below = chosen.bounding_box(), send.bounding_box()
    assert face
    assert below
    assert face["height"] >= 96
    assert face["y"] + face["height"] <= below["y"]
    tablet.sends()
    expect(tablet.page.locator(".cards .face")).to_have_count(len(HOURS))  # each alike: nothing says whom she chose
    tablet.page.set_viewport_size({"width": 360, "height": 740})
    last_card = tablet.page.locator(".cards > li").last
    expect(last_card).to_be_visible()
    card = last_card.bounding_box()
    assert card
    assert card["y"] + card["height"] <= 740, "faces, places and hours on the first screen"
    tablet.reads("It is on its way.")
    tablet.reads("Monday, 4 in the afternoon")
    clock.the_knock_hour(place)
    clock.after_she_listened(place)
    lata = adults["lata"]
    lata.opens("/staff/knocks/")
    lata.page.locator("input[name=mark][value=came]").check()
    lata.continues()
    lata.reads("No child waits for you.")
    knocks(tablet, "Nobody came.")
    tablet.sends()
    tablet.reads("It is on its way.")
    adults["asha"].opens("/staff/knocks/")
    expect(adults["asha"].page.get_by_text("they did not meet")).to_have_count(0)
    clock.the_knock_hour(place)
    for name in ("asha", "ravi"):
        adults[name].opens("/staff/knocks/")
        adults[name].reads("A child says that nobody was there")
    lata.opens("/staff/knocks/")
    lata.reads("No child waits for you.")


def test_whom_she_leaves_out_she_does_not_choose(hours: None, tablet: ChildTablet) -> None:
    goes_to(tablet, "/ways", "/talk")
    tablet.answers_and_goes_on("Lata")
    tablet.answers_and_goes_on("I want to talk")
    tablet.goes_on()
    tablet.answers("Asha")
    for _screen in range(3):
        tablet.goes_back()
    tablet.answers("Asha")
    tablet.reads("is chosen now, and so learns it.")
    for _screen in range(3):
        tablet.goes_on()
    assert tablet.question == "readers"
    expect(tablet.screen.locator("input:checked")).to_have_count(0)
    expect(tablet.screen.locator("label", has_text="Asha")).to_be_hidden()
    expect(tablet.screen.locator("label", has_text="Ravi")).to_be_visible()
    tablet.goes_on()
    expect(tablet.screen.locator(".rows > li", has_text="Asha")).to_be_hidden()


@pytest.mark.parametrize("size", breadth([browsers.TABLET], [browsers.PHONE, (768, 1024), (960, 600)]))
def test_every_door_is_seen_at_once(hours: None, tablet: ChildTablet, size: tuple[int, int]) -> None:
    """The third, *Talk with me*, lay under the bar of a tablet."""
    tablet.page.set_viewport_size({"width": size[0], "height": size[1]})
    tablet.opens("/ways")
    doors, bar = tablet.page.locator("nav.tiles > a"), tablet.page.locator("footer.moves")
    assert doors.count() == 3
    lowest, top = doors.last.bounding_box(), bar.bounding_box()
    assert lowest
    assert top
    assert lowest["y"] + lowest["height"] <= top["y"]


@long_test("WALKED")
def test_who_found_nobody_leaves_everybody_out_and_reads_that_nobody_would_learn_it(
    hours: None, tablet: ChildTablet
) -> None:
    goes_to(tablet, "/ways", "/talk")
    tablet.answers_and_goes_on("Asha")
    tablet.answers_and_goes_on("Nobody came.")
    tablet.goes_on()
    for name in ("Ravi", "Meera"):
        tablet.answers(name)
    tablet.goes_on()
    tablet.reads("Then nobody reads it. Let one of them read it.")
    tablet.goes_on()
    tablet.reads("Nobody is there to read it.")
    tablet.goes_back()
    tablet.answers("Ravi")
    tablet.goes_on()
    expect(tablet.screen.locator(".rows > li:visible")).to_have_count(2)
    expect(tablet.screen.locator(".rows > li:visible").first).to_contain_text("learns it if nobody came")
    tablet.sends()
    tablet.reads("It is on its way.")


@long_test("WALKED")
def test_long_words_of_the_last_screen_lie_within_their_tiles(hours: None, tablet: ChildTablet, place: Place) -> None:
    """*Wegwerfen* and *Выбросить* are on the last screen of every flow."""
    tablet.page.set_viewport_size({"width": 360, "height": 740})
    for language in ("de", "ru"):
        with place.house.app.app_context(), db.writing(db.engine()) as session:
            change_site(session, place.site_id, {"languages": [language]})
        tablet.opens(f"/language/{language}")
        tablet.opens("/talk")
        assert tablet.page.locator("html").get_attribute("lang") == language
        for _screen in range(2):
            tablet.screen.locator("label.tile").first.click()
            tablet.goes_on()
        tablet.goes_on()
        tablet.goes_on()
        tiles = tablet.page.locator("[data-end].now .sends > .tile")
        expect(tiles).to_have_count(2)
        assert all(tiles.evaluate_all("all => all.map(one => one.scrollWidth <= one.clientWidth)")), language
