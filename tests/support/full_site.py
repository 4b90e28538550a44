"""The installation of the first release, put back as often as a test wants, and processes of it that die."""

import gc
import json
import os
import shutil
import signal
import sqlite3
import sys
import tarfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, event

from tests.conftest import StillClock
from youthvoice import db
from youthvoice.config import Settings
from youthvoice.context import runtime_of
from youthvoice.factory import create_app
from youthvoice.jobs.worker import Job
from youthvoice.privacy.keys.keyring import Keyring

PACKED = Path(__file__).parents[1] / "structure/data/house-0001.tar.xz"
ALIVE = 0
FAILED = 70
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
        return {"rows": self.rows, "keys": self.keys, "mails": self.mails, **seen}


def _sorted(values: list[Any]) -> list[str]:
    return sorted(map(repr, values))


@dataclass
class FullSite:
    """An installation on SQLite that is put back after each process.

    Attributes:
        app: its application; this process holds no connection.
        clock: of the application.
        facts: passwords and pictures.
        folder: with `var` and `keys`.
        kept: files to put back, by their path.
    """

    app: Flask
    clock: StillClock
    facts: dict[str, Any]
    folder: Path
    kept: dict[Path, bytes] = field(default_factory=dict)

    def keep(self) -> dict[Path, bytes]:
        """The files as they are now."""
        runtime_of(self.app).engine.dispose()
        return {file: file.read_bytes() for file in self.folder.rglob("*") if file.is_file()}

    def put_back(self, kept: Mapping[Path, bytes] | None = None) -> None:
        """Put back what was kept, and take away everything else."""
        files = self.kept if kept is None else kept
        for file in [file for file in self.folder.rglob("*") if file.is_file()]:
            if file not in files:
                file.unlink()
        for file, content in files.items():
            file.write_bytes(content)
            file.chmod(0o600)

    def picture(self) -> Picture:
        """What lies there now."""
        with closing(sqlite3.connect(self.folder / "var/youthvoice.sqlite3")) as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            columns = {name: _columns_of(connection, name) for name in names}
        rows = {name: len(next(iter(values.values()), [])) for name, values in columns.items()}
        keys = sorted(file.name for file in (self.folder / "keys").iterdir())
        return Picture(columns, rows, keys, sorted(file.name for file in (self.folder / "var").rglob("*.eml")))


def _columns_of(connection: sqlite3.Connection, table: str) -> dict[str, list[Any]]:
    cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the database itself
    names = [column[0] for column in cursor.description]
    values = list(zip(*cursor, strict=True)) or [()] * len(names)
    return {name: [_plain(value) for value in column] for name, column in zip(names, values, strict=True)}


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
    runtime_of(site.app).engine.dispose()
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


class Points:
    """Points of a process at which it may die: before and after each commit, and each end of a key file.

    Args:
        dies_at: the number of the point at which it dies; none at 0.
    """

    def __init__(self, dies_at: int = 0) -> None:
        self.passed, self._dies_at, self._writes = 0, dies_at, False

    def watch(self) -> None:
        """From now on in this process, which ends without undoing it."""
        engine, destroy = db.engine(), Keyring.destroy
        commit = engine.dialect.do_commit

        @event.listens_for(engine, "commit", insert=True)  # before that of the program, which commits on SQLite
        def before(connection: Connection) -> None:
            self._writes = bool(connection.get_execution_options().get("writes"))
            self._pass(self._writes)

        def after(connection: Any) -> None:
            commit(connection)
            self._pass(self._writes)

        def destroy_key(keyring: Keyring, name: str, version: int | None = None) -> None:
            self._pass(True)
            destroy(keyring, name, version)
            self._pass(True)

        setattr(engine.dialect, "do_commit", after)  # noqa: B010 - a method to mypy
        setattr(Keyring, "destroy", destroy_key)  # noqa: B010 - the same

    def _pass(self, is_point: bool) -> None:
        self.passed += is_point
        if is_point and self.passed == self._dies_at:
            self.strike()

    def strike(self) -> None:
        """What happens at the point."""
        os.kill(os.getpid(), signal.SIGKILL)
