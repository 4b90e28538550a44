"""In whatever order sticks come and go, are lost and come again: each sheet counts once, and nothing old comes back.

`TESTS_ORDERS` is how many orders are tried; set it high for a night.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings as trials, stateful, strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import select

from tests.conftest import StillClock
from tests.support.long_tests import long_test
from tests.support.rounds import answers
from tests.support.village import JSON, NAME, Village, empty_box, run
from youthvoice import context, db
from youthvoice.box.models import BoxEnvelopeRow
from youthvoice.context import runtime_of
from youthvoice.kiosk.offline.envelope import outer_number, read_outer_number
from youthvoice.sites.models import SiteRow, TabletRow
from youthvoice.sites.tablets.store import retire_tablet
from youthvoice.surveys.models import ResponseRow

ORDERS = int(os.environ.get("TESTS_ORDERS", "3"))
STEPS = 16


def renames_helpline(village: Village, name: str) -> None:
    """Something changes in the house that its pages show."""
    with db.writing(db.engine()) as session:
        site = session.get(SiteRow, village.site_id)
        assert site
        site.helpline_name = name
        site.version += 1


def shown(village: Village) -> str:
    return village.child().open("/help").text


def let_go(village: Village) -> None:
    with db.writing(db.engine()) as session:
        row = session.get(TabletRow, village.tablet_id())
        assert row
        retire_tablet(session, row.id, context.today())


@long_test("RUN")
def test_an_old_file_forgets_nothing_newer_and_shows_nothing_older(village: Village, clock: StillClock) -> None:
    village.answers_one()
    village.there("out", village.file("a-out"))
    village.main("in", village.file("a-out"), village.file("a-back"))
    renames_helpline(village, "The new line")
    clock.move(minutes=1)
    village.carries("b")
    village.answers_one()
    assert "older than what the box shows" in village.there("in", village.file("a-back"))
    assert village.waiting() == 1
    assert "The new line" in shown(village)
    village.there("in", village.file("b-back"))
    assert (village.waiting(), village.count(ResponseRow)) == (1, 1)
    village.carries("c")
    assert (village.waiting(), village.count(ResponseRow)) == (0, 2)


@long_test("RUN")
@pytest.mark.sqlite
def test_a_house_that_is_restored_from_yesterday_gets_from_old_sticks_what_it_lost(village: Village) -> None:
    engine = runtime_of(village.app).engine
    file = Path(str(engine.url.database))
    village.answers_one()
    village.carries("before")
    engine.dispose()
    shutil.copy(file, village.file("backup"))
    village.answers_one()
    village.carries("after")
    village.answers_one()
    assert village.count(ResponseRow) == 2
    engine.dispose()
    for beside in ("-wal", "-shm"):
        Path(f"{file}{beside}").unlink(missing_ok=True)
    shutil.copy(village.file("backup"), file)
    assert village.count(ResponseRow) == 1
    village.carries("next")
    for again in ("before", "after"):
        village.main("in", village.file(f"{again}-out"), village.file(f"{again}-again"))
    assert (village.count(ResponseRow), village.waiting()) == (3, 0)


@contextmanager
def another_box(village: Village, clock: StillClock, setup: str) -> Iterator[Flask]:
    folder = village.folder / f"of-{setup}"
    folder.mkdir()
    made = empty_box(folder, clock)
    try:
        run(made.test_cli_runner(), "setup", village.file(setup))
        yield made
    finally:
        runtime_of(made).engine.dispose()


@long_test("RUN")
def test_two_boxes_at_one_site_take_each_others_files_for_none_of_theirs(village: Village, clock: StillClock) -> None:
    village.main("box", "By the school", village.file("second"), "--site", "example-house")
    village.answers_one()
    with another_box(village, clock, "second") as other:
        run(other.test_cli_runner(), "out", village.file("other-out"))
        village.main("in", village.file("other-out"), village.file("other-back"))
        assert "for another box" in village.there("in", village.file("other-back"), status=1)
        village.carries("mine")
        assert "for another box" in run(other.test_cli_runner(), "in", village.file("mine-back"), status=1)
        run(other.test_cli_runner(), "in", village.file("other-back"))
    assert (village.count(ResponseRow), village.waiting()) == (1, 0)


@long_test("RUN")
def test_a_box_that_is_made_again_from_its_old_file_comes_up_to_date(village: Village, clock: StillClock) -> None:
    village.answers_one()
    village.carries("one")
    renames_helpline(village, "The new line")
    clock.move(days=1)
    with another_box(village, clock, "setup") as again:
        assert again.test_client().get("/help", headers={"Youth-Voice-Language": "en"}).status_code == 200
        run(again.test_cli_runner(), "out", village.file("again-out"))
        village.main("in", village.file("again-out"), village.file("again-back"))
        run(again.test_cli_runner(), "in", village.file("again-back"))
        assert "The new line" in again.test_client().get("/help", headers={"Youth-Voice-Language": "en"}).text
        assert "older" in run(again.test_cli_runner(), "in", village.file("one-back"))
    assert village.count(ResponseRow) == 1


def test_a_box_that_was_let_go_brings_what_came_until_it_knew_and_then_nothing(village: Village) -> None:
    village.answers_one()
    let_go(village)
    village.there("out", village.file("one"))
    village.main("in", village.file("one"), village.file("one-back"))
    village.answers_one()  # nobody there knows yet
    assert "let this box go" in village.there("in", village.file("one-back"))
    assert "something waits here still" in run(village.box.test_cli_runner(), "doctor", status=1, group="")
    village.there("out", village.file("two"))
    village.main("in", village.file("two"), village.file("two-back"))
    village.there("in", village.file("two-back"))
    assert (village.count(ResponseRow), village.waiting()) == (2, 0)
    assert village.box.test_client().get("/").status_code == 503
    assert village.box.test_client().post(f"/survey/{village.round.slug}").status_code == 503
    assert "waits here still" not in run(village.box.test_cli_runner(), "doctor", status=1, group="")
    envelope = f"intake-2026-11\n{secrets.token_hex(16)}\n".encode() + secrets.token_bytes(81 + 32 * 1024)
    assert village.box.test_client().post("/offline/deliver", data=envelope).status_code == 201
    assert village.waiting() == 1, "a tablet of the village still brings what it has"


def test_a_box_that_the_house_never_heard_of_keeps_everything(village: Village) -> None:
    village.answers_one()
    village.there("out", village.file("one"))
    with db.writing(db.engine()) as session:
        session.delete(session.scalars(select(TabletRow).where(TabletRow.name == NAME)).one())
    assert "none of ours" in village.main("in", village.file("one"), village.file("one-back"), status=1)
    assert (village.count(ResponseRow), village.waiting()) == (0, 1)


class EveryBundle(stateful.RuleBasedStateMachine):
    """One village whose people do anything with any stick they ever had."""

    village: Village
    clock: StillClock
    made = 0

    def __init__(self) -> None:
        super().__init__()
        self.outs: list[tuple[str, frozenset[str]]] = []
        self.backs: list[tuple[str, frozenset[str], int]] = []
        self.sent: set[str] = set()
        self.in_house: set[str] = set()
        self.in_box: set[str] = set()
        self.newest = self.shows = 0
        self.counted_before = self.village.count(ResponseRow)

    def _file(self, what: str) -> str:
        EveryBundle.made += 1
        return self.village.file(f"{what}-{EveryBundle.made}")

    @rule()
    def a_child_answers(self) -> None:
        at, path = self.village.child(), f"/survey/{self.village.round.slug}"
        at.open(path)
        sheet = at.hidden["sheet"]
        at.send(path, answers(food="good"), 201, headers=JSON)
        self.sent.add(sheet)
        self.in_box.add(sheet)

    @rule()
    def a_stick_is_written(self) -> None:
        file = self._file("out")
        self.village.there("out", file)
        self.outs.append((file, frozenset(self.in_box)))

    @rule()
    def something_changes_in_the_house(self) -> None:
        self.newest += 1
        self.clock.move(minutes=1)
        renames_helpline(self.village, f"Line {self.newest}.")

    @precondition(lambda self: self.outs)
    @rule(data=st.data())
    def any_stick_comes_to_the_house(self, data: st.DataObject) -> None:
        file, held = data.draw(st.sampled_from(self.outs))
        back = self._file("back")
        self.village.main("in", file, back)
        self.in_house |= held
        self.backs.append((back, held, self.newest))

    @precondition(lambda self: self.backs)
    @rule(data=st.data())
    def any_stick_comes_back(self, data: st.DataObject) -> None:
        file, taken, newest = data.draw(st.sampled_from(self.backs))
        self.village.there("in", file)
        self.in_box -= taken
        self.shows = max(self.shows, newest)

    @invariant()
    def each_sheet_is_somewhere_and_counts_once(self) -> None:
        assert self.in_box | self.in_house == self.sent
        assert self.village.count(ResponseRow) - self.counted_before == len(self.in_house)
        waits = Context().run(self._waits)
        assert len(waits) == len(self.in_box)
        assert set(waits) == {outer_number(bytes.fromhex(sheet)) for sheet in self.in_box}

    @invariant()
    def nothing_older_is_shown(self) -> None:
        if self.shows:
            assert f"Line {self.shows}." in shown(self.village)

    def _waits(self) -> list[bytes | None]:
        """The number that stands outside on each envelope of the box; a sheet that lay there twice is there twice."""
        with self.village.box.app_context(), db.reading(db.engine()) as session:
            envelopes = session.scalars(select(BoxEnvelopeRow.blob)).all()
        return [read_outer_number(one) for one in envelopes]

    def teardown(self) -> None:
        """The next order begins with an empty box that shows what the house has."""
        self.clock.move(minutes=1)
        last = self._file("last")
        self.village.carries(last.rpartition("/")[2])
        self.in_house |= self.in_box
        assert self.village.count(ResponseRow) - self.counted_before == len(self.sent)


def test_each_sheet_counts_once_in_whatever_order_sticks_come(village: Village, clock: StillClock) -> None:
    EveryBundle.village, EveryBundle.clock = village, clock
    phases = {*Phase} - ({Phase.explain} if "TESTS_ORDERS" in os.environ else {Phase.shrink, Phase.explain})
    run_of = trials(
        max_examples=ORDERS,
        stateful_step_count=STEPS,
        deadline=None,
        phases=phases,
        suppress_health_check=[*HealthCheck],
    )
    stateful.run_state_machine_as_test(EveryBundle, settings=run_of)
