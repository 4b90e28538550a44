"""The real house for browsers: web and work processes on a free port of 127.0.0.1, with data and keys of their own."""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from flask import Flask

from tests.support.forks import fork
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.factory import create_app
from youthvoice.jobs.worker import run_once
from youthvoice.schedule import JOBS

TOP = Path(__file__).parents[3]
PATIENCE = 60  # seconds that a process has to start or to end


@dataclass
class House:
    """A house that runs. `app` is the same house in this process: for preparing and for looking into the database."""

    folder: Path
    url: str
    environment: Mapping[str, str]
    app: Flask
    processes: dict[str, psutil.Process] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings that all processes share."""
        return Settings.read(self.environment)

    def start_web(self, changed: str = "") -> None:
        """Start answering; returns when it answers.

        Args:
            changed: Python that is run before, as if another version of the program were installed.
        """
        port = self.url.rsplit(":", maxsplit=1)[1]
        serve = [
            "from tests.support import template_code",
            "template_code.share()",
            "from app import app",
            changed,
            "from youthvoice.server import serve_web",
            f"serve_web({port}, 1, app)",
        ]
        self.processes["web"] = fork("\n".join(serve), self.environment, self.folder / "web.log")
        self._wait_until_it_answers()

    def works_once(self) -> None:
        """Do what is due, as the work process does it: close, draft, send mail."""
        assert run_once(self.app, JOBS) == []

    def works_once_in_a_process(self) -> None:
        """The same with the command that a house runs, which takes a second or two to start."""
        command = [sys.executable, "-m", "flask", "--app", "app", "work", "--once"]
        done = subprocess.run(command, cwd=TOP, env=dict(self.environment), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def stop(self, *names: str) -> None:
        """End processes by name, or all of them."""
        for name in names or tuple(self.processes):
            process = self.processes.pop(name)
            process.terminate()
            try:
                process.wait(PATIENCE)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait()

    def log(self, name: str) -> str:
        """What a process wrote."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def _wait_until_it_answers(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if not self.processes["web"].is_running():
                break
            try:
                with urllib.request.urlopen(f"{self.url}/help", timeout=2):  # noqa: S310 - our own address
                    return
            except OSError:  # not there yet, or too slow to answer
                time.sleep(0.05)
        raise RuntimeError(f"the house does not answer:\n{self.log('web')}")


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on, below those from which browsers call.

    A house that comes back after a while finds it free: Linux gives a port from 32768 up to whoever calls meanwhile.
    """
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def as_usual_afterwards(house: House) -> Iterator[None]:
    """Its pages are served as before when the block ends, whatever was done with that."""
    try:
        yield
    finally:
        house.stop(*(name for name in ("web",) if name in house.processes))
        house.start_web()


@contextmanager
def prepared_house(folder: Path, **settings: str) -> Iterator[House]:
    """A development house of which nothing runs yet; whatever does is stopped when the block ends.

    Args:
        folder: empty, or with data and keys of a house; receives them, and what the processes write.
        settings: more of `YOUTHVOICE_*`, by name.
    """
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("YOUTHVOICE_")}
    environment |= {
        "YOUTHVOICE_MODE": "development",
        "YOUTHVOICE_DATA": str(folder / "var"),
        "YOUTHVOICE_KEYS": str(folder / "keys"),
        "YOUTHVOICE_PORT": str(port),
        "YOUTHVOICE_URL": f"http://127.0.0.1:{port}",
        "YOUTHVOICE_EXAMPLE": "0",
        **settings,
    }
    app = create_app(Settings.read(environment))
    house = House(folder, environment["YOUTHVOICE_URL"], environment, app)
    try:
        yield house
    finally:
        house.stop()
        with app.app_context():
            db.engine().dispose()


@contextmanager
def running_house(folder: Path, **settings: str) -> Iterator[House]:
    """The same, and it serves until the block ends."""
    with prepared_house(folder, **settings) as house:
        house.start_web()
        yield house
