"""No colour means good or bad: a scale is one blue from light to deep, and a chosen one has a tick (CHILD-UX)."""

import colorsys
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.support.browsers import PHONE, TABLET
from tests.journeys.support.navigators import ChildTablet
from tests.journeys.test_what_a_screen_holds import LOW

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]


def paper(tile: Locator) -> tuple[float, float]:
    """Hue in degrees and lightness from 0 to 1 of a tile."""
    said = tile.evaluate("one => getComputedStyle(one).backgroundColor")
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", said)[:3])
    hue, light, _saturation = colorsys.rgb_to_hls(red, green, blue)
    return 360 * hue, light


def test_a_scale_is_one_hue_from_light_to_deep_low_to_high(tablet: ChildTablet) -> None:
    tablet.begins()
    tiles = tablet.screen.locator(".hue > label:not(.wide)")
    expect(tiles).to_have_count(4)
    papers = [paper(one) for one in tiles.all()]
    assert all(195 <= hue <= 215 for hue, _light in papers), papers
    assert [light for _hue, light in papers] == sorted((light for _hue, light in papers), reverse=True)
    tablet.answers("Very good")
    assert 195 <= paper(tiles.nth(3))[0] <= 215, "chosen it stays blue"


def test_a_chosen_no_has_a_tick_and_no_cross(tablet: ChildTablet) -> None:
    tablet.opens("/tell")
    tablet.goes_on()
    tablet.goes_on_to("topic")
    tablet.screen.locator("label").first.click()
    tablet.goes_on_to("danger")
    papers = [paper(tablet.screen.locator("label").filter(has_text=words).first) for words in ("Yes", "No")]
    assert 195 <= papers[0][0] <= 215
    assert papers[0] == papers[1], "neither weighs more"
    tablet.answers("No")
    chosen = tablet.screen.locator("label:has(:checked)")
    expect(chosen.locator(".tick")).to_be_visible()
    drawn = chosen.locator("use").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert set(drawn) == {"#s-square", "#o-no", "#m-tick"}
    cross = tablet.page.evaluate("document.querySelector('#o-no').innerHTML")
    assert "circle" in cross, "somebody whose arms are crossed"
    for width, height in (PHONE, TABLET, LOW):
        tablet.page.set_viewport_size({"width": width, "height": height})
        over = tablet.screen.locator(".pair > label").evaluate_all(
            "all => all.map(one => one.scrollHeight - one.clientHeight)"
        )
        assert max(over) <= 0, f"its word is on its tile at {width} by {height}"
