"""One's own account: language, mail address, key pictures, password - HTTP only."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectChoice

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.adult_pictures import ADULT_PICTURES
from youthvoice.accounts.agreement import ask_second, list_possible_seconds
from youthvoice.accounts.forms import NewPasswordForm, ProfileForm, RenameForm
from youthvoice.accounts.labels import SIGN_IN_REFUSAL_LABELS
from youthvoice.accounts.mail import encrypt_address, encrypt_number, open_address, open_number
from youthvoice.accounts.people import directory, reader_checks
from youthvoice.accounts.people.person_names import list_names_in_use
from youthvoice.accounts.rules import is_test_pending
from youthvoice.accounts.sign_in import authentication, factor_changes, staff_session
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.accounts.store import find_person_row, list_free_pictures
from youthvoice.privacy.credentials.picture_codes import key_pictures
from youthvoice.privacy.crypto.sealing import public_of
from youthvoice.sites.store import list_site_names
from youthvoice.web.form_page import UNPROCESSABLE, show_form
from youthvoice.web.i18n import languages

profile_pages = StaffBlueprint("profile", __name__, url_prefix="/staff/me", menu="")


@profile_pages.route("", methods=["GET", "POST"])
@permission_required("home.see")
def me() -> ResponseReturnValue:
    """One's own account: language, address, key pictures, and links to password and codes."""
    caller = current_caller()
    person = find_person_row(db.session(), caller.person_id) or abort(404)
    own_picture, free_pictures = list_free_pictures(db.session(), person)
    form = ProfileForm(
        language=caller.language,
        mail=open_address(person.mail),
        telephone=open_number(person.telephone),
        picture=own_picture,
    )
    is_warned = context.settings().sends_sms and caller.may("reports.read")  # only who can be on call
    if not is_warned and person.telephone is None:  # a number that was stored can be taken away by whom it belongs to
        del form.telephone
    form.picture.choices = [SelectChoice(code, ADULT_PICTURES[code]) for code in free_pictures]
    if form.validate_on_submit():
        person.language = form.language.data
        person.picture = form.picture.data
        person.mail = encrypt_address(form.mail.data or "")
        if form.telephone is not None:
            person.telephone = encrypt_number(form.telephone.data or "")
        languages.set_language(form.language.data)
        flash(_("Kept. These pages speak your language."))
        return redirect(url_for("profile.me"), 303)
    person_overview = directory.person_overview(db.session(), person)
    pictures = key_pictures(public_of(staff_session.open_private_key(caller))) if person_overview.holds_keys else ()
    shelf = [(code, ADULT_PICTURES[code]) for code in free_pictures]
    template_values = {"pictures": pictures, "shelf": shelf, "factors": factor_changes.read_factors(caller)}
    return show_form("accounts/profile/profile.html", form, me=person_overview, **template_values)


@profile_pages.route("/name", methods=["GET", "POST"])
@permission_required("requests.answer")
def name() -> ResponseReturnValue:
    """Ask for a new name; a second adult must agree, and then children read it."""
    session, caller = db.session(), current_caller()
    form = RenameForm()
    form.offer_second(list_possible_seconds(session, caller.person_id, caller.site_ids))
    form.names_in_use = list_names_in_use(session, [caller.person_id])
    if not form.validate_on_submit():
        return show_form("accounts/profile/name.html", form, before=caller.name)
    if form.name.data == caller.name:
        form.name.errors = [_("That is your name already.")]
        return render_template("accounts/profile/name.html", form=form, before=caller.name), UNPROCESSABLE
    data = {"person": caller.person_id, "before": caller.name, "name": form.name.data}
    request_id = ask_second(session, "name", data, caller.site_ids, caller, form.second.data)
    return redirect(url_for("people.show_request", request_id=request_id), 303)


@profile_pages.route("/password", methods=["GET", "POST"])
@permission_required("home.see")
def password() -> ResponseReturnValue:
    """Choose a new password; the first page of a person whose password somebody else knows."""
    form = NewPasswordForm()
    caller = current_caller()
    with db.reading(db.engine()) as session:
        sites = [*list_site_names(session, caller.site_ids).values()]
    form.personal_words = (caller.name, caller.handle, *sites)
    if not form.validate_on_submit():
        return show_form("accounts/profile/password.html", form, first=caller.password_known)
    try:
        authentication.change_password(caller, form.current.data or "", form.new.data or "")
    except AuthenticationFailed as error:
        form.current.errors = [SIGN_IN_REFUSAL_LABELS[error.code]]
        return render_template("accounts/profile/password.html", form=form, first=caller.password_known), 403
    flash(_("Your password is changed. Other browsers are signed out."))
    return redirect(url_for("dashboard.home" if caller.password_known else "profile.me"), 303)


@profile_pages.route("/test", methods=["GET", "POST"])
@permission_required("tests.confirm")
def test() -> ResponseReturnValue:
    """The outside recipient confirms a contact test."""
    form = FlaskForm()
    if not form.validate_on_submit():
        person = find_person_row(db.session(), current_caller().person_id) or abort(404)
        waits = is_test_pending(person.test_asked_on, person.tested_on)
        return render_template("accounts/profile/channel_test.html", form=form, waits=waits, me=person)
    if not reader_checks.confirm_test(db.session(), current_caller()):
        abort(409)
    flash(_("Thank you. They know now that you are reached."))
    return redirect(url_for("dashboard.home"), 303)


@profile_pages.post("/sign-out-everywhere")
@permission_required("home.see")
def sign_out_everywhere() -> ResponseReturnValue:
    """End all of one's own sessions, this one too."""
    staff_session.sign_out_everywhere(db.session(), current_caller())
    caller_log().add(db.session(), "sign-out.everywhere")
    return redirect(url_for("session.sign_in"), 303)
