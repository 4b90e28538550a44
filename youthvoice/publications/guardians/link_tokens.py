"""The link in a guardian's mail: a keyed signature over publication and address; nothing is stored.

The number of an address that was removed may be given to the next one: so a link holds for its mark, too.

Source: RFC 2104 (HMAC), shortened to 160 bits.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from typing import NamedTuple

_MAC = 20
_ID = 4
_LONGEST = 120  # letters of a token


class Named(NamedTuple):
    """What a link names."""

    slug: str
    address_id: int


def token_for(key: bytes, slug: str, address_id: int, mark: bytes) -> str:
    """The token for one publication and one address.

    Args:
        key: 32 bytes, from the key file `links`.
        slug: of the publication, ASCII.
        address_id: row of `addresses`.
        mark: the fingerprint of that address.
    """
    named = address_id.to_bytes(_ID, "big") + slug.encode("ascii")
    return _written(_mac(key, mark, named) + named)


def named_by(key: bytes, token: str, mark_of: Callable[[int], bytes | None]) -> Named | None:
    """What a token names; None for one that this house did not make, or whose address is another now.

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
    if mark is None or not hmac.compare_digest(mac, _mac(key, mark, named)):
        return None
    return Named(named[_ID:].decode("ascii"), address_id)


def _written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _mac(key: bytes, mark: bytes, named: bytes) -> bytes:
    return hmac.digest(key, b"youthvoice/1|view-link|" + mark + named, hashlib.sha256)[:_MAC]
