"""A child who does not see, or whom nobody shall read over the shoulder: four zones, her ear, and no word on the glass.

CHILD-UX.md "Read aloud"; mockups, "By ear".
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.support.by_ear import with_voices
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.zones import Zones
from tests.journeys.test_reply import opens_her_thread
from tests.support.committees import make_committee, put
from tests.support.introductions import introduce
from tests.support.threads import told
from youthvoice import context
from youthvoice.privacy.credentials.picture_codes import CODE_LENGTH, SCREENS
from youthvoice.threads.entities import ThreadEntry

pytestmark = pytest.mark.journey
NAMES = {picture.name for pictures in SCREENS for picture in pictures}
"""Of the pictures of codes, as they are said in English."""
WAYS_ON = {"Next", "I understand", "Start", "Skip"}
END = "This goes when you tap Send."
UNREAD = "This is not read aloud. Ask somebody you trust."
_LATE = """
    const sends = globalThis.ServiceWorker?.prototype.postMessage;   // none on a blank page
    if (sends) ServiceWorker.prototype.postMessage = function (asked, ways) {
        setTimeout(() => sends.call(this, asked, ways), asked.arrived ? 300 : 0);
    };
"""
"""A worker that is slow to say where a page was led to, and whether she listens already."""
_TONE = """
    const Real = AudioContext;
    window.AudioContext = class extends Real {
        createOscillator() { spoken.push("a tone"); return super.createOscillator(); }
    };
"""
_NOBODY_SAYS = "(part) => { document.querySelector(part).lang = 'xx'; }"


def covers(tablet: ChildTablet, language: str = "en") -> Zones:
    """An adult or a friend taps the ear beside the two letters."""
    with_voices(tablet)
    tablet.opens(f"/language/{language}")
    tablet.page.locator("[data-ear]").click()
    expect(tablet.page.locator("[data-zones]")).to_be_visible()
    tablet.has_arrived()
    assert tablet.page.evaluate("spoken") == [], "silent before the first tap"
    return Zones(tablet.page)


def test_a_survey_is_answered_and_sent_and_the_next_child_sees_her_page(tablet: ChildTablet, place: Place) -> None:
    zones = covers(tablet)
    assert zones.presses("again")[0] == "The tablet reads aloud. People near you hear it too."
    zones.takes("Answer")
    zones.goes_on("How was the food this week?", WAYS_ON)
    assert zones.takes("Bad") == ["Bad", "chosen"]
    assert zones.all_within(740, 360), "a telephone that lies on its side; nothing scrolls"
    assert zones.takes("Very good") == ["Very good", "chosen"]
    tablet.page.reload()
    tablet.has_arrived()
    assert tablet.page.evaluate("spoken") == [], "silent before the first tap"
    assert zones.presses("again")[1:] == ["How was the food this week?"]
    assert "chosen" in zones.all_stops(), "what she answered is still there"
    comes_true(tablet.page, lambda: tablet.page.evaluate("performance.now() > 700"), "no tap in a hurry")
    assert zones.takes("Very good") == ["Very good", "not chosen"], "a second tap takes it back"
    assert zones.takes("Good") == ["Good", "chosen"]
    zones.goes_on("This box is different.", WAYS_ON)
    zones.takes("I understand")
    assert zones.walks_to("Speak") == ["Speak", "You can speak here. Tap below to begin, and again to end."]
    zones.speaks()
    assert zones.walks_to("Again")
    zones.goes_on(END, WAYS_ON)
    with tablet.while_the_house_is_down():
        zones.takes("Send")  # what is said first is "Sending", on a slow machine for a while
        zones.hears_at_last("The tablet cannot send yet.")
    zones.takes("Try again")
    tablet.shows(f"{place.survey}/thanks")
    assert zones.hears()
    assert (place.sheets(), place.letters()) == (1, 1)
    zones.leaves_by("First page")
    tablet.shows("/language")
    tablet.chooses_language("English")
    expect(tablet.page.locator("nav a[href='/ways']")).to_be_visible()
    expect(tablet.page.locator("[data-zones]")).to_be_hidden()


def test_no_word_is_on_the_glass_where_the_script_of_the_zones_comes_late(tablet: ChildTablet) -> None:
    zones = covers(tablet)
    tablet.watch.expects_silence = False
    tablet.page.route("**/covered.*", lambda route: route.abort(), times=1)
    with tablet.page.expect_event("requestfinished", lambda request: "/covered." in request.url):
        tablet.page.reload()
    tablet.watch.expects_silence = True
    assert zones.presses("again")[1:] == ["Example House", "What would you like to do?"]


def test_whoever_comes_after_the_dark_corner_sees_the_way_out(tablet: ChildTablet) -> None:
    """On the glass of a first page that nobody tapped yet; by ear nothing there leads astray."""
    zones, eye = covers(tablet), tablet.page.locator(".uncovers")
    expect(eye.locator("svg")).to_be_visible()
    zones.presses("again")
    expect(eye).to_be_hidden()
    tablet.leaves_fast()
    tablet.opens("/")
    eye.click()
    expect(tablet.page.locator("nav a[href='/ways']")).to_be_visible()
    expect(tablet.page.locator("[data-zones]")).to_be_hidden()


def test_telling_leaves_one_reader_out_and_keeps_seven_pictures(tablet: ChildTablet, place: Place) -> None:
    with place.house.app.app_context():
        introduce(place.people["ravi"].id, "6a9e5b", place.people["tomas"].id, words="comes on Fridays")
    tablet.shows_portraits("ravi")
    zones = covers(tablet)
    zones.takes("Tell")
    zones.takes("Something wrong")
    zones.goes_on("What is it about?", WAYS_ON)
    assert zones.takes("Food") == ["Food", "chosen"]
    for key, said in (("ArrowRight", "Sleep and rooms"), ("ArrowLeft", "Food"), ("ArrowUp", "Food")):
        assert zones.presses_key(key)[0] == said
    tablet.page.evaluate("document.querySelector('[data-still]').hidden = false")
    zones.hears_at_last("Are you still here?")
    assert zones.presses("next") == ["Food", "chosen"], "any zone says that she is here, and nothing else"
    expect(tablet.page.locator("[data-still]")).to_have_attribute("hidden", "")
    zones.goes_on("These people will read it. Leave anyone out?", WAYS_ON)
    assert zones.takes("Ravi Example") == ["Ravi Example", "cannot see this"]
    assert zones.presses("take") == ["Ravi Example", "comes on Fridays", "reads it"]
    assert zones.presses("take") == ["Ravi Example", "cannot see this"]
    zones.goes_on("Say it or write it.", WAYS_ON)
    assert zones.presses("next") == ["\u2068Ravi Example\u2069 cannot see this."]
    zones.goes_on(END, WAYS_ON)
    assert zones.walks_to("Ravi Example") == ["Ravi Example", "cannot see this"]
    assert zones.takes("Send")[0] == "Sending"
    zones.hears_at_last("Thank you. It was right to tell.")
    assert zones.presses("next") == ["It is sent."]
    seen = [said for said in zones.all_stops() if said in NAMES]
    assert len(seen) == CODE_LENGTH
    tablet.page.emulate_media(media="print")
    expect(tablet.page.locator(".printed .picture").first).to_be_visible()
    expect(tablet.page.locator("[data-zones]")).to_be_hidden()


def test_what_became_of_an_answer_is_said_at_once(tablet: ChildTablet, place: Place) -> None:
    with place.house.app.app_context():
        told(place.site_id).answer(ThreadEntry("ask", 1, context.today("Asia/Kolkata"), said={"ask": "put_right"}))
    opens_her_thread(tablet)
    zones = covers(tablet)
    tablet.opens("/reply/open")
    tablet.has_arrived()
    assert "This is how it stands." in zones.presses("again")
    zones.takes("Yes")
    assert zones.takes("Send")[0] == "Sent. Only your readers can open it."


def test_where_a_form_leads_is_heard_and_what_is_refused_each_time(tablet: ChildTablet, place: Place) -> None:
    place.meets("dormitory")
    with place.house.app.app_context():
        put(make_committee(place.site_id, place.people["lata"]))
    zones = covers(tablet)
    zones.presses("again")
    zones.takes("Our list")
    assert zones.takes("Me too")[0::3] == ["Fruit every day", "chosen"], "her tap first"
    zones.takes("Suggest")
    for _again in range(2):
        assert zones.takes("Next") == ["Tap whose list it is for.", "Next"]


def test_a_worker_that_answers_late_leaves_no_page_silent(tablets: Callable[..., ChildTablet], place: Place) -> None:
    tablet = tablets(place, service_workers="allow")
    tablet.opens("/language/en")
    comes_true(tablet.page, lambda: tablet.page.evaluate("Boolean(navigator.serviceWorker.controller)"), "a worker")
    tablet.page.add_init_script(_LATE)
    zones = covers(tablet)
    zones.presses("again")
    assert zones.takes("Help") == ["You can talk to someone."]


def test_what_nobody_says_is_a_stop_that_cannot_be_taken(tablet: ChildTablet) -> None:
    """All answers or none: one that is not said leaves all of them unsaid, and she learns that there is something."""
    zones = covers(tablet)
    tablet.page.add_init_script(_TONE)
    zones.takes("Answer")
    zones.goes_on("How was the food this week?", WAYS_ON)
    tablet.page.evaluate(_NOBODY_SAYS, ".screen.now .tile span")
    assert zones.presses("next") == [UNREAD]
    assert zones.presses("take") == [UNREAD]
    assert zones.presses("next") == ["Skip"], "nothing was chosen"
    tablet.page.evaluate(_NOBODY_SAYS, "[data-unread]")
    assert zones.presses("before") == ["a tone"]
