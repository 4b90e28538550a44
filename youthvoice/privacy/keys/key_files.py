"""Key files: one key per file, and how it is written, read and destroyed.

A file has a first line for people, then the secret in base64:

    youthvoice-key pepper v1 2026-10 production
    <base64>

It is created atomically (written beside, then linked): of several processes one wins, and all read the winner's. It is
overwritten before it is removed; on a copy-on-write disk a program can do no better. Key backups are kept 30 days.
Source: PRIVACY.md C, key files and ends.
"""

import base64
import binascii
import os
import secrets
import stat
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

PRODUCTION = "production"

DEVELOPMENT = "development"

_FIRST_WORD = "youthvoice-key"

_DESTROYED_PREFIX, _UNFINISHED_PREFIX = ".ending-", ".making-"

_UNFINISHED_SECONDS = 60.0  # after which nobody is writing it any longer


class KeyFileError(Exception):
    """A key file or its folder is invalid.

    Attributes:
        code: `folder_missing`, `folder_open_to_others`, `file_open_to_others`, `malformed`,
            `bound_to_another_database`.
        path: of the file or folder.
    """

    def __init__(self, code: str, path: Path) -> None:
        super().__init__(f"{code}: {path}")
        self.code = code
        self.path = path


@dataclass(frozen=True)
class KeyFile:
    """The content of a key file.

    Attributes:
        name: the key's name.
        version: 1 and up.
        made_month: such as `2026-10`, UTC.
        mark: `production` or `development`.
        secret: the bytes; never shown.
    """

    name: str
    version: int
    made_month: str
    mark: str
    secret: bytes = field(repr=False)


def refuse_if_open_to_others(path: Path, state: os.stat_result) -> None:
    """Refuse a key that others on the machine can read.

    Raises:
        KeyFileError: group or world has any access to it.
    """
    if state.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        kind = "folder" if stat.S_ISDIR(state.st_mode) else "file"
        raise KeyFileError(f"{kind}_open_to_others", path)


def write_if_first(path: Path, name: str, version: int, mark: str, secret: bytes) -> None:
    """Write a key file unless another process already has."""
    month = datetime.now(UTC).strftime("%Y-%m")
    words = f"{_FIRST_WORD} {name} v{version} {month} {mark}\n{base64.b64encode(secret).decode()}\n"
    beside = path.parent / f"{_UNFINISHED_PREFIX}{secrets.token_hex(8)}"
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        _write_whole(descriptor, words.encode())
        os.link(beside, path)
    except FileExistsError:
        return
    finally:
        beside.unlink(missing_ok=True)
        _flush_folder(path.parent)


def read(path: Path) -> KeyFile:
    """Read a key file.

    Raises:
        FileNotFoundError: there is none, or it was destroyed while we read.
        KeyFileError: others may read it, or it is malformed.
    """
    with path.open("rb") as file:
        refuse_if_open_to_others(path, os.fstat(file.fileno()))
        content = file.read()
    try:
        return _parse(content)
    except (ValueError, binascii.Error):
        path.stat()  # a file destroyed meanwhile is missing, not malformed
        raise KeyFileError("malformed", path) from None


def destroy(path: Path) -> None:
    """Destroy a key file: overwrite and remove it. Repeating it does no harm.

    It is renamed first, so that nobody reads half a key.
    """
    renamed = path.parent / f"{_DESTROYED_PREFIX}{secrets.token_hex(8)}"
    try:
        path.rename(renamed)
    except FileNotFoundError:
        return
    finish_destruction(path.parent)


def finish_destruction(folder: Path) -> None:
    """Overwrite and remove every file that is being destroyed, also those left by a process that died.

    A file left by one that died while it made a key may be a second name of that key, which is not overwritten; in a
    copy of the folder it would be a second file, and outlive the key.
    """
    for file in folder.glob(f"{_UNFINISHED_PREFIX}*"):
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < time.time() - _UNFINISHED_SECONDS:
                file.unlink()
    for file in folder.glob(f"{_DESTROYED_PREFIX}*"):
        try:
            descriptor = os.open(file, os.O_WRONLY)
            with suppress(OSError):  # a full disk that writes in other places: its old name must not stay all the same
                _write_whole(descriptor, secrets.token_bytes(os.fstat(descriptor).st_size))
            file.unlink()
        except FileNotFoundError:
            continue  # another process removed it
    _flush_folder(folder)


def _parse(content: bytes) -> KeyFile:
    header, _, body = content.partition(b"\n")
    word, name, version, month, mark = header.decode("ascii").split(" ")
    if word != _FIRST_WORD or not version.startswith("v") or mark not in {PRODUCTION, DEVELOPMENT}:
        raise ValueError("Not a key file")
    return KeyFile(name, int(version[1:]), month, mark, base64.b64decode(body.strip(), validate=True))


def _write_whole(descriptor: int, content: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
