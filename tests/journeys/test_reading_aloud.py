"""A text is recorded by an adult and heard by a child. Duties: CHILD-UX.md (read aloud; silent until tapped)."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.support.by_ear import not_recorded
from tests.journeys.support.navigators import ChildTablet, StaffDesk, comes_true
from tests.journeys.support.server import TOP, House
from tests.journeys.support.sites import STARTERS, SURVEY, Place, settle
from tests.support.audio import WEBM, record, webm_block
from tests.support.long_tests import long_test
from tests.support.open_rounds import log
from tests.support.people import PASSWORD
from tests.support.read_aloud import texts_of
from tests.support.rounds import starter
from youthvoice import db
from youthvoice.clips import availability
from youthvoice.clips.store import list_takes, remove_clip
from youthvoice.sites.tablets.store import list_tablets, set_tablet_voices

pytestmark = pytest.mark.journey
Tablets = Callable[..., ChildTablet]
Desks = Callable[[Place, str], StaffDesk]
FOOD_HI, FOOD_EN = "इस हफ़्ते खाना कैसा था?", "How was the food this week?"

_ONLY_SPOKEN = {
    "Example House",
    "For adults",
    "No network now. From:",
    "Or bring a recorded voice:",
    "This tablet does not know you.",
    "Unsent since",
    "Is an adult helping you? Then hear all of it once more, from the top, before you send it.",
}
"""What a tablet's own voice says and nobody can record yet."""
_OBSERVED = """
    window.sounds = []; window.said = [];
    const Made = window.Audio;
    window.Audio = function (address) { const one = new Made(address); sounds.push(one); return one; };
"""
_VOICES = """
    const voices = [
        { name: "Far", lang: "en-US", localService: false }, { name: "Near", lang: "en_GB", localService: true },
        { name: "Far too", lang: "hi-IN", localService: false },
    ];
    speechSynthesis.getVoices = () => voices;
    speechSynthesis.speak = (one) => { said.push(one.text); setTimeout(() => one.onend?.(), 20); };
    Object.defineProperty(SpeechSynthesisUtterance.prototype, "voice", {
        set(one) { if (!one.localService) said.push("REMOTE"); this.chosen = one; },
        get() { return this.chosen ?? null; },
    });
"""


@pytest.fixture
def silent_house(house: House) -> Iterator[House]:
    """Nothing is recorded, whatever another journey left, nor left to the next: a speaker moves all below it."""
    forgets_recordings(house)
    yield house
    forgets_recordings(house)


def forgets_recordings(house: House) -> None:
    """Nothing is recorded any more, and every process of the house has seen it."""
    with house.app.app_context(), db.writing(db.engine()) as session:
        left = list(list_takes(session))
        for name in left:
            remove_clip(session, name, log())
    if left:
        time.sleep(1.1 * availability.INDEX_SECONDS)


@pytest.fixture
def place(silent_house: House) -> Place:
    return settle(silent_house)


def recorded(place: Place, *texts: tuple[str, str], sound: bytes = b"") -> None:
    """Somebody recorded texts (language, words) a moment ago: every process of the house has seen it."""
    with place.house.app.app_context():
        for language, words in texts:
            record(language, words, sound or WEBM + webm_block(words.encode()))
    time.sleep(1.1 * availability.INDEX_SECONDS)


def listen(tablet: ChildTablet) -> None:
    """Tap the speaker of the screen."""
    tablet.screen.locator(".listen").click()


def plays(page: Page, condition: str) -> None:
    """Wait for something in the page."""
    comes_true(page, lambda: page.evaluate(condition), condition)


def asked(tablet: ChildTablet) -> bool:
    """Whether the child is asked if others can hear."""
    return tablet.page.locator("[data-hear]").is_visible()


def records(desk: StaffDesk, at: str, words: str) -> None:
    """From a questionnaire's page: find a text, speak for a moment, keep it."""
    desk.opens(at)
    desk.presses("Record what is read aloud")
    desk.page.locator("tr").filter(has=desk.page.locator("b[lang=hi]")).get_by_role("link").click()
    desk.page.locator("tr").filter(has_text=words).get_by_role("link").click()
    desk.page.locator("[data-start]:visible").press("Enter")  # by keyboard alone; its script shows it
    expect(desk.page.locator("[data-stop]")).to_be_focused()
    desk.page.wait_for_timeout(1500)
    desk.page.keyboard.press("Space")
    expect(desk.page.locator("[data-listen]")).to_be_focused()
    desk.presses("Save")
    desk.reads("Kept. Children can hear it now.")


def questionnaire(desk: StaffDesk) -> str:
    """The newest version that is asked in these journeys."""
    desk.opens("/staff/questionnaires/")
    link = desk.page.locator("main tr").filter(has_text=SURVEY).get_by_role("link").first.get_attribute("href")
    assert link
    return link


@long_test("WALKED")
def test_a_question_recorded_in_hindi_is_heard_by_a_child_until_its_words_change(
    desks: Desks, tablets: Tablets, place: Place, tmp_path: Path
) -> None:
    tablet, desk = tablets(place), desks(place, "tomas")
    tablet.page.add_init_script(_OBSERVED)
    tablet.begins("हिन्दी")
    expect(tablet.screen.locator(".listen")).to_be_hidden()
    records(desk, questionnaire(desk), FOOD_HI)

    tablet.begins("हिन्दी")
    assert tablet.question == "food"
    expect(tablet.screen.locator(".listen")).to_be_visible()
    assert tablet.page.evaluate("sounds.length") == 0, "silent until the child taps"
    listen(tablet)
    assert asked(tablet)
    tablet.page.locator("[data-loud]").click()
    plays(tablet.page, "sounds.length === 1 && sounds[0].currentTime > 0.3")
    plays(tablet.page, "sounds[0].ended && !document.querySelector('.speaking')")
    assert tablet.page.evaluate("sounds.length") == 1, "answers are read all or none"
    tablet.goes_on()
    expect(tablet.screen.locator(".listen")).to_be_hidden()

    changed = tmp_path / f"{SURVEY}.toml"
    changed.write_text((STARTERS / f"{SURVEY}.toml").read_text("utf-8").replace(FOOD_HI, "इस हफ़्ते का खाना कैसा था?"))
    desk.opens("/staff/questionnaires/import")
    desk.page.locator("input[type=file]").set_input_files(changed)
    desk.continues()
    desk.presses("Record what is read aloud")
    desk.page.locator("tr").filter(has=desk.page.locator("b[lang=hi]")).get_by_role("link").click()
    row = desk.page.locator("tr").filter(has_text="इस हफ़्ते का खाना कैसा था?")
    expect(row).to_contain_text("The text has changed")
    row.get_by_role("link").click()
    desk.page.locator("[data-start]").click()
    desk.page.wait_for_timeout(1200)
    desk.presses("Save")  # while she still speaks
    desk.reads("Kept. Children can hear it now.")


def test_the_network_does_not_tell_which_question_a_child_hears(tablets: Tablets, place: Place) -> None:
    """With the first sound all sounds of the page are fetched; the next question is heard without a request."""
    questions = [question.text["en"] for question in starter(SURVEY).questions]
    recorded(place, *(("en", words) for words in questions), sound=_a_beep())
    tablet = tablets(place)
    tablet.page.add_init_script(_OBSERVED)
    fetched: set[str] = set()
    tablet.page.on("requestfinished", lambda one: fetched.add(one.url) if "/clips/" in one.url else None)
    tablet.begins()
    listen(tablet)
    assert not fetched, "nothing is fetched before somebody wants to hear"
    tablet.page.locator("[data-loud]").click()
    plays(tablet.page, "sounds[0]?.ended")
    comes_true(tablet.page, lambda: len(fetched) == len(questions), "every sound is fetched")
    assert len(fetched) == len(questions)
    with tablet.while_the_house_is_down():
        tablet.goes_on()
        listen(tablet)
        plays(tablet.page, "sounds[1]?.ended && sounds[1].currentTime > 0")


@long_test("WALKED")
def test_whether_others_can_hear_is_asked_once_a_sitting(tablets: Tablets, place: Place) -> None:
    recorded(place, ("en", "Choose your language"), ("en", FOOD_EN), ("en", "Thank you."))
    tablet = tablets(place)
    tablet.begins()
    listen(tablet)
    assert asked(tablet)
    tablet.page.locator("[data-quiet]").click()
    listen(tablet)
    assert asked(tablet), "quiet is no answer for later"
    tablet.page.locator("[data-loud]").click()
    listen(tablet)
    assert not asked(tablet)
    tablet.stops()
    tablet.is_at_the_first_screen()
    tablet.page.locator("main .listen").click()
    assert asked(tablet), "the next child is asked again"
    tablet.page.locator("[data-loud]").click()
    tablet.chooses_language("English")
    tablet.page.locator(f"nav a[href='{place.survey}']").click()
    tablet.agrees()
    listen(tablet)
    assert not asked(tablet)
    tablet.answers("Good")
    tablet.stops()
    tablet.sends()
    tablet.is_thanked()
    tablet.page.locator("main .listen").click()
    assert not asked(tablet)
    assert tablet.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]


def test_a_refusal_is_heard_where_everything_is_recorded_and_the_tablet_has_no_voice(
    tablets: Tablets, place: Place
) -> None:
    """A script puts it there; its recording waits beside it."""
    choice = place.opens_choice()
    recorded(place, ("en", "What shall we eat?"), ("en", "Tap a picture first."), sound=_a_beep())
    tablet = tablets(place)
    tablet.page.add_init_script(_OBSERVED)
    tablet.opens("/language")
    tablet.chooses_language("English")
    tablet.opens(choice)
    listen(tablet)
    tablet.page.locator("[data-loud]").click()
    plays(tablet.page, "sounds.length === 1 && sounds[0].ended")
    tablet.screen.locator("[data-go=send]").click()
    tablet.reads("Tap a picture first.")
    plays(tablet.page, "sounds.length === 2 && sounds[1].ended")
    assert tablet.page.evaluate("sounds[0].src !== sounds[1].src")


@long_test("WALKED")
def test_a_clip_that_was_heard_lies_on_the_tablet(tablets: Tablets, place: Place) -> None:
    recorded(place, ("en", FOOD_EN), sound=_a_beep())
    tablet = tablets(place)
    tablet.page.add_init_script(_OBSERVED)
    fetched: list[str] = []
    tablet.page.on("response", lambda answer: fetched.append(answer.url) if "/clips/" in answer.url else None)
    tablet.begins()
    listen(tablet)
    tablet.page.locator("[data-loud]").click()
    plays(tablet.page, "sounds[0]?.ended")
    with tablet.while_the_house_is_down():
        listen(tablet)
        plays(tablet.page, "sounds[1]?.ended && sounds[1].currentTime > 0")
    assert fetched


def _a_beep() -> bytes:
    """A second of sound, as the browser of these journeys recorded it."""
    return (TOP / "tests/journeys/beep.webm").read_bytes()


def test_a_tablet_speaks_with_a_voice_of_its_own_that_an_adult_found_right_and_never_with_a_remote_one(
    tablets: Tablets, place: Place
) -> None:
    tablet = tablets(place)
    tablet.page.add_init_script(_OBSERVED + _VOICES)
    tablet.begins()
    expect(tablet.screen.locator(".listen")).to_be_hidden()

    tablet.opens("/staff/tablet-voice")
    page, lata = tablet.page, place.people["lata"]
    page.locator("[name=handle]").fill(lata.handle)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    hindi, english = page.locator("[data-voice=hi]"), page.locator("[data-voice=en]")
    expect(hindi.locator("input")).to_be_disabled()
    expect(hindi.get_by_role("button")).to_be_hidden()
    english.get_by_role("button").click()
    assert page.evaluate("said.length") == 1
    english.locator("input").check()
    assert not _complaints(page)
    page.get_by_role("button", name="Save and sign out").click()
    tablet.is_at_the_first_screen()

    with place.house.app.app_context(), db.writing(db.engine()) as session:
        (one,) = [each for each in list_tablets(session, [place.site_id]) if each.enrolled_on]
        set_tablet_voices(session, one.id, ["en", "hi"])  # the Hindi voice is gone: only a remote one is left
    tablet.begins()
    listen(tablet)
    plays(page, "said.length >= 4 && !document.querySelector('.speaking')")
    assert page.evaluate("said")[0] == "Can others hear this?", "the first thing that is heard is how to hear"
    page.evaluate("said.length = 0")
    page.locator("[data-loud]").click()
    plays(page, "said.length >= 6 && !document.querySelector('.speaking')")
    said = page.evaluate("said")
    assert said[:2] == [FOOD_EN, "Very bad"]
    assert "I don't know" in said
    assert "REMOTE" not in said
    tablet.begins("हिन्दी")
    expect(tablet.screen.locator(".listen")).to_be_hidden()


def _complaints(page: Page) -> list[str]:
    tags = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in Axe().run(page, options=tags).response["violations"]
    ]


@long_test("WALKED")
def test_everything_the_script_reads_aloud_is_in_the_list_of_what_to_record(tablets: Tablets, place: Place) -> None:
    assert place.round
    with place.house.app.app_context(), place.house.app.test_request_context():
        texts = [spoken_text for language in ("en", "hi", "ar") for spoken_text in texts_of(place.round, language)]
    recorded(place, *((spoken_text.language, spoken_text.words) for spoken_text in texts))
    tablet = tablets(place)
    tablet.opens("/language")
    tablet.chooses_language("English")
    silent = []
    for path in ("/language", "/", place.survey, f"{place.survey}/thanks", "/tell", "/help", "/rights"):
        tablet.opens(path)
        silent += not_recorded(tablet.page)
        if path == "/language":
            tablet.chooses_language("English")
    others = {"हिन्दी", "العربية", "English", "नमस्ते", "مرحبًا"}  # languages say themselves
    others |= {
        name for name in silent if name.endswith(" Example")
    }  # on the screen of the limit; said on the one before
    others |= {words for words in silent if words.endswith(" read it.")}  # the strip names who is left in
    others |= _ONLY_SPOKEN
    assert not sorted({*silent} - others), "\n" + "\n".join(sorted({*silent} - others))
