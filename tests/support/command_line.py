"""What somebody at the command line is told, without a process for each command."""

from collections.abc import Mapping
from contextvars import Context

from click.testing import CliRunner, Result
from flask.cli import FlaskGroup

from youthvoice.factory import start


def run(*given: str, settings: Mapping[str, str]) -> Result:
    """What the command `youthvoice` does, in this process; a refusal ends it with `SystemExit`, and its words."""
    group = FlaskGroup(create_app=start, load_dotenv=False)
    return Context().run(CliRunner().invoke, group, given, env=dict(settings), prog_name="youthvoice")
