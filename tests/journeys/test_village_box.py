"""A box at a well without internet: real processes on both sides, real sticks, a tablet, a pulled plug.

Duties: PRIVACY.md C, "The tablet's queue"; DESIGN.md 6; docs/box.md.
"""

import json
import secrets
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.support import browsers
from tests.journeys.support.navigators import ChildTablet, StaffDesk, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_box import VillageBox, village_box
from tests.journeys.support.village_tablet import VillageTablet, village_tablet
from tests.journeys.test_from_telling_to_answer import (
    ANSWER,
    chooses_the_pictures,
    opens_the_report,
    slug_of,
    time_passes,
)
from tests.journeys.test_offline import digits, goes_to, is_saved, tells_by_voice
from tests.journeys.test_telling import reports
from youthvoice.kiosk.offline.envelope import outer_number, seal_envelope

pytestmark = browsers.LONG
CANARY = "zebramango"
Tablets = Callable[..., ChildTablet]
Desks = Callable[[Place, str], StaffDesk]


@pytest.fixture
def box(place: Place, tmp_path: Path) -> Iterator[VillageBox]:
    """A box of the place."""
    with village_box(place, tmp_path / "box") as made:
        yield made


@pytest.fixture
def tablet_there(playwright: Playwright, box: VillageBox, tmp_path: Path) -> Iterator[VillageTablet]:
    """A tablet in its Wi-Fi, which was there once."""
    with village_tablet(playwright, box.place, tmp_path / "profile") as tablet:
        yield tablet


def answers_all(child: ChildTablet, words: str) -> None:
    """From the first screen to Send, with some words for the letter box."""
    child.begins()
    while child.question:
        if child.screen.locator("textarea").count():
            child.writes(words)
        child.goes_on()
    child.screen.locator("[data-go=send]").click()


def pours_in(box: VillageBox, said: set[str], stop: threading.Event) -> None:
    """Tablets deliver one sheet after the other; the outer number of what the box said yes to is remembered."""
    with urllib.request.urlopen(f"{box.url}/offline/manifest") as answer:  # noqa: S310 - our own address
        manifest = json.load(answer)
    told = {"path": box.place.survey, "type": "application/x-www-form-urlencoded", "language": "en", "code": ""}
    while not stop.is_set():
        sheet = secrets.token_bytes(16)
        envelope = seal_envelope(manifest, told, f"sheet={sheet.hex()}".encode(), sheet)
        try:
            asked = urllib.request.Request(f"{box.url}/offline/deliver", envelope)  # noqa: S310 - our own address
            with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310 - the same
                assert answer.status == 201
                said.add(outer_number(sheet).hex())
        except OSError:
            return


def loses_power_while_writing(box: VillageBox, child: ChildTablet) -> set[str]:
    """Gives the outer numbers of the envelopes that it said yes to."""
    said: set[str] = set()
    stop = threading.Event()
    line = threading.Thread(target=pours_in, args=(box, said, stop))
    line.start()
    comes_true(child.page, lambda: len(said) > 20, "sheets pour in")
    box.loses_power()
    stop.set()
    line.join()
    assert said <= box.keeps(), "a yes is on the disk"
    return said


def test_what_a_village_says_at_its_box_arrives_once_and_answers_come_back(
    box: VillageBox, tablet_there: VillageTablet, place: Place, tablets: Tablets, desks: Desks
) -> None:
    """Two answer at the box, one without a script's worker, one while it is off; one tells; two people carry sticks."""
    child = tablet_there.child
    answers_all(child, f"{CANARY}0")
    is_saved(child)
    plain = tablets(box.place, enrolled=False, service_workers="block")
    answers_all(plain, f"{CANARY}1")
    is_saved(plain)
    assert len(box.keeps()) == 2

    said = loses_power_while_writing(box, child)

    answers_all(child, f"{CANARY}2")  # the box is off: the tablet keeps it
    is_saved(child)
    seen = tells_by_voice(child)
    assert len(tablet_there.waiting()) == 2
    box.switches_on()
    child.opens("/language")
    child.chooses_language("English")
    comes_true(child.page, lambda: not tablet_there.waiting(), "the box has what the tablet kept")
    with place.house.app.test_request_context():
        hers = digits(seen)
    assert box.holds(CANARY, hers) == []

    waited = box.keeps()
    box.does("out", box.file("lost"))
    box.does("out", box.file("out"))
    place.meets("flip_club")
    box.carries("out", "back")
    assert box.keeps() == set()
    assert (place.letters(), reports(place)) == (3, 1)
    sheets = place.sheets()
    box.carries("lost", "again")  # the stick that was lost turns up
    assert (place.sheets(), place.letters(), reports(place), box.keeps()) == (sheets, 3, 1, set())
    assert len(waited) >= len(said) + 4

    goes_to(child, "/agenda")  # what is new in the house stands at the box
    expect(child.page.locator("h1")).to_be_visible()
    asha = desks(place, "asha")
    opens_the_report(asha)
    asha.fills(words=ANSWER)
    asha.presses("Send to the child")
    time_passes(place, days=2)
    phone = tablets(place, enrolled=False, locale="hi-IN")
    phone.opens(f"/reply?at={slug_of(place)}")
    chooses_the_pictures(phone, seen)
    expect(phone.page).to_have_url(f"{place.url}/reply/open")
    phone.reads(ANSWER)
