"""Keep a letter past its end, with a second advocate - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db, running
from youthvoice.access.guard import log, needs, require
from youthvoice.access.permissions import ADVOCATE
from youthvoice.threads import holding, store
from youthvoice.threads.forms import HoldForm
from youthvoice.threads.reader import me
from youthvoice.threads.store import Envelope

pages = Blueprint("letter_holds", __name__, url_prefix="/staff/letters", template_folder="templates")


@pages.route("/<letter_id>/hold", methods=["GET", "POST"])
@needs("letters.read")
def hold(letter_id: str) -> ResponseReturnValue:
    """Keep a letter, or let it end in time again; whoever cannot open it cannot sign."""
    form, letter, caller = HoldForm(), _letter_or_404(letter_id), require()
    if not form.validate_on_submit():
        return render_template("threads/hold.html", form=form, letter=letter), 400 if form.errors else 200
    second = form.signed_by(caller.person_id, [letter.site_id], ADVOCATE)
    if second is None:
        return render_template("threads/hold.html", form=form, letter=letter), 400
    signed, now, keeps = (caller.person_id, second), running.now(), not letter.held
    if not holding.hold(db.session(), running.keyring(), letter.id, signed, letter.site_id, log(), now, held=keeps):
        form.second_handle.errors = [_("The second advocate cannot open this letter.")]
        return render_template("threads/hold.html", form=form, letter=letter), 400
    db.session().commit()
    flash(_("The letter is kept past its end.") if keeps else _("The letter ends in time again."))
    return redirect(url_for("letters.envelope", letter_id=letter_id), 303)


def _letter_or_404(letter_id: str) -> Envelope:
    """Asked in a session of its own: a password is stretched before the request's own is opened."""
    caller = require()
    try:
        number = bytes.fromhex(letter_id)
    except ValueError:
        abort(404)
    with db.reading(db.engine()) as session:
        found = store.letter_for(session, running.keyring(), number, me(session, caller), running.now())
    return found.envelope if found else abort(404)
