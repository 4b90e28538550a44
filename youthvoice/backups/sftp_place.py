"""A place of copies on another machine, through the program `sftp` of OpenSSH: no library, no password, no question.

It reads no configuration but the one of its command line, asks no agent, and trusts no server but the one in its own
file of known hosts. Both that file and the key lie in the folder `sftp` of the data folder, which no backup holds.

The other machine may be hostile: it sees sealed copies alone, what it lists is compared with names of the rotation,
what it sends is bounded in bytes and in time, and what it says is shown as printable ASCII.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from youthvoice.backups.archive import CopiedRows
from youthvoice.backups.trial import BackupRefused, trial_folder
from youthvoice.config import SftpAddress

_FOLDER = "sftp"

_OPTIONS = (
    "BatchMode=yes", "StrictHostKeyChecking=yes", "GlobalKnownHostsFile=none", "UpdateHostKeys=no",
    "IdentitiesOnly=yes", "PreferredAuthentications=publickey", "ForwardAgent=no", "ClearAllForwardings=yes",
    "ConnectTimeout=30", "ServerAliveInterval=15", "ServerAliveCountMax=4", "LogLevel=ERROR",
)  # fmt: skip

_SECONDS, _SLOWEST = 120, 32 * 1024  # for an answer; besides, bytes in each second of a transfer

_MOST_WORDS, _MOST_MEMORY = 1024**2, 512 * 1024**2  # bytes of a listing, of the program

_COPY = "copy"  # the file in a folder of its own, so that no path is quoted

_COMMAND_REFUSED = 1  # as sftp ends where the server refuses a command; otherwise there is no connection

_MISSING = "No such file"

_SIGNS = {
    "Host key verification failed": "host_unknown",
    "Permission denied (": "not_let_in",
    "failed to execute": "no_program",
}
"""What OpenSSH and prlimit say; everything else means that the server is not reached."""

_MOST_DETAIL = 300  # characters


@dataclass(frozen=True)
class SftpPlace:
    """A folder of another machine.

    Attributes:
        address: of the folder.
        data: the data folder: of key and known hosts, and of each copy on its way.
    """

    address: SftpAddress
    data: Path

    def __str__(self) -> str:
        """Its address."""
        return str(self.address)

    def list_names(self) -> list[str]:
        """The names in the folder; the program writes other than printable characters in another way.

        Raises:
            BackupRefused: `no_folder`, or the server is not reached.
        """
        try:
            return self._run("ls -1a", self.data).splitlines()
        except _CommandRefused as refused:
            raise BackupRefused("no_folder", refused.detail) from refused

    def put(self, name: str, write: Callable[[Path], CopiedRows]) -> CopiedRows:
        """Let a function write a file here, and send it, to the disk of the server."""
        with trial_folder(self.data) as folder:
            file = folder / _COPY
            try:
                copied_rows = write(file)
            except OSError as error:
                raise BackupRefused("no_room_to_try", str(self.data)) from error
            size = copied_rows.size
            try:
                self._run(f"put -f {_COPY} {name}", folder, size)
            except _CommandRefused as refused:
                raise BackupRefused(self._why_not_stored(size), refused.detail) from refused
        return copied_rows

    @contextmanager
    def fetch(self, name: str, size: int) -> Iterator[Path]:
        """The file as the server sends it back.

        Raises:
            BackupRefused: `damaged` where it is longer than what was sent, or cannot be read; `no_room_to_try`.
        """
        with trial_folder(self.data) as folder:
            if shutil.disk_usage(folder).free < size:
                raise BackupRefused("no_room_to_try", str(self.data))
            try:
                self._run(f"get {name} {_COPY}", folder, size)
            except _CommandRefused as refused:
                raise BackupRefused("damaged", refused.detail) from refused
            yield folder / _COPY

    def rename(self, name: str, new_name: str) -> None:
        """Rename a file; with the extension of OpenSSH one that has this name gives way."""
        try:
            self._run(f"rename {name} {new_name}", self.data)
        except _CommandRefused as refused:
            raise BackupRefused("cannot_write", refused.detail) from refused

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        try:
            self._run(f"rm {name}", self.data)
        except _CommandRefused as refused:
            if _MISSING not in refused.detail:
                raise BackupRefused("cannot_write", refused.detail) from refused

    def _why_not_stored(self, size: int) -> str:
        """Why a file of some bytes was not taken: OpenSSH says *Failure* for a full disk, as for other reasons."""
        try:
            free = read_free_bytes(self._run("df", self.data))
        except _CommandRefused:
            free = None
        return "no_room" if free is not None and free < size else "cannot_write"

    def _run(self, command: str, folder: Path, size: int = 0) -> str:
        """Run one command in the folder of the server.

        Args:
            command: of names of the rotation alone.
            folder: of this machine, in which the program runs.
            size: bytes that it sends, or fetches at most.

        Returns:
            What it prints.

        Raises:
            _CommandRefused: the server refuses it.
            BackupRefused: `no_program`, `host_unknown`, `not_let_in`, `not_reached`, or `damaged`: more bytes came.
        """
        most_seconds = _SECONDS + size // _SLOWEST
        with tempfile.TemporaryFile(dir=self.data) as output, tempfile.TemporaryFile(dir=self.data) as complaints:
            try:
                process = subprocess.Popen(  # noqa: S603 - a checked address; a session of its own has no terminal that asks
                    self._command_line(max(size, _MOST_WORDS)), cwd=folder, env={"PATH": os.defpath, "LC_ALL": "C"},
                    stdin=subprocess.PIPE, stdout=output, stderr=complaints, start_new_session=True,
                )  # fmt: skip
            except FileNotFoundError as error:
                raise BackupRefused("no_program", "prlimit") from error
            try:
                process.communicate(f"cd {self.address.path}\n{command}\n".encode(), most_seconds)
            except subprocess.TimeoutExpired as error:
                raise BackupRefused("not_reached", f"no end after {most_seconds} seconds") from error
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # ssh, too
                process.wait()
            output.seek(0)
            complaints.seek(0)
            if process.returncode:
                raise _refusal_of(process.returncode, _read_words(complaints))
            return output.read().decode("ascii", "replace")

    def _command_line(self, most_bytes: int) -> list[str]:
        """The command line; `prlimit` lets no file of it grow beyond what is expected, whatever the server sends."""
        folder = str(self.data / _FOLDER).replace("%", "%%")
        options = (*_OPTIONS, f'UserKnownHostsFile="{folder}/known_hosts"', f'IdentityFile="{folder}/key"')
        return [
            "prlimit", f"--fsize={most_bytes}", f"--data={_MOST_MEMORY}",
            "sftp", "-b", "-", "-F", "none", "-P", str(self.address.port),
            *(word for option in options for word in ("-o", option)),
            f"{self.address.user}@{self.address.host}",
        ]  # fmt: skip


class _CommandRefused(Exception):
    """The server is there, and refuses a command.

    Attributes:
        detail: what it says.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def _refusal_of(return_code: int, words: str) -> Exception:
    if return_code == -signal.SIGXFSZ or "File too large" in words:
        return BackupRefused("damaged", words)
    if return_code == _COMMAND_REFUSED:
        return _CommandRefused(words)
    code = next((code for sign, code in _SIGNS.items() if sign in words), "not_reached")
    return BackupRefused(code, words)


def _read_words(complaints: IO[bytes]) -> str:
    """The last of what a program said, in printable ASCII: a terminal obeys other characters."""
    words = complaints.read().decode("ascii", "replace").split()
    return re.sub(r"[^ -~]", "?", " ".join(words))[-_MOST_DETAIL:]


def read_free_bytes(table: str) -> int | None:
    """The bytes that a user can still write, of what the command `df` of sftp prints in KiB; None without a figure."""
    figures = re.findall(r"^ *[0-9]+ +[0-9]+ +([0-9]+) +[0-9]+ +[0-9]+%\s*$", table, re.MULTILINE | re.ASCII)
    return int(figures[-1]) * 1024 if figures else None
