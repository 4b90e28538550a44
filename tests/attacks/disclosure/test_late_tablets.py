"""T5 where tablets deliver late: whoever looks at everything after every sheet sees no more than that she looks.

Sheets of every kind come one by one out of envelopes, and the tablet says of itself what waits. What a child tells is
for its readers alone, and they see it at once: it comes last, and they look away.
"""

from collections.abc import Callable
from itertools import cycle, islice

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.attacks.crawler import look, walk
from tests.support.long_tests import long_test
from tests.support.offline import deliver
from tests.support.people import on_tablet, signed_in
from tests.support.village_day import VillageDay
from tests.support.visitor import Visitor
from youthvoice.jobs.worker import run_once
from youthvoice.schedule import JOBS
from youthvoice.web.i18n import languages

pytestmark = pytest.mark.sqlite
SHEETS = 40
QUIET = ("survey", "vote", "suggest", "me_too", "we_did")
TURNS = 120  # of which 40 come: each third page after one of them, beside the look at all of them together
READ_REPORTS = ("asha", "outside", "meera")
READ_NO_REPORT = ("joshi", "boss", "tablet", "anybody")


class Watchers:
    """Everybody who has anything to look at, and what each page said at first."""

    def __init__(self, day: VillageDay, app: Flask, visitor: Callable[[], Visitor]) -> None:
        self.app, self.day = app, day
        house = day.house
        people = {
            "asha": house.asha,
            "joshi": house.joshi,
            "boss": house.boss,
            "outside": house.outside,
            "meera": day.meera,
        }
        self.eyes = {name: signed_in(visitor(), one) for name, one in people.items()}
        self.eyes |= {"tablet": on_tablet(visitor(), house.site_id, "Another"), "anybody": visitor()}
        starts = {
            "tablet": ["/language/en", "/", "/open", "/we-did", "/agenda"],
            "anybody": ["/", "/health", "/influence"],
        }
        self.pages = {name: walk(eye.client, starts.get(name, ["/staff/"])) for name, eye in self.eyes.items()}
        for name, pages in self.pages.items():  # on the way they chose every language; from now on they keep one
            self.eyes[name].client.set_cookie(languages.COOKIE, "en")
            for address in [
                one for one in pages if "/paper" in one or "/posters/" in one
            ]:  # made by the work process once it was asked for
                del pages[address]
            for address in [one for one in pages if not one.startswith("/staff/")]:
                said = pages.pop(address)
                if said[0].isdecimal() and not address.startswith("/language"):
                    pages[address], _links = look(self.eyes[name].client, address)

    def moved(self, *names: str, turn: int = 0, of: int = 1) -> list[tuple[str, str]]:
        """Which pages are not as they were at first, and who opens them.

        Args:
            names: who looks; everybody unless told.
            turn: looks at every so manieth page only, another one at each turn.
            of: so many turns until all pages were looked at.
        """
        seen = [(name, address) for name in names or self.eyes for address in self.pages[name]]
        return [
            (name, address)
            for name, address in seen[turn % of :: of]
            if self.pages[name][address][0].isdecimal()
            and look(self.eyes[name].client, address)[0] != self.pages[name][address]
        ]

    def says(self) -> dict[str, str]:
        """What the command line tells whoever runs the machine."""
        run = self.app.test_cli_runner().invoke
        return {words: run(args=words.split()).output for words in ("surveys close-due", "doctor")}


@pytest.fixture
def day(app: Flask, visitor: Callable[[], Visitor]) -> VillageDay:
    return VillageDay(visitor)


def reports(day: VillageDay, *, waiting: bool) -> None:
    """The tablet says how it stands, as its worker does after every delivery."""
    report = {"waiting": waiting, "since": "2026-11-20" if waiting else "", "room": waiting, "clock": 0}
    told = {"report": report, "pass": day.manifest["pass"]}
    assert day.tablet.ask("POST", "/offline/status", json=told).status_code == 204


@long_test("RUN")
def test_forty_late_sheets_move_nothing_before_the_daily_hour(
    day: VillageDay, app: Flask, visitor: Callable[[], Visitor], clock: StillClock
) -> None:
    reports(day, waiting=True)
    assert run_once(app, JOBS) == []
    watch = Watchers(day, app, visitor)
    assert sum(map(len, watch.pages.values())) > 300, "the crawl reaches the house"
    said = watch.says()
    for nth, kind in enumerate(islice(cycle(QUIET), SHEETS)):
        assert deliver(day.visitor(), day.seals(kind, f"purple giraffe {nth}")).status_code == 201
        reports(day, waiting=bool(nth % 3))
        assert watch.moved(turn=nth, of=TURNS) == [], (nth, kind)
    assert watch.says() == said
    assert run_once(app, JOBS) == []
    assert watch.moved(*READ_REPORTS) == [], "nor does the work process move anything before the hour"
    assert deliver(day.visitor(), day.seals("tell", "purple giraffe")).status_code == 201
    assert watch.moved(*READ_NO_REPORT) == [], "nor does it for anybody else, or what a child told"
    clock.move(hours=9)
    assert run_once(app, JOBS) == []
    assert watch.moved("asha"), "at the hour she finds letters and suggestions: the eyes are open"
