"""A tablet fetches a clip - HTTP only."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from youthvoice.clips import responses as serving
from youthvoice.sites.tablets.current import on_a_tablet
from youthvoice.web import headers

pages = Blueprint("clips", __name__, url_prefix="/clips")
pages.before_request(headers.refuse_other_sites)


@pages.get("/<name>/<take>")
@on_a_tablet
def listen(name: str, take: str) -> ResponseReturnValue:
    """One text, said by a person; the tablet keeps it."""
    return serving.answer(name, take)
