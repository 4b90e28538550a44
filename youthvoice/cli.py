"""Every command, by name: its module is imported when the command runs."""

import errno
import os
from importlib import import_module
from typing import Any, Final, TypeVar

import click
from flask import Flask, current_app

from youthvoice.config import INSTALLATION, SETTINGS_FOLDER, read_version


class LazyCommand(click.Command):
    """A command, or a group of commands, whose module is imported when it runs.

    Args:
        name: of the command.
        help_text: its help text.
        module: in which it is defined.
        attribute: its name there.
    """

    def __init__(self, name: str, help_text: str, module: str, attribute: str) -> None:
        super().__init__(name, help=help_text)
        self._module, self._attribute = module, attribute

    def read(self) -> click.Command:
        """The command itself."""
        command: click.Command = getattr(import_module(self._module), self._attribute)
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read what was typed as the command itself does, which `invoke` then runs."""
        command_context = self.read().make_context(info_name, args, parent, **extra)
        command_context.command = self
        return command_context

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command itself; a full disk or a database that is away ends it with a sentence.

        Raises:
            click.ClickException: nothing can be written now.
        """
        try:
            return self.read().invoke(ctx)
        except Exception as error:
            if words := _failure_words(error):
                raise click.ClickException(words) from None
            raise


def _failure_words(error: Exception) -> str:
    """Why nothing can be written or read now; empty for any other error."""
    from youthvoice import context, db  # noqa: PLC0415 - only after an error
    from youthvoice.startup import closed_path_advice, find_closed_path  # noqa: PLC0415 - the same

    settings = context.settings_before_opening(current_app) if current_app else None
    if closed := find_closed_path(settings) if settings and _is_of_disk(error) else None:
        return f"{closed_path_advice(closed)}. {_UNDONE}"
    if isinstance(error, OSError):
        return f"{error.filename or 'A file'}: {error.strerror}. {_UNDONE}" if error.errno in _OF_DISK else ""
    why = db.write_failure_of(error)
    return f"{_FAILURES[why]} {'' if why == 'unanswered' else _UNDONE}".strip() if why else ""


def _is_of_disk(error: Exception) -> bool:
    from youthvoice import db  # noqa: PLC0415 - only after an error

    return getattr(error, "errno", None) in _OF_DISK or db.write_failure_of(error) in {"no_room", "closed", "away"}


_OF_DISK: Final = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM}
)
"""Errors of a file that cannot be written or opened."""

_UNDONE: Final = "What had begun in the database was undone."

_FAILURES: Final = {
    "no_room": "The disk is full, or cannot be written. Make room, then run this again.",
    "closed": "The database is read-only. Let it be written, then run this again.",
    "busy": "Others are writing, or too many are connected. Run this again in a minute.",
    "away": "The database does not answer. Start it, then run this again.",
    "unanswered": "The database went away while it saved this. Nobody knows whether it was saved: look, before you run "
    "this again.",
}
"""For each `errors.WriteFailure`: what somebody at the command line does."""


_TOP = "youthvoice.commands"
_STAFF, _SURVEYS, _LOG = "youthvoice.accounts.commands", "youthvoice.surveys.commands", "youthvoice.audit.commands"

_INSTALLATION = "youthvoice.installation.commands"
_CLOSING = "youthvoice.closing.commands"
_REVIEWS, _BOX = "youthvoice.reviews.commands", "youthvoice.box.commands"

COMMANDS = (
    LazyCommand("audit", "The append-only log.", _LOG, "group"),
    LazyCommand("backup", "Write a consistent sealed copy. Back up the key files apart from it.", _TOP, "backup"),
    LazyCommand("bundle", "What a box in a village and its main server give each other.", _BOX, "group"),
    LazyCommand(
        "clips",
        "Recordings and films of what children can hear and see: list what is missing, keep a folder of them.",
        "youthvoice.read_aloud.commands",
        "clips",
    ),
    LazyCommand("close", "The end of a site: two adults and the outside recipient decide it.", _CLOSING, "group"),
    LazyCommand(
        "doctor",
        "What is wrong with this installation, and what to do; exit 1 when something is.",
        "youthvoice.monitoring.commands",
        "doctor",
    ),
    LazyCommand(
        "init",
        "A new installation: five questions, then its settings, keys and first four people.",
        _INSTALLATION,
        "init",
    ),
    LazyCommand(
        "phone",
        "The telephone line on YOUTHVOICE_PHONE: answers calls of children until a signal comes.",
        "youthvoice.phone_line.commands",
        "phone",
    ),
    LazyCommand(
        "practice",
        "A practice installation for a training: the example, marked on every page, thrown away at the end.",
        "youthvoice.example.practice",
        "practice",
    ),
    LazyCommand(
        "recovery",
        "Getting everything back: a key that two people hold, and a rehearsal.",
        "youthvoice.recovery.commands",
        "group",
    ),
    LazyCommand("reviews", "Packs of care-plan reviews for other organisations.", _REVIEWS, "group"),
    LazyCommand("restore", "Bring a copy back into an empty database.", _TOP, "restore"),
    LazyCommand(
        "serve", "Web and work processes on YOUTHVOICE_PORT; loads the example into an empty database.", _TOP, "serve"
    ),
    LazyCommand("staff", "People who may sign in.", _STAFF, "group"),
    LazyCommand("surveys", "Questionnaires and rounds.", _SURVEYS, "group"),
    LazyCommand(
        "tablet", "Another link that makes a browser the example's tablet; while it serves, too.", _TOP, "tablet"
    ),
    LazyCommand("work", "The work process: mail, closing, clocks. --once does what is due and ends.", _TOP, "work"),
)

IN_A_BOX = frozenset({"bundle", "doctor", "serve", "work"})
"""The commands of a box in a village, where nobody signs in and nothing is counted."""

Command = TypeVar("Command", bound=click.Command)


def add_version_option(command: Command) -> Command:
    """Add the option `--version` to a command."""

    def show(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's own way
        if wanted:
            click.echo(f"Youth Voice {read_version()}")
            ctx.exit()

    option = click.Option(
        ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=show, help="Show the version."
    )
    command.params.append(option)
    return command


def add_installation_option(command: Command) -> Command:
    """Add the option by which a command names its installation, as the environment can."""

    def choose(_ctx: click.Context, _parameter: click.Parameter, installation_name: str | None) -> None:
        if installation_name:
            os.environ[INSTALLATION] = installation_name

    option = click.Option(
        ["--house"],
        expose_value=False,
        is_eager=True,
        callback=choose,
        metavar="NAME",
        help=f"Which installation is meant: the name of its settings file below {SETTINGS_FOLDER}, or a path with a /.",
    )
    command.params.append(option)
    return command


def init_app(app: Flask, *, box: bool) -> None:
    """Add every command; in a box only those that it needs."""
    for command in COMMANDS:
        if not box or command.name in IN_A_BOX:
            app.cli.add_command(command)
