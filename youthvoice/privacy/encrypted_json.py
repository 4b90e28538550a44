"""Lock what JSON can say, for years, so that its length says nothing.

A kept thing is two bytes of key version, then the padded, locked data. It is locked under the newest version of a key
file and opened with the version it bears, so that a key can be renewed while what is old still opens.
Source: PRIVACY.md C, "pad to size buckets first" and key files.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar, overload

import msgspec

from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto import symmetric_encryption
from youthvoice.privacy.keys.keyring import Keyring

VERSION_BYTES: Final = 2
_Row = TypeVar("_Row")
_Kept = TypeVar("_Kept")


def lock_json(
    keyring: Keyring, name: str, kept: object, purpose: symmetric_encryption.SealingContext, room: int = 0
) -> bytes:
    """Lock what JSON can say.

    Args:
        keyring: the key files; the key is made when there is none.
        name: of the key.
        kept: what is kept: plain values, dataclasses, days.
        purpose: what it is, and of which row.
        room: bytes that such a thing may need at most, known without looking at it; as long as it fits in there, its
            length is the same whatever it says.

    Raises:
        KeyFileError: the key's file is malformed or open to others.
    """
    data = msgspec.json.encode(kept, enc_hook=dict)  # a mapping that nobody can change becomes an object
    keyring.key_or_new(name)
    version = keyring.versions(name)[-1]
    locked = symmetric_encryption.lock_padded(
        keyring.key(name, version), data, symmetric_encryption.bucket_for(max(len(data), room)), purpose
    )
    return version.to_bytes(VERSION_BYTES, "big") + locked


@overload
def unlock_json(keyring: Keyring, name: str, blob: bytes, purpose: symmetric_encryption.SealingContext) -> Any: ...
@overload
def unlock_json(
    keyring: Keyring, name: str, blob: bytes, purpose: symmetric_encryption.SealingContext, kind: type[_Kept]
) -> _Kept: ...
def unlock_json(
    keyring: Keyring, name: str, blob: bytes, purpose: symmetric_encryption.SealingContext, kind: Any = Any
) -> Any:
    """What was kept.

    Args:
        keyring: the key files.
        name: of the key.
        blob: what `lock_json` gave.
        purpose: as it was locked.
        kind: what it becomes, such as a frozen dataclass with days and tuples; a field that is missing has its default.

    Raises:
        CannotOpen: another key, another row's, or altered.
        KeyGone: this version of the key is not here.
        KeyFileError: its file is malformed or open to others.
    """
    version = int.from_bytes(blob[:VERSION_BYTES], "big")
    if not version:
        raise CannotOpen
    data = symmetric_encryption.unlock_padded(keyring.key(name, version), blob[VERSION_BYTES:], purpose)
    return msgspec.json.decode(data, type=kind)


def count_unopenable(rows: Iterable[_Row], opening: Callable[[_Row], object]) -> int:
    """How many of some rows do not open with the key files that are here.

    Args:
        rows: one by one.
        opening: opens one, as `unlock_json` does.
    """
    return sum(not _opens(row, opening) for row in rows)


def _opens(row: _Row, opening: Callable[[_Row], object]) -> bool:
    try:
        opening(row)
    except (CannotOpen, KeyGone):
        return False
    return True
