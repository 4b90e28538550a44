"""An advocate writes down what a child said by voice; the child says that it is right, and her voice ends (S5, S13)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.support.by_ear import has_voices
from tests.journeys.support.ear import Ear
from tests.journeys.support.navigators import ChildTablet, StaffDesk
from tests.journeys.support.sites import Place
from tests.journeys.test_by_ear_alone import is_all_heard
from tests.journeys.test_every_page import faults
from tests.journeys.test_from_telling_to_answer import opens_the_report
from tests.journeys.test_reply import opens_her_thread
from tests.support.long_tests import breadth, long_test
from tests.support.threads import Told, told
from youthvoice import context, db
from youthvoice.grievances import transcripts
from youthvoice.grievances.deadlines.transcript_job import settle_transcripts
from youthvoice.threads.case_state import CaseState
from youthvoice.threads.entities import CHILD, ThreadEntry
from youthvoice.threads.store import add_entry, change_case_state, find_thread

pytestmark = pytest.mark.journey
PHONE, WIDE, LOW = (360, 740), (800, 1280), (960, 600)
Desks = Callable[[Place, str], StaffDesk]
SAID = "he took my shoe and I did not got it back"
BEEP = (Path(__file__).parent / "beep.webm").read_bytes()


@pytest.fixture
def thread(place: Place) -> Told:
    """A child told by voice, and an advocate has it open."""
    with place.house.app.app_context():
        made = told(place.site_id, case=CaseState(state="open", topic="things"), words="")
        with db.writing(db.engine()) as session:
            thread = find_thread(session, made.id)
            assert thread
            entry = ThreadEntry(
                "child_voice", CHILD, context.today("Asia/Kolkata"), said={"kind": "audio/webm"}, sound=BEEP
            )
            add_entry(session, thread, entry)
    return made


def two_days_pass(place: Place, thread: Told) -> None:
    """What waits for the end of the next day waits no longer; that is a full hour, up to an hour after it."""
    with place.house.app.app_context():
        with db.writing(db.engine()) as session:
            found = find_thread(session, thread.id, to_change=True)
            assert found
            earlier = {key: (hour - 49, turn, answer) for key, (hour, turn, answer) in found.case.transcripts.items()}
            change_case_state(session, found, found.case.having(transcripts=earlier))
        settle_transcripts()


def writes_it_down(desks: Desks, place: Place, words: str = SAID) -> StaffDesk:
    """One advocate, beside the player; another one listens, and the child is asked."""
    asha, ravi = desks(place, "asha"), desks(place, "ravi")
    opens_the_report(asha)
    asha.page.get_by_role("link", name="Write down what was said").first.click()
    asha.fills(words=words)
    asha.presses("Keep this")
    asha.reads("Somebody else listens first, and then asks the child.")
    opens_the_report(ravi)
    ravi.page.get_by_role("link", name="Listen, then ask the child").click()
    ravi.page.get_by_label("I listened to all of it").check()
    assert faults(ravi.page, child=False) == []
    ravi.presses("Keep this")
    ravi.reads("The child is asked whether it is right")
    return asha


def test_a_child_hears_and_sees_her_words_says_yes_and_her_voice_ends(
    tablet: ChildTablet, desks: Desks, place: Place, thread: Told
) -> None:
    asha = writes_it_down(desks, place)
    has_voices(tablet)
    ear = Ear(tablet.page)
    tablet.opens("/language/en")
    opens_her_thread(tablet)
    assert SAID not in tablet.page.content(), "nobody looks over her shoulder at it"
    ear.taps("We wrote down what you said.")
    sounds = ear.hears()
    assert SAID in sounds
    assert sounds.index(SAID) < sounds.index("Yes, that is what I said")
    tablet.page.get_by_role("button", name="Hear my voice").click()
    assert ear.rest()
    assert faults(tablet.page, child=True) == []
    ear.taps("Yes, that is what I said")
    ear.taps("Send")
    sounds = ear.hears()
    assert sounds.index("Do you know what is written here?") < sounds.index(SAID) < sounds.index("Yes, I know it")
    assert faults(tablet.page, child=True) == []
    ear.taps("Yes, I know it")
    ear.taps("Send")
    assert any(sound.startswith("We delete the recording of your voice on") for sound in ear.hears())
    two_days_pass(place, thread)
    tablet.opens("/reply/open")
    sounds = ear.hears()
    assert "The recording of your voice is deleted. The words stay." in sounds
    assert "We wrote down what you said." not in sounds
    asha.opens(f"/staff/reports/{thread.id.hex()}")
    asha.reads(SAID)
    expect(asha.page.locator("form.voice")).to_have_count(0)
    is_all_heard(ear)


def test_a_no_leads_to_her_own_words_and_a_line_that_fails_loses_nothing(
    tablet: ChildTablet, desks: Desks, place: Place, thread: Told
) -> None:
    writes_it_down(desks, place)
    tablet.opens("/language/en")
    opens_her_thread(tablet)
    tablet.page.get_by_role("link", name="We wrote down what you said.").click()
    tablet.page.locator(".tile", has_text="No, something is different").click()
    tablet.watch.expects_silence = False
    tablet.page.context.set_offline(True)
    tablet.page.get_by_role("button", name="Send").click()
    tablet.reads("This does not work now. Wait a little and try again.")
    expect(tablet.page.locator("input[value=no]")).to_be_checked()
    tablet.page.context.set_offline(False)
    tablet.watch.expects_silence = True
    tablet.page.get_by_role("button", name="Send").click()
    expect(tablet.page).to_have_url(f"{place.url}/reply/write?done=transcript_right")
    tablet.reads("They look at it again.")
    opens_her_thread(tablet)
    tablet.reads("They look at it again.")
    with place.house.app.app_context():
        (question,) = transcripts.list_questions(thread.marks())
    assert question.answer == transcripts.NO


@long_test("WALKED")
@pytest.mark.parametrize(("language", "size"), breadth([("hi", PHONE)], [("en", LOW), ("ar", PHONE), ("ar", WIDE)]))
def test_the_three_answers_are_alike_and_nothing_lies_under_the_bar(
    tablet: ChildTablet, desks: Desks, thread: Told, language: str, size: tuple[int, int]
) -> None:
    writes_it_down(desks, tablet.place)
    assert thread
    tablet.page.set_viewport_size({"width": size[0], "height": size[1]})
    tablet.opens(f"/language/{language}")
    opens_her_thread(tablet)
    tablet.page.locator("a[href^='/reply/transcript/']").click()
    tiles = tablet.page.locator("form .tile")
    boxes = [tiles.nth(nth).bounding_box() for nth in range(tiles.count())]
    assert len(boxes) == len(transcripts.ANSWERS)
    assert len({(round(box["width"]), round(box["height"])) for box in boxes if box}) == 1
    assert all(box and box["height"] >= 96 for box in boxes)
    assert faults(tablet.page, child=True) == []
