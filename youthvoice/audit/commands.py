"""`flask audit ...`."""

import click
from flask.cli import AppGroup

from youthvoice import db, running
from youthvoice.audit.store import first_break

group = AppGroup("audit", help="The append-only log.")


@group.command("verify")
def verify() -> None:
    """Find a line that was edited, removed or moved; exit 1 when there is one."""
    with db.reading(db.engine()) as session:
        broken = first_break(session, running.keyring().key("audit"))
    if broken is not None:
        raise click.ClickException(f"the log breaks at line {broken}")
    click.echo("The log is whole.")
