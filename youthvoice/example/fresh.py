"""`make fresh`: take away what a development house made, so that the next start is the first one again.

It names what will be gone and asks; a house in production, one that runs, and one whose database lies elsewhere are
refused. Only files that the house itself makes are removed; a folder goes when nothing else is in it.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from youthvoice import server
from youthvoice.config import Settings, SettingsError, environment
from youthvoice.privacy.keys import key_files
from youthvoice.privacy.keys.key_names import DATABASE

_SIGN_INS = "example-sign-ins.txt"

_BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal", ".lock")


class NothingRemoved(Exception):
    """Nothing was removed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What will be gone.

    Attributes:
        words: for whoever is asked.
        files: of one kind.
    """

    words: str
    files: tuple[Path, ...]


def find_leftovers(settings: Settings) -> list[Leftovers]:
    """Everything that this house made; empty for a house that never started.

    Raises:
        Refused: this is no house to play with.
    """
    if not settings.development:
        raise NothingRemoved("This house is in production. Nothing was removed.")
    if server.is_taken(settings.port):
        raise NothingRemoved(
            f"Something listens on port {settings.port}. Stop the house first, with Ctrl+C where it runs."
        )
    database = settings.data / "youthvoice.sqlite3"
    if settings.database_url != f"sqlite:///{database}":
        raise NothingRemoved(
            "YOUTHVOICE_DATABASE_URL is set: the database lies elsewhere. Remove it there, then try again."
        )
    keys = tuple(_keys(settings.keys))
    found = (
        Leftovers(
            f"the database {_near(database)} with every answer, letter and account in it",
            (*(Path(f"{database}{ending}") for ending in _BESIDE_A_DATABASE), settings.data / "prepare.lock"),
        ),
        Leftovers(f"the mails in {_near(settings.outbox)}", tuple(settings.outbox.glob("*.eml"))),
        Leftovers(f"the key files in {_near(settings.keys)}: no backup of this house opens any more", keys),
        Leftovers("the passwords of the example's people", (settings.keys / _SIGN_INS,)),
    )
    there = (
        Leftovers(leftovers.words, tuple(file for file in leftovers.files if file.exists())) for leftovers in found
    )
    return [leftovers for leftovers in there if leftovers.files]


def _keys(folder: Path) -> Iterator[Path]:
    for file in sorted([*folder.glob("*.key"), *folder.glob(DATABASE)]):
        try:
            mark = key_files.read(file).mark
        except key_files.KeyFileError:
            raise NothingRemoved(
                f"{file} cannot be read as a key file. Nothing was removed; look at it first."
            ) from None
        if mark != key_files.DEVELOPMENT:
            raise NothingRemoved(f"{file} is a key of a house in production. Nothing was removed.")
        yield file


def remove(settings: Settings, gone: list[Leftovers]) -> None:
    """Remove these files, and the folders in which nothing is left."""
    for leftovers in gone:
        for file in leftovers.files:
            key_files.destroy(file) if file.parent == settings.keys else file.unlink(missing_ok=True)
    for folder in (settings.outbox, settings.data, settings.keys):
        with suppress(OSError):  # somebody keeps something of her own there
            folder.rmdir()


def _near(path: Path) -> str:
    return os.path.relpath(path)


@click.command("fresh", help="Take away what a development house made; names it, and asks.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def fresh(*, yes: bool) -> None:
    """Ask, then remove."""
    try:
        settings = Settings.read({"YOUTHVOICE_MODE": "development", **environment(os.environ)})
        gone = find_leftovers(settings)
    except (NothingRemoved, SettingsError) as why:
        raise click.ClickException(str(why)) from None
    if not gone:
        click.echo("Nothing is here yet. Start with: make run")
        return
    click.echo("This will be gone:")
    for leftovers in gone:
        click.echo(f"- {leftovers.words}")
    if yes or click.confirm("Remove all of it?"):
        remove(settings, gone)
        click.echo("It is gone. Start again with: make run")
    else:
        click.echo("Nothing was removed.")


if __name__ == "__main__":
    fresh.main(prog_name="make fresh")
