"""What travels between a box and its main house: locked with a key that only these two have.

From the box: envelopes, which it cannot open itself. Back to it: which of them the house has, and everything that
children can do there now, numbered by the house. A bundle that comes twice changes nothing: the house knows each sheet
by its number, the box forgets an envelope only when a bundle that came back says so, and never shows what is older.
Source: DESIGN.md 6; PRIVACY.md C, "The tablet's queue".
"""

import hashlib
import lzma
import re
from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, lock, sealing_context, unlock
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.privacy.keys.keyring import Keyring

OUT: Final = b"youth voice bundle 1\n"
"""Begins a file from a box."""

BACK: Final = b"youth voice bundle back 1\n"
"""Begins a file that goes back to it."""

RECEIVE: Final = "/offline/bundle"
"""Where a box that meets a network brings what would lie on a stick, in parts."""

HOUSE_OLDER: Final = "NewerBundle"
"""What a house says there to a bundle of a later version than its own."""

MAX_PART_BYTES: Final = 3 * 1024 * 1024
"""Of envelopes in one part, and of pages in one answer but for the last; the front lets five megabytes in."""

_FORMAT: Final = re.compile(rb"youth voice bundle (back )?(\d{1,6})\n")

_NUMBER: Final = 1
"""Of the format. It becomes another one only where an older side would lose or misread something: whatever it does not
know it passes over, and what is not said is as it was."""

MAX_ENVELOPES: Final = 4_096
"""Of one bundle that a house looks at; 64 MB of what tablets make are 2,048."""

_LONGEST: Final = 64

_HEAD: Final = re.compile(rb"([A-Za-z0-9_-]{32})\n")

_DIGEST_BYTES: Final = 16

_PRESET: Final = 1  # 1.5 MB of pages in three languages become 0.12 MB in 70 ms; the best one takes seven times as long


class ShelfPage(msgspec.Struct, frozen=True):
    """One page or file.

    Attributes:
        name: its language and its address, such as `en/help`; a file has no language: `/static/...`.
        headers: with which it is answered.
        body: not compressed.
    """

    name: str
    headers: dict[str, str]
    body: bytes

    @property
    def digest(self) -> bytes:
        """What tells it from any other, 16 bytes."""
        msgpack = msgspec.msgpack.encode((self.name, sorted(self.headers.items()), self.body))
        return hashlib.sha256(msgpack).digest()[:_DIGEST_BYTES]


class Shelf(msgspec.Struct, frozen=True):
    """Everything that children can do at a site, as the house answered it.

    Attributes:
        manifest: as a tablet reads it (`kiosk.offline.manifest`).
        every: all pages and files by name, each with its digest.
        pages: those that the box did not say it has.
    """

    manifest: dict[str, Any]
    every: dict[str, bytes]
    pages: tuple[ShelfPage, ...]


class BundleOut(msgspec.Struct, frozen=True):
    """What a box gives.

    Attributes:
        made_at: by its own clock, seconds since 1970 UTC: everything that was sent by then lies in it, or came before.
        envelopes: as tablets sealed them.
        more: whether others wait there that do not lie in it.
        room: whether the next child finds room.
        closed: whether the box knows that it was let go: nobody sends anything there any more.
        ask: random, to be repeated in what comes back at once; empty on a stick.
        has: digests of pages that the box has; None where it asks for none.
    """

    made_at: int
    envelopes: tuple[bytes, ...]
    more: bool = False
    room: bool = True
    closed: bool = False
    ask: bytes = b""
    has: tuple[bytes, ...] | None = ()


class BundleBack(msgspec.Struct, frozen=True):
    """What a box gets back.

    Attributes:
        number: a later one is larger: by the clock of the house, microseconds since 1970 UTC.
        had: digests of the very envelopes that the house has, which the box forgets by.
        shelf: what the box shows from now on; None where it asked for none, or was let go.
        gone: whether the house has let this box go.
        ask: what the box asked with.
    """

    number: int
    had: tuple[bytes, ...]
    shelf: Shelf | None
    gone: bool = False
    ask: bytes = b""


def side_of(file: bytes) -> Literal["out", "back"] | None:
    """Which side wrote a file: `out` a box, `back` a main house; None where it is no bundle."""
    match = _FORMAT.match(file[:_LONGEST])
    return None if match is None else "back" if match[1] else "out"


def is_newer(file: bytes) -> bool:
    """Whether a later version of the program wrote it, in a way that this one cannot read."""
    match = _FORMAT.match(file[:_LONGEST])
    return match is not None and int(match[2]) > _NUMBER


def shelf_version(every: Mapping[str, bytes]) -> str:
    """Tablets of the box fetch everything anew when anything on its shelf is another one."""
    return hashlib.sha256(b"".join(sorted(every.values()))).hexdigest()[:16]


def box_key(keyring: Keyring, tablet_id: int) -> bytes:
    """The key between a house and the box that stands in its rows as a tablet, 32 bytes."""
    return keyring.derive(PEPPER, f"box-{tablet_id}")


def lock_out(key: bytes, shown: str, bundle_out: BundleOut) -> bytes:
    """A file from a box.

    Args:
        key: of the box, 32 bytes.
        shown: its pass, which stands on the file so that the house finds the key.
        bundle_out: what it gives.
    """
    return OUT + shown.encode() + b"\n" + lock(key, msgspec.msgpack.encode(bundle_out), _purpose("out", shown))


def read_pass_of(file: bytes) -> str:
    """The pass that stands on a file from a box.

    Raises:
        CannotOpen: it is none.
    """
    match = _HEAD.match(file[len(OUT) :][:64]) if file.startswith(OUT) else None
    if match is None:
        raise CannotOpen
    return match[1].decode()


def open_out(key: bytes, file: bytes) -> BundleOut:
    """What lies in a file from a box.

    Raises:
        CannotOpen: it is none, was altered, or comes from another box.
    """
    shown = read_pass_of(file)
    blob = unlock(key, file[len(OUT) + len(shown) + 1 :], _purpose("out", shown))
    try:
        return msgspec.msgpack.decode(blob, type=BundleOut)
    except msgspec.DecodeError:
        raise CannotOpen from None


def lock_back(key: bytes, shown: str, back: BundleBack) -> bytes:
    """A file for a box; small, for pages in three languages are much alike."""
    return BACK + lock(key, lzma.compress(msgspec.msgpack.encode(back), preset=_PRESET), _purpose("back", shown))


def open_back(key: bytes, shown: str, file: bytes) -> BundleBack:
    """What came back.

    Raises:
        CannotOpen: it is none, was altered, or is for another box.
    """
    if not file.startswith(BACK):
        raise CannotOpen
    blob = unlock(key, file[len(BACK) :], _purpose("back", shown))
    try:
        return msgspec.msgpack.decode(lzma.decompress(blob), type=BundleBack)
    except (msgspec.DecodeError, lzma.LZMAError):
        raise CannotOpen from None


def _purpose(way: str, shown: str) -> SealingContext:
    return sealing_context("bundle", way, shown)
