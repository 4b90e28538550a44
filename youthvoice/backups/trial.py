"""A trial: a database in the data folder into which a backup is brought back, to be thrown away afterwards."""

import fcntl
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, MetaData
from sqlalchemy.exc import DBAPIError

from youthvoice import db, migrations
from youthvoice.backups.archive import restore
from youthvoice.backups.copy_key import CopyKey

_TRIAL, _LOCK = "backup-trial-", "backup.lock"

_PRAGMAS = ("synchronous=OFF", "secure_delete=OFF", "cache_spill=ON")
"""Of a database that nobody misses after a power failure, and that does not fit into memory as a whole."""


class BackupRefused(Exception):
    """There is no good copy of this night; those of earlier nights are untouched.

    Attributes:
        code: a key of `labels.REFUSAL_LABELS`.
        detail: for the system administrator: a path, tables, or what the system says.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@contextmanager
def only_trial(data: Path) -> Iterator[None]:
    """Keep a second trial out, and remove what one that was killed left behind.

    Raises:
        BackupRefused: `running`.
    """
    handle = os.open(data / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRefused("running") from None
        for folder in data.glob(f"{_TRIAL}*"):
            shutil.rmtree(folder, ignore_errors=True)
        yield
    finally:
        os.close(handle)


def remove_old_trials(data: Path) -> None:
    """Remove what a trial that was killed left behind, unless one runs now."""
    if any(data.glob(f"{_TRIAL}*")):
        with suppress(BackupRefused), only_trial(data):
            pass


@contextmanager
def trial_folder(data: Path) -> Iterator[Path]:
    """A folder for a database that is thrown away; `only_trial` holds the lock."""
    try:
        with tempfile.TemporaryDirectory(prefix=_TRIAL, dir=data) as folder:
            yield Path(folder)
    except (DBAPIError, sqlite3.Error) as error:
        if db.write_failure_of(error) != "no_room":
            raise
        raise BackupRefused("no_room_to_try", str(data)) from error


@contextmanager
def restored_copy(folder: Path, metadata: MetaData, copy_key: CopyKey, file: Path) -> Iterator[Engine]:
    """A copy, restored into a new database in a folder; no log says so.

    Raises:
        CannotRestore: see its codes.
    """
    with _trial_engine(folder, metadata) as engine:
        restore(engine, metadata, copy_key, file, lambda _connection, _copied_at: None)
        yield engine


@contextmanager
def _trial_engine(folder: Path, metadata: MetaData) -> Iterator[Engine]:
    """A new SQLite database in a folder, with every table; it may lose everything, and takes little memory."""
    engine = db.make_engine(f"sqlite:///{folder / 'youthvoice.sqlite3'}", pragmas=_PRAGMAS)
    try:
        migrations.upgrade(engine, metadata)
        yield engine
    finally:
        engine.dispose()
