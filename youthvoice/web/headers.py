"""Headers of every answer, and the protection of children's forms against other sites."""

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

PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
"""What a proxy adds to a request: where only a browser on this machine is answered, none of them may be there."""

_UNWANTED = "camera=(), geolocation=(), microphone={}, payment=(), usb=(), browsing-topics=()"

WITHOUT_MICROPHONE, WITH_MICROPHONE = _UNWANTED.format("()"), _UNWANTED.format("(self)")

_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)

_UNLESS_SET = (
    ("Content-Security-Policy", POLICY),
    ("Permissions-Policy", WITHOUT_MICROPHONE),  # except on pages with a recorder
    ("Cache-Control", "no-store"),
)


def add_headers(response: Response) -> Response:
    """Add the security headers to an answer; browsers may cache only static files."""
    for name, value in _ALWAYS:  # one by one: half the time of `extend` and `setdefault`, on every answer
        response.headers.add(name, value)
    for name, value in _UNLESS_SET:
        if name not in response.headers:
            response.headers.add(name, value)
    if not context.settings().development:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def refuse_other_sites() -> None:
    """Abort with 403 when another site's page sent a changing request.

    `Sec-Fetch-Site` decides where the browser sends it, else `Origin`. A request with neither, from a program, passes:
    it has no cookie that a page could have made a browser send.
    """
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if (fetch_site := request.headers.get("Sec-Fetch-Site")) is not None:
        if fetch_site not in {"same-origin", "none"}:
            abort(403)
    elif (origin := request.headers.get("Origin")) is not None and _host_of(origin) != request.host:
        abort(403)


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # such as http://[
        return ""


def guard_staff() -> None:
    """Refuse staff requests from another site of the same domain, or with a NUL, which no text field contains."""
    if not request.path.startswith("/staff"):
        return
    refuse_other_sites()
    sent = (value for fields in (request.args, request.form) for values in fields.listvalues() for value in values)
    if any("\0" in value for value in sent):
        abort(400)


def answer_refused_bodies() -> None:
    """Answer requests whose body the front refused: too large, too slow, or too many in parallel."""
    if (status := request.environ.get(request_bodies.REFUSED)) is not None:
        abort(status)


def remove_cookies_of_stored_pages(response: Response) -> Response:
    """Remove cookies from pages that a tablet only stores for later, so that they sign nobody out."""
    if languages.HEADER in request.environ:
        response.headers.remove("Set-Cookie")
    return response


def init_app(app: Flask) -> None:
    """Add headers to all answers of an application."""
    app.before_request(answer_refused_bodies)
    app.before_request(guard_staff)
    app.after_request(add_headers)
    app.after_request(remove_cookies_of_stored_pages)


def with_microphone(reply: Response) -> Response:
    """Let this page ask for the microphone; by default pages may not."""
    reply.headers["Permissions-Policy"] = WITH_MICROPHONE
    return reply


def in_frame_of_ours(reply: Response) -> Response:
    """Let our own pages show this one in a frame; no other site may, and no other page may be framed."""
    reply.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return reply


def with_frames_of_ours(reply: Response) -> Response:
    """Let this page show our own pages in a frame."""
    reply.headers["Content-Security-Policy"] = f"{POLICY}; frame-src 'self'"
    return reply


def wants_json() -> bool:
    """Whether the page's own script sent the request, which reads JSON."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
