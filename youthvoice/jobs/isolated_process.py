"""A process of its own for work that is heavy, or whose input nobody can trust: bytes in, bytes out, and it is gone.

A fresh interpreter, not a fork: an application has threads. It inherits no setting, so no key and no address; its
memory comes back, whatever it did with it.
"""

import ctypes
import resource
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Final, Literal

_ROOT: Final = Path(__file__).parents[2]

_NO_NEW_PRIVILEGES: Final = 38  # PR_SET_NO_NEW_PRIVS of <linux/prctl.h>

_ONE_AT_A_TIME: Final = Lock()
"""So that many requests at once take no more memory than one."""


class IsolatedProcessFailed(Exception):
    """It gave no answer.

    Attributes:
        code: `busy`, another one took all the time there was to wait; `too_heavy`, it ended without an answer.
    """

    def __init__(self, code: Literal["busy", "too_heavy"]) -> None:
        super().__init__(code)
        self.code = code


def run_isolated(module: str, request: bytes, seconds: float, patience: float | None = None) -> bytes:
    """Run a module as a program.

    Args:
        module: its name; it reads standard input and writes its answer.
        request: what it reads.
        seconds: it may take, its start included.
        patience: seconds for which the one before it is waited for; as many unless told. Who is waited for by a
            browser has few: a thread that waits serves nobody else.

    Raises:
        IsolatedProcessFailed: it gave no answer.
    """
    if not _ONE_AT_A_TIME.acquire(timeout=seconds if patience is None else patience):
        raise IsolatedProcessFailed("busy")
    try:
        done = subprocess.run(  # noqa: S603 - this very interpreter, and a module that callers write into the code
            [sys.executable, "-E", "-s", "-m", module],
            input=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            cwd=_ROOT,
            env={"LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        raise IsolatedProcessFailed("too_heavy") from None
    finally:
        _ONE_AT_A_TIME.release()
    if done.returncode or not done.stdout:
        raise IsolatedProcessFailed("too_heavy")
    return done.stdout


def close_this_process_off() -> None:
    """From now on this process opens nothing: no file, no socket, no other program, whoever took it over.

    It runs as the same user as the application and could read what that one may, key files too; without a free number
    for a file it opens none, and unless it is root it takes nothing of this back. What is loaded and open stays.
    What is left: signals to processes of that user, and their memory where the system lets one process trace another
    (Yama's scope 0).
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def limit_this_process(memory: int, cpu_seconds: int) -> None:
    """Nothing in this process may take more, whoever wrote its input; called first of all by such a program.

    Args:
        memory: bytes of addresses, all libraries included.
        cpu_seconds: of one core.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
