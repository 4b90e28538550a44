"""`youthvoice doctor`: report what is wrong, and what to do about it."""

import click
from flask.cli import with_appcontext
from flask_babel import force_locale

from youthvoice import db
from youthvoice.errors import KeyGone
from youthvoice.monitoring.findings import list_findings
from youthvoice.privacy.keys.key_files import KeyFileError
from youthvoice.startup import key_file_advice


@click.command("doctor", help="What is wrong with this installation, and what to do; exit 1 when something is.")
@with_appcontext
def doctor() -> None:
    """Run every check that needs no content of a child; in English, as every command."""
    lines: list[str] = []
    with force_locale("en"), db.reading(db.engine()) as session:
        try:
            for finding in list_findings(session):
                lines.append(str(finding.words))  # noqa: PERF401 - what was said before an error stays
        except KeyFileError as error:  # nothing that this key opens can be looked at
            lines.append(f"{key_file_advice(error)}.")
        except KeyGone:  # the same; its file is named among the missing ones
            pass
    for line in lines:
        click.echo(f"- {line}")
    if lines:
        raise SystemExit(1)
    click.echo("All is well.")
