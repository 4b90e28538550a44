"""The link that a mail to a guardian bears: it names a publication and an address, and opens until a day that it bears.

The number of an address that was removed may be given to the next one: so a link holds for its mark, too.

Source: RFC 2104 (HMAC), shortened to 160 bits.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

_MAC = 20

_ID = 4

_DAY = 3

_LONGEST = 120  # letters of a token


class LinkTarget(NamedTuple):
    """What a link names, and the last day on which it opens."""

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
        until: the last day on which it opens.
    """
    named = address_id.to_bytes(_ID, "big") + until.toordinal().to_bytes(_DAY, "big") + slug.encode("ascii")
    return _written(_mac(key, mark, named) + named)


def read_link_token(key: bytes, token: str, mark_of: Callable[[int], bytes | None]) -> LinkTarget | None:
    """What a token names; None for one that was not made here, or whose address is another now.

    Args:
        key: 32 bytes, from the key file `links`.
        token: as it came.
        mark_of: the fingerprint of the address with a number; None where there is none.
    """
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if _written(raw) != token:
        return None  # base64 has several spellings of its last letter; a link has one
    mac, named = raw[:_MAC], raw[_MAC:]
    address_id = int.from_bytes(named[:_ID], "big")
    mark = mark_of(address_id)
    return _opened(key, mark, mac, named) if mark is not None else None


def _opened(key: bytes, mark: bytes, mac: bytes, named: bytes) -> LinkTarget | None:
    if not hmac.compare_digest(mac, _mac(key, mark, named)):
        return None
    address_id, rest = int.from_bytes(named[:_ID], "big"), named[_ID:]
    day = date.fromordinal(int.from_bytes(rest[:_DAY], "big"))
    return LinkTarget(rest[_DAY:].decode("ascii"), address_id, day)


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _mac(key: bytes, mark: bytes, named: bytes) -> bytes:
    return hmac.digest(key, b"youthvoice/1|view-link-until|" + mark + named, hashlib.sha256)[:_MAC]
