"""Let a colleague read letters, too - HTTP only."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.threads.letters import sharing as giving
from youthvoice.threads.letters.forms import GiveLettersForm

pages = Blueprint("letter_giving", __name__, url_prefix="/staff/letters")


@pages.route("/give", methods=["GET", "POST"])
@needs("letters.read")
def give() -> ResponseReturnValue:
    """Choose a colleague; how many letters it is stays unsaid, for some are not shown yet (A10)."""
    session, caller = db.session(), require()
    people = giving.colleagues(session, caller)
    form = GiveLettersForm.offering(people)
    if not form.validate_on_submit():
        return render_template("threads/give.html", form=form), 400 if form.errors else 200
    to = next(one for one in people if one.person_id == form.to.data)
    giving.give(session, caller, to)
    log().add(session, "letter.give", str(to.person_id))
    session.commit()
    flash(_("%(name)s can read these letters now.", name=to.name))
    return redirect(url_for("letters.index"), 303)
