"""A child answers on a shared tablet. Duties: DESIGN.md 5 (a survey), CHILD-UX.md (the child's tablet)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.navigators import ASSENTS, ChildTablet
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.support.long_tests import breadth

pytestmark = pytest.mark.journey
_SEES = """() => {
    const sends = window.fetch;
    window.fetch = async (address, asked) => {
        const words = [...asked?.body ?? []].filter(([, value]) => typeof value === "string");
        if (words.length) await sees(Object.fromEntries(words));
        return sends(address, asked);
    };
}"""
_NEAREST_LINE = """all => Math.min(...all.flatMap(one => {
    const card = one.closest(".say").getBoundingClientRect(), half = parseFloat(getComputedStyle(one).lineHeight) / 2;
    const words = document.createRange();
    words.selectNodeContents(one);
    return [...words.getClientRects()].map(line => (line.top + line.bottom) / 2)
        .flatMap(middle => [middle - half - card.top, card.bottom - middle - half]);
}))"""
"""How many pixels lie at least between a line of words and the rim of its card above or below."""
Tablets = Callable[..., ChildTablet]


def test_a_child_answers_in_hindi(tablet: ChildTablet, place: Place) -> None:
    tablet.begins("हिन्दी")
    assert tablet.page.locator("html").get_attribute("lang") == "hi"
    tablet.reads("इस हफ़्ते खाना कैसा था?")
    tablet.answers_and_goes_on("अच्छा")
    tablet.answers_and_goes_on("बहुत अच्छा")
    tablet.skips_the_rest()
    tablet.sends()
    tablet.is_thanked()
    assert place.sheets() == 1


def test_a_child_answers_in_arabic_from_right_to_left(tablet: ChildTablet, place: Place) -> None:
    tablet.begins("العربية")
    assert tablet.page.locator("html").get_attribute("dir") == "rtl"
    tablet.reads("كيف كان الطعام هذا الأسبوع؟")
    tiles = [tile.bounding_box() for tile in tablet.screen.locator("label.tile").all()[:2]]
    assert tiles[0]
    assert tiles[1]
    assert tiles[0]["x"] > tiles[1]["x"], "a scale runs from the right"
    corner = tablet.page.locator("[data-exit]").bounding_box()
    assert corner
    assert corner["x"] + corner["width"] / 2 > tablet.page.viewport_size["width"] / 2  # type: ignore[index]
    tablet.answers_and_goes_on("جيد جدًّا")
    tablet.skips_the_rest()
    tablet.sends()
    tablet.is_thanked()
    assert place.sheets() == 1


@pytest.mark.parametrize("language", breadth(["हिन्दी"], ["English", "العربية"]))
def test_each_screen_before_the_questions_fits_a_phone_without_scrolling(language: str, tablet: ChildTablet) -> None:
    """With the speaker shown too, no letter smaller than 20 px but under the first picture, and no words at a rim."""
    tablet.opens_the_survey(language)
    tablet.page.evaluate("document.querySelectorAll('.listen').forEach(one => { one.hidden = false; })")
    for _ in range(ASSENTS):
        assert tablet.scrolls_by() == 0, tablet.screen.get_attribute("aria-labelledby")
        assert tablet.smallest_letters(".say p, .lead, .tile > span") >= 20
        assert tablet.screen.locator(".say p").evaluate_all(_NEAREST_LINE) > 2, "words touch the rim of a card"
        tablet.goes_on()
    assert tablet.question


@pytest.mark.parametrize("language", breadth(["हिन्दी"], ["English", "العربية"]))
def test_each_question_fits_a_phone_without_scrolling(language: str, tablets: Tablets, house: House) -> None:
    """Of the longest starter, with up to six answers; only the letter box, with what is said before it, is longer."""
    tablet = tablets(settle(house, survey="daily-life-13-17"))
    tablet.begins(language)
    tablet.page.evaluate("document.querySelectorAll('.listen').forEach(one => { one.hidden = false; })")
    while asked := tablet.question:
        assert asked == "letter_box" or tablet.scrolls_by() == 0, asked
        tablet.skips()


def test_a_child_answers_without_javascript(tablets: Tablets, place: Place) -> None:
    tablet = tablets(place, java_script_enabled=False)
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.page.locator(f"nav a[href='{place.survey}']").click()
    page = tablet.page
    food = page.locator("[data-question=food]")
    food.locator("label.tile").filter(has_text="Very good").click()
    expect(page.locator("[data-question=play]")).to_be_visible()
    expect(page.locator("[data-go=next]").first).to_be_hidden()
    page.locator("[data-question=letter_box] textarea").fill("We would like a swing.")
    page.locator("[data-end] [data-go=send]").click()
    tablet.is_thanked()
    assert (place.sheets(), place.letters()) == (1, 1)


def test_a_follow_up_is_asked_only_of_whom_it_concerns(tablet: ChildTablet) -> None:
    tablet.begins()
    tablet.answers_and_goes_on("Very good")
    assert tablet.question == "sleep"
    tablet.goes_back()
    tablet.answers_and_goes_on("Very bad")
    assert tablet.question == "more_of"


def seen_fields(tablet: ChildTablet) -> dict[str, str | float | bool]:
    """What the page is about to send, by name, once it is sent; the browser says nothing of a form with files."""
    fields: dict[str, str | float | bool] = {}

    def sees(seen: dict[str, str | float | bool]) -> None:
        fields.update(seen)

    tablet.page.expose_function("sees", sees)
    tablet.page.evaluate(_SEES)
    return fields


def test_an_answer_to_a_follow_up_that_is_no_longer_asked_is_not_sent(tablet: ChildTablet) -> None:
    tablet.begins()
    tablet.answers_and_goes_on("Very bad")
    tablet.answers("Fruit, vegetables")
    tablet.goes_back()
    tablet.answers("Very good")
    tablet.goes_on()
    tablet.skips_the_rest()
    fields = seen_fields(tablet)
    tablet.sends()
    tablet.is_thanked()
    assert fields["a-food"] == "very_good"
    assert not any("more_of" in name for name in fields)


def test_skip_is_gone_once_something_is_chosen(tablet: ChildTablet) -> None:
    """It would undo what she tapped without a word."""
    tablet.begins()
    expect(tablet.screen.locator("[data-go=skip]")).to_be_visible()
    tablet.answers("Very good")
    expect(tablet.screen.locator("[data-go=skip]")).to_be_hidden()
    tablet.goes_on()
    assert tablet.question == "sleep"
    assert tablet.chosen() == ["very_good"]


def test_stop_asks_whether_to_send_or_to_throw_away(tablet: ChildTablet, place: Place) -> None:
    tablet.begins()
    tablet.answers("Good")
    tablet.stops()
    tablet.sends()
    tablet.is_thanked()
    assert place.sheets() == 1


def test_stop_before_any_answer_just_leaves(tablet: ChildTablet, place: Place) -> None:
    tablet.opens_the_survey()
    tablet.stops()
    tablet.is_at_the_first_screen()
    assert place.sheets() == 0


def test_what_is_thrown_away_leaves_nothing(tablet: ChildTablet, place: Place) -> None:
    tablet.begins()
    tablet.answers("Very bad")
    tablet.stops()
    tablet.throws_away()
    tablet.is_at_the_first_screen()
    assert (place.sheets(), place.letters()) == (0, 0)


def test_a_letter_reaches_the_letter_box(tablet: ChildTablet, place: Place) -> None:
    tablet.begins()
    tablet.skips_to("letter_box")
    tablet.goes_back()
    tablet.reads("Asha Example")
    tablet.goes_on()
    tablet.writes("The lamp on the stairs is broken.")
    tablet.goes_on()
    tablet.skips_the_rest()
    tablet.sends()
    tablet.is_thanked()
    assert (place.sheets(), place.letters()) == (1, 1)


def test_the_key_enter_never_sends(tablet: ChildTablet, place: Place) -> None:
    tablet.begins()
    tablet.answers("Good")
    tablet.screen.locator("input:checked").press("Enter")
    assert tablet.question == "food"
    tablet.skips_to("letter_box")
    tablet.screen.locator("input[type=checkbox]").press("Enter")
    tablet.page.wait_for_timeout(200)
    assert tablet.question == "letter_box"
    assert place.sheets() == 0


def test_two_children_after_each_other_count_as_two(tablet: ChildTablet, place: Place) -> None:
    for words in ("Very good", "Bad"):
        tablet.begins()
        assert tablet.chosen() == []
        tablet.answers(words)
        tablet.stops()
        tablet.sends()
        tablet.is_thanked()
        tablet.page.locator("footer a").click()
        tablet.is_at_the_first_screen()
    assert place.sheets() == 2


def test_the_same_sheet_again_counts_once(tablet: ChildTablet, place: Place) -> None:
    tablet.begins()
    tablet.answers("Good")
    tablet.stops()
    fields = seen_fields(tablet)
    tablet.sends()
    tablet.is_thanked()
    headers = {"Accept": "application/json"}
    again = tablet.page.request.post(place.url + place.survey, form=dict(fields), headers=headers)
    assert again.status == 201
    assert place.sheets() == 1


def test_answers_wait_kindly_while_the_house_is_down(tablet: ChildTablet, place: Place) -> None:
    tablet.begins()
    tablet.answers("Very good")
    tablet.stops()
    with tablet.while_the_house_is_down():
        tablet.sends()
        tablet.reads("The tablet cannot send yet.")
        assert tablet.chosen() == ["very_good"]
    tablet.screen.locator("[data-go=send]").click()
    tablet.is_thanked()
    assert place.sheets() == 1


def test_a_round_that_is_over_says_so_kindly(tablet: ChildTablet, place: Place) -> None:
    place.end_round()
    assert tablet.opens(place.survey).status == 410
    expect(tablet.page.locator("h1")).to_be_visible()
    expect(tablet.page.locator("[data-exit]")).to_be_visible()


def test_a_tablet_is_enrolled_by_its_code_and_a_wrong_code_is_refused(tablets: Tablets, place: Place) -> None:
    tablet = tablets(place, enrolled=False)
    assert tablet.opens(place.survey).status == 403
    tablet.opens("/enrol")
    tablet.page.locator("#code").fill("KITE-0000")
    tablet.page.locator("#connect button").click()
    tablet.reads("This code does not work.")
    tablet.is_enrolled()
    tablet.chooses_language("English")
    tablet.reads("Example House")
    other = tablets(place, enrolled=False)
    other.opens("/enrol")
    other.page.locator("#code").fill(place.code)
    other.page.locator("#connect button").click()
    other.reads("This code does not work.")
