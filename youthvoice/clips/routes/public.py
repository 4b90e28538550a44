"""A tablet fetches a clip - HTTP only."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from youthvoice.clips import availability
from youthvoice.sites.tablets.device import tablet_required
from youthvoice.web import headers

clips_pages = Blueprint("clips", __name__, url_prefix="/clips")


clips_pages.before_request(headers.refuse_other_sites)


@clips_pages.get("/<name>/<take>")
@tablet_required
def listen(name: str, take: str) -> ResponseReturnValue:
    """Send the recording of one text; the tablet caches it."""
    return availability.clip_response(name, take)


@clips_pages.get("/signs/<name>/<take>")
@tablet_required
def watch(name: str, take: str) -> ResponseReturnValue:
    """Send the film of one text, under an address of its own: a tablet fetches films last of all."""
    return availability.clip_response(name, take)
