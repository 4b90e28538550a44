"""A child answers one round - HTTP only."""

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.clips import availability as shelf
from youthvoice.sites.tablets.current import here
from youthvoice.surveys.responses import page as asking
from youthvoice.surveys.responses import seal as sending
from youthvoice.surveys.responses import store as responses
from youthvoice.surveys.responses.eligibility import Passed, passed
from youthvoice.surveys.responses.forms import ResponseForm
from youthvoice.surveys.responses.page import Asking
from youthvoice.surveys.responses.slips import check as with_slips
from youthvoice.surveys.rounds.entities import EXEMPT
from youthvoice.threads.channel_readiness import is_open_at
from youthvoice.threads.child_codes import slip_attempt_limits as slip_tries
from youthvoice.threads.child_codes.attempt_limits import TooOften
from youthvoice.threads.readers.cache import readers_at
from youthvoice.web import headers
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, at_most, whoever_asks
from youthvoice.web.responses import served, wants_json
from youthvoice.web.submission_ids import new_sheet, sheet_id

pages = Blueprint("surveys", __name__, url_prefix="/survey")
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
        if found.round.purpose in EXEMPT:
            return redirect(url_for("choose.board"), 303)  # what won stands there, or will this evening
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
    refused = {} if form.validate() else form.refused()
    if found.round.purpose in EXEMPT and form.is_empty():
        refused = {found.questions.coded[0].name: _("Tap a picture first.")}
    if found.round.slips and found.round.closed_on is None:
        return _with_slip(found, sheet, form, refused)
    if refused:
        return _asked_again(_asking(found), form, refused)
    response = sending.response(found.round, found.site, sheet, form)
    taken = responses.take(db.connection(), response)
    db.connection().commit()
    return _thanked(slug, sheet, late=taken.late)


def _with_slip(found: Passed, sheet: bytes, form: ResponseForm, refused: dict[str, str]) -> ResponseReturnValue:
    """The same, where only a sheet with a slip counts; whatever is wrong with it, her answers are still there."""
    put_in = with_slips.given(found.round, request.form)
    if refused := {**with_slips.missing(found.round, put_in), **refused}:
        return _asked_again(_asking(found), form, refused)
    response = sending.response(found.round, found.site, sheet, form)
    slip = with_slips.slip(found.round, found.site.id, put_in)
    try:
        with slip_tries.tried(here() or abort(403), slip.of) as tried:
            try:
                taken = responses.take_with_slip(db.connection(), running.keyring(), response, slip)
            except responses.SlipIsNoGood:
                db.connection().rollback()
            else:
                db.connection().commit()
                tried.right = True
    except TooOften as error:
        return _asked_again(_asking(found), form, with_slips.enough(found.round, error.code), 429)
    if not tried.right:
        return _asked_again(_asking(found), form, with_slips.not_good(found.round))
    return _thanked(found.round.slug, sheet, late=taken.late)


def _asked_again(page: Asking, form: ResponseForm, refused: dict[str, str], status: int = 422) -> ResponseReturnValue:
    if wants_json():
        return jsonify(refused=[{"name": name, "why": why} for name, why in refused.items()]), status
    sheet, put_in = str(request.form["sheet"]), with_slips.given(page.round, request.form)
    return asking.render(page, form.questionnaire, sheet, {**form.given(), **put_in}, refused), status


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
