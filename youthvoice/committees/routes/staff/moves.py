"""An advocate takes what concerns one child off an agenda - HTTP only. Whoever answers for that agenda cannot."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.committees import overview as standing
from youthvoice.committees.agenda import labels as agenda_words
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import CommitteeFacts, ItemFacts
from youthvoice.committees.item_states import WAYS
from youthvoice.committees.suggestions.review.decisions import DecidedAlready
from youthvoice.committees.suggestions.review.move_to_report import Mover, move_item
from youthvoice.sites import store as places
from youthvoice.threads.ports.reports import CannotGoUp, reports
from youthvoice.web.i18n import languages

pages = Blueprint("moving", __name__, url_prefix="/staff/committees")


@pages.route("/<int:committee_id>/agenda/<item_id>/move", methods=["GET", "POST"])
@needs("suggestions.check")
def move(committee_id: int, item_id: str) -> ResponseReturnValue:
    """Ask what it is about and who must not read it; then it is a report, and the agenda says who answers by when."""
    session = db.session()
    committee, item = _found(committee_id, item_id)
    site = places.facts(places.site(session, committee.site_id) or abort(404))
    form = reports().asking(site)
    shown = {"committee": committee, "item": item, "form": form, "agenda": agenda_words, "speak": languages.chosen()}
    if not form.validate_on_submit():
        return render_template("committees/item_move.html", **shown), 400 if form.errors else 200
    try:
        move_item(Mover(session, log(), require(), form), site, committee, item)
    except CannotGoUp:
        session.rollback()
        return render_template("committees/item_move.html", **shown), 400
    except DecidedAlready:
        session.rollback()
        flash(_("A colleague was faster. Look at the agenda, and talk with her."))
        return redirect(url_for("committees.agenda", committee_id=committee.id), 303)
    session.commit()
    flash(_("It is a report now, and its clocks run. The agenda says who answers."))
    return redirect(url_for("committees.agenda", committee_id=committee.id), 303)


def _found(committee_id: int, item_id: str) -> tuple[CommitteeFacts, ItemFacts]:
    """An item that can still leave the agenda; what waits unread is decided among the suggestions."""
    session, caller = db.session(), require()
    committee = standing.found(session, committee_id, caller) or abort(404)
    try:
        item = items.find(session, running.keyring(), bytes.fromhex(item_id))
    except ValueError:
        abort(404)
    if item is None or item.committee_id != committee.id or committee.facilitator_id == caller.person_id:
        abort(404)
    if "moved" not in WAYS[item.state] or item.state == "suggested" or item.body.alone:
        abort(404)
    return committee, item
