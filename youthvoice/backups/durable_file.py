"""A file that is there whole or not at all, whenever the power fails, the disk is full or a stick is pulled out."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def durable_file(file: Path) -> Iterator[BinaryIO]:
    """Write a file beside its place, with mode 0600; it is moved there once the disk has it.

    What is there is replaced; `write_new_file` never does that.

    Raises:
        OSError: it cannot be written; what was there before is there, and nothing beside it.
    """
    part = file.with_name(file.name + ".part")
    part.unlink(missing_ok=True)
    try:
        part.touch(mode=0o600)
        with part.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    _keep_names(file.parent)


def write_new_file(file: Path, content: bytes) -> None:
    """A new file that only its owner reads.

    Raises:
        OSError: it cannot be written, or something is there: that is never written over.
    """
    refuse_if_there(file)
    with durable_file(file) as out:
        out.write(content)


def refuse_if_there(file: Path) -> None:
    """Before anything is done of which a new file tells.

    Raises:
        FileExistsError: something is there.
    """
    if os.path.lexists(file):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file))


def _keep_names(folder: Path) -> None:
    """Let the disk have what files of a folder are called now."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some network drives know this for files alone
            raise
    finally:
        os.close(held)
