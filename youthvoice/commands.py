"""Commands of the installation as a whole: serve, work, tablet, backup, restore."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from youthvoice import context, db, metadata, server
from youthvoice.accounts.people.store import close_accounts_again
from youthvoice.accounts.store import has_no_people
from youthvoice.audit.audit_log import RESTORED, Log
from youthvoice.backups.commands import make_commands
from youthvoice.config import Settings
from youthvoice.jobs.clock_check import confirm_clock
from youthvoice.jobs.supervisor import SupervisedProcess
from youthvoice.jobs.worker import Job
from youthvoice.jobs.worker_health import BACKUP, record_heartbeat, record_refused_backup
from youthvoice.startup import find_end


def record_restore(connection: Connection, copied_at: datetime) -> None:
    """Log a restore, in its transaction; accounts that were closed since the backup are closed again.

    Args:
        connection: of that transaction; the caller commits.
        copied_at: when the backup was made.
    """
    with Session(bind=connection, join_transaction_mode="rollback_only") as session:
        log = Log(context.today(), "command")
        log.add(session, RESTORED, f"{copied_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}")
        if ended := close_accounts_again(session, context.today()):
            log.add(session, "person.leave.again", str(ended))
        session.flush()


def record_backup(refusal: str = "") -> None:
    """Keep how the backup of this moment went.

    Args:
        refusal: a key of `backups.labels.REFUSAL_LABELS`; empty for a good one.
    """
    if refusal:
        record_refused_backup(db.engine(), refusal)
    else:
        record_heartbeat(db.engine(), BACKUP)


backup, restore = make_commands(metadata.full_metadata(), record_restore, record_backup)


def list_jobs() -> Sequence[Job]:
    """Every job of a server's work process."""
    from youthvoice.schedule import JOBS  # noqa: PLC0415 - imported by the work process only

    return JOBS


def list_box_jobs() -> Sequence[Job]:
    """The jobs of a box's work process."""
    from youthvoice.box.job import JOBS  # noqa: PLC0415 - imported by the work process only

    return JOBS


def _job_list_for_mode() -> server.ListJobs:
    return list_box_jobs if context.settings().box else list_jobs


@click.command("work", help="The work process: mail, closing, clocks. --once does what is due and ends.")
@click.option("--once", "only_once", is_flag=True)
@click.option("--clock-is-right", "is_clock_right", is_flag=True, help="Confirm the clock of this machine, and end.")
@with_appcontext
def work(*, only_once: bool, is_clock_right: bool) -> None:
    """Run the jobs that are due, once or until a signal comes."""
    if is_clock_right:
        confirm_clock()
        click.echo(f"It is {context.now():%Y-%m-%d %H:%M} UTC. What waited for your word goes on within an hour.")
    elif failed := server.work(_job_list_for_mode(), only_once=only_once):
        raise click.ClickException("failed: " + ", ".join(failed))


@click.command("serve", help="Web and work processes on YOUTHVOICE_PORT; loads the example into an empty database.")
@click.option("--web-only", is_flag=True, help="No work process: `youthvoice work` runs as a service of its own.")
@with_appcontext
def serve(*, web_only: bool) -> None:
    """Print the addresses, then run until a signal comes."""
    if (settings := context.settings_before_opening(current_app)) and (end := find_end(settings.data)):
        from youthvoice.closing.ended_page import serve_ended  # noqa: PLC0415 - needed once an installation has ended

        serve_ended(settings, end)
        return
    context.open_installation(current_app, may_create=_is_for_the_example)
    settings = context.settings()
    if server.is_taken(settings.port):
        raise click.ClickException(f"Port {settings.port} is taken. Set YOUTHVOICE_PORT to another one.")
    if settings.metrics_port is not None and server.is_taken(settings.metrics_port):
        raise click.ClickException(
            f"Port {settings.metrics_port} is taken. Set YOUTHVOICE_METRICS_PORT to another one, or to none."
        )
    if _wants_example():
        from youthvoice.example import loader  # noqa: PLC0415 - it imports half of the program

        click.echo("Making the example site ...")
        loader.load()
    for line in server.addresses():
        click.echo(line)
    if settings.development and not settings.box:
        _say_how_to_sign_in()
    list_jobs = None if web_only else _job_list_for_mode()
    if not server.serve_processes(settings.port, settings.web_workers, list_jobs, _list_more_processes()):
        raise click.ClickException("No web process stays alive. What ended it stands above; then start again.")


def _list_more_processes() -> list[SupervisedProcess]:
    settings = context.settings()
    if settings.metrics_port is None:
        return []
    from youthvoice.monitoring import metrics_server  # noqa: PLC0415 - imported where it is set only

    token = metrics_server.read_or_make_token(settings.data)
    app = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's own way
    return [SupervisedProcess("metrics", partial(metrics_server.serve_metrics, app, settings.metrics_port, token))]


@click.command("tablet", help="Another link that makes a browser the example's tablet; while it serves, too.")
@with_appcontext
def tablet() -> None:
    """Print a new link; an unused earlier one becomes invalid."""
    link = _tablet_link() if context.settings().development else None
    if link is None:
        raise click.ClickException("There is no example here. A coordinator connects tablets under Tablets.")
    click.echo(link)


def _is_for_the_example(settings: Settings) -> bool:
    return settings.development and settings.example and not settings.box


def _wants_example() -> bool:
    """Whether this is a development installation without anybody in it."""
    with db.reading(db.engine()) as session:
        return _is_for_the_example(context.settings()) and has_no_people(session)


def _tablet_link() -> str | None:
    from youthvoice.example import loader  # noqa: PLC0415 - it imports half of the program, which a backup does not need

    code = loader.tablet_code()
    return f"{context.settings().url}/enrol?code={code}" if code else None


def _say_how_to_sign_in() -> None:
    settings = context.settings()
    another, end = "make tablet", "Again: make run. From nothing: make fresh (asks). For real: README.md, Install"
    if settings.practice:
        another, end = "the command above", "All of it is thrown away then."
    if link := _tablet_link():
        click.echo(f"Tablet     {link}  (makes this browser the example's tablet; another: {another})")
    sign_ins = settings.keys / "example-sign-ins.txt"
    if sign_ins.exists():
        click.echo("Sign-ins   name:password")
        for line in sign_ins.read_text("utf-8").splitlines():
            click.echo(f"           {line}")
    click.echo(f"Stop       Ctrl+C. {end}")
