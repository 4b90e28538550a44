"""A child comes back with her pictures, on the tablet or on any phone, and nothing of it stays (S13, S15)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from tests.journeys.support.by_ear import VOICES, mute
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.server import TOP
from tests.journeys.support.sites import Place
from tests.journeys.test_every_page import faults
from tests.support.long_tests import breadth, long_test
from tests.support.threads import HERS, WRONG, Told, message, step, told
from youthvoice import context, db
from youthvoice.privacy.credentials.picture_codes import SCREENS, PictureCode
from youthvoice.threads.case_state import CaseState, hour_after
from youthvoice.threads.child_codes.code_attempts import SLOW_FROM
from youthvoice.threads.child_codes.code_visit import COOKIE
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.models import CodeAttemptRow

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
ANSWER = "A new lamp comes on Thursday."
WORDS = "Only I wrote this sentence."
BEEP = (TOP / "tests/journeys/beep.webm").read_bytes()


@pytest.fixture
def thread(place: Place) -> Told:
    """A child told two days ago and has an answer; somebody asks whether it was put right."""
    with place.house.app.app_context():
        made = told(place.site_id, case=CaseState(state="open", clocks={"child_wrote": hour_after(context.now(), 48)}))
        day = context.today("Asia/Kolkata")
        made.answer(
            step("looked", day, name="Asha Example"),
            message(ANSWER, day),
            ThreadEntry("message_voice", 1, day, said={"from": "Asha Example"}, sound=BEEP),
            ThreadEntry("ask", 1, day, said={"ask": "put_right"}),
        )
    return made


def slug(place: Place) -> str:
    with place.house.app.app_context():
        from youthvoice.sites import store  # noqa: PLC0415 - needs the house

        with db.reading(db.engine()) as session:
            found = store.find_site(session, place.site_id)
            assert found
            return found.slug


def marks(place: Place, thread: Told) -> CaseState:
    with place.house.app.app_context():
        return thread.marks()


def taps_pictures(tablet: ChildTablet, code: PictureCode = HERS) -> None:
    """Seven screens: a tap selects, Next goes on."""
    for pick in code.picks:
        tile = tablet.screen.locator(".tile").nth(pick)
        tile.click()
        expect(tile.locator("input")).to_be_checked()
        tablet.goes_on()


_TAPS = """picks => picks.forEach(pick => {
    const screen = document.querySelector(".screen.now");
    screen.querySelectorAll(".tile")[pick].click();
    screen.querySelector("[data-go=next]").click();
})"""


def opens_her_thread(tablet: ChildTablet, code: PictureCode = HERS) -> ChildTablet:
    """Her pictures, as fast as the page takes them: other journeys tap them."""
    tablet.opens("/reply")
    expect(tablet.screen).to_be_visible()
    tablet.page.evaluate(_TAPS, list(code.picks))
    expect(tablet.page).to_have_url(f"{tablet.place.url}/reply/open")
    return tablet


def cookies(tablet: ChildTablet) -> set[str]:
    return {one["name"] for one in tablet.page.context.cookies()}


def nothing_of_the_child_is_here(tablet: ChildTablet) -> None:
    assert tablet.chosen() == []
    for words in (ANSWER, WORDS, "You told us."):
        assert words not in tablet.page.content()


def back_finds_nothing(tablet: ChildTablet) -> None:
    """Back to the beginning of the history, and Forward again."""
    assert COOKIE not in cookies(tablet)
    while tablet.presses_the_browsers_back():
        nothing_of_the_child_is_here(tablet)
    while tablet.presses_the_browsers_forward():
        nothing_of_the_child_is_here(tablet)


# ---- The whole way ----


@long_test("WALKED")
def test_a_child_reads_her_answer_in_hindi_and_says_by_voice_that_it_is_not_put_right(
    tablet: ChildTablet, place: Place, thread: Told
) -> None:
    tablet.page.add_init_script("""
        window.heard = 0;
        const Made = window.Audio;
        window.Audio = function (address) { heard += 1; return new Made(address); };
    """)
    tablet.opens("/language")
    tablet.chooses_language("हिन्दी")
    tablet.page.locator("nav a[href='/reply']").click()
    taps_pictures(tablet)
    tablet.reads("आपने हमें बताया।")
    tablet.reads(ANSWER)
    assert tablet.page.evaluate("heard") == 0, "silent until the child taps"
    tablet.page.locator(".message .listen:visible").first.click()
    assert tablet.page.evaluate("heard") == 0, "others may hear: she is asked first"
    tablet.page.locator("[data-loud]").click()
    assert tablet.page.evaluate("heard") == 1
    asked = tablet.page.locator("form:has([value=put_right])")
    asked.locator("label").filter(has_text="नहीं").click()
    asked.locator("button[type=submit]").click()
    tablet.reads("आपने कहा: ठीक नहीं हुआ।")
    tablet.page.locator("a[href='/reply/write']").click()
    tablet.reads("Asha Example")
    tablet.page.locator("[data-start]").click()
    expect(tablet.page.locator("[data-halt]")).to_be_visible()
    tablet.page.wait_for_timeout(1200)
    tablet.page.locator("form button[type=submit]").click()  # while she still speaks
    tablet.reads("आपने हमें लिखा।")
    assert "disagreed" in marks(place, thread).flags
    with place.house.app.app_context():
        assert thread.turns() == 3  # told, put right, her voice
    tablet.page.locator("footer a").click()
    tablet.is_at_the_first_screen()
    assert cookies(tablet) == {"tablet"}, "the language is forgotten too"
    back_finds_nothing(tablet)


def test_two_days_later_on_another_phone_in_arabic(tablets: Tablets, place: Place, thread: Told) -> None:
    phone = tablets(place, enrolled=False, locale="ar")
    phone.opens(f"/reply?at={slug(place)}")
    assert phone.page.evaluate("document.documentElement.dir") == "rtl"
    expect(phone.screen.locator("h2")).to_have_text("ما الصورة الأولى؟")
    first, second = (phone.screen.locator(".tile").nth(nth).bounding_box() for nth in (0, 1))
    assert first
    assert second
    assert first["x"] > second["x"]
    taps_pictures(phone)
    phone.reads("وصلنا كلامك.")
    phone.reads(ANSWER)
    phone.page.locator("header a[href='/reply/bye']").click()
    phone.is_at_the_first_screen()
    back_finds_nothing(phone)


def test_any_phone_asks_for_the_place_in_any_letters(tablets: Tablets, place: Place, thread: Told) -> None:
    phone = tablets(place, enrolled=False)
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        from tests.support.people import make_site  # noqa: PLC0415 - needs the house

        make_site(session, f"other-{slug(place)}")
    phone.opens("/")
    phone.page.locator("a[href='/reply']").click()
    expect(phone.screen.locator("h2")).to_have_text("Where did you tell?")
    phone.goes_on()
    phone.reads("Write a name first.")
    phone.screen.locator("input").fill(slug(place).replace("-", " ").upper())
    phone.page.keyboard.press("Enter")
    taps_pictures(phone)
    phone.reads(ANSWER)


def test_in_english_without_a_script(tablets: Tablets, place: Place, thread: Told) -> None:
    phone = tablets(place, enrolled=False, java_script_enabled=False)
    phone.opens(f"/reply?at={slug(place)}")
    for nth, pick in enumerate(HERS.picks[:-1]):
        phone.page.locator("[data-picture]").nth(nth).locator(".tile").nth(pick).click()
    phone.page.locator("button[type=submit]").click()
    phone.reads("Tap one picture first.")
    phone.page.locator("[data-picture]").nth(6).locator(".tile").nth(HERS.picks[6]).click()
    phone.page.locator("button[type=submit]").click()
    phone.reads(ANSWER)
    expect(phone.page.locator("audio")).to_be_visible()
    phone.page.get_by_role("link", name="Write to us").click()
    phone.page.locator("textarea").fill(WORDS)
    phone.page.get_by_role("button", name="Send").click()
    phone.reads("You wrote to us.")
    phone.page.get_by_role("link", name="Please do nothing more").click()
    phone.page.get_by_role("button", name="Please do nothing more").click()
    phone.reads("You asked us to stop.")
    assert "withdraw_asked" in marks(place, thread).flags
    phone.leaves_fast()
    phone.is_on_the_harmless_page()
    assert COOKIE not in cookies(phone)


def starts_writing(tablet: ChildTablet) -> None:
    opens_her_thread(tablet)
    tablet.page.get_by_role("link", name="Write to us").click()
    expect(tablet.page.locator("[data-start]")).to_be_visible()  # its scripts have come
    tablet.page.locator("textarea").press_sequentially(WORDS)


def test_what_she_writes_and_says_outlives_a_reload_until_it_is_sent(
    tablet: ChildTablet, place: Place, thread: Told
) -> None:
    starts_writing(tablet)
    page = tablet.page
    page.locator("[data-start]").click()
    page.wait_for_timeout(900)
    page.locator("[data-halt]").click()
    comes_true(page, lambda: "base64" in page.evaluate("window.name"), "her voice is kept in memory")
    page.reload()
    expect(page.locator("textarea")).to_have_value(WORDS)
    expect(page.locator("[data-replay]")).to_be_visible()
    with tablet.loses_replies("**/reply/said"):
        page.locator("form button[type=submit]").click()
        expect(page.locator("[data-why]")).to_be_visible()
    sheet = page.locator("[name=sheet]").input_value()
    page.reload()
    assert page.locator("[name=sheet]").input_value() == sheet, "what may have been sent goes again by its number"
    page.locator(".moves a").click()  # back to what was written to her, and again
    tablet.reads(ANSWER)
    page.get_by_role("link", name="Write to us").click()
    expect(page.locator("textarea")).to_have_value(WORDS)
    page.locator("form button[type=submit]").click()
    tablet.reads("You wrote to us.")
    assert page.evaluate("window.name") == ""
    with place.house.app.app_context():
        assert thread.turns() == 3  # told, her words, her voice
    page.get_by_role("link", name="Write to us").click()
    expect(page.locator("textarea")).to_have_value("")


@pytest.mark.parametrize("leave", breadth(["starts again"], ["leaves_fast", "presses_shift_three_times"]))
def test_nothing_of_what_she_wrote_stays_for_whoever_comes_next(leave: str, tablet: ChildTablet, thread: Told) -> None:
    starts_writing(tablet)
    assert WORDS in tablet.page.evaluate("window.name")
    if leave == "starts again":  # her visit ended by itself, and nobody tapped
        opens_her_thread(tablet)
    else:
        getattr(tablet, leave)()
        tablet.is_on_the_harmless_page()
        opens_her_thread(tablet)
    assert tablet.page.evaluate("window.name") == ""
    tablet.page.get_by_role("link", name="Write to us").click()
    expect(tablet.page.locator("textarea")).to_have_value("")


# ---- The seven screens ----


def test_one_screen_at_a_time_with_her_pictures_on_top_and_a_way_back(tablet: ChildTablet, thread: Told) -> None:
    tablet.opens("/reply")
    tablet.goes_on()
    tablet.reads("Tap one picture first.")
    for nth in range(3):
        tablet.screen.locator(".tile").nth(nth).click()
        tablet.goes_on()
    slots = tablet.page.locator(".slots > li")
    expect(slots).to_have_count(len(SCREENS))
    assert [one.get_attribute("class") for one in slots.all()] == ["filled", "filled", "filled", "here", "", "", ""]
    tablet.screen.locator("[data-go=back]").click()
    expect(tablet.screen.locator("input:checked")).to_have_value("2")
    assert tablet.page.locator(".screen:visible").count() == 1


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_nine_tiles_of_96_pixels_fit_a_phone_without_scrolling(
    tablet: ChildTablet, thread: Told, language: str
) -> None:
    tablet.page.context.add_cookies([{"name": "language", "value": language, "url": tablet.place.url}])
    tablet.opens("/reply")
    for pick in HERS.picks:
        assert tablet.scrolls_by() <= 0
        for tile in tablet.screen.locator(".tile").all():
            box = tile.bounding_box()
            assert box
            assert min(box["height"], box["width"]) >= 95.5
        tablet.screen.locator(".tile").nth(pick).click()
        tablet.goes_on()


def test_wrong_pictures_open_nothing_and_can_be_tried_again(tablet: ChildTablet, thread: Told) -> None:
    opens_her_thread(tablet, WRONG)
    tablet.reads("These pictures open nothing.")
    tablet.reads("1098")
    tablet.page.get_by_role("link", name="Try again").click()
    assert tablet.chosen() == []
    taps_pictures(tablet)
    tablet.reads(ANSWER)


def test_a_slowed_phone_says_wait_and_keeps_the_pictures(tablets: Tablets, place: Place, thread: Told) -> None:
    phone = tablets(place, enrolled=False)
    at = f"/reply?at={slug(place)}"
    phone.opens(at)
    taps_pictures(phone, WRONG)
    phone.reads("These pictures open nothing.")
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(update(CodeAttemptRow).values(tries=SLOW_FROM + 700))  # one in ten minutes
    phone.opens(at)
    taps_pictures(phone, WRONG)
    expect(phone.page).to_have_url(f"{place.url}/reply/open")
    phone.opens(at)
    taps_pictures(phone)
    phone.reads("Wait a little, then try again. Your pictures stay.")
    assert phone.chosen() == [str(pick) for pick in HERS.picks]
    with place.house.app.app_context(), db.writing(db.engine()) as session:
        session.execute(update(CodeAttemptRow).values(tries=1))
    phone.goes_on()
    phone.reads(ANSWER)


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_all_doors_of_the_front_page_fit_a_phone(tablet: ChildTablet, language: str) -> None:
    tablet.page.context.add_cookies([{"name": "language", "value": language, "url": tablet.place.url}])
    tablet.opens("/")
    expect(tablet.page.locator("nav .tile")).to_have_count(6)
    assert tablet.scrolls_by() <= 0


# ---- Her thread ----


def lies_free(tablet: ChildTablet, where: str) -> bool:
    """Whether all of it is on the screen, and nothing lies over its middle."""
    return bool(
        tablet.page.locator(where).first.evaluate("""one => {
            const box = one.getBoundingClientRect();
            const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return box.top >= 0 && box.bottom <= innerHeight && (one.contains(on) || on.contains(one));
        }""")
    )


def test_the_newest_message_then_what_she_is_asked_then_what_she_can_do_then_what_was(
    tablet: ChildTablet, thread: Told
) -> None:
    opens_her_thread(tablet)
    parts = (".message", ".asks", "nav.tiles", ".thread", ".message:below(.thread)", "footer .move")
    tops = [tablet.page.locator(part).first.bounding_box()["y"] for part in parts]  # type: ignore[index]
    assert tops == sorted(tops)
    assert all(lies_free(tablet, f".asks {part}") for part in ("h2", "label", "label:last-child", "button"))
    assert not lies_free(tablet, "footer .move"), "while she is asked something, Done waits at the end of the page"
    tablet.page.locator(".asks label").first.click()
    tablet.page.locator(".asks button").click()
    tablet.reads("You said: it was put right.")
    assert lies_free(tablet, "footer .move")


# ---- Nothing stays ----


@pytest.mark.parametrize(
    ("path", "leave"),
    breadth(
        [("/reply/write", "leaves_fast")],
        [
            ("/reply/open", "leaves_fast"),
            ("/reply/open", "presses_shift_three_times"),
            ("/reply/write", "presses_shift_three_times"),
        ],
    ),
)
def test_the_dark_corner_ends_the_visit(tablet: ChildTablet, thread: Told, leave: str, path: str) -> None:
    opens_her_thread(tablet)
    if path == "/reply/write":
        tablet.page.locator(f"a[href='{path}']").click()
        tablet.page.locator("textarea").fill(WORDS)
    getattr(tablet, leave)()
    tablet.is_on_the_harmless_page()
    tablet.opens("/reply/open")
    expect(tablet.page).to_have_url(f"{tablet.place.url}/reply")
    expect_no_visit(tablet)
    back_finds_nothing(tablet)


def expect_no_visit(tablet: ChildTablet) -> None:
    """The word that ends it is sent while the page goes away."""
    comes_true(tablet.page, lambda: COOKIE not in cookies(tablet), "the visit is over")


def test_sent_words_and_pictures_are_nowhere_in_the_history(tablet: ChildTablet, thread: Told) -> None:
    opens_her_thread(tablet)
    tablet.page.locator("a[href='/reply/write']").click()
    tablet.page.locator("textarea").fill(WORDS)
    tablet.page.locator("form button[type=submit]").click()
    tablet.reads("Sent. Only your readers can open it.")
    assert WORDS not in tablet.page.content()
    tablet.page.locator("footer a").click()
    tablet.is_at_the_first_screen()
    assert not [address for address in tablet.history() if address.startswith("/reply")]
    back_finds_nothing(tablet)


@pytest.mark.parametrize(("path", "seconds"), breadth([("/reply/write", 300)], [("/reply/open", 60)]))
def test_when_nobody_taps_the_visit_ends(tablet: ChildTablet, thread: Told, path: str, seconds: int) -> None:
    opens_her_thread(tablet)
    tablet.page.clock.install()
    tablet.opens(path)
    tablet.page.clock.run_for(1000 * (seconds - 2))
    expect(tablet.page.locator("[data-still]")).to_be_hidden()
    tablet.page.clock.run_for(3000)
    tablet.reads("Are you still here?")
    tablet.page.clock.run_for(31_000)
    tablet.is_at_the_first_screen()
    back_finds_nothing(tablet)


def test_nothing_is_stored_in_the_browser(tablet: ChildTablet, thread: Told) -> None:
    opens_her_thread(tablet)
    stored = tablet.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert stored == [0, 0, ""]


@long_test("WALKED")
@pytest.mark.parametrize("language", breadth(["ar"], ["en", "hi"]))
def test_every_page_of_a_thread_is_accessible(tablet: ChildTablet, thread: Told, language: str) -> None:
    tablet.page.context.add_cookies([{"name": "language", "value": language, "url": tablet.place.url}])
    tablet.opens("/reply")
    found = faults(tablet.page, child=True)
    taps_pictures(tablet)
    expect(tablet.page).to_have_url(f"{tablet.place.url}/reply/open")
    for path in ("/reply/open", "/reply/open?done=child", "/reply/write", "/reply/please-stop"):
        tablet.opens(path)
        found += faults(tablet.page, child=True)
    assert not found, "\n".join(found)


# ---- Two questions at once ----


def test_an_answer_that_waits_on_the_page_outlives_the_send_of_another(
    tablet: ChildTablet, place: Place, thread: Told
) -> None:
    with place.house.app.app_context():
        content = {"ask": "may_know", "to": "Lata Example"}
        thread.answer(ThreadEntry("ask", 1, context.today("Asia/Kolkata"), said=content))
    opens_her_thread(tablet)
    first, second = (tablet.page.locator(f".asks:has([value={kind}])") for kind in ("may_know", "put_right"))
    second.locator("label").filter(has_text="In part").click()
    first.locator("label").filter(has_text="Yes").click()
    first.locator("button").click()
    expect(first.get_by_role("status")).to_have_text("Sent. Only your readers can open it.", use_inner_text=True)
    expect(first.locator("form")).to_be_hidden()
    expect(second.locator("[value=partly]")).to_be_checked()
    second.locator("button").click()
    tablet.reads("You said: it was put right in part.")
    tablet.reads("You said: they may know.")
    expect(tablet.page.locator(".asks")).to_have_count(0)


# ---- By ear, on her own phone ----


@pytest.mark.parametrize("language", breadth(["hi"], ["en", "ar"]))
def test_a_phone_that_is_no_tablet_says_her_answer_and_everything_around_it(
    tablets: Tablets, place: Place, thread: Told, language: str
) -> None:
    phone = tablets(place, enrolled=False, locale=language)
    phone.page.add_init_script(VOICES)
    phone.opens(f"/reply?at={slug(place)}")
    mutes = mute(phone.page)
    taps_pictures(phone)
    phone.reads(ANSWER)
    speakers = phone.page.locator(".listen.large span").all_inner_texts()  # what each of them says is beside it
    mutes += [words for words in mute(phone.page) if words not in speakers]
    phone.page.evaluate("spoken.length = 0")
    phone.page.locator(".message [data-alone]:not(.large)").click()  # told in English, on whatever page
    comes_true(phone.page, lambda: ANSWER in phone.page.evaluate("spoken"), "her answer is said")
    phone.page.locator("a[href='/reply/write']").click()
    expect(phone.page.locator("main > .ask .listen")).to_be_visible()
    assert not mutes + mute(phone.page)
