"""Uploaded pictures and portraits of an installation: codes, addresses, and which pictures are withdrawn."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Final

from flask import Response, g, has_request_context, request
from markupsafe import Markup

from youthvoice.context import Port

_OWN: Final = re.compile(r"own-[0-9a-f]{32}")

_PORTRAIT: Final = re.compile(r"(face|drawn)-([0-9a-f]{32})")

_ENDINGS: Final = {"face": "webp", "drawn": "svg"}

KIND: Final = "image/webp"

_DIGITS: Final = 32  # hexadecimal, of SHA-256: 128 bits


def own_picture_code(content: bytes) -> str:
    """The code of these bytes, which is used in place of an OpenMoji code: `own-`, then their digest."""
    return f"own-{hashlib.sha256(content).hexdigest()[:_DIGITS]}"


def is_own_picture(code: str | None) -> bool:
    """Whether a code names an uploaded picture, and not one of OpenMoji."""
    return _OWN.fullmatch(code or "") is not None


def portrait_code(digest: str, media: str) -> str:
    """The code of an adult's portrait, which is used in place of an OpenMoji code.

    Args:
        digest: of its bytes, 32 hexadecimal digits.
        media: `image/webp` for a photograph, else it is drawn.
    """
    return f"{'face' if media == KIND else 'drawn'}-{digest}"


def is_portrait(code: str | None) -> bool:
    """Whether a code names an adult's portrait."""
    return _PORTRAIT.fullmatch(code or "") is not None


def portrait(code: str, *, later: bool = False) -> Markup:
    """Show an adult's portrait; screen readers skip it as every picture, for her name is beside it.

    Args:
        code: of the portrait.
        later: whether it is fetched with the first question: the first page of a survey stays light.

    Raises:
        KeyError: this is no portrait.
    """
    is_staff = has_request_context() and request.path.startswith("/staff")
    digest = code.partition("-")[2]
    address = f"/staff/me/introduction/files/{digest}" if is_staff else portrait_address(code)
    lazy = Markup(' loading="lazy"') if later else ""
    return Markup('<img class="picture face" src="{}" alt="" width="96" height="96"{}>').format(address, lazy)


def portrait_address(code: str) -> str:
    """The address of a portrait for tablets, which store it (`KEPT` in `worker.js`).

    Raises:
        KeyError: this is no portrait.
    """
    if (match := _PORTRAIT.fullmatch(code)) is None:
        raise KeyError(code)
    return f"/static/{code}.{_ENDINGS[match[1]]}"


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
