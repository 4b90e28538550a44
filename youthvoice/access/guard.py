"""The caller of a staff page, and `@needs(...)`, which every staff page wears."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any, Concatenate, Final, ParamSpec, Protocol, cast

from flask import abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from limits import parse
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie
from werkzeug.wrappers import Response as AnyResponse

from youthvoice import context, db
from youthvoice.access import form_tokens, sessions
from youthvoice.access.permissions import PERMISSIONS, may
from youthvoice.audit.audit_log import Log
from youthvoice.context import Port
from youthvoice.web import headers, rate_limits

P = ParamSpec("P")

_SIGNED_OUT = parse("300 per minute")

WITH_A_KNOWN_PASSWORD: Final = frozenset(
    {"profile.password", "session.still_here", "session.signed_in", "session.token"}
)
"""What somebody may open whose password another knows: where she chooses her own, and what keeps that page awake."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The adult who is signed in.

    Attributes:
        person_id: row of `people`.
        handle: what she signs in with.
        name: as shown.
        role: one of `permissions.ROLES`, or `permissions.NEWCOMER`.
        site_ids: the sites she works for.
        language: of staff pages.
        token: the session's token; opens her private key for the time of this request.
        password_known: somebody else knows her password; until she chose one of her own she opens no other page.
    """

    person_id: int
    handle: str
    name: str
    role: str
    site_ids: frozenset[int]
    language: str
    token: str = field(repr=False)
    password_known: bool = False

    def may(self, permission: str) -> bool:
        """Whether she has a permission."""
        return may(self.role, permission)


class FindCaller(Protocol):
    """Finds who holds a session token; None when nobody does or it has run out."""

    def __call__(self, token: str) -> Caller | None:
        """Look the token up."""


find_caller: Final = Port[FindCaller]("find_caller")
answer_signed_out: Final = Port[Callable[[], ResponseReturnValue]]("answer_signed_out")
"""What is answered to a form that came when nobody was signed in any more."""


def cookie_name() -> str:
    """The staff cookie; bound to the host in production."""
    return "staff" if context.settings().development else "__Host-staff"


def caller_if_any() -> Caller | None:
    """Who is signed in on this request, or None; a child's page never looks at the staff cookie."""
    if not request.path.startswith("/staff"):
        return None
    if "caller" not in g:
        token = request.cookies.get(cookie_name(), "")
        g.caller = find_caller()(token) if token else None
    return cast("Caller | None", g.caller)


def shows_session(environ: Mapping[str, Any]) -> bool:
    """Whether a request bears the cookie of a session that is good; one SELECT, and none without such a cookie."""
    token = parse_cookie(environ.get("HTTP_COOKIE", "")).get(cookie_name(), "")
    if not token:
        return False
    with db.reading(db.engine()) as reading:
        return sessions.find(reading, token, context.now()) is not None


def clear_session_cookie(response: AnyResponse) -> None:
    """Her session has ended: the browser forgets it, and so does the rest of this request."""
    g.pop("caller", None)
    secure = not context.settings().development
    response.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=secure, path="/")


def check_sender_first() -> None:
    """Ask who sends a form of staff before any of it is read.

    Only who may open a page sends it more than an ordinary form; and whoever is not signed in sends not too many.
    """
    if not request.path.startswith("/staff") or request.method in db.SAFE_METHODS:
        return
    caller = caller_if_any()
    if caller is None and not rate_limits.is_line_within(_SIGNED_OUT, "staff"):
        abort(429)
    permission = getattr(current_app.view_functions.get(request.endpoint or ""), "permission", None)
    if permission is not None and (caller is None or not caller.may(permission)):
        request.max_content_length = request.max_form_memory_size = current_app.config["MAX_CONTENT_LENGTH"]


def current_caller() -> Caller:
    """Who is signed in; only for pages that wear `@needs`."""
    caller = caller_if_any()
    if caller is None:
        abort(403)
    return caller


def permission_required(
    permission: str, *, menu: str | None = None
) -> Callable[[Callable[Concatenate[P], ResponseReturnValue]], Callable[Concatenate[P], ResponseReturnValue]]:
    """Guard a staff page: signed out goes to the sign-in page, the wrong role gets 403.

    A form that comes when nobody is signed in any more is not led away: a redirect would throw away what is in it.
    Of every other one the guard settles the transaction: what a page wrote is kept where it answers below 400, else
    undone. A page that refuses by a redirect rolls back itself.

    Args:
        permission: a key of `permissions.PERMISSIONS`.
        menu: endpoint of the line of the menu that is lit on this page, where it is not its blueprint's.

    Raises:
        KeyError: while importing, when the permission is not in the table.
    """
    allowed = PERMISSIONS[permission]

    def guard(page: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(page)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            caller = caller_if_any()
            if caller is None:
                return _signed_out()
            if caller.role not in allowed:
                abort(403)
            form_tokens.name(caller.person_id)
            if caller.password_known and request.endpoint not in WITH_A_KNOWN_PASSWORD:
                return redirect(url_for("profile.password"), 303)
            if request.method in db.SAFE_METHODS:
                return page(*args, **kwargs)
            return _settled(lambda: page(*args, **kwargs))

        guarded.permission = permission  # type: ignore[attr-defined] # read by the route x role test
        guarded.menu = menu  # type: ignore[attr-defined] # read by `staff_blueprint.menu_line`
        return guarded

    return guard


def _settled(page: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """The answer to a form, once what it wrote is kept or undone.

    Its messages, and what it noted as opened, lie in the cookie of forms: where nothing could be kept they are undone,
    too, or the page that says so would say besides that it is done.
    """
    before = deepcopy(dict(session))
    try:
        answer = current_app.make_response(page())
        db.settle_transaction(keeps=answer.status_code < HTTPStatus.BAD_REQUEST)
    except HTTPException:
        raise
    except Exception:
        session.clear()
        session.update(before)
        raise
    return answer


def _signed_out() -> ResponseReturnValue:
    if request.method == "GET" and not headers.wants_json():
        return redirect(url_for("session.sign_in", back=request.full_path.rstrip("?")))
    return answer_signed_out()()


def become(token: str) -> Caller | None:
    """Who is signed in from here on: somebody who signed in by this very request."""
    g.pop("caller", None)
    g.caller = find_caller()(token)
    return cast("Caller | None", g.caller)


def site_or_404(site_id: int) -> int:
    """The site's id when the caller works there; else 404, like a site that does not exist."""
    caller = current_caller()
    if site_id not in caller.site_ids:
        abort(404)
    return site_id


def caller_log() -> Log:
    """The log, in the name of whoever is signed in."""
    caller = caller_if_any()
    return Log(context.today(), caller.handle if caller else "nobody")
