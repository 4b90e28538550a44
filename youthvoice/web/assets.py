"""Static files: read once, named by a hash of their content, kept in memory, cached by browsers for a year."""

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

_HASH_DIGITS = 16  # hexadecimal digits: a tablet trusts a file by them, and 64 bits take years to forge

_IMPORT = re.compile(r'@import "([a-z_/]+\.css)";\n?')

assets_pages = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """A file as it is sent: its address, its type, its bytes as they are and gzipped."""

    address: str
    kind: str
    plain: bytes
    gzipped: bytes


def _read_minified(name: str) -> bytes:
    """Read a file: minified, and a stylesheet with all its imports, so that a page waits for one request."""
    content = (_FOLDER / name).read_bytes()
    if name.endswith(".js"):
        script: bytes = jsmin(content)
        return script
    if not name.endswith(".css"):
        return content
    style: str = cssmin(_IMPORT.sub(lambda match: _read_minified(match[1]).decode(), content.decode()))
    return style.encode()


def _asset(name: str, content: bytes) -> Asset:
    path = PurePosixPath(name)
    address = f"{path.stem}.{sha256(content).hexdigest()[:_HASH_DIGITS]}{path.suffix}"
    return Asset(address, TYPES[path.suffix], content, gzip.compress(content, 9, mtime=0))


@lru_cache(maxsize=1)
def load_assets() -> Mapping[str, Asset]:
    """Every static file by its path in the folder, read once.

    Raises:
        KeyError: with the ending, if a file has one that is not in `TYPES`.
    """
    names = sorted(file.relative_to(_FOLDER).as_posix() for file in _FOLDER.rglob("*") if file.is_file())
    return {name: _asset(name, _read_minified(name)) for name in names}


@lru_cache(maxsize=1)
def _by_address() -> Mapping[str, Asset]:
    return {asset.address: asset for asset in load_assets().values()}


def asset_address(name: str) -> str:
    """The address of a static file, or of a file of pictures, for templates.

    Raises:
        KeyError: with the name, if there is no such file.
    """
    asset = _picture_file(name) if name in pictures.FILES else load_assets()[name]
    return url_for("assets.static_file", address=asset.address)


@lru_cache(maxsize=len(pictures.FILES))
def _picture_file(name: str) -> Asset:
    """A file of pictures. It is not among `load_assets`: drawing takes a while, and not every process needs it."""
    return _asset(name, pictures.draw_picture_file(name))


def _find_asset(address: str) -> Asset | None:
    file_name = f"{address.partition('.')[0]}.svg"
    if file_name not in pictures.FILES:
        return _by_address().get(address)
    return _picture_file(file_name) if _picture_file(file_name).address == address else None


@assets_pages.route("/static/<address>")
def static_file(address: str) -> Response:
    """Serve a static file; 404 for any name but the current one."""
    asset = _find_asset(address) or abort(404)
    gzipped = request.accept_encodings["gzip"] > 0 and len(asset.gzipped) < len(asset.plain)
    answer = Response(asset.gzipped if gzipped else asset.plain, content_type=asset.kind)
    if gzipped:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = FOREVER
    return answer


def silent(words: str, at: str = "", language: str = "") -> str:  # noqa: ARG001 - as `availability.clip_attribute`
    """The placeholder for `availability.clip_attribute`, which `clips` installs: no text has a clip."""
    return ""


def template_folders() -> list[Path]:
    """The folders with templates: `templates` of every package, those of `web` first, because others extend them."""
    return sorted(Path(__file__).parents[1].glob("*/templates"), key=lambda folder: folder.parent.name != "web")


def init_app(app: Flask) -> None:
    """Add layouts, static files and drawing functions for templates to an app.

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
        shows_films=bool,  # False without any; `clips` installs its own
        numbered=pictures.number_code,
        ten=band_beads.band_beads,
        PAPERS=pictures.PAPERS,
        SHAPES=pictures.SHAPES,
    )
