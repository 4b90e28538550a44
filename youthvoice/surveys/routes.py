"""A child answers one round - HTTP only."""

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from youthvoice import db, running
from youthvoice.clips import shelf
from youthvoice.places.tablets import here
from youthvoice.surveys import asking, responses, sending
from youthvoice.surveys.asking import Asking
from youthvoice.surveys.gate import Passed, passed
from youthvoice.surveys.response_form import ResponseForm
from youthvoice.threads.channel import is_open_at
from youthvoice.threads.readers import readers_at
from youthvoice.web import headers, languages
from youthvoice.web.limits import SENDING, at_most, whoever_asks
from youthvoice.web.serving import served, wants_json
from youthvoice.web.sheets import new_sheet, sheet_id

pages = Blueprint("surveys", __name__, url_prefix="/survey", template_folder="templates")
pages.before_request(headers.refuse_other_sites)


def _asking(found: Passed) -> Asking:
    reads = tuple(reader.name for reader in readers_at(found.site.id))
    at = here()
    sound = (at.voices if at else (), shelf.known().version)
    said = languages.chosen(found.site.languages)
    return Asking(found.round, found.site, reads, said, languages.chosen(), sound, is_open_at(found.site))


@pages.get("/<slug>")
def answer(slug: str) -> ResponseReturnValue:
    """Ask the questions of one round: one page for every tablet, but for the number of the sheet."""
    found = passed(slug)
    state = found.round.state(running.now())
    if state == "coming":
        day = format_date(found.round.first_day(found.site.time_zone), "d MMMM")
        return render_template("surveys/coming.html", day=day), 404
    if state != "open":
        abort(410)
    return served(asking.pressed(_asking(found), found.questions), new_sheet())


@pages.post("/<slug>")
@at_most(SENDING, by=whoever_asks)
def send(slug: str) -> ResponseReturnValue:
    """Take one anonymous response; the same sheet again is a success again and counts once."""
    found = passed(slug)
    if found.round.state(running.now()) == "coming":
        abort(404)
    sheet = sheet_id(request.form.get("sheet", "")) or abort(400)
    form = ResponseForm.asking(found.questions)(request.form)
    if not form.validate() and (refused := form.refused()):
        return _asked_again(_asking(found), form, refused)
    response = sending.response(found.round, found.site, sheet, form)
    taken = responses.take(db.connection(), response)
    db.connection().commit()
    return _thanked(slug, sheet, late=taken.late)


def _asked_again(page: Asking, form: ResponseForm, refused: dict[str, str]) -> ResponseReturnValue:
    if wants_json():
        return jsonify(refused=[{"name": name, "why": why} for name, why in refused.items()]), 422
    sheet = str(request.form["sheet"])
    return asking.render(page, form.questionnaire, sheet, form.given(), refused), 422


def _thanked(slug: str, sheet: bytes, *, late: bool) -> ResponseReturnValue:
    if wants_json():
        return jsonify(sheet=sheet.hex(), late=late), 201
    return redirect(url_for("surveys.late" if late else "surveys.thanks", slug=slug), 303)


@pages.get("/<slug>/thanks")
def thanks(slug: str) -> ResponseReturnValue:
    """What happens now; the child's language is forgotten."""
    return _goodbye("surveys/thanks.html", slug)


@pages.get("/<slug>/late")
def late(slug: str) -> ResponseReturnValue:
    """The coded answers came too late to be counted; letters were delivered."""
    return _goodbye("surveys/late.html", slug)


def _goodbye(template: str, slug: str) -> ResponseReturnValue:
    found = passed(slug)
    reply = Response(asking.goodbye(template, found.round, found.site))
    reply.delete_cookie(languages.COOKIE)
    return reply
