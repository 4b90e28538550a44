"""Meetings, for children: what is on the agenda of one, and what was said at another - HTTP only."""

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.committees.meetings import labels as meeting_words
from youthvoice.committees.meetings.entities import FIELDS, PICTURES
from youthvoice.committees.meetings.minutes import store as minutes
from youthvoice.committees.pages import meetings as past_page
from youthvoice.committees.pages import representatives as rep_page
from youthvoice.committees.pages.meetings import OneMeeting
from youthvoice.committees.representatives import sign_in as rep_signing_in
from youthvoice.committees.representatives.sign_in import signed_in
from youthvoice.sites.tablets.current import here
from youthvoice.web import headers
from youthvoice.web.i18n import languages

pages = Blueprint("past", __name__, url_prefix="/agenda")
pages.before_request(headers.refuse_other_sites)
pages.after_request(rep_signing_in.go_on)


@pages.get("/meetings")
def index() -> ResponseReturnValue:
    """The meetings that were held here."""
    at = here() or abort(403)
    listed = past_page.past(db.session(), at.site, running.now())
    shown = {"listed": listed, "zone": at.site.time_zone, "say": meeting_words}
    return render_template("committees/past.html", **shown, **rep_page.ways())


@pages.get("/meeting/<int:meeting_id>")
def one(meeting_id: int) -> ResponseReturnValue:
    """One meeting: its agenda while it is to come, its minutes once the children said yes."""
    at = here() or abort(403)
    shown = {"shown": _meeting_or_404(meeting_id), "zone": at.site.time_zone, "say": meeting_words}
    more = {"fields": FIELDS, "pictures": PICTURES, **rep_page.ways()}
    return render_template("committees/past_meeting.html", **shown, **more)


@pages.get("/meeting/<int:meeting_id>/sound/<name>")
def listen(meeting_id: int, name: str) -> ResponseReturnValue:
    """One field of the minutes, as it was spoken."""
    shown = _meeting_or_404(meeting_id)
    if name not in FIELDS or name not in shown.voices:
        abort(404)
    found = minutes.voice(db.session(), running.keyring(), meeting_id, name) or abort(404)
    answer = Response(found[0], content_type=found[1])
    answer.make_conditional(request, accept_ranges=True, complete_length=len(found[0]))
    return answer


def _meeting_or_404(meeting_id: int) -> OneMeeting:
    at = here() or abort(403)
    language = languages.chosen(at.site.languages)
    signed = signed_in()
    hers = signed.committee.id if signed else None
    found = past_page.one(
        db.session(), running.keyring(), at.site, meeting_id, language, running.now(), represents=hers
    )
    return found or abort(404)
