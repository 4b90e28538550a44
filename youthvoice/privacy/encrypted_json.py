"""JSON that is encrypted for years under a key file, padded so that its length reveals nothing.

A blob is two bytes of key version, then the padded, encrypted data. It is encrypted under the newest version of a key,
and opened with its own version, so that a key can be renewed while old blobs still open.
Source: PRIVACY.md C, "pad to size buckets first" and key files.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar, overload

import msgspec

from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.privacy.crypto import symmetric_encryption
from youthvoice.privacy.keys.keyring import Keyring

VERSION_BYTES: Final = 2
_Row = TypeVar("_Row")
_Kept = TypeVar("_Kept")


def encrypt_json(
    keyring: Keyring, name: str, values: object, purpose: symmetric_encryption.SealingContext, room: int = 0
) -> bytes:
    """Encrypt values as JSON.

    Args:
        keyring: the key files; the key is created if it is missing.
        name: of the key.
        values: plain values, dataclasses, days.
        purpose: what it is, and of which row.
        room: maximum size in bytes of such values, known in advance; up to this size all blobs have the same length.

    Raises:
        KeyFileError: the key's file is malformed or open to others.
    """
    data = msgspec.json.encode(values, enc_hook=dict)  # an immutable mapping becomes an object
    keyring.key_or_new(name)
    version = keyring.versions(name)[-1]
    return version.to_bytes(VERSION_BYTES, "big") + symmetric_encryption.encrypt_padded(
        keyring.key(name, version), data, symmetric_encryption.bucket_for(max(len(data), room)), purpose
    )


@overload
def decrypt_json(keyring: Keyring, name: str, blob: bytes, purpose: symmetric_encryption.SealingContext) -> Any: ...
@overload
def decrypt_json(
    keyring: Keyring, name: str, blob: bytes, purpose: symmetric_encryption.SealingContext, kind: type[_Kept]
) -> _Kept: ...
def decrypt_json(
    keyring: Keyring, name: str, blob: bytes, purpose: symmetric_encryption.SealingContext, kind: Any = Any
) -> Any:
    """Decrypt values.

    Args:
        keyring: the key files.
        name: of the key.
        blob: from `encrypt_json`.
        purpose: as it was encrypted.
        kind: the type to decode, such as a frozen dataclass with days and tuples; missing fields get their defaults.

    Raises:
        CannotOpen: another key, another row's, or altered.
        KeyGone: this version of the key is missing.
        KeyFileError: its file is malformed or open to others.
    """
    version = int.from_bytes(blob[:VERSION_BYTES], "big")
    if not version:
        raise CannotOpen
    data = symmetric_encryption.decrypt_padded(keyring.key(name, version), blob[VERSION_BYTES:], purpose)
    return msgspec.json.decode(data, type=kind)


def check_opening(rows: Iterable[_Row], opening: Callable[[_Row], object]) -> Iterator[bool]:
    """Whether each of these rows opens with the present key files.

    Args:
        rows: any rows.
        opening: opens one, as `decrypt_json` does.
    """
    return (_opens(row, opening) for row in rows)


def _opens(row: _Row, opening: Callable[[_Row], object]) -> bool:
    try:
        opening(row)
    except (CannotOpen, KeyGone):
        return False
    return True
