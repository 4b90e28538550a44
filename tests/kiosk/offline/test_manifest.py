"""What a tablet fetches beforehand: every page that can be done without a network, and by which clock."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.audio import record
from tests.support.child_at_tablet import a_child
from tests.support.offline import manifest_of
from tests.support.village_day import VillageDay
from tests.support.visitor import Visitor
from youthvoice.kiosk.offline.envelope import PATHS
from youthvoice.web.assets import load_assets
from youthvoice.web.i18n.formats import format_spoken_hour
from youthvoice.web.i18n.languages import TRANSLATED

ENGLISH = {"Youth-Voice-Language": "en"}  # as the worker of a tablet asks


@pytest.fixture
def day(app: Flask, visitor: Callable[[], Visitor]) -> VillageDay:
    return VillageDay(visitor)


def page(day: VillageDay, path: str) -> str:
    return day.tablet.ask("GET", path, headers=ENGLISH).get_data(as_text=True)


def test_a_tablet_learns_the_clock_of_the_house_and_when_a_round_ends(day: VillageDay, clock: StillClock) -> None:
    assert day.tablet.ask("GET", "/offline/manifest").date == clock.moment.replace(microsecond=0)
    found = manifest_of(day.tablet)
    assert timedelta(milliseconds=found["zone"]) == timedelta(hours=5, minutes=30)
    assert found["ends"] == {
        f"/survey/{day.round.slug}": int(day.round.ends_at.timestamp() * 1000),
        f"/vote/{day.election.slug}": int(day.election.ends_at.timestamp() * 1000),
    }


def test_the_clock_alone_makes_no_new_version(day: VillageDay, clock: StillClock) -> None:
    before = manifest_of(day.tablet)
    clock.move(minutes=5)
    after = manifest_of(day.tablet)
    assert after == before


def test_every_page_that_a_tablet_fetches_is_there(app: Flask, visitor: Callable[[], Visitor]) -> None:
    tablet = a_child(visitor()).tablet
    found = manifest_of(tablet)
    assert {found[name] for name in ("saved", "cannot", "over", "code")} < set(found["pages"])
    for path in [*found["pages"], *found["exits"].values()]:
        assert tablet.ask("GET", path, headers=ENGLISH).status_code == 200, path


def test_a_tablet_keeps_what_the_house_lets_in_and_gives_every_child_a_sheet_of_her_own(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    """A number that the worker does not find is the same for all: the second child's takes the first one's place."""
    worker = load_assets()["offline/worker.js"].plain.decode()
    keeps, sheet = (re.search(rf"{name}=/(.+?)/g?[;,]", worker) for name in ("FORMS", "SHEET"))
    assert keeps
    assert sheet
    assert keeps[1].replace("\\/", "/") == f"^{PATHS.pattern}$"
    tablet, sends = a_child(visitor()).tablet, set[str]()
    for path in manifest_of(tablet)["pages"]:
        told = tablet.ask("GET", path, headers=ENGLISH).get_data(as_text=True)
        sends |= {address or path for address in re.findall(r'<form\b[^>]* method="post"(?: action="([^"]+)")?', told)}
        assert len(re.findall(sheet[1], told)) == told.count('"sheet"'), path
    assert sends
    assert all(PATHS.fullmatch(address) for address in sends), sends


def test_every_page_that_lies_on_a_tablet_is_asked_for_as_the_house_marks_it(day: VillageDay) -> None:
    """Nothing that was laid there has the mark of the house's own page, and that one is never sent twice."""
    for path in manifest_of(day.tablet)["pages"]:
        document = page(day, path)
        headers = {"If-None-Match": f'"{mark_in_the_worker(document)}"', **ENGLISH}
        assert day.tablet.ask("GET", path, headers=headers).status_code == 304, path
        for laid in laid_in(document):
            headers = {"If-None-Match": f'"{mark_in_the_worker(laid)}"', **ENGLISH}
            assert day.tablet.ask("GET", path, headers=headers).status_code == 200, path


def test_the_worker_knows_the_hash_of_each_harmless_page(app: Flask, visitor: Callable[[], Visitor]) -> None:
    tablet = a_child(visitor()).tablet
    declaration = re.match(r"const EXITS=(.+);", tablet.ask("GET", "/worker.js").text)
    assert declaration
    exits = manifest_of(tablet)["exits"].values()
    declared = json.loads(declaration[1])
    assert len(declared) == len(TRANSLATED)
    assert {address: declared[address] for address in exits} == {
        address: hashlib.sha256(tablet.ask("GET", address, headers=ENGLISH).data).hexdigest()[:16] for address in exits
    }


def mark_in_the_worker(document: str) -> str:
    """Which page lies there, as the worker says it: by its own expression for the number of a sheet."""
    sheet = re.search(r"SHEET=/(.+?)/g?[;,]", load_assets()["offline/worker.js"].plain.decode())
    assert sheet
    return hashlib.sha256(re.sub(sheet[1], rf'\g<1>{"0" * 32}"', document).encode()).hexdigest()[:20]


def laid_in(document: str) -> Iterator[str]:
    """Other pages that are the same once every number of a sheet is cut out."""
    number = f'name="sheet" value="{"0" * 32}"'
    yield f"{document}{number}"
    if "<main" in document:
        yield document.replace("<main", f"{number}<main", 1)
        yield document.replace('="', f'="{number}', 1)


def test_saved_sounds_unlike_sent(day: VillageDay) -> None:
    """What is read aloud of the two is no sentence in common but the help."""
    found = manifest_of(day.tablet)
    record("en", "Thank you. Saved on this tablet.")
    saved, sent = page(day, found["saved"]), page(day, f"/survey/{day.round.slug}/thanks")
    assert "data-clip" in saved
    assert "Thank you. Saved on this tablet." not in sent
    assert "<h1" in sent
    assert _heading(saved) != _heading(sent)


def test_each_end_of_a_childs_way_begins_with_thanks(day: VillageDay) -> None:
    """And says to whom nothing was sent yet, whatever it is, that danger does not wait for a network."""
    found, survey = manifest_of(day.tablet), f"/survey/{day.round.slug}"
    ends = (f"{survey}/thanks", f"{survey}/late", "/talk/thanks", "/good/thanks", "/we-did/thanks")
    for path in (found["saved"], *ends):
        assert ">Thank you." in _heading(page(day, path)), path
    screens = json.loads(page(day, found["code"]))["screens"]
    assert screens.index("Thank you. It was right to tell.") < screens.index("It is saved here")
    assert "In danger, do not wait: tap Help." in page(day, found["saved"])


def _heading(page: str) -> str:
    return page.partition("<h1")[2].partition("</h1>")[0]


def test_the_pictures_that_a_tablet_draws_bring_their_clips(day: VillageDay) -> None:
    """In JSON a quotation mark bears a stroke: the worker finds the address all the same (`test_tablet_life`)."""
    address = record("en", "Thank you. It was right to tell.")
    told = page(day, "/offline/code")
    assert address in json.loads(told)["screens"]


def test_a_page_with_a_day_says_so_and_a_form_does_not(day: VillageDay) -> None:
    shown = "<time data-day>"
    for path in ("/open", "/we-did", "/agenda"):
        assert shown in page(day, path), path
    for path in ("/", "/tell", f"/survey/{day.round.slug}", "/help", "/offline/saved", "/offline/over"):
        assert shown not in page(day, path), path


def test_before_the_first_word_she_hears_that_nobody_reads_it_yet(day: VillageDay) -> None:
    told = page(day, "/tell")
    waits, _mark, _rest = told.partition('data-question="tell"')
    of_offline = waits.rpartition('data-question="waits"')[2]
    assert " data-offline hidden data-when=" in of_offline.partition(">")[0]
    assert of_offline.index("In danger now?") < of_offline.index("Nobody can read this until the tablet is online")


def test_a_vote_says_until_which_hour_the_tablet_must_be_online(day: VillageDay) -> None:
    until = day.election.ends_at.astimezone(ZoneInfo("Asia/Kolkata"))
    with day.tablet.app.test_request_context(headers=ENGLISH):
        hour = format_spoken_hour(until.time())
    words = f"This counts if the tablet is online by {hour} on {until.day}\N{NO-BREAK SPACE}{until:%B}."
    told = page(day, f"/vote/{day.election.slug}")
    assert words in told.partition("<div data-offline hidden>")[2].partition("</div>")[0]
