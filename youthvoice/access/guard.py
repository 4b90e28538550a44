"""The signed-in adult (`Caller`) of a staff page, and `permission_required`, which guards every staff page."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any, Final, ParamSpec, Protocol, cast

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

_SIGNED_OUT_FORMS = parse("300 per minute")  # from one network

PAGES_WITH_KNOWN_PASSWORD: Final = frozenset(
    {"profile.password", "session.still_here", "session.signed_in", "session.token"}
)
"""Endpoints that stay open while somebody else knows the caller's password: to choose a new one and stay signed in."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The adult who is signed in.

    Attributes:
        person_id: row of `people`.
        handle: the sign-in name.
        name: as pages show it.
        role: one of `permissions.ROLES`, or `permissions.NEWCOMER`.
        site_ids: the sites where this person works.
        language: of staff pages.
        token: the session's token; it opens the person's private key during this request.
        password_known: somebody else knows the password; until this person chooses a new one, no other page opens.
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
        """Whether the role has a permission."""
        return may(self.role, permission)


class FindCaller(Protocol):
    """Finds the person who holds a session token; None if nobody does or the session has expired."""

    def __call__(self, token: str) -> Caller | None:
        """Look up the token."""


find_caller: Final = Port[FindCaller]("find_caller")
answer_signed_out: Final = Port[Callable[[], ResponseReturnValue]]("answer_signed_out")
"""The response when nobody is signed in, to a form or to a page's script."""


def cookie_name() -> str:
    """The name of the staff session cookie; in production it is bound to the host."""
    return context.settings().cookie_name("staff")


def caller_if_any() -> Caller | None:
    """The person who is signed in on this request, or None. On a child's page the staff cookie is never read."""
    if not request.path.startswith("/staff"):
        return None
    if "caller" not in g:
        token = request.cookies.get(cookie_name(), "")
        g.caller = find_caller()(token) if token else None
    return cast("Caller | None", g.caller)


def has_valid_session(environ: Mapping[str, Any]) -> bool:
    """Whether a request, as the WSGI server passes it, has the cookie of a valid staff session.

    One SELECT, and none without such a cookie.
    """
    token = parse_cookie(environ.get("HTTP_COOKIE", "")).get(cookie_name(), "")
    if not token:
        return False
    with db.reading(db.engine()) as reading:
        return sessions.find(reading, token, context.now()) is not None


def clear_session_cookie(response: AnyResponse) -> None:
    """Delete the session cookie and forget the caller for the rest of this request, because the session has ended."""
    g.pop("caller", None)
    secure = not context.settings().development
    response.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=secure, path="/")


def find_reader_of_missing_page() -> None:
    """Find the caller of a staff address that does not exist, so that the error page speaks the caller's language."""
    if request.url_rule is None:
        caller_if_any()


def limit_form_of_sender() -> None:
    """Limit size and rate of a staff form by its sender, before its body is read.

    Some pages take larger forms (`web.uploads.allow_larger`, which runs before this). A sender who may not open such a
    page gets the ordinary limit back. Forms without a session share a limit per network.
    """
    if not request.path.startswith("/staff") or request.method in db.SAFE_METHODS:
        return
    caller = caller_if_any()
    if caller is None and not rate_limits.is_line_within(_SIGNED_OUT_FORMS, "staff"):
        abort(429)
    permission = getattr(current_app.view_functions.get(request.endpoint or ""), "permission", None)
    if permission is not None and (caller is None or not caller.may(permission)):  # takes back `allow_larger`
        request.max_content_length = request.max_form_memory_size = current_app.config["MAX_CONTENT_LENGTH"]


def current_caller() -> Caller:
    """The person who is signed in; only for pages that have `permission_required`."""
    caller = caller_if_any()
    if caller is None:
        abort(403)
    return caller


def permission_required(
    permission: str, *, menu: str | None = None
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Guard a staff page: without a session it redirects to the sign-in page, and the wrong role gets 403.

    A form that arrives without a session is not redirected: a redirect would lose what was typed. After the form of a
    signed-in caller the guard commits if the page answers below 400, else it rolls back. A page that refuses by a
    redirect rolls back itself.

    Args:
        permission: a key of `permissions.PERMISSIONS`.
        menu: endpoint of the menu line that is highlighted on this page, if it is not the one of its blueprint.

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
            form_tokens.set_owner(caller.person_id)
            if caller.password_known and request.endpoint not in PAGES_WITH_KNOWN_PASSWORD:
                return redirect(url_for("profile.password"), 303)
            if request.method in db.SAFE_METHODS:
                return page(*args, **kwargs)
            return _run_and_settle(lambda: page(*args, **kwargs))

        guarded.permission = permission  # type: ignore[attr-defined] # read by the route x role test
        guarded.menu = menu  # type: ignore[attr-defined] # read by `staff_blueprint.menu_line`
        return guarded

    return guard


def _run_and_settle(page: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Run a page that handles a form, then commit or roll back what it wrote.

    Flask's `session` holds its messages, and which letters it marked as opened. After an unexpected error they are
    undone too: otherwise the error page would also say that the form was saved. After an `abort` they stay, and the end
    of the request rolls back what was written.
    """
    old_values = deepcopy(dict(session))
    try:
        answer = current_app.make_response(page())
        db.settle_transaction(keeps=answer.status_code < HTTPStatus.BAD_REQUEST)
    except HTTPException:
        raise
    except Exception:
        session.clear()
        session.update(old_values)
        raise
    return answer


def _signed_out() -> ResponseReturnValue:
    if request.method == "GET" and not headers.wants_json():
        return redirect(url_for("session.sign_in", back=request.full_path.rstrip("?")))
    return answer_signed_out()()


def sign_in_caller(token: str) -> Caller | None:
    """Make the person who signed in by this request its caller; None if the token is not valid."""
    g.pop("caller", None)
    g.caller = find_caller()(token)
    return cast("Caller | None", g.caller)


def site_or_404(site_id: int) -> int:
    """The site's id if the caller works there; else 404, as for a site that does not exist."""
    caller = current_caller()
    if site_id not in caller.site_ids:
        abort(404)
    return site_id


def caller_log() -> Log:
    """The audit log, in the name of the person who is signed in."""
    caller = caller_if_any()
    return Log(context.today(), caller.handle if caller else "nobody")
