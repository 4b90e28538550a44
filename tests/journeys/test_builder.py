"""A coordinator makes a questionnaire in the browser, with the child's screen beside it; a child answers it.

Duties: DESIGN.md 5 (a survey). Once without JavaScript, as every form of ours.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Playwright, expect

from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.journeys.support.village_tablet import village_tablet
from tests.journeys.test_from_form_to_guardian import opens_a_round
from tests.journeys.test_offline import goes_to, is_saved, without_network
from tests.support.long_tests import breadth, long_test

pytestmark = pytest.mark.journey
Desks = Callable[..., StaffDesk]
Tablets = Callable[..., ChildTablet]


@pytest.fixture
def home(house: House) -> Place:
    """A site where nothing is open yet."""
    return settle(house, survey=None)


def begins(desk: StaffDesk, title: str) -> None:
    """A new questionnaire in English and Hindi."""
    desk.opens("/staff/questionnaires/")
    desk.presses("Make a questionnaire")
    desk.fills(title=title)
    desk.page.get_by_label("हिन्दी").check()
    desk.presses("Begin")


def adds(desk: StaffDesk, kind: str, english: str, hindi: str) -> None:
    """A question with its words."""
    desk.chooses("kind", kind)
    desk.presses("Add it")
    desk.fills(text_en=english, text_hi=hindi)


def chooses_a_picture(desk: StaffDesk) -> None:
    """From the shelf, with keys alone: what the box says then is what its picture is called."""
    page = desk.page
    page.get_by_role("button", name="Choose a picture").last.press("Enter")
    page.get_by_role("link", name="Food and drink").press("Enter")
    expect(page.get_by_role("button", name="noodle soup")).to_be_visible()
    page.get_by_label("Part of a name").fill("gree")
    expect(page.get_by_role("button", name="noodle soup")).to_have_count(0)
    page.get_by_role("button", name="leafy greens").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="green circle")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    box = page.locator("[name=answer_3_picture]")
    expect(box).to_be_focused()
    expect(box).to_have_value("leafy greens")
    expect(page.locator("[data-shown]").last.locator("use")).to_have_attribute("href", re.compile("shelf-food"))
    box.fill("")


def builds(desk: StaffDesk, title: str, *, scripts: bool) -> str:
    """Two questions, a title in both languages; finished. Gives the path of its page."""
    begins(desk, title)
    adds(desk, "Faces", "How is the garden?", "बगीचा कैसा है?")
    desk.fills(picture="seedling")
    desk.presses("Save and look")
    expect(desk.page.frame_locator("iframe").locator("label.tile").filter(has_text="Very good")).to_be_visible()
    desk.page.get_by_role("link", name="हिन्दी").click()
    expect(desk.page.frame_locator("iframe").get_by_text("बगीचा कैसा है?").first).to_be_visible()
    desk.presses("Save, to the list")
    adds(desk, "Choose one", "What grows best?", "सबसे अच्छा क्या उगता है?")
    desk.fills(answer_0_en="Tomatoes", answer_0_hi="टमाटर", answer_0_picture="tomato")
    desk.fills(answer_1_en="Carrots", answer_1_hi="गाजर", answer_1_picture="carot")
    desk.presses("Save and look")
    desk.reads("There is no picture “carot” in OpenMoji. Did you mean “carrot”?")
    desk.fills(answer_1_picture="carrot")
    if scripts:
        chooses_a_picture(desk)
    desk.presses("Save, to the list")
    desk.presses("Finish it")
    desk.reads("Title: no words yet in Hindi.")
    desk.fills(title_hi="हमारा बगीचा")
    desk.presses("Save")
    desk.presses("Finish it")
    desk.reads("is kept as version")
    return desk.page.url.removeprefix(desk.place.url)


@long_test("WALKED")
@pytest.mark.parametrize("scripts", breadth([True], [False]))
def test_a_questionnaire_made_in_the_browser_is_answered_by_a_child(
    home: Place, desks: Desks, tablets: Tablets, *, scripts: bool
) -> None:
    title = "Garden days" if scripts else "Plain garden days"
    path = builds(desks(home, "tomas", java_script_enabled=scripts), title, scripts=scripts)
    tomas, asha = desks(home, "tomas"), desks(home, "asha")
    assert asha.opens(f"{path}/preview/hi").ok
    asha.opens(f"{path}/approve")
    asha.ticks("seen")
    asha.presses("Approve")
    asha.reads("may be used in rounds now")
    survey = opens_a_round(tomas, asha, title.lower().replace(" ", "-"))
    tablet = tablets(home)
    tablet.opens("/language")
    tablet.chooses_language("हिन्दी")
    tablet.page.locator(f"nav a[href='{survey}']").click()
    tablet.agrees()
    tablet.answers_and_goes_on("बहुत अच्छा")
    tablet.answers_and_goes_on("टमाटर")
    tablet.sends()
    expect(tablet.page).to_have_url(f"{home.url}{survey}/thanks")


def draws(folder: Path, name: str, colour: str) -> Path:
    """A photograph of nothing: a tree of a colour under a grainy sky."""
    seen = Image.blend(
        Image.new("RGB", (1200, 800), "#a8c8e8"), Image.effect_noise((1200, 800), 60).convert("RGB"), 0.2
    )
    pen = ImageDraw.Draw(seen)
    pen.rectangle((570, 420, 630, 760), fill="#6a462f")
    pen.ellipse((400, 120, 800, 520), fill=colour)
    seen.save(folder / f"{name}.jpg", quality=92)
    return folder / f"{name}.jpg"


@long_test("WALKED")
def test_children_see_pictures_that_an_adult_uploaded_without_a_network_too(
    home: Place, desks: Desks, playwright: Playwright, tmp_path: Path
) -> None:
    tomas, asha = desks(home, "tomas"), desks(home, "asha")
    begins(tomas, "Our trees")
    adds(tomas, "Choose one", "Which tree is nicest?", "सबसे अच्छा पेड़ कौन सा है?")
    tomas.fills(answer_0_en="The green one", answer_0_hi="हरा वाला", answer_1_en="The red one", answer_1_hi="लाल वाला")
    tomas.presses("Save and look")
    for at, colour in enumerate(("#5c9e31", "#d22f27")):
        tomas.page.get_by_role("button", name=f"Own picture {at + 1}").click()
        tomas.page.locator("[name=file]").set_input_files(draws(tmp_path, f"tree-{at}", colour))
        tomas.presses("Use this picture")
        tomas.reads("The picture is kept in the draft.")
    beside = tomas.page.frame_locator("iframe").locator("label.tile img.own")
    expect(beside).to_have_count(2)
    assert beside.evaluate_all("all => all.map(one => one.naturalWidth)") == [288, 288]
    tomas.presses("Save, to the list")
    tomas.fills(title_hi="हमारे पेड़")
    tomas.presses("Save")
    tomas.presses("Finish it")
    asha.opens(f"{tomas.page.url.removeprefix(home.url)}/approve")
    assert asha.page.locator("main img.own").evaluate_all("all => all.map(one => one.naturalWidth)") == [288, 288]
    judged = asha.page.locator("main img.own").evaluate_all("all => Math.min(...all.map(one => one.offsetWidth))")
    asha.ticks("seen", "nobody_seen")
    asha.presses("Approve")
    survey = opens_a_round(tomas, asha, "our-trees")
    with village_tablet(playwright, home, tmp_path / "profile") as village, without_network(home):
        child = village.child
        goes_to(child, survey)
        child.agrees()
        shown = child.screen.locator("label.tile img.own")
        expect(shown).to_have_count(2)
        assert max(96, shown.first.evaluate("one => one.offsetWidth")) <= judged, "she saw it as large as a child does"
        assert shown.evaluate_all("all => all.map(one => one.naturalWidth)") == [288, 288]
        child.answers_and_goes_on("The green one")
        child.sends()
        is_saved(child)
