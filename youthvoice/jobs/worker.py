"""Run the jobs that are due, repeatedly; any number of work processes may do so in parallel."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from flask import Flask, current_app

from youthvoice import db
from youthvoice.jobs.worker_health import ALIVE_SECONDS, forget_other_jobs, record_jobs

_RESULT_SECONDS = 300  # between two records of results: each writes a row for each job


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the work process.

    Attributes:
        name: for the log.
        every: interval in seconds.
        do: runs in an application context, opens its own transactions, and may run in two processes in parallel.
    """

    name: str
    every: float
    do: Callable[[], None]


def run_once(app: Flask, jobs: Sequence[Job]) -> list[str]:
    """Run every job once; a job that fails is logged and does not stop the others.

    Returns:
        The names of the jobs that failed.
    """
    with app.app_context():
        results = {job.name: _try(job) for job in jobs}
        record_jobs(db.engine(), results)
    return [name for name, is_done in results.items() if not is_done]


@dataclass(slots=True)
class _Beat:
    """What a work process says of itself: each half minute that it works, and each five minutes how its jobs ended."""

    jobs: Sequence[Job]
    results: dict[str, bool] = field(default_factory=dict)
    last_at: float = 0.0
    recorded_at: float = 0.0

    def is_due(self) -> bool:
        return time.monotonic() >= self.last_at + ALIVE_SECONDS / 3

    def record(self) -> None:
        self.last_at = time.monotonic()
        if self.recorded_at and self.last_at < self.recorded_at + _RESULT_SECONDS:
            record_jobs(db.engine(), {})
            return
        if not self.recorded_at:
            forget_other_jobs(db.engine(), [job.name for job in self.jobs])
        record_jobs(db.engine(), self.results)
        self.results.clear()  # only what was recorded: a full disk loses no result
        self.recorded_at = self.last_at


def run_forever(app: Flask, jobs: Sequence[Job], stop: Callable[[], bool], pause: float = 1.0) -> None:
    """Run each job at its interval until `stop()` is true."""
    next_at = {job.name: 0.0 for job in jobs}
    beat = _Beat(jobs)
    while not stop():
        with app.app_context():
            for job in jobs:
                if time.monotonic() >= next_at[job.name] and not stop():
                    beat.results[job.name] = _try(job)
                    next_at[job.name] = time.monotonic() + job.every
            if beat.is_due():
                _try(Job("beat", 0, beat.record))  # a full disk does not end this process
        time.sleep(pause)


def _try(job: Job) -> bool:
    try:
        job.do()
    except Exception as error:  # noqa: BLE001 - one job must not stop the rest; the next run tries again
        current_app.logger.error("%s failed: %s", job.name, type(error).__name__)  # noqa: TRY400 - values stay out
        return False
    finally:
        db.close_session()
    return True
