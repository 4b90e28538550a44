"""Prepare an installation: migrate the database and bind it to its key files, once for all processes.

One that has ended is never prepared again: a file in its data folder says so, beside the page that children see then.
From the moment it is there, no command opens the installation or makes one in its place, and no key is made.
"""

import fcntl
import json
import os
import pwd
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final, Self

from sqlalchemy import Engine, MetaData, inspect, select, text
from sqlalchemy.exc import DBAPIError

from youthvoice import db, migrations
from youthvoice.backups.durable_file import durable_file
from youthvoice.backups.trial import remove_old_trials
from youthvoice.config import (
    NoInstallation,
    Settings,
    SettingsError,
    command_for,
    name_process_user,
    name_settings_place,
    name_unfinished,
    service_unit,
    settings_file,
)
from youthvoice.jobs.models import DatabaseIdRow
from youthvoice.privacy.keys.key_files import KeyFileError
from youthvoice.privacy.keys.keyring import Keyring

END_FILE: Final = "ended.json"

PAGE_FILE: Final = "ended.html"

END_FILES: Final = frozenset({END_FILE, PAGE_FILE})


@dataclass(frozen=True, slots=True)
class InstallationEnd:
    """What is known of an installation that has ended.

    Attributes:
        site: slug of its last site.
        name: of the last site.
        day: on which it ended, in ISO 8601.
        note: path of the signed note.
        mark: of its database, in the names of its backups.
        done: whether everything is destroyed that a program can destroy.
        left: what a human has to destroy.
        places: the keys, the database and the backups that belong to it: no others are ever destroyed.
    """

    site: str
    name: str
    day: str
    note: str
    mark: str
    done: bool = False
    left: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def __str__(self) -> str:
        """A sentence for the person who runs a command."""
        rest = "" if self.done else f" Not everything is destroyed yet; go on: youthvoice close finish {self.site}"
        return f"This installation has ended, on {self.day}: {self.name} is closed. Its note: {self.note}.{rest}"

    def finished(self, left: Sequence[str]) -> Self:
        """The end once nothing is left that a program can destroy."""
        return replace(self, done=True, left=tuple(left))


class InstallationEnded(NoInstallation):
    """The installation has ended; the message says so."""


def keep_end(data: Path, end: InstallationEnd) -> None:
    """Note the end, or how far it is."""
    with durable_file(data / END_FILE) as out:
        out.write(json.dumps(asdict(end), ensure_ascii=False, indent=1).encode())


def find_end(data: Path) -> InstallationEnd | None:
    """The end of the installation with this data folder; None while it goes on, or where nothing there can be read."""
    try:
        values = json.loads((data / END_FILE).read_text("utf-8"))
    except (FileNotFoundError, PermissionError):
        return None
    return InstallationEnd(**{**values, **{name: tuple(values.get(name, ())) for name in ("left", "places")}})


def refuse_ended(data: Path) -> None:
    """Refuse to open an installation that has ended.

    Raises:
        InstallationEnded: it has.
    """
    if end := find_end(data):
        raise InstallationEnded(str(end))


LASTING_KEYS = (
    "pepper", "kept-counts", "kept-words", "cookie", "audit", "mail", "links", "people", "backup", "threads",
)  # fmt: skip
"""Keys that are created together with an installation; without one of their files it does not start."""

_ADVICE = {
    "folder_missing": "The folder of the key files is missing. Put it back, or set YOUTHVOICE_KEYS to where it is",
    "folder_open_to_others": "The folder of the key files is open to others. Close it with chmod 700",
    "file_open_to_others": "A key file is open to others. Close it with chmod 600",
    "malformed": "A key file is damaged. Put it back from the backup of the keys",
    "bound_to_another_database": (
        "These key files belong to another database. Set YOUTHVOICE_DATA to where that is; or, to restore a backup, "
        "move the new, empty database out of YOUTHVOICE_DATA, leave the key files, and restore again"
    ),
}


def key_file_advice(error: KeyFileError) -> str:
    """What is wrong with the key files and what to do, for the person who starts the server."""
    return f"{_ADVICE[error.code]}: {error.path}"


def refuse_missing_files(settings: Settings) -> None:
    """Refuse, before anything is opened or written, if the folder or file of the installation does not exist.

    Raises:
        NoInstallation: which of them, and where the settings come from.
    """
    file = db.embedded_file(settings.database_url)
    if file is not None and (not file.is_file() or not file.stat().st_size):
        raise _no_installation(f"there is no database at {file}", settings)
    if not settings.data.is_dir():
        raise _no_installation(f"there is no data folder at {settings.data}", settings)


def _no_installation(why: str, settings: Settings) -> NoInstallation:
    if unfinished := name_unfinished():
        return NoInstallation(f"No installation here yet: {why}. {unfinished}")
    command = command_for(settings_file(os.environ), "staff found") if service_unit() else "youthvoice staff found"
    founded_by = f"{command}; one comes back with: youthvoice restore FILE; the example with: make run"
    return NoInstallation(
        f"No installation here: {why}. Settings lie in {name_settings_place()}. Start the command in the folder where "
        "its .env lies, or with the YOUTHVOICE_... settings that it is served with. A new one is made by: "
        f"{'youthvoice bundle setup FILE' if settings.box else founded_by}."
    )


def find_closed_path(settings: Settings) -> Path | None:
    """The first folder or file of the installation that this process cannot write, if any: links are followed."""
    file, beside = db.embedded_file(settings.database_url), list[Path]()
    if file is not None:  # SQLite gives its log the mode of its file, and leaves it so
        beside = [file.parent, *(file.with_name(f"{file.name}{end}") for end in ("", "-wal", "-shm", ".lock"))]
    paths = [settings.data, settings.data / "prepare.lock", *beside, settings.keys]
    return next((path for path in paths if os.path.exists(path) and not os.access(path, os.W_OK)), None)  # noqa: PTH110


def closed_path_advice(closed: str | Path) -> str:
    """That a folder or file is closed to this process, and what to do, for the person who runs a command."""
    path = Path(closed)
    try:
        owner, is_read_only = path.owner(), bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except (KeyError, OSError):  # nobody has this number; or its folder is closed, too
        owner, is_read_only = "another user", False
    if is_read_only:
        return f"{path} is on a disk that is mounted read-only. Mount it for writing; nothing has to be started again"
    folder = path.parent if os.path.isfile(path) else path  # noqa: PTH113 - may be closed
    return (
        f"{path} belongs to {owner} and is not open to the user {name_process_user()}, who runs this. Give "
        f"{folder}, with all in it, to the user of the service, and run every command as that user. As root: "
        f"chown -R USER {folder}; chmod -R u+rwX {folder}"
    )


def become_owner(folder: Path) -> None:
    """As root, become the user whose folder this is: the service could not read what root writes there.

    Args:
        folder: the data folder of an installation; without one, nothing is done.

    Raises:
        SettingsError: this machine does not know that user.
    """
    if os.geteuid() != 0 or not folder.exists() or (owner := folder.stat().st_uid) == 0:
        return
    try:
        user = pwd.getpwuid(owner)
    except KeyError:
        raise SettingsError(f"{folder} belongs to user {owner}, whom nobody knows here: chown -R it to one.") from None
    os.initgroups(user.pw_name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(owner)
    os.environ["HOME"] = user.pw_dir


def prepare(settings: Settings, engine: Engine, metadata: MetaData, *, may_create: bool = True) -> Keyring:
    """Migrate if needed, and open the key files, or create them for a new database.

    Args:
        settings: of the installation.
        engine: of the database.
        metadata: every table.
        may_create: whether a new installation may be created; else nothing is written unless one exists.

    Raises:
        SettingsError: production with development keys, a database that does not answer, or one without all of its
            key files.
        NoInstallation: the database is empty, and none may be created.
    """
    try:
        if may_create:
            settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        why = f"{settings.data} cannot be made: {error.strerror}"
        raise SettingsError(f"The folder {why}. Set YOUTHVOICE_DATA to one that can be written.") from None
    with _one_at_a_time(settings):
        _check_connection(settings, engine)
        if not may_create and not _is_founded(engine):
            raise _no_installation(f"the database at {engine.url.render_as_string()} is empty", settings)
        if not inspect(engine).has_table("alembic_version") or not migrations.is_current(engine):
            _migrate(engine, metadata)
        database_id = _database_id(engine)
        if database_id is not None and not settings.keys.exists():
            raise SettingsError(
                f"This database has key files, but {settings.keys} is missing. Set YOUTHVOICE_KEYS to where they are."
            )
        keyring = Keyring.open(settings.keys, create=database_id is None, development=settings.development)
        if keyring.is_development and not settings.development:
            raise SettingsError("These are development keys. Production starts with a new database and new keys.")
        if database_id or keyring.bound_to:
            _refuse_if_keys_are_missing(keyring)
        for name in LASTING_KEYS:
            keyring.key_or_new(name)
        keyring.bind(database_id or _new_database_id(engine, keyring.bound_to))
        keyring.forbid_new(LASTING_KEYS)
        remove_old_trials(settings.data)
    return keyring


def _is_founded(engine: Engine) -> bool:
    return inspect(engine).has_table(DatabaseIdRow.__tablename__) and _database_id(engine) is not None


def _refuse_if_keys_are_missing(keyring: Keyring) -> None:
    """Refuse to start without all keys: a new key would open nothing, and take the place of the right one."""
    if missing := [name for name in LASTING_KEYS if not keyring.versions(name)]:
        raise SettingsError(
            f"These key files are missing in {keyring.folder}: {', '.join(missing)}. Put them back from their backup."
        )


def _migrate(engine: Engine, metadata: MetaData) -> None:
    try:
        migrations.upgrade(engine, metadata)
    except migrations.UnknownTables as number:
        raise SettingsError(
            f"This version does not know the tables of this database, number {number}. Start the version that it was "
            "last used with, or a later one."
        ) from None


def _check_connection(settings: Settings, engine: Engine) -> None:
    """Refuse a database that cannot be opened, with the first line of its own reason, which holds no password."""
    try:
        engine.connect().close()
    except DBAPIError as error:
        if closed := find_closed_path(settings):
            raise SettingsError(closed_path_advice(closed)) from None
        why = str(error.orig).strip().partition("\n")[0].rstrip(".")
        where = engine.url.render_as_string(hide_password=True)
        full = db.write_failure_of(error) in {"no_room", "closed"}
        advice = (
            "Its disk is full, or cannot be written: make room" if full else "Start it, or set YOUTHVOICE_DATABASE_URL"
        )
        place = "there" if full else "to where it is"
        raise SettingsError(f"The database does not answer at {where}: {why}. {advice} {place}.") from None


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    handle = os.open(settings.data / "prepare.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _database_id(engine: Engine) -> str | None:
    with db.reading(engine) as session:
        return session.scalar(select(DatabaseIdRow.id))


def _new_database_id(engine: Engine, bound_to: str | None) -> str:
    """The id of an empty database: that of the key files if they have one, so that a backup can be restored."""
    with db.writing(engine) as session:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("LOCK TABLE database_id IN EXCLUSIVE MODE"))
        database_id = session.scalar(select(DatabaseIdRow.id))
        if database_id is None:
            database_id = bound_to or secrets.token_hex(16)
            session.add(DatabaseIdRow(id=database_id))
        return database_id
