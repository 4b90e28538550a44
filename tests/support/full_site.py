"""The installation of the first release, put back as often as a test wants, and processes of it that die."""

import gc
import json
import os
import shutil
import signal
import sys
import tarfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine.default import DefaultDialect

from tests.conftest import StillClock
from tests.support import shared_setup
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.jobs.worker import Job
from youthvoice.privacy.keys.keyring import Keyring

PACKED = Path(__file__).parents[1] / "structure/data/house-0001.tar.xz"
ALIVE = 0
FAILED = 70
_OF_NAMES = ("link", "mkdir", "rename", "replace", "unlink")
"""Functions of `os`, which those of `Path` call, too."""
_TRIES = "wrong_tries"
"""A password that is tried counts as wrong until it was right; for an hour where the process died meanwhile."""
Rows = Mapping[str, Counter[tuple[Any, ...]]]


@dataclass
class Picture:
    """What lies in an installation at a moment.

    Attributes:
        columns: of each table, its columns with all their values; of bytes only the length.
        rows: how many rows each table has.
        keys: the key files.
        mails: what was sent, by Message-ID.
    """

    columns: dict[str, dict[str, list[Any]]]
    rows: dict[str, int]
    keys: list[str]
    mails: list[str]

    def like(self, other: "Picture") -> dict[str, list[str]]:
        """Of each table the columns in which both agree: random numbers and new ciphertext differ each time."""
        return {
            table: [name for name in columns if _sorted(columns[name]) == _sorted(other.columns[table][name])]
            for table, columns in self.columns.items()
        }

    def told_by(self, columns: Mapping[str, list[str]]) -> dict[str, Any]:
        """What a comparison looks at: the rows without what differs each time."""
        seen = {
            table: sorted(map(repr, zip(*(self.columns[table][name] for name in names), strict=True)))
            for table, names in columns.items()
        }
        rows = {f"rows of {table}": number for table, number in self.rows.items()}
        return {"keys": self.keys, "mails": self.mails, **rows, **seen}


def _sorted(values: list[Any]) -> list[str]:
    return sorted(map(repr, values))


@dataclass
class FullSite:
    """An installation that is put back after each process; one on PostgreSQL with its database.

    Attributes:
        app: its application; this process holds no connection.
        clock: of the application.
        facts: passwords and pictures.
        folder: with `var` and `keys`.
        kept: files to put back, by their path.
        beside: another application with data in that folder, such as of a box.
    """

    app: Flask
    clock: StillClock
    facts: dict[str, Any]
    folder: Path
    kept: dict[Path, bytes] = field(default_factory=dict)
    beside: Flask | None = None

    @property
    def settings(self) -> Settings:
        """Of the application."""
        return runtime_of(self.app).settings

    def disconnect(self) -> None:
        """From now on this process holds no connection."""
        for app in (self.app, self.beside):
            if app is not None:
                runtime_of(app).engine.dispose()

    def _on_server(self) -> list[str]:
        """The addresses of the databases that are no file."""
        urls = [self.settings.database_url]
        return [url for url in urls if db.embedded_file(url) is None]

    def keep(self) -> dict[Path, bytes]:
        """The files as they are now; of a database on a server one copy is kept, the last."""
        self.disconnect()
        for url in self._on_server():
            shared_setup.keep_database(url)
        return {file: file.read_bytes() for file in self.folder.rglob("*") if file.is_file()}

    def put_back(self, kept: Mapping[Path, bytes] | None = None) -> None:
        """Put back what was kept, and take away everything else."""
        for url in self._on_server():
            self.disconnect()
            shared_setup.put_back_database(url)
        files = self.kept if kept is None else kept
        for file in [file for file in self.folder.rglob("*") if file.is_file()]:
            if file not in files:
                file.unlink()
        for file, content in files.items():
            file.write_bytes(content)
            file.chmod(0o600)

    def picture(self) -> Picture:
        """What lies there now."""
        settings = self.settings
        engine = db.make_engine(settings.database_url, may_create=False)
        with engine.connect() as connection:
            names = set(inspect(connection).get_table_names()) - {_TRIES}
            columns = {name: _columns_of(connection, name) for name in sorted(names)}
        engine.dispose()
        rows = {name: len(next(iter(values.values()), [])) for name, values in columns.items()}
        keys = sorted(file.name for file in settings.keys.iterdir())
        return Picture(columns, rows, keys, sorted(file.name for file in settings.data.rglob("*.eml")))


def _columns_of(connection: Connection, table: str) -> dict[str, list[Any]]:
    rows = connection.execute(text(f'SELECT * FROM "{table}"'))  # noqa: S608 - a name from the database itself
    names = list(rows.keys())
    values = list(zip(*rows, strict=True)) or [()] * len(names)
    on_server = connection.dialect.name != "sqlite"  # where a number that was taken is left out when nothing was kept
    return {
        name: [None if on_server and name.endswith("id") else _plain(value) for value in column]
        for name, column in zip(names, values, strict=True)
    }


def _plain(value: Any) -> Any:
    return len(value) if isinstance(value, bytes) else value


@contextmanager
def full_site(folder: Path) -> Iterator[FullSite]:
    """The installation in a folder, brought up to date; no connection is open."""
    with tarfile.open(PACKED) as packed:
        packed.extractall(folder, filter="data", members=[each for each in packed if each.name != "copy.backup"])
    (folder / "keys").chmod(0o700)
    facts, clock = json.loads((folder / "facts.json").read_text("utf-8")), StillClock()
    clock.moment = datetime.fromisoformat(facts["now"])
    where = {"YOUTHVOICE_DATA": str(folder / "var"), "YOUTHVOICE_KEYS": str(folder / "keys")}
    settings = Settings.read({"YOUTHVOICE_MODE": "development", "YOUTHVOICE_EXAMPLE": "0", **where})
    app = create_app(settings, clock)
    app.config["TESTING"] = True
    site = FullSite(app, clock, facts, folder)
    site.kept = site.keep()
    yield site
    runtime_of(app).engine.dispose()
    shutil.rmtree(folder)


def in_process(site: FullSite, do: Callable[[], object]) -> int:
    """Run something in a process of its own, in the context of the application; how it ended, as `subprocess` says."""
    site.disconnect()
    sys.stdout.flush()
    sys.stderr.flush()
    if pid := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    status = FAILED
    gc.disable()  # a collection would copy all memory that is shared
    try:
        with site.app.app_context():
            do()
        status = ALIVE
    except BaseException:  # noqa: BLE001 - nothing of the test runner may run in this process
        traceback.print_exc()
    finally:
        os._exit(status)


def run_to_end(job: Job) -> None:
    """All turns of a job, as the work process takes them."""
    while job.do():
        db.close_session()
    db.close_session()


def ends_alike(
    site: FullSite,
    counted: Path,
    undisturbed: Callable[[], Picture],
    disturbed: Callable[[int], Picture],
    points: Callable[[int], Sequence[int]],
) -> None:
    """Disturb something at some of its points, each time from how all lies now: at its end all lies as undisturbed.

    Args:
        site: on which it has something to do.
        counted: the file into which `undisturbed` writes how many points it passed.
        undisturbed: what lies there where nothing happened.
        disturbed: what lies there where something happened at a point.
        points: those at which it happens, by how many there are.
    """
    before = site.keep()
    clean = undisturbed()
    number = int(counted.read_text())
    assert number, "it has something to do"
    site.put_back(before)
    columns = clean.like(undisturbed())
    expected = clean.told_by(columns)
    for point in points(number):
        site.put_back(before)
        seen = disturbed(point).told_by(columns)
        differ = {name: (value, seen.get(name)) for name, value in expected.items() if seen.get(name) != value}
        assert not differ, f"at point {point} of {number}: {differ}"


def survives_kills(
    site: FullSite, act: Callable[[], object], points: Callable[[int], Sequence[int]], *, names: bool = False
) -> None:
    """Kill a process at points of what it does, and do it again in another one: all ends as without a kill.

    Args:
        site: on which it does it.
        act: what it does; done again, it fails nowhere.
        points: those at which it dies, by how many there are.
        names: see `Points`.
    """
    counted = site.folder / "points"

    def undisturbed() -> Picture:
        def do() -> None:
            passed = Points(names=names)
            passed.watch()
            act()
            counted.write_text(str(passed.passed))

        assert in_process(site, do) == ALIVE
        return site.picture()

    def killed(point: int) -> Picture:
        def die() -> None:
            Points(point, names=names).watch()
            act()

        assert in_process(site, die) == -signal.SIGKILL
        assert in_process(site, act) == ALIVE, f"after point {point}"
        return site.picture()

    ends_alike(site, counted, undisturbed, killed, points)


class Points:
    """Points of a process at which it may die: before and after each commit, and each end of a key file.

    Args:
        dies_at: the number of the point at which it dies; none at 0.
        names: whether it may also die before and after whatever gives, takes or changes a name in a folder.
    """

    def __init__(self, dies_at: int = 0, *, names: bool = False) -> None:
        self.passed, self._dies_at, self._writes, self._names = 0, dies_at, False, names

    def watch(self) -> None:
        """From now on in this process, whichever database it opens; it ends without undoing it."""
        commit, destroy = DefaultDialect.do_commit, Keyring.destroy

        @event.listens_for(Engine, "commit", insert=True)  # before that of the program, which commits on SQLite
        def before(connection: Connection) -> None:
            self._writes = bool(connection.get_execution_options().get("writes"))
            self._pass(self._writes)

        def after(dialect: DefaultDialect, connection: Any) -> None:
            commit(dialect, connection)  # type: ignore[no-untyped-call] # the library says no types
            self._pass(self._writes)

        def destroy_key(keyring: Keyring, name: str, version: int | None = None) -> None:
            self._pass(True)
            destroy(keyring, name, version)
            self._pass(True)

        setattr(DefaultDialect, "do_commit", after)  # noqa: B010 - a method to mypy
        setattr(Keyring, "destroy", destroy_key)  # noqa: B010 - the same
        for name in _OF_NAMES if self._names else ():
            setattr(os, name, self._around(getattr(os, name)))

    def _around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def passed(*given: Any, **options: Any) -> Any:
            self._pass(True)
            done = call(*given, **options)
            self._pass(True)
            return done

        return passed

    def _pass(self, is_point: bool) -> None:
        self.passed += is_point
        if is_point and self.passed == self._dies_at:
            self.strike()

    def strike(self) -> None:
        """What happens at the point."""
        os.kill(os.getpid(), signal.SIGKILL)
