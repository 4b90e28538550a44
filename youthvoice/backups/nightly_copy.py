"""The nightly copy: it counts once everything was read back from its place, and restored, and is the same row for row.

The folder has a file `youthvoice-backups.txt`, which an administrator puts there once. Where it is missing, a stick or
a disk is away and its empty mount point would take the copy. (Numbers of devices do not tell: two parts of one disk may
have two, and a bind mount has that of its disk.)

A copy bears a name of the rotation only once it is proved; until then its name ends in `.unproved`.
"""

import errno
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, MetaData

from youthvoice.backups.archive import CannotRestore, CopiedRows, back_up, count_rows
from youthvoice.backups.copy_key import CopyKey
from youthvoice.backups.durable_file import flush_folder
from youthvoice.backups.rotation import CopyName, choose_expired, list_copies, mark_of, needs_copy_of_month
from youthvoice.backups.trial import BackupRefused, only_trial, restored_copy, trial_folder

MARKER: Final = "youthvoice-backups.txt"

_UNPROVED = ".unproved"


@dataclass(frozen=True)
class NightlyCopy:
    """What is copied, and where to.

    Attributes:
        engine: of the database.
        metadata: with every table.
        key: 32 bytes, the key file `backup`.
        public: of the key of two people, or empty.
        folder: of the copies.
        data: folder in which each copy is tried.
        mark: of the database, in the names of its copies.
        at: the moment.
    """

    engine: Engine
    metadata: MetaData
    key: bytes
    public: bytes
    folder: Path
    data: Path
    mark: str
    at: datetime

    def make(self) -> list[tuple[Path, CopiedRows]]:
        """Make this night's copy, and that of the month where it is missing; then remove what the rotation lets go.

        Returns:
            Each new file, with what is in it; the whole copy is the first.

        Raises:
            BackupRefused: see `labels`.
        """
        refuse_missing_folder(self.folder)
        with only_trial(self.data):
            today = self.at.date()
            self._remove_unproved()
            copies = [self._make_good_copy(CopyName(self.mark, today))]
            if needs_copy_of_month(self._list(), today):
                copies.append(self._make_good_copy(CopyName(self.mark, today, of_month=True)))
            for expired in choose_expired(self._list(), today):
                _remove(self.folder / str(expired))
        return copies

    def _list(self) -> list[CopyName]:
        return list_copies(os.listdir(self.folder), self.mark)  # noqa: PTH208 - names alone are compared

    def _remove_unproved(self) -> None:
        for file in self.folder.glob(f"youthvoice-{self.mark}-*.bak{_UNPROVED}*"):
            _remove(file)

    def _make_good_copy(self, copy_name: CopyName) -> tuple[Path, CopiedRows]:
        file = self.folder / str(copy_name)
        unproved = file.with_name(f"{file.name}{_UNPROVED}")
        try:
            copied_rows = back_up(
                self.engine, self.metadata, self.key, unproved, self.at, of_month=copy_name.of_month, public=self.public
            )
            _drop_from_memory(unproved)
            self._prove(unproved, copied_rows)
            unproved.replace(file)
            flush_folder(self.folder)
        except OSError as error:
            raise _refusal_of(error) from error
        finally:
            _remove(unproved)
        return file, copied_rows

    def _prove(self, file: Path, copied_rows: CopiedRows) -> None:
        """Bring a copy back into a database of its own, and compare every table with what was copied.

        Raises:
            BackupRefused: `damaged`, `differs` or `no_room_to_try`.
        """
        copy_key = CopyKey(self.key, own=copied_rows.own_key)
        try:
            with trial_folder(self.data) as folder, restored_copy(folder, self.metadata, copy_key, file) as engine:
                counted_rows = count_rows(engine, self.metadata)
        except CannotRestore as error:
            raise BackupRefused("damaged", file.name) from error
        if tables := copied_rows.differences(counted_rows):
            raise BackupRefused("differs", ", ".join(tables))


def find_newest_copy(folder: Path, database_id: str) -> Path | None:
    """The newest whole copy of a database in a folder."""
    copy_names = list_copies(os.listdir(folder), mark_of(database_id))  # noqa: PTH208 - names alone are compared
    whole = [copy_name for copy_name in copy_names if not copy_name.of_month]
    return folder / str(whole[-1]) if whole else None


def refuse_missing_folder(folder: Path) -> None:
    """Refuse a folder that is away, or the empty place at which a stick is missing.

    Raises:
        BackupRefused: `no_folder` or `no_marker`.
    """
    if not folder.is_dir():
        raise BackupRefused("no_folder", str(folder))
    if not (folder / MARKER).is_file():
        raise BackupRefused("no_marker", str(folder / MARKER))


def _drop_from_memory(file: Path) -> None:
    """Let the next read come from the disk, and not from the system's memory of what was just written."""
    with file.open("rb") as source:
        os.posix_fadvise(source.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _remove(file: Path) -> None:
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise _refusal_of(error) from error


def _refusal_of(error: OSError) -> BackupRefused:
    full = error.errno in {errno.ENOSPC, errno.EDQUOT}
    return BackupRefused("no_room" if full else "cannot_write", error.strerror or "")
