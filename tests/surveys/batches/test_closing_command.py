"""`youthvoice surveys close-due` says one line a batch."""

from datetime import date
from typing import get_args

from flask import Flask

from youthvoice.surveys.batches.closing_job import BatchLine
from youthvoice.surveys.batches.rules import Outcome, Step, Wait
from youthvoice.surveys.commands import CLOSING_LABELS, describe_batch_line


def test_every_code_has_words() -> None:
    assert set(CLOSING_LABELS) == {*get_args(Wait), *get_args(Outcome), *get_args(Step), "failed"} - {"look"}


def test_a_line_names_the_round_what_it_waits_for_and_until_when() -> None:
    assert (
        describe_batch_line(BatchLine("maple", "not_ended", date(2026, 12, 31)))
        == "maple: waits for its end, 2026-12-31"
    )


def test_nothing_due_is_no_error(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["surveys", "close-due"])
    assert result.exit_code == 0
    assert "Every batch is closed." in result.stderr
