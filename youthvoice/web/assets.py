"""Static files: read once, named by their content, kept in memory, cached by browsers for a year."""

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

from flask import Blueprint, Flask, Response, abort, request, url_for
from jinja2 import FileSystemLoader
from rcssmin import cssmin
from rjsmin import jsmin

from youthvoice.web.graphics import band_beads, pictures
from youthvoice.web.i18n import formats

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/vnd.microsoft.icon",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}

FOREVER = "public, max-age=31536000, immutable"

_FOLDER = Path(__file__).with_name("static")

_HASH = 16  # hexadecimal digits: a tablet believes a file that bears them, and 64 bits are not found in years

_IMPORT = re.compile(r'@import "([a-z_/]+\.css)";\n?')

assets_pages = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: its address, its type, its bytes as they are and pressed."""

    address: str
    kind: str
    plain: bytes
    pressed: bytes


def _read(name: str) -> bytes:
    """A file; a stylesheet with all it imports, so that a page waits once. No comment for engineers is sent."""
    content = (_FOLDER / name).read_bytes()
    if name.endswith(".js"):
        script: bytes = jsmin(content)
        return script
    if not name.endswith(".css"):
        return content
    style: str = cssmin(_IMPORT.sub(lambda match: _read(match[1]).decode(), content.decode()))
    return style.encode()


def _asset(name: str, content: bytes) -> Asset:
    path = PurePosixPath(name)
    address = f"{path.stem}.{sha256(content).hexdigest()[:_HASH]}{path.suffix}"
    return Asset(address, TYPES[path.suffix], content, gzip.compress(content, 9, mtime=0))


@lru_cache(maxsize=1)
def load_assets() -> Mapping[str, Asset]:
    """Every static file by its path in the folder, read once.

    Raises:
        KeyError: with the ending, if a file has one that is not in `TYPES`.
    """
    names = sorted(file.relative_to(_FOLDER).as_posix() for file in _FOLDER.rglob("*") if file.is_file())
    return {name: _asset(name, _read(name)) for name in names}


@lru_cache(maxsize=1)
def _by_address() -> Mapping[str, Asset]:
    return {asset.address: asset for asset in load_assets().values()}


def asset_address(name: str) -> str:
    """The address of a static file, or of a sheet of pictures, for templates.

    Raises:
        KeyError: with the name, if there is no such file.
    """
    asset = _sheet(name) if name in pictures.SHEETS else load_assets()[name]
    return url_for("assets.static_file", address=asset.address)


@lru_cache(maxsize=len(pictures.SHEETS))
def _sheet(name: str) -> Asset:
    """Not on the shelf: it takes a while to draw, and not every process is asked for it."""
    return _asset(name, pictures.draw_sheet(name))


def _found(address: str) -> Asset | None:
    sheet = f"{address.partition('.')[0]}.svg"
    if sheet not in pictures.SHEETS:
        return _by_address().get(address)
    return _sheet(sheet) if _sheet(sheet).address == address else None


@assets_pages.route("/static/<address>")
def static_file(address: str) -> Response:
    """One static file; 404 for any name that is not exactly today's."""
    asset = _found(address) or abort(404)
    pressed = request.accept_encodings["gzip"] > 0 and len(asset.pressed) < len(asset.plain)
    answer = Response(asset.pressed if pressed else asset.plain, content_type=asset.kind)
    if pressed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = FOREVER
    return answer


def silent(words: str, at: str = "", language: str = "") -> str:  # noqa: ARG001 - as `availability.clip_attribute`
    """Where words can be heard: nowhere, until `clips` puts its own answer in this place."""
    return ""


def template_folders() -> list[Path]:
    """Where templates lie: `templates` of every package, those of `web` first, on which the others build."""
    return sorted(Path(__file__).parents[1].glob("*/templates"), key=lambda folder: folder.parent.name != "web")


def init_app(app: Flask) -> None:
    """Give an app the layouts, the static files and what templates draw with.

    The app must be made with `static_folder=None`; Flask's own `/static` would come first.
    """
    load_assets()
    app.jinja_loader = FileSystemLoader(template_folders())
    app.register_blueprint(assets_pages)
    app.jinja_env.filters.update(
        day=formats.format_day, long_day=formats.format_long_day, listed=formats.join_list, widest=pictures.longest_word
    )
    app.jinja_env.globals.update(
        asset=asset_address,
        picture=pictures.picture,
        mark=pictures.mark,
        sprite=pictures.sprite,
        heard=silent,
        numbered=pictures.number_code,
        ten=band_beads.band_beads,
        PAPERS=pictures.PAPERS,
        SHAPES=pictures.SHAPES,
    )
