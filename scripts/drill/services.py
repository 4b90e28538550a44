"""Processes that are started anew as systemd would, by the lines of the same units; all of them end with the drill."""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

TOP: Final = Path(__file__).parents[2]

PATIENCE: Final = 60.0
"""Seconds that anything may take; then the drill has failed."""


def restart_seconds(unit: str) -> float:
    """How long systemd waits before it starts a service again.

    Args:
        unit: path of the unit or of what is added to it, from the top folder.
    """
    (seconds,) = re.findall(r"^RestartSec=([\d.]+)$", (TOP / unit).read_text("utf-8"), re.MULTILINE)
    return float(seconds)


class Service:
    """One process with all that it starts.

    Attributes:
        name: in messages.
        starts: how often it was started.
    """

    def __init__(  # noqa: PLR0913 - what a unit says
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        log: Path,
        *,
        restart: float,
        check_before: Sequence[str | Path] = (),
    ) -> None:
        """Nothing is started yet.

        Args:
            name: in messages.
            command: what runs.
            environment: of the process.
            log: what it says is added to this file.
            restart: seconds until one that ended by itself is started again.
            check_before: a command that has to succeed before each start.
        """
        self.name, self.starts = name, 0
        self._command, self._environment, self._log = command, environment, log
        self._restart, self._check_before = restart, check_before
        self._process: subprocess.Popen[bytes] | None = None
        self._due: float | None = None
        self._is_wanted = threading.Event()
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._watch = threading.Thread(target=self._keep, name=name, daemon=True)

    def start(self) -> None:
        """Start it now, and keep it running."""
        with self._lock:
            self._due = 0.0
        self._is_wanted.set()
        if not self._watch.is_alive():
            self._watch.start()

    def kill(self, *, lasting: bool = False) -> None:
        """Kill its first process, as `kill -9` does.

        Args:
            lasting: whether it stays away, as with its machine.
        """
        if lasting:
            self._is_wanted.clear()
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def stop(self, number: int = signal.SIGTERM, seconds: float = PATIENCE) -> None:
        """End it by a signal, and wait until it has ended.

        Args:
            number: of the signal.
            seconds: how long to wait.

        Raises:
            TimeoutError: it did not end.
        """
        self._is_wanted.clear()
        with self._lock:
            process = self._process
            if process is not None and process.poll() is None:
                process.send_signal(number)
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            if process.poll() is None:
                raise TimeoutError(f"{self.name} does not end")

    def end(self) -> None:
        """Let nothing of it be left."""
        self._is_wanted.clear()
        self._is_over.set()
        with suppress(TimeoutError):
            self.stop(signal.SIGINT, 12)
        with self._lock:
            if self._process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()

    @property
    def pid(self) -> int:
        """Of its first process; 0 where it never ran."""
        with self._lock:
            return self._process.pid if self._process is not None else 0

    def _keep(self) -> None:
        while not self._is_over.wait(0.02):
            with self._lock:
                is_alive = self._process is not None and self._process.poll() is None
                if not is_alive and self._is_wanted.is_set():
                    self._start_if_due()

    def _start_if_due(self) -> None:
        if self._due is None:
            self._due = time.monotonic() + self._restart
        if time.monotonic() < self._due:
            return
        if not self._may_start():
            self._due = time.monotonic() + self._restart
            return
        self._due = None
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=TOP,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    def _may_start(self) -> bool:
        if not self._check_before:
            return True
        with self._log.open("ab") as log:
            check = subprocess.run(
                self._check_before, env=self._environment, stdout=log, stderr=log, timeout=PATIENCE, check=False
            )
        return check.returncode == 0
