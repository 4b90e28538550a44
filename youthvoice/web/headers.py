"""Headers of every answer, and the defence of children's forms against other sites."""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from youthvoice import context
from youthvoice.web import request_bodies
from youthvoice.web.i18n import languages

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

_UNWANTED = "camera=(), geolocation=(), microphone={}, payment=(), usb=(), browsing-topics=()"

WITHOUT_MICROPHONE, WITH_MICROPHONE = _UNWANTED.format("()"), _UNWANTED.format("(self)")

_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


def add_headers(response: Response) -> Response:
    """What every answer bears; only static files may be kept by a browser."""
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Permissions-Policy", WITHOUT_MICROPHONE)  # the page where staff record says otherwise
    response.headers.extend(_ALWAYS)
    response.headers.setdefault("Cache-Control", "no-store")
    if not context.settings().development:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def refuse_other_sites() -> None:
    """Abort with 403 when a changing request was started by a page that is not ours.

    `Sec-Fetch-Site` decides where the browser sends it, else `Origin`; a request with neither, from a program, passes:
    it holds no cookie that a page could have lent it.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if (told := request.headers.get("Sec-Fetch-Site")) is not None:
        if told not in {"same-origin", "none"}:
            abort(403)
    elif (origin := request.headers.get("Origin")) is not None and _host_of(origin) != request.host:
        abort(403)


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # such as http://[
        return ""


def guard_staff() -> None:
    """Refuse what a form of staff never sends: from another site of the same domain, or a NUL, which no text holds."""
    if not request.path.startswith("/staff"):
        return
    refuse_other_sites()
    sent = (value for fields in (request.args, request.form) for values in fields.listvalues() for value in values)
    if any("\0" in value for value in sent):
        abort(400)


def refuse_what_never_came() -> None:
    """Answer for the front that reads bodies: too large, too slow, or too many of them at once."""
    if (status := request.environ.get(request_bodies.REFUSED)) is not None:
        abort(status)


def change_nothing_beforehand(response: Response) -> Response:
    """A page that a tablet only lays by for later signs nobody out and forgets no child's language."""
    if languages.HEADER in request.environ:
        response.headers.remove("Set-Cookie")
    return response


def init_app(app: Flask) -> None:
    """Put headers on everything an application answers."""
    app.before_request(refuse_what_never_came)
    app.before_request(guard_staff)
    app.after_request(add_headers)
    app.after_request(change_nothing_beforehand)


def with_microphone(reply: Response) -> Response:
    """Let this page ask for the microphone; most may not."""
    reply.headers["Permissions-Policy"] = WITH_MICROPHONE
    return reply


def in_frame_of_ours(reply: Response) -> Response:
    """Let pages of the same installation show this one inside them; no other may, and nobody may any other page."""
    reply.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return reply


def with_frames_of_ours(reply: Response) -> Response:
    """Let this page show pages of the same installation inside it."""
    reply.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return reply


def wants_json() -> bool:
    """Whether a page's own script asked, which reads JSON."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
