"""A child comes back with the picture code, reads the thread, writes back and leaves - HTTP only."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.grievances.child_thread import ChildMessage
from youthvoice.grievances.intake.receive import QuestionSettled, TooManyVoices, receive_message
from youthvoice.grievances.transcripts import INTERPRETER, KEEP, NO, QUESTION, QUESTIONS, YES
from youthvoice.kiosk.pages import render_kiosk_page
from youthvoice.kiosk.reply import browser_visit, pages
from youthvoice.kiosk.reply.forms import MAX_MESSAGE_BYTES, MessageRefused, read_message
from youthvoice.sites.tablets.device import look_for_tablet
from youthvoice.threads.child_codes.code_attempts import TooManyCodeAttempts
from youthvoice.threads.child_codes.code_visit import COOKIE, ChildVisit, open_visit
from youthvoice.threads.child_fields import CODE_FIELDS, CODE_PICKS, read_code
from youthvoice.web.headers import WITH_MICROPHONE, refuse_other_sites, wants_json
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, rate_limited
from youthvoice.web.uploads import allow_larger

reply_pages = Blueprint("reply", __name__, url_prefix="/reply")


reply_pages.before_request(refuse_other_sites)
reply_pages.before_request(look_for_tablet)


_TOO_MANY: Final = 429


@reply_pages.get("")
def pictures() -> ResponseReturnValue:
    """The seven screens of nine pictures; they end an earlier visit."""
    place = browser_visit.place_in_request()
    reply = pages.serve_code_page(place, asks_place=browser_visit.asks_place(place))
    if COOKIE in request.cookies:
        browser_visit.end_earlier_visit(reply)
    return reply


@reply_pages.post("")
@rate_limited(SENDING)
def choose() -> ResponseReturnValue:
    """Try a picture code. The response is the same whether it opens something or not."""
    place = browser_visit.place_in_request()
    code = read_code(request.form)
    if code is None:
        return _refuse_code(place)
    try:
        visit = open_visit(code, browser_visit.code_scope(place), context.now())
    except TooManyCodeAttempts:
        return _later(place)
    return browser_visit.carry_visit(redirect(url_for("reply.opened"), 303), visit)


def _refuse_code(place: str) -> ResponseReturnValue:
    picks = {name: request.form.get(name, "") for name in CODE_FIELDS}
    missing = [name for name, value in picks.items() if value not in CODE_PICKS]
    if wants_json():
        return jsonify(words=str(_("Tap one picture first."))), 422
    asks_place = bool(place) or browser_visit.asks_place(place)
    return pages.render_code_page(place, picks, asks_place=asks_place, missing=missing), 422


def _later(place: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(words=str(_("Wait a little, then try again. Your pictures stay."))), _TOO_MANY
    picks = {name: request.form[name] for name in CODE_FIELDS}
    return render_kiosk_page("kiosk/reply/wait.html", given=picks, at=place, **pages.voices_here()), _TOO_MANY


@reply_pages.get("/bye")
@reply_pages.get("/bye/<code>")
def bye(code: str = "") -> ResponseReturnValue:
    """End the visit, and go to the first screen or the harmless page in a language."""
    if code and code not in languages.TRANSLATED:
        abort(404)
    return browser_visit.end_visit(redirect(url_for("kiosk.exit_page", code=code) if code else "/language"))


@reply_pages.post("/bye")
def leave() -> ResponseReturnValue:
    """End the visit, as called by a page that closes."""
    return browser_visit.end_visit(Response(status=204))


_NOT_TAKEN, _TOO_LARGE, _GONE = 422, 413, 410


@reply_pages.get("/open")
def opened() -> ResponseReturnValue:
    """The thread: what happened, what is next, the messages, and what the child can do."""
    done, visit = request.args.get("done", ""), browser_visit.current_visit()
    if visit is not None and browser_visit.leads_to_review(db.session(), visit):
        return browser_visit.carry_visit(redirect(url_for("her_review.opened"), 303), visit)
    return _page(lambda thread: pages.render_thread(thread, done))


@reply_pages.get("/sound/<reply_id>")
def sound(reply_id: str) -> ResponseReturnValue:
    """A recording sent to the child. It does not renew the visit: it may still load after the child has left."""
    visit = browser_visit.current_visit() or abort(404)
    child_thread = browser_visit.open_thread(visit) or abort(404)
    checked = [check.entry for check in child_thread.view.checks]
    spoken = {entry.id.hex(): entry for entry in (*child_thread.view.messages, *checked) if entry.sound}
    entry = spoken.get(reply_id) or abort(404)
    reply = Response(entry.sound, content_type=pages.voice_media_type(entry))
    return reply.make_conditional(request, accept_ranges=True, complete_length=len(entry.sound))


@reply_pages.get("/write")
def write() -> ResponseReturnValue:
    """The page on which the child writes or speaks to the readers."""
    return _page(lambda thread: pages.render_writing(thread, request.args.get("done", "")))


@reply_pages.get("/transcript/<question_id>")
def transcript(question_id: str) -> ResponseReturnValue:
    """The page that asks whether a transcript is right, or an interpreter may read; the thread once that is settled."""
    is_sure = "sure" in request.args
    return _page(lambda thread: pages.render_check(thread, question_id, is_sure=is_sure) or pages.render_thread(thread))


@reply_pages.get("/please-stop")
def please_stop() -> ResponseReturnValue:
    """The page that explains a request to stop, before the child sends it."""
    return _page(pages.render_stop_request)


allow_larger(reply_pages, MAX_MESSAGE_BYTES, "reply.say")


@reply_pages.post("/said")
@rate_limited(SENDING)
def say() -> ResponseReturnValue:
    """Receive a message of the child."""
    visit = browser_visit.current_visit()
    if visit is None:
        return _redirect_to(url_for("reply.pictures"))
    try:
        message = read_message(request.form, request.files)
    except MessageRefused as refused:
        return _refuse_message(visit, refused)
    check = browser_visit.find_check(visit, message.ask) if message.kind in QUESTIONS else None
    if message.kind == INTERPRETER:
        message = replace(message, copy=check.entry if check else None)
    elif message.ask:
        message = replace(message, question=browser_visit.question_label(visit, message.ask))
    if (message.kind, message.answer) == (QUESTION, YES) and request.form.get("knows") != YES:
        if "knows" not in request.form or check is None or check.answer != YES:
            return _before_yes(visit, message)
        message = replace(message, answer=KEEP)  # she said yes earlier; now she says that she does not know the words
    try:
        is_stored = receive_message(db.engine(), visit.thread_id, message, context.now())
    except (TooManyVoices, QuestionSettled) as refused:
        words = _("There are very many voices here. Write to us, please.")
        if isinstance(refused, QuestionSettled):
            words = _("This is settled now. Go back and look, please.")
        return _refuse_message(visit, MessageRefused(str(words)))
    if not is_stored:
        return _redirect_to(url_for(".opened"))
    goes_on = (message.kind, message.answer) == (QUESTION, NO)  # to say what is different
    return redirect(url_for(".write", done=message.kind) if goes_on else url_for(".opened", done=message.kind), 303)


def _before_yes(visit: ChildVisit, message: ChildMessage) -> ResponseReturnValue:
    """What a yes leads to before it counts: a child who cannot read the words does not end her voice unawares."""
    says_no = "knows" in request.form
    if "is_sure" in request.form and not says_no:
        return _refuse_message(visit, MessageRefused(str(_("Tap one picture first."))))
    way = url_for(".opened", done="unread") if says_no else url_for(".transcript", question_id=message.ask, sure=1)
    return redirect(way, 303)


def _page(render: Callable[[browser_visit.ChildThread], str]) -> ResponseReturnValue:
    """Render a page of the child's thread; without a thread, the page that says so."""
    visit = browser_visit.current_visit()
    if visit is None:
        return redirect(url_for("reply.pictures"))
    child_thread = browser_visit.open_thread(visit)
    answer = make_response(render(child_thread) if child_thread else pages.render_no_thread(visit))
    answer.headers["Permissions-Policy"] = WITH_MICROPHONE
    return browser_visit.carry_visit(answer, visit)


def _refuse_message(visit: ChildVisit, refused: MessageRefused) -> ResponseReturnValue:
    status = _TOO_LARGE if refused.large else _NOT_TAKEN
    if wants_json():
        return jsonify(words=refused.words), status
    child_thread = browser_visit.open_thread(visit)
    if child_thread:
        page = pages.render_refusal(child_thread, request.form, refused.words)
    else:
        page = pages.render_no_thread(visit)
    return browser_visit.carry_visit(make_response(page, status), visit)


def _redirect_to(address: str) -> ResponseReturnValue:
    """A redirect; for a script a code that is no success."""
    return (jsonify(go=address), _GONE) if wants_json() else redirect(address, 303)
