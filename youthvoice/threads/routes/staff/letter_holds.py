"""Keep a letter past its end, with a second advocate - HTTP only."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import needs, require
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts import requests
from youthvoice.accounts.sign_in.countersign import may_be_second
from youthvoice.threads.letters import store
from youthvoice.threads.letters.forms import HoldForm
from youthvoice.threads.letters.store import Envelope
from youthvoice.threads.readers.current import me

pages = Blueprint("letter_holds", __name__, url_prefix="/staff/letters")


@pages.route("/<letter_id>/hold", methods=["GET", "POST"])
@needs("letters.read")
def hold(letter_id: str) -> ResponseReturnValue:
    """Ask another advocate to agree that a letter is kept, or ends in time again."""
    session, letter, caller = db.session(), _letter_or_404(letter_id), require()
    form = HoldForm()
    form.offer_second(one for one in may_be_second(session, caller.person_id, [letter.site_id]) if one.role == ADVOCATE)
    if not form.validate_on_submit():
        return render_template("threads/hold.html", form=form, letter=letter), 400 if form.errors else 200
    data = {"letter": letter_id, "site": letter.site_id, "keeps": not letter.held}
    asked = requests.ask(session, "hold", data, [letter.site_id], caller, form.second.data)
    session.commit()
    return redirect(url_for("requests.one", request_id=asked), 303)


def _letter_or_404(letter_id: str) -> Envelope:
    caller = require()
    try:
        number = bytes.fromhex(letter_id)
    except ValueError:
        abort(404)
    session = db.session()
    found = store.letter_for(session, running.keyring(), number, me(session, caller), running.now())
    return found.envelope if found else abort(404)
