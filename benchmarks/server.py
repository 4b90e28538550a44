"""A real server, all its processes, and what they cost."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

TOP = Path(__file__).parent.parent
PATIENCE = 60.0  # seconds that a server has to start
SERVE = (sys.executable, "-OO", "app.py")  # as the unit in docs/operations.md does


@dataclass(frozen=True)
class Server:
    """A server that runs.

    Attributes:
        port: on 127.0.0.1.
        started_in: seconds from starting it to the first 200.
        process: the first of its processes.
    """

    port: int
    started_in: float
    process: psutil.Process

    def processes(self) -> list[psutil.Process]:
        """All its processes: supervisor, web, work."""
        return [self.process, *self.process.children(recursive=True)]

    def cpu_seconds(self) -> float:
        """User and system time of all of them until now, and of those of theirs that have ended."""
        times = [process.cpu_times() for process in self.processes()]
        ended = self.process.cpu_times()
        return sum(each.user + each.system for each in times) + ended.children_user + ended.children_system

    def largest_mib(self) -> float:
        """Resident memory of the largest process, in MiB; the web workers are larger than the others."""
        return max(process.memory_info().rss for process in self.processes()) / 1024**2

    def workers_pss_mib(self) -> float:
        """Memory of all web workers, in MiB: what several processes share counts in equal parts for each."""
        workers = [worker for child in self.process.children() for worker in child.children()]
        return sum(worker.memory_full_info().pss for worker in workers) / 1024**2


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: Sequence[str], environment: Mapping[str, str], port: int) -> Iterator[Server]:
    """Run a server until the block ends; its own words are kept from the figures.

    Args:
        command: what to run, from the top folder.
        environment: of the process.
        port: where it will listen.
    """
    began = time.perf_counter()
    given = {**environment, "YOUTHVOICE_PORT": str(port)}
    process = subprocess.Popen(
        command, cwd=TOP, env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(process, port)
        yield Server(port, time.perf_counter() - began, psutil.Process(process.pid))
    finally:
        _end(process)


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        if _answers(port):
            return
        time.sleep(0.01)
    raise TimeoutError("the server did not start")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the group that this program started, whatever it left behind."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(20)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
