"""Run heavy work, or work with untrusted input, in a process of its own: bytes in, bytes out, then it ends.

It is a fresh interpreter and not a fork, because an application has threads. It inherits no setting, so no key and no
address; all its memory is freed at the end.
"""

import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path
from threading import Lock
from typing import Final, Literal

_ROOT: Final = Path(__file__).parents[2]

_NICE: Final = 10

_NO_NEW_PRIVILEGES: Final = 38  # PR_SET_NO_NEW_PRIVS of <linux/prctl.h>

_ONE_AT_A_TIME: Final = Lock()
"""Held during a run of any module: each web or work process takes the memory of one run at most."""


class IsolatedProcessFailed(Exception):
    """The process gave no answer.

    Attributes:
        code: `busy`: other runs of this process took all the waiting time; `too_heavy`: it ended without an answer.
    """

    def __init__(self, code: Literal["busy", "too_heavy"]) -> None:
        super().__init__(code)
        self.code = code


def run_isolated(module: str, request: bytes, seconds: float, wait_seconds: float | None = None) -> bytes:
    """Run a module as a program.

    Args:
        module: its name; it reads standard input and writes its answer.
        request: its input.
        seconds: maximum duration, starting included.
        wait_seconds: how long to wait for other runs of this process; by default `seconds`. A browser's request waits
            only a few, because a waiting thread serves nobody else.

    Raises:
        IsolatedProcessFailed: it gave no answer.
    """
    if not _ONE_AT_A_TIME.acquire(timeout=seconds if wait_seconds is None else wait_seconds):
        raise IsolatedProcessFailed("busy")
    try:
        completed = subprocess.run(  # noqa: S603 - this very interpreter, and a module that callers write into the code
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
    if completed.returncode or not completed.stdout:
        raise IsolatedProcessFailed("too_heavy")
    return completed.stdout


def forbid_opening() -> None:
    """Forbid this process to open anything from now on, even if an attacker takes it over: no file, socket or program.

    It runs as the user of the application and could otherwise read the same files, key files too. Without a free file
    descriptor it opens none, and unless it is root it cannot undo this. What is loaded and open stays usable.
    What remains possible: signals to processes of that user, and reading their memory where the system lets one process
    trace another (Yama's scope 0).
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def limit_this_process(memory: int, cpu_seconds: int) -> None:
    """Limit the resources of this process, whatever its input; a program calls it first of all.

    It gets a processor when nobody else needs it: children's pages come first.

    Args:
        memory: address space in bytes, all libraries included.
        cpu_seconds: of one core.
    """
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
