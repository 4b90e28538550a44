"""What a box answers - HTTP only: the pages that its main house gave it, and a yes to whatever is sent."""

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final, cast

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import escape
from werkzeug.exceptions import NotFound

from youthvoice import context, db
from youthvoice.box import store
from youthvoice.box.disk_room import admits, has_room
from youthvoice.jobs.routes.public import work_pages
from youthvoice.kiosk.offline.code_screens import fill_code_screens
from youthvoice.kiosk.offline.envelope import (
    DELIVER,
    MAX_ENVELOPE_BYTES,
    has_tablets_length,
    read_month,
    read_number,
    seal_envelope,
)
from youthvoice.privacy.credentials.picture_codes import PictureCode, code_of_submission
from youthvoice.threads.child_codes.submission_codes import drawn_code
from youthvoice.web import headers, random_ids, uploads
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, network_key, rate_limited

box_pages = Blueprint("box", __name__)


box_pages.before_request(headers.refuse_other_sites)


for _endpoint in ("box.deliver", "box.send"):
    uploads.allow_larger(box_pages, MAX_ENVELOPE_BYTES, _endpoint)


_SHEET: Final = re.compile(rb'(name="sheet" value=")[0-9a-f]{32}"')

_OFFLINE: Final = re.compile(rb" data-offline hidden(?: data-when='[^']*')?")
"""What a page says where no network is; the worker of a tablet lets the same appear."""

_DAY: Final = b"<time data-day></time>"

_MAIN: Final = re.compile(r"(<main[^>]*>).*?(<h1\b.*?</h1>).*(</main>)", re.DOTALL)

_FILES: Final = ("/clips/", "/exit/", "/worker.js", "/app.webmanifest")

_NOT_OPENED, _NOT_READY = 422, 503

_CODES: Final = secrets.token_bytes(32)
"""Made before processes are forked, written nowhere: a sheet that comes twice draws the same pictures meanwhile."""


def register(app: Flask) -> None:
    """Add the pages of a box, and none of a house: nobody signs in here."""
    app.register_blueprint(box_pages)
    app.register_blueprint(work_pages)
    own = app.view_functions["assets.static_file"]

    def static_file(address: str) -> Response:
        """A file of this program's version, for its own words; else of the house's, which may be another version."""
        try:
            return cast(Response, own(address=address))
        except NotFound:
            return _shown(f"/static/{address}")

    app.view_functions["assets.static_file"] = static_file


@box_pages.post(DELIVER)
@rate_limited("6000 per minute")
def deliver() -> ResponseReturnValue:
    """Keep what a tablet delivers; the tablet may forget it now, the box forgets it when the main house has it.

    A box opens nothing, so whoever is in its Wi-Fi may send junk. It must be as long as what tablets make, under a key
    of these years; a line brings 512 MiB a day, and an eighth of the disk (2 GiB at most) stays for pages.
    """
    envelope = request.get_data()
    number = read_number(envelope)
    if number is None or not has_tablets_length(envelope) or not _is_of_these_years(read_month(envelope)):
        return jsonify(refused="CannotOpen"), _NOT_OPENED
    if not has_room(for_tablets=True):
        raise db.NoRoom
    _keep(envelope)
    return jsonify(sheet=number.hex(), late=False), 201


@box_pages.post("/offline/status")
def status() -> ResponseReturnValue:
    """What a tablet says of itself is for the main house."""
    return "", 204


@box_pages.get("/offline/manifest")
def manifest() -> ResponseReturnValue:
    """What a tablet fetches beforehand; 403 when the box was let go, and the tablet empties itself."""
    shelf, state = store.find_manifest(db.session()), store.find_state(db.session())
    reply = jsonify(shelf or abort(403 if state and state.gone else _NOT_READY))
    reply.date = context.now()  # the box is the clock of its village
    return reply


@box_pages.post("/<path:path>")
@rate_limited(SENDING)
def send(path: str) -> ResponseReturnValue:
    """What a child sends from a page is sealed as her tablet would seal it: the box cannot read it either."""
    shelf = store.find_manifest(db.session()) or abort(_NOT_READY)
    if not re.fullmatch(shelf["forms"], f"/{path}"):
        abort(404)
    body, kind = request.get_data(), request.content_type or ""  # before the form is read from it
    sheet = random_ids.read_submission_id(request.form.get("sheet", "")) or abort(400)
    if path == "tell" and not _tells_anything():
        return redirect("/tell", 303)  # the house would not take it, and her pictures would open nothing
    language, code = _language(shelf), _code_for(sheet) if path == "tell" else None
    picks = "".join(map(str, code.picks)) if code else ""
    values = {"path": f"/{path}", "type": kind, "language": language, "code": picks}
    envelope = seal_envelope(shelf, values, body, sheet)
    # After a restart a sheet that is sent again draws other pictures: those that she sees last are hers. Whoever sends
    # it knows its number, which nobody reads outside. Anything else that comes again is the house's to tell apart.
    _keep(envelope, in_place_of=read_number(envelope) if code else None)
    saved = str(shelf["saved"])
    if code is None:
        json = jsonify(sheet=sheet.hex(), thanks=saved, go=saved)
        return (json, 201) if headers.wants_json() else redirect(saved, 303)
    screens = fill_code_screens(_json_page(f"{language}{shelf['code']}"), code)
    if headers.wants_json():
        return jsonify(sheet=sheet.hex(), screens=screens), 201
    page = store.find_page(db.session(), f"{language}{saved}") or abort(_NOT_READY)
    return Response(
        _MAIN.sub(lambda match: f"{match[1]}{match[2]}{screens}{match[3]}", page.body.decode()), headers=page.headers
    )


@box_pages.get("/language")
def language_choice() -> ResponseReturnValue:
    """The first screen; what the child before chose is forgotten."""
    shelf = store.find_manifest(db.session()) or abort(_NOT_READY)
    reply = redirect("/") if len(shelf["languages"]) == 1 else _shown(f"{_language(shelf)}/language")
    reply.delete_cookie(languages.COOKIE)
    return reply


@box_pages.get("/language/<code>")
def choose_language(code: str) -> ResponseReturnValue:
    """Remember a language until this child is done."""
    reply = redirect("/")
    if code not in languages.LANGUAGES:
        abort(404)
    reply.set_cookie(languages.COOKIE, code, httponly=True, samesite="Lax", secure=not context.settings().development)
    return reply


@box_pages.get("/", defaults={"path": ""})
@box_pages.get("/<path:path>")
def show(path: str) -> ResponseReturnValue:
    """A page in her language, or a file; what needs a network says so."""
    shelf, address = store.find_manifest(db.session()) or abort(_NOT_READY), f"/{path}"
    if address.startswith(_FILES):
        return _shown(address)
    if not path and not languages.is_chosen() and len(shelf["languages"]) > 1:
        return redirect("/language")
    language = _language(shelf)
    there = store.find_page(db.session(), f"{language}{address}") is not None
    return _shown(f"{language}{address if there else shelf['cannot']}", shelf["days"].get(language, ""))


def _language(shelf: Mapping[str, Any]) -> str:
    """Hers; that of a page which a tablet fetches beforehand; or what her browser speaks, as in a house."""
    return languages.chosen(shelf["languages"])


def _tells_anything() -> bool:
    """Without a script an empty page can be sent."""
    told = (value.strip() for name, value in request.form.items() if name not in {"sheet", "shown"})
    return any(told) or any(storage.filename for storage in request.files.values())


def _code_for(sheet: bytes) -> PictureCode:
    """Seven pictures: what the tablet drew for this sheet, else as often as it comes the same."""
    return drawn_code() or code_of_submission(_CODES, sheet, 0)


def _shown(name: str, day: str = "") -> Response:
    """A page or a file as the house answered it, with a sheet of its own; it says of which day it is.

    Whoever listens to a clip may ask for a part of it.
    """
    page = store.find_page(db.session(), name) or abort(404)
    body = _SHEET.sub(lambda match: match[1] + secrets.token_hex(16).encode() + b'"', page.body)
    if day:
        body = _OFFLINE.sub(b"", body).replace(_DAY, f"<time data-day>{escape(day)}</time>".encode())
    reply = Response(body, headers=page.headers)
    if name.startswith("/clips/"):
        reply.make_conditional(request, accept_ranges=True, complete_length=len(body))
    return reply


def _json_page(name: str) -> dict[str, object]:
    page = store.find_page(db.session(), name) or abort(_NOT_READY)
    return dict(Response(page.body, content_type="application/json").get_json())


def _is_of_these_years(month: str) -> bool:
    """Whether a tablet may have a key of that month: of the last year, or of a house that it met since this box did."""
    shelf = store.find_manifest(db.session())
    if shelf is None:  # it was let go, and its tablets bring what they have
        return True
    newest = str(shelf["key"]["name"]).removeprefix("intake-")
    year = int(newest[:4])
    return f"{year - 1}{newest[4:]}" <= month <= f"{year + 1}{newest[4:]}"


def _keep(envelope: bytes, in_place_of: bytes | None = None) -> None:
    if not has_room():
        raise db.NoRoom
    if not admits(len(envelope), network_key()):
        abort(429)
    if in_place_of:
        store.forget_number(db.session(), in_place_of)
    store.keep_envelope(db.session(), envelope)
    db.session().commit()
