"""A child tells - HTTP only. Nothing of it is logged, and no address holds anything of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.clips import availability as shelf
from youthvoice.grievances.intake import code_page
from youthvoice.grievances.intake import new_report as filing
from youthvoice.grievances.intake import page as telling
from youthvoice.grievances.intake import prefill as tell_begun
from youthvoice.grievances.intake import receive as arriving
from youthvoice.grievances.intake.forms import NOTHING, TellForm
from youthvoice.grievances.intake.new_report import Kept, Report
from youthvoice.grievances.intake.page import Telling
from youthvoice.grievances.intake.receive import ReadersChanged
from youthvoice.grievances.intake.recipient_rules import CannotBeLeftOut
from youthvoice.grievances.intake.submission import Told
from youthvoice.sites.store import SiteFacts
from youthvoice.sites.tablets.current import here
from youthvoice.threads import store as thread_store
from youthvoice.threads.channel_readiness import is_open_at
from youthvoice.threads.child_fields import MOST_SENT_BYTES, with_files
from youthvoice.threads.readers import cache as readers
from youthvoice.threads.readers.cache import everybody_at
from youthvoice.web import headers
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, at_most, whoever_asks
from youthvoice.web.responses import served, wants_json
from youthvoice.web.submission_ids import new_sheet, sheet_id

pages = Blueprint("tell", __name__, url_prefix="/tell")
pages.before_request(headers.refuse_other_sites)


@pages.url_value_preprocessor
def allow_a_voice(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001 - Flask's
    """Let a telling be larger than other forms; this runs before anything reads the form."""
    if endpoint in {"tell.send", "helping.send"}:
        request.max_content_length = request.max_form_memory_size = MOST_SENT_BYTES


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a child tells: at a tablet of her house, or at the desk of an adult who helps her.

    Attributes:
        site: of hers.
        page: what she is asked.
        language: hers.
        helper: name of the adult whose desk it is; empty at a tablet, where she picks one herself.
        more: what the page of a desk shows besides.
    """

    site: SiteFacts
    page: Telling
    language: str
    helper: str = ""
    more: Mapping[str, object] = field(default_factory=dict)


def _here() -> Asked | None:
    at = here()
    if at is None:
        return None
    page = telling.telling_at(at.site, languages.chosen(), (at.voices, shelf.known().version))
    return Asked(at.site, page, languages.chosen(at.site.languages))


@pages.get("")
def ask() -> ResponseReturnValue:
    """One page for every tablet of a site, but for the number of the sheet."""
    asked = _here()
    if asked is None:
        return render_template("grievances/elsewhere.html", front_href="/language")
    if not is_open_at(asked.site):
        return render_template("grievances/closed.html", front_href="/language"), 404
    return with_microphone(served(telling.pressed(asked.page), new_sheet()))


@pages.post("")
@at_most(SENDING, by=whoever_asks)
def send() -> ResponseReturnValue:
    """Seal what a child told; the same sheet again is a success again, with the same pictures.

    A form that only begins is answered with the page, filled with what another page of hers said.
    """
    asked = _here() or abort(403)
    if tell_begun.BEGIN not in request.form:
        return take(asked)
    if not is_open_at(asked.site):
        return render_template("grievances/closed.html", front_href="/language"), 404
    page = telling.render(asked.page, new_sheet(), tell_begun.given(request.form))
    return with_microphone(make_response(page))


def take(asked: Asked) -> ResponseReturnValue:
    """Seal what was sent, or say at which screen something could not be taken.

    Whether the channel is open counts when the page is shown. What a child has told by then is taken as long as
    somebody can read it: training that ends at midnight loses nobody's words.
    """
    sheet = sheet_id(request.form.get("sheet", "")) or abort(400)
    form = TellForm(with_files(request.form, request.files), asked.page.helpers)
    if not form.validate():
        return _asked_again(asked, form, form.refused(), 413 if form.voice.too_large else 422)
    told = form.told(asked.language)
    if told.is_empty:
        return _asked_again(asked, form, {"tell": str(NOTHING)})
    told = replace(told, helper=asked.helper or told.helper)
    try:
        return _pictures(asked, told, sheet)
    except CannotBeLeftOut as refused:
        return _asked_again(asked, form, {"readers": telling.why_not(refused.why, asked.site)})


def _pictures(asked: Asked, told: Told, sheet: bytes) -> ResponseReturnValue:
    try:
        report, kept = _kept(asked, told, sheet)
    except ReadersChanged:  # whoever reads was remembered for a few seconds
        readers.forget(asked.site.id)
        report, kept = _kept(asked, told, sheet)
    db.session().commit()
    if wants_json():
        return jsonify(sheet=report.sheet.hex(), screens=code_page.screens(kept, asked.site)), 201
    return code_page.page(kept, asked.site, report.sheet.hex(), asked.more), 201


def _kept(asked: Asked, told: Told, sheet: bytes) -> tuple[Report, Kept]:
    report = filing.report(asked.site, told, sheet, everybody_at(asked.site.id), running.now())
    kept = arriving.came_before(report, running.now()) or arriving.keep(db.session(), report)
    return report, kept or arriving.came_before(report, running.now()) or abort(409)


def _asked_again(asked: Asked, form: TellForm, refused: dict[str, str], status: int = 422) -> ResponseReturnValue:
    if wants_json():
        return jsonify(refused=[{"name": name, "why": why} for name, why in refused.items()]), status
    shown = telling.render(asked.page, str(request.form["sheet"]), form.given(), refused, asked.more)
    return with_microphone(make_response(shown, status))


def with_microphone(reply: Response) -> Response:
    """Let this page ask for the microphone; most may not."""
    reply.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return reply


@pages.post("/done")
@at_most(SENDING, by=whoever_asks)
def done() -> ResponseReturnValue:
    """The child has her pictures, and her language is forgotten."""
    here() or abort(403)
    return pictures_seen("/language")


def pictures_seen(leads_to: str) -> ResponseReturnValue:
    """From now on the sheet shows its pictures to nobody."""
    sheet = sheet_id(request.form.get("sheet", "")) or abort(400)
    thread_store.code_was_seen(db.session(), filing.receipt_of(sheet))
    db.session().commit()
    reply = Response(status=303, headers={"Location": leads_to})
    reply.delete_cookie(languages.COOKIE)
    return reply
