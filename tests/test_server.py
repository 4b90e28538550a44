"""Which processes `youthvoice serve` and `work` start, and which of them come first."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest
from flask import Flask

from youthvoice import context
from youthvoice.jobs.supervisor import SupervisedProcess
from youthvoice.jobs.worker import Job
from youthvoice.server import work

TOP = Path(__file__).parents[1]


def test_web_processes_alone_leave_the_jobs_to_services_of_their_own(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of many web processes brought a work process along."""
    started: list[list[str]] = []

    def supervise(processes: list[SupervisedProcess]) -> bool:
        started.append([process.name for process in processes])
        return True

    monkeypatch.setattr("youthvoice.server.supervise", supervise)
    with context.override(app, settings=replace(context.settings(), port=1)):
        for option, names in (([], ["web", "work"]), (["--web-only"], ["web"])):
            answer = app.test_cli_runner().invoke(args=["serve", *option])
            assert answer.exit_code == 0, answer.output
            assert started.pop() == names


def test_children_s_pages_come_before_jobs(app: Flask, tmp_path: Path) -> None:
    """With the same priority a midnight's work let children wait for seconds of the processor."""
    niceness, before = tmp_path / "niceness", os.nice(0)

    def write_down() -> None:
        niceness.write_text(str(os.nice(0)), "ascii")
        os.kill(os.getpid(), signal.SIGTERM)

    def run() -> None:
        with app.app_context():
            work(lambda: [Job("example", 1, write_down)], only_once=False)

    process = get_context("fork").Process(target=run)
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert int(niceness.read_text("ascii")) > before


def test_what_is_heavy_waits_even_for_the_jobs() -> None:
    """Papers, uploads and analyses run in processes of their own."""
    code = (
        "import os; from youthvoice.jobs.isolated_process import *; limit_this_process(1 << 30, 9); print(os.nice(0))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=TOP)
    assert int(printed.stdout) == min(19, os.nice(0) + 10)  # the lowest there is
