"""The nightly copy: it counts once everything was read back from its place, and restored, and is the same row for row.

The place (`copy_place`) has a file `youthvoice-backups.txt`, which an administrator puts there once. Where it is
missing, a stick or a disk is away and its empty mount point would take the copy. (Numbers of devices do not tell: two
parts of one disk may have two, and a bind mount has that of its disk.)

A copy bears a name of the rotation only once it is proved; until then its name ends in `.unproved`.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, MetaData

from youthvoice.backups.archive import CannotRestore, CopiedRows, back_up, count_rows
from youthvoice.backups.copy_key import CopyKey
from youthvoice.backups.copy_place import CopyPlace
from youthvoice.backups.rotation import (
    UNPROVED,
    CopyName,
    choose_expired,
    list_copies,
    list_unproved,
    mark_of,
    needs_copy_of_month,
)
from youthvoice.backups.trial import BackupRefused, only_trial, restored_copy, trial_folder

MARKER: Final = "youthvoice-backups.txt"


@dataclass(frozen=True)
class NightlyCopy:
    """What is copied, and where to.

    Attributes:
        engine: of the database.
        metadata: with every table.
        key: 32 bytes, the key file `backup`.
        public: of the key of two people, or empty.
        place: of the copies.
        data: folder in which each copy is tried.
        mark: of the database, in the names of its copies.
        at: the moment.
    """

    engine: Engine
    metadata: MetaData
    key: bytes
    public: bytes
    place: CopyPlace
    data: Path
    mark: str
    at: datetime

    def make(self) -> list[tuple[str, CopiedRows]]:
        """Make this night's copy, and that of the month where it is missing; then remove what the rotation lets go.

        Returns:
            The address of each new file, with what is in it; the whole copy is the first.

        Raises:
            BackupRefused: see `labels`.
        """
        with only_trial(self.data):
            today = self.at.date()
            self._prepare_place()
            copies = [self._make_good_copy(CopyName(self.mark, today))]
            if needs_copy_of_month(self._list(), today):
                copies.append(self._make_good_copy(CopyName(self.mark, today, of_month=True)))
            for expired in choose_expired(self._list(), today):
                self.place.remove(str(expired))
        return copies

    def _list(self) -> list[CopyName]:
        return list_copies(self.place.list_names(), self.mark)

    def _prepare_place(self) -> None:
        """Refuse the empty place at which a stick is missing, and remove what a run that was killed left there.

        Raises:
            BackupRefused: `no_folder`, `no_marker`.
        """
        names = self.place.list_names()
        if MARKER not in names:
            raise BackupRefused("no_marker", f"{self.place}/{MARKER}")
        for name in list_unproved(names, self.mark):
            self.place.remove(name)

    def _make_good_copy(self, copy_name: CopyName) -> tuple[str, CopiedRows]:
        name, unproved = str(copy_name), f"{copy_name}{UNPROVED}"
        try:
            copied_rows = self.place.put(unproved, partial(self._write, of_month=copy_name.of_month))
            with self.place.fetch(unproved, copied_rows.size) as file:
                self._prove(file, copied_rows)
            self.place.rename(unproved, name)
        except BaseException:
            with suppress(BackupRefused):  # the first refusal says why
                self.place.remove(unproved)
            raise
        return f"{self.place}/{name}", copied_rows

    def _write(self, file: Path, *, of_month: bool) -> CopiedRows:
        return back_up(self.engine, self.metadata, self.key, file, self.at, of_month=of_month, public=self.public)

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
