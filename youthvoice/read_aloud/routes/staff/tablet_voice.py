"""A tablet's own voice: an adult signs in on the tablet, listens, and says what sounds right - HTTP only."""

from flask import Blueprint, make_response, redirect, render_template
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.access import sessions
from youthvoice.access.guard import cookie_name, log, needs, require
from youthvoice.read_aloud import voice_samples as samples
from youthvoice.read_aloud.forms import VoicesForm
from youthvoice.sites.tablets import store as tablet_store
from youthvoice.sites.tablets.current import here

pages = Blueprint("tablet_voice", __name__, url_prefix="/staff/tablet-voice")


@pages.route("", methods=["GET", "POST"])
@needs("tablets.listen")
def check() -> ResponseReturnValue:
    """Play each language with a voice that lives on this tablet; keep those that sound right, and sign out."""
    caller, at = require(), here()
    if at is None or at.site.id not in caller.site_ids:
        return render_template("aloud/not_here.html")
    form = VoicesForm(voices=list(at.voices))
    form.offer(at.site.languages)
    if not form.validate_on_submit():
        said = samples.samples(db.session(), at.site.languages)
        page = render_template("aloud/tablet.html", form=form, at=at, samples=said)
        return page, 422 if form.errors else 200
    tablet_store.let_speak(db.session(), at.tablet_id, form.voices.data or [])
    log().add(db.session(), "tablet.voices", f"{at.tablet_id} {' '.join(sorted(form.voices.data or []))}"[:120])
    sessions.end(db.session(), caller.token)  # a tablet goes back to children: nobody stays signed in on it
    db.session().commit()
    reply = make_response(redirect("/language", 303))
    secure = not running.settings().development
    reply.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=secure, path="/")
    return reply
