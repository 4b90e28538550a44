"""A real box in a village: it serves on a port of its own, with data and keys of its own; its power can fail."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.journeys.support.server import PATIENCE, TOP, free_port
from tests.journeys.support.sites import Place
from tests.support.people import PASSWORD
from youthvoice.kiosk.offline.envelope import read_outer_number

_OURS = "YOUTHVOICE_"


class VillageBox:
    """A box that belongs to the house of a place, and the two people who carry its sticks."""

    def __init__(self, place: Place, folder: Path) -> None:
        port = free_port()
        self.folder, self.url = folder, f"http://127.0.0.1:{port}"
        self._bare = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
        self._environment = {
            **self._bare,
            "YOUTHVOICE_MODE": "development",
            "YOUTHVOICE_DATA": str(folder / "var"),
            "YOUTHVOICE_KEYS": str(folder / "keys"),
            "YOUTHVOICE_PORT": str(port),
            "YOUTHVOICE_URL": self.url,
            "YOUTHVOICE_WORKERS": "1",
            "YOUTHVOICE_BOX": "1",
        }
        tomas, asha = place.people["tomas"], place.people["asha"]
        self._people = {
            "YOUTHVOICE_SIGN_IN": f"{tomas.handle}:{PASSWORD}",
            "YOUTHVOICE_SECOND_SIGN_IN": f"{asha.handle}:{PASSWORD}",
        }
        self._house = place.house
        self.place = replace(place, house=replace(place.house, url=self.url))  # its children sit before the box
        self._running: subprocess.Popen[bytes] | None = None

    def file(self, name: str) -> str:
        """A file on a stick."""
        return str(self.folder / name)

    def does(self, *command: str) -> str:
        """`youthvoice bundle ...` in the box."""
        return _flask(self._environment, *command)

    def house_does(self, *command: str) -> str:
        """`youthvoice bundle ...` in the house, signed by two."""
        return _flask({**self._house.environment, **self._people}, *command)

    def carries(self, out: str, back: str) -> None:
        """A stick that was written comes to the house, and back."""
        self.house_does("in", self.file(out), self.file(back))
        self.does("in", self.file(back))

    def switches_on(self) -> None:
        """Web and work processes; returns when it answers."""
        with (self.folder / "serve.log").open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "app", "serve"],
                cwd=TOP,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self._running.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/offline/manifest", timeout=2):  # noqa: S310 - our own address
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"the box does not answer:\n{(self.folder / 'serve.log').read_text()}")

    def loses_power(self) -> None:
        """Every process of the box is killed in this moment."""
        if self._running is not None:
            os.killpg(self._running.pid, signal.SIGKILL)
            self._running.wait(PATIENCE)
            self._running = None

    def keeps(self) -> set[str]:
        """Outer numbers of the envelopes that wait in it."""
        with sqlite3.connect(self.folder / "var" / "youthvoice.sqlite3") as opened:
            blobs = [bytes(blob) for (blob,) in opened.execute("select blob from box_envelopes")]
        return {number.hex() for blob in blobs if (number := read_outer_number(blob))}

    def holds(self, *words: str) -> list[str]:
        """Which of some words lie anywhere on its disk or on its sticks."""
        files = [one.read_bytes() for one in self.folder.rglob("*") if one.is_file()]
        return [word for word in words if any(word.encode() in file for file in files)]


@contextmanager
def village_box(place: Place, folder: Path) -> Iterator[VillageBox]:
    """A box that was set up and is switched on; what is left of it is ended."""
    folder.mkdir()
    box = VillageBox(place, folder)
    box.house_does("box", f"Well {place.site_id}", box.file("setup"), "--site", f"example-{_mark(place)}")
    box.does("setup", box.file("setup"))
    try:
        box.switches_on()
        yield box
    finally:
        box.loses_power()


def _mark(place: Place) -> str:
    return place.people["tomas"].handle.partition("-")[2]


def _flask(environment: Mapping[str, str], *command: str) -> str:
    line = [sys.executable, "-m", "flask", "--app", "app", "bundle", *command]
    done = subprocess.run(line, cwd=TOP, env=dict(environment), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
