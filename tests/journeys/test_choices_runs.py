"""Children tap, write, speak, leave people out, go back, stop, reload, wait and send in any order: nothing is undone.

Each run is drawn from a seed that it prints; CHOICES_SEED replays one, CHOICES_RUNS says how many. Against a model of
her: whoever she left out never opens it, what arrived is what the last screen showed, and what she gave is there or
she threw it away.
"""

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.journeys.test_letter_voice import opened_letters
from tests.journeys.test_telling import EVERYBODY, pictures
from tests.support.long_tests import RUNS_LONG
from youthvoice import db
from youthvoice.threads.entities import ThreadEntry
from youthvoice.threads.store import ReaderKey, list_threads, open_thread, read_entries

pytestmark = pytest.mark.journey
RUNS = int(os.environ.get("CHOICES_RUNS", "30" if RUNS_LONG else "1"))
SEED = os.environ.get("CHOICES_SEED")
STEPS = 24
Tablets = Callable[..., ChildTablet]
STATE = """() => [...document.querySelectorAll("form.screens [data-question]:not(.unasked) :is(input, textarea)")]
    .filter((box) => box.type === "file" ? box.files.length : /radio|checkbox/.test(box.type) ? box.checked : box.value)
    .map((box) => `${box.name}=${box.type === "file" ? "voice" : box.value}`).sort()"""


@dataclass
class Walk:
    """One child before one form, and what she did."""

    tablet: ChildTablet
    draw: random.Random
    done: list[str] = field(default_factory=list)
    is_over: bool = False

    @property
    def screen(self) -> Locator:
        """What is before her."""
        return self.tablet.screen

    def state(self) -> list[str]:
        """Everything she gave that counts."""
        found: list[str] = self.tablet.page.evaluate(STATE)
        return found

    def taps(self) -> None:
        """One tile, or the same again: that alone may take an answer back."""
        tiles = self.screen.locator("label.tile:visible").all()
        if not tiles:
            return
        self.tablet.page.wait_for_timeout(650)
        self.draw.choice(tiles).click()

    def writes(self) -> None:
        """More words."""
        box = self.screen.locator("textarea:visible, input.line-of-words:visible")
        if box.count():
            box.first.press_sequentially(self.draw.choice(("zebra ", "mango ", "हाथी ", "\u0641\u064a\u0644 ")))

    def speaks(self) -> None:
        """A second of her voice; sometimes she taps on while it still runs."""
        start = self.screen.locator("[data-start]:visible")
        if not start.count():
            return
        start.click()
        expect(self.screen.locator("[data-halt]")).to_be_visible()
        self.tablet.page.wait_for_timeout(400)
        self.screen.locator("[data-halt]").click()
        expect(self.screen.locator("[data-replay]")).to_be_visible()

    def keeps(self, does: Callable[[], None], why: str) -> None:
        """What must change nothing that she gave."""
        before = self.state()
        does()
        after = self.state()
        if self.is_over or self.is_asked_again():
            return
        lost = [one for one in before if one not in after]
        assert not lost, (why, lost, self.done)

    def is_asked_again(self) -> bool:
        """Whether the page said a sentence: something holds her here."""
        return self.tablet.page.locator(".screen.now [data-why]:visible").count() > 0

    def goes_on(self) -> None:
        """Next."""
        self.keeps(lambda: self.clicks(".screen.now [data-go=next]:visible"), "next")

    def skips(self) -> None:
        """Skip, wherever it is."""
        self.keeps(lambda: self.clicks(".screen.now [data-go=skip]:visible"), "skip")

    def goes_back(self) -> None:
        """Our own Back."""
        self.keeps(lambda: self.clicks("[data-go=back]:visible"), "back")

    def stops(self) -> None:
        """Stop; before anything is given it leads away."""
        if self.state():
            self.keeps(lambda: self.clicks("[data-go=stop]:visible"), "stop")

    def taps_the_strip(self) -> None:
        """To who reads it."""
        self.keeps(lambda: self.clicks("[data-strip]:visible"), "strip")

    def reloads(self) -> None:
        """Where she was, with everything."""
        if not self.state():
            return
        at = self.screen.get_attribute("aria-labelledby")
        if any(one.endswith("=voice") for one in self.state()):
            comes_true(self.tablet.page, lambda: "base64" in str(self.tablet.page.evaluate("window.name")), "kept")
        self.keeps(self._loads_anew, "reload")
        assert self.screen.get_attribute("aria-labelledby") == at, (at, self.done)

    def _loads_anew(self) -> None:
        self.tablet.page.reload()

    def waits(self) -> None:
        """A minute passes; she says that she is still here."""
        self.keeps(self._waits, "wait")

    def _waits(self) -> None:
        self.tablet.page.clock.run_for(61_000)
        here = self.tablet.page.locator("[data-here]:visible")
        if here.count():
            here.click()

    def drops(self) -> None:
        """What she said is thrown away, by her own tap."""
        self.clicks(".screen.now [data-drop]:visible")

    def returns(self) -> None:
        """One screen back and on again, or on and back."""
        one, other = self.draw.choice(((self.goes_back, self.goes_on), (self._turns, self.goes_back)))
        one()
        other()

    def _turns(self) -> None:
        self.keeps(lambda: self.clicks(".screen.now :is([data-go=skip], [data-go=next]):visible"), "on")

    def clicks(self, what: str) -> None:
        """If it is there."""
        found = self.tablet.page.locator(what)
        if found.count():
            found.first.click()

    def walks(self) -> None:
        """Some steps."""
        ways = [self.taps] * 6 + [self.goes_on] * 8 + [self.writes] * 3 + [self.speaks, self.skips, self.skips]
        ways += [
            self.goes_back,
            self.goes_back,
            self.stops,
            self.taps_the_strip,
            self.reloads,
            self.reloads,
            self.waits,
        ]
        for _step in range(STEPS):
            do = self.draw.choice(ways)
            self.done.append(f"{do.__name__}@{self.screen.get_attribute('aria-labelledby')}")
            do()

    def comes_to_send(self) -> None:
        """Onwards to the last screen."""
        for _again in range(40):
            if self.screen.get_attribute("aria-labelledby") == "end":
                return
            if self.is_asked_again() and self.tablet.question == "readers":
                self.screen.locator("label.reader:visible").last.click()
            if self.tablet.question == "committee" and not self.screen.locator(":checked").count():
                self.taps()
            if self.tablet.question == "how" and not self.screen.locator("[name=how]").input_value().strip():
                self.writes()
            send = self.screen.locator("[data-go=next]:visible, [data-go=skip]:visible")
            send.last.click()


def entries(place: Place, name: str) -> list[list[ThreadEntry]]:
    """Everything that somebody opens at the place with her own key."""
    one = place.people[name]
    reader_key = ReaderKey(one.id, one.public_key, frozenset({place.site_id}))
    with place.house.app.app_context(), db.reading(db.engine()) as session:
        opened = [
            open_thread(session, reader_key, summary.id, one.private_key)
            for summary in list_threads(session, reader_key)
        ]
        return [read_entries(session, thread) for thread in opened if thread]


@pytest.fixture(params=[SEED] if SEED else range(RUNS))
def draw(request: pytest.FixtureRequest) -> random.Random:
    """Printed where it fails."""
    seed = str(request.param if SEED else random.SystemRandom().randrange(10**9))
    print(f"CHOICES_SEED={seed}")  # noqa: T201 - shown where a run fails
    return random.Random(seed)  # noqa: S311 - a game, not a key


def test_what_a_child_told_arrives_as_the_last_screen_showed_it(
    draw: random.Random, house: House, tablets: Tablets
) -> None:
    place = settle(house, survey=None)
    tablet = tablets(place)
    tablet.stops_the_clock()
    tablet.opens("/tell")
    walk = Walk(tablet, draw)
    walk.walks()
    walk.comes_to_send()
    if not any(one.split("=")[0] in {"topic", "words", "voice", "whom", "by_whom"} for one in walk.state()):
        return  # nothing was told; the page says so
    given = [one.split("=", 1) for one in walk.state()]
    left_out = {name for name in EVERYBODY if ["left_out", str(place.people[name.lower()].id)] in given}
    crossed = {row.split()[0] for row in tablet.screen.locator(".rows li.out").all_inner_texts()}
    assert crossed == left_out, walk.done
    shown = tablet.screen.locator("[data-readback]").inner_text()
    speaks = tablet.screen.locator("[data-mine]").is_visible()
    tablet.sends()
    if walk.is_asked_again():
        return  # too few were left to read it: she was told
    pictures(tablet)
    for name in left_out:
        assert entries(place, name.lower()) == [], (name, walk.done)
    reads = [found for name in EVERYBODY if (found := entries(place, name.lower()))]
    assert reads, walk.done
    told = reads[0][0]
    said = told[0].said
    assert said["words"].strip() in shown, walk.done
    assert said["words"].strip() == "".join(value for name, value in given if name == "words").strip(), walk.done
    assert {said["topic"], *said.get("also", ())} - {""} == {value for name, value in given if name == "topic"}
    assert any(entry.sound for entry in told) == speaks == (["voice", "voice"] in given), walk.done
    for name in ("whom", "by_whom", "may_know"):
        assert said[name] == next((value for key, value in given if key == name), ""), (name, walk.done)


def test_a_survey_and_a_suggestion_lose_nothing(draw: random.Random, house: House, tablets: Tablets) -> None:
    place = settle(house)
    place.meets("flip_club")
    tablet = tablets(place)
    tablet.stops_the_clock()
    for path in (place.survey, "/agenda/suggest"):
        tablet.opens(path)
        walk = Walk(tablet, draw)
        walk.walks()
        before = walk.state()
        walk.comes_to_send()
        assert [one for one in before if one not in walk.state()] == [], walk.done
        tablet.throws_away()
        tablet.is_at_the_first_screen()
        assert tablet.page.evaluate("window.name") == ""


def test_a_letter_arrives_as_the_last_screen_showed_it(draw: random.Random, house: House, tablets: Tablets) -> None:
    """Words, a voice, both or nothing, in any order of typing, speaking, throwing away, going on, back and a reload."""
    place = settle(house)
    tablet = tablets(place)
    tablet.stops_the_clock()
    tablet.begins()
    tablet.skips_to("letter_box")
    walk = Walk(tablet, draw)
    for _again in range(STEPS // 2):
        if tablet.question != "letter_box":
            tablet.opens(place.survey)
            tablet.agrees()
            tablet.skips_to("letter_box")
        do = draw.choice(
            (walk.writes, walk.speaks, walk.speaks, walk.taps, walk.reloads, walk.waits, walk.drops, walk.returns)
        )
        walk.done.append(do.__name__)
        do()
    walk.comes_to_send()
    given = dict(one.split("=", 1) for one in walk.state() if one.startswith(("a-letter_box", "voice")))
    words = given.get("a-letter_box", "").strip()
    assert tablet.screen.locator("[data-mine]").is_visible() == ("voice" in given), walk.done
    assert tablet.screen.locator("[data-letter] bdi").inner_text().strip() == words, walk.done
    tablet.sends()
    tablet.is_thanked()
    letters = opened_letters(place, "asha")
    assert len(letters) == bool(words or "voice" in given), walk.done
    for letter in letters:
        assert (letter.words.strip(), bool(letter.voice)) == (words, "voice" in given), walk.done
        assert letter.shared == bool(words and "a-letter_box-shared" in given), walk.done
