"""Slips are dealt once more while answers and votes that were given with the first ones wait on a tablet."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.elections import open_election
from tests.support.offline import deliver, manifest_of, seal
from tests.support.people import on_tablet, signed_in
from tests.support.rounds import answers, facts, open_round
from tests.support.village_day import VillageDay, count_rows
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.committees.models import BallotRow
from youthvoice.db import Base
from youthvoice.privacy.credentials.picture_codes import Picture
from youthvoice.sites.tablets.refused_deliveries import take_refused
from youthvoice.sites.tablets.store import find_retired, report_found, report_lost, retire_tablet
from youthvoice.sites.tablets.tablet_status import TabletReport, record_report
from youthvoice.slips.store import deal_slips, slip_fields, slip_screens
from youthvoice.surveys.models import ResponseRow
from youthvoice.surveys.responses.store import deal_round_slips


def put_in(slip: tuple[Picture, ...]) -> dict[str, object]:
    picks = [screen.index(one) for screen, one in zip(slip_screens(len(slip)), slip, strict=True)]
    return dict(zip(slip_fields(len(slip)), picks, strict=True))


class Kept:
    """Ten children gave something on the tablet where no network is, each with a slip; an adult may deal more."""

    def __init__(self, day: VillageDay, kind: str) -> None:
        self.day, self.kind = day, kind
        home = day.house
        if kind == "round":
            round_ = open_round([home.site_id], home.joshi.id, slips=True)
            self.path, self.deal_at = f"/survey/{round_.slug}", f"/staff/rounds/{round_.slug}/slips"
            self.table: type[Base] = ResponseRow
            with db.writing(db.engine()) as session:
                dealt = deal_round_slips(session, facts(round_.slug), home.site_id, 10)
        else:
            election = open_election(home, voters=20)
            self.path, self.deal_at = f"/vote/{election.slug}", f"/staff/elections/{election.slug}/slips"
            self.table = BallotRow
            with db.writing(db.engine()) as session:
                dealt = deal_slips(session, election.slips, 10, most=20)
        given = answers(food="bad", letter_box="") if kind == "round" else {"choice": 0}
        self.forms = [{**given, **put_in(slip)} for slip in dealt]
        self.envelopes = [seal(day.manifest, self.path, form) for form in self.forms]

    def deal_again(self, **more: object) -> None:
        browser = signed_in(self.day.visitor(), self.day.house.joshi)
        sent = {"site": self.day.house.site_id, "number": 1, **more}
        start = self.deal_at if self.kind == "round" else self.deal_at.removesuffix("/slips")
        browser.open(start)
        browser.send(self.deal_at, sent)

    def deliver(self) -> list[bool]:
        """Whether each came too late."""
        return [deliver(self.day.visitor(), one).get_json()["late"] for one in self.envelopes]


@pytest.fixture(params=["round", "vote"])
def kept(app: Flask, visitor: Callable[[], Visitor], request: pytest.FixtureRequest) -> Kept:
    return Kept(VillageDay(visitor), request.param)


@pytest.mark.parametrize("more", [{}, {"anew": "y"}])
def test_what_waits_with_a_slip_counts_though_one_more_or_others_were_dealt(
    kept: Kept, clock: StillClock, more: dict[str, object]
) -> None:
    clock.move(hours=1)
    kept.deal_again(**more)
    clock.move(hours=1)
    assert kept.deliver() == [False] * 10
    assert kept.deliver() == [False] * 10, "a repeat is a success"
    assert count_rows(kept.table) == 10


def test_what_was_lost_and_is_found_later_counts_nothing_once_the_tablet_was_empty(
    kept: Kept, clock: StillClock
) -> None:
    """Who picked up the sheet of slips uses it with a tablet that was online since then."""
    kept.deal_again(anew="y")
    clock.move(minutes=1)
    with db.writing(db.engine()) as session:
        tablet_report = TabletReport(waiting=False, room=True, clock=int(context.now().timestamp() * 1000))
        record_report(session, 1, tablet_report, context.now())
    assert kept.deliver() == [True] * 10
    assert count_rows(kept.table) == 0


def _reports_empty() -> None:
    with db.writing(db.engine()) as session:
        tablet_report = TabletReport(waiting=False, room=True, clock=int(context.now().timestamp() * 1000))
        record_report(session, 1, tablet_report, context.now())


def _let_go(site_id: int) -> None:
    with db.writing(db.engine()) as session:
        retire_tablet(session, 1, context.today())
        assert find_retired(session, [site_id], 1)


def _lost_and_found(_site_id: int) -> None:
    with db.writing(db.engine()) as session:
        report_lost(session, 1, context.today())
    with db.writing(db.engine()) as session:
        report_found(session, 1)


def _taken(_site_id: int) -> None:
    with db.writing(db.engine()) as session:
        take_refused(session, 1)


@pytest.mark.parametrize("ways", [[_let_go], [_let_go, _lost_and_found], [_taken], [_let_go, _taken]])
def test_no_word_of_an_adult_about_a_tablet_makes_withdrawn_slips_good_again(
    kept: Kept, clock: StillClock, ways: list[Callable[[int], None]]
) -> None:
    """The tablet was empty after they were withdrawn; one coordinator can let it go, find it and say that it is it."""
    kept.deal_again(anew="y")
    clock.move(hours=1)
    _reports_empty()
    clock.move(hours=1)
    for way in ways:
        way(kept.day.house.site_id)
    assert kept.deliver() == [True] * 10
    assert count_rows(kept.table) == 0


def test_withdrawn_slips_count_nothing_at_a_tablet_that_was_connected_since(kept: Kept, clock: StillClock) -> None:
    kept.deal_again(anew="y")
    clock.move(minutes=1)
    newer = on_tablet(kept.day.visitor(), kept.day.house.site_id, "New one")
    manifest = manifest_of(newer)
    answers_ = [deliver(newer, seal(manifest, kept.path, form)).get_json()["late"] for form in kept.forms]
    assert answers_ == [True] * 10
    assert count_rows(kept.table) == 0


def test_what_waits_counts_though_strange_hands_said_meanwhile_that_the_tablet_was_empty(
    kept: Kept, clock: StillClock
) -> None:
    clock.move(hours=1)
    kept.deal_again(anew="y")
    _let_go(kept.day.house.site_id)
    with db.writing(db.engine()) as session:
        report_lost(session, 1, context.today())
    clock.move(hours=1)
    _reports_empty()
    with db.writing(db.engine()) as session:
        report_found(session, 1)
    assert kept.deliver() == [False] * 10


def test_a_child_who_sends_one_now_that_was_withdrawn_is_asked_for_another(kept: Kept, clock: StillClock) -> None:
    kept.deal_again(anew="y")
    tablet = kept.day.tablet
    page = tablet.open(kept.path).text
    sheet = page.split('name="sheet" value="')[1][:32]
    tablet.send(kept.path, {**kept.forms[0], "sheet": sheet}, 422)
    assert count_rows(kept.table) == 0
