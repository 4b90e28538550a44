"""A passkey in a real browser with a key of software: added, signed in with, taken away."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.server import House, free_port, running_house
from tests.support.long_tests import breadth
from tests.support.people import PASSWORD, make_person, make_site
from youthvoice import db

pytestmark = pytest.mark.journey

_PICTURES = os.environ.get("PICTURES_OF_KEYS", "")  # a folder for pictures of each step; empty for none


@pytest.fixture(scope="module")
def reachable(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house at a name: browsers offer no keys at a number such as 127.0.0.1."""
    port = str(free_port())
    with running_house(
        tmp_path_factory.mktemp("keys"), YOUTHVOICE_PORT=port, YOUTHVOICE_URL=f"http://localhost:{port}"
    ) as house:
        yield house


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser with a key of this computer, which says yes whenever it is asked."""
    width, height = browsers.DESK
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(browsers.PATIENCE)
    watch = Watch(context)
    page = context.new_page()
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield page
    browsers.close(context)
    watch.check()


def _look(page: Page, language: str, step: str) -> None:
    if _PICTURES:
        page.screenshot(path=Path(_PICTURES) / f"{step}-{language}.png", full_page=True)


def _sign_in(page: Page, house: House, handle: str, language: str) -> None:
    page.goto(f"{house.url}/staff/sign-in")
    page.locator("[name=handle]").fill(handle)
    page.locator("[name=password]").fill(PASSWORD)
    _look(page, language, "sign-in")
    page.locator("main form button").click()


@pytest.mark.parametrize("language", breadth(["en"], ["hi", "ar"]))
def test_she_adds_a_key_signs_in_by_it_and_takes_it_away(reachable: House, page: Page, language: str) -> None:
    handle = f"asha-{language}"
    with reachable.app.app_context(), db.writing(db.engine()) as session:
        site = make_site(session, f"site-{language}")
        make_person(session, "advocate", site.id, handle=handle, name="Asha Rao", language=language)
    page.context.set_extra_http_headers({"Accept-Language": language})  # of the pages before somebody is signed in
    _sign_in(page, reachable, handle, language)
    page.goto(f"{reachable.url}/staff/me")
    page.locator('a[href="/staff/me/keys"]').click()
    _look(page, language, "keys-none")
    page.locator("[name=name]").fill("My telephone")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    expect(page.locator("[data-touch]")).to_be_focused()
    _look(page, language, "add")
    page.keyboard.press("Enter")
    expect(page.locator(".recovery li")).to_have_count(10)
    _look(page, language, "recovery")
    page.goto(f"{reachable.url}/staff/me/keys")
    expect(page.locator("tbody tr")).to_have_count(1)
    _look(page, language, "keys-one")

    page.goto(f"{reachable.url}/staff/me")
    _look(page, language, "me")
    page.locator("aside form button").click()
    _sign_in(page, reachable, handle, language)
    expect(page.locator("[data-touch]")).to_be_focused()
    _look(page, language, "touch")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{reachable.url}/staff/")

    page.goto(f"{reachable.url}/staff/me/keys")
    page.locator("tbody a").click()
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[data-touch]").press("Enter")
    expect(page.locator("[data-said]")).to_have_text(re.compile(r"\S"))
    _look(page, language, "remove")
    page.locator("form.confirm button[type=submit]").click()
    expect(page.locator("tbody tr")).to_have_count(0)
    _look(page, language, "removed")
    page.locator("aside form button").click()
    _sign_in(page, reachable, handle, language)
    expect(page).to_have_url(f"{reachable.url}/staff/")
