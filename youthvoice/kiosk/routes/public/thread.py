"""A child's thread, for as long as her visit lasts: she reads, writes back, says whether it helped - HTTP only."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.grievances.intake import child_message as from_child
from youthvoice.grievances.intake.child_message import TooManyVoices
from youthvoice.kiosk.reply import forms as reply_form
from youthvoice.kiosk.reply import pages as reply_page
from youthvoice.kiosk.reply import visit as reply_visit
from youthvoice.kiosk.reply.forms import NotTaken
from youthvoice.kiosk.reply.visit import Hers
from youthvoice.threads.child_codes import visit_cookie as visits
from youthvoice.threads.child_codes.visit_cookie import Visit
from youthvoice.web import headers
from youthvoice.web.rate_limits import SENDING, at_most
from youthvoice.web.responses import wants_json

pages = Blueprint("her_thread", __name__, url_prefix=visits.PATH)
pages.before_request(headers.refuse_other_sites)

_NOT_TAKEN, _TOO_LARGE, _GONE = 422, 413, 410


@pages.get("/open")
def opened() -> ResponseReturnValue:
    """What happened, what is next, what was written to her, what she can do."""
    done = request.args.get("done", "")
    return _page(lambda hers: reply_page.thread(hers, done))


@pages.get("/sound/<reply_id>")
def sound(reply_id: str) -> ResponseReturnValue:
    """A voice that was sent to her."""
    visit = reply_visit.current() or abort(404)
    found = reply_visit.thread_of(visit) or abort(404)
    voice = next((one for one in found.seen.messages if one.sound and one.id.hex() == reply_id), None) or abort(404)
    reply = Response(voice.sound, content_type=reply_form.kind_of_voice(voice))
    reply.make_conditional(request, accept_ranges=True, complete_length=len(voice.sound))
    return reply_visit.carried(reply, visit)


@pages.get("/write")
def write() -> ResponseReturnValue:
    """She writes or says something to her readers."""
    return _page(reply_page.writing)


@pages.get("/please-stop")
def please_stop() -> ResponseReturnValue:
    """She asks that nothing more is done; what that means, first."""
    return _page(reply_page.please_stop)


@pages.url_value_preprocessor
def allow_a_voice(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001 - Flask's
    """Let what she says be larger than other forms; this runs before anything reads the form."""
    if endpoint == "her_thread.say":
        request.max_content_length = request.max_form_memory_size = reply_form.MOST_BYTES


@pages.post("/said")
@at_most(SENDING)
def say() -> ResponseReturnValue:
    """Take what she says."""
    visit = reply_visit.current()
    if visit is None:
        return _elsewhere(url_for("reply.pictures"))
    try:
        said = reply_form.read(request.form, request.files)
    except NotTaken as refused:
        return _asked_again(visit, refused)
    if said.ask:
        said = replace(said, question=reply_visit.question_of(visit, said.ask))
    try:
        taken = from_child.take(db.engine(), running.keyring(), visit.thread_id, said, running.now())
    except TooManyVoices:
        return _asked_again(visit, NotTaken(str(_("There are very many voices here. Write to us, please."))))
    if not taken:
        return _elsewhere(url_for(".opened"))
    return reply_visit.carried(redirect(url_for(".opened", done=said.kind), 303), visit)


def _page(made: Callable[[Hers], str]) -> ResponseReturnValue:
    """A page of her thread; where there is none, whatever the code page says."""
    visit = reply_visit.current()
    if visit is None:
        return redirect(url_for("reply.pictures"))
    hers = reply_visit.thread_of(visit)
    answer = make_response(made(hers) if hers else reply_page.nothing(visit))
    answer.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return reply_visit.carried(answer, visit)


def _asked_again(visit: Visit, refused: NotTaken) -> ResponseReturnValue:
    status = _TOO_LARGE if refused.large else _NOT_TAKEN
    if wants_json():
        return jsonify(words=refused.words), status
    hers = reply_visit.thread_of(visit)
    page = reply_page.refused(hers, request.form, refused.words) if hers else reply_page.nothing(visit)
    return reply_visit.carried(make_response(page, status), visit)


def _elsewhere(address: str) -> ResponseReturnValue:
    """For a script, a redirect that is no yes."""
    return (jsonify(go=address), _GONE) if wants_json() else redirect(address, 303)
