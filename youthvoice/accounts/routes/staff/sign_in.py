"""Sign in, sign out, keep a session alive, and return a form that came after the session ended - HTTP only.

Such a form is answered by the sign-in page. The same person signs in there and gets the form back, with a button to
send it again: nothing is done unseen. The password goes only into the sign-in. Another person who signs in there gets
nothing of the form.

Every request extends a session (`staff_session.find_caller`), up to eight hours. The requests for that carry nothing
else and are not logged.
"""

from flask import (
    Response,
    abort,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from youthvoice import context, db
from youthvoice.access import form_tokens, guard, permissions
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts import labels, rules
from youthvoice.accounts.forms import SignInForm
from youthvoice.accounts.sign_in import password_attempts, staff_session
from youthvoice.accounts.sign_in.password_attempts import AuthenticationFailed
from youthvoice.web.errors import BAD_REQUEST, error_page
from youthvoice.web.form_page import show_form
from youthvoice.web.headers import wants_json
from youthvoice.web.rate_limits import SIGNING_IN, rate_limited
from youthvoice.web.uploads import allow_larger

KEPT_FIELD = "kept"


def kept_form_key() -> bytes:
    """The key under which kept forms are sealed."""
    return context.keyring().derive("cookie", "kept-forms")


def answer_signed_out() -> ResponseReturnValue:
    """The response if nobody is signed in: the session expired or was ended."""
    if wants_json():
        return jsonify(title=_("You were signed out."), words=_("Sign in, then send again.")), 401
    return _sign_in_here(form_tokens.find_owner(request.form.get(form_tokens.CSRF_FIELD, "")))


def answer_expired_token(_error: CSRFError) -> ResponseReturnValue:
    """Refuse an invalid CSRF token, and return the form only to the person who sent it."""
    if wants_json() or not (_waiting_form() or _is_guarded()):
        return error_page(BAD_REQUEST)
    person_id, caller = form_tokens.find_owner(request.form.get(form_tokens.CSRF_FIELD, "")), guard.caller_if_any()
    if caller is None and (_waiting_form() or person_id):
        return _sign_in_here(person_id)
    if caller is None or not (kept_form := _form_to_return(caller, person_id)):
        return error_page(BAD_REQUEST)
    return form_once_more(kept_form), BAD_REQUEST


def _form_to_return(caller: guard.Caller, person_id: int) -> staff_session.KeptForm | None:
    """The form of this request, if it belongs to the caller."""
    if _waiting_form():
        return staff_session.open_kept_form(kept_form_key(), _waiting_form(), caller.person_id)
    return staff_session.KeptForm.of(request) if caller.person_id == person_id else None


def return_form_after_sign_in(token: str, blob: str) -> Response | None:
    """The page with the form that waited on the sign-in page; None if somebody else has signed in."""
    caller = guard.sign_in_caller(token)
    kept_form = staff_session.open_kept_form(kept_form_key(), blob, caller.person_id) if caller else None
    if caller is None or kept_form is None:
        return None
    form_tokens.begin(token, caller.person_id)
    return make_response(form_once_more(kept_form))


def return_unkept_form() -> Response | None:
    """The page with a form that could not be saved, for its signed-in sender; None if nobody is signed in."""
    if guard.caller_if_any() is None or not _is_guarded():
        return None
    return make_response(form_once_more(staff_session.KeptForm.of(request), g.get("write_failure", "busy")))


def form_once_more(kept_form: staff_session.KeptForm, not_kept: db.WriteFailure | None = None) -> str:
    """A page with the whole content of a form and a button to send it again; only for its sender.

    Args:
        kept_form: the form.
        not_kept: why it could not be saved; None if its session had ended.
    """
    form_tokens.set_owner(guard.current_caller().person_id)
    return render_template("accounts/sign_in/kept_form.html", kept=kept_form, not_kept=not_kept)


def _waiting_form() -> str:
    """The sealed form that waits on the sign-in page, if this request comes from there."""
    return request.form.get(KEPT_FIELD, "") if request.endpoint == "session.sign_in" else ""


def _is_guarded() -> bool:
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "permission")


def _sign_in_here(person_id: int) -> ResponseReturnValue:
    sealed_form = _waiting_form()
    if not sealed_form and person_id:
        sealed_form = staff_session.KeptForm.of(request).sealed(kept_form_key(), person_id)
    template_values = {"form": SignInForm(formdata=None), "back": None, "kept": sealed_form, "was_signed_out": True}
    return render_template("accounts/sign_in/sign_in.html", **template_values), 401


session_pages = StaffBlueprint("session", __name__, url_prefix="/staff", menu="")


@session_pages.record_once
def _share_labels(state: BlueprintSetupState) -> None:
    """Make the labels of people and roles available to all templates."""
    state.app.jinja_env.globals.update(
        ROLE_LABELS=permissions.ROLE_LABELS, HOLDING_KEYS=rules.HOLDING_KEYS, account_labels=labels
    )


allow_larger(session_pages, 2 * staff_session.MAX_KEPT_CHARACTERS, "session.sign_in")  # it may bring a form that waits


@session_pages.route("/sign-in", methods=["GET", "POST"])
@rate_limited(SIGNING_IN)
def sign_in() -> ResponseReturnValue:
    """Sign in with name and password."""
    form, back, sealed_form = (
        SignInForm(),
        staff_session.safe_redirect(request.args.get("back")),
        request.form.get(KEPT_FIELD, ""),
    )
    if not form.validate_on_submit():
        return show_form("accounts/sign_in/sign_in.html", form, back=back, kept=sealed_form)
    try:
        before = request.cookies.get(guard.cookie_name(), "")
        token = staff_session.sign_in(form.handle.data or "", form.password.data or "", before, form.code.data or "")
    except AuthenticationFailed as error:
        form.form_errors.append(labels.SIGN_IN_REFUSAL_LABELS[error.code])
        status = 403 if error.code == "wrong" else 429
        return render_template("accounts/sign_in/sign_in.html", form=form, back=back, kept=sealed_form), status
    if sealed_form and (page := return_form_after_sign_in(token, sealed_form)):
        return _with_cookies(page, token, form.handle.data or "")
    return _with_cookies(redirect(back or url_for("dashboard.home"), 303), token, form.handle.data or "")


def _with_cookies(response: AnyResponse, token: str, handle: str) -> AnyResponse:
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
