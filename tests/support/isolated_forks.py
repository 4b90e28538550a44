"""What `run_isolated` starts, forked from a process that has imported once what the program imports.

Each is a process of its own with limits of its own, and ends, as in a house; only what it imports is spared, a third of
a second to a whole one. Tests of the processes themselves ask for `true_processes`.
"""

import atexit
import gc
import hashlib
import importlib
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

TOP = Path(__file__).parents[2]
_AS_IN_A_HOUSE = [sys.executable, "-E", "-s", "-m"]
_FORKED = {
    "youthvoice.surveys.questionnaires.importer": ("youthvoice.surveys.questionnaires.xlsform.xlsform_reader",),
    "youthvoice.surveys.analysis.process": (),
}
"""Programs that import much, and what each imports only when it is needed."""
_PRINTS = "youthvoice.printing.composition"
_printed: dict[tuple[bytes, float], "subprocess.CompletedProcess[bytes]"] = {}
"""By request and seconds. Equal values give equal bytes (`test_composition`), and many tests print the same sheets."""
_NUMBER = 4  # bytes


class Subprocesses:
    """`subprocess` for `isolated_process`: what a test starts by another interpreter really starts."""

    PIPE, DEVNULL, TimeoutExpired = subprocess.PIPE, subprocess.DEVNULL, subprocess.TimeoutExpired

    @staticmethod
    def run(command: list[str], **asked: Any) -> "subprocess.CompletedProcess[bytes]":
        """Run a program to its end."""
        *python, module = command
        if python == _AS_IN_A_HOUSE and module == _PRINTS:
            return _print_once(command, **asked)
        if python != _AS_IN_A_HOUSE or module not in _FORKED:
            return subprocess.run(command, **asked)  # noqa: PLW1510 - it is told by whoever asks
        return _origin(module, os.getpid()).run(command, asked["input"], asked["timeout"])


def _print_once(command: list[str], **asked: Any) -> "subprocess.CompletedProcess[bytes]":
    """Typeset in a process of its own what was not typeset before."""
    key = (hashlib.sha256(asked["input"]).digest(), asked["timeout"])
    if key not in _printed:
        done = subprocess.run(command, **asked)  # noqa: PLW1510 - it is told by whoever asks
        if done.returncode:
            return done
        _printed[key] = done
    return _printed[key]


@dataclass(frozen=True)
class _Origin:
    """The process from which those of one program are forked."""

    control: socket.socket
    alone: Lock

    def run(self, command: list[str], request: bytes, seconds: float) -> "subprocess.CompletedProcess[bytes]":
        with self.alone, tempfile.TemporaryFile() as given:
            given.write(request)
            given.seek(0)
            answer, written = os.pipe()
            socket.send_fds(self.control, [b"!"], [given.fileno(), written])
            os.close(written)
            pid = self._number()
            said = _read_until(answer, time.monotonic() + seconds)
            os.close(answer)
            if said is None:
                os.kill(pid, signal.SIGKILL)
            status = self._number()
        if said is None:
            raise subprocess.TimeoutExpired(command, seconds)
        return subprocess.CompletedProcess(command, os.waitstatus_to_exitcode(status), said)

    def _number(self) -> int:
        said = self.control.recv(_NUMBER, socket.MSG_WAITALL)
        assert len(said) == _NUMBER, "what forks has ended"
        return int.from_bytes(said, "big")


def _read_until(file: int, deadline: float) -> bytes | None:
    """All that is written there; None where it does not end in time."""
    said = bytearray()
    while select.select([file], [], [], max(0, deadline - time.monotonic()))[0]:
        if not (part := os.read(file, 1 << 16)):
            return bytes(said)
        said += part
    return None


@cache
def _origin(module: str, _of: int) -> _Origin:
    """One of this process alone; it ends with it, and is no child of it: tests look whether they left any behind."""
    ours, its = socket.socketpair()
    subprocess.run(
        [*_AS_IN_A_HOUSE, "tests.support.isolated_forks", module, str(its.fileno())],
        cwd=TOP, env={"LC_ALL": "C.UTF-8"}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, pass_fds=[its.fileno()], check=True,
    )  # fmt: skip
    its.close()
    atexit.register(ours.close)
    return _Origin(ours, Lock())


def _serve(module: str, control: socket.socket) -> None:
    """Fork for each pair of files; says who it was, and how it ended."""
    for name in (module, *_FORKED[module]):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    while files := socket.recv_fds(control, 1, 2)[1]:
        if not (pid := os.fork()):
            control.close()
            for nth, file in enumerate(files):
                os.dup2(file, nth)
                os.close(file)
            runpy.run_module(module, run_name="__main__", alter_sys=True)
            return
        for file in files:
            os.close(file)
        control.sendall(pid.to_bytes(_NUMBER, "big"))
        control.sendall(os.waitpid(pid, 0)[1].to_bytes(_NUMBER, "big"))


if __name__ == "__main__" and not os.fork():
    _serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
