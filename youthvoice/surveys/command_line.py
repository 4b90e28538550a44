"""Helpers that the survey commands share: read a file or print its faults, find a user's round, write to the log."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NoReturn, TypeVar

import click
from sqlalchemy.orm import Session

from youthvoice import context
from youthvoice.accounts.sign_in.staff_session import Signer
from youthvoice.audit.audit_log import Log
from youthvoice.surveys.questionnaires.errors import QuestionnaireFault, QuestionnaireRefused
from youthvoice.surveys.rounds.entities import Round
from youthvoice.surveys.rounds.store import find_round

T = TypeVar("T")


def read_input(file: Path, most: int, read: Callable[[bytes], T], message: Callable[[QuestionnaireFault], str]) -> T:
    """Read a file, or end the command with every fault in it.

    Args:
        file: as typed.
        most: the size limit in bytes; one more byte is read, so that a larger file is refused.
        read: parses its bytes.
        message: returns the message of a fault.
    """
    try:
        with file.open("rb") as stream:
            return read(stream.read(most + 1))
    except QuestionnaireRefused as refused:
        end_command(f"{file}: row {fault.row or 1}: {message(fault)}" for fault in refused.faults)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such file"
        end_command([f"{file}: row 1: The file cannot be opened: {reason}."])


def end_command(lines: Iterable[str]) -> NoReturn:
    """Print the lines on stderr and end the command with an error."""
    for line in lines:
        click.echo(line, err=True)
    raise click.exceptions.Exit(1)


def round_of(session: Session, slug: str, person: Signer) -> Round:
    """Find a round at one of the user's sites, or end the command."""
    round_ = find_round(session, slug)
    if round_ is None or not person.site_ids & set(round_.site_ids):
        raise click.ClickException(f"There is no round {slug} at your sites.")
    return round_


def log_of(person: Signer) -> Log:
    """The log, in the user's name."""
    return Log(context.today(), person.handle)
