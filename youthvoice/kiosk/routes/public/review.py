"""A child reads what was decided at her review, changes what she said or takes it back, and disagrees - HTTP only."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.kiosk.reply import browser_visit, pages, review_page
from youthvoice.kiosk.reply.forms import MAX_MESSAGE_BYTES, MessageRefused, read_words_or_voice
from youthvoice.reviews import decisions
from youthvoice.reviews.statements import store as statements_store
from youthvoice.reviews.statements.page import StatementContext, refusal_label, render_statement_page, submit_statement
from youthvoice.sites.store import get_site
from youthvoice.threads.child_codes.code_visit import PATH, ChildVisit
from youthvoice.threads.child_fields import MAX_FORM_BYTES
from youthvoice.web.headers import WITH_MICROPHONE, refuse_other_sites, wants_json
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, rate_limited
from youthvoice.web.uploads import allow_larger

her_review_pages = Blueprint("her_review", __name__, url_prefix=f"{PATH}/review")


her_review_pages.before_request(refuse_other_sites)


allow_larger(her_review_pages, MAX_FORM_BYTES, "her_review.send")
allow_larger(her_review_pages, MAX_MESSAGE_BYTES, "her_review.ask_again")


_NOT_TAKEN, _GONE = 422, 410


@her_review_pages.get("")
def opened() -> ResponseReturnValue:
    """What she said, what was decided, what she can do."""
    done = request.args.get("done", "")
    return _page(lambda hers: review_page.render_review(hers, done))


@her_review_pages.get("/change")
def change() -> ResponseReturnValue:
    """Her statement once more, with everything she said."""
    return _page(lambda hers: render_statement_page(_asked(hers)))


@her_review_pages.post("/change")
@rate_limited(SENDING)
def send() -> ResponseReturnValue:
    """What she says now stands in place of what she said."""
    visit = browser_visit.current_visit()
    hers = review_page.open_hers(db.session(), visit, to_change=True) if visit else None
    if visit is None or hers is None:
        return _elsewhere(url_for("reply.pictures"))
    return browser_visit.carry_visit(make_response(submit_statement(_asked(hers))), visit)


@her_review_pages.get("/take-back")
def ask_take_back() -> ResponseReturnValue:
    """What it means to take it back, first."""
    return _page(review_page.render_take_back)


@her_review_pages.post("/take-back")
@rate_limited(SENDING)
def take_back() -> ResponseReturnValue:
    """She takes it back from everybody."""
    return _done(statements_store.take_back, "taken_back")


@her_review_pages.post("/done/<part>")
@rate_limited(SENDING)
def confirm(part: str) -> ResponseReturnValue:
    """She says: it is really done."""
    return _done(lambda session, hers: decisions.confirm(session, hers, part), "confirmed")


@her_review_pages.get("/not-right/<part>")
def not_right(part: str) -> ResponseReturnValue:
    """She says what is not right, if she wants to."""
    return _page(lambda hers: review_page.render_disagree(hers, _known(hers, part)))


@her_review_pages.post("/not-right/<part>")
@rate_limited(SENDING)
def ask_again(part: str) -> ResponseReturnValue:
    """She asks for a new look."""
    try:
        words, voice, kind = read_words_or_voice(request.form, request.files)
    except MessageRefused as refused:
        return _refuse(part, refused.words)
    return _done(lambda session, hers: decisions.ask_again(session, hers, part, words, voice, kind), "asked_again")


@her_review_pages.get("/voice")
def own_voice() -> ResponseReturnValue:
    """Her own voice, as she recorded it."""
    visit = browser_visit.current_visit() or abort(404)
    hers = review_page.open_hers(db.session(), visit) or abort(404)
    if hers.said is None or not hers.said.voice:
        abort(404)
    reply = Response(hers.said.voice, content_type=hers.said.voice_kind)
    reply.make_conditional(request, accept_ranges=True, complete_length=len(hers.said.voice))
    return browser_visit.carry_visit(reply, visit)


def _known(hers: statements_store.OwnStatement, part: str) -> str:
    return part if review_page.can_ask_again(hers, part) else abort(404)


def _asked(hers: statements_store.OwnStatement) -> StatementContext:
    site = get_site(db.session(), hers.review.site_id)
    ways = {
        "action": url_for("her_review.send"),
        "thanks_href": url_for("her_review.opened", done="changed"),
        "front_href": url_for("reply.bye"),
    }
    return StatementContext(hers.review, languages.chosen(site.languages), ways, hers=hers)


def _page(made: Callable[[statements_store.OwnStatement], str]) -> ResponseReturnValue:
    visit = browser_visit.current_visit()
    if visit is None:
        return redirect(url_for("reply.pictures"))
    hers = review_page.open_hers(db.session(), visit)
    answer = make_response(made(hers) if hers else pages.render_no_thread(visit))
    answer.headers["Permissions-Policy"] = WITH_MICROPHONE
    return browser_visit.carry_visit(answer, visit)


def _done(write: Callable[..., None], what: str) -> ResponseReturnValue:
    visit = browser_visit.current_visit()
    if visit is None:
        return _elsewhere(url_for("reply.pictures"))
    hers = review_page.open_hers(db.session(), visit, to_change=True)
    if hers is None:
        return _elsewhere(url_for(".opened"))
    try:
        write(db.session(), hers)
    except Refused as refused:
        db.session().rollback()
        return _shown(visit, _why(refused.code))
    except ConcurrentUpdate:
        db.session().rollback()
        return _shown(visit, str(_("This does not work now. Wait a little and try again.")))
    db.session().commit()
    return browser_visit.carry_visit(redirect(url_for(".opened", done=what), 303), visit)


def _why(code: str) -> str:
    return refusal_label(code) if code == "too_late" else str(_("This was changed meanwhile. Look at it again."))


def _shown(visit: ChildVisit, words: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(words=words), _NOT_TAKEN
    hers = review_page.open_hers(db.session(), visit)
    page = review_page.render_review(hers, refused=words) if hers else pages.render_no_thread(visit)
    return browser_visit.carry_visit(make_response(page, _NOT_TAKEN), visit)


def _refuse(part: str, words: str) -> ResponseReturnValue:
    if wants_json():
        return jsonify(words=words), _NOT_TAKEN
    return _page(lambda hers: review_page.render_disagree(hers, _known(hers, part), words, request.form))


def _elsewhere(address: str) -> ResponseReturnValue:
    return (jsonify(go=address), _GONE) if wants_json() else redirect(address, 303)
