"""What is refused for its pass is told to a coordinator, and a tablet without its cookie loses nothing for ever."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.offline import deliver
from tests.support.people import house, make_person, signed_in
from tests.support.village_day import VillageDay, count_rows
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.sites.models import TabletRow
from youthvoice.sites.tablets.store import find_tablet, report_lost, retire_tablet
from youthvoice.threads.models import ThreadRow

TOLD = "Something from it was refused"


class Refusal:
    """A child's words wait on a tablet; its pass ended, and its cookie is gone."""

    def __init__(self, visitor: Callable[[], Visitor], clock: StillClock) -> None:
        self.day = VillageDay(visitor)
        self.visitor, self.clock = visitor, clock
        self.waits = self.day.seals("tell", "he hit me", code="")
        with db.writing(db.engine()) as session:
            row = session.get_one(TabletRow, 1)
            row.passes_from = context.today().toordinal() + 1
            self.nadia = make_person(session, "coordinator", row.site_id, handle="nadia")
        clock.move(hours=1)

    def delivers(self) -> int:
        return deliver(self.visitor(), self.waits).status_code

    def desk(self) -> Visitor:
        return signed_in(self.visitor(), self.nadia)

    def page(self, path: str) -> str:
        return self.desk().open(path).text.partition("<main")[2]

    def says(self, what: str) -> str:
        desk = self.desk()
        desk.open("/staff/tablets/1/refused")
        return desk.send("/staff/tablets/1/refused", {"what": what}).text


@pytest.fixture
def refusal(app: Flask, visitor: Callable[[], Visitor], clock: StillClock) -> Refusal:
    return Refusal(visitor, clock)


def test_a_coordinator_reads_of_it_from_the_daily_hour_of_the_next_day_on(refusal: Refusal) -> None:
    """T5: nothing on her pages moves when something comes."""
    pages = ("/staff/", "/staff/tablets")
    before = [TOLD in refusal.page(path) for path in pages]
    assert refusal.delivers() == 403
    assert [TOLD in refusal.page(path) for path in pages] == before == [False, False]
    refusal.clock.move(days=1, hours=8)
    assert [TOLD in refusal.page(path) for path in pages] == [True, True]
    refusal.clock.move(days=20)
    assert [TOLD in refusal.page(path) for path in pages] == [False, False]


@pytest.mark.parametrize("is_let_go", [False, True])
def test_she_says_that_it_is_the_tablet_and_it_delivers(refusal: Refusal, is_let_go: bool) -> None:
    if is_let_go:
        with db.writing(db.engine()) as session:
            tablet = find_tablet(session, [refusal.day.house.site_id], 1)
            assert tablet
            retire_tablet(session, tablet.id, context.today())
            session.get_one(TabletRow, tablet.id).emptied_at = context.now()
    assert refusal.delivers() == 403
    refusal.clock.move(days=1, hours=8)
    assert TOLD not in refusal.says("take")
    assert refusal.delivers() == 201
    assert count_rows(ThreadRow) == 1


def test_she_says_that_it_is_somebody_else_and_reads_of_it_when_it_comes_again(refusal: Refusal) -> None:
    refusal.delivers()
    refusal.clock.move(days=1, hours=8)
    assert TOLD not in refusal.says("leave")
    assert refusal.delivers() == 403
    assert TOLD not in refusal.page("/staff/")
    refusal.clock.move(days=1, hours=8)
    assert TOLD in refusal.page("/staff/")


def test_of_a_lost_tablet_and_of_one_that_brings_its_cookie_nothing_is_told(refusal: Refusal) -> None:
    assert deliver(refusal.day.tablet, refusal.waits).status_code == 201
    refusal.clock.move(days=1, hours=8)
    assert TOLD not in refusal.page("/staff/")
    with db.writing(db.engine()) as session:
        tablet = find_tablet(session, [refusal.day.house.site_id], 1)
        assert tablet
        retire_tablet(session, tablet.id, context.today())
        report_lost(session, tablet.id, context.today())
    refusal.delivers()
    refusal.clock.move(days=1, hours=8)
    assert TOLD not in refusal.page("/staff/tablets")
    refusal.desk().open("/staff/tablets/1/refused", 303, follow=False)


def test_nobody_says_so_of_a_tablet_of_another_site(refusal: Refusal) -> None:
    refusal.delivers()
    refusal.clock.move(days=1, hours=8)
    _site_id, people = house(["coordinator"], "elsewhere")
    stranger = signed_in(refusal.visitor(), people["coordinator"])
    stranger.open("/staff/tablets/1/refused", 404)
