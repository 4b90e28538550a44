"""Nothing that a child needs lies under the bar or below the screen, however the tablet is held (CHILD-UX.md)."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.browsers import DESK, PHONE, TABLET
from tests.journeys.support.by_ear import with_voices
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.review_slips import deal_slip, review_tomorrow
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.support.introductions import introduce_readers
from tests.support.long_tests import breadth, long_test
from tests.support.people import make_person
from youthvoice import db
from youthvoice.privacy.credentials.picture_codes import SCREENS

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
LOW = (960, 600)
"""A 7-inch tablet on its side."""
HELD = breadth(
    [(LOW, "hi")],
    [(PHONE, "hi"), (DESK, "hi"), (LOW, "en"), (LOW, "ar"), (PHONE, "en"), (PHONE, "ar"), (TABLET, "hi")],
)
"""Each way in which a page is laid out in the language whose lines are highest; where room is scarce, in others too."""
HIDDEN = """() => {
    const shown = [...document.querySelectorAll(".tile, .say, textarea, .code > li, .slots > li, .people > li, .now:not([data-end]) p, .only .rows:not(:has(> :nth-child(5))) > li")].filter(one => one.checkVisibility({ visibilityProperty: true }));
    const feet = [...document.querySelectorAll(".moves > *")].filter(one => one.checkVisibility());   // no Skip where she gave something
    const foot = Math.min(innerHeight, ...feet.map(one => one.getBoundingClientRect().top));
    const head = document.querySelector(".bar")?.getBoundingClientRect().bottom ?? 0;
    const ends = one => one.closest(".sends") ? Infinity : one.closest(".moves") ? innerHeight : foot;   // Send comes after all that goes; its rim is seen
    return shown.filter(one => one.getBoundingClientRect().bottom > ends(one) + 1 || one.getBoundingClientRect().top < head - 12)
        .map(one => one.textContent.trim() + " " + JSON.stringify(one.getBoundingClientRect()) + " " + foot);
}"""  # noqa: E501 - one thought a line

OFF_CENTRE = """all => all.filter(one => one.checkVisibility()).map(one => {
    const middle = of => of.getBoundingClientRect().left + of.getBoundingClientRect().width / 2;
    return Math.abs(middle(one) - middle(one.querySelector(".face")));
})"""
"""How far each face lies from the middle of its tile."""
COVERED = """all => all.filter(one => {
    const [badge, drawn] = [".nth", ".picture"].map(part => one.querySelector(part).getBoundingClientRect());
    return badge.bottom > drawn.top + 2 && badge.right > drawn.left + 2 && badge.left < drawn.right - 2;
}).map(one => one.textContent)"""
"""The pictures of a code over which their number lies, by more than the rim of the badge."""

AROUND_A_TICK = """ways => {
    const [chosen, other] = ways.children, box = of => of.getBoundingClientRect();
    const tick = box(chosen.querySelector(".tick")), next = box(other), above = [...document.querySelectorAll(".now [data-tells]")];
    const lines = [...above, ...chosen.querySelectorAll("span:not(.tick)")].filter(one => one.checkVisibility({ visibilityProperty: true })).flatMap(one => {
        const words = document.createRange();
        words.selectNodeContents(one);
        return [...words.getClientRects()];
    });
    const lies = line => line.left < tick.right && line.right > tick.left && line.top < tick.bottom && line.bottom > tick.top;
    return [box(ways).top - Math.max(...above.map(one => box(one).bottom)), Math.max(next.left - tick.right, tick.left - next.right), lines.filter(lies)];
}"""  # noqa: E501 - one thought a line
"""How far two voices lie below their hint, how far the tick of one from the other, and the words under the tick."""


def held(tablets: Tablets, size: tuple[int, int], place: Place, language: str) -> ChildTablet:
    """A tablet held upright or on its side, with a language that was chosen. Whoever reads introduced herself in it."""
    readers = ("asha", "ravi", "meera", "olga")
    with place.house.app.app_context():
        person_ids = [place.people[name].id for name in readers]
        introduce_readers(language.removesuffix(".large"), person_ids, place.people["tomas"].id)
    tablet = with_voices(tablets(place, viewport={"width": size[0], "height": size[1]}))
    tablet.shows_portraits(*readers)
    tablet.page.context.add_cookies([{"name": "language", "value": language, "url": place.url}])
    return tablet


def hidden(tablet: ChildTablet) -> list[str]:
    """What of the screen lies under the bar or below it."""
    name = tablet.screen.get_attribute("data-question") or tablet.screen.get_attribute("aria-labelledby")
    hidden_parts: list[str] = []
    for _look in range(10):  # a screen that has just turned may not lie where it will
        if not (hidden_parts := tablet.page.evaluate(HIDDEN)):
            break
        tablet.page.wait_for_timeout(100)
    return [f"{name}: {one}" for one in hidden_parts]


def goes_on_or_needs_nobody(tablet: ChildTablet) -> None:
    """Next; where nobody would find her, that nobody needs to come."""
    tablet.screen.locator("[data-go=instead], [data-go=next]").first.click()


def leaves_everybody_out(tablet: ChildTablet) -> list[str]:
    """Tap one after the other, up to everybody, and all of them again; what was hidden meanwhile."""
    found, people = [], tablet.screen.locator("label").all()
    for person in people:
        person.click()
        found += hidden(tablet)
    for person in people:
        person.click()
    return found


@pytest.mark.parametrize(("size", "language"), HELD, ids=str)
def test_every_screen_of_telling_and_of_the_pictures(
    tablets: Tablets, place: Place, size: tuple[int, int], language: str
) -> None:
    tablet = held(tablets, size, place, language)
    tablet.opens("/")
    found = [str(one) for one in tablet.page.evaluate(HIDDEN)]
    tablet.opens("/tell")
    while tablet.screen.get_attribute("data-end") is None:
        found += hidden(tablet)
        if tablet.question in {"company", "danger", "come"}:
            tablet.screen.locator("label").first.click()
        if tablet.question == "company":
            tablet.screen.locator("label").nth(1).click()
        if tablet.question == "topic":
            tablet.screen.locator("[value=hit]").check(force=True)  # who did it is asked, and everybody reads it
        if tablet.question == "readers":
            found += leaves_everybody_out(tablet)
            assert max(tablet.screen.locator(".who").evaluate_all(OFF_CENTRE)) < 2, "whether she can be heard or not"
        goes_on_or_needs_nobody(tablet)
    found += hidden(tablet)
    foot = tablet.screen.locator(".sends").bounding_box()
    assert foot
    for reader in tablet.screen.locator(".rows > li:visible").all():  # she sees who reads it before she sends
        box = reader.bounding_box()
        found += [] if box and box["y"] + box["height"] <= foot["y"] else [f"reader: {reader.inner_text()} {box}"]
    tablet.sends()
    expect(tablet.screen.locator(".code > li")).to_have_count(7)
    assert not tablet.screen.locator(".code > li").evaluate_all(COVERED), "a badge lies beside the drawing"
    for _ in range(3):
        found += hidden(tablet)
        tablet.goes_on()
    tablet.opens("/reply")
    for _ in range(7):
        found += hidden(tablet)
        tablet.screen.locator("label").first.click()
        tablet.goes_on()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
@pytest.mark.parametrize("size", breadth([LOW], [PHONE]), ids=str)
def test_where_seven_people_read_it_the_strip_and_their_rows_leave_room(
    tablets: Tablets, place: Place, size: tuple[int, int], language: str
) -> None:
    """The list from which she leaves people out may be longer than a phone; what follows it may not."""
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        for name in ("Lakshmi Subramaniam", "Venkateswaran Example", "Margaret Example"):
            make_person(session, "advocate", place.site_id, handle=f"{name[:4].lower()}-{place.site_id}", name=name)
    tablet = held(tablets, size, place, language)
    tablet.opens("/tell")
    tablet.skips_to("readers")
    assert tablet.screen.locator("label").count() == 7
    tablet.screen.locator("label").first.click()  # she leaves one out, and that is said from now on
    tablet.goes_on()
    hidden_parts = []
    while tablet.screen.get_attribute("data-end") is None:
        hidden_parts += hidden(tablet)
        if tablet.question == "come":
            tablet.screen.locator("label").first.click()
        goes_on_or_needs_nobody(tablet)
    assert not hidden_parts, "\n".join(hidden_parts)
    assert tablet.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("size", "language"), HELD, ids=str)
def test_the_front_page_and_the_first_screen_of_a_round_for_a_group_with_a_long_name(
    house: House, tablets: Tablets, size: tuple[int, int], language: str
) -> None:
    place = settle(house, group_name="Girls of the second floor, class VII, morning group")
    tablet = held(tablets, size, place, language)
    tablet.opens("/")
    found = [str(one) for one in tablet.page.evaluate(HIDDEN)]
    foot = tablet.page.locator(".promise p").bounding_box()
    assert foot is not None
    assert size[0] > size[1] or foot["y"] + foot["height"] <= size[1]
    tablet.opens(place.survey)
    tablet.reads("Girls of the second floor, class VII, morning group")
    assert not [*found, *hidden(tablet)]


@pytest.mark.parametrize(("size", "language"), HELD, ids=str)
def test_all_six_doors_are_on_the_first_screen_without_a_network_too(
    tablets: Tablets, place: Place, size: tuple[int, int], language: str
) -> None:
    """Help is the last of them, and may be what a child came for."""
    tablet = held(tablets, size, place, language)
    tablet.opens("/")
    for offline in (False, True):
        if offline:
            tablet.page.evaluate("document.querySelector('[data-offline]').hidden = false")
        doors = tablet.page.locator(".doors > .tile")
        expect(doors).to_have_count(6)
        assert doors.last.get_attribute("href") == "/help"
        for door in doors.all():
            box = door.bounding_box()
            assert box
            assert box["height"] >= 96
            assert box["y"] + box["height"] <= size[1], (offline, door.inner_text())
    foot, last = tablet.page.locator(".promise").bounding_box(), doors.last.bounding_box()
    assert foot
    assert last
    assert size[0] > size[1] or size[1] - last["y"] - last["height"] < size[1] / 4, "the whole of the screen is used"


@pytest.mark.parametrize(("size", "language"), HELD, ids=str)
def test_every_screen_of_suggesting(tablets: Tablets, place: Place, size: tuple[int, int], language: str) -> None:
    """And three taps are enough: what it is about, what should happen, Send."""
    tablet = held(tablets, size, place, language)
    place.meets("dormitory", "flip_club")
    tablet.opens("/agenda/suggest")
    if tablet.question == "committee":
        tablet.screen.locator("label").first.click()
        tablet.goes_on()
    found = hidden(tablet)
    tablet.screen.locator("label").first.click()
    tablet.screen.locator("label").last.click()
    tablet.goes_on()
    found += hidden(tablet)
    tablet.goes_on()
    found += hidden(tablet)
    tablet.sends()
    expect(tablet.page).to_have_url(re.compile("/agenda/suggest/thanks/"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_on_a_phone_six_adults_whom_a_child_may_thank_are_seen_after_a_refusal_too(
    tablets: Tablets, place: Place, language: str
) -> None:
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        make_person(session, "facilitator", place.site_id, handle=f"fatima-{place.site_id}", name="Fatima Example")
    tablet = held(tablets, PHONE, place, language)
    tablet.opens("/good")
    tablet.skips_to("destination")
    tablet.screen.locator("[value=adult]").check(force=True)
    tablet.goes_on()
    assert tablet.question == "thank"
    assert tablet.screen.locator("label").count() == 6
    found = hidden(tablet)
    tablet.goes_on()
    expect(tablet.screen.locator("[data-why]")).to_be_visible()
    assert not [*found, *hidden(tablet)]


@pytest.mark.parametrize("language", breadth(["en"], ["hi", "ar"]))
def test_on_a_phone_the_tick_of_a_voice_lies_on_no_words_and_touches_no_other_voice(
    tablets: Tablets, place: Place, language: str
) -> None:
    tablet = held(tablets, PHONE, place, language)
    tablet.opens("/good")
    tablet.skips_to("tell")
    above, between, over = tablet.screen.locator(".ways").evaluate(AROUND_A_TICK)
    assert above >= 6
    assert between >= 8
    assert over == []


@long_test("WALKED")
@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_every_screen_of_a_statement_on_a_phone(tablets: Tablets, place: Place, language: str) -> None:
    slip = deal_slip(place, review_tomorrow(place, outside=True))
    tablet = held(tablets, PHONE, place, language)
    tablet.opens("/plan")
    found = []
    for screen, picture in zip(SCREENS, slip, strict=False):
        found += hidden(tablet)
        tablet.screen.locator("label").nth(screen.index(picture)).click()
        tablet.goes_on()
    expect(tablet.page).to_have_url(f"{place.url}/plan/words")
    expect(tablet.screen).to_be_visible()
    while tablet.screen.get_attribute("data-end") is None:
        if tablet.question == "afraid":
            tablet.screen.locator("label").nth(1).click()
        found += [] if tablet.question == "readback" else hidden(tablet)
        last, seen = tablet.question, tablet.screen.locator("[data-readback] .picture").count()
        tablet.goes_on()
    assert (last, seen) == ("readback", 1), "what she tapped is read back with its picture"
    tablet.sends()
    expect(tablet.screen.locator(".code > li")).to_have_count(7)
    assert tablet.page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], "the day breaks where it is long"
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", breadth([LOW], [DESK, TABLET]), ids=str)
def test_every_screen_of_a_survey(tablets: Tablets, place: Place, size: tuple[int, int]) -> None:
    tablet = held(tablets, size, place, "en")
    tablet.opens(place.survey)
    found = []
    while tablet.screen.get_attribute("data-end") is None:
        found += hidden(tablet)
        tablet.goes_on()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", breadth([(1280, 800)], [(1280, 900), (1920, 1080)]), ids=str)
def test_the_pictures_at_the_desk_of_an_adult_who_helps(
    desks: Callable[[Place, str], StaffDesk], place: Place, size: tuple[int, int]
) -> None:
    desk = desks(place, "lata")
    desk.page.set_viewport_size({"width": size[0], "height": size[1]})
    desk.opens("/staff/help-tell")
    desk.presses("English")
    screen = desk.page.locator(".screen.now")
    screen.locator("[data-go=next]").click()
    screen.locator("label").first.click()
    desk.page.locator("[data-go=stop]").click()
    screen.locator("[data-go=send]").click()
    expect(screen.locator(".code > li")).to_have_count(7)
    assert desk.page.evaluate(HIDDEN) == []


TOO_WIDE = """() => [...document.querySelectorAll(".nine .tile > span:not(.tick)")].filter(one => {
    const words = document.createRange(), tile = one.closest(".tile").getBoundingClientRect();
    words.selectNodeContents(one);
    return [...words.getClientRects()].some(line => line.left < tile.left + 4 || line.right > tile.right - 4);
}).map(one => one.textContent)"""


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
@pytest.mark.parametrize("width", breadth([320], [360]))
def test_every_name_of_a_picture_lies_within_its_tile(
    tablets: Tablets, place: Place, width: int, language: str
) -> None:
    tablet = held(tablets, (width, 740), place, language)
    tablet.opens("/reply")
    tablet.page.evaluate("document.documentElement.classList.remove('js')")  # all seven screens at once
    expect(tablet.page.locator(".nine .tile")).to_have_count(63)
    assert tablet.page.evaluate(TOO_WIDE) == []


SMALL = """() => [...document.querySelectorAll("a, button, summary")].filter(one => one.checkVisibility() && !one.matches(".past")).map(
    one => [one.textContent.trim(), one.getBoundingClientRect()]).filter(([, box]) => box.height < 63.5).map(([words]) => words)"""  # noqa: E501


@pytest.mark.parametrize("language", breadth(["en"], ["hi", "ar"]))
def test_everything_that_a_child_taps_is_64_px_high(tablets: Tablets, place: Place, language: str) -> None:
    """CHILD-UX: the link to the pictures on the front page had 23."""
    place.meets("dormitory")
    tablet = held(tablets, PHONE, place, language)
    for path in (
        "/language",
        "/",
        "/open",
        "/help",
        "/rights",
        "/agenda",
        "/mine",
        "/see",
        "/we-did",
        "/choose",
        "/credits",
    ):
        tablet.opens(path)
        assert tablet.page.evaluate(SMALL) == [], path


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_on_the_page_of_help_nothing_lies_over_the_tiles(tablets: Tablets, place: Place, language: str) -> None:
    tablet = held(tablets, PHONE, place, language)
    tablet.opens("/help")
    over = "one => getComputedStyle(one).position"
    assert tablet.page.locator("footer").evaluate(over) == "static"
    assert tablet.page.locator("main .call").count() == 4


@pytest.mark.parametrize("size", breadth([TABLET], [PHONE]), ids=str)
def test_a_short_screen_begins_under_its_question(tablets: Tablets, place: Place, size: tuple[int, int]) -> None:
    tablet = held(tablets, size, place, "en")
    tablet.opens("/tell")
    while tablet.screen.get_attribute("data-end") is None:
        question, first = (
            tablet.screen.locator(part).first.bounding_box() for part in (".ask", ".ask + :not(.why), .why + *")
        )
        assert question
        assert first
        assert first["y"] - question["y"] - question["height"] < 48, tablet.question
        tablet.goes_on()
