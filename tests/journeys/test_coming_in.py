"""A new advocate comes in: invited, with a password of her own, compared by two, with codes on her telephone."""

import re
import time
from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.support import browsers
from tests.journeys.support.console_guard import Watch
from tests.journeys.support.navigators import StaffDesk
from tests.journeys.support.sites import Place
from tests.support.long_tests import long_test

pytestmark = pytest.mark.journey
HERS = "seven green boats at noon"


@pytest.fixture
def telephone(browser: Browser) -> Iterator[Page]:
    """The newcomer's own telephone."""
    width, height = browsers.PHONE
    context = browser.new_context(viewport={"width": width, "height": height})
    context.set_default_timeout(5000)
    watch = Watch(context)
    yield context.new_page()
    browsers.close(context)
    watch.check()


def _pictures(page: Page) -> list[str]:
    return page.locator(".keypictures li").all_inner_texts()


def _sign_in(page: Page, place: Place, handle: str, code: str = "") -> None:
    page.goto(f"{place.url}/staff/sign-in")
    page.locator("[name=handle]").fill(handle)
    page.locator("[name=password]").fill(HERS)
    page.locator("[name=code]").fill(code)
    page.locator("main form button").click()


@long_test("WALKED")
def test_a_new_advocate_comes_in(place: Place, desks: Callable[[Place, str], StaffDesk], telephone: Page) -> None:
    asha, ravi = desks(place, "asha"), desks(place, "ravi")
    asha.opens("/staff/people")
    asha.presses("Invite somebody")
    asha.fills(name="Noor Example")
    asha.chooses("role", "Child advocate")
    asha.continues()
    link = asha.page.locator(".link").inner_text()
    handle = f"noor-{place.site_id}"

    telephone.goto(link)
    telephone.locator("[name=handle]").fill(handle)
    for word in ("Noor Example 2026", HERS):  # the first is refused: it is her own name
        telephone.locator("[name=new]").fill(word)
        telephone.locator("[name=again]").fill(word)
        telephone.locator("main form button").click()
    expect(telephone.get_by_text("Your account is there.")).to_be_visible()
    assert (answer := telephone.goto(link))
    assert answer.status == 410
    _sign_in(telephone, place, handle)
    telephone.get_by_role("link", name="Your key").click()
    hers = _pictures(telephone)
    assert len(hers) == 8

    for colleague in (asha, ravi):
        colleague.opens("/staff/")
        colleague.presses("Noor Example")
        assert _pictures(colleague.page) == hers
        colleague.ticks("same")
        colleague.presses("They are the same")
    ravi.reads("All of you are told.")
    asha.opens("/staff/")
    asha.reads("Know that words will be sealed to this key from that day")

    secret, code = _sets_up_codes(telephone, place)
    telephone.get_by_role("link", name="I have written them down").click()
    telephone.get_by_role("button", name="Sign out everywhere").click()
    expect(telephone).to_have_url(re.compile("/staff/sign-in"))
    _sign_in(telephone, place, handle, code)
    expect(telephone.get_by_text("There is a problem")).to_be_visible()  # a code works once
    _sign_in(telephone, place, handle, _next(secret, code))
    expect(telephone).to_have_url(f"{place.url}/staff/")


def _sets_up_codes(telephone: Page, place: Place) -> tuple[str, str]:
    """With the secret of the square; gives it, and the code that was spent."""
    telephone.goto(f"{place.url}/staff/me/codes")
    secret = telephone.locator(".link").inner_text()
    code = str(pyotp.TOTP(secret).now())
    telephone.locator("[name=password]").fill(HERS)
    telephone.locator("[name=code]").fill(code)
    telephone.locator("main form button").first.click()
    expect(telephone.locator(".recovery li")).to_have_count(10)
    return secret, code


def _next(secret: str, code: str) -> str:
    """The code of the next half minute: the house takes one that is early by so much."""
    ahead = str(pyotp.TOTP(secret).at(time.time() + 30))
    return ahead if ahead != code else str(pyotp.TOTP(secret).now())
