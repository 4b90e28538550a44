"""The places of an installation on a machine: settings file, folders, user and port."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from youthvoice.config import SETTINGS_FOLDER, SettingsError, environment, settings_file

_FIRST_PORT: Final = 8000
_LAST_PORT: Final = 8999


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of an installation.

    Attributes:
        file: its settings.
        data: folder of the database.
        keys: folder of the key files, outside of the other.
        port: where its service listens, on 127.0.0.1.
        name: by which services and commands find it on this machine; empty where its folders are beside the file.
    """

    file: Path
    data: Path
    keys: Path
    port: int
    name: str = ""

    @property
    def user(self) -> str:
        """The user who runs it if it has a name; empty where that is the user who makes it."""
        return f"youthvoice-{self.name}" if self.name else ""


def new_layout(process_environment: Mapping[str, str]) -> Layout:
    """The places of the installation that a command names, or of one in the current folder.

    Args:
        process_environment: see `settings_file`.

    Raises:
        SettingsError: what it names is no name of an installation, or no port is free.
    """
    file = settings_file(process_environment).absolute()
    if file.parent != SETTINGS_FOLDER:
        return Layout(file, file.parent / "var", file.parent / "var-keys", _FIRST_PORT)
    taken = {_port_in(other) for other in SETTINGS_FOLDER.glob("*.conf") if other != file}
    free = (number for number in range(_FIRST_PORT, _LAST_PORT) if number not in taken)
    port = _port_in(file) if file.is_file() else next(free, None)
    if port is None:
        raise SettingsError(
            f"Every port from {_FIRST_PORT} to {_LAST_PORT} is taken by an installation on this machine."
        )
    name = file.stem
    return Layout(file, Path("/var/lib/youthvoice", name), Path("/var/lib/youthvoice-keys", name), port, name)


def _port_in(file: Path) -> int:
    """The port of the installation with a settings file."""
    port = environment({}, file).get("YOUTHVOICE_PORT", "")
    return int(port) if port.isdecimal() else _FIRST_PORT


def is_root() -> bool:
    """Whether this command may make users and services."""
    return os.geteuid() == 0
