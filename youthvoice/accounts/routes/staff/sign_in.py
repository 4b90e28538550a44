"""Sign in, sign out, people, new sites - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from youthvoice import context as running
from youthvoice import db
from youthvoice.access import guard
from youthvoice.access import role_labels as roles
from youthvoice.access.guard import log, needs, require
from youthvoice.access.permissions import ADVOCATE
from youthvoice.accounts import browsers, requests, rules, store
from youthvoice.accounts import directory as people
from youthvoice.accounts import labels as words
from youthvoice.accounts import offboarding as leaving_acts
from youthvoice.accounts.directory import Leaving
from youthvoice.accounts.forms import AdvocateLeaveForm, LeaveForm, SignInForm
from youthvoice.accounts.invitations import store as invitations
from youthvoice.accounts.people import new_site as new_sites
from youthvoice.accounts.routes.staff import expired_session as signed_out
from youthvoice.accounts.sign_in import kept_forms
from youthvoice.accounts.sign_in import session as signing_in
from youthvoice.accounts.sign_in.countersign import may_be_second
from youthvoice.accounts.sign_in.safe_redirect import same_site
from youthvoice.accounts.sign_in.session import WrongSignIn
from youthvoice.accounts.trust import trust_now
from youthvoice.sites import store as places
from youthvoice.sites import zones
from youthvoice.sites.forms import NOT_YET, NewSiteForm, site_choices
from youthvoice.web.rate_limits import SIGNING_IN, at_most

pages = Blueprint("staff", __name__, url_prefix="/staff")


@pages.context_processor
def _words() -> dict[str, object]:
    return {
        "role_words": roles.words,
        "standing_words": words.standing,
        "training_words": words.training,
        "test_words": words.test,
        "channel_words": words.channel,
    }


@pages.url_value_preprocessor
def _allow_what_is_kept(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001 - Flask's
    """Let the sign-in page bring a form that waits in it; this runs before anything reads what was sent."""
    if endpoint == "staff.sign_in":
        request.max_content_length = request.max_form_memory_size = 2 * kept_forms.MOST_LETTERS


@pages.route("/sign-in", methods=["GET", "POST"])
@at_most(SIGNING_IN)
def sign_in() -> ResponseReturnValue:
    """Let somebody in who knows her password."""
    form, back, kept = SignInForm(), same_site(request.args.get("back")), request.form.get(signed_out.FIELD, "")
    if not form.validate_on_submit():
        shown = render_template("staff/sign_in.html", form=form, back=back, kept=kept)
        return shown, 400 if form.errors else 200
    try:
        before = request.cookies.get(guard.cookie_name(), "")
        token = signing_in.sign_in(form.handle.data or "", form.password.data or "", before, form.code.data or "")
    except WrongSignIn as error:
        form.form_errors.append(words.wrong_sign_in(error.code))
        status = 403 if error.code == "wrong" else 429
        return render_template("staff/sign_in.html", form=form, back=back, kept=kept), status
    if kept and (page := signed_out.after_sign_in(token, kept)):
        return _with_cookies(page, token, form.handle.data or "")
    return _with_cookies(redirect(back or url_for("desk.home"), 303), token, form.handle.data or "")


def _with_cookies(response: AnyResponse, token: str, handle: str) -> AnyResponse:
    secure = not running.settings().development
    response.set_cookie(guard.cookie_name(), token, httponly=True, samesite="Lax", secure=secure, path="/")
    browsers.remember(response, handle)
    return response


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session, in the browser and here."""
    caller = guard.current()
    if caller is not None:
        signing_in.sign_out(caller)
    response = redirect(url_for("staff.sign_in"), 303)
    guard.let_go(response)
    return response


@pages.get("/people", endpoint="people")
@needs("people.see")
def people_page() -> ResponseReturnValue:
    """Who works at the caller's sites, and who is invited."""
    session, caller = db.session(), require()
    invited = invitations.waiting(session, caller.site_ids, running.now())
    shown = {"invited": invited, "invites": rules.invited_by(caller.role)}
    return render_template("staff/people.html", sites=people.by_site(session, caller.site_ids, trust_now()), **shown)


@pages.route("/people/<int:person_id>/leave", methods=["GET", "POST"])
@needs("people.manage")
def leave(person_id: int) -> ResponseReturnValue:
    """End an account, after saying what will be gone."""
    caller = require()
    with db.reading(db.engine()) as session:
        leaving = people.leaving(session, person_id, caller.site_ids, trust_now()) or abort(404)
    if leaving.role == ADVOCATE:
        return _advocate_leaves(leaving)
    form, shown = LeaveForm(), {"leaving": leaving, "gone": words.gone, "not_leaving": words.not_leaving}
    if leaving.refusal or not form.validate_on_submit():
        return render_template("staff/leave.html", form=form, **shown), 400 if form.errors else 200
    store.keep_still(db.session())
    if people.leaving(db.session(), person_id, caller.site_ids, trust_now()) != leaving:
        abort(409)  # somebody else left meanwhile
    leaving_acts.end(db.session(), store.find(db.session(), person_id) or abort(404), str(person_id))
    db.session().commit()
    flash(_("%(name)s can no longer sign in.", name=leaving.name))
    return redirect(url_for("staff.people"), 303)


def _advocate_leaves(leaving: Leaving) -> ResponseReturnValue:
    """Another advocate is asked to agree."""
    session, caller = db.session(), require()
    form = AdvocateLeaveForm.of(may_be_second(session, caller.person_id, leaving.site_ids), leaving.person_id)
    shown = {"leaving": leaving, "gone": words.gone, "not_leaving": words.not_leaving}
    if leaving.refusal or not form.validate_on_submit():
        return render_template("staff/leave.html", form=form, **shown), 400 if form.errors else 200
    data = {"person": leaving.person_id}
    asked = requests.ask(session, "leave", data, leaving.site_ids, caller, form.second.data)
    session.commit()
    return redirect(url_for("requests.one", request_id=asked), 303)


@pages.route("/sites/new", methods=["GET", "POST"])
@needs("places.manage")
def new_site() -> ResponseReturnValue:
    """Add a site; the same advocates read there as at one the coordinator has."""
    form, caller = NewSiteForm(), require()
    form.today = running.today()
    with db.reading(db.engine()) as session:
        hers = places.sites_of(session, caller.site_ids)
        mine = [(site.id, site.name) for site in hers]
        form.time_zone.choices = zones.choices({site.time_zone for site in hers})
        readers = {at: [person.name for person in new_sites.independent(session, at)] for at, _name in mine}
    form.like.choices = site_choices(mine)
    if request.method == "GET" and hers:
        form.time_zone.data = hers[0].time_zone
    if not form.validate_on_submit():
        page = render_template("staff/new_site.html", form=form, sites=mine, readers=readers, not_yet=NOT_YET)
        return page, 400 if form.errors else 200
    people_key = running.keyring().key("people")
    slug = new_sites.open_site(db.session(), form.values(), form.like.data, caller.person_id, people_key)
    log().add(db.session(), "site.add", slug)
    db.session().commit()
    flash(_("%(site)s is there. Next, connect a tablet.", site=form.name.data))
    return redirect(url_for("places.sites"), 303)
