"""The address on the main server to which a box sends bundles - HTTP only; only the box's key gives access."""

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from youthvoice import context, db
from youthvoice.box.bundle import BUNDLE_PATH, MAX_PART_BYTES, SERVER_OLDER, is_newer
from youthvoice.box.server_side import BundleBusy, answer_bundle, deliver_bundle
from youthvoice.errors import CannotOpen, KeyGone
from youthvoice.kiosk.offline.envelope import MAX_ENVELOPE_BYTES
from youthvoice.sites.tablets import tablet_status
from youthvoice.web import headers, uploads
from youthvoice.web.rate_limits import rate_limited

bundles_pages = Blueprint("bundles", __name__)


bundles_pages.before_request(headers.refuse_other_sites)


_MORE_BYTES = 256 * 1024  # beside the envelopes: 16 bytes for each page that the box has


uploads.allow_larger(bundles_pages, max(MAX_PART_BYTES, MAX_ENVELOPE_BYTES) + _MORE_BYTES, "bundles.receive")


_NOT_OPENED, _BUSY = 422, 503


@bundles_pages.post(BUNDLE_PATH)
@rate_limited("600 per minute")
def receive() -> ResponseReturnValue:
    """Deliver a box's bundle, and answer with the bundle for the box. Nobody else gets an answer.

    Without the key of a box a call costs one query. With it: one bundle of this box at a time (503 for another), of
    about a hundred envelopes at most. One of a length that no tablet makes is opened only where an adult lets the box
    delete it.

    `deliver_bundle` sends each envelope to this application as a request of its own, and `answer_bundle` requests the
    pages. Each of these has its own transaction, so this request holds none while they run.
    """
    if is_newer(request.get_data()):
        return jsonify(refused=SERVER_OLDER), _NOT_OPENED
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - Flask's own way
    try:
        bundle_delivery = deliver_bundle(app, request.get_data())
    except (CannotOpen, KeyGone):
        return jsonify(refused="CannotOpen"), _NOT_OPENED
    except BundleBusy:
        return jsonify(refused="BundleBusy"), _BUSY
    tablet_status.record_report(
        db.session(),
        bundle_delivery.tablet_id,
        bundle_delivery.report,
        context.now(),
        emptied_at=bundle_delivery.emptied_at,
    )
    db.session().commit()
    db.close_session()  # `answer_bundle` sends requests
    return Response(answer_bundle(app, bundle_delivery), content_type="application/octet-stream")
