"""`youthvoice practice`: an installation for a training, with the example in it, which is thrown away when it ends.

Database, keys and mail have one folder of their own below the folder for temporary files. It is `youthvoice serve` in
development mode with settings of that folder alone, so no database and no key of an installation of this machine is
opened, and no mail or text message can leave. What was killed goes when the next one starts.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final

import click

from youthvoice import server
from youthvoice.config import INSTALLATION, PRACTICE_FOLDER, SETTINGS

FIRST_PORT, _LAST_PORT = 9100, 9199  # of this machine alone, and of no installation that `youthvoice init` makes

SETTINGS_FILE: Final = "practice.conf"

_LOCK: Final = "in-use"

_PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of prctl(2)


@click.command("practice")
@click.option(
    "--port", type=click.IntRange(1024, 65535), help="Of 127.0.0.1; the first free one from 9100 on without it."
)
def practice(*, port: int | None) -> None:
    """Make a practice installation, serve it until Ctrl+C, and throw it away."""
    if port is not None and server.is_taken(port):
        raise click.ClickException(f"Port {port} is taken. Choose another one, or none.")
    port = port or _free_port()
    parent = Path(tempfile.gettempdir()).resolve()
    remove_abandoned(parent)
    with _folder_in_use(parent) as (folder, lock):
        write_settings(folder, port)
        click.echo("A practice installation: nothing here is real, no mail leaves, and all of it goes at the end.")
        click.echo(f"Another link for its tablet: {INSTALLATION}={folder / SETTINGS_FILE} {sys.argv[0]} tablet")
        code = _serve(folder, lock)
    click.echo("The practice installation is gone, with everything that was written in it.")
    if code:
        raise click.exceptions.Exit(code)


def remove_abandoned(parent: Path) -> None:
    """Delete the practice installations of this user that no process serves.

    Args:
        parent: the folder for temporary files; others may write there, too.
    """
    for folder in parent.glob(f"{PRACTICE_FOLDER}*"):
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
                continue
            lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def write_settings(folder: Path, port: int) -> None:
    """Write the settings of a practice installation: all of it is in its folder."""
    lines = {
        "YOUTHVOICE_MODE": "development",
        "YOUTHVOICE_PRACTICE": "1",
        "YOUTHVOICE_DATA": folder / "data",
        "YOUTHVOICE_KEYS": folder / "keys",
        "YOUTHVOICE_PORT": port,
        "YOUTHVOICE_WORKERS": 1,
    }
    (folder / SETTINGS_FILE).write_text("".join(f"{name}={value}\n" for name, value in lines.items()), "utf-8")


@contextmanager
def _folder_in_use(parent: Path) -> Iterator[tuple[Path, int]]:
    """A new folder, open to this user alone, and its lock; deleted afterwards, whatever happened."""
    folder = Path(tempfile.mkdtemp(prefix=PRACTICE_FOLDER, dir=parent))
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder, lock
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _serve(folder: Path, lock: int) -> int:
    """Serve until a signal comes; returns the exit code. The lock lasts as long as any process of it."""
    environment = {name: value for name, value in os.environ.items() if name not in {*SETTINGS, INSTALLATION}}
    process: subprocess.Popen[bytes] | None = None

    def end(number: int, _frame: FrameType | None) -> None:
        if process is not None and number != signal.SIGINT:  # a terminal sends Ctrl+C to both
            process.terminate()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    process = subprocess.Popen(
        [sys.executable, "-c", "from youthvoice.factory import main; main()", "serve"],
        cwd=Path(__file__).parents[2],  # from which the package is imported, installed or not
        env={**environment, INSTALLATION: str(folder / SETTINGS_FILE)},
        pass_fds=(lock,),
        preexec_fn=_end_with_parent,  # noqa: PLW1509 - of a process with one thread
    )
    return process.wait()


def _end_with_parent() -> None:
    """Let the kernel ask this process to end when the one dies that started it, whatever that died of."""
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, int(signal.SIGTERM), 0, 0, 0)


def _free_port() -> int:
    for port in range(FIRST_PORT, _LAST_PORT + 1):
        if not server.is_taken(port):
            return port
    raise click.ClickException(f"Every port from {FIRST_PORT} to {_LAST_PORT} is taken. Choose one: --port NUMBER")
