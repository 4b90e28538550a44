"""Destroy an installation whose last site has ended: keys first, then the database, its files, and its backups.

It needs no key and opens nothing: what was begun is finished by a second run, wherever the first one was killed. Each
file is overwritten before it is removed; on a disk that copies on write, and on a stick, a program can do no better,
and the keys are what counts.
"""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from sqlalchemy import MetaData, make_url

from youthvoice import db
from youthvoice.backups.durable_file import flush_folder
from youthvoice.backups.rotation import list_copies, list_unproved
from youthvoice.closing.site_rows import drop_tables
from youthvoice.config import Settings
from youthvoice.startup import END_FILES, InstallationEnd, keep_end

_CHUNK: Final = 2**20

_KEY_FILES: Final = ("*.key", "database", "departures", ".making-*", ".ending-*", "example-sign-ins.txt")

_FILES: Final = ("prepare.lock", "backup.lock", "metrics-token", "bundle-*.lock")

_FOLDERS: Final = ("outbox", "sms", "sftp", "backup-trial-*")

_BESIDE_A_DATABASE: Final = ("", "-wal", "-shm", "-journal", ".lock")


def list_places(settings: Settings) -> tuple[str, ...]:
    """Where an installation has its keys, its database (without the password), and its backups."""
    database = make_url(settings.database_url).render_as_string(hide_password=True)
    return str(settings.keys), database, str(settings.backups or "no backups")


def destroy_installation(settings: Settings, metadata: MetaData, end: InstallationEnd) -> InstallationEnd:
    """Destroy everything that opens or holds what children said, and note that it is done.

    Where its keys or its database are links, the files that they lead to go, too.

    Args:
        settings: of the installation; nobody serves it.
        metadata: with every table.
        end: noted already; from then on no command opens the installation.

    Returns:
        The end, with what a human has to destroy.
    """
    key_files = [file for pattern in _KEY_FILES for file in settings.keys.glob(pattern)]
    _destroy_all(file.resolve() for file in key_files)  # what a link leads to is a key, too
    _destroy_all(key_files)
    _destroy_database(settings, metadata)
    for pattern in _FOLDERS:
        for folder in settings.data.glob(pattern):
            _destroy_all(folder.rglob("*"))
            _remove_folders(folder)
    _destroy_all(file for pattern in _FILES for file in settings.data.glob(pattern))
    left = []
    if isinstance(settings.backups, Path) and settings.backups.is_dir():
        _destroy_backups(settings.backups, end.mark)
    elif settings.backups:  # on another machine, or not mounted
        left.append(str(settings.backups))
    others = (path for folder in (settings.keys, settings.data) for path in sorted(folder.glob("*")))
    left += [str(path) for path in others if path.name not in END_FILES]
    keep_end(settings.data, end := end.finished(left))
    return end


def _destroy_all(files: Iterable[Path]) -> None:
    for file in sorted(files):
        if file.is_file() or file.is_symlink():
            destroy_file(file)


def destroy_file(file: Path) -> None:
    """Overwrite a file and remove it; of a link, the link alone."""
    if not file.is_symlink():
        with file.open("r+b") as out:
            for start in range(0, size := file.stat().st_size, _CHUNK):
                out.write(secrets.token_bytes(min(_CHUNK, size - start)))
            out.flush()
            os.fsync(out.fileno())
    file.unlink()
    flush_folder(file.parent)


def _remove_folders(folder: Path) -> None:
    """Remove a folder without files; one that is mounted stays, empty."""
    for inner in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        inner.rmdir()
    if folder.is_symlink():
        folder.unlink()
    elif not os.path.ismount(folder):
        folder.rmdir()


def _destroy_database(settings: Settings, metadata: MetaData) -> None:
    file = db.embedded_file(settings.database_url)
    if file is not None:
        for each in (file.resolve(), file):  # a link last: it leads to what is left
            _destroy_all(Path(f"{each}{ending}") for ending in _BESIDE_A_DATABASE)
        return
    drop_tables(settings.database_url, metadata)


def _destroy_backups(folder: Path, mark: str) -> None:
    names = [path.name for path in folder.iterdir()]
    own = [*map(str, list_copies(names, mark)), *list_unproved(names, mark)]
    _destroy_all(folder / name for name in own)
