"""What a work process leaves behind of its jobs, and to whom `/health` says which version runs."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import StillClock
from tests.support.people import house, signed_in
from tests.support.visitor import Visitor
from youthvoice import db
from youthvoice.config import read_version
from youthvoice.jobs import worker
from youthvoice.jobs.worker import Job, run_forever, run_once
from youthvoice.jobs.worker_health import JobRecord, list_job_records


def records() -> dict[str, JobRecord]:
    with db.reading(db.engine()) as session:
        return {record.name: record for record in list_job_records(session)}


@pytest.mark.dialect("rows that are written over")
def test_the_last_end_of_each_job_is_kept_by_the_minute(app: Flask, clock: StillClock) -> None:
    ends = iter((True, False, True))

    def do() -> None:
        if not next(ends):
            raise OSError

    clock.move(seconds=41)
    for is_failing in (False, True, False):
        run_once(app, [Job("mail", 2, do)])
        assert records()["mail"].is_failing is is_failing
        clock.move(minutes=1)
    record = records()["mail"]
    assert record.succeeded_at is not None
    assert record.succeeded_at.second == 0, "when a mail was sent is not kept"


def test_how_the_last_run_ended_is_written_each_five_minutes_and_no_run_writes_by_itself(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds, written = [0.0], []
    monkeypatch.setattr("time.monotonic", lambda: seconds[0])
    monkeypatch.setattr(worker, "record_jobs", lambda _engine, results, _more: written.append(dict(results)))

    def do() -> None:
        seconds[0] += 1
        if 100 < seconds[0] < 400:
            raise OSError

    run_forever(app, [Job("mail", 0, do)], lambda: seconds[0] > 1000, pause=0)
    ends = [results["mail"] for results in written if results]
    assert ends == [True, False, True, True]
    assert len(written) > 30, "and each half minute that it works"


def test_a_job_that_this_version_has_no_more_is_not_waited_for(app: Flask) -> None:
    run_once(app, [Job("old", 2, lambda: None), Job("mail", 2, lambda: None)])
    stops = iter((False, False, True))
    run_forever(app, [Job("mail", 2, lambda: None)], lambda: next(stops), pause=0)
    assert records().keys() == {"mail"}


def test_the_version_is_said_to_whoever_is_signed_in_and_not_to_the_world(
    app: Flask, visitor: Callable[[], Visitor]
) -> None:
    run_once(app, [])
    _site, people = house(["facilitator"])
    stranger, facilitator = visitor(), signed_in(visitor(), people["facilitator"])
    assert stranger.client.get("/health").get_json() == {"database": True, "limits": True, "work": True}
    stranger.client.set_cookie("staff", "guessed")
    assert "version" not in stranger.client.get("/health").get_json()
    assert facilitator.client.get("/health").get_json()["version"] == read_version()
