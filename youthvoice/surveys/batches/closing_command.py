"""`flask surveys close-due`: close what is due, and say what waits for what."""

from typing import Final

import click
from flask.cli import with_appcontext

from youthvoice import context as running
from youthvoice import db
from youthvoice.surveys.batches.closing_job import Line, close_due

WORDS: Final = {
    "counted": "closed and counted; an advocate can approve its view",
    "chosen": "closed; what won can be shown",
    "too_few": "closed; too few answers came, so they were never counted",
    "too_many": "closed; more answers came than children were invited, so nothing is published; the advocates know",
    "discarded": "closed; it waited for a year and was given up uncounted",
    "run_on": "ended with the quarter and goes on as a new round",
    "not_ended": "waits for its end",
    "tablets": "waits for tablets that still hold answers; bring them online",
    "quarter_end": "waits for the end of the quarter",
    "under_ten": "had too few answers when the quarter began; waits for the next one",
    "invited_number": "waits until two adults enter how many children were invited",
    "key_gone": "waits for its key file, which is not in the folder of keys; restore it from the backup of keys",
    "unreadable": "waits: no answer opens with the key file that is here; restore the right one",
    "failed": "could not be closed; the log says why, and the next look tries again",
}


@click.command("close-due")
@with_appcontext
def close_due_now() -> None:
    """Close the batches whose rule is met; prints a line for each that was not closed before."""
    report = close_due(db.engine(), running.keyring(), running.now(), actor="command")
    for line in report.lines:
        click.echo(sentence(line))
    if not report.lines:
        click.echo("Every batch is closed.", err=True)
    if report.with_code("failed"):
        raise click.exceptions.Exit(1)


def sentence(line: Line) -> str:
    """What became of one batch, such as `maple: waits for its end, 2026-12-31`."""
    until = f", {line.until}" if line.until else ""
    return f"{line.slug}: {WORDS[line.code]}{until}"
