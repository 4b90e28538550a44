"""A child reads the decisions of a review, changes or withdraws the statement, and disagrees - HTTP only."""

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
    """The review: the statement, the decisions, and what the child can do."""
    done = request.args.get("done", "")
    return _page(lambda statement: review_page.render_review(statement, done))


@her_review_pages.get("/change")
def change() -> ResponseReturnValue:
    """The statement again, to change it; from the day of the review on, its results."""
    return _page(
        lambda statement: (
            review_page.render_review(statement) if _is_over(statement) else render_statement_page(_context(statement))
        )
    )


@her_review_pages.post("/change")
@rate_limited(SENDING)
def send() -> ResponseReturnValue:
    """Replace the statement by a new one."""
    visit = browser_visit.current_visit()
    own_statement = review_page.open_own_statement(db.session(), visit, to_change=True) if visit else None
    if visit is None:
        return _redirect_to(url_for("reply.pictures"))
    if own_statement is None:
        return _gone(visit)
    return browser_visit.carry_visit(make_response(submit_statement(_context(own_statement))), visit)


@her_review_pages.get("/take-back")
def ask_take_back() -> ResponseReturnValue:
    """Explain what withdrawing the statement means; from the day of the review on, its results."""
    return _page(
        lambda statement: (
            review_page.render_review(statement) if _is_over(statement) else review_page.render_take_back()
        )
    )


@her_review_pages.post("/take-back")
@rate_limited(SENDING)
def take_back() -> ResponseReturnValue:
    """Withdraw the statement from all readers."""
    return _done(statements_store.take_back, "taken_back")


@her_review_pages.post("/done/<part>")
@rate_limited(SENDING)
def confirm(part: str) -> ResponseReturnValue:
    """The child confirms that a decision was really carried out."""
    return _done(lambda session, statement: decisions.confirm(session, statement, part), "confirmed")


@her_review_pages.get("/not-right/<part>")
def not_right(part: str) -> ResponseReturnValue:
    """The page on which the child may say what is not right."""
    return _page(lambda statement: review_page.render_disagree(statement, _or_404(statement, part)))


@her_review_pages.post("/not-right/<part>")
@rate_limited(SENDING)
def ask_again(part: str) -> ResponseReturnValue:
    """The child requests a new look at a decision."""
    try:
        words, voice, kind = read_words_or_voice(request.form, request.files)
    except MessageRefused as refused:
        return _refuse(
            refused,
            lambda statement, why: review_page.render_disagree(statement, _or_404(statement, part), why, request.form),
        )
    return _done(
        lambda session, statement: decisions.disagree(session, statement, part, words, voice, kind),
        "asked_again",
        lambda statement, why: review_page.render_disagree_again(statement, part, why, request.form),
    )


@her_review_pages.get("/give")
def give() -> ResponseReturnValue:
    """A pack that is to go to another organisation: the child agrees or refuses, or reads the legal ground."""
    return _page(lambda statement: review_page.render_pack(statement) or review_page.render_review(statement))


@her_review_pages.post("/give")
@rate_limited(SENDING)
def answer_give() -> ResponseReturnValue:
    """The child's agreement or refusal; an agreement can be withdrawn as long as there is no file."""
    answer = request.form.get("answer", "")
    if answer not in {"yes", "no"}:
        abort(400)
    mark = request.form.get("mark", "")
    return _done(
        lambda session, own: pack_proposals.answer_proposal(session, own, mark, yes=answer == "yes"), f"give_{answer}"
    )


@her_review_pages.get("/next")
def for_next() -> ResponseReturnValue:
    """The page on which the child writes something for the next review."""
    return _page(
        lambda statement: (
            review_page.render_next(statement) if _is_over(statement) else review_page.render_review(statement)
        )
    )


@her_review_pages.post("/next")
@rate_limited(SENDING)
def keep_for_next() -> ResponseReturnValue:
    """Store it for the child, and seal it to the advocate."""
    try:
        words, voice, kind = read_words_or_voice(request.form, request.files, needed=True)
    except MessageRefused as refused:
        return _refuse(refused, lambda statement, why: review_page.render_next(statement, why, request.form))
    return _done(
        lambda session, statement: child_review.add_for_next_review(session, statement, words, voice, kind),
        "for_next",
        lambda statement, why: review_page.render_next(statement, why, request.form),
    )


@her_review_pages.get("/next/<int:nth>")
def next_voice(nth: int) -> ResponseReturnValue:
    """The child's own recording for the next review."""
    return _serve(lambda statement: _nth_recording(statement, nth))


def _nth_recording(own_statement: statements_store.OwnStatement, nth: int) -> tuple[bytes, str]:
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
    """The child's own recording in the statement."""
    return _serve(lambda own: (own.statement.voice, own.statement.voice_kind) if own.statement else (b"", ""))


def _serve(of: Callable[[statements_store.OwnStatement], tuple[bytes, str]]) -> ResponseReturnValue:
    visit = browser_visit.current_visit() or abort(404)
    own_statement = review_page.open_own_statement(db.session(), visit) or abort(404)
    voice, kind = of(own_statement)
    if not voice:
        abort(404)
    reply = Response(voice, content_type=kind)
    return reply.make_conditional(request, accept_ranges=True, complete_length=len(voice))


def _or_404(own_statement: statements_store.OwnStatement, part: str) -> str:
    """The part, where the child can disagree with the decision about it; else 404."""
    return part if review_page.can_disagree_with(own_statement, part) else abort(404)


def _context(own_statement: statements_store.OwnStatement) -> StatementContext:
    site = get_site(db.session(), own_statement.review.site_id)
    ways = {
        "action": url_for("her_review.send"),
        "thanks_href": url_for("her_review.opened", done="changed"),
        "front_href": url_for("reply.bye"),
        "voice_href": url_for(".own_voice"),
        **pages.voices_here(),
    }
    return StatementContext(own_statement.review, languages.chosen(site.languages), ways, own_statement=own_statement)


def _page(render: Callable[[statements_store.OwnStatement], str], status: int = 200) -> ResponseReturnValue:
    visit = browser_visit.current_visit()
    if visit is None:
        return redirect(url_for("reply.pictures"))
    own_statement = review_page.open_own_statement(db.session(), visit)
    answer = make_response(render(own_statement) if own_statement else review_page.render_no_review(visit), status)
    answer.headers["Permissions-Policy"] = WITH_MICROPHONE
    return browser_visit.carry_visit(answer, visit)


_RenderAgain = Callable[[statements_store.OwnStatement, str], str]


def _done(write: Callable[..., object], what: str, again: _RenderAgain | None = None) -> ResponseReturnValue:
    """Store a change; where it is refused, `again` renders the page on which the text stays."""
    visit = browser_visit.current_visit()
    if visit is None:
        return _redirect_to(url_for("reply.pictures"))
    own_statement = review_page.open_own_statement(db.session(), visit, to_change=True)
    if own_statement is None:
        return _gone(visit)
    try:
        write(db.session(), own_statement)
    except Refused as refused:
        db.session().rollback()
        return _show_refusal(visit, _refusal_label(refused.code), again)
    except ConcurrentUpdate:
        db.session().rollback()
        return _show_refusal(visit, str(_("This does not work now. Wait a little and try again.")), again)
    db.session().commit()
    return redirect(url_for(".opened", done=what), 303)


def _refusal_label(code: str) -> str:
    if code in {"too_late", "no_advocate"}:
        return refusal_label(code)
    if code == "enough":
        return str(_("It is full. Your advocate has all of it."))
    return str(_("This was changed meanwhile. Look at it again."))


def _show_refusal(visit: ChildVisit, words: str, again: _RenderAgain | None) -> ResponseReturnValue:
    if wants_json():
        return jsonify(words=words), _NOT_TAKEN
    own_statement = review_page.open_own_statement(db.session(), visit)
    if own_statement is None:
        return _gone(visit)
    page = again(own_statement, words) if again else review_page.render_review(own_statement, refused=words)
    answer = make_response(page, _NOT_TAKEN)
    answer.headers["Permissions-Policy"] = WITH_MICROPHONE
    return browser_visit.carry_visit(answer, visit)


def _refuse(refused: MessageRefused, render: _RenderAgain) -> ResponseReturnValue:
    """Refuse a message; what the child wrote stays on the page."""
    status = _TOO_LARGE if refused.large else _NOT_TAKEN
    return (
        (jsonify(words=refused.words), status)
        if wants_json()
        else _page(lambda statement: render(statement, refused.words), status)
    )


def _gone(visit: ChildVisit) -> ResponseReturnValue:
    """The answer where the code no longer opens anything; what the child just wrote stays on the page."""
    if wants_json():
        return jsonify(title=str(_("This did not work.")), words=review_page.gone_label(visit)), _GONE
    written = [request.form.get(name, "").strip() for name in ("good_words", "words")]
    page = review_page.render_no_review(visit, "\n".join(text for text in written if text))
    return browser_visit.carry_visit(make_response(page, _GONE), visit)


def _redirect_to(address: str) -> ResponseReturnValue:
    return (jsonify(go=address), _GONE) if wants_json() else redirect(address, 303)
