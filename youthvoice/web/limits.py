"""Guards against floods. Tries of passwords and codes are rows, not this."""

import hashlib

from flask import request
from flask_limiter import Limiter

TABLET_COOKIE = "tablet"


def whoever_asks() -> str:
    """A tablet by its cookie (hashed), anything else by its address."""
    token = request.cookies.get(TABLET_COOKIE)
    if token:
        return "tablet:" + hashlib.sha256(token.encode()).hexdigest()[:32]
    return "address:" + (request.remote_addr or "")


limiter = Limiter(whoever_asks, headers_enabled=False, swallow_errors=False)
SENDING = "120 per minute"
SIGNING_IN = "30 per minute"
CODES = "20 per minute"
