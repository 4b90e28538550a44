"""`make fresh`: delete a development installation, so that the next start is the first one again.

It lists what will be deleted, and asks. It refuses in production, while the server runs, and for a database elsewhere.
It deletes only files that the program creates; a folder is deleted when nothing else is in it.
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
    """Files that will be deleted.

    Attributes:
        words: their description.
        files: of one kind.
    """

    words: str
    files: tuple[Path, ...]


def find_leftovers(settings: Settings) -> list[Leftovers]:
    """Everything that a development installation created; empty where it never started.

    Raises:
        NothingRemoved: the installation must not be deleted.
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
    candidates = (
        Leftovers(
            f"the database {_near(database)} with every answer, letter and account in it",
            (*(Path(f"{database}{ending}") for ending in _BESIDE_A_DATABASE), settings.data / "prepare.lock"),
        ),
        Leftovers(f"the mails in {_near(settings.outbox)}", tuple(settings.outbox.glob("*.eml"))),
        Leftovers(f"the key files in {_near(settings.keys)}: no backup of this house opens any more", keys),
        Leftovers("the passwords of the example's people", (settings.keys / _SIGN_INS,)),
    )
    existing = (
        Leftovers(leftovers.words, tuple(file for file in leftovers.files if file.exists())) for leftovers in candidates
    )
    return [leftovers for leftovers in existing if leftovers.files]


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


def remove(settings: Settings, all_leftovers: list[Leftovers]) -> None:
    """Delete these files, and the folders that are empty then."""
    for leftovers in all_leftovers:
        for file in leftovers.files:
            key_files.destroy(file) if file.parent == settings.keys else file.unlink(missing_ok=True)
    for folder in (settings.outbox, settings.data, settings.keys):
        with suppress(OSError):  # the folder holds files of somebody else
            folder.rmdir()


def _near(path: Path) -> str:
    return os.path.relpath(path)


@click.command("fresh", help="Take away what a development house made; names it, and asks.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def fresh(*, yes: bool) -> None:
    """Ask, then delete."""
    try:
        settings = Settings.read({"YOUTHVOICE_MODE": "development", **environment(os.environ)})
        all_leftovers = find_leftovers(settings)
    except (NothingRemoved, SettingsError) as why:
        raise click.ClickException(str(why)) from None
    if not all_leftovers:
        click.echo("Nothing is here yet. Start with: make run")
        return
    click.echo("This will be gone:")
    for leftovers in all_leftovers:
        click.echo(f"- {leftovers.words}")
    if yes or click.confirm("Remove all of it?"):
        remove(settings, all_leftovers)
        click.echo("It is gone. Start again with: make run")
    else:
        click.echo("Nothing was removed.")


if __name__ == "__main__":
    fresh.main(prog_name="make fresh")
