"""`youthvoice init`: from five questions to an installation that runs."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import click

from youthvoice.accounts.commands import FIRST_OPTIONS, ask_first_names, parse_languages
from youthvoice.config import SettingsError
from youthvoice.installation import machine
from youthvoice.installation.layout import Layout, is_root, new_layout
from youthvoice.installation.settings_text import settings_text

_TIME_ZONE: Final = Path("/etc/timezone")

_OPTIONS: Final = {
    "--site": "1 of 5. The name of the house, as children know it",
    "--time-zone": "        Its time zone",
    "--url": "2 of 5. The address that people will open, with https://",
    "--languages": "3 of 5. The languages of its children, with commas between them",
    "--backups": "5 of 5. The folder of the backups, on another disk (a - for none yet)",
}


@click.command("init")
@click.option("--site", help="The name of the house, as children know it.")
@click.option("--time-zone", help="Of the house, such as Asia/Kolkata.")
@click.option("--url", help="The https:// address that people will open.")
@click.option("--languages", help="Of its children, such as en,hi.")
@click.option("--backups", help="Folder of the backups of each night, on another disk; - for none yet.")
@click.option("--database-url", default="", help="postgresql://user:password@host/name; an SQLite file without it.")
@click.option("--coordinator", help="Her name as children know it.")
@click.option("--first-advocate", help="Likewise.")
@click.option("--second-advocate", help="Likewise.")
@click.option("--outside-recipient", help="Likewise; of another organisation.")
@click.option("--yes", "is_agreed", is_flag=True, help="Do not ask before it begins.")
def init(
    *,
    site: str | None,
    time_zone: str | None,
    url: str | None,
    languages: str | None,
    backups: str | None,
    database_url: str,
    is_agreed: bool,
    **names: str | None,
) -> None:
    """Make an installation on this machine: settings, keys, first four people, services.

    Asks what no option says. Nothing is made before the last question; an existing installation is never touched.
    """
    layout = _new_layout()
    site = _ask("--site", site, _site_name)
    time_zone = _ask("--time-zone", time_zone, _time_zone, _time_zone_here())
    url = _ask("--url", url, _https_address)
    languages = _ask("--languages", languages, _languages, "en")
    click.echo("4 of 5. Who they are. Children read these names before they tell.")
    names_in_order = ask_first_names([names[option[2:].replace("-", "_")] for option in FIRST_OPTIONS])
    backups = _ask("--backups", backups, _backup_folder, "-")
    if backups and layout.name:  # installations of a machine may share a disk
        backups = f"{backups}/{layout.name}"
    _say_plan(layout, backups)
    if not is_agreed and not click.confirm("Make it?", default=True):
        raise click.ClickException("Nothing was made.")
    _make(layout, settings_text(layout, url, database_url, backups), backups)
    people = [word for pair in zip(FIRST_OPTIONS, names_in_order, strict=True) for word in pair]
    _found(layout, ["--site", site, "--time-zone", time_zone, "--languages", languages, *people])
    _start(layout, url, has_backups=bool(backups))


def _new_layout() -> Layout:
    """Where the installation will lie; refused where one is, or where this user cannot make one."""
    try:
        layout = new_layout(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    for there in (layout.file, layout.data / "youthvoice.sqlite3", layout.keys / "pepper.1"):
        if there.exists():
            raise click.ClickException(
                f"Here is an installation already: {there}. Another one gets a name: youthvoice --house NAME init"
            )
    if layout.user and not is_root():
        raise click.ClickException("This makes a user, folders and services of the machine. Start it as root: sudo ...")
    return layout


def _ask(option: str, answer: str | None, check: Callable[[str], str], default: str | None = None) -> str:
    """What was given, or what somebody answers; asked again until it can be used."""
    if answer is not None:
        try:
            return check(answer)
        except click.UsageError as error:
            raise click.ClickException(f"{option}: {error.message}") from None
    try:
        return str(click.prompt(_OPTIONS[option], default=default, value_proc=check))
    except click.Abort:
        raise click.ClickException(f"Nobody is here to be asked: give it with {option}. Nothing was made.") from None


def _site_name(text: str) -> str:
    if not (name := " ".join(text.split())) or len(name) > 80:  # noqa: PLR2004 - as long as the column
        raise click.UsageError("A name has 1 to 80 letters.")
    return name


def _time_zone(text: str) -> str:
    if text.strip() not in available_timezones():
        raise click.UsageError(f"There is no time zone {text}; it looks like Asia/Kolkata.")
    return text.strip()


def _time_zone_here() -> str:
    """That of the machine, as Debian writes it."""
    text = _TIME_ZONE.read_text("utf-8").strip() if _TIME_ZONE.is_file() else ""
    return text if text in available_timezones() and not text.startswith("Etc/") else "UTC"


def _https_address(text: str) -> str:
    at = urlsplit(text.strip().rstrip("/"))
    if at.scheme != "https" or not at.hostname or at.path or at.query or at.username:
        raise click.UsageError("It begins with https:// and the name of the machine, and nothing stands behind that.")
    return at.geturl()


def _languages(text: str) -> str:
    try:
        return ",".join(parse_languages(text))
    except click.ClickException as error:
        raise click.UsageError(error.message) from None


def _backup_folder(text: str) -> str:
    if text.strip() == "-":
        return ""
    folder = Path(text.strip())
    if not folder.is_absolute() or not folder.is_dir():
        raise click.UsageError(f"There is no folder {folder}; it is written from / on, and its disk is there now.")
    return str(folder)


def _say_plan(layout: Layout, backups: str) -> None:
    click.echo("\nThis will be made:")
    if layout.user:
        click.echo(f"  the user {layout.user}, who runs it")
    click.echo(f"  {layout.file}, its settings")
    click.echo(f"  {layout.data}, its database, and {layout.keys}, its keys")
    if backups:
        is_same = _existing(Path(backups)).stat().st_dev == _existing(layout.data).stat().st_dev
        click.echo(f"  {backups}, its backups{' - ON THE DISK OF THE DATABASE, which is lost with it' * is_same}")
    click.echo("  the first four people, each with a password that is shown once")


def _existing(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _make(layout: Layout, text: str, backups: str) -> None:
    """Make user, folders and settings; the settings file comes last, for it says that all others are there."""
    try:
        if layout.user:
            machine.make_user(layout)
        for folder in (layout.data, layout.keys):
            machine.make_folder(folder, layout.user)
        if backups:
            machine.make_backup_folder(layout, Path(backups))
        machine.write_settings(layout.file, text, layout.user)
    except subprocess.CalledProcessError as error:
        raise click.ClickException(f"The machine refuses the user {layout.user}: {error.stderr.strip()}") from None
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be made: {error.strerror}.") from None


def _found(layout: Layout, options: list[str]) -> None:
    """Found the first four people with the new settings, as the user of the installation."""
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, sys.argv[0], "staff", "found", *options], check=False
    )
    if done.returncode:
        again = f"youthvoice --house {layout.name or layout.file} staff found"
        raise click.ClickException(f"Settings and folders stand, but nobody can sign in yet. Mend that, then: {again}")


def _start(layout: Layout, url: str, *, has_backups: bool) -> None:
    """Start the services of an installation that has a name, where there are any, and say what is left to do."""
    click.echo("")
    if layout.name and machine.has_systemd():
        try:
            machine.start_services(layout, has_backups=has_backups)
        except subprocess.CalledProcessError as error:
            raise click.ClickException(f"Everything is made, but the services do not start: {error.stderr}") from None
        click.echo(f"It runs, and starts with the machine: systemctl status youthvoice@{layout.name}")
    else:
        click.echo("Start it: youthvoice serve")
    if layout.name and machine.write_caddy_site(layout, url):
        click.echo(f"Caddy leads {url} to it.")
    else:
        click.echo(f'HTTPS has to lead {url} to 127.0.0.1:{layout.port}: operations.md, "In front: HTTPS".')
    if not has_backups:
        click.echo(f"Nothing is backed up: write YOUTHVOICE_BACKUPS into {layout.file}.")
    click.echo(f"Copy {layout.keys} to another place today: without it nothing of the database opens.")
    click.echo(f"Then open {url}/staff/. What is wrong says, at any time: youthvoice doctor")
