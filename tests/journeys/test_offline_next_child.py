"""Whatever a child did without a network, or began and left: neither the next child nor a thief finds anything of it.

Duties: CHILD-UX.md, "Nothing stays"; PRIVACY.md C, "The tablet's queue".
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.support import browsers
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import VillageTablet, village_tablet
from tests.journeys.test_offline import (
    CANARY,
    ballots,
    chooses,
    digits,
    goes_to,
    is_saved,
    suggests,
    tells_by_voice,
    votes,
)
from tests.journeys.test_offline_late import Evening, answers
from tests.journeys.test_slips import open_vote
from tests.journeys.test_telling import keeps_the_pictures, reports
from youthvoice import db
from youthvoice.committees.elections.rules import Election
from youthvoice.slips.store import Picks
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads.store import ReaderKey, list_threads, open_thread, read_entries

pytestmark = browsers.LONG
_VOICE = "A_OPUS"  # stands in every recording
_NAIVE = """() => {
    const line = '<form action="/rights"><input type="text" name="line"><button>Go</button></form>';
    document.querySelector('main').innerHTML = `<form><textarea name="words"></textarea></form>${line}`;
}"""
_SAVES_ITS_SESSION = 5000  # milliseconds; Chromium writes what stands in boxes every two seconds and a half


class Night(Evening):
    """A place where a child can do everything that there is to do without a network."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.vote: tuple[Election, list[Picks]] = open_vote(place, 3)
        self.choice = place.opens_choice()

    def counted_all(self) -> dict[str, object]:
        """What lies in the house."""
        assert self.place.round
        rounds: tuple[Round, ...] = (self.place.round, self.before, self.closed)
        return {
            "rounds": [self.counted(round_) for round_ in rounds],
            "taps": self.taps(),
            "ballots": ballots(self.place),
            "choices": self.place.sheets_of(self.choice),
            "reports": reports(self.place),
        }


@pytest.fixture
def night(place: Place) -> Night:
    return Night(place)


@pytest.fixture
def village(playwright: Playwright, night: Night, tmp_path: Path) -> Iterator[VillageTablet]:
    """The whole browser: it brings pages back from memory, and writes down what stands in boxes, as a tablet does."""
    with village_tablet(playwright, night.place, tmp_path / "profile", whole=True) as tablet:
        yield tablet


def says_me_too(child: ChildTablet) -> None:
    goes_to(child, "/agenda")
    child.page.locator("button.metoo").first.click()


def says_not_yet(child: ChildTablet) -> None:
    goes_to(child, "/we-did")
    child.page.locator(".really button").filter(has_text="Not yet").first.click()


def begins_to_tell(child: ChildTablet) -> None:
    """In Hindi, up to her words in the box."""
    goes_to(child, "/tell", language="हिन्दी")
    child.goes_on()
    for words in ("सिर्फ़ मैं", "कुछ टूटा है", "हम कई लोग"):
        child.answers_and_goes_on(words)
    child.goes_on()
    child.goes_on()
    child.goes_on()
    child.writes(CANARY)


def begins_to_say_where(child: ChildTablet) -> None:
    """The same, and on to the line in which she says who she is."""
    begins_to_tell(child)
    child.goes_on()
    for words in ("नहीं", "पहले मुझसे पूछें", "हाँ"):
        child.answers_and_goes_on(words)
    child.screen.locator("label.tile").first.click()
    child.goes_on()
    child.screen.locator("#how").press_sequentially(CANARY)


def tells_by_words(child: ChildTablet) -> list[str]:
    """Gives the seven pictures that the tablet drew."""
    begins_to_say_where(child)
    child.goes_on()
    child.screen.locator("[data-go=send]").click()
    return keeps_the_pictures(child)


Act = Callable[[ChildTablet], object]


def acts(night: Night) -> Iterator[tuple[str, Act]]:
    """Everything a child can send, and the address from which she sends it."""
    election, slips = night.vote
    survey, before, closed = night.place.survey, f"/survey/{night.before.slug}", f"/survey/{night.closed.slug}"
    yield closed, lambda child: answers(child, closed)
    yield survey, lambda child: answers(child, survey, night.slips[0])
    yield before, lambda child: answers(child, before, card=night.cards[0])
    yield f"/vote/{election.slug}", lambda child: votes(child, election.slug, slips[0])
    yield night.choice, lambda child: chooses(child, night.choice)
    yield "/agenda", says_me_too
    yield "/we-did", says_not_yet
    yield "/agenda/suggest", suggests
    yield "/tell", tells_by_words
    yield "/tell", tells_by_voice


def nothing_of_a_child_is_here(child: ChildTablet) -> None:
    assert child.chosen() == []
    assert CANARY not in child.page.content()
    assert child.page.locator(".code > li").count() == 0


def the_next_child_finds_nothing(child: ChildTablet, path: str) -> None:
    """By Back and Forward through the whole history, and in another tab where she begins the same."""
    nothing_of_a_child_is_here(child)
    while child.presses_the_browsers_back():
        nothing_of_a_child_is_here(child)
    while child.presses_the_browsers_forward():
        nothing_of_a_child_is_here(child)
    other = ChildTablet(child.page.context.new_page(), child.place, child.watch)
    for address in (path, "/"):
        other.opens(address)
        nothing_of_a_child_is_here(other)
    other.page.close()


def test_after_whatever_was_sent_the_next_child_finds_nothing(village: VillageTablet, night: Night) -> None:
    """Each child has a tab of her own, so that all of what she did lies behind her last page."""
    place, first = night.place, village.child
    assert village.context
    village.context.set_offline(offline=True)  # which reaches the worker, too
    first.opens("/language")
    before, codes = village.stays(), []
    for nth, (path, act) in enumerate(acts(night), 1):
        village.child = child = ChildTablet(village.context.new_page(), place, first.watch)
        told = act(child)
        if isinstance(told, list):
            codes.append(told)
        else:
            is_saved(child)
        assert len(village.waiting()) == nth
        the_next_child_finds_nothing(child, path)
        child.opens("/language")
        assert village.stays() == before, path
        child.page.close()
    village.child = first
    village.child.opens("/language")
    with place.house.app.test_request_context():
        drawn = [digits(one) for one in codes]
    picks = ["".join(map(str, one)) for one in (*night.slips, *night.cards, *night.vote[1]) if len(one) > 5]
    assert village.holds(CANARY, _VOICE, *picks, code=drawn[0]) | village.holds(code=drawn[1]) == {}
    village.context.set_offline(offline=False)
    goes_to(first)
    comes_true(first.page, lambda: not village.waiting(), "everything is delivered")
    assert night.counted_all() == {
        "rounds": [(1, 1), (1, 0), (1, 1)], "taps": 2, "ballots": 1, "choices": 1, "reports": 2,
    }  # fmt: skip
    assert any(_VOICE.encode() in sound for sound in voices(place)), "a recording holds what was looked for"
    assert village.holds(CANARY, _VOICE) == {}


def voices(place: Place) -> list[bytes]:
    """What an advocate hears of all that was told."""
    one = place.people["asha"]
    reader_key = ReaderKey(one.id, one.public_key, frozenset({place.site_id}))
    with place.house.app.app_context(), db.reading(db.engine()) as session:
        opened = [
            open_thread(session, reader_key, summary.id, one.private_key)
            for summary in list_threads(session, reader_key)
        ]
        return [entry.sound for thread in opened if thread for entry in read_entries(session, thread)]


def begins(night: Night) -> Iterator[tuple[str, Act]]:
    """Wherever a child can write, up to her words in the box."""
    closed = f"/survey/{night.closed.slug}"
    yield closed, lambda child: answers(child, closed, sends=False)
    yield "/agenda/suggest", lambda child: suggests(child, sends=False)
    yield "/tell", begins_to_tell
    yield "/tell", begins_to_say_where


def test_who_told_nothing_gets_no_pictures_and_nothing_is_kept(village: VillageTablet) -> None:
    """Nobody else says it without a network; one "yes" is enough."""
    child = village.child
    assert village.context
    village.context.set_offline(offline=True)
    goes_to(child, "/tell")
    child.goes_on()
    while child.question != "danger":
        child.skips()
    child.answers_and_goes_on("No")
    child.skips_the_rest()
    child.sends()
    child.reads("Tap a picture, write or speak. One thing is enough.")
    assert (child.question, village.waiting()) == ("tell", [])
    child.skips()
    child.answers_and_goes_on("Yes")
    child.skips_the_rest()
    child.sends()
    keeps_the_pictures(child)
    assert len(village.waiting()) == 1


def test_what_was_written_and_not_sent_is_nowhere(village: VillageTablet, night: Night) -> None:
    """She reloads, goes away and comes back, leaves fast; at last the battery is pulled out under her fingers."""
    first, place = village.child, night.place
    assert village.context
    village.context.set_offline(offline=True)
    first.opens("/language")
    before = village.stays()
    for path, begin in begins(night):
        village.child = child = ChildTablet(village.context.new_page(), place, first.watch)
        begin(child)
        assert CANARY in "".join(child.chosen())
        child.page.reload()
        expect(child.screen).to_be_visible()
        assert CANARY in "".join(child.chosen()), "in her own window it outlives a reload, and is on no disk"
        begin(child)
        child.page.wait_for_timeout(_SAVES_ITS_SESSION)
        child.opens("/help")
        child.presses_the_browsers_back()
        expect(child.screen).to_be_visible()
        assert CANARY in "".join(child.chosen()), "and Back"
        begin(child)
        child.leaves_fast()
        child.is_on_the_harmless_page("hi" if path == "/tell" else "en")
        the_next_child_finds_nothing(child, path)
        child.opens("/language")
        assert village.stays() == before, path
    begin(child)
    child.page.wait_for_timeout(_SAVES_ITS_SESSION)
    village.loses_power()
    assert village.holds(CANARY) == {}
    nothing_of_a_child_is_here(village.switches_on())


def test_the_search_finds_what_this_browser_writes_down_of_other_boxes(village: VillageTablet) -> None:
    """Words that stood in one when she went on, and a line that is offered again: else the above proves nothing."""
    child = village.child
    child.opens("/help")
    child.page.evaluate(_NAIVE)
    child.page.locator("textarea").press_sequentially(f"{CANARY}-words")
    child.page.locator("[name=line]").press_sequentially(f"{CANARY}-line")
    child.page.get_by_role("button", name="Go").click()
    child.page.wait_for_timeout(_SAVES_ITS_SESSION)
    village.loses_power()
    found = village.holds(f"{CANARY}-words", f"{CANARY}-line")
    assert list(found) == [f"{CANARY}-words", f"{CANARY}-line"]
    assert "Sessions" in found[f"{CANARY}-words"]
    assert f"{CANARY}-line".encode() in (village.folder / "Default" / "Web Data").read_bytes()
