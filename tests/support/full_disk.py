"""A disk that is full."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

FILLER: Final = "filler"


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes: to whoever writes it is a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A disk of its own of so many bytes, mounted at a new folder; without the right to mount the test is skipped.

    Until `fill` takes all that is left; `make_room` gives it back.
    """
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"NOT TRIED on a disk that is really full: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> None:
    """Take the last byte of a disk."""
    with (disk / FILLER).open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(4096))


def make_room(disk: Path) -> None:
    """Give back what `fill` took."""
    (disk / FILLER).unlink()
