"""A safeguarding lead or an outside recipient leaves: two who choose readers end her account, or she does - HTTP only.

Whether a child told her something that nobody else reads she sees herself; two others learn it only once they have
signed. A page that showed it before would tell whoever was left out that there is a report, and who reads it (S14).
"""

from flask import Blueprint, abort, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access import guard
from youthvoice.access import role_labels as roles
from youthvoice.access.guard import Caller, needs, require
from youthvoice.accounts import directory as people
from youthvoice.accounts import labels as words
from youthvoice.accounts import offboarding as leaving_acts
from youthvoice.accounts import requests
from youthvoice.accounts.directory import Leaving
from youthvoice.accounts.forms import OwnLeaveForm, TwoReadersForm
from youthvoice.accounts.offboarding import NotEnded
from youthvoice.accounts.sign_in import authenticate as proving
from youthvoice.accounts.sign_in.authenticate import WrongSignIn
from youthvoice.accounts.sign_in.countersign import may_be_second
from youthvoice.accounts.trust import trust_now

pages = Blueprint("leaving", __name__, url_prefix="/staff")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"role_words": roles.words, "gone": words.gone, "not_leaving": words.not_leaving}


def _leaving(person_id: int, caller: Caller) -> Leaving:
    with db.reading(db.engine()) as session:
        return people.reader_leaving(session, person_id, caller.site_ids, trust_now()) or abort(404)


@pages.route("/people/<int:person_id>/key/leave", methods=["GET", "POST"])
@needs("readers.choose")
def reader(person_id: int) -> ResponseReturnValue:
    """Ask a second one to agree that somebody else's account ends; one of the two is an advocate."""
    session, caller, leaving = db.session(), require(), _leaving(person_id, require())
    if person_id == caller.person_id:
        return redirect(url_for("leaving.own"), 303)
    may_agree = may_be_second(session, caller.person_id, leaving.site_ids)
    form = TwoReadersForm.of(may_agree, caller.role, person_id)
    if leaving.refusal or not form.validate_on_submit():
        return render_template("staff/leave.html", form=form, leaving=leaving), 400 if form.errors else 200
    data = {"person": person_id}
    asked = requests.ask(session, "end", data, leaving.site_ids, caller, form.second.data)
    session.commit()
    return redirect(url_for("requests.one", request_id=asked), 303)


@pages.route("/me/leave", methods=["GET", "POST"])
@needs("account.leave")
def own() -> ResponseReturnValue:
    """Leave by oneself, after seeing whether something would be lost."""
    caller, form = require(), OwnLeaveForm()
    leaving = _leaving(caller.person_id, caller)
    with db.reading(db.engine()) as session:
        alone = people.would_lose(session, leaving)
    if alone or not form.validate_on_submit():
        return _own(form, leaving, 400 if form.errors else 200, alone=alone)
    try:
        proving.prove(caller.handle, form.password.data or "", by_password=True)
    except WrongSignIn as error:
        form.password.errors = [words.wrong_sign_in(error.code)]
        return _own(form, leaving, 403)
    try:
        leaving_acts.end_own(db.session(), leaving)
    except NotEnded:
        return _own(form, leaving, 409, alone=True)
    db.session().commit()
    return _gone()


def _own(form: OwnLeaveForm, leaving: Leaving, status: int, *, alone: bool = False) -> ResponseReturnValue:
    return render_template("staff/leave_by_oneself.html", form=form, leaving=leaving, alone=alone), status


def _gone() -> ResponseReturnValue:
    said = {"title": _("Your account is ended"), "words": _("Thank you for having been there for the children.")}
    way = {"way_href": url_for("staff.sign_in"), "way_words": _("Sign in")}
    response = make_response()
    guard.let_go(response)
    response.set_data(render_template("staff/error.html", **said, **way))
    return response
