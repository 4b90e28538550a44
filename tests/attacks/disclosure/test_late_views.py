"""Tablets that deliver late, in any order: a batch waits for them, closes once, and is told of in one tabulation.

A reader who keeps every view learns nothing from a sheet that comes after: no two views of a batch differ at all, so
none differ by fewer children than the threshold (T2, T4). Source: PRIVACY.md A1, A5, A8.
"""

import os
import secrets
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings as trials, strategies as st

from tests.attacks.disclosure.test_once import by_batch, published, twice
from tests.conftest import StillClock
from tests.support.offline import deliver, manifest_of, seal
from tests.support.people import make_site, on_tablet
from tests.support.publications import House, make_house
from tests.support.rounds import answers, facts, open_round
from tests.support.visitor import Visitor
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.privacy.disclosure.bands import MIN_BATCH
from youthvoice.publications.review import drafting
from youthvoice.publications.snapshot import tables_of
from youthvoice.publications.store import find_edition, list_waiting_editions, mark_edition_sent_back
from youthvoice.surveys.batches.closing_job import close_due
from youthvoice.surveys.batches.rules import TABLETS_DAYS
from youthvoice.surveys.rounds.entities import Round

pytestmark = pytest.mark.sqlite
ORDERS = int(os.environ.get("TESTS_ORDERS", "3"))
FACES = st.sampled_from(("very_bad", "bad", "good", "very_good"))
TABLETS = st.sampled_from(("hill", "lake"))
EVENTS = st.one_of(
    st.tuples(st.just("sheet"), TABLETS, FACES),
    st.tuples(st.just("empty"), TABLETS, st.just("")),
    st.tuples(st.sampled_from(("day", "drafted again")), st.just(""), st.just("")),
)


class Away:
    """A round of a site with two tablets that are away with sheets from before its end."""

    def __init__(self, app: Flask, home: House, clock: StillClock) -> None:
        self.app, self.clock = app, clock
        with db.writing(db.engine()) as session:
            self.site_id = make_site(session, f"house-{secrets.token_hex(4)}").id
        self.tablets = {name: on_tablet(Visitor(app), self.site_id, name) for name in ("hill", "lake")}
        self.manifests = {name: manifest_of(one) for name, one in self.tablets.items()}
        for name in self.manifests:
            self.says(name, waiting=True)
        self.round: Round = open_round([self.site_id], home.people["facilitator"].id, invited=60)

    def says(self, tablet: str, *, waiting: bool) -> None:
        report = {"waiting": waiting, "since": "2026-11-20" if waiting else "", "room": True, "clock": 0}
        told = {"report": report, "pass": self.manifests[tablet]["pass"]}
        assert self.tablets[tablet].ask("POST", "/offline/status", json=told).status_code == 204

    def sends(self, tablet: str, face: str) -> bool:
        """A sheet comes; whether it came too late."""
        envelope = seal(self.manifests[tablet], f"/survey/{self.round.slug}", answers(food=face))
        said = deliver(Visitor(self.app), envelope)
        assert said.status_code == 201, "whenever it comes, the tablet may forget it"
        return bool(said.get_json()["late"])

    def works(self) -> None:
        close_due(context.now())
        drafting.draft_due()

    def drafts_again(self) -> None:
        """An advocate sends what waits back, and it is made anew: a correction, and no second look."""
        log = Log(context.today(), "advocate")
        with db.writing(db.engine()) as session:
            for edition in list_waiting_editions(session, [self.site_id]):
                mark_edition_sent_back(session, edition, "example", log)
                again = find_edition(session, edition.first.slug, [self.site_id])
                assert again
                drafting.draft_again(session, again, log)


@trials(
    max_examples=ORDERS,
    phases=[Phase.generate],
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(before=st.lists(st.tuples(TABLETS, FACES), min_size=7, max_size=13), events=st.lists(EVENTS, max_size=12))
def test_in_any_order_it_waits_closes_once_and_is_told_of_once(
    home: House, app: Flask, clock: StillClock, before: list[tuple[str, str]], events: list[tuple[str, str, str]]
) -> None:
    away = Away(app, home, clock)
    for tablet, face in before:
        assert away.sends(tablet, face) is False
    counted, kept, waited = len(before), [], {"hill", "lake"}
    ended = away.round.ends_at
    clock.moment = ended
    ends = [("day", "", "")] * (TABLETS_DAYS + 1)
    for event, tablet, face in [*events, *ends, ("sheet", "hill", "good"), ("drafted again", "", "")]:
        is_closed = facts(away.round.slug).closed_on is not None
        if event == "sheet":
            assert away.sends(tablet, face) is is_closed
            counted += not is_closed
        elif event == "empty":
            away.says(tablet, waiting=False)
            waited.discard(tablet)
        elif event == "day":
            clock.move(days=1)
        else:
            away.drafts_again()
        away.works()
        over = not waited or clock.moment >= ended + timedelta(days=TABLETS_DAYS)
        assert (facts(away.round.slug).closed_on is not None) is (is_closed or over), event
        kept += [view for view in published() if view["round"] == away.round.slug]
    assert facts(away.round.slug).outcome == ("counted" if counted >= MIN_BATCH else "too_few")
    assert bool(kept) is (counted >= MIN_BATCH)
    assert {table.n for view in kept for _name, _option, _when, table in tables_of(view)} <= {counted}
    assert twice(by_batch(kept, {}, {})) == []


@pytest.fixture
def home(app: Flask) -> House:
    return make_house()
