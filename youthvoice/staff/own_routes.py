"""One's own pages: language, address, key pictures, password - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db, running
from youthvoice.access import roles
from youthvoice.access.guard import log, needs, require
from youthvoice.privacy.key_pictures import pictures_of
from youthvoice.privacy.sealing import public_of
from youthvoice.staff import mail_addresses, passwords, people, signing_in, store, words
from youthvoice.staff.forms import OwnForm, PasswordForm
from youthvoice.staff.signing_in import WrongSignIn
from youthvoice.staff.trust import trust_now
from youthvoice.web import languages

pages = Blueprint("own", __name__, url_prefix="/staff/me", template_folder="templates")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"role_words": roles.words, "standing_words": words.standing}


@pages.route("", methods=["GET", "POST"])
@needs("home.see")
def me() -> ResponseReturnValue:
    """One's own page: language and address, the pictures of one's key, and the ways to password and codes."""
    caller, keyring = require(), running.keyring()
    person = store.find(db.session(), caller.person_id) or abort(404)
    form = OwnForm(language=caller.language, mail=mail_addresses.plain(keyring, person.mail))
    if form.validate_on_submit():
        person.language = form.language.data
        person.mail = mail_addresses.locked(keyring, form.mail.data or "")
        db.session().commit()
        languages.say_in(form.language.data)
        flash(_("Kept. These pages speak your language."))
        return redirect(url_for("own.me"), 303)
    one = people.one(db.session(), person, trust_now())
    pictures = pictures_of(public_of(signing_in.private_key(caller))) if one.holds_keys else ()
    page = render_template("staff/me.html", form=form, me=one, pictures=pictures)
    return page, 400 if form.errors else 200


@pages.route("/password", methods=["GET", "POST"])
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
    return redirect(url_for("own.me"), 303)


@pages.post("/sign-out-everywhere")
@needs("home.see")
def sign_out_everywhere() -> ResponseReturnValue:
    """End every session of one's own, this one too."""
    signing_in.sign_out_everywhere(db.session(), require())
    log().add(db.session(), "sign-out.everywhere")
    db.session().commit()
    return redirect(url_for("staff.sign_in"), 303)
