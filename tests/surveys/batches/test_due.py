"""When the job checks an open batch: it reads those that are due, and misses none, whatever happens meanwhile."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.batches import AFTER, ENDS, OPENED, SITE, House, house
from tests.support.statements import counted_statements
from youthvoice import context, db
from youthvoice.audit.audit_log import Log
from youthvoice.config import Settings
from youthvoice.sites.models import TabletRow
from youthvoice.surveys.batches import closing_job, store
from youthvoice.surveys.batches.closing import OpenedBatch, apply_decision
from youthvoice.surveys.batches.closing_job import NotAllBatchesClosed, close_due, close_due_job
from youthvoice.surveys.batches.rules import BatchDecision
from youthvoice.surveys.models import BatchRow, RoundRow
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import end_round, set_invited_children

RUN = timedelta(seconds=20)


@pytest.fixture
def home(settings: Settings, tmp_path: Path) -> Iterator[House]:
    with house(settings, tmp_path / "keys") as made:
        yield made


def look(home: House, moment: datetime) -> None:
    """One run of the job at a moment."""
    with context.override(home.app, clock=lambda: moment):
        while close_due_job():
            pass


@pytest.mark.dialect("the index, and the moment that every row gets without one")
def test_a_quiet_house_reads_nothing_however_many_rounds_are_open(home: House) -> None:
    for _ in range(30):
        home.open()
    look(home, OPENED)
    with counted_statements(home.engine) as statements:
        look(home, OPENED + RUN)
    assert len(statements) == 1, "what is due, and nothing is"
    assert [home.batch(round_).due_at for round_ in _rounds(home)] == [OPENED + timedelta(days=1)] * 30


def _rounds(home: House) -> list[Round]:
    with db.reading(home.engine) as session:
        slugs = session.scalars(select(RoundRow.slug)).all()
    return [home.facts(slug) for slug in slugs]


@pytest.mark.parametrize("looked_before", [OPENED, ENDS - timedelta(hours=1), ENDS - RUN])
def test_a_batch_closes_in_the_first_run_after_its_end(home: House, looked_before: datetime) -> None:
    round_ = home.open()
    home.send_many(round_, 10, food="good")
    look(home, looked_before)
    look(home, ENDS)
    assert home.batch(round_).outcome == "counted"


def test_a_round_that_an_adult_ends_early_closes_in_the_next_run(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 10, food="good")
    look(home, OPENED)
    early = OPENED + timedelta(days=2)
    with db.writing(home.engine) as session:
        end_round(session, round_, early, early.date(), Log(early.date(), "example"))
    look(home, early + RUN)
    assert home.batch(round_).outcome == "counted"


def test_a_batch_that_waits_for_a_tablet_closes_ten_minutes_after_it_is_empty(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 10, food="good")
    with db.writing(home.engine) as session:
        session.add(
            TabletRow(site_id=SITE, name="Veranda", status_at=OPENED, status={"seen_on": "2026-11-23", "waiting": True})
        )
    look(home, ENDS)
    with db.writing(home.engine) as session:
        session.scalars(select(TabletRow)).one().emptied_at = ENDS + timedelta(minutes=3)
    look(home, ENDS + timedelta(minutes=9))
    assert home.batch(round_).outcome is None, "nobody sees from a closing when a tablet delivered"
    look(home, ENDS + timedelta(minutes=10))
    assert home.batch(round_).outcome == "counted"
    assert home.batch(round_).due_at == ENDS, "nor does a thief, years later, from the moment of the last check"


@pytest.mark.dialect("what a thief reads in the rows")
def test_when_a_batch_is_checked_again_tells_nothing_of_what_children_sent(home: House) -> None:
    """A2. The moment follows from dates, tablets and the run before; no response, harm or number moves it."""
    silent, heard = home.open(), home.open()
    with db.writing(home.engine) as session:
        session.add(
            TabletRow(site_id=SITE, name="Veranda", status_at=OPENED, status={"seen_on": "2026-11-23", "waiting": True})
        )
    for moment in (OPENED, OPENED + timedelta(days=1), ENDS, ENDS + timedelta(minutes=10), ENDS + timedelta(days=2)):
        home.send_many(heard, 4, night="no")
        look(home, moment)
        assert home.batch(silent).due_at == home.batch(heard).due_at
        assert home.batch(silent).closed_on is home.batch(heard).closed_on is None


def test_a_care_round_goes_on_at_each_quarter_and_closes_once_its_number_is_entered(home: House) -> None:
    round_ = home.open("care", invited=0, ends_at=OPENED + timedelta(days=700))
    home.send_many(round_, 10, food="good")
    moment, new_year = OPENED, datetime(2026, 12, 31, 18, 30, tzinfo=UTC)  # midnight in Kolkata
    while moment < new_year:  # as if the job only came when it has to
        look(home, moment)
        moment = min(home.batch(round_).due_at, new_year)
        assert moment > OPENED
    look(home, new_year)
    look(home, new_year + RUN)
    assert len(_rounds(home)) == 2, "its successor is open"
    assert home.batch(round_).outcome is None
    with context.override(home.app, clock=lambda: new_year + timedelta(hours=2)), db.writing(home.engine) as session:
        set_invited_children(session, home.facts(round_.slug), 12, 1, Log(OPENED.date(), "example"))
    look(home, new_year + timedelta(hours=2) + RUN)
    assert home.batch(round_).outcome == "counted"


def test_a_clock_that_was_a_year_ahead_delays_no_closing_by_more_than_a_day(home: House) -> None:
    round_ = home.open(ends_at=OPENED + timedelta(days=900))
    look(home, OPENED + timedelta(days=365))
    with db.writing(home.engine) as session:
        session.get_one(RoundRow, round_.id).ends_at = OPENED + timedelta(days=366)
    assert home.batch(round_).due_at <= OPENED + timedelta(days=366)


def test_a_lost_key_is_looked_for_each_hour(home: House) -> None:
    round_ = home.open()
    home.send_many(round_, 10, food="good")
    kept = {file: file.read_bytes() for file in home.keyring.folder.iterdir() if file.is_file()}
    home.keyring.destroy(round_.answers_key)
    look(home, AFTER)
    assert home.batch(round_).due_at == AFTER + timedelta(hours=1)
    for file, content in kept.items():
        if not file.exists():
            file.write_bytes(content)
            file.chmod(0o600)
    look(home, AFTER + timedelta(hours=1))
    assert home.batch(round_).outcome == "counted"


def _fail(monkeypatch: pytest.MonkeyPatch, *broken: Round) -> None:
    """Let these rounds fail to close."""
    close = apply_decision

    def apply(session: Session, batch: OpenedBatch, decision: BatchDecision) -> BatchDecision:
        if batch.round.slug in {round_.slug for round_ in broken}:
            raise OSError
        return close(session, batch, decision)

    monkeypatch.setattr(closing_job, "apply_decision", apply)


def test_a_long_list_is_closed_in_turns_and_one_that_fails_goes_behind_the_others(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_DUE", 3)
    rounds = [home.open() for _ in range(7)]
    for round_ in rounds:
        home.send_many(round_, 10, food="good")
    _fail(monkeypatch, rounds[0])
    with context.override(home.app, clock=lambda: AFTER):
        assert [close_due_job() for _ in range(3)] == [True, True, False]
    assert {home.batch(round_).outcome for round_ in rounds[1:]} == {"counted"}
    assert home.batch(rounds[0]).due_at == AFTER + timedelta(seconds=10)


def test_a_list_in_which_everything_fails_is_tried_again_in_the_next_run_and_not_at_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk keeps no core busy until somebody makes room."""
    monkeypatch.setattr(store, "MAX_DUE", 3)
    monkeypatch.setattr("youthvoice.jobs.turns.TURN_SECONDS", 0)
    rounds = [home.open() for _ in range(4)]
    _fail(monkeypatch, *rounds)
    with context.override(home.app, clock=lambda: AFTER), pytest.raises(NotAllBatchesClosed):
        close_due_job()


@pytest.mark.postgresql("writers of SQLite queue before they look")
def test_two_work_processes_share_the_list_without_waiting_for_each_other(home: House) -> None:
    first, second = home.open(), home.open()
    for round_ in (first, second):
        home.send_many(round_, 10, food="good")

    def work(run: Callable[[], object]) -> threading.Thread:
        def in_context() -> None:
            home.enter()
            run()

        thread = threading.Thread(target=in_context)
        thread.start()
        return thread

    with db.writing(home.engine) as session:  # another process closes the first one, and takes long
        assert store.lock_batch(session, first.batch_id) is not None
        other = work(lambda: look(home, AFTER))
        other.join(20)
        assert not other.is_alive(), "it did not wait"
        assert home.batch(second).outcome == "counted"
    look(home, AFTER)
    assert home.batch(first).outcome == "counted"


def test_the_command_says_of_every_open_batch_what_it_waits_for(home: House) -> None:
    round_ = home.open()
    look(home, OPENED)
    assert [(line.slug, line.code) for line in close_due(OPENED + RUN).lines] == [(round_.slug, "not_ended")]


def test_a_row_of_an_earlier_version_is_due_at_once(home: House) -> None:
    round_ = home.open()
    with db.reading(home.engine) as session:
        due_at = session.scalars(select(BatchRow.due_at).where(BatchRow.id == round_.batch_id)).one()
    assert due_at.year < 2000
    home.send_many(round_, 10, food="good")
    look(home, AFTER)
    assert home.batch(round_).outcome == "counted"
