"""Run the jobs that are due, repeatedly; any number of work processes may do so in parallel.

A process has a thread for each lane: what is urgent and what waits for a server outside wait for no other job. Within a
lane the jobs take turns (`turns`).
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from flask import Flask, current_app

from youthvoice import db, log_format
from youthvoice.context import AppCache
from youthvoice.jobs import clock_check
from youthvoice.jobs.turns import Lane, find_call
from youthvoice.jobs.worker_health import ALIVE_SECONDS, forget_other_jobs, record_jobs

USUAL: Final[Lane] = "usual"

_FREQUENT_SECONDS = 10  # a job of this interval or less is run when its lane is called

_RESULT_SECONDS = 300  # between two records of results: each writes a row for each job


_logged_lines: Final = AppCache[str, None](200, seconds=60)
"""Of a job that fails each few seconds, as on a full disk, the log has a line a minute."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the work process.

    Attributes:
        name: for the log.
        every: interval in seconds.
        do: runs in an application context, opens its own transactions, and may run in two processes in parallel. It
            returns True where a turn was not enough: then it goes on after the others of its lane.
        lane: the jobs of a lane wait for each other only.
        needs_clock: what it does hangs on the day: it waits while the clock may be wrong (`clock_check`).
    """

    name: str
    every: float
    do: Callable[[], bool | None]
    lane: Lane = USUAL
    needs_clock: bool = False


def run_once(app: Flask, jobs: Sequence[Job]) -> list[str]:
    """Run every job once, until nothing is left; one that fails is logged and does not stop the others.

    Returns:
        The names of the jobs that failed.
    """
    with app.app_context():
        results = {job.name: is_done for job in jobs if (is_done := _run_to_end(job)) is not None}
        record_work(results)
    return [name for name, is_done in results.items() if not is_done]


def record_work(results: Mapping[str, bool]) -> None:
    """Record that this process works, how its jobs ended, and which moment it believes."""
    with db.reading(db.engine()) as session:
        believed_at = clock_check.moment_to_believe(session)
    record_jobs(db.engine(), results, {clock_check.CLOCK: believed_at})


def _is_clock_in_doubt() -> bool:
    with db.reading(db.engine()) as session:
        return clock_check.find_leap(session) is not None


def _run_to_end(job: Job) -> bool | None:
    while True:
        is_done, is_left = _try(job)
        if not is_left:
            return is_done


@dataclass(slots=True)
class _Beat:
    """What a work process says of itself: each half minute that it works, and each five minutes how its jobs ended.

    It is silent while a lane hangs.
    """

    jobs: Sequence[Job]
    results: dict[str, bool] = field(default_factory=dict)
    seen_at: dict[Lane, float] = field(default_factory=dict)
    last_at: float = 0.0
    recorded_at: float = 0.0

    def is_due(self) -> bool:
        now = time.monotonic()
        is_any_stuck = any(now >= seen_at + ALIVE_SECONDS for seen_at in self.seen_at.values())
        return now >= self.last_at + ALIVE_SECONDS / 3 and not is_any_stuck

    def record(self) -> None:
        self.last_at = time.monotonic()
        if self.recorded_at and self.last_at < self.recorded_at + _RESULT_SECONDS:
            record_work({})
            return
        if not self.recorded_at:
            forget_other_jobs(db.engine(), [job.name for job in self.jobs])
        results = {name: self.results.pop(name) for name in list(self.results)}
        try:
            record_work(results)
        except BaseException:
            for name, result in results.items():  # a full disk loses no result
                self.results.setdefault(name, result)
            raise
        self.recorded_at = self.last_at


def run_forever(app: Flask, jobs: Sequence[Job], stop: Callable[[], bool], pause: float = 1.0) -> None:
    """Run each job at its interval until `stop()` is true; each lane in a thread, the usual one in this.

    Raises:
        RuntimeError: a lane has ended, so that this process has to be restarted.
    """
    by_lane = {lane: [job for job in jobs if job.lane == lane] for lane in {job.lane for job in jobs} - {USUAL}}
    beat = _Beat(jobs, seen_at=dict.fromkeys([USUAL, *by_lane], time.monotonic()))
    threads = [
        threading.Thread(target=_run_lane, args=(app, lane, lane_jobs, stop, pause, beat), name=lane, daemon=True)
        for lane, lane_jobs in by_lane.items()
    ]
    for thread in threads:
        thread.start()

    def check() -> None:
        if beat.is_due():
            log_format.LINES_BOUND.write_left_out()
            _try(Job("beat", 0, beat.record))  # a full disk does not end this process
        if any(not thread.is_alive() for thread in threads) and not stop():
            raise RuntimeError("a lane has ended")

    _run_lane(app, USUAL, [job for job in jobs if job.lane == USUAL], stop, pause, beat, check)
    for thread in threads:
        thread.join()


def _run_lane(  # noqa: PLR0913, PLR0917 - what a thread is given
    app: Flask,
    lane: Lane,
    jobs: Sequence[Job],
    stop: Callable[[], bool],
    pause: float,
    beat: _Beat,
    check: Callable[[], None] = lambda: None,
) -> None:
    next_at = {job.name: 0.0 for job in jobs}
    while not stop():
        is_any_left = False
        with app.app_context():
            call = find_call(lane)
            for job in jobs:
                beat.seen_at[lane] = time.monotonic()
                if beat.seen_at[lane] >= next_at[job.name] and not stop():
                    is_done, is_left = _try(job)
                    if is_done is not None:
                        beat.results[job.name] = is_done
                    next_at[job.name] = time.monotonic() + (0 if is_left else job.every)
                    is_any_left |= is_left
            check()
        next_second = min([time.monotonic() + pause, *next_at.values()])
        if call.wait(0 if is_any_left else max(0, next_second - time.monotonic())):
            call.clear()
            next_at |= {job.name: 0.0 for job in jobs if job.every <= _FREQUENT_SECONDS}


def _try(job: Job) -> tuple[bool | None, bool]:
    """Whether one turn of a job succeeded, None where it waits for the clock; and whether something is left."""
    try:
        if job.needs_clock and _is_clock_in_doubt():
            return None, False
        is_left = bool(job.do())
    except Exception as error:  # noqa: BLE001 - one job must not stop the rest; the next run tries again
        line = f"{job.name} failed: {type(error).__name__}"
        _logged_lines.get(line, lambda: current_app.logger.error(line))  # noqa: TRY400 - values stay out
        return False, False
    finally:
        db.close_session()
    return True, is_left
