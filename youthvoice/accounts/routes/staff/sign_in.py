"""Sign in, sign out, and keep a session alive - HTTP only.

Every request extends a session (`staff_session.find_caller`), up to eight hours. The requests to `/awake`, which a page
sends while somebody is active on it, carry nothing else and are not logged.

The sign-in page may hold a sealed form in the field `KEPT_FIELD`: one that came after its session had ended
(`returned_forms`). The person who sent it gets it back after signing in.
"""

import secrets
from typing import Final

from flask import abort, jsonify, redirect, render_template, request, session, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from youthvoice import context
from youthvoice.access import guard, permissions
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts import labels, rules
from youthvoice.accounts.forms import KeyForm, SignInForm
from youthvoice.accounts.routes.staff.returned_forms import KEPT_FIELD, return_form_after_sign_in
from youthvoice.accounts.sign_in import password_attempts, staff_session
from youthvoice.accounts.sign_in.authentication import KeyNeeded
from youthvoice.accounts.sign_in.factor_proofs import FactorProof
from youthvoice.accounts.sign_in.key_challenges import KeyChallenge
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.web.form_page import show_form
from youthvoice.web.rate_limits import SIGNING_IN, rate_limited
from youthvoice.web.uploads import allow_larger

_BROWSER: Final = "key_browser"
"""Field of the form session. Not the token of forms: each page tells that one."""

session_pages = StaffBlueprint("session", __name__, url_prefix="/staff", menu="")


allow_larger(session_pages, 2 * staff_session.MAX_KEPT_CHARACTERS, "session.sign_in")  # it may bring a form that waits


@session_pages.route("/sign-in", methods=["GET", "POST"])
@rate_limited(SIGNING_IN)
def sign_in() -> ResponseReturnValue:
    """Sign in with name and password; then a passkey, if the person has one and typed no code."""
    if "key_challenge" in request.form:
        return _sign_in_with_key()
    form, back = SignInForm(), staff_session.safe_redirect(request.args.get("back"))
    sealed_form = request.form.get(KEPT_FIELD, "")
    if not form.validate_on_submit():
        return show_form("accounts/sign_in/sign_in.html", form, back=back, kept=sealed_form)
    try:
        old_token = request.cookies.get(guard.cookie_name(), "")
        token = staff_session.sign_in(form.handle.data or "", form.password.data or "", old_token, form.code.data or "")
    except KeyNeeded as error:
        return _ask_for_key(error, back, sealed_form)
    except AuthenticationFailed as error:
        form.form_errors.append(labels.SIGN_IN_REFUSAL_LABELS[error.code])
        status = 403 if error.code == "wrong" else 429
        return render_template("accounts/sign_in/sign_in.html", form=form, back=back, kept=sealed_form), status
    return _begin_session(token, form.handle.data or "", back, sealed_form)


def _ask_for_key(needed: KeyNeeded, back: str | None, sealed_form: str) -> ResponseReturnValue:
    """The page on which a key is touched: the password was right."""
    prompt = needed.challenge.prompt(needed.second_factors, "sign-in", _browser())
    form = KeyForm(formdata=None)
    return render_template("accounts/sign_in/touch_key.html", form=form, back=back, kept=sealed_form, key=prompt)


def _sign_in_with_key() -> ResponseReturnValue:
    """Take what a key answered, or the code that was typed instead."""
    form, back = KeyForm(), staff_session.safe_redirect(request.args.get("back"))
    sealed_form = request.form.get(KEPT_FIELD, "")
    is_valid = form.validate_on_submit()
    challenge = KeyChallenge.open(form.key_challenge.data or "", "sign-in", _browser()) if is_valid else None
    proof = FactorProof(form.code.data or "", form.key_answer.data or "")
    try:
        old_token = request.cookies.get(guard.cookie_name(), "")
        handle, token = staff_session.sign_in_with_key(challenge, proof, old_token)
    except AuthenticationFailed as error:
        new_form = SignInForm(formdata=None)
        new_form.form_errors = [labels.SIGN_IN_REFUSAL_LABELS[error.code]]
        return render_template("accounts/sign_in/sign_in.html", form=new_form, back=back, kept=sealed_form), 403
    return _begin_session(token, handle, back, sealed_form)


def _browser() -> str:
    """The secret of this browser to which a challenge is bound: in the cookie of the form session, and on no page."""
    return str(session.setdefault(_BROWSER, secrets.token_hex(20)))


def _begin_session(token: str, handle: str, back: str | None, sealed_form: str) -> ResponseReturnValue:
    if sealed_form and (page := return_form_after_sign_in(token, sealed_form)):
        return _with_cookies(page, token, handle)
    return _with_cookies(redirect(back or url_for("dashboard.home"), 303), token, handle)


def _with_cookies(response: AnyResponse, token: str, handle: str) -> AnyResponse:
    """A response that begins the session, and makes this browser known to `password_attempts`."""
    secure = not context.settings().development
    response.set_cookie(guard.cookie_name(), token, httponly=True, samesite="Lax", secure=secure, path="/")
    password_attempts.remember_browser(response, handle)
    return response


@session_pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session, in the browser and here."""
    caller = guard.caller_if_any()
    if caller is not None:
        staff_session.sign_out(caller)
    response = redirect(url_for("session.sign_in"), 303)
    guard.clear_session_cookie(response)
    return response


@session_pages.post("/awake")
@guard.permission_required("home.see")
def still_here() -> ResponseReturnValue:
    """Extend the session: the person was active on a page."""
    return "", 204


@session_pages.get("/awake")
@guard.permission_required("home.see")
def signed_in() -> ResponseReturnValue:
    """The last page of a second tab in which the person signed in again; empty, since a child may sit beside."""
    return render_template("accounts/sign_in/signed_in.html")


@session_pages.get("/awake/<int:person_id>")
@guard.permission_required("home.see")
def token(person_id: int) -> ResponseReturnValue:
    """A new token for the forms of a page that the same person opened before signing in again."""
    if guard.current_caller().person_id != person_id:
        abort(404)
    return jsonify(csrf=generate_csrf())


@session_pages.record_once
def _share_labels(state: BlueprintSetupState) -> None:
    """Make the labels of people and roles available to all templates."""
    state.app.jinja_env.globals.update(
        ROLE_LABELS=permissions.ROLE_LABELS, HOLDING_KEYS=rules.HOLDING_KEYS, account_labels=labels
    )
