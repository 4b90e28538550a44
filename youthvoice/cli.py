"""Commands of the house; those of one room live in that room's `commands.py`."""

from flask import Flask

from youthvoice.staff import commands as staff_commands
from youthvoice.surveys import commands as survey_commands


def init_app(app: Flask) -> None:
    """Add every command to `flask`."""
    app.cli.add_command(survey_commands.group)
    app.cli.add_command(staff_commands.group)
