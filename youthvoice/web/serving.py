"""How a page that was pressed before is served, and whether a script or a browser asked."""

from flask import Response, request

from youthvoice.web.pressed import Pressed


def served(page: Pressed, hole: str) -> Response:
    """A pressed page with what differs in its hole, compressed where the browser takes it.

    Args:
        page: pressed.
        hole: such as the number of a sheet.
    """
    pressed = request.accept_encodings["gzip"] > 0
    body = page.gzip(hole.encode()) if pressed else page.plain(hole.encode())
    reply = Response(body, content_type="text/html; charset=utf-8")
    if pressed:
        reply.headers["Content-Encoding"] = "gzip"
    reply.headers["Vary"] = "Accept-Encoding, Cookie"
    return reply


def wants_json() -> bool:
    """Whether a page's own script asked, which reads JSON."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
