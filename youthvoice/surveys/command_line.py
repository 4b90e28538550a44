"""What the commands of surveys share: reading a file or refusing it, a round of whoever is signed in, the log."""

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
    """Read a file, or end the command with everything that is wrong with it.

    Args:
        file: as it was typed.
        most: bytes; of a larger file one more is read, so that it is refused.
        read: reads its bytes.
        message: says a fault.
    """
    try:
        with file.open("rb") as opened:
            return read(opened.read(most + 1))
    except QuestionnaireRefused as refused:
        end_command(f"{file}: row {fault.row or 1}: {message(fault)}" for fault in refused.faults)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no such file"
        end_command([f"{file}: row 1: The file cannot be opened: {why}."])


def end_command(lines: Iterable[str]) -> NoReturn:
    """Say why on stderr, and end."""
    for line in lines:
        click.echo(line, err=True)
    raise click.exceptions.Exit(1)


def round_of(session: Session, slug: str, person: Signer) -> Round:
    """A round at one of her sites, or the end of the command."""
    round_ = find_round(session, slug)
    if round_ is None or not person.site_ids & set(round_.site_ids):
        raise click.ClickException(f"There is no round {slug} at your sites.")
    return round_


def log_of(person: Signer) -> Log:
    """The log, in her name."""
    return Log(context.today(), person.handle)
