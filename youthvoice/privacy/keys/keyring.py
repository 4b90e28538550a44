"""The keyring: the folder of key files, which makes a stolen database useless, and deletes content permanently.

Any number of processes share it without a lock. None of them serves a destroyed key, not even from memory: every use
checks that the file still exists.
Source: PRIVACY.md A2 (open-answers keys) and C (key files, ends).
"""

import os
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youthvoice.errors import KeyGone
from youthvoice.privacy.crypto.sealing import KeyPair, browser_pair_of, public_of
from youthvoice.privacy.crypto.symmetric_encryption import sealing_context
from youthvoice.privacy.keys import key_files
from youthvoice.privacy.keys.key_names import DATABASE, check_name

KEY_BYTES = 32

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

_FILE = re.compile(r"(?P<name>.+)\.v(?P<version>[1-9][0-9]{0,5})\.key")

FileState = tuple[int, int, int, int]

_AT_REST_NS: Final = 2_500_000_000  # more than the longest step of a file system's clock: two seconds, often one


class Keyring:
    """The keys of one folder; create it with `open`."""

    def __init__(self, folder: Path, mark: str) -> None:
        self._folder = folder
        self._mark = mark
        self._seen: dict[str, tuple[FileState, key_files.KeyFile]] = {}
        self._founding = frozenset[str]()
        self._listed: tuple[tuple[int, int], Mapping[str, list[int]]] | None = None

    @classmethod
    def open(cls, folder: Path, *, create: bool, development: bool = False) -> Self:
        """Open a folder of keys.

        Args:
            folder: with mode 0700.
            create: whether to create the folder if it is missing.
            development: whether to mark new keys as development keys.

        Raises:
            KeyFileError: `folder_missing`, or `folder_open_to_others`.
        """
        if create and not folder.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not folder.is_dir():
            raise key_files.KeyFileError("folder_missing", folder)
        key_files.refuse_if_open_to_others(folder, folder.stat())
        key_files.finish_destruction(folder)
        return cls(folder, key_files.DEVELOPMENT if development else key_files.PRODUCTION)

    @property
    def folder(self) -> Path:
        """The folder of the key files."""
        return self._folder

    @property
    def is_development(self) -> bool:
        """Whether any key here was made for development; production refuses such a folder.

        Raises:
            KeyFileError: a file is malformed or open to others.
        """
        files = [self._file(name, version) for name in self.names() for version in self.versions(name)]
        return any(self._read(file).mark == key_files.DEVELOPMENT for file in files)

    def names(self) -> list[str]:
        """The names of all keys, sorted."""
        return sorted(self._versions_by_name())

    def versions(self, name: str) -> list[int]:
        """The versions of a key that exist, oldest first."""
        return sorted(self._versions_by_name().get(name, ()))

    def _versions_by_name(self) -> Mapping[str, list[int]]:
        """The versions of every key; the folder is listed again only where it changed since this process listed it.

        A country has thousands of keys, and every use of one asks. A change in the very moment of a listing could bear
        the same time as the one before it, so that a listing counts only once the folder was at rest.
        """
        folder, listed = os.stat(self._folder), self._listed  # noqa: PTH116 - half the time of Path.stat
        state = (folder.st_ino, folder.st_ctime_ns)  # an older folder that is moved here has others
        if listed is not None and listed[0] == state:
            return listed[1]
        began_at, by_name = time.time_ns(), dict[str, list[int]]()
        for file in os.listdir(self._folder):  # noqa: PTH208 - half the time of Path.iterdir
            if match := _FILE.fullmatch(file):
                by_name.setdefault(match["name"], []).append(int(match["version"]))
        self._listed = (state, by_name) if began_at - folder.st_ctime_ns > _AT_REST_NS else None
        return by_name

    def key(self, name: str, version: int | None = None) -> bytes:
        """A key's 32 bytes; without a version, those of the newest.

        Raises:
            KeyGone: it was never created, or was destroyed.
            KeyFileError: its file is malformed or open to others.
        """
        wanted = max(self.versions(check_name(name)), default=None) if version is None else version
        if wanted is None:
            raise KeyGone(name)
        try:
            key_file = self._read(self._file(name, wanted))
        except FileNotFoundError:
            raise KeyGone(name) from None
        if key_file.name != name or len(key_file.secret) != KEY_BYTES:
            raise key_files.KeyFileError("malformed", Path(self._file(name, wanted)))
        return key_file.secret

    def key_or_new(self, name: str) -> bytes:
        """A key's 32 bytes; created now if it is missing. All processes get the same.

        Raises:
            KeyFileError: as `key`.
            KeyGone: it came with the installation (`forbid_new`), and its file is away.
        """
        try:
            return self.key(name)
        except KeyGone:
            if name in self._founding:
                raise
            self._make(name, 1)
        return self.key(name)

    def forbid_new(self, names: Iterable[str]) -> None:
        """Create none of these from now on: what is written under a new one is lost once the right file is back."""
        self._founding = frozenset(names)

    def adopt(self, name: str, secret: bytes) -> None:
        """Store a key that was created elsewhere, once; an existing one stays.

        Raises:
            ValueError: it does not have 32 bytes.
        """
        if len(secret) != KEY_BYTES:
            raise ValueError("A key has 32 bytes")
        path = Path(self._file(check_name(name), 1))
        key_files.write_if_first(path, name, 1, self._mark, secret)

    def renew(self, name: str) -> int:
        """Create the next version of a key and return its number; earlier ones stay until destroyed."""
        version = max(self.versions(check_name(name)), default=0) + 1
        self._make(name, version)
        return version

    def destroy(self, name: str, version: int | None = None) -> None:
        """Destroy a key, or one version of it, permanently for every process; repeating it does no harm."""
        for each in self.versions(check_name(name)) if version is None else [version]:
            file = self._file(name, each)
            self._seen.pop(file, None)
            key_files.destroy(Path(file))

    def derive(self, name: str, purpose: str) -> bytes:
        """32 bytes for one purpose from an existing key (HKDF-SHA256); they reveal nothing about the key.

        Raises:
            KeyGone, KeyFileError: as `key`.
        """
        return _derived(self.key(name), purpose, KEY_BYTES)

    def pair(self, name: str, version: int | None = None) -> KeyPair:
        """The X25519 pair of a key, such as the intake key.

        Raises:
            KeyGone, KeyFileError: as `key`.
        """
        private = _derived(self.key(name, version), "x25519", KEY_BYTES)
        return KeyPair(public_of(private), private)

    def browser_pair(self, name: str, version: int | None = None) -> KeyPair:
        """The P-256 pair of a key, to which browsers seal.

        Raises:
            KeyGone, KeyFileError: as `key`.

        Source: FIPS 186-5 A.2.1, extra random bits.
        """
        wide = int.from_bytes(_derived(self.key(name, version), "p256", KEY_BYTES + 16), "big")
        return browser_pair_of((wide % (P256_ORDER - 1) + 1).to_bytes(KEY_BYTES, "big"))

    @property
    def bound_to(self) -> str | None:
        """The id of the database that the folder belongs to, if any."""
        try:
            return self._read(str(self._folder / DATABASE)).secret.decode()
        except FileNotFoundError:
            return None

    def bind(self, database_id: str) -> None:
        """Bind the folder to one database, once; repeating it for the same one changes nothing.

        Raises:
            KeyFileError: `bound_to_another_database`.
        """
        path = self._folder / DATABASE
        if not path.exists():
            key_files.write_if_first(path, DATABASE, 1, self._mark, database_id.encode())
        if self.bound_to != database_id:
            raise key_files.KeyFileError("bound_to_another_database", path)

    def _file(self, name: str, version: int) -> str:
        """The path of a key file; as text, for every use of a key asks for it."""
        return f"{self._folder}/{name}.v{version}.key"

    def _make(self, name: str, version: int) -> None:
        secret = secrets.token_bytes(KEY_BYTES)
        key_files.write_if_first(Path(self._file(name, version)), name, version, self._mark, secret)

    def _read(self, file: str) -> key_files.KeyFile:
        """Read a file from memory while it is unchanged; else from disk."""
        try:
            state = os.stat(file)  # noqa: PTH116 - as in `versions`
        except FileNotFoundError:
            self._seen.pop(file, None)
            raise
        file_state = (state.st_ino, state.st_mtime_ns, state.st_ctime_ns, state.st_mode)
        seen = self._seen.get(file)
        if seen is None or seen[0] != file_state:
            seen = self._seen[file] = (file_state, key_files.read(Path(file)))
        return seen[1]


def _derived(key: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, None, sealing_context("derive", purpose).encode()).derive(key)
