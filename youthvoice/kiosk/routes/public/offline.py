"""A tablet that works without a network - HTTP only: its worker script, its manifest, and its deliveries."""

import gzip
import json
from functools import lru_cache
from hashlib import sha256
from http import HTTPStatus
from typing import Final

import msgspec
from flask import Blueprint, Response, abort, jsonify, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.kiosk import pages
from youthvoice.kiosk.offline import envelope, envelope_intake, manifest
from youthvoice.kiosk.offline.code_screens import code_screen_parts
from youthvoice.knocks.page import knock_people, listener_texts
from youthvoice.sites.tablets import device, tablet_status
from youthvoice.web import headers
from youthvoice.web.assets import asset_address, load_assets
from youthvoice.web.deliveries import ENVELOPE, receipt
from youthvoice.web.i18n import languages
from youthvoice.web.pages.unchanged_pages import etag_of
from youthvoice.web.rate_limits import SENDING, rate_limited

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
    """The worker script, plain and gzipped, and its hash; it begins with the hashes of the harmless exit pages."""
    exits = {url_for("kiosk.exit_page", code=code): _digits(pages.render_exit(code)) for code in languages.TRANSLATED}
    script = b"".join(
        [b"const EXITS=%b;\n" % json.dumps(exits).encode(), *(load_assets()[name].plain for name in _WORKER)]
    )
    return script, gzip.compress(script, 9, mtime=0), sha256(script).hexdigest()


@offline_pages.get("/worker.js")
def worker() -> ResponseReturnValue:
    """The service worker's script, under one fixed address that the browser checks for updates."""
    script, gzipped, etag = _worker()
    accepts_gzip = request.accept_encodings["gzip"] > 0
    reply = Response(gzipped if accepts_gzip else script, content_type="text/javascript; charset=utf-8")
    if accepts_gzip:
        reply.headers["Content-Encoding"] = "gzip"
    reply.headers["Vary"] = "Accept-Encoding"
    reply.headers["Cache-Control"] = "no-cache"
    reply.set_etag(etag)
    return reply.make_conditional(request)


@offline_pages.get("/app.webmanifest")
def installed() -> ResponseReturnValue:
    """The web app manifest: name and icon on the tablet's home screen."""
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
    """The offline manifest of this tablet, which asks at each start and usually has it."""
    tablet = device.current_tablet() or abort(403)
    reply = jsonify(manifest.offline_manifest(db.session(), tablet).as_json())
    reply.set_etag(etag_of(reply.get_data()))
    reply.date = context.now()  # the tablet learns from it how far its own clock is off
    return reply


@offline_pages.post("/offline/status")
@rate_limited(SENDING)
def keep_status() -> ResponseReturnValue:
    """Store the status that a tablet reports: by its cookie, which a retired tablet keeps, and the pass it seals with.

    A hostile caller without the cookie changes nothing (403 after one query). With it he uses the tablet itself, and
    writes one row, however often he calls.
    """
    try:
        status = msgspec.json.decode(request.get_data(), type=_Status)
    except msgspec.DecodeError:
        abort(400)
    tablet_pass = device.find_reporting_pass(db.session(), status.tablet) or abort(403)
    tablet_status.record_report(
        db.session(), tablet_pass.tablet_id, status.report, context.now(), passes_from=tablet_pass.issued
    )
    db.session().commit()
    return "", 204


@offline_pages.post(envelope.DELIVER)
def refuse() -> ResponseReturnValue:
    """Answer an envelope that did not open: it stays on the tablet unless it never opens and an adult cleared it."""
    why = request.environ.get(envelope_intake.REFUSED, "CannotOpen")
    if why == envelope_intake.TOO_MANY:
        abort(429)
    if why == "KeyMissing":
        return jsonify(refused=why), _MISSING
    return _refuse_for_good(why, request.environ.get(envelope_intake.NUMBER))


@offline_pages.after_app_request
def refuse_broken_form(response: Response) -> Response:
    """Answer an envelope whose form was altered like one that never opens: no page takes it on any day.

    Whatever else a page refuses stays on the tablet. A report that nobody may read yet, or an answer to a round that
    begins later by our clock, is taken on another day.
    """
    sealed = request.environ.get(ENVELOPE)
    if sealed is None or response.status_code != HTTPStatus.BAD_REQUEST:
        return response
    return make_response(_refuse_for_good("BrokenForm", sealed.outer))


def _refuse_for_good(why: str, number: bytes | None) -> ResponseReturnValue:
    """Tell a tablet that an envelope never opens; it may delete it once an adult has read about it."""
    tablet = device.current_tablet()
    if number and tablet and tablet_status.is_to_be_cleared(db.session(), tablet.tablet_id):
        return receipt(number, late=True)
    return jsonify(refused=why), _NEVER_OPENS


def _render_page(template: str) -> str:
    device.current_tablet()  # which clips a page offers depends on the tablet
    return pages.render_kiosk_page(template)


@offline_pages.get("/offline/saved")
def saved() -> ResponseReturnValue:
    """Shown after a form was stored on the tablet: it is sent when there is a network."""
    tablet = device.current_tablet()
    listeners = listener_texts(knock_people(tablet.site.id)) if tablet else []
    return pages.render_kiosk_page("kiosk/offline/saved.html", listeners=listeners)


@offline_pages.get("/offline/code")
def code() -> ResponseReturnValue:
    """The parts of the seven-picture screens, from which the worker builds them."""
    tablet = device.current_tablet() or abort(403)
    return jsonify(code_screen_parts(tablet.site))


@offline_pages.get("/offline/over")
def over() -> ResponseReturnValue:
    """Shown in place of a page that has ended, by the tablet's own clock."""
    tablet = device.current_tablet()
    return pages.render_kiosk_page("kiosk/offline/over.html", **(pages.closing_values(tablet.site) if tablet else {}))


@offline_pages.get("/offline/cannot")
def cannot() -> ResponseReturnValue:
    """Shown in place of a page that needs a network."""
    return _render_page("kiosk/offline/cannot.html")
