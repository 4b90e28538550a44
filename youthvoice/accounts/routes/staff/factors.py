"""One's own second factors: one-time codes, recovery codes, passkeys and security keys - HTTP only."""

from urllib.parse import urlsplit

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context
from youthvoice.access.guard import Caller, current_caller, permission_required
from youthvoice.accounts.forms import KeyForm, NewPasskeyForm, OneTimeCodesForm, PasskeyAnswerForm, SecondFactorForm
from youthvoice.accounts.labels import PASSKEY_REFUSAL_LABELS, SIGN_IN_REFUSAL_LABELS
from youthvoice.accounts.routes.staff.profile import profile_pages
from youthvoice.accounts.sign_in import factor_changes
from youthvoice.accounts.sign_in.factor_proofs import FactorProof
from youthvoice.accounts.sign_in.key_challenges import KeyChallenge, KeyPrompt
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.errors import Refused
from youthvoice.privacy.credentials import one_time_codes
from youthvoice.privacy.credentials.passkeys import find_relying_party
from youthvoice.privacy.credentials.second_factors import MAX_PASSKEYS, SecondFactors
from youthvoice.web.form_page import UNPROCESSABLE, show_form
from youthvoice.web.graphics.qr_codes import qr_code


@profile_pages.route("/codes", methods=["GET", "POST"])
@permission_required("home.see")
def codes() -> ResponseReturnValue:
    """Set up one-time codes; if they are on, turn them off or get new recovery codes."""
    caller = current_caller()
    second_factors = factor_changes.read_factors(caller)
    form = SecondFactorForm() if second_factors.secret else OneTimeCodesForm()
    form.ask_for(second_factors)
    if form.validate_on_submit():
        try:
            return _turn_codes_on(caller, form) if isinstance(form, OneTimeCodesForm) else _change_codes(caller, form)
        except AuthenticationFailed as error:
            form.password.errors = [SIGN_IN_REFUSAL_LABELS[error.code]]
        except factor_changes.WrongCode:
            form.code.errors = [_("Your telephone shows another code now. Type it once more; is its clock right?")]
    template_values = {"factors": second_factors, "key": _prompt(caller, second_factors)}
    if not isinstance(form, OneTimeCodesForm):
        return show_form("accounts/profile/codes.html", form, **template_values)
    if not one_time_codes.is_secret(form.secret.data or ""):
        form.secret.data = one_time_codes.new_secret()
    square = _draw_square(form.secret.data or "", caller)
    return show_form(
        "accounts/profile/codes_set_up.html", form, square=square, secret=form.secret.data, **template_values
    )


def _draw_square(secret: str, caller: Caller) -> str:
    host_name = urlsplit(context.settings().url).hostname or ""
    address = one_time_codes.otpauth_address(secret, caller.handle, host_name)
    return qr_code(address, _("Square code of your secret"))


def _turn_codes_on(caller: Caller, form: OneTimeCodesForm) -> ResponseReturnValue:
    """Turn codes on: they are off."""
    secret, code = form.secret.data or "", form.code.data or ""
    if not one_time_codes.is_secret(secret):
        abort(400)
    proof = FactorProof(answer=form.key_answer.data or "", challenge=_open_challenge(caller, form))
    recovery_codes = factor_changes.set_up_codes(caller, form.password.data or "", secret, code, proof)
    return render_template("accounts/profile/recovery.html", recovery=recovery_codes)


def _change_codes(caller: Caller, form: SecondFactorForm) -> ResponseReturnValue:
    """Turn codes off, or renew the recovery codes: codes are on."""
    password, proof = form.password.data or "", _read_proof(caller, form)
    if request.form.get("act") == "recovery":
        recovery_codes = factor_changes.renew_recovery_codes(caller, password, proof)
        return render_template("accounts/profile/recovery.html", recovery=recovery_codes)
    _say_what_remains(by_password=factor_changes.turn_codes_off(caller, password, proof))
    return redirect(url_for("profile.me"), 303)


@profile_pages.route("/keys", methods=["GET", "POST"])
@permission_required("home.see")
def keys() -> ResponseReturnValue:
    """List one's passkeys and security keys, and begin to add one."""
    caller, form = current_caller(), NewPasskeyForm()
    second_factors = factor_changes.read_factors(caller)
    form.ask_for(second_factors)
    may_add = find_relying_party(context.settings().url) and len(second_factors.passkeys) < MAX_PASSKEYS
    if form.is_submitted() and not may_add:
        abort(400)
    if form.validate_on_submit():
        try:
            return _begin_key(caller, form, second_factors)
        except AuthenticationFailed as error:
            form.password.errors = [SIGN_IN_REFUSAL_LABELS[error.code]]
    return _show_keys(caller, form, second_factors), UNPROCESSABLE if form.errors else 200


def _begin_key(caller: Caller, form: NewPasskeyForm, second_factors: SecondFactors) -> str:
    name = (form.name.data or "").strip()
    challenge = factor_changes.begin_passkey(caller, form.password.data or "", _read_proof(caller, form), name)
    prompt = challenge.prompt(second_factors, "new-key", caller.token)
    return render_template(
        "accounts/profile/new_key.html", form=PasskeyAnswerForm(formdata=None), key=prompt, name=name
    )


def _show_keys(caller: Caller, form: NewPasskeyForm, second_factors: SecondFactors) -> str:
    url = context.settings().url
    template_values = {
        "address": "" if find_relying_party(url) else url,
        "is_full": len(second_factors.passkeys) >= MAX_PASSKEYS,
        "factors": second_factors,
        "key": _prompt(caller, second_factors),
    }
    return render_template("accounts/profile/keys.html", form=form, **template_values)


@profile_pages.post("/keys/new")
@permission_required("home.see")
def add_key() -> ResponseReturnValue:
    """Add the key that the browser has made."""
    caller, form = current_caller(), PasskeyAnswerForm()
    if not form.validate_on_submit():
        abort(400)
    challenge = KeyChallenge.open(form.key_challenge.data or "", "new-key", caller.token)
    try:
        recovery_codes = factor_changes.add_passkey(caller, challenge, form.key_answer.data or "")
    except Refused as error:
        new_form, second_factors = NewPasskeyForm(formdata=None), factor_changes.read_factors(caller)
        new_form.ask_for(second_factors)
        new_form.form_errors = [PASSKEY_REFUSAL_LABELS[error.code]]
        return _show_keys(caller, new_form, second_factors), UNPROCESSABLE
    if recovery_codes:
        return render_template("accounts/profile/recovery.html", recovery=recovery_codes)
    flash(_("The key is in your list. You can sign in with it."))
    return redirect(url_for("profile.keys"), 303)


@profile_pages.route("/keys/<mark>/remove", methods=["GET", "POST"])
@permission_required("home.see")
def remove_key(mark: str) -> ResponseReturnValue:
    """Ask before a key is taken away; it takes the password and a second factor."""
    caller, form = current_caller(), SecondFactorForm()
    second_factors = factor_changes.read_factors(caller)
    form.ask_for(second_factors)
    passkey = second_factors.find_passkey(mark) or abort(404)
    if form.validate_on_submit():
        try:
            by_password = factor_changes.remove_passkey(
                caller, form.password.data or "", _read_proof(caller, form), mark
            )
        except AuthenticationFailed as error:
            form.password.errors = [SIGN_IN_REFUSAL_LABELS[error.code]]
        else:
            _say_what_remains(by_password=by_password)
            return redirect(url_for("profile.keys"), 303)
    template_values = {"passkey": passkey, "factors": second_factors, "key": _prompt(caller, second_factors)}
    return show_form("accounts/profile/remove_key.html", form, **template_values)


@profile_pages.route("/recovery", methods=["GET", "POST"])
@permission_required("home.see")
def recovery() -> ResponseReturnValue:
    """Make new recovery codes for somebody who has keys alone; with one-time codes, their page does it."""
    caller, form = current_caller(), SecondFactorForm()
    if not (second_factors := factor_changes.read_factors(caller)):
        return redirect(url_for("profile.keys"))
    form.ask_for(second_factors)
    if form.validate_on_submit():
        try:
            proof = _read_proof(caller, form)
            recovery_codes = factor_changes.renew_recovery_codes(caller, form.password.data or "", proof)
            return render_template("accounts/profile/recovery.html", recovery=recovery_codes)
        except AuthenticationFailed as error:
            form.password.errors = [SIGN_IN_REFUSAL_LABELS[error.code]]
    template_values = {"factors": second_factors, "key": _prompt(caller, second_factors)}
    return show_form("accounts/profile/new_recovery.html", form, **template_values)


def _say_what_remains(*, by_password: bool) -> None:
    flash(_("You sign in with your password alone now.") if by_password else _("It is taken away."))


def _prompt(caller: Caller, second_factors: SecondFactors) -> KeyPrompt | None:
    """A prompt for one of the caller's keys, to prove a form; None without a key."""
    if not second_factors.passkeys:
        return None
    return KeyChallenge(caller.person_id, context.now()).prompt(second_factors, "proof", caller.token)


def _open_challenge(caller: Caller, form: KeyForm) -> KeyChallenge | None:
    return KeyChallenge.open(form.key_challenge.data or "", "proof", caller.token)


def _read_proof(caller: Caller, form: KeyForm) -> FactorProof:
    """The second factor that a form of the caller brings."""
    return FactorProof(form.code.data or "", form.key_answer.data or "", _open_challenge(caller, form))
