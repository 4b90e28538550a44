"""`youthvoice init`: from five questions to an installation that runs."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import click

from youthvoice.accounts.commands import FIRST_OPTIONS, ask_first_names, parse_languages
from youthvoice.config import SettingsError, command_for, environment, name_unfinished, unfinished_file
from youthvoice.installation import machine
from youthvoice.installation.answers import Answers, keep_answers, read_answers
from youthvoice.installation.layout import Layout, is_root, new_layout
from youthvoice.installation.settings_text import settings_text, with_backups

_TIME_ZONE: Final = Path("/etc/timezone")

_OPTIONS: Final = {
    "--site": "1 of 5. The name of the house, as children know it",
    "--time-zone": "        Its time zone",
    "--url": "2 of 5. The address that people will open, with https://",
    "--languages": "3 of 5. The languages of its children: codes such as en,hi,ar with commas between them",
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
@click.option("--same-disk", is_flag=True, help="The folder of the backups may be on the disk of the database.")
@click.option("--yes", "is_agreed", is_flag=True, help="Do not ask before it begins.")
def init(
    *,
    site: str | None,
    time_zone: str | None,
    url: str | None,
    languages: str | None,
    backups: str | None,
    database_url: str,
    same_disk: bool,
    is_agreed: bool,
    **names: str | None,
) -> None:
    """Make an installation on this machine: settings, keys, first four people, services.

    Asks what no option says. Nothing is made before the last question. What was begun and not finished goes on with its
    own answers; of an existing installation nothing changes but the folder of its backups, with --backups alone.
    """
    layout = _find_layout()
    unfinished = unfinished_file(layout.file)
    try:
        answers = read_answers(unfinished)
    except ValueError:
        raise click.ClickException(
            f"{unfinished} has the answers of an installation that was cut. It is damaged: delete it, then start again."
        ) from None
    if answers:
        click.echo(f"{name_unfinished(layout.file)}\nIt goes on with the answers of then; none is asked again.")
    elif (there := _find_installation(layout)) and backups and not (site or url):
        _set_backups(layout, backups, may_be_on_same_disk=same_disk, is_agreed=is_agreed)
        return
    elif there:
        raise click.ClickException(
            f"Here is an installation already: {there}. Another one gets a name: youthvoice --house NAME init.\n"
            f"A folder of backups for this one: {command_for(layout.file, 'init --backups FOLDER')}\n"
            f"New passwords for its first four, while nobody has signed in: "
            f"{command_for(layout.file, 'staff found --again')}"
        )
    else:
        site = _ask("--site", site, _site_name)
        time_zone = _ask("--time-zone", time_zone, _time_zone, _time_zone_here())
        url = _ask("--url", url, parse_https_address)
        languages = _ask("--languages", languages, _languages, "en")
        click.echo("4 of 5. Who they are. Children read these names before they tell.")
        names_in_order = ask_first_names([names[option[2:].replace("-", "_")] for option in FIRST_OPTIONS])
        backups = _ask("--backups", backups, _backup_folder, "-")
        if backups:
            backups = _choose_folder(layout, backups, may_be_on_same_disk=same_disk, is_agreed=is_agreed)
        answers = Answers(site, time_zone, url, languages, tuple(names_in_order), backups, database_url)
        _say_plan(layout, backups, database_url)
        if not is_agreed and not click.confirm("Make it?", default=True):
            raise click.ClickException("Nothing was made.")
    _complete(layout, answers)


def _complete(layout: Layout, answers: Answers) -> None:
    """Do every step; each takes up what an earlier run made, and the answers are kept until the last is done."""
    unfinished = unfinished_file(layout.file)
    if not unfinished.exists():
        _refuse_write_failures(lambda: keep_answers(unfinished, answers))
    _make(layout, settings_text(layout, answers.url, answers.database_url, answers.backups), answers.backups)
    people = [word for pair in zip(FIRST_OPTIONS, answers.names, strict=True) for word in pair]
    _found(
        layout,
        ["--site", answers.site, "--time-zone", answers.time_zone, "--languages", answers.languages, *people],
    )
    _start(layout, answers.url, has_backups=bool(answers.backups))
    unfinished.unlink()


def _find_layout() -> Layout:
    """The places of the installation; refused where this user cannot make it."""
    try:
        layout = new_layout(os.environ)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
    if layout.user and not is_root():
        raise click.ClickException("This makes a user, folders and services of the machine. Start it as root: sudo ...")
    return layout


def _find_installation(layout: Layout) -> Path | None:
    """The first file of an installation that is there; None where there is none."""
    files = (layout.file, layout.data / "youthvoice.sqlite3", layout.keys / "pepper.1")
    return next((file for file in files if file.exists()), None)


def _choose_folder(layout: Layout, backups: str, *, may_be_on_same_disk: bool, is_agreed: bool) -> str:
    """The folder of this installation in the one for backups; refused on the disk of the database, unless one insists.

    Installations of a machine may share a disk for backups.
    """
    settings = environment({}, layout.file) if layout.file.is_file() else {}
    is_present = settings.get("YOUTHVOICE_BACKUPS") == backups
    folder = f"{backups}/{layout.name}" if layout.name and not is_present else backups
    for own in (settings.get("YOUTHVOICE_DATA") or layout.data, settings.get("YOUTHVOICE_KEYS") or layout.keys):
        if _are_nested(Path(folder), Path(own)):
            raise click.ClickException(f"--backups: {folder} and {own} lie one in the other. Nothing was made.")
    if not may_be_on_same_disk and _is_on_disk_of_data(layout, backups):
        words = f"{backups} is ON THE DISK OF THE DATABASE, and is lost with it: no other disk is mounted there."
        if is_agreed:
            raise click.ClickException(f"{words} Mount it, or add --same-disk. Nothing was made.")
        if not click.confirm(f"{words} Take it all the same?", default=False):
            raise click.ClickException("Nothing was made. Mount the other disk there, then start again.")
    return folder


def _are_nested(folder: Path, other_folder: Path) -> bool:
    first, second = folder.resolve(), other_folder.resolve()
    return first == second or first in second.parents or second in first.parents


def _is_on_disk_of_data(layout: Layout, backups: str) -> bool:
    return _existing(Path(backups)).stat().st_dev == _existing(layout.data).stat().st_dev


def _set_backups(layout: Layout, backups: str, *, may_be_on_same_disk: bool, is_agreed: bool) -> None:
    """Give an existing installation a folder of backups, and start the timer of each night."""
    folder = _ask("--backups", backups, _backup_folder)
    if not folder or not layout.file.is_file():
        raise click.ClickException("Name a folder: --backups FOLDER")
    folder = _choose_folder(layout, folder, may_be_on_same_disk=may_be_on_same_disk, is_agreed=is_agreed)

    def change() -> None:
        machine.make_backup_folder(layout, Path(folder))
        machine.change_settings(layout.file, with_backups(layout.file.read_text("utf-8"), folder), layout.user)

    _refuse_write_failures(change)
    if layout.name and machine.has_systemd():
        _start_services(layout, has_backups=True)
        machine.restart_service(layout)
    click.echo(f"A copy is made in {folder} each night. The first one now: {command_for(layout.file, 'backup')}")


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


_LABEL: Final = re.compile(r"(?!-)[^\x00-\x2c\x2e\x2f\x3a-\x60\x7b-\x7f\s]{1,63}(?<!-)")
"""A part of a name between two dots: a-z, 0-9, hyphens inside, and letters of other scripts with their signs."""


def parse_https_address(text: str) -> str:
    """The address of what people type; it becomes a line of settings, and the name of a site in the file of Caddy."""
    typed = text.strip().rstrip("/").lower()
    try:
        at = urlsplit(typed)
        name, port = at.hostname or "", at.port
    except ValueError:
        name, port = "", None
    address = f"https://{f'[{name}]' if ':' in name else name}" + (f":{port}" if port else "")
    if address != typed or not _is_machine_name(name):
        raise click.UsageError(
            "It begins with https:// and the name of the machine, and nothing but a port stands behind that."
        )
    return address


def _is_machine_name(name: str) -> bool:
    """Whether this is a name in any script, or a number."""
    try:
        return "%" not in name and bool(ip_address(name))
    except ValueError:
        return name.isprintable() and all(_LABEL.fullmatch(label) for label in name.split("."))


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
        raise click.UsageError(f"{folder} is no folder that is there. Mount its disk, and write all of it from / on.")
    if not text.strip().isprintable():
        raise click.UsageError("The name of this folder has a letter that no line of settings can hold. Rename it.")
    if any(folder.glob("*.key")) or (folder / "youthvoice.sqlite3").exists():
        raise click.UsageError(f"{folder} holds keys or a database. Backups lie apart from both: name another folder.")
    return str(folder)


def _say_plan(layout: Layout, backups: str, database_url: str) -> None:
    click.echo("\nThis will be made:")
    if layout.user:
        click.echo(f"  the user {layout.user}, who runs it")
    click.echo(f"  {layout.file}, its settings")
    what = "for files beside its database, which is on PostgreSQL," if database_url else "its database,"
    click.echo(f"  {layout.data}, {what} and {layout.keys}, its keys")
    if backups:
        is_same = _is_on_disk_of_data(layout, backups)
        click.echo(f"  {backups}, its backups{' - ON THE DISK OF THE DATABASE, which is lost with it' * is_same}")
    click.echo("  the first four people, each with a password that is shown once")


def _existing(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _make(layout: Layout, text: str, backups: str) -> None:
    """Make user, folders and settings; the settings file comes last, for it says that all others are there."""

    def make() -> None:
        if layout.user:
            machine.make_user(layout)
        for folder in (layout.data, layout.keys):
            machine.make_folder(folder, layout.user)
        if backups:
            machine.make_backup_folder(layout, Path(backups))
        machine.write_settings(layout.file, text, layout.user)

    try:
        _refuse_write_failures(make)
    except subprocess.CalledProcessError as error:
        raise click.ClickException(f"The machine refuses the user {layout.user}: {error.stderr.strip()}") from None


def _refuse_write_failures(make: Callable[[], None]) -> None:
    try:
        make()
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be made: {error.strerror}.") from None


def _found(layout: Layout, options: list[str]) -> None:
    """Found the first four people with the new settings, as the user of the installation.

    Where they are there and none of them has signed in, they get new passwords: those of before may be unread.
    """
    done = subprocess.run(  # noqa: S603 - this very program
        [sys.executable, sys.argv[0], "staff", "found", "--again", *options], check=False
    )
    if done.returncode:
        again = command_for(layout.file, "init")
        raise click.ClickException(f"Settings and folders are made, but nobody can sign in. Mend that, then: {again}")


def _start(layout: Layout, url: str, *, has_backups: bool) -> None:
    """Start the services of an installation that has a name, where there are any, and say what is left to do."""
    click.echo("")
    if layout.name and machine.has_systemd():
        _start_services(layout, has_backups=has_backups)
        click.echo(f"It runs, and starts with the machine: systemctl status youthvoice@{layout.name}")
    else:
        click.echo('Start it: youthvoice serve. A container: operations.md, "As a container".')
    if layout.name and machine.write_caddy_site(layout, url):
        click.echo(f"Caddy leads {url} to it.")
    else:
        click.echo(f'HTTPS has to lead {url} to 127.0.0.1:{layout.port}: operations.md, "In front: HTTPS".')
    if not has_backups:
        later = command_for(layout.file, "init --backups FOLDER")
        click.echo(f"Nothing is backed up. Once another disk is there: {later}")
    click.echo(f"Copy {layout.keys} to another place today: without it nothing of the database opens.")
    click.echo(f"Then open {url}/staff/. What is wrong says, at any time: {command_for(layout.file, 'doctor')}")


def _start_services(layout: Layout, *, has_backups: bool) -> None:
    try:
        machine.start_services(layout, has_backups=has_backups)
    except subprocess.CalledProcessError as error:
        again = command_for(layout.file, "init")
        raise click.ClickException(
            f"Everything is made, but the services do not start: {error.stderr} Mend that, then: {again}"
        ) from None
