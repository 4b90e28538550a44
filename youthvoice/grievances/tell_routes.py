"""A child tells - HTTP only. Nothing of it is logged, and no address holds anything of it."""

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from youthvoice import db, running
from youthvoice.clips import shelf
from youthvoice.grievances import code_page, filing, telling
from youthvoice.grievances.rules import CannotBeLeftOut
from youthvoice.grievances.tell_form import NOTHING, TellForm
from youthvoice.grievances.telling import Telling
from youthvoice.places.store import Here
from youthvoice.places.tablets import here
from youthvoice.threads import thread_store
from youthvoice.threads.channel import is_open_at
from youthvoice.threads.readers import everybody_at
from youthvoice.web import headers, languages
from youthvoice.web.limits import SENDING, at_most, whoever_asks
from youthvoice.web.serving import served, wants_json
from youthvoice.web.sheets import new_sheet, sheet_id

pages = Blueprint("tell", __name__, url_prefix="/tell", template_folder="templates")
pages.before_request(headers.refuse_other_sites)
MOST_BYTES = 1536 * 1024  # a voice and words


@pages.url_value_preprocessor
def allow_a_voice(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001 - Flask's
    """Let a telling be larger than other forms; this runs before anything reads the form."""
    if endpoint == "tell.send":
        request.max_content_length = request.max_form_memory_size = MOST_BYTES


def _telling(at: Here) -> Telling:
    return telling.telling_at(at.site, languages.chosen(), (at.voices, shelf.known().version))


@pages.get("")
def ask() -> ResponseReturnValue:
    """One page for every tablet of a site, but for the number of the sheet."""
    at = here()
    if at is None:
        return render_template("grievances/elsewhere.html", front_href="/language")
    if not is_open_at(at.site):
        return render_template("grievances/closed.html", front_href="/language"), 404
    return _with_microphone(served(telling.pressed(_telling(at)), new_sheet()))


@pages.post("")
@at_most(SENDING, by=whoever_asks)
def send() -> ResponseReturnValue:
    """Seal what a child told; the same sheet again is a success again, with the same pictures."""
    at = here() or abort(403)
    sheet = sheet_id(request.form.get("sheet", "")) or abort(400)
    if not is_open_at(at.site):
        abort(410)
    page = _telling(at)
    form = TellForm(CombinedMultiDict([request.form, request.files]), page.helpers)
    told = form.told(languages.chosen(at.site.languages)) if form.validate() else None
    if told is None:
        return _asked_again(page, form, form.refused(), 413 if form.voice.too_large else 422)
    if told.is_empty:
        return _asked_again(page, form, {"tell": str(NOTHING)})
    try:
        report = filing.report(at.site, told, sheet, everybody_at(at.site.id), running.now())
    except CannotBeLeftOut as refused:
        return _asked_again(page, form, {"readers": telling.why_not(refused.why, at.site)})
    return _pictures(at, report)


def _pictures(at: Here, report: filing.Report) -> ResponseReturnValue:
    kept = filing.came_before(report) or filing.keep(db.session(), report) or filing.came_before(report) or abort(409)
    db.session().commit()
    if wants_json():
        return jsonify(sheet=report.sheet.hex(), screens=code_page.screens(kept, at.site)), 201
    return code_page.page(kept, at.site, report.sheet.hex()), 201


def _asked_again(page: Telling, form: TellForm, refused: dict[str, str], status: int = 422) -> ResponseReturnValue:
    if wants_json():
        return jsonify(refused=[{"name": name, "why": why} for name, why in refused.items()]), status
    shown = telling.render(page, str(request.form["sheet"]), form.given(), refused)
    return _with_microphone(make_response(shown, status))


def _with_microphone(reply: Response) -> Response:
    reply.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return reply


@pages.post("/done")
@at_most(SENDING, by=whoever_asks)
def done() -> ResponseReturnValue:
    """The child has her pictures: her sheet shows them to nobody any more, and her language is forgotten."""
    here() or abort(403)
    sheet = sheet_id(request.form.get("sheet", "")) or abort(400)
    thread_store.code_was_seen(db.session(), filing.receipt_of(sheet))
    db.session().commit()
    reply = Response(status=303, headers={"Location": "/language"})
    reply.delete_cookie(languages.COOKIE)
    return reply
