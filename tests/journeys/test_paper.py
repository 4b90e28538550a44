"""What is printed, as Chromium prints it: how many sheets, and whether what is full prints full.

Duties: CHILD-UX.md (paper), DESIGN.md 5 (families without mail).
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect
from sqlalchemy import update

from tests.journeys.support import browsers
from tests.journeys.support.navigators import StaffDesk
from tests.journeys.support.page_list import ExampleHouse
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.support import papers
from tests.support.long_tests import breadth
from youthvoice import db
from youthvoice.sites import service_directory
from youthvoice.surveys.models import RoundRow

pytestmark = pytest.mark.journey
Desks = Callable[[Place, str], StaffDesk]
_SHEET = re.compile(rb"/Type\s*/Page(?![a-zA-Z])")


def sheets(page: Page) -> int:
    """How many A4 sheets come out of the printer; Chromium writes one object for each, not compressed."""
    return len(_SHEET.findall(page.pdf(prefer_css_page_size=True)))


def shown_on_paper(page: Page, *where: str) -> list[str]:
    """Which of these can be seen on paper."""
    page.emulate_media(media="print")
    seen = [one for one in where if page.locator(one).locator("visible=true").count()]
    page.emulate_media(media="null")
    return seen


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_the_view_of_a_guardian_prints_on_one_sheet(language: str, example: ExampleHouse, browser: Browser) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{example.url}{example.view}/in/{language}")
    assert page.locator("[data-print]").is_visible()
    assert shown_on_paper(page, "[data-print]", "nav", "h1") == ["h1"]
    assert sheets(page) == 1
    browsers.close(page.context)


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_a_view_for_a_review_prints_on_two_sheets_at_most_with_its_bands_filled(
    language: str, example: ExampleHouse, browser: Browser
) -> None:
    context = example.adult(browser, "asha", language)
    page = context.new_page()
    page.goto(f"{example.url}/staff/publications/")
    page.locator("main a[href^='/staff/publications/'] b").nth(1).click()  # one that is not in parts, with dots
    path = page.url.split("/in/")[0]
    page.goto(f"{path}/review/print/{language}")
    assert page.locator("html").get_attribute("lang") == language
    assert sheets(page) <= 2, "every row of it, and whose voice is missing"
    page.goto(f"{path}/review/in/{language}")
    page.emulate_media(media="print")
    adjust = page.locator(".tenth > i").first.evaluate("one => getComputedStyle(one).printColorAdjust")
    assert adjust == "exact", "a full dot prints empty"
    assert shown_on_paper(page, ".side", ".desk nav", ".desk .button", ".desk h1", ".tenth") == [".desk h1", ".tenth"]
    browsers.close(context)


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_the_pdf_of_a_view_is_one_tagged_sheet_that_the_work_process_made(
    language: str, example: ExampleHouse, browser: Browser
) -> None:
    """The way of a coordinator: the page of the view, its link, a moment, the paper; then it is looked at."""
    papers.need_font(language)
    context = example.adult(browser, "tomas", language)
    page = context.new_page()
    page.goto(f"{example.url}/staff/publications/")
    page.locator("main a[href^='/staff/publications/'] b").first.click()
    link = page.locator(f"a[href$='/paper/{language}']").first.get_attribute("href")
    for _nth in range(60):
        answer = context.request.get(f"{example.url}{link}")
        if answer.status != 202:
            break
        page.wait_for_timeout(1000)
    assert answer.headers["content-type"] == "application/pdf", answer.text()[:500]
    pdf = answer.body()
    assert papers.facts_of(pdf)["Pages"] == "1"
    assert papers.facts_of(pdf)["Tagged"] == "yes"
    assert papers.overlaps(papers.words_of(pdf)) == []
    (image,) = papers.images_of(pdf)
    assert image.margins_are_white()
    assert 0.03 < image.ink() < 0.4
    browsers.close(context)


def test_a_reviewer_prints_the_pack_in_arabic_after_opening_her_words(example: ExampleHouse, browser: Browser) -> None:
    """Her words first and in their own letters, on a paper that comes while she waits and is kept nowhere."""
    papers.need_font("ar")
    context = example.adult(browser, "reva", "ar")
    page = context.new_page()
    page.goto(f"{example.url}/staff/reviews/")
    page.locator("main table a:has-text('K-17')").first.click()
    assert page.locator("form[action$='/print']").count() == 0, "not before she has opened them"
    page.locator("form[action$='/open'] button").click()
    expect(page.locator("blockquote").last).to_contain_text("grandmother")
    papers_given: list[APIResponse] = []

    def give(route: Route) -> None:  # what a browser's own viewer shows nobody else can read
        papers_given.append(route.fetch())
        route.fulfill(body="printed")

    context.route("**/print", give)
    with page.expect_popup() as opened:
        page.locator("form[action$='/print'] button").click()
    opened.value.get_by_text("printed").wait_for()
    (given,) = papers_given
    assert given.headers["content-disposition"] == 'inline; filename="review.pdf"', "no case number in a list of files"
    pdf = given.body()
    assert b"/Lang(ar)" in pdf
    assert papers.facts_of(pdf)["Tagged"] == "yes"
    words = papers.words_of(pdf)
    said = next(word for word in words if word.text == "grandmother")
    decided = next(word for word in words if word.text == "Lata")
    assert (said.page, said.top) < (decided.page, decided.top)
    assert papers.overlaps(words) == []
    assert all(image.margins_are_white() for image in papers.images_of(pdf))
    browsers.close(context)


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_the_services_of_one_site_print_on_one_sheet_without_a_button(
    language: str, example: ExampleHouse, browser: Browser
) -> None:
    with example.house.app.app_context(), db.writing(db.engine()) as session:
        if not service_directory.list_services(session, [1]):
            for nth in range(12):
                given = {"name": f"Example Clinic {nth}", "kind": "health", "phone": "0800 555 011"}
                service_directory.add_service(
                    session, 1, {**given, "address": "Behind the bus stand", "languages": ["hi", "en"]}
                )
    context = example.adult(browser, "tomas", language)
    page = context.new_page()
    page.goto(f"{example.url}/staff/services/site/1/print")
    assert shown_on_paper(page, ".side", "form", ".up", ".button", ".empty", "h1", "td") == ["h1", "td"]
    assert "Example House" in page.locator("h1").inner_text()
    assert sheets(page) == 1
    browsers.close(context)


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_eight_cards_for_families_print_on_one_sheet(language: str, example: ExampleHouse, browser: Browser) -> None:
    context = example.adult(browser, "tomas", "en")
    page = context.new_page()
    page.goto(f"{example.url}/staff/sites/1/card/{language}")
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator(".slip").count() == 8
    assert sheets(page) == 1
    browsers.close(context)


@pytest.mark.parametrize(("number", "invited"), breadth([(24, 90)], [(24, 24), (30, 30)]))
def test_slips_for_a_class_print_on_one_sheet(number: int, invited: int, house: House, desks: Desks) -> None:
    place = settle(house)
    assert place.round
    with house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(update(RoundRow).where(RoundRow.id == place.round.id).values(slips=True, invited=invited))
    lata = desks(place, "lata")
    lata.opens(f"/staff/rounds/{place.round.slug}/slips")
    lata.fills(number=str(number))
    lata.presses("Print the slips")
    lata.reads("Print this page now.")
    assert lata.page.locator("li.slip").count() == number
    assert sheets(lata.page) == 1


def test_the_pair_of_the_example_says_what_changed_on_the_sheet_and_the_pdf_of_families_in_hindi(
    example: ExampleHouse, browser: Browser
) -> None:
    """A6: seventeen more of twenty-five know it, and every page said that nobody can tell."""
    papers.need_font("hi")
    context = example.adult(browser, "asha", "en")
    page = context.new_page()
    page.goto(f"{example.url}/staff/publications/")
    page.locator("main a[href^='/staff/publications/']", has_text="Children's rights").first.click()
    path = page.url.split("/in/")[0]
    page.goto(f"{path}/in/hi")
    said = "अब पहले से ज़्यादा बच्चे कहते हैं कि हर बच्चे के अधिकार हैं।"
    assert page.locator(".first").inner_text() == said
    assert page.locator(".finding .change", has_text="पहले से ज़्यादा").count() >= 7
    for _nth in range(60):
        answer = context.request.get(f"{path}/paper/hi")
        if answer.status != 202:
            break
        page.wait_for_timeout(1000)
    assert said in papers.text_of(answer.body()).replace("\n", " ")
    browsers.close(context)
