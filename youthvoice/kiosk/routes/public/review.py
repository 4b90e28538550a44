"""A child reads what was decided at her review, changes what she said or takes it back, and disagrees - HTTP only."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.errors import ConcurrentUpdate, Refused
from youthvoice.kiosk.reply import browser_visit, pages, review_page
from youthvoice.kiosk.reply.forms import MAX_MESSAGE_BYTES, MessageRefused, read_words_or_voice
from youthvoice.reviews import child_review, decisions, rules
from youthvoice.reviews.outside import pack_proposals
from youthvoice.reviews.statements import store as statements_store
from youthvoice.reviews.statements.page import StatementContext, refusal_label, render_statement_page, submit_statement
from youthvoice.sites.store import get_site
from youthvoice.sites.tablets.device import look_for_tablet
from youthvoice.threads.child_codes.code_visit import PATH, ChildVisit
from youthvoice.threads.child_fields import MAX_FORM_BYTES
from youthvoice.web.headers import WITH_MICROPHONE, refuse_other_sites, wants_json
from youthvoice.web.i18n import languages
from youthvoice.web.rate_limits import SENDING, rate_limited
from youthvoice.web.uploads import allow_larger

her_review_pages = Blueprint("her_review", __name__, url_prefix=f"{PATH}/review")


her_review_pages.before_request(refuse_other_sites)
her_review_pages.before_request(look_for_tablet)


allow_larger(her_review_pages, MAX_FORM_BYTES, "her_review.send")
allow_larger(her_review_pages, MAX_MESSAGE_BYTES, "her_review.ask_again")
allow_larger(her_review_pages, MAX_MESSAGE_BYTES, "her_review.keep_for_next")


_NOT_TAKEN, _TOO_LARGE, _GONE = 422, 413, 410


@her_review_pages.get("")
def opened() -> ResponseReturnValue:
    """What she said, what was decided, what she can do."""
    done = request.args.get("done", "")
    return _page(lambda statement: review_page.render_review(statement, done))


@her_review_pages.get("/change")
def change() -> ResponseReturnValue:
    """Her statement once more, with everything she said; from the day on what became of it."""
    return _page(
        lambda statement: (
            review_page.render_review(statement) if _is_over(statement) else render_statement_page(_asked(statement))
        )
    )


@her_review_pages.post("/change")
@rate_limited(SENDING)
def send() -> ResponseReturnValue:
    """What she says now stands in place of what she said."""
    visit = browser_visit.current_visit()
    own_statement = review_page.open_hers(db.session(), visit, to_change=True) if visit else None
    if visit is None:
        return _elsewhere(url_for("reply.pictures"))
    if own_statement is None:
        return _gone(visit)
    return browser_visit.carry_visit(make_response(submit_statement(_asked(own_statement))), visit)


@her_review_pages.get("/take-back")
def ask_take_back() -> ResponseReturnValue:
    """What it means to take it back, first; from the day on what became of it."""
    return _page(
        lambda statement: (
            review_page.render_review(statement) if _is_over(statement) else review_page.render_take_back()
        )
    )


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
    return _page(lambda statement: review_page.render_disagree(statement, _known(statement, part)))


@her_review_pages.post("/not-right/<part>")
@rate_limited(SENDING)
def ask_again(part: str) -> ResponseReturnValue:
    """She asks for a new look."""
    try:
        words, voice, kind = read_words_or_voice(request.form, request.files)
    except MessageRefused as refused:
        return _refuse(
            refused,
            lambda statement, why: review_page.render_disagree(statement, _known(statement, part), why, request.form),
        )
    return _done(
        lambda session, hers: decisions.ask_again(session, hers, part, words, voice, kind),
        "asked_again",
        lambda statement, why: review_page.render_disagree_again(statement, part, why, request.form),
    )


@her_review_pages.get("/give")
def give() -> ResponseReturnValue:
    """Her pack is to go to others: what, to whom and why; she says yes or no, or finds why the law asks for it."""
    return _page(lambda statement: review_page.render_give(statement) or review_page.render_review(statement))


@her_review_pages.post("/give")
@rate_limited(SENDING)
def answer_give() -> ResponseReturnValue:
    """Her yes or no to what she read; her yes can be taken back as long as there is no file."""
    answer = request.form.get("answer", "")
    if answer not in {"yes", "no"}:
        abort(400)
    mark = request.form.get("mark", "")
    return _done(
        lambda session, hers: pack_proposals.answer_proposal(session, hers, mark, yes=answer == "yes"), f"give_{answer}"
    )


@her_review_pages.get("/next")
def for_next() -> ResponseReturnValue:
    """She says something for the next review."""
    return _page(
        lambda statement: (
            review_page.render_for_next(statement) if _is_over(statement) else review_page.render_review(statement)
        )
    )


@her_review_pages.post("/next")
@rate_limited(SENDING)
def keep_for_next() -> ResponseReturnValue:
    """Keep it for her, and seal it to her advocate."""
    try:
        words, voice, kind = read_words_or_voice(request.form, request.files, needed=True)
    except MessageRefused as refused:
        return _refuse(refused, lambda statement, why: review_page.render_for_next(statement, why, request.form))
    return _done(
        lambda session, hers: child_review.say_for_next(session, hers, words, voice, kind),
        "for_next",
        lambda statement, why: review_page.render_for_next(statement, why, request.form),
    )


@her_review_pages.get("/next/<int:nth>")
def next_voice(nth: int) -> ResponseReturnValue:
    """Her own voice of what she said for the next review."""
    return _sound(lambda statement: _nth_sound(statement, nth))


def _nth_sound(own_statement: statements_store.OwnStatement, nth: int) -> tuple[bytes, str]:
    thread_entries = [entry for entry in own_statement.replies if entry.kind == child_review.FOR_NEXT]
    return (
        (thread_entries[nth].sound, str(thread_entries[nth].said.get("kind")))
        if nth < len(thread_entries)
        else (b"", "")
    )


def _is_over(own_statement: statements_store.OwnStatement) -> bool:
    site = get_site(db.session(), own_statement.review.site_id)
    return not rules.can_change(own_statement.review.day, context.today(site.time_zone))


@her_review_pages.get("/voice")
def own_voice() -> ResponseReturnValue:
    """Her own voice, as she recorded it."""
    return _sound(lambda statement: (statement.said.voice, statement.said.voice_kind) if statement.said else (b"", ""))


def _sound(of: Callable[[statements_store.OwnStatement], tuple[bytes, str]]) -> ResponseReturnValue:
    visit = browser_visit.current_visit() or abort(404)
    own_statement = review_page.open_hers(db.session(), visit) or abort(404)
    voice, kind = of(own_statement)
    if not voice:
        abort(404)
    reply = Response(voice, content_type=kind)
    return reply.make_conditional(request, accept_ranges=True, complete_length=len(voice))


def _known(own_statement: statements_store.OwnStatement, part: str) -> str:
    return part if review_page.can_ask_again(own_statement, part) else abort(404)


def _asked(own_statement: statements_store.OwnStatement) -> StatementContext:
    site = get_site(db.session(), own_statement.review.site_id)
    ways = {
        "action": url_for("her_review.send"),
        "thanks_href": url_for("her_review.opened", done="changed"),
        "front_href": url_for("reply.bye"),
        "voice_href": url_for(".own_voice"),
        **pages.voices_here(),
    }
    return StatementContext(own_statement.review, languages.chosen(site.languages), ways, own_statement=own_statement)


def _page(made: Callable[[statements_store.OwnStatement], str], status: int = 200) -> ResponseReturnValue:
    visit = browser_visit.current_visit()
    if visit is None:
        return redirect(url_for("reply.pictures"))
    own_statement = review_page.open_hers(db.session(), visit)
    answer = make_response(made(own_statement) if own_statement else review_page.render_no_review(visit), status)
    answer.headers["Permissions-Policy"] = WITH_MICROPHONE
    return browser_visit.carry_visit(answer, visit)


_Again = Callable[[statements_store.OwnStatement, str], str]


def _done(write: Callable[..., object], what: str, again: _Again | None = None) -> ResponseReturnValue:
    """Write it; where it cannot be taken, `again` makes the page on which her words stay."""
    visit = browser_visit.current_visit()
    if visit is None:
        return _elsewhere(url_for("reply.pictures"))
    own_statement = review_page.open_hers(db.session(), visit, to_change=True)
    if own_statement is None:
        return _gone(visit)
    try:
        write(db.session(), own_statement)
    except Refused as refused:
        db.session().rollback()
        return _shown(visit, _why(refused.code), again)
    except ConcurrentUpdate:
        db.session().rollback()
        return _shown(visit, str(_("This does not work now. Wait a little and try again.")), again)
    db.session().commit()
    return redirect(url_for(".opened", done=what), 303)


def _why(code: str) -> str:
    if code in {"too_late", "no_advocate"}:
        return refusal_label(code)
    if code == "enough":
        return str(_("It is full. Your advocate has all of it."))
    return str(_("This was changed meanwhile. Look at it again."))


def _shown(visit: ChildVisit, words: str, again: _Again | None) -> ResponseReturnValue:
    if wants_json():
        return jsonify(words=words), _NOT_TAKEN
    own_statement = review_page.open_hers(db.session(), visit)
    if own_statement is None:
        return _gone(visit)
    page = again(own_statement, words) if again else review_page.render_review(own_statement, refused=words)
    answer = make_response(page, _NOT_TAKEN)
    answer.headers["Permissions-Policy"] = WITH_MICROPHONE
    return browser_visit.carry_visit(answer, visit)


def _refuse(why: MessageRefused, made: Callable[[statements_store.OwnStatement, str], str]) -> ResponseReturnValue:
    """It cannot be taken; what she wrote stays on the page."""
    status = _TOO_LARGE if why.large else _NOT_TAKEN
    return (
        (jsonify(words=why.words), status)
        if wants_json()
        else _page(lambda statement: made(statement, why.words), status)
    )


def _gone(visit: ChildVisit) -> ResponseReturnValue:
    """Her pictures open nothing now; what she wrote a moment ago stays, in the page that says so or in hers."""
    if wants_json():
        return jsonify(title=str(_("This did not work.")), words=review_page.gone_label(visit)), _GONE
    written = [request.form.get(name, "").strip() for name in ("good_words", "words")]
    page = review_page.render_no_review(visit, "\n".join(one for one in written if one))
    return browser_visit.carry_visit(make_response(page, _GONE), visit)


def _elsewhere(address: str) -> ResponseReturnValue:
    return (jsonify(go=address), _GONE) if wants_json() else redirect(address, 303)
