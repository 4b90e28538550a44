"""The pages on which an advocate reviews suggestions - HTTP only. The log names the committee, never the suggestion."""

from typing import Final

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.store import names_of_people
from youthvoice.clips.audio_files import OGG, WEBM
from youthvoice.committees.agenda import labels
from youthvoice.committees.suggestions import review
from youthvoice.committees.suggestions.review_actions import REVIEW_ACTIONS, ReviewAction, available_actions
from youthvoice.errors import CannotOpen, ConcurrentUpdate, KeyGone
from youthvoice.threads import readership
from youthvoice.web.form_page import UNPROCESSABLE, show_form
from youthvoice.web.i18n import languages

suggestions_pages = StaffBlueprint("suggestions", __name__, url_prefix="/staff/suggestions", menu="suggestions.index")

_SOUNDS: Final = (WEBM, OGG)

_BOXES: Final = "words_"


@suggestions_pages.context_processor
def _words() -> dict[str, object]:
    return {"agenda": labels, "speak": languages.chosen(), "known_languages": languages.LANGUAGES}


@suggestions_pages.get("/")
@permission_required("suggestions.check")
def index() -> ResponseReturnValue:
    """Suggestions that wait, by site and day; from the daily hour on."""
    sites = review.list_pending(db.session(), current_caller())
    decider_ids = [
        suggestion.item.body.held.by
        for _site, lines in sites
        for suggestion in lines
        if suggestion.item and suggestion.item.body.held
    ]
    return render_template(
        "committees/suggestions/index.html",
        sites=sites,
        number=sum(len(lines) for _site, lines in sites),
        names=names_of_people(db.session(), decider_ids),
        today=context.today,
    )


@suggestions_pages.get("/<suggestion_id>")
@permission_required("suggestions.check")
def detail(suggestion_id: str) -> ResponseReturnValue:
    """A suggestion: closed, or its content once the advocate has opened it."""
    suggestion = review.find_pending(db.session(), current_caller(), suggestion_id) or abort(404)
    if suggestion.id not in readership.opened_letters:
        return render_template("committees/suggestions/closed.html", seen=suggestion)
    return render_template(
        "committees/suggestions/suggestion.html",
        seen=suggestion,
        said=_open_or_410(suggestion).suggestion,
        acts=available_actions(suggestion),
    )


@suggestions_pages.post("/<suggestion_id>")
@permission_required("suggestions.check")
def read(suggestion_id: str) -> ResponseReturnValue:
    """Open a suggestion; opening is logged, so it needs a button."""
    session = db.session()
    suggestion = review.find_pending(session, current_caller(), suggestion_id) or abort(404)
    _open_or_410(suggestion)
    caller_log().add(session, "suggestion.open", str(suggestion.line.committee.id))
    readership.opened_letters.note(suggestion.id)
    return redirect(url_for("suggestions.detail", suggestion_id=suggestion_id), 303)


@suggestions_pages.post("/<suggestion_id>/voice")
@permission_required("suggestions.check")
def listen(suggestion_id: str) -> ResponseReturnValue:
    """The child's voice; behind a button, and not stored outside the letter."""
    suggestion = review.find_pending(db.session(), current_caller(), suggestion_id) or abort(404)
    content = _open_or_410(suggestion).suggestion if suggestion.id in readership.opened_letters else abort(404)
    if not content.voice:
        abort(404)
    return Response(content.voice, content_type=content.voice_kind if content.voice_kind in _SOUNDS else WEBM)


@suggestions_pages.route("/<suggestion_id>/<act>", methods=["GET", "POST"])
@permission_required("suggestions.check")
def act(suggestion_id: str, act: str) -> ResponseReturnValue:
    """Decide about a suggestion. If a colleague has decided, the typed text is shown again."""
    chosen = REVIEW_ACTIONS.get(act) or abort(404)
    suggestion = review.find_pending(db.session(), current_caller(), suggestion_id)
    if suggestion is None or (request.method == "POST" and act not in available_actions(suggestion)):
        return _show_decided() if _was_opened_here(suggestion_id) else abort(404)
    if act not in available_actions(suggestion) or suggestion.id not in readership.opened_letters:
        return redirect(url_for("suggestions.detail", suggestion_id=suggestion_id), 303)
    return _decide(_open_or_410(suggestion), act, chosen)


def _decide(review_session: review.ReviewSession, act: str, action: ReviewAction) -> ResponseReturnValue:
    form = action.asks(review_session)
    template = f"committees/suggestions/{act}.html"
    template_values = {"seen": review_session.pending, "said": review_session.suggestion}
    if not form.validate_on_submit():
        return show_form(template, form, **template_values)
    try:
        not_yet = action.decides(review_session, form)
    except ConcurrentUpdate:
        db.session().rollback()
        return _show_decided()
    if not_yet is not None:
        db.session().rollback()
        return render_template(template, form=form, **template_values, **not_yet), UNPROCESSABLE
    return _show_done(review_session, action)


def _show_done(review_session: review.ReviewSession, action: ReviewAction) -> ResponseReturnValue:
    readership.opened_letters.forget(review_session.pending.id)
    flash(action.done())
    return redirect(url_for("suggestions.index"), 303)


def _show_decided() -> ResponseReturnValue:
    """A colleague has decided. The page shows what was typed, so that nothing is lost."""
    sent = {name: text for name, text in request.form.items() if name.startswith(_BOXES) and text.strip()}
    typed = [(name.removeprefix(_BOXES), text) for name, text in sent.items()]
    return render_template("committees/suggestions/decided.html", typed=typed), 409


def _was_opened_here(suggestion_id: str) -> bool:
    """Whether this advocate had opened the suggestion, so that its existence is no secret."""
    try:
        return bytes.fromhex(suggestion_id) in readership.opened_letters
    except ValueError:
        return False


def _open_or_410(suggestion: review.PendingSuggestion) -> review.ReviewSession:
    """Decrypt a suggestion for the caller."""
    caller = current_caller()
    try:
        content = review.open_pending(suggestion, caller)
    except (CannotOpen, KeyGone):
        abort(410)
    return review.ReviewSession(db.session(), caller, caller_log(), suggestion, content)
