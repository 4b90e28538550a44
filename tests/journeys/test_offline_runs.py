"""A tablet on a line that breaks in every way: whatever was said to be kept or sent is in the house, once.

Its battery is pulled out, its disk is full, a second tab is opened. Each run is drawn from a seed that it prints;
OFFLINE_SEED replays one, OFFLINE_RUNS says how many. A handful run with all other tests.
"""

import os
import random
import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date

import pytest
from playwright.sync_api import Error, Page, Playwright
from sqlalchemy import func, select

from tests.journeys.support.navigators import comes_true
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.journeys.support.village_tablet import VillageTablet
from tests.journeys.test_slips import open_vote
from tests.support.audio import WEBM
from tests.support.faulty_line import WAYS, FaultyLine, faulty_line
from tests.support.long_tests import breadth
from tests.support.rounds import answers
from youthvoice import context, db
from youthvoice.committees.models import BallotRow
from youthvoice.committees.store import list_committees
from youthvoice.kiosk.offline.envelope import current_intake_key
from youthvoice.sites.tablets import store
from youthvoice.slips.store import Picks, slip_fields
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.responses.store import receipts_of_submission
from youthvoice.threads import receipts
from youthvoice.threads.child_codes.submission_codes import submission_receipt
from youthvoice.threads.models import ReceiptRow, ThreadRow

pytestmark = pytest.mark.journey
RUNS = int(os.environ.get("OFFLINE_RUNS", "1"))
SEED = os.environ.get("OFFLINE_SEED")
STEPS = 12
CANARY = "zebramango"
KINDS = ("survey", "tell", "suggest", "vote")
SEND = """async ([path, fields, voice]) => {
    const many = path === '/tell' || path === '/agenda/suggest', body = many ? new FormData() : new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    if (voice) {
        const sound = new Uint8Array(300 * 1024).map((_one, nth) => nth * 7);
        sound.set(Uint8Array.from(atob(voice), (one) => one.charCodeAt(0)));
        body.append('voice', new Blob([sound], { type: 'audio/webm' }), 'voice.webm');
    }
    try {
        const headers = { Accept: 'application/json' };
        const answer = await fetch(path, { method: 'POST', headers, body, redirect: 'error' });
        return answer.status === 201 && (await answer.json()).sheet === fields.sheet;
    } catch { return false; }
}"""
_POST = """([path, fields]) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', action: path });
    for (const [name, value] of Object.entries(fields)) {
        const box = document.createElement('input');
        Object.assign(box, { type: 'hidden', name, value });
        form.append(box);
    }
    document.body.append(form);
    form.submit();
}"""


@dataclass
class Votes:
    """A vote at this place with the slips that nobody used, and a committee."""

    id: int
    slug: str
    committee: int
    slips: list[Picks]
    dealt: int


@dataclass
class Run:
    """One run: what was said to be kept or sent, and what is done next."""

    place: Place
    village: VillageTablet
    line: FaultyLine
    draw: random.Random
    votes: Votes
    kept: dict[str, set[str]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    last: tuple[str, str, dict[str, str], str] | None = None
    done: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """The page before the child."""
        return self.village.child.page

    def steps(self) -> None:
        """Do a few things, one after the other."""
        self.line.turns("on")
        ways = [self.answers, self.answers, self.tells, self.speaks, self.suggests, self.votes_, self.posts_a_form]
        ways += [self.turns, self.turns, self.sends_again, self.reloads, self.opens_a_second_tab, self.loses_power]
        ways += [self.fills_the_disk, self.seals_to_an_older_key, self.is_let_go_and_connected_anew]
        for _step in range(STEPS):
            do = self.draw.choice(ways)
            self.done.append(do.__name__)
            do()

    def answers(self) -> None:
        """A child sends a sheet with a letter."""
        sheet = secrets.token_hex(16)
        given = {name: str(value) for name, value in answers(food="good", letter_box=f"{CANARY} {sheet}").items()}
        self.send("survey", self.place.survey, {**given, "sheet": sheet})

    def tells(self) -> None:
        """A child tells."""
        self.send("tell", "/tell", {"topic": "broken", "words": CANARY, "sheet": secrets.token_hex(16)})

    def suggests(self) -> None:
        """To the one committee, as its page does."""
        given = {"committee": str(self.votes.committee), "topic": "food", "wish": "more", "words": CANARY}
        self.send("suggest", "/agenda/suggest", {**given, "sheet": secrets.token_hex(16)})

    def votes_(self) -> None:
        """With the next slip, as long as there are some."""
        if self.votes.slips:
            slip = self.votes.slips.pop()
            put_in = {name: str(pick) for name, pick in zip(slip_fields(len(slip)), slip, strict=True)}
            self.send("vote", f"/vote/{self.votes.slug}", {**put_in, "choice": "0", "sheet": secrets.token_hex(16)})

    def speaks(self) -> None:
        """She tells by voice, as long as a minute and a half."""
        given = {"topic": "broken", "words": CANARY, "sheet": secrets.token_hex(16)}
        self.send("tell", "/tell", given, b64encode(WEBM).decode())

    def posts_a_form(self) -> None:
        """Of a page whose script did not come: what it leads to is what she reads."""
        sheet = secrets.token_hex(16)
        given = {name: str(value) for name, value in answers(food="good", letter_box=f"{CANARY} {sheet}").items()}
        self.last = ("survey", self.place.survey, {**given, "sheet": sheet}, "")
        with suppress(Error), self.page.expect_navigation(timeout=20_000):
            self.page.evaluate(_POST, [self.place.survey, {**given, "sheet": sheet}])
        if self.page.url.removeprefix(self.place.url) in {"/offline/saved", f"{self.place.survey}/thanks"}:
            self.kept["survey"].add(sheet)
        self.comes_back()

    def seals_to_an_older_key(self) -> None:
        """It was online last in another month."""
        month = self.draw.choice(("2026-10", "2026-09"))
        with self.place.house.app.app_context():
            name, point = current_intake_key(context.keyring(), date.fromisoformat(f"{month}-01"))
        with suppress(Error):
            self.village.knows(key={"name": name, "public": point.hex()})

    def is_let_go_and_connected_anew(self) -> None:
        """An adult connects it as another one and lets the old one go; what waits on it was sealed with the old pass.

        In this order: one that learns in between that it was let go shows nothing until it was online again.
        """
        with self.place.house.app.app_context(), db.reading(db.engine()) as session:
            before = [one.id for one in store.list_tablets(session, [self.place.site_id])]
        self.village.is_connected_anew()
        with self.place.house.app.app_context(), db.writing(db.engine()) as session:
            for one in before:
                if tablet := store.find_tablet(session, [self.place.site_id], one):
                    store.retire_tablet(session, tablet.id, context.today())

    def sends_again(self) -> None:
        """She taps Send once more."""
        if self.last:
            self.send(*self.last)

    def send(self, kind: str, path: str, fields: dict[str, str], voice: str = "") -> None:
        """As the page's own script does."""
        self.last = (kind, path, fields, voice)
        if self.page.evaluate(SEND, [path, fields, voice]):
            self.kept[kind].add(fields["sheet"])

    def turns(self) -> None:
        """The line is another one."""
        way = self.draw.choice(WAYS)
        self.done[-1] += f":{way}"
        self.line.turns(way)

    def reloads(self) -> None:
        """The page is loaded anew, or does not load."""
        with suppress(Error):
            self.page.reload(timeout=8000)
        self.comes_back()

    def opens_a_second_tab(self) -> None:
        """Two tabs flush at once."""
        with suppress(Error):
            other = self.page.context.new_page()
            other.goto(f"{self.place.url}/", timeout=8000)
            other.close()

    def loses_power(self) -> None:
        """While something may be on its way."""
        if self.draw.random() < 0.5:
            sheet, kind = secrets.token_hex(16), "survey"
            fields = {name: str(value) for name, value in answers(food="good").items()} | {"sheet": sheet}
            self.page.evaluate(f"(given) => {{ void ({SEND})(given); }}", [self.place.survey, fields, ""])
            self.last = (kind, self.place.survey, fields, "")
        self.village.loses_power()
        self.village.switches_on()
        self.comes_back()

    def fills_the_disk(self) -> None:
        """There is no room for a while; what does not fit is not said to be kept."""
        tools = self.page.context.new_cdp_session(self.page)
        tools.send("Storage.overrideQuotaForOrigin", {"origin": self.place.url, "quotaSize": 1})
        self.answers()
        tools.send("Storage.overrideQuotaForOrigin", {"origin": self.place.url})
        tools.detach()

    def comes_back(self) -> None:
        """To the first page, from the house or from the tablet itself."""
        for _again in range(20):
            with suppress(Error):
                self.page.goto(f"{self.place.url}/help", timeout=8000)
                if self.page.evaluate("Boolean(navigator.serviceWorker?.controller)"):
                    return
        if "is_let_go_and_connected_anew" not in "".join(self.done):
            raise AssertionError("the tablet shows nothing without a network")
        self.line.turns("on")  # it learnt that it was let go before it was another one: empty until it is online
        self.village.gets_ready()

    def ends(self) -> None:
        """A good line: everything arrives, and each once."""
        self.line.turns("on")
        self.page.goto(f"{self.place.url}/language/en")
        comes_true(self.page, self.is_empty, f"everything is delivered: {self.done}")
        with self.place.house.app.app_context(), db.reading(db.engine()) as session:
            for sheet in self.kept["survey"]:
                one, late = receipts_of_submission(context.keyring(), bytes.fromhex(sheet))
                found = session.scalar(select(func.count()).where(ReceiptRow.id_hash.in_([one, late])))
                assert found == 1, f"{sheet} is there {found} times"
                assert session.get(ResponseRow, bytes.fromhex(sheet)) is not None
            for sheet in self.kept["tell"]:
                receipt = submission_receipt(bytes.fromhex(sheet))
                assert session.scalar(select(func.count()).where(ThreadRow.receipt == receipt)) == 1
            for sheet in self.kept["suggest"]:
                receipt = receipts.receipt_of(context.keyring(), "suggestion", bytes.fromhex(sheet))
                assert session.get(ReceiptRow, receipt) is not None, f"the suggestion {sheet} is lost"
            for sheet in self.kept["vote"]:
                assert session.get(BallotRow, bytes.fromhex(sheet)) is not None, f"the vote {sheet} is lost"
            ballots = session.scalar(select(func.count()).where(BallotRow.election_id == self.votes.id)) or 0
            assert ballots <= self.votes.dealt - len(self.votes.slips), "a slip was used twice"
        assert self.place.letters() <= self.place.sheets()

    def is_empty(self) -> bool:
        """Nothing waits; each look wakes the worker, as a tablet that is used does."""
        self.page.evaluate("navigator.serviceWorker.controller?.postMessage('flush')")
        return not self.village.waiting()


Village = tuple[Place, VillageTablet, FaultyLine, Votes]


def committee_of(place: Place) -> int:
    with place.house.app.app_context(), db.reading(db.engine()) as session:
        (club,) = (
            committee for committee in list_committees(session, [place.site_id]) if committee.preset == "flip_club"
        )
    return club.id


@pytest.fixture(scope="module")
def village(playwright: Playwright, house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """One tablet behind a line, for all runs."""
    place = settle(house)
    place.meets("flip_club")
    election, slips = open_vote(place, 20)
    votes = Votes(election.id, election.slug, committee_of(place), list(slips), len(slips))
    with faulty_line(int(house.url.rsplit(":", 1)[1])) as line:
        there = replace(place, house=replace(house, url=line.url))
        tablet = VillageTablet(playwright, there, tmp_path_factory.mktemp("profile"))
        tablet.switches_on()
        tablet.gets_ready()
        yield there, tablet, line, votes
        tablet.loses_power()


_NOTHING_ARRIVES = {"off", "cut", "captive", "elsewhere", "broken"}
_HOLDS_ITS_BREATH = 1000  # milliseconds; a delivery that goes wrong is over by then


@pytest.mark.parametrize(
    "way", breadth(["off", "no_reply", "captive"], [way for way in WAYS if way not in {"off", "no_reply", "captive"}])
)
def test_on_each_line_nothing_is_kept_in_vain_and_nothing_goes_before_the_house_has_it(
    way: str, village: Village
) -> None:
    """One walk for each state of the line, whatever the random ones draw."""
    place, tablet, line, votes = village
    run = Run(place, tablet, line, random.Random(0), votes)  # noqa: S311 - nothing is drawn
    line.turns("on")
    run.comes_back()
    line.turns("off")
    run.answers()
    line.turns(way)
    run.answers()
    assert len(run.kept["survey"]) == 2, "what she reads is that it is kept or sent"
    run.is_empty()
    run.page.wait_for_timeout(_HOLDS_ITS_BREATH)
    if way in _NOTHING_ARRIVES:
        assert len(tablet.waiting()) == 2, "no other answer lets it go"
    run.ends()


@pytest.mark.parametrize("nth", range(1 if SEED else RUNS))  # a seed in its name would be another one in each worker
def test_whatever_was_kept_or_sent_is_there_once(nth: int, village: Village) -> None:
    seed = int(SEED) if SEED else secrets.randbelow(10**6)
    print(f"OFFLINE_SEED={seed}")  # noqa: T201 - shown where it fails
    place, tablet, line, votes = village
    run = Run(place, tablet, line, random.Random(seed), votes)  # noqa: S311 - a seed that can be replayed
    run.steps()
    run.ends()
    assert tablet.holds(CANARY) == {}, run.done
