"""How a box reaches its main server: one POST, whose answer is accepted only if it comes from the server itself.

No redirect is followed. A captive portal's page, a proxy's message or somebody else's certificate count as no network:
the server's answer is encrypted with their shared key, and repeats the random value of this box's bundle.
"""

import ssl
import time
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from youthvoice.box.bundle import BUNDLE_PATH, SERVER_OLDER

MAX_ANSWER_BYTES = 32 * 1024 * 1024

_SILENCE_SECONDS = 30.0  # without a byte, either way

_MIN_BYTES_PER_SECOND = 2 * 1024  # as the server's reverse proxy requires of a body

_PATIENCE_SECONDS = 180.0  # until the first byte of an answer: the server first delivers envelopes and renders pages

_BLOCK = 64 * 1024

_OK = 200


class ServerNotReached(Exception):
    """No answer of the server came; nothing was changed here. `code` is the reason in one word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def post_bundle(server: str, bundle: bytes) -> bytes:
    """Send a bundle to the server; returns the answer, still encrypted.

    Args:
        server: address of the server, such as `https://youthvoice.example.org`.
        bundle: from `bundle.encrypt_bundle`.

    Raises:
        ServerNotReached: `network`, `certificate` for one of another name or day, `portal` for an answer that is not a
            server's, `refused`, `house_older`, `busy`.
    """
    address = urlsplit(server)
    if address.scheme == "https":
        http: HTTPConnection = HTTPSConnection(
            address.netloc, timeout=_SILENCE_SECONDS, context=ssl.create_default_context()
        )
    else:
        http = HTTPConnection(address.netloc, timeout=_SILENCE_SECONDS)
    try:
        http.request("POST", BUNDLE_PATH, bundle, {"Content-Type": "application/octet-stream", "Connection": "close"})
        if http.sock is not None:
            http.sock.settimeout(_PATIENCE_SECONDS)
        with http.getresponse() as answer:
            if answer.status != _OK:
                raise ServerNotReached(_code_of(answer.status, answer.read1(_BLOCK)))
            return _read(answer.read1)
    except ssl.SSLCertVerificationError:
        raise ServerNotReached("certificate") from None
    except (OSError, HTTPException):
        raise ServerNotReached("network") from None
    finally:
        http.close()


def _code_of(status: int, body: bytes) -> str:
    if status == 422:  # noqa: PLR2004 - the server does not know this box, or its format
        return "house_older" if SERVER_OLDER.encode() in body else "refused"
    return "busy" if status in {429, 500, 502, 503, 504} else "portal"


def _read(read: Callable[[int], bytes]) -> bytes:
    """Read an answer to its end, unless it is larger or slower than a server's."""
    started, parts, size = time.monotonic(), [], 0
    while part := read(_BLOCK):
        parts.append(part)
        size += len(part)
        slow = time.monotonic() - started > _SILENCE_SECONDS + size / _MIN_BYTES_PER_SECOND
        if size > MAX_ANSWER_BYTES or slow:
            raise ServerNotReached("portal")
    return b"".join(parts)
