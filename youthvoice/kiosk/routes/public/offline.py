"""A tablet that works without a network - HTTP only: its worker, what lies on it, and what it delivers."""

import gzip
import json
from functools import lru_cache
from hashlib import sha256
from typing import Final

import msgspec
from flask import Blueprint, Response, abort, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.kiosk import pages
from youthvoice.kiosk.offline import envelope, envelope_intake, manifest
from youthvoice.kiosk.offline.code_screens import code_screen_parts
from youthvoice.sites.tablets import device, tablet_status
from youthvoice.web import headers
from youthvoice.web.assets import asset_address, load_assets
from youthvoice.web.deliveries import receipt
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, rate_limited
from youthvoice.web.unchanged_pages import mark_of

offline_pages = Blueprint("offline", __name__)


offline_pages.before_request(headers.refuse_other_sites)


_WORKER: Final = ("offline/sealing.js", "offline/queue.js", "offline/worker.js")

_HASH: Final = 16  # hexadecimal digits, as in the address of a file

_NEVER_OPENS, _MISSING = 410, 423


class _Status(msgspec.Struct):
    report: tablet_status.TabletReport
    tablet: str = msgspec.field(name="pass")


def _digits(page: bytes) -> str:
    return sha256(page).hexdigest()[:_HASH]


@lru_cache(maxsize=1)
def _worker() -> tuple[bytes, bytes, str]:
    """As it is, pressed, and what tells it from another one. What no console replaces vouches for the harmless page."""
    exits = {url_for("kiosk.exit_page", code=code): _digits(pages.render_exit(code)) for code in languages.TRANSLATED}
    whole = b"".join(
        [b"const EXITS=%b;\n" % json.dumps(exits).encode(), *(load_assets()[name].plain for name in _WORKER)]
    )
    return whole, gzip.compress(whole, 9, mtime=0), sha256(whole).hexdigest()


@offline_pages.get("/worker.js")
def worker() -> ResponseReturnValue:
    """The script that stands between the tablet and its network; a browser asks for it by this one address."""
    whole, pressed, mark = _worker()
    takes = request.accept_encodings["gzip"] > 0
    reply = Response(pressed if takes else whole, content_type="text/javascript; charset=utf-8")
    if takes:
        reply.headers["Content-Encoding"] = "gzip"
    reply.headers["Vary"] = "Accept-Encoding"
    reply.headers["Cache-Control"] = "no-cache"
    reply.set_etag(mark)
    return reply.make_conditional(request)


@offline_pages.get("/app.webmanifest")
def installed() -> ResponseReturnValue:
    """What a tablet calls this when it is put on its first screen."""
    icon = {"src": asset_address("shared/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    values = {
        "name": _("Youth Voice"),
        "start_url": "/language",
        "scope": "/",
        "display": "standalone",
        "icons": [icon],
    }
    return Response(json.dumps(values), content_type="application/manifest+json")


@offline_pages.get("/offline/manifest")
def show_manifest() -> ResponseReturnValue:
    """What this tablet fetches beforehand; it asks at each start, and mostly has it."""
    tablet = device.current_tablet() or abort(403)
    reply = jsonify(manifest.offline_manifest(db.session(), tablet).as_json())
    reply.set_etag(mark_of(reply.get_data()))
    reply.date = context.now()  # the tablet learns from it how far its own clock is off
    return reply


@offline_pages.post("/offline/status")
@rate_limited(SENDING)
def keep_status() -> ResponseReturnValue:
    """What the tablet says of itself: by its cookie, which it keeps when it is let go, for the pass that it seals with.

    A hostile caller without the cookie pays nothing and changes nothing (403 after one query); with it he sits at the
    tablet, and writes one row, however often he calls.
    """
    try:
        status = msgspec.json.decode(request.get_data(), type=_Status)
    except msgspec.DecodeError:
        abort(400)
    tablet_pass = device.find_speaker(db.session(), status.tablet) or abort(403)
    tablet_status.record_report(
        db.session(), tablet_pass.tablet_id, status.report, context.now(), passes_from=tablet_pass.given
    )
    db.session().commit()
    return "", 204


@offline_pages.post(envelope.DELIVER)
def refuse() -> ResponseReturnValue:
    """An envelope that did not open: what it holds stays on the tablet.

    What never opens the tablet may forget once an adult has read of it. No page answers 410 to what was delivered.
    """
    why = request.environ.get(envelope_intake.REFUSED, "CannotOpen")
    if why == envelope_intake.TOO_MANY:
        abort(429)
    number, tablet = request.environ.get(envelope_intake.NUMBER), device.current_tablet()
    if why != "KeyMissing" and number and tablet and tablet_status.is_to_be_cleared(db.session(), tablet.tablet_id):
        return receipt(number, late=True)
    return jsonify(refused=why), _MISSING if why == "KeyMissing" else _NEVER_OPENS


def _shown(template: str) -> str:
    device.current_tablet()  # what can be heard on a page depends on the tablet
    return pages.render_kiosk_page(template)


@offline_pages.get("/offline/saved")
def saved() -> ResponseReturnValue:
    """It is kept on this tablet, and goes when there is a network."""
    return _shown("kiosk/offline/saved.html")


@offline_pages.get("/offline/code")
def code() -> ResponseReturnValue:
    """The screens with a child's seven pictures, for the worker to put together."""
    tablet = device.current_tablet() or abort(403)
    return jsonify(code_screen_parts(tablet.site))


@offline_pages.get("/offline/over")
def over() -> ResponseReturnValue:
    """In place of what has ended, by the tablet's own clock."""
    return _shown("kiosk/offline/over.html")


@offline_pages.get("/offline/cannot")
def cannot() -> ResponseReturnValue:
    """What needs a network, when there is none."""
    return _shown("kiosk/offline/cannot.html")
