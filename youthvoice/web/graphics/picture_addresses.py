"""Pictures of an installation's own: how they are named, where a page finds each, and which are withdrawn."""

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
    """What stands for these bytes where else the name of an OpenMoji picture stands: `own-`, then their digest."""
    return f"own-{hashlib.sha256(content).hexdigest()[:_DIGITS]}"


def is_own_picture(code: str | None) -> bool:
    """Whether a code names a picture of one's own, not one of OpenMoji."""
    return _OWN.fullmatch(code or "") is not None


def show_inside(pictures: Mapping[str, bytes]) -> None:
    """Let the page of this request bear these pictures itself: they have no address yet.

    Args:
        pictures: bytes by code, as of a draft.
    """
    g.pictures_inside = pictures


withdrawn_pictures: Final = Port[Callable[[], Mapping[str, str]]]("withdrawn_pictures")


def shown_picture(code: str) -> str:
    """The code of what is shown where a code stands: itself, or what took a withdrawn picture's place; may be empty."""
    return list_withdrawn().get(code, code) if is_own_picture(code) else code


def list_withdrawn() -> Mapping[str, str]:
    """What is shown in the place of each withdrawn picture, by its code; asked once a page."""
    if not has_request_context():
        return withdrawn_pictures()()
    if "withdrawn_pictures" not in g:
        g.withdrawn_pictures = withdrawn_pictures()()
    withdrawn: Mapping[str, str] = g.withdrawn_pictures
    return withdrawn


def own_picture(code: str) -> Markup:
    """Show one; the word beside it carries the meaning, so it is hidden from screen readers as every picture is.

    It is fetched with its page, never when its screen is reached: no request says where a child is.
    """
    return Markup('<img class="picture own" src="{}" alt="" width="72" height="72">').format(_address(code))


def send_picture(content: bytes) -> Response:
    """One as an answer: its address never shows another one, so a browser keeps it; a cache for many does not."""
    reply = Response(content, content_type=KIND)
    reply.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return reply


def _address(code: str) -> str:
    """For tablets among what they lay by (`KEPT` in `worker.js`); for staff below what their cookie is read for."""
    if not has_request_context():
        return f"/static/{code}.webp"
    if (content := g.get("pictures_inside", {}).get(code)) is not None:
        return f"data:{KIND};base64,{b64encode(content).decode()}"
    staff = request.path.startswith("/staff")
    return f"/staff/questionnaires/pictures/{code}" if staff else f"/static/{code}.webp"
