"""A tablet that was away while the house went on, on a line that breaks: what is kept counts as it should, and once.

Duties: CHILD-UX.md, "Nothing stays"; PRIVACY.md A1, A10, C, "The tablet's queue".
"""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect
from sqlalchemy import func, select

from tests.journeys.support import browsers
from tests.journeys.support.navigators import ChildTablet, comes_true
from tests.journeys.support.sites import Place
from tests.journeys.support.village_tablet import VillageTablet, village_tablet
from tests.journeys.test_before_and_after import opens_the_pair, puts_in as puts_in_a_card
from tests.journeys.test_offline import CANARY, before_sending, digits, goes_to, is_saved
from tests.journeys.test_slips import deal, picks_of, puts_in, wrong
from tests.journeys.test_telling import found_by, keeps_the_pictures, reports
from tests.support.committees import put
from tests.support.faulty_line import FaultyLine, faulty_line
from tests.support.rounds import close, open_round
from youthvoice import context, db
from youthvoice.accountability import replies
from youthvoice.accountability.models import TapRow
from youthvoice.accountability.store import create_answer_due
from youthvoice.committees.store import list_committees
from youthvoice.kiosk.offline.envelope import current_intake_key
from youthvoice.slips.store import Picks
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.responses.store import deal_cards
from youthvoice.surveys.rounds.entities import Round
from youthvoice.threads.models import LetterRow

pytestmark = browsers.LONG
LITTLE = 10_000  # bytes
WORDS = f"{CANARY} सीढ़ी"


class Evening:
    """A place where a child can use a slip, a card, and say of two things what she thinks; and one more round."""

    def __init__(self, place: Place) -> None:
        place.meets("flip_club")
        self.place, self.slips = place, deal(place, 3)
        self.before, _after = opens_the_pair(place)
        with place.house.app.app_context():
            lata, today = place.people["lata"].id, context.today("Asia/Kolkata")
            with db.writing(db.engine()) as session:
                self.cards: list[Picks] = picks_of(list(deal_cards(session, self.before, place.site_id, 3)))
                owed = create_answer_due(
                    session, kind="item", site_id=place.site_id, subject=secrets.token_hex(16), about={"en": "A lamp"},
                    picture="1F4A1", due=today, owner_id=lata, day=today,
                ).id  # fmt: skip
                replies.record_reply(session, owed, "", "yes", {"en": "It hangs."}, lata, today, done_by=today)
                (club,) = list_committees(session, [place.site_id])
            put(club)
            self.closed: Round = open_round([place.site_id], lata)

    def counted(self, round_: Round) -> tuple[int, int]:
        """How many sheets and letters of a round lie in the house."""
        with self.place.house.app.app_context(), db.reading(db.engine()) as session:
            found = [select(func.count()).where(table.round_id == round_.id) for table in (ResponseRow, LetterRow)]
            sheets, letters = (session.scalar(one) or 0 for one in found)
            return sheets, letters

    def taps(self) -> int:
        """Of both kinds."""
        with self.place.house.app.app_context(), db.reading(db.engine()) as session:
            return session.scalar(select(func.count()).where(TapRow.kind.endswith(f"/{self.place.site_id}"))) or 0


@pytest.fixture
def evening(place: Place) -> Evening:
    return Evening(place)


@pytest.fixture
def village(playwright: Playwright, evening: Evening, tmp_path: Path) -> Iterator[VillageTablet]:
    """The whole browser: it brings pages back from memory, as a tablet does."""
    with village_tablet(playwright, evening.place, tmp_path / "profile", whole=True) as tablet:
        yield tablet


def answers(child: ChildTablet, path: str, slip: Picks = (), card: Picks = (), *, sends: bool = True) -> None:
    """From the first screen to Send, with the pictures that lie before her; or to her letter."""
    goes_to(child, "/open", path)
    child.agrees()
    puts_in(child, slip)
    puts_in_a_card(child, card)
    while child.question:
        if child.screen.locator("textarea").count():
            child.writes(WORDS)
            if not sends:
                return
        elif child.screen.locator("label.tile").count():  # who reads her letter is said on a screen before it
            child.screen.locator("label.tile").first.click()
        child.goes_on()
    child.screen.locator("[data-go=send]").click()
    is_saved(child)


def nothing_of_a_child_is_here(child: ChildTablet) -> None:
    assert child.chosen() == []
    assert CANARY not in child.page.content()


def the_next_child_finds_nothing(child: ChildTablet) -> None:
    """By Back and Forward through the whole history, in another tab, and in what browsers fill in by themselves."""
    while child.presses_the_browsers_back():
        nothing_of_a_child_is_here(child)
    while child.presses_the_browsers_forward():
        nothing_of_a_child_is_here(child)
    path = child.page.locator("body").get_attribute("data-page") or "/"
    tab = child.page.context.new_page()
    tab.goto(child.place.url + path)
    assert CANARY not in tab.content()
    tab.close()


def test_what_was_sent_with_slips_cards_and_taps_counts_after_the_house_went_on(
    village: VillageTablet, evening: Evening
) -> None:
    """Sealed to the key of a month ago; a batch is closed meanwhile: its letter is read, and nothing is counted."""
    child, place, survey = village.child, evening.place, evening.place.survey
    assert place.round
    with place.house.app.app_context():
        name, point = current_intake_key(context.keyring(), date(2026, 10, 1))
    village.knows(key={"name": name, "public": point.hex()})
    shelves = village.shelves()
    assert village.context
    village.context.set_offline(offline=True)  # which reaches the worker, too
    answers(child, survey, evening.slips[0], sends=False)
    assert WORDS in child.chosen()
    child.page.reload()
    expect(child.screen).to_be_visible()
    assert WORDS in child.chosen(), "in her own window it outlives a reload"
    answers(child, survey, evening.slips[0])
    answers(child, survey, wrong(evening.slips))
    answers(child, f"/survey/{evening.before.slug}", card=evening.cards[0])
    answers(child, f"/survey/{evening.closed.slug}")
    goes_to(child, "/agenda")
    child.page.locator("button.metoo").first.click()
    is_saved(child)
    goes_to(child, "/we-did")
    child.reads("No network now. From:")
    child.page.locator(".really button").filter(has_text="Not yet").first.click()
    is_saved(child)
    assert len(village.waiting()) == 6
    the_next_child_finds_nothing(child)
    assert village.shelves() == shelves
    picks = ["".join(map(str, one)) for one in (*evening.slips, *evening.cards) if len(one) > 5]
    assert village.holds(CANARY, WORDS, *picks) == {}
    with place.house.app.app_context():
        close(evening.closed)
    village.context.set_offline(offline=False)
    goes_to(child)
    comes_true(child.page, lambda: not village.waiting(), "everything is delivered")
    letters = evening.counted(place.round)[1]
    assert (evening.counted(place.round)[0], letters) == (1, 2), "a wrong slip: her letter is read, nothing is counted"
    assert evening.counted(evening.before)[0] == 1
    assert evening.counted(evening.closed) == (0, 1)
    assert evening.taps() == 2
    expect(child.page.locator("[data-waiting]")).to_be_hidden()
    assert village.holds(CANARY, WORDS) == {}
    paths = {
        one
        for one in village.addresses_in_the_cache()
        if not one.startswith(("/static/", "/clips/", "/exit/", "/worker.js"))
    }
    assert paths <= {"/", "/app.webmanifest", "/offline/manifest", ""}, paths


@pytest.fixture
def far(playwright: Playwright, place: Place, tmp_path: Path) -> Iterator[tuple[VillageTablet, FaultyLine]]:
    """A tablet at the end of a line that breaks in the middle of things."""
    with faulty_line(int(place.url.rsplit(":", 1)[1])) as line:
        there = replace(place, house=replace(place.house, url=line.url))
        with village_tablet(playwright, there, tmp_path / "profile") as tablet:
            yield tablet, line


def test_a_report_whose_answer_was_lost_is_there_once_and_opens_with_the_pictures_she_saw(
    far: tuple[VillageTablet, FaultyLine], place: Place
) -> None:
    """The house took it, and the line broke: the tablet showed its own pictures. It is killed while it sends again."""
    (village, line), child = far, far[0].child
    line.turns("off")
    goes_to(child, "/tell", language="हिन्दी")
    before_sending(child)
    line.turns("no_reply")
    child.screen.locator("[data-go=send]").click()
    seen = keeps_the_pictures(child)
    assert reports(place) == 1, "the house has taken it already"
    (waiting,) = village.waiting()
    line.turns("halfway")
    child.page.evaluate("navigator.serviceWorker.controller.postMessage('flush')")
    comes_true(child.page, lambda: line.carried > LITTLE, "a good part of it has gone")
    village.loses_power()
    child = village.switches_on()
    goes_to(child)
    assert village.waiting() == [waiting]
    with place.house.app.test_request_context():
        code = digits(seen)
    assert village.holds(CANARY, code=code) == {}
    line.turns("on")
    goes_to(child)
    comes_true(child.page, lambda: not village.waiting(), "it is delivered")
    assert reports(place) == 1
    assert [entry.kind for entry in found_by(place, "asha")] == ["told", "voice"], "in it, too, everything lies once"
    goes_to(child, language="हिन्दी")
    child.opens("/reply")
    for name in seen:
        child.answers_and_goes_on(name)
    child.reads("आपने हमें बताया।")
