"""What a tablet's worker must never do: lend its cookie, cut off a slow page, or stand in the way where it cannot help.

Duties: PRIVACY.md C, "The tablet's queue"; decision 6 (children's forms bear no token).
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Playwright

from tests.journeys.support import browsers
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.server import as_usual_afterwards
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import VillageTablet, is_found_again, is_let_go_as_lost, village_tablet
from tests.journeys.test_offline import answers_all, is_saved, votes
from tests.journeys.test_offline_runs import SEND
from tests.journeys.test_slips import open_vote
from tests.journeys.test_telling import reports
from tests.support.faulty_line import FaultyLine, faulty_line
from tests.support.long_tests import long_test
from tests.support.rounds import answers
from youthvoice import db
from youthvoice.committees.elections.rules import Election
from youthvoice.sites.models import TabletRow
from youthvoice.slips.store import Picks

pytestmark = pytest.mark.journey
WITH_WORKER = True
_FORM = """<!doctype html><title>elsewhere</title><form method="post" action="{address}">
<input name="sheet" value="{sheet}"><input name="words" value="made up elsewhere"></form>
<script>document.forms[0].submit()</script>"""
Far = tuple[VillageTablet, FaultyLine, tuple[Election, list[Picks]]]
_KEPT_FREE = "navigator.storage.estimate().then(({ usageDetails }) => usageDetails.indexedDB)"
_WORKERS = "navigator.serviceWorker.getRegistrations().then((found) => found.length)"


@pytest.fixture
def far(playwright: Playwright, place: Place, tmp_path: Path) -> Iterator[Far]:
    """A tablet that was online once, the line that it hangs on, and a vote with its slip."""
    vote = open_vote(place, 1)
    with faulty_line(int(place.url.rsplit(":", 1)[1])) as line:
        there = replace(place, house=replace(place.house, url=line.url))
        with village_tablet(playwright, there, tmp_path / "profile", whole=True) as tablet:
            yield tablet, line, vote


@contextmanager
def page_elsewhere(words: str) -> Iterator[str]:
    """Another site, which answers everything with one page."""

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(words.encode())

        def log_message(self, *_told: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def background_syncs(child: ChildTablet) -> list[str]:
    """What becomes of Background Sync from now on, as the browser's own developer tools tell it."""
    seen: list[str] = []
    tools = child.page.context.new_cdp_session(child.page)
    tools.on("BackgroundService.backgroundServiceEventReceived", lambda told: seen.append(str(told)))
    tools.send("BackgroundService.startObserving", {"service": "backgroundSync"})
    tools.send("BackgroundService.setRecording", {"service": "backgroundSync", "shouldRecord": True})
    return seen


def sends_from_elsewhere(child: ChildTablet, line: FaultyLine, place: Place) -> None:
    """A page of another site sends a report, with a network and without one; nothing comes of it."""
    with page_elsewhere(_FORM.format(address=f"{line.url}/tell", sheet="5f" * 16)) as address:
        child.page.goto(address)
        child.page.wait_for_url(f"{line.url}/tell")
        assert reports(place) == 0
        line.turns("off")
        child.page.goto(address)
        child.page.wait_for_url("chrome-error://**")


def sends_what_stays(child: ChildTablet) -> None:
    """She answers, and the browser hears that it stays here."""
    child.opens("/language")
    syncs = background_syncs(child)
    answers_all(child, "mango")
    is_saved(child)
    comes_true(child.page, lambda: any("waitUntil rejected" in one for one in syncs), "the browser will try again")


def opens_pages_on_a_slow_line(child: ChildTablet, line: FaultyLine, place: Place) -> None:
    """One that lies here and is another one by now, and one that never lies here."""
    place.meets("dormitory")
    line.turns("drips")
    assert child.opens("/agenda").status == 200
    assert child.page.locator("footer").count()
    line.turns("slow")
    child.opens("/reply")
    assert child.page.locator("form").count()


def opens_pages_while_something_is_refused(village: VillageTablet, line: FaultyLine) -> None:
    """The house does not know this tablet: what is refused goes along with some page, not with every one."""
    line.turns("off")
    village.knows(**{"pass": ""})
    answers_all(village.child, "mango")
    is_saved(village.child)
    line.turns("on")
    for _nth in range(4):
        village.child.opens("/help")
        village.child.page.wait_for_timeout(300)
    assert len(village.waiting()) == 1
    assert 1 <= line.delivered <= 4


def loses_its_store(village: VillageTablet) -> None:
    """Nothing can be read or kept on it any more."""
    village.loses_power()
    (store,) = village.folder.rglob("IndexedDB")
    store.rename(village.folder / "away")
    store.touch()
    village.switches_on()


@long_test("WALKED")
def test_the_worker_helps_a_child_and_nobody_else(far: Far, place: Place) -> None:
    village, line, (election, slips) = far
    child, page = village.child, village.child.page
    votes(child, election.slug, slips[0])
    child.shows(f"/vote/{election.slug}/thanks")
    sends_from_elsewhere(child, line, place)
    sends_what_stays(child)
    line.turns("on")
    assert page.evaluate(_KEPT_FREE) > 4 * 1024 * 1024
    child.opens("/help")
    comes_true(page, lambda: not village.waiting(), "everything is delivered")
    assert (reports(place), place.sheets()) == (0, 1)


@long_test("WALKED")
def test_a_tablet_that_was_let_go_keeps_its_worker_until_nothing_waits_on_it(far: Far, place: Place) -> None:
    village, line, _vote = far
    child, page = village.child, village.child.page
    line.turns("off")
    answers_all(child, "mango")
    is_saved(child)
    tablet_id = is_let_go_as_lost(place)
    line.turns("on")
    page.goto(f"{line.url}/")
    comes_true(page, lambda: not page.evaluate("caches.keys().then((names) => names.length)"), "it knows")
    page.wait_for_timeout(1000)
    assert (page.evaluate(_WORKERS), len(village.waiting()), place.sheets()) == (1, 1, 0)
    is_found_again(place, tablet_id)
    page.goto(f"{line.url}/")
    comes_true(page, lambda: not page.evaluate(_WORKERS), "nothing of ours is left on it")
    assert place.sheets() == 1
    with place.house.app.app_context(), db.reading(db.engine()) as session:
        row = session.get(TabletRow, tablet_id)
        assert row
        assert row.emptied_at, "it said so itself, by the cookie that it kept"


@browsers.LONG_WALK
def test_the_worker_helps_on_a_slow_line_and_without_a_store(far: Far, place: Place) -> None:
    village, line, _vote = far
    opens_pages_on_a_slow_line(village.child, line, place)
    line.turns("on")
    village.child.opens("/help")
    opens_pages_while_something_is_refused(village, line)
    loses_its_store(village)
    answers_all(village.child, "mango")
    village.child.is_thanked()
    assert place.sheets() == 1


def test_an_older_browser_sends_as_one_without_scripts(tablets: Callable[..., ChildTablet], place: Place) -> None:
    tablet = tablets(place)
    tablet.page.add_init_script("delete AbortSignal.timeout")
    tablet.opens("/language")
    tablet.chooses_language("English")
    assert tablet.page.evaluate(_WORKERS) == 0
    tablet.page.locator(f"nav a[href='{place.survey}']").click()
    tablet.page.locator("[data-question=food] label.tile").first.click()
    tablet.page.locator("[data-end] [data-go=send]").click()
    tablet.is_thanked()
    assert place.sheets() == 1


# As if somebody who copied the tablet's cookie sent a flood from its own network.
_BUSY = """
from flask import abort, request
@app.before_request
def busy():
    delivered = "youthvoice.tablet_pass" in request.environ
    if request.method == "POST" and not delivered and request.path[:5] in ("/tell", "/surv"):
        abort(429)
"""


@long_test("WALKED")
def test_what_a_child_sends_while_too_much_is_sent_is_kept_as_without_a_network(
    playwright: Playwright, place: Place, tmp_path: Path
) -> None:
    """She was told to wait, for as long as he went on, and went away (C, "The tablet's queue")."""
    with (
        as_usual_afterwards(place.house),
        village_tablet(playwright, place, tmp_path / "profile", whole=True) as village,
    ):
        place.house.stop("web")
        place.house.start_web(_BUSY)
        answers_all(village.child, "a letter", alone=True)
        is_saved(village.child)
        for path, fields in ((place.survey, answers(food="good")), ("/tell", {"topic": "broken", "words": "x"})):
            form = {**{name: str(value) for name, value in fields.items()}, "sheet": secrets.token_hex(16)}
            assert village.child.page.evaluate(SEND, [path, form, ""])
        comes_true(village.child.page, lambda: reports(place) == 1, "it was delivered, past the flood")
        comes_true(village.child.page, lambda: not village.waiting(), "nothing waits any more")
