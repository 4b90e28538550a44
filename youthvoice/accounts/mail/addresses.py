"""Addresses of staff: locked at rest under the key file `mail`, all in blobs of one length."""

from youthvoice.mail.messages import NotAnAddress, plain_address
from youthvoice.privacy.crypto.padding import LENGTH_BYTES
from youthvoice.privacy.crypto.sealing import CannotOpen, context, lock_padded, unlock_padded
from youthvoice.privacy.keys.keyring import Keyring
from youthvoice.privacy.keys.names import MAIL

__all__ = ["LONGEST", "NotAnAddress", "locked", "plain", "plain_address"]

LONGEST = 254  # letters of an address; RFC 5321
_SIZE = 4 * LONGEST + LENGTH_BYTES  # a letter takes up to four bytes
_PURPOSE = context("staff-mail", "address")


def locked(keyring: Keyring, address: str) -> bytes | None:
    """An address for a row; None for an empty one.

    Raises:
        NotAnAddress: it is none.
    """
    if not address.strip():
        return None
    return lock_padded(keyring.key(MAIL), plain_address(address).encode(), _SIZE, _PURPOSE)


def plain(keyring: Keyring, blob: bytes | None) -> str:
    """An address in clear; empty where there is none, or where the mail key is not the one it was locked under."""
    if blob is None:
        return ""
    try:
        return unlock_padded(keyring.key(MAIL), blob, _PURPOSE).decode()
    except CannotOpen:
        return ""
