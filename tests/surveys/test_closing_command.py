"""`flask surveys close-due` says one line a batch."""

from datetime import date
from typing import get_args

from flask import Flask

from youthvoice.surveys.batches.closing_command import WORDS, sentence
from youthvoice.surveys.batches.closing_job import Line
from youthvoice.surveys.batches.closing_rules import Outcome, Step, Wait


def test_every_code_has_words() -> None:
    assert set(WORDS) == {*get_args(Wait), *get_args(Outcome), *get_args(Step), "failed"} - {"look"}


def test_a_line_names_the_round_what_it_waits_for_and_until_when() -> None:
    assert sentence(Line("maple", "not_ended", date(2026, 12, 31))) == "maple: waits for its end, 2026-12-31"


def test_nothing_due_is_no_error(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["surveys", "close-due"])
    assert result.exit_code == 0
    assert "Every batch is closed." in result.stderr
