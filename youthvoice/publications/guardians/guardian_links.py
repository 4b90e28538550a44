"""The link in a mail to a guardian: a signed token of a publication, an address, and the last day on which it is valid.

The number of a removed address may be given to the next one, so the token is also bound to the address's fingerprint.

Source: RFC 2104 (HMAC), shortened to 160 bits.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

LINK_DAYS: Final = 120
"""Days for which the link of a letter opens the page: more than a quarter, so that the next letter brings a new one."""

_MAC_BYTES = 20

_ID_BYTES = 4

_DAY_BYTES = 3

_MAX_TOKEN_LETTERS = 120


class LinkTarget(NamedTuple):
    """The publication and address of a link, and the last day on which it is valid."""

    slug: str
    address_id: int
    until: date


def make_link_token(key: bytes, slug: str, address_id: int, mark: bytes, until: date) -> str:
    """The token for one publication and one address.

    Args:
        key: 32 bytes, from the key file `links`.
        slug: of the publication, ASCII.
        address_id: row of `addresses`.
        mark: the fingerprint of that address.
        until: the last day on which it is valid.
    """
    day = until.toordinal().to_bytes(_DAY_BYTES, "big")
    signed = address_id.to_bytes(_ID_BYTES, "big") + day + slug.encode("ascii")
    return _encode(_mac(key, mark, signed) + signed)


def read_link_token(key: bytes, token: str, mark_of: Callable[[int], bytes | None]) -> LinkTarget | None:
    """The target of a token; None for an invalid one, or if its number belongs to another address now.

    Args:
        key: 32 bytes, from the key file `links`.
        token: as sent.
        mark_of: returns the fingerprint of the address with a number; None if there is none.
    """
    if len(token) > _MAX_TOKEN_LETTERS or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if _encode(raw) != token:
        return None  # base64 has several spellings of its last letter; a link has one
    mac, signed = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    address_id, rest = int.from_bytes(signed[:_ID_BYTES], "big"), signed[_ID_BYTES:]
    mark = mark_of(address_id)
    if mark is None or not hmac.compare_digest(mac, _mac(key, mark, signed)):
        return None
    until = date.fromordinal(int.from_bytes(rest[:_DAY_BYTES], "big"))
    return LinkTarget(rest[_DAY_BYTES:].decode("ascii"), address_id, until)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _mac(key: bytes, mark: bytes, signed: bytes) -> bytes:
    return hmac.digest(key, b"youthvoice/1|view-link-until|" + mark + signed, hashlib.sha256)[:_MAC_BYTES]
