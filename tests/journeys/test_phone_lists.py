"""A list of staff on a phone begins with what waits and ends within three screens of a thumb."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.support import browsers
from tests.journeys.support.page_list import ExampleHouse
from tests.support.long_tests import breadth, long_test

pytestmark = pytest.mark.journey

PHONE = {"width": 390, "height": 844}
LONGEST = 2800  # sixteen questionnaires on the shelf and what a house keeps of them: 2,751
LISTS = {
    "tomas": (
        "answers/", "questionnaires/", "rounds/", "reviews/", "people", "addresses/", "subscriptions/", "committees/",
        "publications/", "services/", "tablets", "choices/",
    ),
    "asha": ("", "answers/", "questionnaires/", "reports/", "letters/", "suggestions/", "rota/", "people"),
    "lata": ("answers/", "rounds/", "committees/"),
    "reva": ("answers/", "reviews/"),
}  # fmt: skip


@long_test("WALKED")
@pytest.mark.parametrize("handle", breadth(["tomas"], ["asha", "lata", "reva"]))
def test_a_list_is_at_most_2800_pixels_long_on_a_phone(handle: str, example: ExampleHouse, browser: Browser) -> None:
    """They were up to 5,000: each value had a line for its name, and what is done stood as long as what waits."""
    context = example.adult(browser, handle, viewport=PHONE)
    page, heights = context.new_page(), {}
    for name in LISTS[handle]:
        page.goto(f"{example.url}/staff/{name}")
        heights[name] = page.evaluate("document.documentElement.scrollHeight")
    browsers.close(context)
    assert not {name: height for name, height in heights.items() if height > LONGEST}


@long_test("WALKED")
def test_each_value_stands_beside_its_name_and_what_is_done_is_folded(example: ExampleHouse, browser: Browser) -> None:
    context = example.adult(browser, "lata", viewport=PHONE)
    page = context.new_page()
    page.goto(f"{example.url}/staff/answers/")
    cell = page.locator("td[data-head='Site']").first
    assert cell.bounding_box()["height"] < 36  # type: ignore[index] # one line: its name was above it
    assert page.locator("section[aria-labelledby=answered] > table tbody tr").count() == 3
    folded = page.locator("section[aria-labelledby=answered] details")
    assert not folded.locator("table").is_visible()
    folded.locator("summary").click()
    assert folded.locator("table").is_visible()
    browsers.close(context)


CUT_OFF = """() => [...document.querySelectorAll(".list td")].filter(cell => {
    const list = cell.closest(".list").getBoundingClientRect(), words = document.createRange();
    words.selectNodeContents(cell);
    return [...words.getClientRects()].some(one => one.left < list.left || one.right > list.right);
}).map(cell => cell.innerText)"""


@long_test("WALKED")
@pytest.mark.parametrize("language", breadth(["ar"], ["en"]))
def test_nothing_is_cut_off_at_the_edge_of_a_list(language: str, example: ExampleHouse, browser: Browser) -> None:
    """A list hides what juts out: in Arabic the site on *To do* lost its last letters."""
    context, cut_off = example.adult(browser, "tomas", language, viewport=PHONE), {}
    page = context.new_page()
    for name in ("", "log/", *LISTS["tomas"]):
        page.goto(f"{example.url}/staff/{name}")
        if words := page.evaluate(CUT_OFF):
            cut_off[name] = words
    browsers.close(context)
    example.speak("tomas", "en")
    assert not cut_off


@long_test("WALKED")
def test_a_heading_keeps_its_distance_from_the_sentence_above_it(example: ExampleHouse, browser: Browser) -> None:
    context = example.adult(browser, "tomas", viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{example.url}/staff/tablets")
    words, heading = (page.locator(one).first.bounding_box() for one in ("main > p.hint", "main h2"))
    assert words
    assert heading
    assert heading["y"] - (words["y"] + words["height"]) >= 16
    browsers.close(context)
