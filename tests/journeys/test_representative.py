"""A representative at the tablet: her pictures, three taps, a friend's trouble; and nothing of her stays (S23, S26)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.browsers import PHONE, TABLET
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.page_list import REPRESENTATIVE
from tests.journeys.support.sites import Place
from tests.journeys.test_comes_back import begins_anew
from tests.journeys.test_every_page import faults
from tests.journeys.test_reply import cookies, taps_pictures
from tests.journeys.test_telling import pictures, speaks
from tests.support.committees import make_committee, put
from tests.support.long_tests import breadth, long_test
from tests.support.representatives import cookie_name, dealt, make
from youthvoice import context, db
from youthvoice.committees.entities import Committee
from youthvoice.committees.representatives import picture_sign_in
from youthvoice.committees.representatives.rules import Representative
from youthvoice.privacy.credentials.picture_codes import PictureCode

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
River = tuple[Committee, Representative, PictureCode]


@pytest.fixture
def river(place: Place) -> River:
    """River speaks for a dormitory; somebody else did before her."""
    with place.house.app.app_context():
        committee = make_committee(place.site_id, place.people["lata"], "dormitory")
        day = context.today("Asia/Kolkata")
        make(committee, "Cloud", day=day)
        representative = make(committee, "River", day=day)
        put(committee, "The stairs are dark")
        put(committee, "Our song for Friday", alone=True)
        put(committee, "Too loud at night", "settled", alone=True)
        return committee, representative, dealt(representative, place.site_id)


def signs_in(tablet: ChildTablet, river: River) -> ChildTablet:
    tablet.opens("/agenda/mine")
    tablet.screen.locator("label").filter(has_text="River").click()
    tablet.goes_on()
    taps_pictures(tablet, river[2])
    expect(tablet.page.locator("nav.tiles")).to_be_visible()
    return tablet


@long_test("WALKED")
@pytest.mark.parametrize("size", breadth([PHONE], [TABLET]), ids=str)
def test_her_pages_are_for_everybody_and_fit(
    tablets: Tablets, place: Place, river: River, size: tuple[int, int]
) -> None:
    tablet = tablets(place, viewport={"width": size[0], "height": size[1]})
    tablet.opens("/agenda/mine")
    found = faults(tablet.page, child=True)
    signs_in(tablet, river)
    for path in ("/agenda/mine", *(one for one in REPRESENTATIVE if one != "/agenda/mine/bye")):
        tablet.opens(path)
        found += faults(tablet.page, child=True)
    assert not found, "\n".join(found)


def test_three_taps_post_and_a_wrong_code_says_so_kindly(tablet: ChildTablet, river: River) -> None:
    tablet.opens("/agenda/mine")
    tablet.screen.locator("label").filter(has_text="River").click()
    tablet.goes_on()
    taps_pictures(tablet, PictureCode(tuple((pick + 1) % 9 for pick in river[2].picks)))
    tablet.reads("These pictures do not open it.")
    signs_in(tablet, river)
    tablet.page.locator("nav a").filter(has_text="Put on the list").click()
    tablet.page.locator("label").filter(has_text="Broken").click()
    tablet.page.locator("label").filter(has_text="Mend it").click()
    tablet.page.locator("button").filter(has_text="Put on the list").click()
    tablet.reads("It is on our list.")
    tablet.page.locator("footer a").filter(has_text="First page").click()
    expect(tablet.page).to_have_url(f"{tablet.place.url}/language")
    assert cookie_name() not in cookies(tablet)


def test_three_taps_lead_from_her_page_to_telling(tablet: ChildTablet, river: River) -> None:
    signs_in(tablet, river)
    tablet.page.locator("nav a").filter(has_text="A friend told me").click()
    tablet.page.locator("label").filter(has_text="Not well").click()
    tablet.page.locator("button").filter(has_text="Go on").click()
    expect(tablet.page).to_have_url(f"{tablet.place.url}/tell")
    assert cookie_name() not in cookies(tablet)
    expect(tablet.page.locator("[name=whom][value=friend]")).to_be_checked()
    expect(tablet.page.locator("[name=words]")).to_have_value("A friend told me something bad. I am not well with it.")


def test_whoever_goes_by_the_dark_corner_is_signed_out_though_the_network_swallows_her_word(
    tablet: ChildTablet, river: River
) -> None:
    tablet.page.add_init_script("navigator.sendBeacon = () => true")
    signs_in(tablet, river)
    tablet.leaves_fast()
    tablet.is_on_the_harmless_page()
    tablet.opens("/agenda/mine")
    tablet.reads("Who are you?")
    signs_in(tablet, river)


def test_her_new_pictures_stay_though_her_code_works_once(tablet: ChildTablet, place: Place, river: River) -> None:
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        word = picture_sign_in.new_word(session, river[1], by=0, day=context.today())
    tablet.opens("/agenda/mine/word")
    tablet.page.locator("#word").fill(word)
    tablet.page.get_by_role("button", name="Show my pictures").click()
    seen = pictures(tablet)
    assert not tablet.page.get_by_text("Here are your pictures again.").locator("visible=true").count()
    for _again in range(2):
        tablet.page.reload()
        tablet.shows("/agenda/mine/pictures")
        tablet.reads("Here are your pictures again.")
        assert pictures(tablet) == seen
    tablet.goes_on()
    assert pictures(tablet) == seen
    tablet.page.reload()
    tablet.reads("Look at them once more.")
    assert pictures(tablet) == seen
    tablet.goes_on()
    tablet.goes_on()
    tablet.screen.locator("[data-go=done]").click()
    tablet.is_at_the_first_screen()
    assert tablet.page.evaluate("window.name") == ""


def test_she_speaks_with_all_she_gave_and_comes_back_as_herself(tablet: ChildTablet, river: River) -> None:
    tablet.opens("/language")
    tablet.chooses_language("English")
    signs_in(tablet, river)
    page = tablet.page
    page.locator("nav a").filter(has_text="Put on the list").click()
    page.locator("label").filter(has_text="Broken").click()
    page.locator("label").filter(has_text="Mend it").click()
    page.locator("textarea").fill("It creaks.")
    page.locator("button").filter(has_text="Speak").click()
    expect(tablet.screen.locator("textarea")).to_have_value("It creaks.")
    tablet.screen.locator("textarea").fill("It creaks at night.")
    tablet.screen.locator(".unspoken").click()  # she would rather write after all
    expect(page.locator("#words")).to_have_value("It creaks at night.")
    assert set(tablet.page.locator(":checked").evaluate_all("all => all.map(one => one.value)")) == {"broken", "mend"}
    page.locator("button").filter(has_text="Speak").click()
    speaks(tablet, 600)
    expect(tablet.screen.locator(".unspoken")).to_be_hidden()
    comes_true(page, lambda: "base64" in page.evaluate("window.name"), "her voice is kept in memory")
    begins_anew(tablet.page)
    expect(tablet.screen.locator("[data-replay]")).to_be_visible()
    expect(tablet.screen.locator("textarea")).to_have_value("It creaks at night.")
    tablet.goes_on()
    tablet.screen.locator("[data-go=send]").click()
    lines = tablet.screen.locator("[data-readback] b")
    expect(lines).to_have_text(["It creaks at night.", "Broken", "Mend it"])
    tablet.sends()
    tablet.reads("It is sent. An advocate hears it, and writes it down.")
    assert cookie_name() in cookies(tablet)
    tablet.reads("Put on the list")
