"""The menu of staff pages leaves the first screen to what the page is about, on a phone and at 200 % zoom."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.support import browsers
from tests.journeys.support.page_list import ExampleHouse
from tests.support.long_tests import breadth

pytestmark = pytest.mark.journey
ZOOMED = (640, 400)  # a desk of 1280 x 800 at 200 %


@pytest.mark.parametrize(
    ("size", "language"),
    breadth(
        [(browsers.PHONE, "ar"), (ZOOMED, "hi")],
        [(browsers.PHONE, "en"), (browsers.PHONE, "hi"), (ZOOMED, "en"), (ZOOMED, "ar")],
    ),
    ids=str,
)
def test_what_the_page_is_about_starts_within_the_first_screen(
    language: str, size: tuple[int, int], example: ExampleHouse, browser: Browser
) -> None:
    context = example.adult(browser, "asha", language, viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.goto(f"{example.url}/staff/")
    box = page.locator("h1").bounding_box()
    assert box
    assert box["y"] + box["height"] < size[1] / 2
    reports = page.locator(".side a[href='/staff/reports/']")
    assert not reports.is_visible()
    page.locator("#unfold").focus()
    page.keyboard.press("Space")
    expect(reports).to_be_visible()
    page.keyboard.press("Space")
    expect(reports).to_be_hidden()
    browsers.close(context)


def test_it_unfolds_without_a_script(example: ExampleHouse, browser: Browser) -> None:
    width, height = browsers.PHONE
    signed_in = example.adult(browser, "asha")
    plain = browser.new_context(
        storage_state=signed_in.storage_state(), java_script_enabled=False, viewport={"width": width, "height": height}
    )
    page = plain.new_page()
    page.goto(f"{example.url}/staff/")
    page.locator("#unfold").check()
    page.locator(".side a[href='/staff/reports/']").click()
    page.wait_for_url("**/staff/reports/")
    browsers.close(plain)
    browsers.close(signed_in)


@pytest.mark.parametrize("handle", ["asha", "tomas"])
def test_at_a_desk_no_line_of_the_menu_scrolls_under_the_name(
    handle: str, example: ExampleHouse, browser: Browser
) -> None:
    context = example.adult(browser, handle, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{example.url}/staff/")
    hidden = page.locator(".side nav").evaluate("one => one.scrollHeight - one.clientHeight")
    assert hidden <= 0
    assert page.locator("#unfold").is_hidden()
    browsers.close(context)
