"""A child answers one round - HTTP only."""

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from youthvoice import db, running
from youthvoice.places.store import Here
from youthvoice.places.tablets import here, on_a_tablet
from youthvoice.surveys import asking, responses, sending, store
from youthvoice.surveys.asking import Asking
from youthvoice.surveys.response_form import ResponseForm
from youthvoice.surveys.rounds import RoundFacts
from youthvoice.threads.readers import readers_at
from youthvoice.web import headers, languages
from youthvoice.web.limits import SENDING, limiter
from youthvoice.web.pressed import Pressed

pages = Blueprint("surveys", __name__, url_prefix="/survey", template_folder="templates")
pages.before_request(headers.refuse_other_sites)


def _here() -> Here:
    at = here()
    assert at is not None  # every page below wears @on_a_tablet
    return at


def _round(slug: str, at: Here) -> RoundFacts:
    """The round of an address; 404 where there is none, 403 where it is not for this tablet's site."""
    with db.reading(db.engine()) as session:
        found = store.round_by_slug(session, slug) or abort(404)
    if at.site.id not in found.site_ids:
        abort(403)
    return found


def _asking(found: RoundFacts, at: Here) -> Asking:
    reads = tuple(reader.name for reader in readers_at(at.site.id))
    return Asking(found, at.site, reads, languages.chosen(at.site.languages), languages.chosen())


@pages.get("/<slug>")
@on_a_tablet
def answer(slug: str) -> ResponseReturnValue:
    """Ask the questions of one round: one page for every tablet, but for the number of the sheet."""
    at = _here()
    found = _round(slug, at)
    state = found.state(running.now())
    if state == "coming":
        day = format_date(found.first_day(at.site.time_zone), "d MMMM")
        return render_template("surveys/coming.html", day=day, exit_href="/exit"), 404
    if state != "open":
        abort(410)
    with db.reading(db.engine()) as session:
        questions = store.questions_of(session, found)
    return _served(asking.pressed(_asking(found, at), questions))


def _served(page: Pressed) -> Response:
    sheet = asking.new_sheet().encode()
    if request.accept_encodings["gzip"] > 0:
        reply = Response(page.gzip(sheet), content_type="text/html; charset=utf-8")
        reply.headers["Content-Encoding"] = "gzip"
    else:
        reply = Response(page.plain(sheet), content_type="text/html; charset=utf-8")
    reply.headers["Vary"] = "Accept-Encoding, Cookie"
    return reply


@pages.post("/<slug>")
@limiter.limit(SENDING)
@on_a_tablet
def send(slug: str) -> ResponseReturnValue:
    """Take one anonymous response; the same sheet again is a success again and counts once."""
    at = _here()
    found = _round(slug, at)
    if found.state(running.now()) == "coming":
        abort(404)
    with db.reading(db.engine()) as session:
        questions = store.questions_of(session, found)
    sheet = sending.sheet_id(request.form.get("sheet", "")) or abort(400)
    form = ResponseForm.asking(questions)(request.form)
    if not form.validate() and (refused := form.refused()):
        return _asked_again(_asking(found, at), form, refused)
    response = sending.response(found, at.site, sheet, form)
    taken = responses.take(db.session(), response)
    db.session().commit()
    return _thanked(slug, sheet, late=taken.late)


def _asked_again(page: Asking, form: ResponseForm, refused: dict[str, str]) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(refused=[{"name": name, "why": why} for name, why in refused.items()]), 422
    sheet = str(request.form["sheet"])
    return asking.render(page, form.questionnaire, sheet, form.given(), refused), 422


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _thanked(slug: str, sheet: bytes, *, late: bool) -> ResponseReturnValue:
    if _wants_json():
        return jsonify(sheet=sheet.hex(), late=late), 201
    return redirect(url_for("surveys.late" if late else "surveys.thanks", slug=slug), 303)


@pages.get("/<slug>/thanks")
@on_a_tablet
def thanks(slug: str) -> ResponseReturnValue:
    """What happens now; the child's language is forgotten."""
    return _goodbye("surveys/thanks.html", slug)


@pages.get("/<slug>/late")
@on_a_tablet
def late(slug: str) -> ResponseReturnValue:
    """The coded answers came too late to be counted; letters were delivered."""
    return _goodbye("surveys/late.html", slug)


def _goodbye(template: str, slug: str) -> ResponseReturnValue:
    at = _here()
    found = _round(slug, at)
    said = asking.afterwards(found, at.site)
    reply = Response(render_template(template, front_href="/language", exit_href="/exit", **said))
    reply.delete_cookie(languages.COOKIE)
    return reply
