"""A tablet on a line that breaks in every way: whatever was said to be kept or sent is in the house, once.

Its battery is pulled out, its disk is full, a second tab is opened. Each run is drawn from a seed that it prints;
OFFLINE_SEED replays one, OFFLINE_RUNS says how many. A handful run with all other tests.
"""

import os
import random
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import Error, Page, Playwright
from sqlalchemy import func, select

from tests.journeys.support.navigators import comes_true
from tests.journeys.support.server import House
from tests.journeys.support.sites import Place, settle
from tests.journeys.support.village_tablet import VillageTablet
from tests.support.faulty_line import WAYS, FaultyLine, faulty_line
from tests.support.rounds import answers
from youthvoice import context, db
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.responses.store import receipts_of_submission
from youthvoice.threads.child_codes.sheet_codes import submission_receipt
from youthvoice.threads.models import ReceiptRow, ThreadRow

pytestmark = pytest.mark.journey
RUNS = int(os.environ.get("OFFLINE_RUNS", "3"))
SEEDS = (
    [int(os.environ["OFFLINE_SEED"])]
    if "OFFLINE_SEED" in os.environ
    else [secrets.randbelow(10**6) for _ in range(RUNS)]
)
STEPS = 12
CANARY = "zebramango"
_SEND = """async ([path, fields]) => {
    const body = path === '/tell' ? new FormData() : new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    try {
        const headers = { Accept: 'application/json' };
        const answer = await fetch(path, { method: 'POST', headers, body, redirect: 'error' });
        return answer.status === 201 && (await answer.json()).sheet === fields.sheet;
    } catch { return false; }
}"""


@dataclass
class Run:
    """One run: what was said to be kept or sent, and what is done next."""

    place: Place
    village: VillageTablet
    line: FaultyLine
    draw: random.Random
    kept: dict[str, set[str]] = field(default_factory=lambda: {"survey": set(), "tell": set()})
    last: tuple[str, str, dict[str, str]] | None = None
    done: list[str] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """The page before the child."""
        return self.village.child.page

    def steps(self) -> None:
        """Do a few things, one after the other."""
        ways = (self.answers, self.answers, self.answers, self.tells, self.turns, self.turns, self.sends_again)
        more = (self.reloads, self.opens_a_second_tab, self.loses_power, self.fills_the_disk)
        for _step in range(STEPS):
            do = self.draw.choice((*ways, *more))
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

    def sends_again(self) -> None:
        """She taps Send once more."""
        if self.last:
            self.send(*self.last)

    def send(self, kind: str, path: str, fields: dict[str, str]) -> None:
        """As the page's own script does."""
        self.last = (kind, path, fields)
        if self.page.evaluate(_SEND, [path, fields]):
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
            self.page.evaluate(f"(given) => {{ void ({_SEND})(given); }}", [self.place.survey, fields])
            self.last = (kind, self.place.survey, fields)
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
        raise AssertionError("the tablet shows nothing without a network")

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
        assert self.place.letters() <= self.place.sheets()

    def is_empty(self) -> bool:
        """Nothing waits; each look wakes the worker, as a tablet that is used does."""
        self.page.evaluate("navigator.serviceWorker.controller.postMessage('flush')")
        return not self.village.waiting()


Village = tuple[Place, VillageTablet, FaultyLine]


@pytest.fixture(scope="module")
def village(playwright: Playwright, house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    """One tablet behind a line, for all runs."""
    place = settle(house)
    with faulty_line(int(house.url.rsplit(":", 1)[1])) as line:
        there = replace(place, house=replace(house, url=line.url))
        tablet = VillageTablet(playwright, there, tmp_path_factory.mktemp("profile"))
        tablet.switches_on()
        tablet.gets_ready()
        yield there, tablet, line
        tablet.loses_power()


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_was_kept_or_sent_is_there_once(seed: int, village: Village) -> None:
    print(f"OFFLINE_SEED={seed}")  # noqa: T201 - shown where it fails
    run = Run(*village, random.Random(seed))  # noqa: S311 - a seed that can be replayed
    run.steps()
    run.ends()
    assert village[1].holds(CANARY) == [], run.done
