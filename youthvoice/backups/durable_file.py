"""Write files atomically: whole or not at all, even if the power fails, the disk is full or a stick is pulled out."""

import errno
import glob
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


@contextmanager
def durable_file(file: Path, *, overwrites: bool = True) -> Iterator[BinaryIO]:
    """Write a temporary file with mode 0600, and give it its name once it is on the disk.

    Of two processes that write the same file together, the one that began first fails: the other has removed its
    temporary file, as it removes those of writers that were killed.

    Args:
        file: where the result will be.
        overwrites: whether an existing file is replaced; if not, one that appears while this one is written stays, too.

    Raises:
        OSError: it cannot be written; an existing file is unchanged, and the temporary one is removed. Where only its
            folder cannot be flushed at the end, the new file is in place already.
    """
    remove_parts(file)
    descriptor, name = tempfile.mkstemp(".part", f"{file.name}.", file.parent)
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        if overwrites:
            part.replace(file)
        else:
            _name_new_file(part, file)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    flush_folder(file.parent)


def remove_parts(file: Path) -> None:
    """Remove the temporary files of writers of a file that were killed; one may be a second name of all of it."""
    own_part = re.compile(re.escape(file.name) + r"\.[a-z0-9_]{8}\.part")  # as `durable_file` names it
    for older_part in file.parent.glob(f"{glob.escape(file.name)}.*.part"):
        if own_part.fullmatch(older_part.name):
            older_part.unlink(missing_ok=True)


def write_new_file(file: Path, content: bytes) -> None:
    """Write a new file that only its owner can read.

    Raises:
        OSError: it cannot be written, or something exists there, which is never overwritten.
    """
    refuse_if_there(file)
    with durable_file(file, overwrites=False) as out:
        out.write(content)


def _name_new_file(part: Path, file: Path) -> None:
    """Give a finished temporary file its name, unless something has this name by now."""
    try:
        os.link(part, file)
    except OSError as error:
        if error.errno not in {errno.EPERM, errno.ENOTSUP}:  # the file system of most sticks has no second names
            raise
        refuse_if_there(file)
        part.replace(file)
    else:
        part.unlink()


def refuse_if_there(file: Path) -> None:
    """Refuse an existing path, before the work starts whose result will be written there.

    Raises:
        FileExistsError: something exists there.
    """
    if os.path.lexists(file):
        remove_parts(file)
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(file))


def flush_folder(folder: Path) -> None:
    """Flush the names of a folder's files to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:  # some network drives only support this for files
            raise
    finally:
        os.close(descriptor)
