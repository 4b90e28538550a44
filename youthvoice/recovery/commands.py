"""Commands `youthvoice recovery ...`: a key that two people hold, and the yearly rehearsal of getting everything back.

A rehearsal does what a loss would ask for, with what would be left then: the newest backup, a copy of the key folder
from its other place, both halves of the key. It restores them into a database that is thrown away, and asks the pages
of this program against it. No job runs and no mail leaves. The log of the installation names both adults.
"""

import shutil
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import Engine

from youthvoice import context, db, metadata
from youthvoice.access.permissions import STAFF_ROLES
from youthvoice.accounts.sign_in import staff_session
from youthvoice.audit.audit_log import REHEARSED, Log
from youthvoice.backups.archive import CannotRestore, is_for_two
from youthvoice.backups.commands import explain, read_halves
from youthvoice.backups.copy_key import CopyKey, make_halves
from youthvoice.backups.durable_file import write_new_file
from youthvoice.backups.nightly_copy import find_newest_copy
from youthvoice.backups.trial import BackupRefused, only_trial, restored_copy, trial_folder
from youthvoice.config import Settings, SettingsError
from youthvoice.errors import KeyGone
from youthvoice.monitoring.stored_content import list_present_complaints
from youthvoice.privacy.credentials.published_keys import format_key
from youthvoice.privacy.keys.key_files import KeyFileError
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.startup import key_file_advice, prepare

group = AppGroup("recovery", help="Getting everything back: a key that two people hold, and a rehearsal.")

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_PAGES = ("/", "/staff/sign-in")
"""A child's first page and the sign-in of adults."""


@group.command("make-key")
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
def make_key(first: Path, second: Path) -> None:
    """Write two halves of a new key to FIRST and SECOND, and print its public key, for YOUTHVOICE_BACKUP_KEY."""
    *halves, public = make_halves()
    written: list[Path] = []
    for file, half in zip((first, second), halves, strict=True):
        try:
            write_new_file(file, f"{half}\n".encode())
        except OSError as error:
            for half_file in written:
                half_file.unlink()
            rest = f" Was it cut before it printed a line? Delete {first}, {second} and *.part beside them first."
            raise click.ClickException(f"{file}: {error.strerror}.{rest * file.exists()}") from None
        written.append(file)
    click.echo(format_key(public))
    click.echo(
        "Set YOUTHVOICE_BACKUP_KEY to this line. Give each of two people one half, on paper or a stick, and delete "
        "both files here. Without both nothing brings a later backup back.",
        err=True,
    )


@dataclass(frozen=True)
class _Findings:
    """What two people brought along.

    Attributes:
        file: the newest backup.
        keys: the copy of the key folder.
        private: joined from both halves; empty where the backup needs none.
    """

    file: Path
    keys: Path
    private: bytes


@group.command("rehearse")
@click.option("--keys", type=_FOLDER, help="The copy of the key folder.")
@click.option("--backups", type=click.Path(exists=True, path_type=Path), help="Folder of the backups, or one of them.")
@click.option("--half", "halves", type=_FILE, multiple=True, help="File of one person; given twice.")
def rehearse(keys: Path | None, backups: Path | None, halves: tuple[Path, ...]) -> None:
    """Get everything back into a database that is thrown away; two adults sign in for it."""
    began = time.monotonic()
    first = staff_session.sign_in_for_command()
    staff_session.require_role(first, *STAFF_ROLES)
    second = staff_session.sign_in_second_for_command(first)
    keys = keys or click.prompt("1. The copy of the key folder", type=_FOLDER)
    if keys.resolve() == context.settings().keys.resolve():
        raise click.ClickException(
            "These are the key files with which the installation runs. After a loss they are gone: bring their copy."
        )
    own_folder = context.settings().backups
    if not isinstance(own_folder, Path):  # on another machine: after a loss somebody fetches the newest from there
        own_folder = None
    folder = backups or own_folder or click.prompt("2. The folder of the backups", type=_FOLDER)
    file = _newest_copy(folder, keys)
    if is_for_two(file) and not halves:
        halves = tuple(click.prompt(f"3. The half of the {each} person", type=_FILE) for each in ("first", "second"))
    findings = _Findings(file, keys, read_halves(halves) if halves else b"")
    click.echo(f"Restoring {file} into a database that is thrown away ...")
    try:
        complaints = _try(context.settings(), findings)
    except (CannotRestore, BackupRefused) as error:
        complaints = [explain(error)]
    if complaints:
        raise click.ClickException("Not everything came back: " + " ".join(complaints))
    minutes = max(1, round((time.monotonic() - began) / 60))
    with db.writing(db.engine()) as session:
        Log(context.today(), first.handle).add(session, REHEARSED, f"{first.person_id} with {second.person_id}")
    click.echo(
        f"Everything came back and opens, in {minutes} min: database, log, key files, first pages. It is thrown away "
        f"again. The log says that {first.name} and {second.name} rehearsed it today."
    )


def _newest_copy(folder: Path, keys: Path) -> Path:
    """The newest whole copy of the database to which a key folder belongs."""
    if folder.is_file():
        return folder
    newest = find_newest_copy(folder, _open_keys(keys).bound_to or "")
    if newest is None:
        raise click.ClickException(f"There is no whole backup in {folder} that belongs to these key files.")
    return newest


def _open_keys(folder: Path) -> Keyring:
    try:
        return Keyring.open(folder, create=False)
    except KeyFileError as error:
        raise click.ClickException(f"{key_file_advice(error)}.") from error


def _try(settings: Settings, findings: _Findings) -> Sequence[str]:
    """Restore into a folder that is thrown away, and check what came back.

    Returns:
        What is wrong, one sentence each.

    Raises:
        CannotRestore, BackupRefused: it does not come back.
    """
    with _clean_end(), only_trial(settings.data), trial_folder(settings.data) as folder:
        keys = folder / "keys"
        shutil.copytree(findings.keys, keys)
        keys.chmod(0o700)
        for file in keys.iterdir():
            file.chmod(0o600)
        keyring = _open_keys(keys)
        try:
            copy_key = CopyKey(keyring.key("backup"), findings.private)
            with restored_copy(folder, metadata.full_metadata(), copy_key, findings.file) as engine:
                url = engine.url.render_as_string()
                return _check(engine, replace(settings, data=folder, keys=keys, database_url=url))
        except KeyGone as error:
            return [f"The key file {error.name} is missing in the copy of the key folder."]
        except SettingsError as error:
            return [str(error)]
        except KeyFileError as error:
            return [key_file_advice(error)]
        finally:
            for name in keyring.names():
                keyring.destroy(name)  # overwritten, not only removed


@contextmanager
def _clean_end() -> Iterator[None]:
    """Let a terminal that closes, or a machine that stops, end this by an exception: no copy of a key stays."""

    def end(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    handlers = {number: signal.signal(number, end) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _check(engine: Engine, settings: Settings) -> Sequence[str]:
    """What is wrong with a database that came back; no job runs in it, and no mail leaves."""
    keyring = prepare(settings, engine, metadata.full_metadata(), may_create=False)
    quiet = replace(settings, smtp_url=None, sms=None, phone=None)
    with context.override(current_app, settings=quiet, keyring=keyring, engine=engine, caches={}):
        return list(_complaints())


def _complaints() -> Iterator[str]:
    """What is wrong with the database that came back, in which this runs."""
    yield from list_present_complaints()
    client, address = current_app.test_client(), context.settings().url
    health = client.get("/health", base_url=address)  # 503: the work process does not run, and is not started
    if not (health.json or {}).get("database"):
        yield "The database does not answer."
    yield from (
        f"The page {page} does not open."
        for page in _PAGES
        if client.get(page, base_url=address).status_code != HTTPStatus.OK
    )
