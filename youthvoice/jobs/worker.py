"""Run the jobs that are due, repeatedly; any number of work processes may do so in parallel."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Flask, current_app

from youthvoice import db
from youthvoice.jobs.worker_health import ALIVE_SECONDS, record_heartbeat


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
        failed = [job.name for job in jobs if not _try(job)]
        record_heartbeat(db.engine())
    return failed


def run_forever(app: Flask, jobs: Sequence[Job], stop: Callable[[], bool], pause: float = 1.0) -> None:
    """Run each job at its interval until `stop()` is true."""
    next_at = {job.name: 0.0 for job in jobs}
    last_beat = 0.0
    while not stop():
        with app.app_context():
            for job in jobs:
                if time.monotonic() >= next_at[job.name] and not stop():
                    _try(job)
                    next_at[job.name] = time.monotonic() + job.every
            if time.monotonic() >= last_beat + ALIVE_SECONDS / 3:
                _try(Job("beat", 0, partial(record_heartbeat, db.engine())))  # a full disk does not end this process
                last_beat = time.monotonic()
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
