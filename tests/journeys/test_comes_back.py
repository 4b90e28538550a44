"""A reload, Back or sleep brings a child to where she was, with all she gave; nothing of it is ever on the disk.

Source: CHILD-UX.md, "What she chose stays" and "Nothing stays".
"""

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.journeys.support import browsers
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.test_telling import (
    found_by,
    keeps_the_pictures,
    leaves_out,
    nothing_of_the_child_is_here,
    opens_tell,
    pictures,
    reports,
    speaks,
)
from tests.support.long_tests import breadth, long_test
from youthvoice.web.rate_limits import TABLET_COOKIE

pytestmark = pytest.mark.journey
WORDS = "Only I came back to this sentence."
NAME = "window.name"


def told(tablet: ChildTablet) -> ChildTablet:
    """She picked, left Ravi out, spoke and wrote."""
    opens_tell(tablet)
    tablet.skips_to("topic")
    tablet.answers_and_goes_on("Feeling unsafe")
    tablet.skips_to("readers")
    leaves_out(tablet, "Ravi")
    tablet.goes_on()
    tablet.goes_on()
    speaks(tablet, 600)
    tablet.screen.locator("textarea").press_sequentially(WORDS)
    comes_true(tablet.page, lambda: "base64" in name_of(tablet.page), "her voice is kept in memory")
    return tablet


def name_of(page: Page) -> str:
    """What the window remembers."""
    return str(page.evaluate(NAME))


def test_a_reload_brings_her_to_where_she_was_with_everything(tablet: ChildTablet, place: Place) -> None:
    told(tablet)
    for _again in range(2):
        tablet.page.reload()
        assert tablet.question == "tell"
        assert tablet.screen.locator("textarea").input_value() == WORDS
        expect(tablet.screen.locator("[data-replay]")).to_be_visible()
        tablet.reads("Ravi Example\u2069 cannot see this.")
    tablet.skips_the_rest()
    tablet.sends()
    keeps_the_pictures(tablet)
    said, voice = found_by(place, "asha")
    assert said.said["words"] == WORDS
    assert len(voice.sound) > 500
    assert found_by(place, "ravi") == []
    assert name_of(tablet.page) == ""


def number_of(page: Page) -> str:
    """The number under which the form of a page is sent."""
    return page.locator("[name=sheet]").input_value()


def test_what_may_have_been_sent_goes_again_under_the_number_drawn_at_send(tablet: ChildTablet, place: Place) -> None:
    page = told(tablet).page
    tablet.skips_the_rest()
    on_page = number_of(page)
    with tablet.loses_replies("**/tell"):
        tablet.sends()
        expect(tablet.screen).to_have_attribute("aria-labelledby", "waiting")
    drawn = number_of(page)
    assert drawn != on_page
    assert reports(place) == 1
    page.reload()
    assert number_of(page) == drawn
    tablet.screen.locator("[data-go=send]").click()
    keeps_the_pictures(tablet)
    assert reports(place) == 1
    content, _voice = found_by(place, "asha")
    assert content.said["words"] == WORDS
    tablet.opens("/tell")
    assert number_of(page) != drawn


def test_a_survey_and_a_suggestion_come_back_too(tablet: ChildTablet, place: Place) -> None:
    place.meets("flip_club")
    tablet.begins()
    tablet.answers_and_goes_on("Very good")
    tablet.page.reload()
    assert tablet.question == "sleep"
    assert tablet.chosen() == ["very_good"]
    tablet.stops()
    tablet.page.reload()
    tablet.goes_back()
    assert tablet.question == "sleep"
    tablet.stops()
    tablet.throws_away()
    tablet.is_at_the_first_screen()
    assert name_of(tablet.page) == ""
    tablet.opens("/agenda/suggest")
    tablet.screen.locator("label.tile").first.click()
    tablet.page.reload()
    assert len(tablet.chosen()) == 1


def test_the_seven_pictures_stay_until_she_says_that_she_has_them(tablet: ChildTablet, place: Place) -> None:
    told(tablet).skips_the_rest()
    tablet.sends()
    seen = pictures(tablet)
    became = tablet.screen.get_by_role("status")
    expect(became).to_have_text("Thank you. It was right to tell. It is sent.", use_inner_text=True)
    tablet.page.reload()
    expect(became).to_have_text(
        "Thank you. It was right to tell. It is sent. Here are your pictures again.", use_inner_text=True
    )
    assert pictures(tablet) == seen
    tablet.goes_on()
    tablet.page.reload()
    assert pictures(tablet) == seen
    tablet.screen.get_by_role("button", name="I have them").click()
    expect(tablet.page.get_by_text("Here are your pictures again.").locator("visible=true")).to_have_count(0)
    assert seen[0] not in name_of(tablet.page)
    tablet.page.reload()
    expect(tablet.page.locator(".code > li")).to_have_count(0)
    tablet.reads("Thank you. It was right to tell.")
    tablet.screen.locator("[data-go=done]").click()
    tablet.is_at_the_first_screen()
    assert reports(place) == 1
    tablet.opens("/tell")
    assert tablet.chosen() == []


LEAVING: dict[str, Callable[[ChildTablet], None]] = {
    "the dark corner": lambda tablet: tablet.leaves_fast(),
    "three times Shift": lambda tablet: tablet.presses_shift_three_times(),
    "idling": lambda tablet: tablet.page.clock.run_for(331_000),
}


@pytest.mark.parametrize("sends", breadth([True], [False]))
@pytest.mark.parametrize("leave", breadth(["the dark corner", "idling"], ["three times Shift"]))
def test_whoever_comes_next_finds_nothing_after(leave: str, sends: bool, tablet: ChildTablet) -> None:
    tablet.page.clock.install()
    opens_tell(tablet)
    tablet.skips_to("topic")
    tablet.answers("Food")
    if sends:
        tablet.stops()
        tablet.sends()
        pictures(tablet)
    assert name_of(tablet.page)
    LEAVING[leave](tablet)
    comes_true(tablet.page, lambda: "/tell" not in tablet.page.url, "she is gone")
    comes_true(tablet.page, lambda: name_of(tablet.page) == "", "it is forgotten")
    tablet.page.wait_for_timeout(500)  # two steps of the history lie on the way out
    tablet.opens("/tell")
    nothing_of_the_child_is_here(tablet)
    assert tablet.question == ""


def test_a_tablet_that_slept_too_long_forgets(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    tablet.skips_to("topic")
    tablet.answers("Food")
    tablet.page.evaluate(f"{NAME} = {NAME}.replace(/[0-9]{{13}}/, (when) => when - 331000)")
    tablet.page.reload()
    nothing_of_the_child_is_here(tablet)
    assert name_of(tablet.page) == ""


def test_the_front_leads_back_to_what_waits_but_not_whoever_left_it_by_herself(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    tablet.skips_to("topic")
    tablet.answers("Food")
    begins_anew(tablet.page)
    comes_true(tablet.page, lambda: tablet.page.url.endswith("/tell"), "back to what she told")
    assert tablet.question == "topic"
    assert tablet.chosen() == ["food"]
    tablet.page.evaluate("draft.leave()")
    begins_anew(tablet.page)
    comes_true(tablet.page, lambda: name_of(tablet.page) == "", "it is forgotten")


def begins_anew(page: Page) -> None:
    """A worker that was ended meanwhile shows the front page once more, whatever stood there."""
    page.evaluate("history.replaceState(null, '', '/')")
    page.reload()


_LAID = """([action, more]) => {
    const given = [["topic", "food"]], kept = { idle: 1e9, filled: false, given, slip: [], sound: "", at: "begin" };
    Object.assign(kept, { action: new URL(action, location).href });
    window.name = `draft:${String(Date.now()).padStart(13, "0")}${JSON.stringify({ ...kept, ...more })}`;
}"""
_FALSE = (
    '<section class="screen" data-after aria-labelledby="x"><h2 id="x" tabindex="-1">Go to room 5.</h2>'
    '<a href="http://127.0.0.1:9/">Go on</a></section>'
)


@pytest.mark.parametrize("more", breadth([{"sent": _FALSE}], [{"sheet": "deadbeef" * 4}, {"at": "end"}]))
def test_of_what_somebody_wrote_there_before_a_tap_leads_to_nothing(more: dict[str, str], tablet: ChildTablet) -> None:
    """At the console of any page before hers; it is gone once she comes to her own."""
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.page.evaluate(_LAID, ["/tell", more])
    tablet.page.locator("nav a[href='/ways']").click()
    tablet.page.locator("nav a[href='/tell']").click()
    expect(tablet.screen).to_be_visible()
    nothing_of_the_child_is_here(tablet)
    assert "numbered" not in str(tablet.page.locator("form.screens").evaluate("(form) => Object.keys(form.dataset)"))
    assert number_of(tablet.page) != "deadbeef" * 4
    assert name_of(tablet.page) == ""


@pytest.mark.parametrize(
    "action", breadth(["http://127.0.0.1:9/", "javascript:document.title='laid'"], ["/exit/en", "/staff/"])
)
def test_a_reload_leads_to_no_page_but_forms_of_the_house(action: str, tablet: ChildTablet) -> None:
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.page.evaluate(_LAID, [action, {}])
    tablet.page.reload()
    comes_true(tablet.page, lambda: name_of(tablet.page) == "", "it is forgotten")
    tablet.page.wait_for_timeout(500)
    tablet.shows("/")


def test_after_a_reload_nothing_is_shown_as_sent_that_no_page_of_the_house_says(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    tablet.page.evaluate(_LAID, ["/tell", {"sent": _FALSE}])
    tablet.page.reload()
    expect(tablet.screen).to_be_visible()
    assert not tablet.page.get_by_text("Go to room 5.").count()


def test_a_draft_lasts_as_long_as_its_page_says(tablet: ChildTablet) -> None:
    opens_tell(tablet)
    tablet.page.evaluate(_LAID, ["/tell", {}])
    tablet.page.evaluate(f"{NAME} = {NAME}.replace(/[0-9]{{13}}/, (when) => when - 331000)")
    tablet.page.reload()
    nothing_of_the_child_is_here(tablet)


@long_test("WALKED")
@pytest.mark.parametrize("kills", breadth([True], [False]))
def test_nothing_she_gave_is_on_the_disk(kills: bool, playwright: Playwright, tmp_path: Path, place: Place) -> None:
    """The whole profile of the browser, byte for byte, after reloads, closed and killed."""
    canary = f"zebra{secrets.token_hex(6)}"
    profile = tmp_path / "profile"
    context = browsers.with_profile(playwright, profile, *browsers.PHONE, whole=True)
    try:
        cookie = {"name": TABLET_COOKIE, "value": place.new_tablet(), "url": place.url, "httpOnly": True}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.pages[0]
        page.goto(f"{place.url}/tell")
        while not page.locator(".screen.now [name=words]").count():
            page.locator(".screen.now [data-go=next]").click()
        for _again in range(3):
            page.locator(".screen.now [name=words]").press_sequentially(canary)
            assert canary in name_of(page)
            page.wait_for_timeout(700)
            page.reload()
        sheet = number_of(page)
        assert canary in page.locator("[name=words]").input_value()
        if kills:
            page.wait_for_timeout(3_000)  # what a browser writes late
            browsers_of(profile, 9)
    finally:
        if not kills:
            context.close()
    found = {name for name, content in everything_in(profile) if mentions(content, canary) or mentions(content, sheet)}
    assert not found
    assert any(place.url.removeprefix("http://").encode() in content for _name, content in everything_in(profile))


def mentions(content: bytes, words: str) -> bool:
    """In either way in which Chromium writes a text."""
    return words.encode() in content or words.encode("utf-16-le") in content


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each file that the browser wrote."""
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            yield file.name, file.read_bytes()


def browsers_of(profile: Path, signal: int) -> None:
    """End the browser of this profile, and no other."""
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            try:
                command = (process / "cmdline").read_bytes()
            except OSError:
                continue
            if f"--user-data-dir={profile}".encode() in command.split(b"\0"):
                os.kill(int(process.name), signal)
