"""One death does not end the installation: real processes, each killed in turn while somebody reads pages."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from tests.journeys.support.server import PATIENCE, TOP, House, prepared_house
from tests.support.long_tests import long_test
from youthvoice.jobs.supervisor import SupervisedProcess, supervise

WORKERS = 2


class Served:
    """`python -OO app.py`, as an installation runs it, and what it started."""

    def __init__(self, house: House, *python: str) -> None:
        self.port = int(house.url.rsplit(":", 1)[1])
        self.words = house.folder / "serve.log"
        environment = {**house.environment, "YOUTHVOICE_WORKERS": str(WORKERS)}
        with self.words.open("ab") as log:
            self.started = subprocess.Popen(
                [sys.executable, *(python or ("-OO", "app.py"))], cwd=TOP, env=environment, stdout=log, stderr=log
            )
        self.process = psutil.Process(self.started.pid)
        eventually(lambda: self.status() == 200 and len(self.workers()) == WORKERS and bool(self.work()))

    def status(self, path: str = "/help") -> int:
        """Of a page; 0 where nobody answers."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as line:
            try:
                line.request("GET", path)
                return line.getresponse().status
            except (OSError, http.client.HTTPException):
                return 0

    def web(self) -> psutil.Process | None:
        """The process that has web workers; None while one of them is being replaced."""
        try:
            return next((each for each in self.process.children() if each.children()), None)
        except psutil.NoSuchProcess:
            return None

    def workers(self) -> list[psutil.Process]:
        try:
            return web.children() if (web := self.web()) else []
        except psutil.NoSuchProcess:
            return []

    def work(self) -> psutil.Process | None:
        """The work process."""
        web = self.web()
        return next((each for each in self.process.children() if each != web), None)

    def ends_with(self, seconds: float = PATIENCE) -> int:
        return self.started.wait(seconds)


@contextmanager
def served(folder: Path, *python: str) -> Iterator[Served]:
    with prepared_house(folder) as house:
        running = Served(house, *python)
        everybody = [running.process, *running.process.children(recursive=True)]
        try:
            yield running
        finally:
            for each in (
                *everybody,
                *(running.process.children(recursive=True) if running.process.is_running() else ()),
            ):
                with suppress(psutil.NoSuchProcess):  # it ended in this moment
                    each.kill()
            running.started.wait()


def eventually(holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def is_free(port: int) -> bool:
    with socket.socket() as ours:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # lines that were closed do not count
        try:
            ours.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def reading(house: Served) -> Iterator[list[int]]:
    """Somebody reads one page after the other, each on a line of its own; gives what they were answered."""
    read, stop = list[int](), threading.Event()

    def read_on() -> None:
        while not stop.is_set():
            read.append(house.status())

    reader = threading.Thread(target=read_on)
    reader.start()
    try:
        yield read
    finally:
        stop.set()
        reader.join()


def test_a_dead_process_is_started_anew_and_no_page_fails_for_that_of_work(tmp_path: Path) -> None:
    with served(tmp_path) as house:
        before, workers = house.work(), {each.pid for each in house.workers()}
        assert before
        with reading(house) as read:
            before.kill()
            eventually(lambda: (now := house.work()) is not None and now != before)
        assert set(read) == {200}
        assert {each.pid for each in house.workers()} == workers
        assert "The work process has ended (SIGKILL)." in house.words.read_text()
        dead = house.workers()[0]
        dead.kill()
        eventually(lambda: len(house.workers()) == WORKERS and dead not in house.workers())
        assert house.status() == 200
        parent, orphans, work = house.web(), house.workers(), house.work()
        assert parent
        parent.kill()
        eventually(lambda: all(map(is_gone, orphans)), 5)
        eventually(lambda: len(house.workers()) == WORKERS and house.web() != parent)
        eventually(lambda: house.status() == 200)
        assert house.work() == work


FLASK_SERVE = ("-m", "flask", "--app", "app", "serve")


def test_nothing_outlives_the_process_that_was_started_and_its_port_is_free(tmp_path: Path) -> None:
    with served(tmp_path) as house:
        everybody = house.process.children(recursive=True)
        assert len(everybody) == 2 + WORKERS
        house.process.kill()
        assert house.ends_with() == -signal.SIGKILL
        eventually(lambda: all(map(is_gone, everybody)), 5)
        eventually(lambda: is_free(house.port), 5)


@pytest.mark.parametrize(("number", "python"), [(signal.SIGTERM, FLASK_SERVE), (signal.SIGINT, ("app.py",))])
def test_a_request_that_has_begun_is_answered_before_it_ends_with_zero(
    tmp_path: Path, number: int, python: tuple[str, ...]
) -> None:
    with (
        served(tmp_path, *python) as house,
        closing(socket.create_connection(("127.0.0.1", house.port), timeout=20)) as line,
    ):
        body = b"codes=" + b"0" * 94
        head = "POST /reply HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:10])
        time.sleep(0.5)
        house.process.send_signal(number)
        time.sleep(1)
        assert house.started.poll() is None
        line.sendall(body[10:])
        answer = http.client.HTTPResponse(line)
        answer.begin()
        assert answer.status < 500
        assert house.ends_with() == 0
        assert house.status() == 0


@long_test("RUN")
def test_a_port_that_somebody_else_has_taken_ends_it_with_one(tmp_path: Path) -> None:
    with prepared_house(tmp_path) as house, socket.socket() as other:
        other.bind(("127.0.0.1", int(house.settings.port)))  # it does not listen, so that nobody sees it by knocking
        command = [sys.executable, "app.py"]
        ended = subprocess.run(
            command, cwd=TOP, env=dict(house.environment), capture_output=True, text=True, timeout=PATIENCE, check=False
        )
    assert ended.returncode == 1
    assert "No web process stays alive." in ended.stderr


def test_a_process_that_never_stays_alive_is_given_up_and_everything_ends(tmp_path: Path) -> None:
    """Such as a web process whose port another program took."""
    lives = tmp_path / "lives"

    def live_shortly() -> None:
        with lives.open("ab") as file:
            file.write(b".")
        os._exit(3)

    def live() -> None:
        signal.pause()

    began, others = time.monotonic(), psutil.Process().children()  # such as what forks houses for other tests
    with_ = [SupervisedProcess("web", live_shortly, most_failures=3), SupervisedProcess("work", live)]
    assert supervise(with_) is False
    assert lives.read_bytes() == b"..."
    assert 1.4 < time.monotonic() - began < 20
    assert psutil.Process().children() == others
