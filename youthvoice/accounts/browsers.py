"""Browsers that let somebody in before: a stranger's wrong passwords cannot keep her out of those.

The cookie lets nobody in. It says, under the pepper, that a handle was right here once, so that its tries are counted
apart from everybody else's on the same line.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from typing import Final, NamedTuple

from flask import has_request_context, request
from werkzeug.wrappers import Response as AnyResponse

from youthvoice import context as running
from youthvoice.privacy.keys.names import PEPPER
from youthvoice.web.rate_limits import from_where

_MOST: Final = 6
"""People who share a browser; who signed in longest ago is forgotten."""
_LASTS_SECONDS: Final = 400 * 24 * 3600
_RANDOM_BYTES: Final = 12
COMMAND_LINE: Final = "command line"


class Origin(NamedTuple):
    """Where a try comes from, and whether that handle was let in from there before."""

    where: str
    known: bool


def origin(handle: str) -> Origin:
    """Of the request that runs; the machine's own command line is known."""
    if not has_request_context():
        return Origin(COMMAND_LINE, known=True)
    for entry in _entries():
        if hmac.compare_digest(entry, _entry(entry[: _RANDOM_BYTES * 2], handle)):
            return Origin(f"browser:{entry[: _RANDOM_BYTES * 2]}", known=True)
    return Origin(from_where(), known=False)


def remember(response: AnyResponse, handle: str) -> None:
    """Let this browser show later that a handle was right here."""
    handle = handle.strip().casefold()
    others = [entry for entry in _entries() if entry != _entry(entry[: _RANDOM_BYTES * 2], handle)]
    entries = [_entry(secrets.token_hex(_RANDOM_BYTES), handle), *others][:_MOST]
    secure = not running.settings().development
    response.set_cookie(
        cookie_name(), ".".join(entries), max_age=_LASTS_SECONDS, httponly=True, samesite="Lax", secure=secure, path="/"
    )


def cookie_name() -> str:
    """Bound to this host in production."""
    return "known" if running.settings().development else "__Host-known"


def _entries() -> Iterator[str]:
    sent = request.cookies.get(cookie_name(), "").split(".")[:_MOST]
    return (entry for entry in sent if entry and entry.isascii())


def _entry(random: str, handle: str) -> str:
    words = f"known browser|{random}|{handle}".encode("utf-8", "surrogatepass")
    return random + hmac.new(running.keyring().key(PEPPER), words, hashlib.sha256).hexdigest()
