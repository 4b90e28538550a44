"""Delivery of an envelope: it is opened before the application sees it, and handled as if a page had sent it.

So everything a child sends takes one way in, and is checked there. A page accepts no other submission id than the one
in the envelope (`web.deliveries`); one that came before succeeds again.

What a hostile caller pays: each bad envelope costs us 1.5 milliseconds, ten a second per line. Beyond that, only
envelopes that come with a tablet's cookie are opened for that line, up to the same limit for each tablet: honest
tablets behind the same address lose nothing, and a retired tablet keeps its cookie.
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
    read_outer_number,
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


def accept_envelopes(app: Flask, run: "WSGIApplication") -> "WSGIApplication":
    """Wrap a WSGI application so that it also accepts envelopes.

    Args:
        app: whose keys open them.
        run: the application to wrap.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ["PATH_INFO"] == DELIVER and environ["REQUEST_METHOD"] == "POST":
            environ = _open_request(app, environ)
        return run(environ, start_response)

    return answer


def _open_request(app: Flask, environ: "WSGIEnvironment") -> "WSGIEnvironment":
    """The request inside the envelope; one that does not open stays as it is, and its page answers why."""
    with app.app_context():
        sender = _sender_of(environ)
        if sender and not flood_counts.is_within(JUNK, _JUNK_COUNTER, sender):
            return {**environ, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0", REFUSED: TOO_MANY, NUMBER: None}
    blob = environ["wsgi.input"].read(MAX_ENVELOPE_BYTES + 1)
    try:
        with app.app_context():
            offline_request = open_envelope(context.keyring(), blob)
    except (CannotOpen, KeyGone) as error:
        with app.app_context():
            if sender:
                flood_counts.hit(JUNK, _JUNK_COUNTER, sender)
        why = "KeyMissing" if _is_missing(app, blob, error) else type(error).__name__
        refusal = {REFUSED: why, NUMBER: read_outer_number(blob)}
        return {**environ, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0", **refusal}
    with app.app_context():
        return _as_request(environ, offline_request)


JUNK: Final = parse("600 per minute")
"""Bad envelopes of one line, and of one tablet once its line has sent as many."""

_JUNK_COUNTER, TOO_MANY = "junk", "TooMany"


def _sender_of(environ: "WSGIEnvironment") -> str:
    """The sender in whose name bad envelopes count; empty for a box, which is limited where it connects."""
    if DELIVERED in environ:
        return ""
    line = "address:" + network_of(environ.get("REMOTE_ADDR", ""))
    token = _token(environ)
    if not token or flood_counts.is_within(JUNK, _JUNK_COUNTER, line):
        return line
    with db.reading(db.engine()) as session:
        tablet_id = find_device(session, token)
    return line if tablet_id is None else f"tablet:{tablet_id}|{line}"  # a copy of its cookie elsewhere counts apart


def _token(environ: "WSGIEnvironment") -> str:
    return parse_cookie(environ.get("HTTP_COOKIE", "")).get(tablet_cookie()) or ""


def _is_missing(app: Flask, blob: bytes, error: Exception) -> bool:
    """Whether its key is gone too early: it may come back with the key folder, and then the envelope opens."""
    with app.app_context():
        today = context.today()
    return isinstance(error, KeyGone) and oldest_month(today) <= read_month(blob) <= month_name(today)


REFUSED: Final = "youthvoice.envelope"
"""WSGI variable of a request whose envelope did not open: the reason."""

NUMBER: Final = "youthvoice.envelope_number"
"""WSGI variable beside it: the outer number, 16 bytes; None where the bytes are no envelope."""


def _as_request(environ: "WSGIEnvironment", offline_request: OfflineRequest) -> dict[str, Any]:
    """The WSGI environment a page would have sent, without cookies; `CARRIER` names who delivered the envelope."""
    without_cookies = {name: value for name, value in environ.items() if not name.startswith("HTTP_COOKIE")}
    return {
        **without_cookies,
        "PATH_INFO": offline_request.path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": offline_request.type,
        "CONTENT_LENGTH": str(len(offline_request.body)),
        "HTTP_ACCEPT": "application/json",
        languages.HEADER: offline_request.language,
        submission_codes.DRAWN: offline_request.code,
        "wsgi.input": BytesIO(offline_request.body),
        DELIVERED: offline_request.tablet,
        ENVELOPE: DeliveredEnvelope(offline_request.submission_id, offline_request.outer),
        CARRIER: _token(environ),
        BOX: environ.get(DELIVERED, ""),
    }
