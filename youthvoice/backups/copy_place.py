"""A place of copies: a folder of this machine, or one of another machine (`sftp_place`)."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from youthvoice.backups.archive import CopiedRows
from youthvoice.backups.durable_file import flush_folder
from youthvoice.backups.trial import BackupRefused
from youthvoice.config import name_process_user


class CopyPlace(Protocol):
    """A place of copies; `str` of it is its address. Each method raises `BackupRefused` where the place refuses.

    Every name that is given to it comes from `rotation`; every other name that it lists may be anybody's.
    """

    def list_names(self) -> list[str]:
        """The names of all files there."""
        ...

    def put(self, name: str, write: Callable[[Path], CopiedRows]) -> CopiedRows:
        """Let a function write a file, and store it there."""
        ...

    def fetch(self, name: str, size: int) -> AbstractContextManager[Path]:
        """A file of some bytes as it is there now, and not as this machine remembers it."""
        ...

    def rename(self, name: str, new_name: str) -> None:
        """Rename a file; one that has this name gives way."""
        ...

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        ...


@dataclass(frozen=True)
class FolderPlace:
    """A folder of this machine, such as a mounted stick."""

    folder: Path

    def __str__(self) -> str:
        """Its path."""
        return str(self.folder)

    def list_names(self) -> list[str]:
        """The names of its files.

        Raises:
            BackupRefused: `no_folder`.
        """
        if not self.folder.is_dir():
            raise BackupRefused("no_folder", str(self.folder))
        with _refusing(self.folder):
            return os.listdir(self.folder)  # noqa: PTH208 - names alone are compared

    def put(self, name: str, write: Callable[[Path], CopiedRows]) -> CopiedRows:
        """Let a function write a file in the folder."""
        with _refusing(self.folder):
            return write(self.folder / name)

    @contextmanager
    def fetch(self, name: str, size: int) -> Iterator[Path]:  # noqa: ARG002 - another machine may send more
        """The file itself, which is read from the disk."""
        with _refusing(self.folder):
            _drop_from_memory(self.folder / name)
        yield self.folder / name

    def rename(self, name: str, new_name: str) -> None:
        """Rename a file, and flush the name to the disk."""
        with _refusing(self.folder):
            (self.folder / name).replace(self.folder / new_name)
            flush_folder(self.folder)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with _refusing(self.folder):
            (self.folder / name).unlink(missing_ok=True)


def _drop_from_memory(file: Path) -> None:
    """Let the next read come from the disk, and not from the system's memory of what was just written."""
    with file.open("rb") as source:
        os.posix_fadvise(source.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def _refusing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        code = "no_room" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "cannot_write"
        raise BackupRefused(code, f"{folder}, by the user {name_process_user()}: {error.strerror}") from error
