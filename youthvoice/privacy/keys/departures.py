"""Whose account ended, remembered beside the keys: an older backup does not bring her back.

One line of hexadecimal digits for each, in a file of the folder of keys: a MAC under the key `people`. Nobody reads a
name from it, and nobody without that key writes one.
"""

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from youthvoice.privacy.crypto.record_macs import record_mac

_FILE: Final = "departures"


def line_of(people_key: bytes, handle: str) -> str:
    """What is remembered of somebody.

    Args:
        people_key: the key `people`, 32 bytes.
        handle: what she signed in with; no other account ever has it.
    """
    return record_mac(people_key, "departure", handle).hex()


def remember(folder: Path, line: str) -> None:
    """Add a line; the disk has it before this returns.

    Args:
        folder: of the keys.
        line: as `line_of` made it.
    """
    handle = os.open(folder / _FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def remembered(folder: Path) -> Collection[str]:
    """Every line that is there."""
    file = folder / _FILE
    return frozenset(file.read_text("ascii", "replace").split()) if file.exists() else frozenset()
