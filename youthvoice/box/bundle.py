"""What travels between a box and its main house: locked with a key that only these two have, numbered by the box.

From the box: envelopes, which it cannot open itself. Back to it: which of them the house has, and everything that
children can do there now. A bundle that comes twice changes nothing: the house knows each sheet by its number, and the
box forgets an envelope only when a bundle that came back says so.
Source: DESIGN.md 6; PRIVACY.md C, "The tablet's queue".
"""

import re
from typing import Any, Final

import msgspec

from youthvoice.errors import CannotOpen
from youthvoice.privacy.crypto.symmetric_encryption import SealingContext, lock, sealing_context, unlock
from youthvoice.privacy.keys.key_names import PEPPER
from youthvoice.privacy.keys.keyring import Keyring

OUT: Final = b"youth voice bundle 1\n"
"""Begins a file from a box."""


BACK: Final = b"youth voice bundle back 1\n"
"""Begins a file that goes back to it."""


_HEAD: Final = re.compile(rb"([A-Za-z0-9_-]{32})\n")


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


class Shelf(msgspec.Struct, frozen=True):
    """Everything that children can do at a site, as the house answered it.

    Attributes:
        manifest: as a tablet reads it (`kiosk.offline.manifest`).
        pages: with their files.
    """

    manifest: dict[str, Any]
    pages: tuple[ShelfPage, ...]


class BundleOut(msgspec.Struct, frozen=True):
    """What a box gives.

    Attributes:
        made_at: by its own clock, seconds since 1970 UTC: everything that was sent by then lies in it, or came before.
        envelopes: as tablets sealed them.
    """

    made_at: int
    envelopes: tuple[bytes, ...]


class BundleBack(msgspec.Struct, frozen=True):
    """What a box gets back.

    Attributes:
        taken: numbers of the sheets that the house has, 16 bytes each.
        shelf: what it shows from now on.
    """

    taken: tuple[bytes, ...]
    shelf: Shelf


def box_key(keyring: Keyring, tablet_id: int) -> bytes:
    """The key between a house and the box that stands in its rows as a tablet, 32 bytes."""
    return keyring.derive(PEPPER, f"box-{tablet_id}")


def lock_out(key: bytes, shown: str, out: BundleOut) -> bytes:
    """A file from a box.

    Args:
        key: of the box, 32 bytes.
        shown: its pass, which stands on the file so that the house finds the key.
        out: what it gives.
    """
    return OUT + shown.encode() + b"\n" + lock(key, msgspec.msgpack.encode(out), _purpose("out", shown))


def read_pass_of(file: bytes) -> str:
    """The pass that stands on a file from a box.

    Raises:
        CannotOpen: it is none.
    """
    found = _HEAD.match(file[len(OUT) :][:64]) if file.startswith(OUT) else None
    if found is None:
        raise CannotOpen
    return found[1].decode()


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
    """A file for a box."""
    return BACK + lock(key, msgspec.msgpack.encode(back), _purpose("back", shown))


def open_back(key: bytes, shown: str, file: bytes) -> BundleBack:
    """What came back.

    Raises:
        CannotOpen: it is none, was altered, or is for another box.
    """
    if not file.startswith(BACK):
        raise CannotOpen
    blob = unlock(key, file[len(BACK) :], _purpose("back", shown))
    try:
        return msgspec.msgpack.decode(blob, type=BundleBack)
    except msgspec.DecodeError:
        raise CannotOpen from None


def _purpose(way: str, shown: str) -> SealingContext:
    return sealing_context("bundle", way, shown)
