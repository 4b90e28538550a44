"""Who asks the tablet for more contrast has it: words, rims and states 7:1 at least, told apart by shapes (rule 8)."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.journeys.support.browsers import PHONE, TABLET
from tests.journeys.support.navigators import ChildTablet
from tests.journeys.support.sites import Place
from tests.journeys.test_what_a_screen_holds import LOW, goes_on_or_needs_nobody, held, hidden
from tests.support.long_tests import breadth, long_test

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
PICTURES: Final = os.environ.get("CONTRAST_PICTURES", "")
"""A folder for pictures of every screen, for people to look at."""

MODES: Final = {
    "contrast": {"contrast": "more"},
    "forced": {"forced_colors": "active"},
    "forced-dark": {"forced_colors": "active", "color_scheme": "dark"},
}
"""What a tablet may be asked for, by a name for pictures: more contrast, or colours of its own."""

PAGES: Final = ("/", "/help", "/rights", "/we-did", "/agenda", "/mine", "/see", "/open", "/reply", "/plan")
WEAK: Final = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const rgba = (...colours) => {   // each laid over those before it
        canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) {
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = (colour) => [0.2126, 0.7152, 0.0722].reduce((sum, share, nth) => {
        const part = rgba(colour)[nth] / 255;
        return sum + share * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    }, 0);
    const ratio = (one, other) => (Math.max(light(one), light(other)) + 0.05) / (Math.min(light(one), light(other)) + 0.05);
    const ground = (node) => {
        for (let at = node; at; at = at.parentElement) {
            const { backgroundColor } = getComputedStyle(at);
            if (rgba(backgroundColor)[3] === 255) return backgroundColor;
        }
        return "Canvas";
    };
    const seen = [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && !one.closest("svg *") && !one.matches(".hidden, .past") && one.getBoundingClientRect().width > 1);
    const name = (one) => `${one.tagName}.${one.getAttribute("class") ?? ""} "${one.textContent.trim().slice(0, 30)}"`;
    const rims = (one) => {
        const style = getComputedStyle(one), found = [];
        for (const side of ["top", "right", "bottom", "left"]) {
            if (parseFloat(style[`border-${side}-width`]) && style[`border-${side}-style`] !== "none") found.push(style[`border-${side}-color`]);
        }
        if (parseFloat(style.outlineWidth) && style.outlineStyle !== "none") found.push(style.outlineColor);
        const laid = found.map((colour) => `rgb(${rgba(ground(one), colour).slice(0, 3).join(", ")})`);
        return laid.filter((colour) => colour !== ground(one));   // one of its ground's colour is none
    };
    const found = [], lowest = { words: 21, rims: 21 };
    const judge = (kind, value, one) => {
        lowest[kind] = Math.min(lowest[kind], value);
        if (value < 7) found.push(`${kind} ${value.toFixed(2)} ${name(one)}`);
    };
    for (const one of seen) {
        const style = getComputedStyle(one), inside = ground(one), outside = one.parentElement ? ground(one.parentElement) : "Canvas";
        const says = [...one.childNodes].some((part) => part.nodeType === Node.TEXT_NODE && part.data.trim());
        if (says || one.matches("svg.mark")) judge("words", ratio(style.color, inside), one);
        for (let at = one; says && at; at = at.parentElement) {
            if (Number(getComputedStyle(at).opacity) < 1) found.push(`pale ${name(one)}`);
        }
        for (const rim of rims(one)) judge("rims", Math.max(ratio(rim, inside), ratio(rim, outside)), one);
        const control = one.matches(".tile, .move, .listen, .call, .say, .strip, .words, .item, .answer, .message, .exit, .language, .language button, .metoo, .greet, summary.folded");
        if (control && !rims(one).length && ratio(inside, outside) < 7) found.push(`no edge ${name(one)}`);
    }
    for (const one of document.querySelectorAll(".bead")) {
        if (one.checkVisibility()) judge("rims", ratio(getComputedStyle(one, "::before").borderTopColor, ground(one)), one);
    }
    return [found, lowest.words, lowest.rims];
}"""  # noqa: E501 - one thought a line
"""What of the screen is weaker than 7:1, or has no edge; and the lowest ratios of its words and of its rims."""


def weak(tablet: ChildTablet, name: str) -> list[str]:
    """What of the screen is too weak; keeps its picture where somebody wants to look."""
    tablet.page.wait_for_timeout(50)  # a press settles
    if PICTURES:
        tablet.page.screenshot(path=Path(PICTURES, f"{name}.png"))
    found, words, rims = tablet.page.evaluate(WEAK)
    if PICTURES:
        with Path(PICTURES, "ratios.txt").open("a", encoding="utf-8") as file:
            file.write(f"{name} words {words:.2f} rims {rims:.2f}\n")
    return [f"{name}: {one}" for one in found]


def asks_for(tablet: ChildTablet, mode: str) -> None:
    """The tablet's settings ask for it; pages follow at once."""
    tablet.page.emulate_media(**MODES[mode])  # type: ignore[arg-type]


@long_test("WALKED")
@pytest.mark.parametrize(
    ("mode", "size", "language"),
    breadth(
        [("contrast", PHONE, "en")],
        [("forced-dark", PHONE, "en"), ("contrast", TABLET, "hi"), ("forced", PHONE, "ar"), ("forced", LOW, "hi")],
    ),
    ids=str,
)
def test_every_word_and_rim_is_seven_to_one(
    tablets: Tablets, place: Place, mode: str, size: tuple[int, int], language: str
) -> None:
    tablet = held(tablets, size, place, language)
    asks_for(tablet, mode)
    found, look = [], f"{mode}-{size[0]}-{language}"
    for path in PAGES:
        tablet.opens(path)
        found += weak(tablet, f"{look}-{path.strip('/') or 'front'}")
    tablet.opens("/tell")
    for nth in range(30):
        if tablet.question in {"company", "topic", "danger", "come", "readers"}:
            tablet.screen.locator("label").first.click()
        found += [*weak(tablet, f"{look}-tell-{nth:02}"), *hidden(tablet)]
        if tablet.screen.get_attribute("data-end") is not None:
            break
        goes_on_or_needs_nobody(tablet)
    tablet.opens(place.survey)
    for nth in range(6):
        if nth > 3:
            tablet.screen.locator("label").first.click()
        found += weak(tablet, f"{look}-survey-{nth}")
        tablet.goes_on()
    tablet.opens("/language")  # it forgets which was chosen
    found += weak(tablet, f"{look}-language")
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("mode", breadth(["forced"], ["contrast", "forced-dark"]))
def test_chosen_said_and_left_out_are_three_shapes(tablets: Tablets, place: Place, mode: str) -> None:
    """Seen by whoever sees no colours: a rim with a tick, two rings, dashes with a cross."""
    tablet = held(tablets, PHONE, place, "en")
    asks_for(tablet, mode)
    shape = """one => { const style = getComputedStyle(one), tick = one.querySelector(".tick");
        return [style.borderTopStyle, style.outlineStyle, Boolean(tick?.checkVisibility() && tick.querySelector("use").href.baseVal.includes("tick"))]; }"""  # noqa: E501
    tablet.opens("/tell")
    tablet.skips_to("topic")
    tiles = tablet.screen.locator("label")
    assert tiles.first.evaluate(shape) == ["solid", "none", False]
    tiles.first.click()
    assert tiles.first.evaluate(shape) == ["solid", "solid", True]
    tiles.nth(1).evaluate("one => one.classList.add('said')")
    assert tiles.nth(1).evaluate(shape) == ["solid", "double", False]
    tablet.skips_to("readers")
    readers = tablet.screen.locator("label.reader")
    readers.first.click()
    assert readers.first.evaluate(shape) == ["dashed", "none", False]
    assert readers.nth(1).evaluate(shape) == ["solid", "none", False]
    while tablet.screen.get_attribute("data-end") is None:
        if tablet.question == "come":
            tablet.screen.locator("label").first.click()
        goes_on_or_needs_nobody(tablet)
    rows = tablet.screen.locator(".rows > [data-reader]")
    rim = "one => { const style = getComputedStyle(one); return style.borderTopStyle + ' ' + style.borderTopColor; }"
    left_out, others = rows.first.evaluate(rim), rows.nth(1).evaluate(rim)
    assert left_out != others, "only whoever cannot see it has dashes"
    assert rows.first.locator(".head > .mark").is_visible()
