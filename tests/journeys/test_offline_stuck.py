"""A house that cannot take some of what lies on a tablet: whatever lies behind goes, and what stays is seen by adults.

Duties: PRIVACY.md C, "The tablet's queue"; docs/guide/coordinator.md, "Tablets without a network".
"""

import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect
from sqlalchemy import select

from tests.journeys.support import browsers
from tests.journeys.support.navigators import comes_true
from tests.journeys.support.server import House, as_usual_afterwards
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import VillageTablet, village_tablet
from tests.journeys.test_offline_runs import SEND
from tests.support.rounds import answers
from youthvoice import context, db
from youthvoice.kiosk.offline.envelope import outer_number
from youthvoice.sites.models import TabletRow
from youthvoice.sites.store import get_site
from youthvoice.sites.tablets.tablet_status import clear_unopened, list_held_up, list_unopened

pytestmark = browsers.LONG
MOST_STUCK, AT_A_TIME = 20, 16  # so many are tried of those that lie in a row, before the tablet waits (worker.js)
QUIET = 4000  # milliseconds; the tablet waits at least 5 s before it tries by itself again
_ALTERS = """(sheet) => new Promise((done) => {
    const asked = indexedDB.open('youthvoice');
    asked.onsuccess = () => {
        const pieces = asked.result.transaction('pieces', 'readwrite').objectStore('pieces');
        const last = pieces.openCursor(IDBKeyRange.bound([sheet, 0], [sheet, []]), 'prev');
        last.onsuccess = () => {
            const { value } = last.result;
            value[value.length - 1] ^= 1;
            last.result.update(value).onsuccess = () => { asked.result.close(); done(); };
        };
    };
})"""
_WAKES_OFTEN = """() => {
    const often = setInterval(() => navigator.serviceWorker.controller.postMessage('flush'), 23);
    setTimeout(() => clearInterval(often), 2000);
}"""
# The house breaks over sheets whose number stands in a file, or asks for patience; it notes whatever was brought.
IN_TROUBLE = """
import os, pathlib
from flask import abort, request
folder = pathlib.Path(os.environ["YOUTHVOICE_DATA"])
@app.before_request
def trouble():
    sheet = request.form.get("sheet", "") if request.method == "POST" else ""
    if sheet:
        with (folder / "brought").open("a") as brought:
            brought.write(sheet + "\\n")
        if f"{sheet} 500" in (folder / "trouble").read_text():
            raise RuntimeError("something broke over this sheet")
        if f"{sheet} 429" in (folder / "trouble").read_text():
            abort(429)
"""


@pytest.fixture
def house(house: House) -> Iterator[House]:
    """It is out of trouble when the journey is over."""
    with as_usual_afterwards(house):
        yield house


@contextmanager
def without_network_and_then_in_trouble(house: House) -> Iterator[None]:
    """It is not to be reached; when it is again, it breaks over some sheets."""
    house.stop("web")
    yield
    house.start_web(IN_TROUBLE)


@pytest.fixture
def village(playwright: Playwright, place: Place, tmp_path: Path) -> Iterator[VillageTablet]:
    with village_tablet(playwright, place, tmp_path / "profile") as tablet:
        yield tablet


def _outer(sheet: str) -> str:
    """The number under which a sheet lies on the tablet."""
    return outer_number(bytes.fromhex(sheet)).hex()


def _sheet_behind(first: str) -> str:
    """A number of a sheet whose outer number begins so."""
    while not _outer(sheet := secrets.token_hex(16)).startswith(first):
        pass
    return sheet


class Evening:
    """A tablet on which sheets lie, and a house that cannot take some of them."""

    def __init__(self, village: VillageTablet) -> None:
        self.village, self.place = village, village.place
        self.data = self.place.house.settings.data
        self.has_trouble({})

    def has_trouble(self, with_: dict[str, int]) -> None:
        """Over these sheets, with a status each; over no others."""
        (self.data / "trouble").write_text("".join(f"{sheet} {status}\n" for sheet, status in with_.items()), "utf-8")

    def brought(self) -> Counter[str]:
        """How often each sheet was brought until now."""
        noted = self.data / "brought"
        return Counter(noted.read_text("utf-8").split() if noted.exists() else [])

    def keeps(self, number: int, first: str = "") -> list[str]:
        """So many children answer without a network; gives the numbers of their sheets.

        They lie in the order of their outer numbers, which begin with `first`.
        """
        sheets = [_sheet_behind(first) for _child in range(number)]
        for sheet in sheets:
            given = {name: str(value) for name, value in answers(food="good").items()}
            self.village.child.page.evaluate("dispatchEvent(new Event('busy'))")  # else it goes to the first page
            assert self.village.child.page.evaluate(SEND, [self.place.survey, {**given, "sheet": sheet}, ""])
        return sheets

    def wakes(self) -> None:
        """As each page does that is shown."""
        self.village.child.page.evaluate("navigator.serviceWorker.controller.postMessage('flush')")

    def leaves_only(self, stay: list[str]) -> bool:
        """Whether exactly these wait, once it was woken again."""
        self.wakes()
        return self.holds_only(stay)

    def holds_only(self, stay: list[str]) -> bool:
        """Whether exactly these wait."""
        return sorted(self.village.waiting()) == sorted(map(_outer, stay))

    def status(self) -> tuple[str, dict[str, object]]:
        """What the tablet is called, and what it said of itself last."""
        of_site = select(TabletRow).where(TabletRow.site_id == self.place.site_id, TabletRow.enrolled_on.is_not(None))
        with self.place.house.app.app_context(), db.reading(db.engine()) as session:
            (row,) = session.scalars(of_site)
            return row.name, dict(row.status or {})

    def is_refused(self) -> bool:
        """Whether it said that something does not open."""
        return bool(self.status()[1].get("refused"))

    def adults_see(self) -> tuple[list[str], list[str]]:
        """Tomorrow, and in ten days: on which tablets something no longer opens, and on which it waits too long."""
        with self.place.house.app.app_context(), db.reading(db.engine()) as session:
            site, now = get_site(session, self.place.site_id), context.now()
            held = [name for _site_id, name, _day in list_held_up(session, [site], now + timedelta(days=10))]
            return [name for _site_id, _id, name in list_unopened(session, [site], now + timedelta(days=1))], held

    def is_cleared(self) -> None:
        """A coordinator has read that something on it never opens."""
        with self.place.house.app.app_context(), db.writing(db.engine()) as session:
            of_site = select(TabletRow).where(TabletRow.site_id == self.place.site_id)
            (row,) = session.scalars(of_site.where(TabletRow.enrolled_on.is_not(None)))
            clear_unopened(session, row.id, context.today())


@pytest.fixture
def evening(village: VillageTablet) -> Evening:
    return Evening(village)


def test_what_lies_behind_is_delivered_what_stays_is_told_to_adults_and_nothing_loops(
    village: VillageTablet, evening: Evening, place: Place
) -> None:
    """One does not open, one is asked to wait, the house breaks over others; then over more than are tried at once."""
    child, house = village.child, place.house
    with without_network_and_then_in_trouble(house):
        sheets = evening.keeps(12)
        broken, (asked_to_wait, altered), fine = sheets[:3], sheets[3:5], sheets[5:]
        child.page.evaluate(_ALTERS, _outer(altered))
        stay = [*broken, asked_to_wait, altered]
        evening.has_trouble({asked_to_wait: 429} | dict.fromkeys(broken, 500))
    child.opens("/")
    comes_true(child.page, lambda: evening.holds_only(stay), "all others are delivered")
    comes_true(child.page, evening.is_refused, "the tablet says that one does not open")
    assert place.sheets() == len(fine)
    before = evening.brought()
    assert {sheet: before[sheet] for sheet in fine} == dict.fromkeys(fine, 1)
    child.page.wait_for_timeout(QUIET)
    assert evening.brought() == before, "nothing is tried again at once"
    assert evening.holds_only(stay)
    assert evening.adults_see() == ([evening.status()[0]], [])
    child.opens("/")
    expect(child.page.locator("[data-waiting]")).to_be_visible()
    child.page.evaluate(_WAKES_OFTEN)
    seen = []
    for _look in range(40):
        child.page.wait_for_timeout(40)
        seen.append(evening.is_refused())
    assert all(seen), "whatever it is doing at that moment"

    with without_network_and_then_in_trouble(house):
        more, behind = evening.keeps(MOST_STUCK + AT_A_TIME, "0"), evening.keeps(6, "f")
        stay += more
        evening.has_trouble(dict.fromkeys([*broken, asked_to_wait, *more], 500))
    child.opens("/")
    comes_true(child.page, lambda: evening.leaves_only(stay), "those behind more than are tried at once go, too")
    assert place.sheets() == len(fine) + len(behind)
    evening.has_trouble({})
    comes_true(child.page, lambda: evening.leaves_only([altered]), "the house is well again")
    assert place.sheets() == len(sheets) + len(more) + len(behind) - 1
    assert evening.is_refused()
    evening.is_cleared()
    comes_true(child.page, lambda: evening.leaves_only([]), "and drops what never opens once an adult has read of it")
    comes_true(child.page, lambda: not evening.is_refused(), "it says so")
    assert place.sheets() == len(sheets) + len(more) + len(behind) - 1
