"""Commands of the installation; those of one package live in its `commands.py`."""

from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from youthvoice import context, metadata, server
from youthvoice.accountability.confirmation import count_due_taps
from youthvoice.accountability.encryption import rewrite_due_rows
from youthvoice.accountability.escalation_job import escalate_due
from youthvoice.accounts import commands
from youthvoice.accounts.people.store import close_accounts_again
from youthvoice.audit import commands as audit_commands
from youthvoice.audit.audit_log import RESTORED, Log
from youthvoice.backups.commands import make_commands
from youthvoice.committees.elections.ballot_box import elections_due
from youthvoice.committees.job import meetings_due, support_due
from youthvoice.doctor import doctor
from youthvoice.example import loader
from youthvoice.grievances.deadlines.letter_job import late_letters_due
from youthvoice.grievances.deadlines.notices import daily_notice_due, guessing_due
from youthvoice.grievances.deadlines.report_escalation import clocks_due
from youthvoice.grievances.statistics import freeze_due
from youthvoice.jobs.worker import Job
from youthvoice.mail.send_job import send_due
from youthvoice.publications.guardians.mail import send_due_answers
from youthvoice.publications.review.drafting import draft_due
from youthvoice.surveys import commands as surveys_commands
from youthvoice.surveys.batches.closing import close_due_job, sweep_due_receipts
from youthvoice.threads.letters.due_job import letters_due, suggestions_due
from youthvoice.threads.retention.job import ends_due
from youthvoice.witnesses.head_job import send_due_heads


def record_restore(connection: Connection, copied_at: datetime) -> None:
    """Append the line, in the transaction that brought everything back; whoever left since stays away.

    Args:
        connection: of that transaction; the caller commits.
        copied_at: when the backup was made.
    """
    with Session(bind=connection, join_transaction_mode="rollback_only") as session:
        log = Log(context.keyring().key("audit"), context.today(), "command")
        log.add(session, RESTORED, f"{copied_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}")
        if ended := close_accounts_again(session, context.today()):
            log.add(session, "person.leave.again", str(ended))
        session.flush()


JOBS = (
    Job("answered", 60, send_due_answers),
    Job("answers", 300, escalate_due),
    Job("clocks", 60, clocks_due),
    Job("closing", 20, close_due_job),
    Job("daily", 60, daily_notice_due),
    Job("drafting", 20, draft_due),
    Job("elections", 20, elections_due),
    Job("ends", 3600, ends_due),
    Job("freezing", 3600, freeze_due),
    Job("guessing", 60, guessing_due),
    Job("heads", 300, send_due_heads),
    Job("late letters", 60, late_letters_due),
    Job("letters", 60, letters_due),
    Job("mail", 2, send_due),
    Job("meetings", 300, meetings_due),
    Job("suggestions", 60, suggestions_due),
    Job("sweeping", 3600, sweep_due_receipts),
    Job("taps", 60, count_due_taps),
    Job("support", 60, support_due),
    Job("turning", 86400, rewrite_due_rows),
)


def init_app(app: Flask) -> None:
    """Add every command to `flask`."""
    app.cli.add_command(surveys_commands.group)
    app.cli.add_command(commands.group)
    app.cli.add_command(audit_commands.group)
    backups = make_commands(metadata.full_metadata(), record_restore)
    for command in (*backups, server.make_work(JOBS), doctor, serve, tablet):
        app.cli.add_command(command)


@click.command("serve", help="Web and work processes on YOUTHVOICE_PORT; loads the example into an empty house.")
@with_appcontext
def serve() -> None:
    """Say where everything is, then run until it is told to stop."""
    settings = context.settings()
    if server.is_taken(settings.port):
        raise click.ClickException(f"Port {settings.port} is taken. Set YOUTHVOICE_PORT to another one.")
    if loader.is_wanted():
        click.echo("Making the example site ...")
        loader.load()
    for line in server.addresses():
        click.echo(line)
    if settings.development:
        _say_how_to_sign_in()
    server.serve_processes(settings.port, settings.web_workers, JOBS)


@click.command("tablet", help="Another link that makes a browser the example's tablet; while it serves, too.")
@with_appcontext
def tablet() -> None:
    """A new link; one that nobody has used yet is no good any more."""
    link = _tablet_link() if context.settings().development else None
    if link is None:
        raise click.ClickException("There is no example here. A coordinator connects tablets under Tablets.")
    click.echo(link)


def _tablet_link() -> str | None:
    code = loader.tablet_code()
    return f"{context.settings().url}/enrol?code={code}" if code else None


def _say_how_to_sign_in() -> None:
    settings = context.settings()
    if link := _tablet_link():
        click.echo(f"Tablet     {link}  (makes this browser the example's tablet; another: make tablet)")
    sign_ins = settings.keys / "example-sign-ins.txt"
    if sign_ins.exists():
        click.echo("Sign-ins   name:password")
        for line in sign_ins.read_text("utf-8").splitlines():
            click.echo(f"           {line}")
    click.echo("Stop       Ctrl+C. Start again: make run. From nothing: make fresh (says what will be gone, and asks)")
