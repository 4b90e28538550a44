"""How a box reaches its main house: one POST, and whatever is not the house's own answer is none.

No redirect is followed. A captive portal's page, a proxy's word or a certificate of anybody else is the same to a box
as no network: what the house says is locked with their key, and repeats what this box asked with.
"""

import ssl
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from youthvoice.box.bundle import HOUSE_OLDER, RECEIVE

MAX_ANSWER_BYTES = 32 * 1024 * 1024

_SILENCE_SECONDS = 30.0  # without a byte, either way

_MIN_BYTES_PER_SECOND = 2 * 1024  # as the front of a house asks of a body

_PATIENCE_SECONDS = 180.0  # until the first byte of an answer: the house delivers meanwhile, and gathers pages

_BLOCK = 64 * 1024

_OK = 200


class HouseNotReached(Exception):
    """No answer of the house came; nothing was changed here. `code` says why in one word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def post_bundle(house: str, bundle: bytes) -> bytes:
    """Bring a bundle to the house; gives what it answers, still locked.

    Args:
        house: its address, such as `https://youthvoice.example.org`.
        bundle: from `bundle.lock_out`.

    Raises:
        HouseNotReached: `network`, `certificate` for one of another name or day, `portal` for an answer that no house
            gives, `refused`, `house_older`, `busy`.
    """
    at = urlsplit(house)
    if at.scheme == "https":
        line: HTTPConnection = HTTPSConnection(
            at.netloc, timeout=_SILENCE_SECONDS, context=ssl.create_default_context()
        )
    else:
        line = HTTPConnection(at.netloc, timeout=_SILENCE_SECONDS)
    try:
        line.request("POST", RECEIVE, bundle, {"Content-Type": "application/octet-stream", "Connection": "close"})
        if line.sock is not None:
            line.sock.settimeout(_PATIENCE_SECONDS)
        with line.getresponse() as answer:
            if answer.status != _OK:
                raise HouseNotReached(_why(answer.status, answer.read1(_BLOCK)))
            return _read(answer.read1)
    except ssl.SSLCertVerificationError:
        raise HouseNotReached("certificate") from None
    except (OSError, HTTPException):
        raise HouseNotReached("network") from None
    finally:
        line.close()


def _why(status: int, said: bytes) -> str:
    if status == 422:  # noqa: PLR2004 - as the house says that it does not know this box, or not what it brings
        return "house_older" if HOUSE_OLDER.encode() in said else "refused"
    return "busy" if status in {429, 500, 502, 503, 504} else "portal"


def _read(read: Callable[[int], bytes]) -> bytes:
    """An answer to its end, unless it is larger or slower than any of a house."""
    began, parts, size = time.monotonic(), [], 0
    while part := read(_BLOCK):
        parts.append(part)
        size += len(part)
        slow = time.monotonic() - began > _SILENCE_SECONDS + size / _MIN_BYTES_PER_SECOND
        if size > MAX_ANSWER_BYTES or slow:
            raise HouseNotReached("portal")
    return b"".join(parts)
