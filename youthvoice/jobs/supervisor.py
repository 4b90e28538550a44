"""Keep processes running: one that dies is started again, and none outlives the process that started it.

The supervising process only forks: it has no thread, no connection and nothing open that a fork would break, so that it
can fork again whenever one of its processes dies.
"""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import Context
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from typing import Final

from youthvoice import log_format

END_SIGNALS: Final = frozenset({signal.SIGTERM, signal.SIGINT})

FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
"""Seconds before a restart: doubled each time, unless the process lived for `SETTLED_SECONDS`."""

SETTLED_SECONDS: Final = 30.0

PATIENCE_SECONDS: Final = 10.0  # for a process to finish its requests and its job

_PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of prctl(2)

_CHECK_SECONDS: Final = 1.0  # seconds between two checks without a signal


class SupervisedProcess:
    """A process that is started again whenever it ends.

    Args:
        name: in messages.
        run: its function; it runs in a process of its own.
        most_failures: after how many early ends in a row it is given up; None for never.
    """

    def __init__(self, name: str, run: Callable[[], None], most_failures: int | None = None) -> None:
        self.name, self._run, self._most_failures = name, run, most_failures
        self._process: ForkProcess | None = None
        self._started_at = self._next_start = 0.0
        self._failures = 0

    def check(self, now: float) -> bool:
        """Start the process if it is due, or notice its end.

        Args:
            now: as `time.monotonic`.

        Returns:
            Whether to go on: False once it is given up.
        """
        if self._process is None:
            if now >= self._next_start:
                self._start(now)
        elif not self._process.is_alive():
            self._plan_next_start(now, _how_it_ended(self._process.exitcode))
        return self._most_failures is None or self._failures < self._most_failures

    def _start(self, now: float) -> None:
        process = get_context("fork").Process(target=_run_in_fork, args=(self._run,), name=self.name)
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
        log_format.write_line(f"The {self.name} process has ended ({why}). It is started anew in {wait:g} seconds.")

    def ask_to_end(self) -> None:
        """Ask it to finish what it has begun, and end."""
        if self._process is not None:
            self._process.terminate()

    def end(self, until: float) -> None:
        """Wait for its end until a moment of `time.monotonic`, then kill it."""
        if self._process is not None:
            self._process.join(max(0.0, until - time.monotonic()))
            if self._process.is_alive():
                self._process.kill()
                self._process.join()


def supervise(processes: Sequence[SupervisedProcess]) -> bool:
    """Run processes until an end signal; one that dies is started again, and the others go on.

    Returns:
        Whether a signal ended it; False when a process was given up.
    """
    _die_with_parent()
    signals = {*END_SIGNALS, signal.SIGCHLD}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)  # received below, so that none is lost
    try:
        while all(process.check(time.monotonic()) for process in processes):
            received = signal.sigtimedwait(signals, _CHECK_SECONDS)
            if received is not None and received.si_signo in END_SIGNALS:
                return True
        return False
    finally:
        for process in processes:
            process.ask_to_end()
        until = time.monotonic() + PATIENCE_SECONDS
        for process in processes:
            process.end(until)
        while signal.sigtimedwait(signals, 0) is not None:  # ignore a second Ctrl+C
            pass
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run_in_fork(run: Callable[[], None]) -> None:
    """Run in a forked process, with no blocked signal and without the application context of its parent."""
    for number in END_SIGNALS:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    Context().run(run)


def _how_it_ended(code: int | None) -> str:
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit {code}"


def _die_with_parent() -> None:
    """From here on, kill forked processes, and those that they fork, when their parent dies.

    The kernel does so, whatever the parent died of; a process whose parent died before it could ask for this exits.
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
