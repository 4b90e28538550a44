"""`youthvoice doctor`: report what is wrong, and what to do about it."""

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from youthvoice import db
from youthvoice.monitoring.findings import list_findings


@click.command("doctor", help="What is wrong with this installation, and what to do; exit 1 when something is.")
@with_appcontext
def doctor() -> None:
    """Run every check that needs no content of a child; in English, as every command."""
    with force_locale("en"), db.reading(db.engine()) as session:
        lines = [str(finding.words) for finding in list_findings(session)]
    for line in lines:
        click.echo(f"- {line}")
    if lines:
        raise SystemExit(1)
    click.echo("All is well.")
