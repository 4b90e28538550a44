"""Give staff back a form that could not be taken: the session had ended, or nothing could be written - HTTP only.

    page of staff, session over -> the sign-in page in its place, the form sealed in the field `kept`
    the same person signs in    -> the form again, with a button to send it: nothing is done unseen

Its CSRF token says whose form it is: each belongs to one person (`access.form_tokens`). Another person who signs in
there gets nothing of the form, and the password goes only into the sign-in. `ports` connects these functions to the
guard of staff pages, to the CSRF check and to the page for errors; `sign_in` calls `return_form_after_sign_in`.
"""

from flask import Response, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from youthvoice import context
from youthvoice.access import form_tokens, guard
from youthvoice.accounts.forms import SignInForm
from youthvoice.accounts.sign_in import staff_session
from youthvoice.errors import WriteFailure
from youthvoice.web.errors import BAD_REQUEST, error_page
from youthvoice.web.headers import wants_json

KEPT_FIELD = "kept"
"""The field of the sign-in page in which a sealed form waits."""


def answer_signed_out() -> ResponseReturnValue:
    """The response if nobody is signed in: the session expired or was ended."""
    if wants_json():
        return jsonify(title=_("You were signed out."), words=_("Sign in, then send again.")), 401
    return _sign_in_here(_find_token_owner())


def answer_expired_token(_error: CSRFError) -> ResponseReturnValue:
    """Refuse an invalid CSRF token, and return the form only to the person who sent it."""
    waiting_form = _waiting_form()
    is_from_staff = bool(waiting_form) or _is_guarded()
    if wants_json() or not is_from_staff:
        return error_page(BAD_REQUEST)
    owner_id, caller = _find_token_owner(), guard.caller_if_any()
    if caller is None:
        return _sign_in_here(owner_id) if waiting_form or owner_id else error_page(BAD_REQUEST)
    kept_form = _form_of_caller(caller, owner_id)
    return (_form_once_more(kept_form), BAD_REQUEST) if kept_form else error_page(BAD_REQUEST)


def return_form_after_sign_in(token: str, blob: str) -> Response | None:
    """The page with the form that waited on the sign-in page; None if somebody else has signed in."""
    caller = guard.sign_in_caller(token)
    kept_form = staff_session.open_kept_form(kept_form_key(), blob, caller.person_id) if caller else None
    if caller is None or kept_form is None:
        return None
    form_tokens.begin(token, caller.person_id)
    return make_response(_form_once_more(kept_form))


def return_unkept_form() -> Response | None:
    """The page with a form that could not be saved, for its signed-in sender; None if nobody is signed in."""
    if guard.caller_if_any() is None or not _is_guarded():
        return None
    return make_response(_form_once_more(staff_session.KeptForm.of(request), g.get("write_failure", "busy")))


def kept_form_key() -> bytes:
    """The key under which kept forms are sealed."""
    return context.keyring().derive("cookie", "kept-forms")


def _form_once_more(kept_form: staff_session.KeptForm, not_kept: WriteFailure | None = None) -> str:
    """A page with the whole content of a form and a button to send it again; only for its sender.

    Args:
        kept_form: the form.
        not_kept: why it could not be saved; None if its session had ended.
    """
    form_tokens.set_owner(guard.current_caller().person_id)
    return render_template("accounts/sign_in/kept_form.html", kept=kept_form, not_kept=not_kept)


def _form_of_caller(caller: guard.Caller, owner_id: int) -> staff_session.KeptForm | None:
    """The form of this request, if it belongs to the caller; `owner_id` is whose token it bears."""
    if _waiting_form():
        return staff_session.open_kept_form(kept_form_key(), _waiting_form(), caller.person_id)
    return staff_session.KeptForm.of(request) if caller.person_id == owner_id else None


def _find_token_owner() -> int:
    """The person to whose page the CSRF token of this form belongs; 0 for a token that is nobody's."""
    return form_tokens.find_owner(request.form.get(form_tokens.CSRF_FIELD, ""))


def _waiting_form() -> str:
    """The sealed form that waits on the sign-in page, if this request comes from there."""
    return request.form.get(KEPT_FIELD, "") if request.endpoint == "session.sign_in" else ""


def _is_guarded() -> bool:
    """Whether this request asked for a page that only staff see."""
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "permission")


def _sign_in_here(owner_id: int) -> ResponseReturnValue:
    """The sign-in page in place of what was asked for, with the form of this request sealed in it; 0: nobody's form."""
    sealed_form = _waiting_form()
    if not sealed_form and owner_id:
        sealed_form = staff_session.KeptForm.of(request).sealed(kept_form_key(), owner_id)
    template_values = {"form": SignInForm(formdata=None), "back": None, "kept": sealed_form, "was_signed_out": True}
    return render_template("accounts/sign_in/sign_in.html", **template_values), 401
