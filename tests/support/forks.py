"""Processes that begin with everything read that a house reads: one process reads it once, and forks for each.

To start a house takes a second of the processor, nearly all of it for what it imports; a run of journeys starts some
dozens. What is forked has no thread and nothing open yet: it makes its own application, as `python -c` would.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import psutil

TOP = Path(__file__).parents[2]


def fork(code: str, environment: Mapping[str, str], log: Path) -> psutil.Process:
    """Run Python in a new process, at the top of this repository.

    Args:
        code: as for `python -c`.
        environment: all that it finds there.
        log: what it writes is added to this file.
    """
    server = _server()
    assert server.stdin
    assert server.stdout
    server.stdin.write(json.dumps([code, dict(environment), str(log)]) + "\n")
    server.stdin.flush()
    return psutil.Process(int(server.stdout.readline()))


@cache
def _server() -> "subprocess.Popen[str]":
    """One of this process alone; it ends with it."""
    command = [sys.executable, "-m", "tests.support.forks"]
    server = subprocess.Popen(command, cwd=TOP, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)
    return server


def _main() -> None:
    """Fork for each line of standard input; nobody waits for what was forked, so none of it stays as a zombie."""
    _read_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while line := sys.stdin.readline():
        code, environment, log = json.loads(line)
        if not (pid := os.fork()):
            _become(environment, log)
            exec(compile(code, "<forked>", "exec"), {"__name__": "__main__"})  # noqa: S102 - what a test wrote
            return
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _read_all() -> None:
    """What `app.py` and a web process import; no application is made."""
    import granian  # noqa: PLC0415 - here alone

    from tests.support import template_code  # noqa: PLC0415 - the same
    from youthvoice import blueprints, factory, ports, server  # noqa: PLC0415 - the same

    assert all((granian, template_code, blueprints, factory, ports, server))
    gc.collect()
    gc.freeze()  # no collection in a fork touches what it shares


def _become(environment: Mapping[str, str], log: str) -> None:
    """A process that nothing of the one it was forked from reaches."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nothing, kept = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for given, number in ((nothing, 0), (kept, 1), (kept, 2)):
        os.dup2(given, number)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["-c"]


if __name__ == "__main__":
    _main()
