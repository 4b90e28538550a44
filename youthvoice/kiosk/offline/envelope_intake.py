"""A tablet delivers an envelope: it is opened before the application sees it, and answered as if a page had sent it.

So there is one way in for everything a child sends, and whatever is checked is checked there. A page takes no other
sheet than the one that the envelope says it holds (`web.deliveries`); one that came before is a success again.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from flask import Flask

from youthvoice import context
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
from youthvoice.threads.child_codes import sheet_codes
from youthvoice.threads.receipts import oldest_month
from youthvoice.web.deliveries import DELIVERED, ENVELOPE, DeliveredEnvelope
from youthvoice.web.i18n import languages

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
    blob = environ["wsgi.input"].read(MAX_ENVELOPE_BYTES + 1)
    try:
        with app.app_context():
            found = open_envelope(context.keyring(), blob)
    except (CannotOpen, KeyGone) as error:
        why = "KeyMissing" if _is_missing(app, blob, error) else type(error).__name__
        told = {REFUSED: why, NUMBER: read_number(blob)}
        return {**environ, "wsgi.input": BytesIO(), "CONTENT_LENGTH": "0", **told}
    return _as_request(environ, found)


def _is_missing(app: Flask, blob: bytes, error: Exception) -> bool:
    """Whether its key is gone before its time: it may come back with the key folder, and then it opens."""
    with app.app_context():
        today = context.today()
    return isinstance(error, KeyGone) and oldest_month(today) <= read_month(blob) <= month_name(today)


REFUSED: Final = "youthvoice.envelope"
"""In the environment of a request whose envelope did not open: why."""


NUMBER: Final = "youthvoice.envelope_number"
"""There, too: its outer number, 16 bytes; None where it is no envelope at all."""


def _as_request(environ: "WSGIEnvironment", found: OfflineRequest) -> dict[str, Any]:
    kept = {name: value for name, value in environ.items() if not name.startswith("HTTP_COOKIE")}
    return {
        **kept,
        "PATH_INFO": found.path,
        "QUERY_STRING": "",
        "CONTENT_TYPE": found.type,
        "CONTENT_LENGTH": str(len(found.body)),
        "HTTP_ACCEPT": "application/json",
        languages.HEADER: found.language,
        sheet_codes.DRAWN: found.code,
        "wsgi.input": BytesIO(found.body),
        DELIVERED: found.tablet,
        ENVELOPE: DeliveredEnvelope(found.sheet, found.outer),
    }
