"""A child suggests something for an agenda - HTTP only. Nothing of it is logged, no address holds anything of it."""

from flask import Blueprint, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.clips import availability as shelf
from youthvoice.committees.suggestions import page as suggesting
from youthvoice.committees.suggestions import submit as arriving
from youthvoice.committees.suggestions.forms import SuggestForm
from youthvoice.committees.suggestions.page import Suggesting
from youthvoice.sites.tablets.current import here
from youthvoice.threads.channel_readiness import is_open_at
from youthvoice.threads.child_fields import MOST_SENT_BYTES, with_files
from youthvoice.web import headers
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, at_most, whoever_asks
from youthvoice.web.responses import served, wants_json
from youthvoice.web.submission_ids import new_sheet, sheet_id

pages = Blueprint("suggest", __name__, url_prefix="/agenda/suggest")
pages.before_request(headers.refuse_other_sites)


@pages.url_value_preprocessor
def allow_a_voice(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001 - Flask's
    """Let a suggestion be larger than other forms; this runs before anything reads the form."""
    if endpoint == "suggest.send":
        request.max_content_length = request.max_form_memory_size = MOST_SENT_BYTES


def _here() -> Suggesting | None:
    """The page of this tablet; None where nobody could read what is suggested, or no committee meets."""
    at = here() or abort(403)
    with db.reading(db.engine()) as session:
        offered = suggesting.offered_at(session, at.site)
    if not offered:
        return None
    today, sound = running.today(at.site.time_zone), (at.voices, shelf.known().version)
    return Suggesting(at.site, offered, today, languages.chosen(), is_open_at(at.site), sound)


@pages.get("")
def ask() -> ResponseReturnValue:
    """One page for every tablet of a site, but for the number of the sheet."""
    page = _here()
    if page is None:
        return render_template("committees/suggest_closed.html", front_href="/language"), 404
    reply = served(suggesting.pressed(page), new_sheet())
    reply.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return reply


@pages.post("")
@at_most(SENDING, by=whoever_asks)
def send() -> ResponseReturnValue:
    """Seal what a child suggests; the same sheet again is a success again, and counts once."""
    page = _here() or abort(404)
    sheet = sheet_id(request.form.get("sheet", "")) or abort(400)
    form = SuggestForm(with_files(request.form, request.files), [one.id for one in page.offered])
    form.validate()
    if refused := form.refused():
        return _asked_again(page, form, refused, 413 if form.voice.too_large else 422)
    committee = int(form.committee.data)
    arriving.take(db.session(), page.site, committee, form.suggestion(languages.chosen(page.site.languages)), sheet)
    db.session().commit()
    if wants_json():
        return jsonify(sheet=sheet.hex(), thanks=url_for("suggest.thanks", committee_id=committee)), 201
    return redirect(url_for("suggest.thanks", committee_id=committee), 303)


def _asked_again(page: Suggesting, form: SuggestForm, refused: dict[str, str], status: int) -> ResponseReturnValue:
    if wants_json():
        return jsonify(refused=[{"name": name, "why": why} for name, why in refused.items()]), status
    shown = suggesting.render(page, str(request.form["sheet"]), form.given(), refused)
    reply = make_response(shown, status)
    reply.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return reply


@pages.get("/thanks/<int:committee_id>")
def thanks(committee_id: int) -> ResponseReturnValue:
    """What happens now, and by which day."""
    page = _here() or abort(404)
    offered = next((one for one in page.offered if one.id == committee_id), None) or abort(404)
    return suggesting.thanks(offered, page.today)
