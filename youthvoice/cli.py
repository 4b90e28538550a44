"""Commands of the house; those of one room live in that room's `commands.py`."""

import click
from flask import Flask
from flask.cli import with_appcontext

from youthvoice import context as running
from youthvoice import metadata as tables
from youthvoice import restored
from youthvoice import server as serving
from youthvoice.accountability.confirmation.job import count_due
from youthvoice.accountability.escalation.job import escalate_due
from youthvoice.accountability.safety_rewrite_job import turn_due
from youthvoice.accounts import commands as staff_commands
from youthvoice.audit import commands as audit_commands
from youthvoice.backups import commands as backup_commands
from youthvoice.committees.agenda.support import support_due
from youthvoice.committees.elections.ballot_box import elections_due
from youthvoice.committees.meetings.planning_job import meetings_due
from youthvoice.doctor import doctor
from youthvoice.example import loader as loading
from youthvoice.grievances.deadlines.guessing_alert import guessing_due
from youthvoice.grievances.deadlines.job import clocks_due
from youthvoice.grievances.deadlines.letter_job import late_letters_due
from youthvoice.grievances.deadlines.notices import daily_due
from youthvoice.grievances.statistics.job import freeze_due
from youthvoice.jobs.worker import Job
from youthvoice.mail.send_job import send_due
from youthvoice.publications.guardians.send import answers_due
from youthvoice.publications.review.drafting_job import draft_due
from youthvoice.surveys import commands as survey_commands
from youthvoice.surveys.batches.cleanup_job import sweep_due
from youthvoice.surveys.batches.closing_job import close_due_job
from youthvoice.threads.letters.first_look_job import letters_due
from youthvoice.threads.retention.job import ends_due
from youthvoice.threads.suggestions.review_deadline import suggestions_due
from youthvoice.witnesses.head_job import heads_due

JOBS = (
    Job("answered", 60, answers_due),
    Job("answers", 300, escalate_due),
    Job("clocks", 60, clocks_due),
    Job("closing", 20, close_due_job),
    Job("daily", 60, daily_due),
    Job("drafting", 20, draft_due),
    Job("elections", 20, elections_due),
    Job("ends", 3600, ends_due),
    Job("freezing", 3600, freeze_due),
    Job("guessing", 60, guessing_due),
    Job("heads", 300, heads_due),
    Job("late letters", 60, late_letters_due),
    Job("letters", 60, letters_due),
    Job("mail", 2, send_due),
    Job("meetings", 300, meetings_due),
    Job("suggestions", 60, suggestions_due),
    Job("sweeping", 3600, sweep_due),
    Job("taps", 60, count_due),
    Job("support", 60, support_due),
    Job("turning", 86400, turn_due),
)


def init_app(app: Flask) -> None:
    """Add every command to `flask`."""
    app.cli.add_command(survey_commands.group)
    app.cli.add_command(staff_commands.group)
    app.cli.add_command(audit_commands.group)
    backups = backup_commands.make(tables.metadata(), restored.note)
    for command in (*backups, serving.make_work(JOBS), doctor, serve, tablet):
        app.cli.add_command(command)


@click.command("serve", help="Web and work processes on YOUTHVOICE_PORT; loads the example into an empty house.")
@with_appcontext
def serve() -> None:
    """Say where everything is, then run until it is told to stop."""
    settings = running.settings()
    if serving.is_taken(settings.port):
        raise click.ClickException(f"Port {settings.port} is taken. Set YOUTHVOICE_PORT to another one.")
    if loading.is_wanted():
        click.echo("Making the example site ...")
        loading.load()
    for line in serving.addresses():
        click.echo(line)
    if settings.development:
        _say_how_to_sign_in()
    serving.serve_processes(settings.port, settings.web_workers, JOBS)


@click.command("tablet", help="Another link that makes a browser the example's tablet; while it serves, too.")
@with_appcontext
def tablet() -> None:
    """A new link; one that nobody has used yet is no good any more."""
    link = _tablet_link() if running.settings().development else None
    if link is None:
        raise click.ClickException("There is no example here. A coordinator connects tablets under Tablets.")
    click.echo(link)


def _tablet_link() -> str | None:
    code = loading.tablet_code()
    return f"{running.settings().url}/enrol?code={code}" if code else None


def _say_how_to_sign_in() -> None:
    settings = running.settings()
    if link := _tablet_link():
        click.echo(f"Tablet     {link}  (makes this browser the example's tablet; another: make tablet)")
    sign_ins = settings.keys / "example-sign-ins.txt"
    if sign_ins.exists():
        click.echo("Sign-ins   name:password")
        for line in sign_ins.read_text("utf-8").splitlines():
            click.echo(f"           {line}")
    click.echo("Stop       Ctrl+C. Start again: make run. From nothing: make fresh (says what will be gone, and asks)")
