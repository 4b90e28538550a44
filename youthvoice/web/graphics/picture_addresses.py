"""Uploaded pictures of an installation: their codes, their addresses, and which are withdrawn."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Final

from flask import Response, g, has_request_context, request
from markupsafe import Markup

from youthvoice.context import Port

_OWN: Final = re.compile(r"own-[0-9a-f]{32}")

KIND: Final = "image/webp"

_DIGITS: Final = 32  # hexadecimal, of SHA-256: 128 bits


def own_picture_code(content: bytes) -> str:
    """The code of these bytes, which is used in place of an OpenMoji code: `own-`, then their digest."""
    return f"own-{hashlib.sha256(content).hexdigest()[:_DIGITS]}"


def is_own_picture(code: str | None) -> bool:
    """Whether a code names an uploaded picture, and not one of OpenMoji."""
    return _OWN.fullmatch(code or "") is not None


def show_inside(pictures: Mapping[str, bytes]) -> None:
    """Embed these pictures in the page of this request, because they have no address yet.

    Args:
        pictures: bytes by code, as in a draft.
    """
    g.pictures_inside = pictures


withdrawn_pictures: Final = Port[Callable[[], Mapping[str, str]]]("withdrawn_pictures")


def shown_picture(code: str) -> str:
    """The code to show for a code: itself, or the replacement of a withdrawn picture; may be empty."""
    return list_withdrawn().get(code, code) if is_own_picture(code) else code


def list_withdrawn() -> Mapping[str, str]:
    """The replacement of each withdrawn picture, by its code; loaded once per request."""
    if not has_request_context():
        return withdrawn_pictures()()
    if "withdrawn_pictures" not in g:
        g.withdrawn_pictures = withdrawn_pictures()()
    withdrawn: Mapping[str, str] = g.withdrawn_pictures
    return withdrawn


def own_picture(code: str) -> Markup:
    """Show an uploaded picture. The word beside it carries the meaning, so screen readers skip it as every picture.

    The browser fetches it with the page, not when its screen is reached: no request shows where a child is.
    """
    return Markup('<img class="picture own" src="{}" alt="" width="72" height="72">').format(_address(code))


def send_picture(content: bytes) -> Response:
    """Serve a picture. Its address never shows another one, so a browser may cache it; a shared cache may not."""
    reply = Response(content, content_type=KIND)
    reply.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return reply


def _address(code: str) -> str:
    """For tablets an address that they store (`KEPT` in `worker.js`); for staff one to which their cookie is sent."""
    if not has_request_context():
        return f"/static/{code}.webp"
    if (content := g.get("pictures_inside", {}).get(code)) is not None:
        return f"data:{KIND};base64,{b64encode(content).decode()}"
    staff = request.path.startswith("/staff")
    return f"/staff/questionnaires/pictures/{code}" if staff else f"/static/{code}.webp"
