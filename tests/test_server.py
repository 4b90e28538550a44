"""Which processes `youthvoice serve` starts."""

from dataclasses import replace

import pytest
from flask import Flask

from youthvoice import context
from youthvoice.jobs.supervisor import SupervisedProcess


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
