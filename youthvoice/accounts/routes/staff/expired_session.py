"""A form came, and its sign-in is over: say so, and lose nothing of it - HTTP only.

The same person signs in on the page that answers, and sends what she had written once more, by a button of its own: her
password goes with the sign-in and nowhere else, and nothing is done that she does not see. Anybody else who signs in
there gets none of it.
"""

from flask import Response, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from youthvoice import context as running
from youthvoice.access import form_tokens, guard
from youthvoice.access.guard import Caller
from youthvoice.accounts.forms import SignInForm
from youthvoice.accounts.sign_in import kept_forms
from youthvoice.accounts.sign_in.kept_forms import Kept
from youthvoice.web import errors
from youthvoice.web.responses import wants_json

FIELD = "kept"


def key() -> bytes:
    """What kept forms are sealed under."""
    return running.keyring().derive("cookie", "kept-forms")


def a_form_came() -> ResponseReturnValue:
    """Nobody is signed in any more: the session ran out, or was ended."""
    if wants_json():
        return jsonify(title=_("You were signed out."), words=_("Sign in, then send again.")), 401
    return _sign_in_here(form_tokens.whose(request.form.get(form_tokens.FIELD, "")))


def an_old_form_came(_error: CSRFError) -> ResponseReturnValue:
    """A token that is not good: refused, and only a form of whoever is here is handed back to her."""
    if wants_json() or not (_waits() or _is_guarded()):
        return errors.page(errors.BAD_REQUEST)
    person_id, caller = form_tokens.whose(request.form.get(form_tokens.FIELD, "")), guard.current()
    if caller is None and (_waits() or person_id):
        return _sign_in_here(person_id)
    if caller is None or not (kept := _hers(caller, person_id)):
        return errors.page(errors.BAD_REQUEST)
    return once_more(kept), errors.BAD_REQUEST


def _hers(caller: Caller, person_id: int) -> Kept | None:
    if _waits():
        return kept_forms.opened(key(), _waits(), caller.person_id)
    return Kept.of(request) if caller.person_id == person_id else None


def after_sign_in(token: str, blob: str) -> Response | None:
    """What waited on the sign-in page of whoever has just signed in; None when it was nothing of hers."""
    caller = guard.now_is(token)
    kept = kept_forms.opened(key(), blob, caller.person_id) if caller else None
    if caller is None or kept is None:
        return None
    form_tokens.begin(token, caller.person_id)
    return make_response(once_more(kept))


def not_kept() -> Response | None:
    """A form of somebody who is signed in, which could not be kept, handed back to her; None when nobody is."""
    if guard.current() is None or not _is_guarded():
        return None
    return make_response(once_more(Kept.of(request), full=True))


def once_more(kept: Kept, *, full: bool = False) -> str:
    """A page that holds everything of a form, and a button; only for the caller whose it was."""
    form_tokens.name(guard.require().person_id)
    return render_template("staff/once_more.html", kept=kept, full=full)


def _waits() -> str:
    """The form that waits in the sign-in page, when this request comes from there."""
    return request.form.get(FIELD, "") if request.endpoint == "staff.sign_in" else ""


def _is_guarded() -> bool:
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "permission")


def _sign_in_here(person_id: int) -> ResponseReturnValue:
    kept = _waits()
    if not kept and person_id:
        kept = Kept.of(request).sealed(key(), person_id)
    shown = {"form": SignInForm(formdata=None), "back": None, "kept": kept, "was_signed_out": True}
    return render_template("staff/sign_in.html", **shown), 401
