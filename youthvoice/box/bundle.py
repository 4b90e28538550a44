"""Bundles, which travel between a box and its main server: formats, and locking with a key that only these two have.

From the box: envelopes, which it cannot open itself. Back to it: which of them the server has, and everything that
children can do there now, with a number from the server. A bundle that comes twice changes nothing: the server knows
each submission by its id, the box deletes an envelope only when an answer says so, and never shows older pages.
Source: DESIGN.md 6; PRIVACY.md C, "The tablet's queue".
"""

import hashlib
import lzma
import re
from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, decrypt, encrypt, sealing_context
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.privacy.keys.keyring import Keyring

OUT: Final = b"youth voice bundle 1\n"
"""First line of a file from a box."""

BACK: Final = b"youth voice bundle back 1\n"
"""First line of a file for a box."""

BUNDLE_PATH: Final = "/offline/bundle"
"""The address to which a box on a network sends in parts what a memory stick would hold."""

SERVER_OLDER: Final = "NewerBundle"
"""The server's answer there to a bundle of a later version than its own."""

MAX_PART_BYTES: Final = 3 * 1024 * 1024
"""Of envelopes in one part, and of pages in one answer except the last; the reverse proxy accepts five megabytes."""

_FORMAT: Final = re.compile(rb"youth voice bundle (back )?(\d{1,6})\n")

_NUMBER: Final = 1
"""Version of the format. It changes only where an older side would lose or misread something: each side ignores fields
that it does not know, and absent ones have their former meaning."""

MAX_ENVELOPES: Final = 4_096
"""How many envelopes of one bundle a server reads; 64 MB of tablets' envelopes are 2,048."""

_MAX_FORMAT_BYTES: Final = 64

_HEAD: Final = re.compile(rb"([A-Za-z0-9_-]{32})\n")

_DIGEST_BYTES: Final = 16

_PRESET: Final = 1  # 1.5 MB of pages in three languages become 0.12 MB in 70 ms; the best preset takes 0.5 seconds


class ShelfPage(msgspec.Struct, frozen=True):
    """One page or file of a shelf.

    Attributes:
        name: its language and its address, such as `en/help`; a file has no language: `/static/...`.
        headers: of the answer.
        body: not compressed.
    """

    name: str
    headers: dict[str, str]
    body: bytes

    @property
    def digest(self) -> bytes:
        """The digest that identifies this version of the page, 16 bytes."""
        msgpack = msgspec.msgpack.encode((self.name, sorted(self.headers.items()), self.body))
        return hashlib.sha256(msgpack).digest()[:_DIGEST_BYTES]


class Shelf(msgspec.Struct, frozen=True):
    """All pages and files with which children can use a site, as the server rendered them.

    Attributes:
        manifest: as a tablet reads it (`kiosk.offline.manifest`).
        every: digests of all pages and files, by name.
        pages: those that the box does not have.
    """

    manifest: dict[str, Any]
    every: dict[str, bytes]
    pages: tuple[ShelfPage, ...]


class BoxBundle(msgspec.Struct, frozen=True):
    """A bundle from a box.

    Attributes:
        made_at: by the box's clock, seconds since 1970 UTC. All that was sent by then is in this or an earlier bundle.
        envelopes: as tablets sealed them.
        more: whether others wait that are not in this bundle.
        room: whether the disk has room for the next child.
        closed: whether the box knows that it was retired, so that nobody sends anything there any longer.
        ask: random, to be repeated in the answer over a network; empty on a stick.
        has: digests of pages that the box has; None where it requests no pages.
    """

    made_at: int
    envelopes: tuple[bytes, ...]
    more: bool = False
    room: bool = True
    closed: bool = False
    ask: bytes = b""
    has: tuple[bytes, ...] | None = ()


class BundleAnswer(msgspec.Struct, frozen=True):
    """The answer of a server, for a box.

    Attributes:
        number: increases; by the server's clock, microseconds since 1970 UTC.
        had: digests of the very envelopes that the server has; the box deletes these.
        shelf: what the box shows from now on; None where it requested no pages, or was retired.
        gone: whether the server has retired this box.
        ask: the random value of the box's bundle.
    """

    number: int
    had: tuple[bytes, ...]
    shelf: Shelf | None
    gone: bool = False
    ask: bytes = b""


def side_of(file: bytes) -> Literal["out", "back"] | None:
    """Which side wrote a file: `out` a box, `back` a main server; None where it is no bundle."""
    match = _FORMAT.match(file[:_MAX_FORMAT_BYTES])
    return None if match is None else "back" if match[1] else "out"


def is_newer(file: bytes) -> bool:
    """Whether a later version of the program wrote the file, in a way that this one cannot read."""
    match = _FORMAT.match(file[:_MAX_FORMAT_BYTES])
    return match is not None and int(match[2]) > _NUMBER


def shelf_version(every: Mapping[str, bytes]) -> str:
    """The version of a shelf: the box's tablets fetch everything again when anything on it changes."""
    return hashlib.sha256(b"".join(sorted(every.values()))).hexdigest()[:16]


def box_key(keyring: Keyring, tablet_id: int) -> bytes:
    """The key that a server shares with a box, which is a tablet in its tables; 32 bytes."""
    return keyring.derive(PEPPER, f"box-{tablet_id}")


def encrypt_bundle(key: bytes, pass_text: str, box_bundle: BoxBundle) -> bytes:
    """Encrypt a bundle from a box.

    Args:
        key: of the box, 32 bytes.
        pass_text: the box's pass; it is readable in the file, so that the server finds the key.
        box_bundle: the bundle.
    """
    return (
        OUT + pass_text.encode() + b"\n" + encrypt(key, msgspec.msgpack.encode(box_bundle), _purpose("out", pass_text))
    )


def read_box_pass(file: bytes) -> str:
    """The pass in a file from a box.

    Raises:
        CannotOpen: the file is no such bundle.
    """
    match = _HEAD.match(file[len(OUT) :][:64]) if file.startswith(OUT) else None
    if match is None:
        raise CannotOpen
    return match[1].decode()


def open_bundle(key: bytes, file: bytes) -> BoxBundle:
    """Open a bundle from a box.

    Raises:
        CannotOpen: it is no such bundle, was altered, or comes from another box.
    """
    pass_text = read_box_pass(file)
    blob = decrypt(key, file[len(OUT) + len(pass_text) + 1 :], _purpose("out", pass_text))
    try:
        return msgspec.msgpack.decode(blob, type=BoxBundle)
    except msgspec.DecodeError:
        raise CannotOpen from None


def encrypt_answer(key: bytes, pass_text: str, answer: BundleAnswer) -> bytes:
    """Encrypt an answer for a box; it compresses well, because pages in three languages are much alike."""
    return BACK + encrypt(
        key, lzma.compress(msgspec.msgpack.encode(answer), preset=_PRESET), _purpose("back", pass_text)
    )


def open_answer(key: bytes, pass_text: str, file: bytes) -> BundleAnswer:
    """Open an answer for a box.

    Raises:
        CannotOpen: it is no answer, was altered, or is for another box.
    """
    if not file.startswith(BACK):
        raise CannotOpen
    blob = decrypt(key, file[len(BACK) :], _purpose("back", pass_text))
    try:
        return msgspec.msgpack.decode(lzma.decompress(blob), type=BundleAnswer)
    except (msgspec.DecodeError, lzma.LZMAError):
        raise CannotOpen from None


def _purpose(direction: str, pass_text: str) -> SealingContext:
    return sealing_context("bundle", direction, pass_text)
