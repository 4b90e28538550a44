"""Calendars: a feed for whoever has its link, a file for whoever is signed in - HTTP only."""

from flask import Blueprint, Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import needs
from youthvoice.committees.meetings import calendar as calendars
from youthvoice.committees.meetings.context import place_or_404
from youthvoice.sites import store as places
from youthvoice.sites.forms import PlainForm
from youthvoice.web.i18n.languages import TRANSLATED

pages = Blueprint("calendars", __name__)
desk = Blueprint("calendar_desk", __name__, url_prefix="/staff/meetings")


@pages.get("/calendar/<token>.ics")
def feed(token: str) -> ResponseReturnValue:
    """The meetings of a committee under neutral names; 404 for a wrong or ended link, always alike."""
    session, keyring = db.session(), running.keyring()
    committee = calendars.named_by(session, keyring, token) or abort(404)
    site = places.site(session, committee.site_id) or abort(404)
    language = next((code for code in site.languages if code in TRANSLATED), TRANSLATED[0])
    with force_locale(language):
        called = _("Meeting")
    every = calendars.of(session, committee, running.now())
    return Response(calendars.written(keyring, every, site.mail_name, called), content_type=calendars.KIND)


@desk.get("/of/<int:committee_id>/calendar.ics")
@needs("committees.meet")
def file(committee_id: int) -> ResponseReturnValue:
    """The same as a file to keep, with the places."""
    at, now = place_or_404(committee_id), running.now()
    every = calendars.of(db.session(), at.committee, now)
    where = {one.id: one.where(at.committee.place) for one in every}
    content = calendars.written(running.keyring(), every, at.mail_name, _("Meeting"), where)
    answer = Response(content, content_type=calendars.KIND)
    answer.headers["Content-Disposition"] = 'attachment; filename="meetings.ics"'
    return answer


@desk.post("/of/<int:committee_id>/calendar")
@needs("committees.meet")
def renew(committee_id: int) -> ResponseReturnValue:
    """End every link that was handed out, and have a new one."""
    at = place_or_404(committee_id)
    if not PlainForm().validate_on_submit():
        abort(400)
    calendars.renew(db.session(), at.committee)
    db.session().commit()
    flash(_("Every earlier link has ended. Hand out the new one."))
    return redirect(url_for("meetings.of", committee_id=committee_id), 303)
