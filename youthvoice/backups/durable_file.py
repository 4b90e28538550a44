"""Write files atomically: whole or not at all, even if the power fails, the disk is full or a stick is pulled out."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def durable_file(file: Path) -> Iterator[BinaryIO]:
    """Write a temporary file with mode 0600, and rename it once it is on the disk.

    An existing file is replaced; `write_new_file` never does that.

    Raises:
        OSError: it cannot be written; an existing file is unchanged, and the temporary one is removed. Where only its
            folder cannot be flushed at the end, the new file is in place already.
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
    _flush_folder(file.parent)


def write_new_file(file: Path, content: bytes) -> None:
    """Write a new file that only its owner can read.

    Raises:
        OSError: it cannot be written, or something exists there, which is never overwritten.
    """
    refuse_if_there(file)
    with durable_file(file) as out:
        out.write(content)


def refuse_if_there(file: Path) -> None:
    """Refuse an existing path, before the work starts whose result will be written there.

    Raises:
        FileExistsError: something exists there.
    """
    if os.path.lexists(file):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file))


def _flush_folder(folder: Path) -> None:
    """Flush the names of a folder's files to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some network drives only support this for files
            raise
    finally:
        os.close(descriptor)
