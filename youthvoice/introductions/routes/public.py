"""A tablet fetches portraits and greetings of the adults of its site - HTTP only."""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from youthvoice import db
from youthvoice.accounts.store import list_people
from youthvoice.introductions.shown_introductions import send_part
from youthvoice.introductions.store import find_content
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.web import headers

greetings_pages = Blueprint("greetings", __name__)


greetings_pages.before_request(headers.refuse_other_sites)


@greetings_pages.get("/static/face-<digest>.webp")
@greetings_pages.get("/static/drawn-<digest>.svg")
def show_portrait(digest: str) -> ResponseReturnValue:
    """Send a portrait, which is among the files that tablets keep offline."""
    return _send(digest)


@greetings_pages.get("/clips/greetings/<digest>")
def listen(digest: str) -> ResponseReturnValue:
    """Send a greeting, which is among the files that tablets keep offline."""
    return _send(digest)


def _send(digest: str) -> ResponseReturnValue:
    """Send an approved part of an adult who works at the tablet's site; 404 for anything else."""
    tablet = current_tablet()
    if tablet is None:
        abort(404)
    session = db.session()
    person_ids = {person.id for person in list_people(session, [tablet.site.id])}
    content, media = find_content(session, digest, person_ids, approved=True) or abort(404)
    return send_part(content, media)
