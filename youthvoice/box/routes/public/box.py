"""The pages of a box - HTTP only: it shows what its main server rendered, and stores what children send."""

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
    read_outer_number,
    seal_envelope,
)
from youthvoice.privacy.credentials.picture_codes import PictureCode, code_of_submission
from youthvoice.threads.child_codes.submission_codes import drawn_code
from youthvoice.web import headers, random_ids, uploads
from youthvoice.web.i18n import languages
from youthvoice.web.pages.unchanged_pages import with_submission_id
from youthvoice.web.rate_limits import SENDING, network_key, rate_limited

box_pages = Blueprint("box", __name__)


box_pages.before_request(headers.refuse_other_sites)


for _endpoint in ("box.deliver", "box.send"):
    uploads.allow_larger(box_pages, MAX_ENVELOPE_BYTES, _endpoint)


_OFFLINE: Final = re.compile(rb" data-offline hidden(?: data-when='[^']*')?")
"""A message shown without a network, which a tablet's worker reveals in the same way."""

_HTML: Final = re.compile(rb"^<!doctype html>\n<html ")

_DAY: Final = b"<time data-day></time>"

_MAIN: Final = re.compile(r"(<main[^>]*>).*?(<h1\b.*?</h1>).*(</main>)", re.DOTALL)

_FILE_PATHS: Final = ("/clips/", "/exit/", "/worker.js", "/app.webmanifest")

_NOT_OPENED, _NOT_READY = 422, 503

_CODE_KEY: Final = secrets.token_bytes(32)
"""Drawn before processes are forked, and never stored: a repeated submission gets the same pictures until a restart."""


def register(app: Flask) -> None:
    """Add the pages of a box, and none of a server: nobody signs in here."""
    app.register_blueprint(box_pages)
    app.register_blueprint(work_pages)
    own = app.view_functions["assets.static_file"]

    def static_file(address: str) -> Response:
        """A file of this program's version, for the box's own pages; else of the server's, perhaps another version."""
        try:
            return cast(Response, own(address=address))
        except NotFound:
            return _serve_page(f"/static/{address}")

    app.view_functions["assets.static_file"] = static_file


@box_pages.post(DELIVER)
@rate_limited("6000 per minute")
def deliver() -> ResponseReturnValue:
    """Store a tablet's delivery; the tablet may delete it now, the box deletes it when the main server has it.

    A box opens nothing, so anybody in its Wi-Fi may send junk. It must have the length of tablets' envelopes, and a key
    of a plausible month. A line may send 512 MiB a day, and an eighth of the disk (2 GiB at most) stays for pages.
    """
    envelope = request.get_data()
    number = read_outer_number(envelope)
    if number is None or not has_tablets_length(envelope) or not _is_plausible_month(read_month(envelope)):
        return jsonify(refused="CannotOpen"), _NOT_OPENED
    if not has_room(for_tablets=True):
        raise db.DiskNearlyFull
    _store(envelope)
    return jsonify(sheet=number.hex(), late=False), 201


@box_pages.post("/offline/status")
def status() -> ResponseReturnValue:
    """Ignore a tablet's status, which is for the main server."""
    return "", 204


@box_pages.get("/offline/manifest")
def manifest() -> ResponseReturnValue:
    """The offline manifest; 403 when the box was retired, so that the tablet empties itself."""
    manifest, state = store.find_manifest(db.session()), store.find_state(db.session())
    reply = jsonify(manifest or abort(403 if state and state.gone else _NOT_READY))
    reply.date = context.now()  # the village's tablets set their time by it
    return reply


@box_pages.post("/<path:path>")
@rate_limited(SENDING)
def send(path: str) -> ResponseReturnValue:
    """Seal what a child sends from a page, as a tablet would: the box cannot read it either."""
    manifest = store.find_manifest(db.session()) or abort(_NOT_READY)
    if not re.fullmatch(manifest["forms"], f"/{path}"):
        abort(404)
    body, kind = request.get_data(), request.content_type or ""  # before the form is read from it
    submission_id = random_ids.read_submission_id(request.form.get("sheet", "")) or abort(400)
    if path == "tell" and not _has_content():
        return redirect("/tell", 303)  # the server would refuse it, and the picture code would open nothing
    language, code = _language(manifest), _code_for(submission_id) if path == "tell" else None
    picks = "".join(map(str, code.picks)) if code else ""
    values = {"path": f"/{path}", "type": kind, "language": language, "code": picks}
    envelope = seal_envelope(manifest, values, body, submission_id)
    # After a restart the same submission draws other pictures, and the last ones shown are valid. Its sender knows the
    # submission id, which cannot be read from outside. The server decides about any other repeat.
    _store(envelope, in_place_of=read_outer_number(envelope) if code else None)
    saved = str(manifest["saved"])
    if code is None:
        json = jsonify(sheet=submission_id.hex(), thanks=saved, go=saved)
        return (json, 201) if headers.wants_json() else redirect(saved, 303)
    screens = fill_code_screens(_json_page(f"{language}{manifest['code']}"), code)
    if headers.wants_json():
        return jsonify(sheet=submission_id.hex(), screens=screens), 201
    page = store.find_page(db.session(), f"{language}{saved}") or abort(_NOT_READY)
    return Response(
        _MAIN.sub(lambda match: f"{match[1]}{match[2]}{screens}{match[3]}", page.body.decode()), headers=page.headers
    )


@box_pages.get("/language")
def language_choice() -> ResponseReturnValue:
    """The first screen; the language of the child before is forgotten."""
    languages.forget_choice()
    manifest = store.find_manifest(db.session()) or abort(_NOT_READY)
    reply = redirect("/") if not _offers_choice(manifest) else _serve_page(f"{_language(manifest)}/language")
    reply.delete_cookie(languages.COOKIE)
    return reply


@box_pages.get("/language/<code>")
def choose_language(code: str) -> ResponseReturnValue:
    """Remember a language, perhaps with larger text, until this child has finished."""
    reply = redirect("/")
    if not languages.is_choice(code):
        abort(404)
    reply.set_cookie(languages.COOKIE, code, httponly=True, samesite="Lax", secure=not context.settings().development)
    return reply


@box_pages.get("/", defaults={"path": ""})
@box_pages.get("/<path:path>")
def show(path: str) -> ResponseReturnValue:
    """A page in the child's language, or a file; for an address that needs a network, the page that says so."""
    manifest, address = store.find_manifest(db.session()) or abort(_NOT_READY), f"/{path}"
    if address.startswith(_FILE_PATHS):
        return _serve_page(address)
    if not path and _offers_choice(manifest) and not languages.is_chosen(manifest["languages"]):
        return redirect("/language")
    language = _language(manifest)
    is_stored = store.find_page(db.session(), f"{language}{address}") is not None
    return _serve_page(f"{language}{address if is_stored else manifest['cannot']}", manifest["days"].get(language, ""))


def _offers_choice(manifest: Mapping[str, Any]) -> bool:
    """Whether a child chooses first: among languages, or whether she sees one signed."""
    return len(manifest["languages"]) > 1 or bool(manifest.get("choice"))


def _language(manifest: Mapping[str, Any]) -> str:
    """The language of the child, of a page that a tablet fetches in advance, or of the browser, as on a server."""
    return languages.chosen(manifest["languages"])


def _has_content() -> bool:
    """Whether a report has any content; without a script an empty page can be sent."""
    texts = (value.strip() for name, value in request.form.items() if name not in {"sheet", "shown"})
    return any(texts) or any(storage.filename for storage in request.files.values())


def _code_for(submission_id: bytes) -> PictureCode:
    """The picture code that the tablet drew for this submission, or one that depends on the submission id."""
    return drawn_code() or code_of_submission(_CODE_KEY, submission_id, 0)


def _serve_page(name: str, day: str = "") -> Response:
    """A page or file from the server, with a new submission id and the day of its content.

    A browser may request a part of a clip.
    """
    page = store.find_page(db.session(), name) or abort(404)
    body = with_submission_id(page.body, secrets.token_hex(16))
    if day:
        body = _OFFLINE.sub(b"", body).replace(_DAY, f"<time data-day>{escape(day)}</time>".encode())
    if classes := languages.page_classes():
        body = _HTML.sub(rf'\g<0>class="{classes}" '.encode(), body)
    reply = Response(body, headers=page.headers)
    if name.startswith("/clips/"):
        reply.make_conditional(request, accept_ranges=True, complete_length=len(body))
    return reply


def _json_page(name: str) -> dict[str, object]:
    page = store.find_page(db.session(), name) or abort(_NOT_READY)
    return dict(Response(page.body, content_type="application/json").get_json())


def _is_plausible_month(month: str) -> bool:
    """Whether a tablet may have a key of that month: within a year of the newest manifest's key."""
    manifest = store.find_manifest(db.session())
    if manifest is None:  # it was retired, and its tablets still deliver
        return True
    newest = str(manifest["key"]["name"]).removeprefix("intake-")
    year = int(newest[:4])
    return f"{year - 1}{newest[4:]}" <= month <= f"{year + 1}{newest[4:]}"


def _store(envelope: bytes, in_place_of: bytes | None = None) -> None:
    if not has_room():
        raise db.DiskNearlyFull
    if not admits(len(envelope), network_key()):
        abort(429)
    if in_place_of:
        store.forget_number(db.session(), in_place_of)
    store.keep_envelope(db.session(), envelope)
    db.session().commit()
