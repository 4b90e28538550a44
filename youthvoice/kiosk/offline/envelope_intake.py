"""A tablet delivers an envelope: it is opened before the application sees it, and answered as if a page had sent it.

So there is one way in for everything a child sends, and whatever is checked is checked there. A page takes no other
sheet than the one that the envelope says it holds (`web.deliveries`); one that came before is a success again.

What a hostile caller pays: junk costs 1.5 milliseconds each to look at, ten a second of a line. From then on nothing is
opened for that line but what a tablet brings with its cookie, which has as many of its own: honest ones behind the same
address lose nothing, and one that was let go keeps its cookie.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from limits import parse
from werkzeug.http import parse_cookie

from youthvoice import context, db
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.kiosk.offline.envelope import (
    DELIVER,
    MAX_ENVELOPE_BYTES,
    OfflineRequest,
    open_envelope,
    read_month,
    read_number,
)
from youthvoice.privacy.keys.key_names import month_name
from youthvoice.sites.tablets.device import find_device
from youthvoice.threads.child_codes import submission_codes
from youthvoice.threads.receipts import oldest_month
from youthvoice.web.deliveries import BOX, CARRIER, DELIVERED, ENVELOPE, DeliveredEnvelope
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import flood_counts, network_of, tablet_cookie

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def unsealed(app: Flask, run: "WSGIApplication") -> "WSGIApplication":
    """An application that takes envelopes, too.

    Args:
        app: whose keys open them.
        run: what answers requests.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] == DELIVER and environ["REQUEST_METHOD"] == "POST":
            environ = _opened(app, environ)
        return run(environ, start_response)

    return answer


def _opened(app: Flask, environ: "WSGIEnvironment") -> "WSGIEnvironment":
    """The request that lay in it; what does not open is left as it came, and the page of this address says why."""
    with app.app_context():
        sender = _sender(environ)
        if sender and not flood_counts.is_within(JUNK, _JUNK, sender):
            return {**environ, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0", REFUSED: TOO_MANY, NUMBER: None}
    blob = environ["wsgi.input"].read(MAX_ENVELOPE_BYTES + 1)
    try:
        with app.app_context():
            offline_request = open_envelope(context.keyring(), blob)
    except (CannotOpen, KeyGone) as error:
        with app.app_context():
            if sender:
                flood_counts.hit(JUNK, _JUNK, sender)
        why = "KeyMissing" if _is_missing(app, blob, error) else type(error).__name__
        told = {REFUSED: why, NUMBER: read_number(blob)}
        return {**environ, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0", **told}
    with app.app_context():
        return _as_request(environ, offline_request)


JUNK: Final = parse("600 per minute")
"""Envelopes that do not open, of one line, and of one tablet where its line has sent as many."""

_JUNK, TOO_MANY = "junk", "TooMany"


def _sender(environ: "WSGIEnvironment") -> str:
    """Who counts as the same; nobody for what a box brings, which is bounded where it comes in."""
    if DELIVERED in environ:
        return ""
    line = "address:" + network_of(environ.get("REMOTE_ADDR", ""))
    token = _token(environ)
    if not token or flood_counts.is_within(JUNK, _JUNK, line):
        return line
    with db.reading(db.engine()) as session:
        tablet_id = find_device(session, token)
    return line if tablet_id is None else f"tablet:{tablet_id}|{line}"  # a copy of its cookie elsewhere is none of it


def _token(environ: "WSGIEnvironment") -> str:
    return parse_cookie(environ.get("HTTP_COOKIE", "")).get(tablet_cookie()) or ""


def _is_missing(app: Flask, blob: bytes, error: Exception) -> bool:
    """Whether its key is gone before its time: it may come back with the key folder, and then it opens."""
    with app.app_context():
        today = context.today()
    return isinstance(error, KeyGone) and oldest_month(today) <= read_month(blob) <= month_name(today)


REFUSED: Final = "youthvoice.envelope"
"""In the environment of a request whose envelope did not open: why."""

NUMBER: Final = "youthvoice.envelope_number"
"""There, too: its outer number, 16 bytes; None where it is no envelope at all."""


def _as_request(environ: "WSGIEnvironment", offline_request: OfflineRequest) -> dict[str, Any]:
    """What a page would have sent. No cookie opens anything for it; whose it is says who brought the envelope."""
    kept = {name: value for name, value in environ.items() if not name.startswith("HTTP_COOKIE")}
    return {
        **kept,
        "PATH_INFO": offline_request.path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": offline_request.type,
        "CONTENT_LENGTH": str(len(offline_request.body)),
        "HTTP_ACCEPT": "application/json",
        languages.HEADER: offline_request.language,
        submission_codes.DRAWN: offline_request.code,
        "wsgi.input": BytesIO(offline_request.body),
        DELIVERED: offline_request.tablet,
        ENVELOPE: DeliveredEnvelope(offline_request.sheet, offline_request.outer),
        CARRIER: _token(environ),
        BOX: environ.get(DELIVERED, ""),
    }
