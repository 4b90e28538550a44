"""Commands `youthvoice backup`, with and without FILE, and `youthvoice restore FILE`."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import force_locale
from sqlalchemy import MetaData, func, select

from youthvoice import context, db
from youthvoice.backups.archive import CannotRestore, CopiedRows, Note, back_up, check_copy, is_of_month, restore
from youthvoice.backups.copy_key import CopyKey, join_halves
from youthvoice.backups.copy_place import FolderPlace
from youthvoice.backups.durable_file import refuse_if_there
from youthvoice.backups.labels import REFUSAL_LABELS
from youthvoice.backups.nightly_copy import NightlyCopy
from youthvoice.backups.rotation import DAYS, MONTHS, WEEKS, mark_of
from youthvoice.backups.sftp_place import SftpPlace
from youthvoice.backups.trial import BackupRefused
from youthvoice.config import Settings, SftpAddress, name_process_user, name_settings_place, read_version
from youthvoice.errors import KeyGone
from youthvoice.privacy.credentials.published_keys import read_key
from youthvoice.privacy.keys.keyring import Keyring

_EXPLANATIONS = {
    "not_a_backup": "this is not a backup of Youth Voice",
    "damaged": "the file is damaged, or these are not the key files it was made with",
    "needs_halves": "it is sealed for two people; name both halves: --half FILE --half FILE",
    "other_halves": "these two halves are not those of its key, or it was changed",
    "not_empty": "the database is not empty; restore into a new one",
    "later_version": "the backup is of a later version ({}); install that version, then restore",
    "other_tables": "these tables are in the backup alone, or in its version alone: {}; nothing was written",
    "other_columns": "these columns are in the backup alone, or miss in it: {}; nothing was written",
}


RecordBackup = Callable[[str], None]
"""Notes that there is a good backup of this moment, with an empty text; else why it was refused."""


def make_commands(metadata: MetaData, note: Note, record_backup: RecordBackup) -> tuple[click.Command, click.Command]:
    """Create the two commands.

    Args:
        metadata: with every table.
        note: logs a restore.
        record_backup: keeps how a backup went.
    """

    @click.command("backup", help="Write a consistent sealed copy. Back up the key files apart from it.")
    @click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
    @with_appcontext
    def backup(file: Path | None) -> None:
        """Write a copy into a new FILE. Without FILE: into YOUTHVOICE_BACKUPS, and prove that it comes back."""
        backups = context.settings().backups
        if file is None and backups is None:
            raise click.UsageError("Name a FILE, or set YOUTHVOICE_BACKUPS to the folder of a copy each night.")
        first_day = _first_day(metadata)  # before a file is written: it refuses an installation without people
        if file is not None:
            _describe(str(file), _back_up_to(file, metadata), first_day)
        elif backups is not None:
            for address, copied_rows in _back_up_tonight(backups, metadata, record_backup):
                _describe(address, copied_rows, first_day)
            click.echo(
                "Each was read back from there, brought back into a database of its own and compared: every row is "
                f"there. Older ones stay for {DAYS} days, {WEEKS} weeks and {MONTHS} months."
            )
        _record_good_backup(record_backup)

    @click.command("restore", help="Bring a copy back into an empty database.")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option(
        "--half",
        "halves",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        multiple=True,
        help="File of one person; given twice.",
    )
    @with_appcontext
    def restore_command(file: Path, halves: tuple[Path, ...]) -> None:
        private = read_halves(halves) if halves else b""
        try:
            context.open_installation(current_app, partial(_may_create_for_copy, metadata, file, private))
            copy_key = CopyKey(context.keyring().key("backup"), private)
            rows = restore(db.engine(), metadata, copy_key, file, note)
        except KeyGone as error:
            raise click.ClickException("the backup key file is missing; put the key files back first") from error
        except CannotRestore as error:
            raise click.ClickException(explain(error)) from error
        click.echo(f"{file}: {rows} rows are back. See whether these key files open them: youthvoice doctor")
        if is_of_month(file, copy_key):
            click.echo("It is a copy of a month: what children told, addresses, faces and drafts are not in it.")
        click.echo("The log says so from now on, and every advocate reads it on To do for 30 days.")

    return backup, restore_command


def _record_good_backup(record_backup: RecordBackup) -> None:
    try:
        record_backup("")
    except Exception as error:
        if not db.is_write_failure(error):
            raise
        raise click.ClickException("The file is whole; but nothing can be written to the database now.") from error


def _back_up_to(file: Path, metadata: MetaData) -> CopiedRows:
    try:
        refuse_if_there(file)
    except OSError as error:
        raise click.ClickException(
            f"{file}: {error.strerror}. A backup is never written over: name another file, such as one with the "
            "day in its name, or move this one away."
        ) from error
    key = context.keyring().key("backup")
    try:
        return back_up(db.engine(), metadata, key, file, context.now(), public=_read_public_key())
    except BackupRefused as refused:
        raise _no_good_backup(refused) from refused
    except PermissionError as error:
        user = name_process_user()
        raise click.ClickException(
            f"{file} cannot be written: the user {user}, as whom this goes on, may not write in {file.parent}. "
            f"Make her a folder there, as root: install -d -m 700 -o {user} {file.parent.absolute() / user}"
        ) from error
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error


def _back_up_tonight(
    backups: Path | SftpAddress, metadata: MetaData, record_backup: RecordBackup
) -> list[tuple[str, CopiedRows]]:
    keyring, settings = context.keyring(), context.settings()
    place = SftpPlace(backups, settings.data) if isinstance(backups, SftpAddress) else FolderPlace(backups)
    mark = mark_of(keyring.bound_to or "")
    key = keyring.key("backup")
    try:
        public = _read_public_key()
        return NightlyCopy(db.engine(), metadata, key, public, place, settings.data, mark, context.now()).make()
    except BackupRefused as refused:
        if refused.code != "running":
            record_backup(refused.code)
        raise _no_good_backup(refused) from refused


def explain(error: BackupRefused | CannotRestore) -> str:
    """Why a backup was not made or does not come back, in English, with what to do."""
    if isinstance(error, CannotRestore):
        return _EXPLANATIONS[error.code].format(error.detail)
    with force_locale("en"):
        return f"{REFUSAL_LABELS[error.code]} {_ADVICE.get(error.code, '{}').format(error.detail)}".strip()


def _no_good_backup(refused: BackupRefused) -> click.ClickException:
    return click.ClickException(f"There is no good backup of this night. {explain(refused)}")


_ADVICE = {
    "no_folder": "Mount it, or set YOUTHVOICE_BACKUPS to another: {}",
    "no_marker": "Mount it. Where it is there and new, make this file once, on it: {}",
    "no_program": "apt-get install openssh-client ({})",
    "host_unknown": "Compare its key with what its owner says; it belongs into sftp/known_hosts of YOUTHVOICE_DATA: {}",
    "not_let_in": "It needs sftp/key of YOUTHVOICE_DATA, open to the user of the service alone: {}",
    "cannot_write": "It must belong to the user who writes there: {}",
    "no_room": "Nothing older was removed to make room ({}).",
    "no_room_to_try": "It needs as much as the database has: {}",
}


def _first_day(metadata: MetaData) -> date | None:
    """The day of the first line of the log; None where it has none.

    Raises:
        click.ClickException: the installation was never founded, so that there is nothing to copy.
    """
    people, entries = metadata.tables["people"], metadata.tables["audit_entries"]
    with db.reading(db.engine()) as session:
        people_count = session.scalar(select(func.count()).select_from(people))
        first: date | None = session.scalar(select(func.min(entries.c.day)))
    if not people_count:
        raise click.ClickException(
            "There is nobody in this database yet, so there is nothing to back up. Is it the right one? "
            f"Settings lie in {name_settings_place()}."
        )
    return first


def _describe(address: str, copied_rows: CopiedRows, first_day: date | None) -> None:
    """Describe a copy. How many reports or letters there are is not shown to the person who runs the server."""
    counts = copied_rows.by_table
    rows = round(copied_rows.rows, -2)
    parts = (
        _count(counts["sites"], "site"),
        _count(counts["people"], "account"),
        _count(counts["rounds"], "round"),
        f"about {rows:,} rows" if rows else "fewer than 100 rows",
    )
    click.echo(f"{address}: sealed, {copied_rows.size / 1024**2:.1f} MiB, of Youth Voice {read_version()}.")
    log = f"; the log since {first_day:%d %B %Y}" if first_day else ""
    of_children = (
        "Nothing that children told is in it" if copied_rows.of_month else "What children told is in it, uncounted"
    )
    click.echo(f"In it: {', '.join(parts)}{log}. {of_children}.")
    keys = "the key folder and both halves" if context.settings().backup_key else "the key folder alone"
    click.echo(f"It opens with {keys}: keep a copy of {context.settings().keys} somewhere else.")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def read_halves(files: Sequence[Path]) -> bytes:
    """The private key of two people.

    Raises:
        click.ClickException: there are not two files, one is no half, or both are the same.
    """
    private = join_halves(file.read_text("utf-8", "replace") for file in files)
    if private is None:
        raise click.ClickException("Name two different halves, as `youthvoice recovery make-key` wrote them.")
    return private


def _read_public_key() -> bytes:
    """The public key of YOUTHVOICE_BACKUP_KEY; empty where it is not set.

    Raises:
        BackupRefused: it is no key, or was copied with an error.
    """
    key_text = context.settings().backup_key
    public = read_key(key_text) if key_text else b""
    if public is None:
        raise BackupRefused("bad_key", "YOUTHVOICE_BACKUP_KEY")
    return public


def _may_create_for_copy(metadata: MetaData, file: Path, private: bytes, settings: Settings) -> bool:
    """Whether a new database may be created for a copy, which is first read completely.

    Raises:
        click.ClickException: the key folder is missing; with new keys nothing of the copy would open.
        KeyGone: the key file with which it was encrypted is missing.
        CannotRestore: the file cannot be used.
    """
    if not any(settings.keys.glob("backup.v*.key")):
        raise click.ClickException(
            f"There are no key files in {settings.keys}. Put the key folder back first, or set YOUTHVOICE_KEYS to "
            f"where it is. Settings lie in {name_settings_place()}."
        )
    check_copy(metadata, CopyKey(Keyring.open(settings.keys, create=False).key("backup"), private), file)
    return True
