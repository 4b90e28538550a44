"""`flask backup FILE` and `flask restore FILE`."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import MetaData

from youthvoice import context, db
from youthvoice.backups.archive import CannotRestore, Note, back_up, restore
from youthvoice.errors import KeyGone

_WHY = {
    "not_a_backup": "this is not a backup of Youth Voice",
    "damaged": "the file is damaged, or these are not the key files it was made with",
    "not_empty": "the database is not empty; restore into a new one",
    "later_version": "the backup is of a later version, with tables number {}; install that version, then restore",
    "other_tables": "these tables are in the backup alone, or in its version alone: {}; nothing was written",
    "other_columns": "these columns are in the backup alone, or miss in it: {}; nothing was written",
}


def make_commands(metadata: MetaData, note: Note) -> tuple[click.Command, click.Command]:
    """The two commands, for the tables that are handed in from above, and for what notes a return in the log."""

    @click.command("backup", help="Write a consistent sealed copy. Back up the key files apart from it.")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
    @with_appcontext
    def backup(file: Path) -> None:
        try:
            rows = back_up(db.engine(), metadata, context.keyring().key("backup"), file, context.now())
        except OSError as error:
            raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
        click.echo(f"{file}: {rows} rows, sealed.")

    @click.command("restore", help="Bring a copy back into an empty database.")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @with_appcontext
    def bring_back(file: Path) -> None:
        try:
            rows = restore(db.engine(), metadata, context.keyring().key("backup"), file, note)
        except KeyGone as error:
            raise click.ClickException("the backup key file is missing; put the key files back first") from error
        except CannotRestore as error:
            raise click.ClickException(_WHY[error.code].format(error.detail)) from error
        click.echo(f"{file}: {rows} rows are back. See whether these key files open them: flask doctor")
        click.echo("The log says so from now on, and every advocate reads it on To do for 30 days.")

    return backup, bring_back
