"""An advocate answers by voice, and a child who cannot read hears it on any phone (S5, S9, S38)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.support import browsers
from tests.journeys.support.browsers import PHONE
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.sites import Place
from tests.journeys.test_desk_morning import Keyboard
from tests.journeys.test_every_page import faults
from tests.journeys.test_from_telling_to_answer import chooses_the_pictures, opens_the_report, slug_of
from tests.journeys.test_reply import taps_pictures
from tests.journeys.test_telling import keeps_the_pictures, opens_tell, speaks
from tests.support.long_tests import breadth, long_test
from tests.support.reports import tell
from tests.support.threads import Told, told
from youthvoice import context
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import ThreadEntry

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
Desks = Callable[[Place, str], StaffDesk]
BEEP = Path(__file__).parent / "beep.webm"
KIND = "Thank you for telling me."
REPEATS = "I read that they shouted at me at dinner."
HEARS = """
    const Sound = window.Audio;
    window.Audio = function (source) {
        const sound = new Sound(source);
        let first = null;
        sound.addEventListener("timeupdate", () => {
            first ??= sound.currentTime;
            document.documentElement.dataset.heard = sound.currentTime > first ? "on" : "begun";
        });
        return sound;
    };
"""


def records(desk: StaffDesk, milliseconds: int = 1500) -> None:
    """Press Record, talk, press Stop."""
    desk.page.locator("[data-start]").click()
    expect(desk.page.locator("[data-stop]")).to_be_focused()
    desk.page.wait_for_timeout(milliseconds)
    desk.page.locator("[data-stop]").click()
    expect(desk.page.locator("[data-listen]")).to_be_focused()


def has_a_recording(desk: StaffDesk) -> bool:
    return bool(desk.page.evaluate("document.querySelector('form.answer input[type=file]').files[0]?.size > 1000"))


def drawings_missing(desk: StaffDesk) -> list[str]:
    missing: list[str] = desk.page.evaluate("""
        [...document.querySelectorAll("use")].map((one) => one.getAttribute("href"))
            .filter((one) => !document.querySelector(one))
    """)
    return missing


def hears(page: Page) -> None:
    """Time goes on in a sound of this page."""
    expect(page.locator("html")).to_have_attribute("data-heard", "on")


def hears_it_aloud(phone: ChildTablet, button: Locator) -> None:
    """Tap the speaker, and say that it may be heard."""
    expect(phone.page.locator("html[data-heard]")).to_have_count(0)  # silent until the child taps
    button.click()
    phone.page.locator("[data-loud]").click()
    hears(phone.page)


@long_test("WALKED")
def test_a_child_who_cannot_read_hears_the_answer_in_hindi_on_another_phone(
    tablet: ChildTablet, tablets: Tablets, desks: Desks, place: Place
) -> None:
    opens_tell(tablet, "हिन्दी")
    for words in ("सिर्फ़ मैं", "कुछ टूटा है", "हम कई लोग"):  # who did it is not asked of a lamp
        tablet.answers_and_goes_on(words)
    tablet.goes_on()
    tablet.goes_on()
    speaks(tablet)
    tablet.goes_on()
    for words in ("नहीं", "पहले मुझसे पूछें", "नहीं"):
        tablet.answers_and_goes_on(words)
    tablet.sends()
    pictures = keeps_the_pictures(tablet)
    asha = desks(place, "asha")
    opens_the_report(asha)
    records(asha)
    asha.presses("Send to the child")
    asha.reads("It is sent. The child's code opens it.")
    expect(asha.page.locator(".of-adult .voice")).to_have_count(1)
    assert not has_a_recording(asha), "the form is empty again"
    phone = tablets(place, enrolled=False, locale="hi-IN")
    phone.page.add_init_script(HEARS)
    phone.opens(f"/reply?at={slug_of(place)}")
    chooses_the_pictures(phone, pictures)
    expect(phone.page).to_have_url(f"{place.url}/reply/open")
    message = phone.page.locator(".message")
    expect(message).to_have_count(1)
    hears_it_aloud(phone, message.get_by_role("button", name="यह संदेश सुनिए"))
    phone.page.locator("footer a").last.click()
    phone.is_at_the_first_screen()


@long_test("WALKED")
def test_she_listens_takes_it_away_and_records_again(desks: Desks, place: Place) -> None:
    with place.house.app.app_context():
        report = tell(place.site_id, [place.people["asha"]])
    asha = desks(place, "asha")
    asha.page.add_init_script(HEARS)
    opens_the_report(asha)
    records(asha)
    asha.presses("Listen")
    hears(asha.page)
    asha.presses("Take it away")
    expect(asha.page.locator("[data-start]")).to_be_focused()
    assert not has_a_recording(asha)
    asha.presses("Send to the child")
    assert "Write or record your answer first." in asha.is_told_what_is_wrong()
    records(asha)
    asha.presses("Record again")
    asha.page.wait_for_timeout(1200)
    asha.presses("Send to the child")  # while she still speaks
    asha.reads("It is sent.")
    with place.house.app.app_context():
        assert [bool(entry.sound) for entry in report.replies()] == [False, False, True]


def test_words_that_repeat_the_child_are_refused_and_the_recording_stays(desks: Desks, place: Place) -> None:
    """S38."""
    with place.house.app.app_context():
        report = tell(place.site_id, [place.people["asha"]])
    asha = desks(place, "asha")
    opens_the_report(asha)
    address = asha.page.url
    records(asha)
    asha.fills(words=REPEATS)
    asha.presses("Send to the child")
    assert "shouted at me at dinner" in asha.is_told_what_is_wrong()
    expect(asha.page.locator("[data-focus]")).to_be_focused()
    expect(asha.page.locator("[data-lost]")).to_have_count(0)
    expect(asha.page.locator("textarea[name=words]")).to_have_value(REPEATS)
    expect(asha.page.locator("[data-listen]")).to_be_visible()
    assert has_a_recording(asha)
    assert (asha.page.title()[:6], asha.page.url) == ("Error:", address)
    assert not drawings_missing(asha)
    asha.fills(words=KIND)
    asha.presses("Send to the child")
    asha.reads("It is sent.")
    assert not drawings_missing(asha)
    with place.house.app.app_context():
        entry = report.replies()[-1]
    assert entry.said["words"] == KIND
    assert entry.sound.startswith(b"\x1a\x45\xdf\xa3")


def test_while_another_answers_for_the_house_words_and_recording_wait_on_the_page(desks: Desks, place: Place) -> None:
    with place.house.app.app_context():
        report = tell(place.site_id, [place.people["asha"]])
    asha = desks(place, "asha")
    opens_the_report(asha)
    records(asha)
    asha.fills(words=KIND)
    asha.page.route("**/answer", lambda route: route.fulfill(body="fine"))
    asha.presses("Send to the child")
    asha.reads("Your text and your recording are still here")
    asha.page.unroute("**/answer")
    assert has_a_recording(asha)
    asha.presses("Send to the child")
    asha.reads("It is sent.")
    with place.house.app.app_context():
        assert report.replies()[-1].sound


def test_a_file_that_is_no_voice_or_far_too_large_is_refused_and_the_words_stay(desks: Desks, place: Place) -> None:
    with place.house.app.app_context():
        tell(place.site_id, [place.people["asha"]])
    asha = desks(place, "asha")
    opens_the_report(asha)
    asha.fills(words=KIND)
    asha.page.get_by_text("Bring a file instead").click()
    box = asha.page.locator("form.answer input[type=file]")
    box.set_input_files({"name": "long.webm", "mimeType": "audio/webm", "buffer": bytes(5_000_000)})
    asha.presses("Send to the child")
    asha.reads("This is longer than 90 seconds.")
    box.set_input_files({"name": "tune.mp3", "mimeType": "audio/mpeg", "buffer": b"ID3" + bytes(5000)})
    asha.presses("Send to the child")
    assert "This is not a sound recording." in asha.is_told_what_is_wrong()
    expect(asha.page.locator("textarea[name=words]")).to_have_value(KIND)
    asha.page.locator("form.answer input[type=file]").set_input_files(BEEP)
    asha.presses("Send to the child")
    asha.reads("It is sent.")


@long_test("WALKED")
def test_by_keyboard_alone(browser: Browser, place: Place) -> None:
    with place.house.app.app_context():
        report = tell(place.site_id, [place.people["asha"]])
    asha = Keyboard(browser, place, place.people["asha"])
    asha.page.goto(place.url + report.path)
    asha.follows("main form button")
    asha.goes_to("[data-start]")
    asha.presses("Enter")
    expect(asha.page.locator("[data-stop]")).to_be_focused()
    asha.page.wait_for_timeout(1200)
    asha.presses("Enter")
    expect(asha.page.locator("[data-listen]")).to_be_focused()
    asha.looks()
    asha.goes_to("form.answer button[type=submit]")
    asha.presses("Enter")
    expect(asha.page.locator(".notice")).to_contain_text("It is sent")
    asha.looks()
    asha.ends()
    with place.house.app.app_context():
        assert report.replies()[-1].sound


@long_test("WALKED")
def test_without_a_script_a_file_is_brought_and_the_page_says_when_it_must_be_again(
    browser: Browser, place: Place
) -> None:
    with place.house.app.app_context():
        report = tell(place.site_id, [place.people["asha"]])
    context = browser.new_context(java_script_enabled=False)
    asha = StaffDesk(context.new_page(), place, place.people["asha"]).signs_in()
    opens_the_report(asha)
    expect(asha.page.locator("[data-start]")).to_be_hidden()
    box = asha.page.locator("form.answer input[type=file]")
    box.set_input_files(BEEP)
    asha.fills(words=REPEATS)
    asha.presses("Send to the child")
    asha.reads("Your recording was not kept, for nothing was sent.")
    box.set_input_files(BEEP)
    asha.fills(words=KIND)
    asha.presses("Send to the child")
    asha.reads("It is sent.")
    with asha.page.expect_response(lambda answer: "/voice/" in answer.url) as sound:
        asha.page.locator(".of-adult .play").click()
    assert (sound.value.status, sound.value.headers["content-type"]) == (200, "audio/webm")
    browsers.close(context)
    with place.house.app.app_context():
        assert report.replies()[-1].sound == BEEP.read_bytes()


@pytest.fixture
def spoken(place: Place) -> Told:
    """Answered twice: by voice with words, and by voice alone."""
    with place.house.app.app_context():
        made = told(place.site_id, case=CaseState(state="open", language="ar"))
        day, sound, by_asha = context.today(), BEEP.read_bytes(), {"from": "Asha Example"}
        made.answer(
            ThreadEntry("message_voice", 1, day, said={**by_asha, "words": "شكرًا لأنك أخبرتنا."}, sound=sound),
            ThreadEntry("message_voice", 1, day, said={**by_asha, "words": ""}, sound=sound),
        )
    return made


@pytest.mark.parametrize("language", breadth(["ar"], ["hi", "en"]))
def test_each_message_has_one_large_speaker_on_a_small_phone(
    tablets: Tablets, place: Place, spoken: Told, language: str
) -> None:
    width, height = PHONE
    phone = tablets(place, enrolled=False, locale=language, viewport={"width": width, "height": height})
    phone.page.add_init_script(HEARS)
    phone.opens(f"/reply?at={slug_of(place)}")
    taps_pictures(phone)
    expect(phone.page.locator(".message")).to_have_count(2)
    expect(phone.page.locator(".message audio:visible")).to_have_count(0)
    speakers = phone.page.locator(".message button:visible")
    expect(speakers).to_have_count(2)
    for speaker in speakers.all():
        box = speaker.bounding_box()
        assert box
        assert box["height"] >= 96
        assert box["width"] >= 250
    assert not faults(phone.page, child=True)
    hears_it_aloud(phone, speakers.first)
    phone.page.route("**/reply/sound/**", lambda route: route.fulfill(body=b"no sound"))
    broken = phone.page.locator(".message [data-broken]")
    expect(broken.last).to_be_hidden()
    speakers.last.click()
    expect(broken.last).to_be_visible()
    expect(broken.first).to_be_hidden()
