"""A coordinator signs for a language, a child chooses it; she withdraws it, and the child is asked again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.sites import Place
from tests.support.long_tests import long_test

pytestmark = pytest.mark.journey


@long_test("WALKED")
def test_a_language_comes_with_a_signature_and_goes_when_it_is_withdrawn(
    tablets: Callable[..., ChildTablet], desks: Callable[..., StaffDesk], place: Place
) -> None:
    tablet, desk = tablets(place), desks(place, "tomas")
    tablet.opens("/language")
    hindi, dutch = (tablet.page.get_by_role("link", name=name) for name in ("हिन्दी", "Nederlands"))
    expect(hindi).to_be_visible()
    expect(dutch).to_have_count(0)
    desk.opens("/staff/languages/")
    desk.page.locator(f'a[href="/staff/languages/{place.site_id}/nl"]').click()
    desk.page.get_by_label("Nobody has read them. I take it on me for this site.").check()
    desk.presses("Sign and offer it to children")
    tablet.opens("/language")
    dutch.click()
    expect(tablet.page.locator("html")).to_have_attribute("lang", "nl")
    desk.opens(f"/staff/languages/{place.site_id}/nl/withdraw")
    desk.presses("Withdraw it")
    tablet.opens("/")
    expect(hindi).to_be_visible()
    expect(dutch).to_have_count(0)
