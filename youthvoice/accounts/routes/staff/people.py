"""The people of a site, one person and their key, the end of an account; a new site with its people - HTTP only.

A person sees on their own page whether they are the only reader of something. Two others learn it only after they have
signed: otherwise the page would show an excluded reader that there is a report, and who reads it (S14).
"""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectChoice

from youthvoice import context, db
from youthvoice.access.guard import Caller, caller_log, clear_session_cookie, current_caller, permission_required
from youthvoice.access.permissions import ADVOCATE, INTERPRETER, OUTSIDE_RECIPIENT
from youthvoice.accounts import forms, invitations, labels
from youthvoice.accounts.agreement import ask_second, list_possible_seconds
from youthvoice.accounts.forms import OwnLeaveForm
from youthvoice.accounts.interpreters import find_languages, record_languages
from youthvoice.accounts.people import bootstrap, directory, key_comparison, offboarding, reader_checks
from youthvoice.accounts.people.directory import PersonOverview, find_colleague, people_by_site
from youthvoice.accounts.people.person_names import list_former_names
from youthvoice.accounts.routes.staff import people_pages
from youthvoice.accounts.rules import ENDED_BY_READERS, roles_invited_by, why_not_trained
from youthvoice.accounts.sign_in import authentication
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.accounts.store import find_person_row, lock_people, names_of_people, sites_with_newcomers
from youthvoice.errors import Refused
from youthvoice.privacy.credentials.picture_codes import key_pictures
from youthvoice.sites.forms import NewSiteForm, time_zone_choices
from youthvoice.sites.site_page import choose_sites
from youthvoice.sites.store import list_site_names, list_sites
from youthvoice.web.form_page import UNPROCESSABLE, show_form
from youthvoice.web.i18n.formats import format_day


def _colleague_or_404(person_id: int) -> PersonOverview:
    return find_colleague(db.session(), person_id, current_caller().site_ids) or abort(404)


@people_pages.get("/people/<int:person_id>")
@permission_required("people.see")
def person(person_id: int) -> ResponseReturnValue:
    """One person: where they work, whether they are trusted, and what can be done."""
    person, caller = _colleague_or_404(person_id), current_caller()
    again = directory.find_person_to_reinvite(db.session(), person_id, caller) is not None
    return _render_person(person, forms.TrainingForm(formdata=None, trained_until=person.trained_until), again=again)


def _render_person(
    person: PersonOverview,
    form: forms.TrainingForm,
    met: forms.MetForm | None = None,
    interpreter: forms.InterpreterForm | None = None,
    *,
    again: bool = False,
) -> str:
    """The page of one person.

    Args:
        person: whose page it is.
        form: of the training.
        met: the form of a meeting that was sent, with what is wrong in it.
        interpreter: likewise the form of an interpreter's languages.
        again: whether the caller may invite this person again.
    """
    sites = [*list_site_names(db.session(), person.site_ids).values()]
    if interpreter is None and person.role == INTERPRETER:
        interpreter = _interpreter_form(person, sent=False)
    if met is None:
        met = forms.MetForm(
            formdata=None, seen=key_comparison.key_digest(find_person_row(db.session(), person.person_id) or abort(404))
        )
    former = list_former_names(db.session(), [person.person_id])
    called = {
        "former": former,
        "names": names_of_people(db.session(), [former_name.agreed_by for former_name in former]),
    }
    ways = {"again": again, "leave_href": _leave_href(person), "by_readers": person.role in ENDED_BY_READERS}
    template_values = {"sites": sites, "form": form, "met": met, "interpreter": interpreter}
    return render_template("accounts/people/person.html", person=person, **template_values, **called, **ways)


@people_pages.post("/people/<int:person_id>/met")
@permission_required("people.meet")
def met(person_id: int) -> ResponseReturnValue:
    """An advocate has met a person whom a coordinator invited: the role counts from now on."""
    person, form = _colleague_or_404(person_id), forms.MetForm()
    if person.standing == "unmet" and not form.validate_on_submit():
        return _render_person(person, forms.TrainingForm(formdata=None), form), UNPROCESSABLE
    try:
        key_comparison.confirm_meeting(db.session(), person, current_caller(), form.seen.data or "")
    except Refused:  # invited again, or a colleague did it first
        flash(_("This is not the account you saw before. Look at it again."), "note")
        return _render_person(_colleague_or_404(person_id), forms.TrainingForm(formdata=None)), 409
    flash(_("%(name)s is confirmed. She can begin.", name=person.name))
    return redirect(url_for("people.person", person_id=person_id), 303)


@people_pages.post("/people/<int:person_id>/met/withdraw")
@permission_required("people.meet")
def no_longer_met(person_id: int) -> ResponseReturnValue:
    """An advocate withdraws that a person was met: the person can do nothing until an advocate meets them again."""
    person = _colleague_or_404(person_id)
    if not key_comparison.withdraw_meeting(db.session(), person, current_caller()):
        abort(404)
    flash(_("%(name)s can do nothing here until an advocate has met her.", name=person.name))
    return redirect(url_for("people.person", person_id=person_id), 303)


def _leave_href(person: PersonOverview) -> str:
    """Where the caller can end this account; empty if the caller may not."""
    caller = current_caller()
    if person.role not in ENDED_BY_READERS:
        return url_for("people.leave", person_id=person.person_id) if caller.may("people.manage") else ""
    if person.person_id == caller.person_id:
        return url_for("people.leave_key")
    return url_for("people.end_key", person_id=person.person_id) if caller.may("readers.choose") else ""


@people_pages.post("/people/<int:person_id>/training")
@permission_required("people.manage")
def training(person_id: int) -> ResponseReturnValue:
    """Record the last day of a training; empty for none."""
    person, form = _colleague_or_404(person_id), forms.TrainingForm()
    if not form.validate_on_submit():
        return _render_person(person, form), UNPROCESSABLE
    until = form.trained_until.data
    if why_not_trained(person.trained_until, until, person.site_ids, current_caller().site_ids):
        form.trained_until.errors = [
            _("She also works at a site that is not yours: from here it can only be prolonged.")
        ]
        return _render_person(person, form), 403
    reader_checks.record_training(db.session(), person, until)
    flash(_("The training of %(name)s is recorded.", name=person.name))
    return redirect(url_for("people.person", person_id=person_id), 303)


def _interpreter_form(person: PersonOverview, *, sent: bool) -> forms.InterpreterForm:
    if sent:
        form = forms.InterpreterForm()
    else:
        languages, works_at = find_languages(db.session(), person.person_id)
        form = forms.InterpreterForm(formdata=None, languages=languages, works_at=works_at)
    names = list_site_names(db.session(), person.site_ids)
    form.works_at.choices = [SelectChoice(str(site_id), name) for site_id, name in names.items()]
    return form


@people_pages.post("/people/<int:person_id>/languages")
@permission_required("readers.choose")
def languages(person_id: int) -> ResponseReturnValue:
    """Enter what an interpreter speaks, and where she works; without it nobody can ask a child for her."""
    person = _colleague_or_404(person_id)
    if person.role != INTERPRETER or not person.site_ids <= current_caller().site_ids:
        abort(404)
    form = _interpreter_form(person, sent=True)
    if not form.validate_on_submit():
        return _render_person(person, forms.TrainingForm(formdata=None), interpreter=form), UNPROCESSABLE
    record_languages(db.session(), person_id, form.languages.data or (), form.works_at.data or (), caller_log())
    flash(_("It is kept."))
    return redirect(url_for("people.person", person_id=person_id), 303)


@people_pages.post("/people/<int:person_id>/test")
@permission_required("readers.choose")
def ask_for_test(person_id: int) -> ResponseReturnValue:
    """Test the way to the outside recipient, who is asked to sign in and confirm."""
    person = _colleague_or_404(person_id)
    if person.role != OUTSIDE_RECIPIENT or person.person_id == current_caller().person_id:
        abort(404)
    if person.tested_on == context.today():
        flash(_("A test reached %(name)s today already.", name=person.name), "note")
        return redirect(url_for("people.person", person_id=person_id), 303)
    mailed = reader_checks.ask_for_test(db.session(), person)
    if mailed:
        flash(_("%(name)s is asked by mail to sign in. Then she says that it reached her.", name=person.name))
    else:
        flash(_("%(name)s has no address here. She finds the test when she signs in; tell her.", name=person.name))
    return redirect(url_for("people.person", person_id=person_id), 303)


@people_pages.route("/people/<int:person_id>/key", methods=["GET", "POST"])
@permission_required("readers.choose")
def compare(person_id: int) -> ResponseReturnValue:
    """Compare a newcomer's key pictures with the newcomer, face to face."""
    person, form = _colleague_or_404(person_id), forms.ComparisonForm()
    if not person.holds_keys:
        abort(404)
    template_values = _key_values(person_id)
    if not template_values["refusal"] and form.is_submitted():
        if form.seen.data != template_values["seen"]:  # before the tick is read: it was not meant for the new pictures
            return _show_changed_key(person_id)
        if form.validate():
            return _record_comparison(person, form.seen.data or "")
    form.seen.data = template_values["seen"]
    return show_form("accounts/people/compare.html", form, person=person, **template_values)


def _key_values(person_id: int) -> dict[str, object]:
    """What the page shows of a person's present key."""
    session, caller = db.session(), current_caller()
    row = find_person_row(session, person_id) or abort(404)
    colleagues = key_comparison.compared_by(session, row)
    refusal = key_comparison.comparison_refusal(session, row, caller, colleagues)
    names = names_of_people(session, [colleague.person_id for colleague in colleagues])
    return {
        "before": [names[colleague.person_id] for colleague in colleagues],
        "mine": caller.person_id in names,
        "refusal": labels.COMPARISON_REFUSAL_LABELS[refusal] if refusal else "",
        "pictures": key_pictures(row.public_key),
        "seen": key_comparison.key_digest(row),
    }


def _show_changed_key(person_id: int) -> ResponseReturnValue:
    """Show the pictures of a key that changed since the form was made; nothing is recorded."""
    template_values = _key_values(person_id)
    form = forms.ComparisonForm(formdata=None, seen=template_values["seen"])
    page = render_template(
        "accounts/people/compare.html", person=_colleague_or_404(person_id), form=form, changed=True, **template_values
    )
    return page, 409


def _record_comparison(person: PersonOverview, seen: str) -> ResponseReturnValue:
    try:
        trusted_from = key_comparison.compare_key(db.session(), person, current_caller(), seen)
    except Refused as error:
        return _show_changed_key(person.person_id) if error.code == "changed" else abort(409)  # a colleague did it
    if trusted_from is None:
        flash(_("You have compared the key of %(name)s. One more of you has to.", name=person.name))
    else:
        flash(
            _(
                "%(name)s can be written to from %(day)s. All of you are told.",
                name=person.name,
                day=format_day(trusted_from),
            )
        )
    return redirect(url_for("people.person", person_id=person.person_id), 303)


@people_pages.post("/people/<int:person_id>/key/withdraw")
@permission_required("readers.choose")
def withdraw(person_id: int) -> ResponseReturnValue:
    """Withdraw the comparison of a key, during the 48 hours."""
    person = _colleague_or_404(person_id)
    if not person.holds_keys or not key_comparison.withdraw_comparisons(db.session(), person, current_caller()):
        abort(404)
    flash(_("The comparison is taken back. Nothing is sealed to %(name)s.", name=person.name))
    return redirect(url_for("people.person", person_id=person_id), 303)


def _leaving_or_404(person_id: int, caller: Caller) -> offboarding.Leaving:
    with db.reading(db.engine()) as session:
        return offboarding.describe_reader_leaving(session, person_id, caller.site_ids) or abort(404)


@people_pages.route("/people/<int:person_id>/key/leave", methods=["GET", "POST"])
@permission_required("readers.choose")
def end_key(person_id: int) -> ResponseReturnValue:
    """Ask a second adult to agree that a reader's account ends; one of the two is an advocate."""
    session, caller, leaving = db.session(), current_caller(), _leaving_or_404(person_id, current_caller())
    if person_id == caller.person_id:
        return redirect(url_for("people.leave_key"), 303)
    may_agree = list_possible_seconds(session, caller.person_id, leaving.site_ids)
    form = forms.TwoReadersForm.of(may_agree, caller.role, person_id)
    if leaving.refusal or not form.validate_on_submit():
        return show_form("accounts/people/leave.html", form, leaving=leaving)
    data = {"person": person_id}
    request_id = ask_second(session, "end", data, leaving.site_ids, caller, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


@people_pages.route("/me/leave", methods=["GET", "POST"])
@permission_required("account.leave", menu="")
def leave_key() -> ResponseReturnValue:
    """End one's own account, after seeing whether something would be lost."""
    caller, form = current_caller(), OwnLeaveForm()
    leaving = _leaving_or_404(caller.person_id, caller)
    with db.reading(db.engine()) as session:
        alone = offboarding.would_lose_reports(session, leaving)
    if alone or not form.validate_on_submit():
        return _render_own_leave(form, leaving, UNPROCESSABLE if form.errors else 200, alone=alone)
    try:
        authentication.authenticate(caller.handle, form.password.data or "", by_password=True)
    except AuthenticationFailed as error:
        form.password.errors = [labels.SIGN_IN_REFUSAL_LABELS[error.code]]
        return _render_own_leave(form, leaving, 403)
    try:
        offboarding.end_own_account(db.session(), leaving)
    except Refused:
        return _render_own_leave(form, leaving, 409, alone=True)
    db.session().commit()  # the page checks in its own transaction who is signed in: nobody
    return _render_account_ended()


def _render_own_leave(
    form: OwnLeaveForm, leaving: offboarding.Leaving, status: int, *, alone: bool = False
) -> ResponseReturnValue:
    return render_template("accounts/people/own_leave.html", form=form, leaving=leaving, alone=alone), status


def _render_account_ended() -> ResponseReturnValue:
    template_values = {
        "title": _("Your account is ended"),
        "words": _("Thank you for having been there for the children."),
    }
    way = {"way_href": url_for("session.sign_in"), "way_words": _("Sign in")}
    response = make_response()
    clear_session_cookie(response)
    response.set_data(render_template("staff/error.html", **template_values, **way))
    return response


@people_pages.get("/people", endpoint="index")
@permission_required("people.see")
def people_page() -> ResponseReturnValue:
    """The people at the caller's sites, and open invitations."""
    session, caller = db.session(), current_caller()
    invited = invitations.list_open_invitations(session, caller.site_ids)
    template_values = {"invited": invited, "invites": roles_invited_by(caller.role)}
    at = choose_sites(session, caller.site_ids, dict.fromkeys(sites_with_newcomers(session, caller.site_ids), 1))
    return render_template(
        "accounts/people/index.html", sites=people_by_site(session, at.ids), at=at, **template_values
    )


@people_pages.route("/people/<int:person_id>/leave", methods=["GET", "POST"])
@permission_required("people.manage")
def leave(person_id: int) -> ResponseReturnValue:
    """End an account, after showing what will be lost."""
    caller = current_caller()
    with db.reading(db.engine()) as session:
        leaving = offboarding.describe_leaving(session, person_id, caller.site_ids) or abort(404)
    if leaving.role == ADVOCATE:
        return _advocate_leaves(leaving)
    form = FlaskForm()  # a coordinator alone lets people leave
    if leaving.refusal or not form.validate_on_submit():
        return show_form("accounts/people/leave.html", form, leaving=leaving)
    lock_people(db.session())
    if offboarding.describe_leaving(db.session(), person_id, caller.site_ids) != leaving:
        abort(409)  # somebody else has left since
    offboarding.end_account(db.session(), find_person_row(db.session(), person_id) or abort(404), str(person_id))
    flash(_("%(name)s can no longer sign in.", name=leaving.name))
    return redirect(url_for("people.index"), 303)


def _advocate_leaves(leaving: offboarding.Leaving) -> ResponseReturnValue:
    """Ask another advocate to agree."""
    session, caller = db.session(), current_caller()
    form = forms.AdvocateLeaveForm.of(
        list_possible_seconds(session, caller.person_id, leaving.site_ids), leaving.person_id
    )
    if leaving.refusal or not form.validate_on_submit():
        return show_form("accounts/people/leave.html", form, leaving=leaving)
    data = {"person": leaving.person_id}
    request_id = ask_second(session, "leave", data, leaving.site_ids, caller, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


@people_pages.route("/sites/new", methods=["GET", "POST"])
@permission_required("places.manage", menu="sites.index")
def new_site() -> ResponseReturnValue:
    """Add a site; the same people read there as at another site of the coordinator."""
    form, caller = NewSiteForm(), current_caller()
    form.today = context.today()
    with db.reading(db.engine()) as session:
        sites = list_sites(session, caller.site_ids)
        form.time_zone.choices = time_zone_choices({site.time_zone for site in sites})
        form.like.offer({site.id: site.name for site in sites})
        mine = [(int(choice.value), choice.label) for choice in form.like.choices]
        people = bootstrap.independent_people_by_site(session, [site_id for site_id, _name in mine])
        readers = {at: [person.name for person in there] for at, there in people.items()}
    if request.method == "GET" and sites:
        form.time_zone.data = sites[0].time_zone
    if not form.validate_on_submit():
        return show_form("accounts/people/new_site.html", form, sites=mine, readers=readers)
    slug = bootstrap.open_site(db.session(), form.values(), form.like.data, caller.person_id)
    caller_log().add(db.session(), "site.add", slug)
    flash(_("%(site)s is there. Next, connect a tablet.", site=form.name.data))
    return redirect(url_for("sites.index"), 303)
