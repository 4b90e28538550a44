"""Keep processes running: one that dies is started anew, and none outlives the process that started it.

Who supervises forks and does nothing else: it has no thread, no connection and nothing open that a fork would break,
so that it can fork again whenever one of its processes dies.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import Context
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from typing import Final

END_SIGNALS: Final = frozenset({signal.SIGTERM, signal.SIGINT})

FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
"""Seconds before a process is started anew: twice as long each time, where it did not live for `SETTLED_SECONDS`."""

SETTLED_SECONDS: Final = 30.0

PATIENCE_SECONDS: Final = 10.0  # that a process has to end, with the requests and the job it has begun

_PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of prctl(2)

_WAKE: Final = 1.0  # seconds between two looks while nothing is heard


class SupervisedProcess:
    """A process that is started anew whenever it ends.

    Args:
        name: for whoever reads what this program says.
        run: what it does; runs in a process of its own.
        most_failures: after so many short lives in a row it is given up; None never.
    """

    def __init__(self, name: str, run: Callable[[], None], most_failures: int | None = None) -> None:
        self.name, self._run, self._most_failures = name, run, most_failures
        self._process: ForkProcess | None = None
        self._started_at = self._next_start = 0.0
        self._failures = 0

    def look(self, now: float) -> bool:
        """Start it if it is due, or see that it has ended.

        Args:
            now: of `time.monotonic`.

        Returns:
            Whether it is worth going on: False once it is given up.
        """
        if self._process is None:
            if now >= self._next_start:
                self._start(now)
        elif not self._process.is_alive():
            self._plan_next_start(now, _how_it_ended(self._process.exitcode))
        return self._most_failures is None or self._failures < self._most_failures

    def _start(self, now: float) -> None:
        process = get_context("fork").Process(target=_run_alone, args=(self._run,), name=self.name)
        self._started_at = now
        try:
            process.start()
        except OSError as error:  # no memory, or too many processes
            self._plan_next_start(now, error.strerror or "it cannot be started")
        else:
            self._process = process

    def _plan_next_start(self, now: float, why: str) -> None:
        self._process = None
        self._failures = 1 if now - self._started_at >= SETTLED_SECONDS else self._failures + 1
        wait = min(FIRST_WAIT * 2 ** (self._failures - 1), LONGEST_WAIT)
        self._next_start = now + wait
        sys.stderr.write(f"The {self.name} process has ended ({why}). It is started anew in {wait:g} seconds.\n")
        sys.stderr.flush()

    def ask_to_end(self) -> None:
        """It shall finish what it has begun."""
        if self._process is not None:
            self._process.terminate()

    def end(self, until: float) -> None:
        """Wait for its end until a moment of `time.monotonic`, then end it."""
        if self._process is not None:
            self._process.join(max(0.0, until - time.monotonic()))
            if self._process.is_alive():
                self._process.kill()
                self._process.join()


def supervise(processes: Sequence[SupervisedProcess]) -> bool:
    """Run processes until a signal says to end; a dead one is started anew without a word to the others.

    Returns:
        Whether a signal ended it; False where a process was given up.
    """
    _tie_to_parent()
    heard = {*END_SIGNALS, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, heard)  # waited for below, so that none is lost on the way
    try:
        while all(process.look(time.monotonic()) for process in processes):
            told = signal.sigtimedwait(heard, _WAKE)
            if told is not None and told.si_signo in END_SIGNALS:
                return True
        return False
    finally:
        for process in processes:
            process.ask_to_end()
        until = time.monotonic() + PATIENCE_SECONDS
        for process in processes:
            process.end(until)
        while signal.sigtimedwait(heard, 0) is not None:  # a second Ctrl+C changes nothing any more
            pass
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_alone(run: Callable[[], None]) -> None:
    """Run in a forked process, with no signal held back and without the application context of its parent."""
    for number in END_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    Context().run(run)


def _how_it_ended(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit {code}"


def _tie_to_parent() -> None:
    """From here on whatever is forked, by this process or by one that it forked, is killed when its parent dies.

    The kernel does that, whatever the parent died of; one whose parent died before it could say so ends by itself.
    """
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is None:
        return
    parents = [0]

    def note_parent() -> None:
        parents[0] = os.getpid()

    def die_with_parent() -> None:
        prctl(_PARENT_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parents[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    os.register_at_fork(before=note_parent, after_in_child=die_with_parent)
