"""Whoever copied a tablet's cookie makes up slips with it: what waits on that tablet counts all the same.

Duties: PRIVACY.md A1 (slips; closing waits for queues) and C, "The tablet's queue".
"""

import secrets
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.conftest import StillClock
from tests.kiosk.offline.test_dealt_anew import Kept
from tests.support.long_tests import long_test
from tests.support.offline import manifest_of, seal
from tests.support.people import make_person, signed_in
from tests.support.rounds import answers, facts
from tests.support.village_day import VillageDay, count_rows
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.kiosk.enrolment import enrol_tablet
from youthvoice.sites.tablets.store import start_enrolment
from youthvoice.sites.tablets.tablet_status import TabletReport, record_report
from youthvoice.slips.store import slip_fields
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.models import ResponseRow
from youthvoice.web.rate_limits import TABLET_COOKIE

JSON = {"Accept": "application/json"}
HOME, AWAY = "192.0.2.7", "198.51.100.9"
TOLD = "Many wrong slips came from it"


class Copied:
    """Ten children's answers wait on a tablet, each with a slip; somebody has its cookie."""

    def __init__(self, visitor: Callable[[], Visitor]) -> None:
        self.visitor = visitor
        self.day = VillageDay(visitor)
        self.kept = Kept(self.day, "round")
        self.length = len([name for name in self.kept.forms[0] if name.startswith("slip/")])
        cookie = self.day.tablet.client.get_cookie(TABLET_COOKIE)
        assert cookie
        self.cookie, self.thief = cookie.value, visitor()
        self.thief.client.set_cookie(TABLET_COOKIE, self.cookie)
        self.made_up = 0

    def wrong(self) -> dict[str, object]:
        """A slip that was not dealt."""
        dealt = [[form[name] for name in slip_fields(self.length)] for form in self.kept.forms]
        while True:
            self.made_up += 1
            picks = [(self.made_up // 9**place) % 9 for place in range(self.length)]
            if picks not in dealt:
                return {**answers(food="good"), **dict(zip(slip_fields(self.length), picks, strict=True))}

    def sends(self, browser: Visitor, form: dict[str, object], address: str) -> int:
        sent = {**form, "sheet": secrets.token_hex(16)}
        at = {"REMOTE_ADDR": address}
        return browser.ask("POST", self.kept.path, data=sent, headers=JSON, environ_overrides=at).status_code

    def delivers(self, browser: Visitor, envelope: bytes, address: str) -> TestResponse:
        headers, at = {**JSON, "Content-Type": "application/octet-stream"}, {"REMOTE_ADDR": address}
        return browser.ask("POST", "/offline/deliver", data=envelope, headers=headers, environ_overrides=at)

    def makes_up(self, how: str, address: str, number: int = 12) -> None:
        """Wrong slips, as many as he likes."""
        for _nth in range(number):
            if how == "page":
                self.sends(self.thief, self.wrong(), address)
            else:
                envelope = seal(self.day.manifest, self.kept.path, self.wrong())
                self.delivers(self.thief if how == "envelope" else self.visitor(), envelope, address)

    def brings(self) -> list[tuple[int, bool | None]]:
        """What becomes of what waits, when the tablet meets its network."""
        came = [self.delivers(self.day.tablet, one, HOME) for one in self.kept.envelopes]
        return [(one.status_code, (one.get_json() or {}).get("late")) for one in came]

    def says_that_something_waits(self) -> None:
        clock = int(context.now().timestamp() * 1000)
        tablet_report = TabletReport(waiting=True, room=True, clock=clock, since=context.today().isoformat())
        with db.writing(db.engine()) as session:
            record_report(session, 1, tablet_report, context.now())


@pytest.fixture
def copied(app: Flask, visitor: Callable[[], Visitor]) -> Copied:
    return Copied(visitor)


IN = [(201, False)] * 10


@pytest.mark.parametrize("how", ["page", "envelope", "pass"])
def test_wrong_slips_from_another_line_keep_no_answer_back(copied: Copied, how: str) -> None:
    """Ten a day kept all of a tablet's answers back for 22 days; the round closed, and they came too late."""
    copied.makes_up(how, AWAY)
    assert copied.sends(copied.day.tablet, copied.kept.forms[0], HOME) == 201
    assert copied.sends(copied.day.tablet, copied.wrong(), HOME) == 422, "a child who mistyped tries again"
    assert copied.brings()[1:] == IN[1:]
    assert count_rows(ResponseRow) == 10


@long_test("RUN")
@pytest.mark.parametrize("how", ["page", "envelope"])
def test_nor_do_those_of_many_lines_who_slow_the_place(copied: Copied, clock: StillClock, how: str) -> None:
    """Forty wrong ones slow it; each second slot is for lines that made few of them, two at least."""
    for nth in range(6):
        copied.makes_up(how, f"198.51.100.{nth}")
    got: list[tuple[int, bool | None]] = []
    for _slot in range(6):
        clock.move(seconds=5)
        copied.makes_up(how, "198.51.100.99", 1)
        got += copied.brings()
    assert set(got) <= {(201, False), (429, None)}
    assert got.count((201, False)) >= 10
    assert count_rows(ResponseRow) == 10


@long_test("RUN")
def test_what_was_refused_for_many_wrong_slips_of_its_own_line_is_not_late(copied: Copied, clock: StillClock) -> None:
    """Somebody on its Wi-Fi goes on until after the round's end, which waits while the tablet says that it does."""
    copied.says_that_something_waits()
    slug = copied.kept.path.rsplit("/", 1)[1]
    for _day in range((facts(slug).ends_at - context.now()).days + 5):
        copied.makes_up("envelope", HOME)
        assert copied.brings() == [(429, None)] * 10
        copied.says_that_something_waits()
        close_due(context.now())
        clock.move(days=1)
    assert facts(slug).closed_on is None
    assert copied.brings() == IN


def test_a_coordinator_reads_of_it_from_the_daily_hour_of_the_next_day_on(copied: Copied, clock: StillClock) -> None:
    with db.writing(db.engine()) as session:
        nadia = make_person(session, "coordinator", copied.day.house.site_id, handle="nadia")

    def reads() -> bool:
        return TOLD in signed_in(copied.visitor(), nadia).open("/staff/").text

    copied.makes_up("page", AWAY, 9)
    clock.move(days=1, hours=8)
    assert not reads(), "children's mistakes are fewer"
    copied.makes_up("envelope", AWAY)
    assert not reads(), "nothing moves when something comes"
    clock.move(days=1)
    assert reads()
    assert "Village" in signed_in(copied.visitor(), nadia).open("/staff/").text
    clock.move(days=1)
    assert not reads()


def test_connecting_it_anew_ends_the_earlier_cookie_and_not_what_waits(copied: Copied) -> None:
    with db.writing(db.engine()) as session:
        code = start_enrolment(session, copied.day.house.site_id, "Village again")
    with db.writing(db.engine()) as session:
        token = enrol_tablet(session, code, context.now(), copied.cookie)
    assert token
    copied.day.tablet.client.set_cookie(TABLET_COOKIE, token)
    assert copied.sends(copied.thief, copied.wrong(), AWAY) == 403
    assert copied.thief.ask("GET", "/offline/manifest").status_code == 403
    again = manifest_of(copied.day.tablet)
    report = {"waiting": False, "room": True, "clock": 0, "since": ""}
    for tablet_pass in (copied.day.manifest["pass"], again["pass"]):
        response = copied.thief.ask("POST", "/offline/status", json={"report": report, "pass": tablet_pass})
        assert response.status_code == 403, "nor does he speak for it"
    copied.makes_up("envelope", HOME)
    assert copied.brings() == IN, "his count as those that come with a pass alone"
