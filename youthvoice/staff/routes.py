"""Sign in, sign out, people, one's own page - HTTP only."""

from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from youthvoice import db, running
from youthvoice.access import guard, roles
from youthvoice.access.guard import log, needs, require
from youthvoice.access.permissions import ADVOCATE
from youthvoice.places import store as places
from youthvoice.places.forms import NOT_YET, NewSiteForm, site_choices
from youthvoice.staff import accounts, invitations, new_sites, passwords, people, rules, signing_in, store, words
from youthvoice.staff.addresses import same_site
from youthvoice.staff.forms import AdvocateLeaveForm, LanguageForm, LeaveForm, PasswordForm, SignInForm
from youthvoice.staff.signing_in import WrongSignIn
from youthvoice.web import languages
from youthvoice.web.limits import SIGNING_IN, at_most

pages = Blueprint("staff", __name__, url_prefix="/staff", template_folder="templates")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"role_words": roles.words}


@pages.route("/sign-in", methods=["GET", "POST"])
@at_most(SIGNING_IN)
def sign_in() -> ResponseReturnValue:
    """Let somebody in who knows her password."""
    form, back = SignInForm(), same_site(request.args.get("back"))
    if not form.validate_on_submit():
        return render_template("staff/sign_in.html", form=form, back=back), 400 if form.errors else 200
    try:
        before = request.cookies.get(guard.cookie_name(), "")
        token = signing_in.sign_in(form.handle.data or "", form.password.data or "", before)
    except WrongSignIn as error:
        form.form_errors.append(words.wrong_sign_in(error.code))
        status = 429 if error.code == "too_many" else 403
        return render_template("staff/sign_in.html", form=form, back=back), status
    return _with_cookie(redirect(back or url_for("desk.home"), 303), token)


def _with_cookie(response: AnyResponse, token: str) -> AnyResponse:
    secure = not running.settings().development
    response.set_cookie(guard.cookie_name(), token, httponly=True, samesite="Lax", secure=secure, path="/")
    return response


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session, in the browser and here."""
    caller = guard.current()
    if caller is not None:
        signing_in.sign_out(caller)
    response = redirect(url_for("staff.sign_in"), 303)
    secure = not running.settings().development
    response.delete_cookie(guard.cookie_name(), httponly=True, samesite="Lax", secure=secure, path="/")
    return response


@pages.get("/people", endpoint="people")
@needs("people.see")
def people_page() -> ResponseReturnValue:
    """Who works at the caller's sites, and who is invited."""
    session, caller = db.session(), require()
    invited = invitations.waiting(session, caller.site_ids, running.now())
    shown = {"invited": invited, "invites": rules.invited_by(caller.role)}
    return render_template("staff/people.html", sites=people.by_site(session, caller.site_ids), **shown)


@pages.route("/people/<int:person_id>/leave", methods=["GET", "POST"])
@needs("people.manage")
def leave(person_id: int) -> ResponseReturnValue:
    """End an account, after saying what will be gone."""
    caller = require()
    with db.reading(db.engine()) as session:
        leaving = people.leaving(session, person_id, caller.site_ids, *_trust()) or abort(404)
    form = AdvocateLeaveForm() if leaving.role == ADVOCATE else LeaveForm()
    shown = {"form": form, "leaving": leaving, "gone": words.gone, "not_leaving": words.not_leaving}
    if leaving.refusal or not form.validate_on_submit() or not form.agreed(person_id, leaving.site_ids):
        return render_template("staff/leave.html", **shown), 400 if form.errors else 200
    if people.leaving(db.session(), person_id, caller.site_ids, *_trust()) != leaving:
        abort(409)  # somebody else left while these two signed
    accounts.leave(db.session(), store.find(db.session(), person_id) or abort(404), running.today())
    log().add(db.session(), "person.leave", str(person_id))
    db.session().commit()
    flash(_("%(name)s can no longer sign in.", name=leaving.name))
    return redirect(url_for("staff.people"), 303)


def _trust() -> tuple[bytes, datetime]:
    """What says who is trusted by now."""
    return running.keyring().key("people"), running.now()


@pages.route("/sites/new", methods=["GET", "POST"])
@needs("places.manage")
def new_site() -> ResponseReturnValue:
    """Add a site; the same advocates read there as at one the coordinator has."""
    form, caller = NewSiteForm(), require()
    form.today = running.today()
    with db.reading(db.engine()) as session:
        mine = [(site.id, site.name) for site in places.sites_of(session, caller.site_ids)]
        readers = {at: [person.name for person in new_sites.independent(session, at)] for at, _name in mine}
    form.like.choices = site_choices(mine)
    if not form.validate_on_submit():
        page = render_template("staff/new_site.html", form=form, sites=mine, readers=readers, not_yet=NOT_YET)
        return page, 400 if form.errors else 200
    people_key = running.keyring().key("people")
    slug = new_sites.open_site(db.session(), form.values(), form.like.data, caller.person_id, people_key)
    log().add(db.session(), "site.add", slug)
    db.session().commit()
    flash(_("%(site)s is there. Next, connect a tablet.", site=form.name.data))
    return redirect(url_for("places.sites"), 303)


@pages.route("/me", methods=["GET", "POST"])
@needs("home.see")
def me() -> ResponseReturnValue:
    """One's own page: language, and the way to a new password."""
    form = LanguageForm(language=require().language)
    if not form.validate_on_submit():
        return render_template("staff/me.html", form=form, me=require()), 400 if form.errors else 200
    person = store.find(db.session(), require().person_id) or abort(404)
    person.language = form.language.data
    db.session().commit()
    languages.say_in(form.language.data)
    flash(_("These pages now speak your language."))
    return redirect(url_for("staff.me"), 303)


@pages.route("/me/password", methods=["GET", "POST"])
@needs("home.see")
def password() -> ResponseReturnValue:
    """A new password for oneself."""
    form = PasswordForm()
    form.handle_in_use = require().handle
    if not form.validate_on_submit():
        return render_template("staff/password.html", form=form), 400 if form.errors else 200
    try:
        passwords.change(require(), form.current.data or "", form.new.data or "")
    except WrongSignIn as error:
        form.current.errors = [words.wrong_sign_in(error.code)]
        return render_template("staff/password.html", form=form), 403
    flash(_("Your password is changed. Other browsers are signed out."))
    return redirect(url_for("staff.me"), 303)
