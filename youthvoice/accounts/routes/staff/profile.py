"""One's own pages: language, address, key pictures, password, codes - HTTP only."""

from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectChoice

from youthvoice import context as running
from youthvoice import db
from youthvoice.access import role_labels as roles
from youthvoice.access.guard import Caller, log, needs, require
from youthvoice.accounts import directory as people
from youthvoice.accounts import labels as words
from youthvoice.accounts import rules, store
from youthvoice.accounts.adult_pictures import SHELF
from youthvoice.accounts.keys import actions as key_acts
from youthvoice.accounts.mail import addresses as mail_addresses
from youthvoice.accounts.profile import change_password as passwords
from youthvoice.accounts.profile import second_factor_setup as code_acts
from youthvoice.accounts.profile.forms import CodesForm, OwnForm, PasswordForm
from youthvoice.accounts.profile.second_factor_setup import WrongCode
from youthvoice.accounts.sign_in import session as signing_in
from youthvoice.accounts.sign_in.session import WrongSignIn
from youthvoice.accounts.trust import trust_now
from youthvoice.privacy.credentials import one_time_codes
from youthvoice.privacy.credentials.key_pictures import pictures_of
from youthvoice.privacy.crypto.sealing import public_of
from youthvoice.sites import store as places
from youthvoice.web.graphics.qr_codes import square
from youthvoice.web.i18n import languages

pages = Blueprint("own", __name__, url_prefix="/staff/me")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"role_words": roles.words, "standing_words": words.standing}


@pages.route("", methods=["GET", "POST"])
@needs("home.see")
def me() -> ResponseReturnValue:
    """One's own page: language and address, the pictures of one's key, and the ways to password and codes."""
    caller, keyring = require(), running.keyring()
    person = store.find(db.session(), caller.person_id) or abort(404)
    hers, free = store.pictures_free(db.session(), person)
    form = OwnForm(language=caller.language, mail=mail_addresses.plain(keyring, person.mail), picture=hers)
    form.picture.choices = [SelectChoice(code, SHELF[code]) for code in free]
    if form.validate_on_submit():
        person.language = form.language.data
        person.picture = form.picture.data
        person.mail = mail_addresses.locked(keyring, form.mail.data or "")
        db.session().commit()
        languages.say_in(form.language.data)
        flash(_("Kept. These pages speak your language."))
        return redirect(url_for("own.me"), 303)
    one = people.one(db.session(), person, trust_now())
    pictures = pictures_of(public_of(signing_in.private_key(caller))) if one.holds_keys else ()
    shelf = [(code, SHELF[code]) for code in free]
    page = render_template("staff/me.html", form=form, me=one, pictures=pictures, shelf=shelf)
    return page, 400 if form.errors else 200


@pages.route("/password", methods=["GET", "POST"])
@needs("home.see")
def password() -> ResponseReturnValue:
    """A new password for oneself; the first page of whoever came with one that somebody else knows."""
    form = PasswordForm()
    caller = require()
    with db.reading(db.engine()) as session:
        sites = [site.name for site in places.sites_of(session, caller.site_ids)]
    form.hers = (caller.name, caller.handle, *sites)
    if not form.validate_on_submit():
        return render_template(
            "staff/password.html", form=form, first=caller.password_known
        ), 400 if form.errors else 200
    try:
        passwords.change(caller, form.current.data or "", form.new.data or "")
    except WrongSignIn as error:
        form.current.errors = [words.wrong_sign_in(error.code)]
        return render_template("staff/password.html", form=form, first=caller.password_known), 403
    flash(_("Your password is changed. Other browsers are signed out."))
    return redirect(url_for("desk.home" if caller.password_known else "own.me"), 303)


@pages.route("/codes", methods=["GET", "POST"])
@needs("home.see")
def codes() -> ResponseReturnValue:
    """Set one-time codes up; once they are there, turn them off or take new recovery codes."""
    caller, form = require(), CodesForm()
    with db.reading(db.engine()) as session:
        person = store.find(session, caller.person_id) or abort(404)
        is_on = person.codes is not None
    if form.validate_on_submit():
        try:
            return _codes_on(caller, form) if is_on else _codes_off(caller, form)
        except WrongSignIn as error:
            form.password.errors = [words.wrong_sign_in(error.code)]
        except WrongCode:
            form.code.errors = [_("Your telephone shows another code now. Type it once more; is its clock right?")]
    if is_on:
        return render_template("staff/codes.html", form=form), 400 if form.errors else 200
    if not one_time_codes.is_secret(form.secret.data or ""):
        form.secret.data = one_time_codes.new_secret()
    return _square(caller, form)


def _square(caller: Caller, form: CodesForm) -> ResponseReturnValue:
    house = urlsplit(running.settings().url).hostname or ""
    address = one_time_codes.address(form.secret.data, caller.handle, house)
    shown = {"square": square(address, _("Square code of your secret")), "secret": form.secret.data}
    return render_template("staff/codes_set_up.html", form=form, **shown), 400 if form.errors else 200


def _codes_off(caller: Caller, form: CodesForm) -> ResponseReturnValue:
    """They are off, and shall be on."""
    secret = form.secret.data or ""
    if not one_time_codes.is_secret(secret):
        abort(400)
    made = code_acts.set_up(caller, form.password.data or "", secret, form.code.data or "")
    return render_template("staff/recovery.html", recovery=made)


def _codes_on(caller: Caller, form: CodesForm) -> ResponseReturnValue:
    """They are on."""
    password, code = form.password.data or "", form.code.data or ""
    if request.form.get("act") == "recovery":
        return render_template("staff/recovery.html", recovery=code_acts.renew_recovery(caller, password, code))
    code_acts.turn_off(caller, password, code)
    flash(_("You sign in with your password alone now."))
    return redirect(url_for("own.me"), 303)


@pages.route("/test", methods=["GET", "POST"])
@needs("tests.confirm")
def test() -> ResponseReturnValue:
    """An advocate tries whether the outside recipient is reached: she says yes here."""
    form = FlaskForm()
    if not form.validate_on_submit():
        person = store.find(db.session(), require().person_id) or abort(404)
        waits = rules.test_waits(person.test_asked_on, person.tested_on)
        return render_template("staff/test.html", form=form, waits=waits, me=person)
    if not key_acts.confirm_test(db.session(), require()):
        abort(409)
    db.session().commit()
    flash(_("Thank you. They know now that you are reached."))
    return redirect(url_for("desk.home"), 303)


@pages.post("/sign-out-everywhere")
@needs("home.see")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of one's own, this one too."""
    signing_in.sign_out_everywhere(db.session(), require())
    log().add(db.session(), "sign-out.everywhere")
    db.session().commit()
    return redirect(url_for("staff.sign_in"), 303)
