"""`flask serve` and `flask work`: web and work processes, started and stopped together."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from youthvoice import running
from youthvoice.work.loop import Job, forever, once

_TOP = Path(__file__).parent.parent
_PATIENCE = 10  # seconds that a process has to end


def make_work(jobs: Sequence[Job]) -> click.Command:
    """`flask work` for a list of jobs."""

    @click.command("work", help="The work process: mail, closing, clocks. --once does what is due and ends.")
    @click.option("--once", "only_once", is_flag=True)
    @with_appcontext
    def work(*, only_once: bool) -> None:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's own way
        if only_once:
            if failed := once(app, jobs):
                raise click.ClickException("failed: " + ", ".join(failed))
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        forever(app, jobs, stop.is_set)

    return work


def serve_processes(port: int, workers: int) -> None:
    """Run web and work processes until one ends or a signal comes; then end them all.

    Args:
        port: of 127.0.0.1.
        workers: web processes.
    """
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    granian = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *(
            "--workers",
            str(workers),
            "--blocking-threads",
            "4",
            "--backpressure",
            "256",
            "--no-ws",
            "--respawn-failed-workers",
        ),
        *("--log-level", "warning", "app:app"),
    ]
    processes = [subprocess.Popen(command, cwd=_TOP) for command in (granian, [*flask, "work"])]  # noqa: S603 - our own
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set() and all(process.poll() is None for process in processes):
        time.sleep(0.2)
    _end(processes)


def _end(processes: Sequence["subprocess.Popen[bytes]"]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def addresses() -> list[str]:
    """Where children, staff and mail are, one line each."""
    settings = running.settings()
    mail = settings.smtp_url.split("@")[-1] if settings.smtp_url else os.path.relpath(settings.outbox)
    return [
        f"Children   {settings.url}/",
        f"Staff      {settings.url}/staff/",
        f"Mail       {mail}",
    ]
