"""An advocate checks suggestions - HTTP only. Whose agenda stands in the log, never which suggestion."""

from typing import Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.accounts import store as people
from youthvoice.clips.audio_format import OGG, WEBM
from youthvoice.committees.agenda import labels as agenda_words
from youthvoice.committees.suggestions.review import queue as checking
from youthvoice.committees.suggestions.review.actions import ACTS, Act, Open, possible
from youthvoice.committees.suggestions.review.decisions import DecidedAlready
from youthvoice.committees.suggestions.review.queue import Seen
from youthvoice.privacy.crypto.sealing import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone
from youthvoice.threads.letters import opened_letters as letter_visits
from youthvoice.web.i18n import languages

pages = Blueprint("suggestions", __name__, url_prefix="/staff/suggestions")

_SOUNDS: Final = (WEBM, OGG)
_BOXES: Final = "words_"


@pages.context_processor
def _words() -> dict[str, object]:
    return {"agenda": agenda_words, "speak": languages.chosen(), "known_languages": languages.LANGUAGES}


@pages.get("/")
@needs("suggestions.check")
def index() -> ResponseReturnValue:
    """What waits, by site and day; from the daily hour on."""
    sites = checking.at_sites(db.session(), require())
    held = [one.item.body.held.by for _site, lines in sites for one in lines if one.item and one.item.body.held]
    return render_template(
        "committees/suggestions.html",
        sites=sites,
        number=sum(len(lines) for _site, lines in sites),
        names=people.names(db.session(), held),
        today=running.today,
    )


@pages.get("/<suggestion_id>")
@needs("suggestions.check")
def one(suggestion_id: str) -> ResponseReturnValue:
    """A suggestion: from outside, or what it says once it was opened."""
    seen = checking.find(db.session(), require(), suggestion_id) or abort(404)
    if not letter_visits.is_open(seen.id):
        return render_template("committees/suggestion_closed.html", seen=seen)
    return render_template("committees/suggestion.html", seen=seen, said=_opened(seen).said, acts=possible(seen))


@pages.post("/<suggestion_id>")
@needs("suggestions.check")
def read(suggestion_id: str) -> ResponseReturnValue:
    """Open it; that somebody did is logged, so it needs a button."""
    session = db.session()
    seen = checking.find(session, require(), suggestion_id) or abort(404)
    _opened(seen)
    log().add(session, "suggestion.open", str(seen.line.committee.id))
    session.commit()
    letter_visits.begin(seen.id)
    return redirect(url_for("suggestions.one", suggestion_id=suggestion_id), 303)


@pages.post("/<suggestion_id>/voice")
@needs("suggestions.check")
def listen(suggestion_id: str) -> ResponseReturnValue:
    """The child's voice; behind a button, kept nowhere."""
    seen = checking.find(db.session(), require(), suggestion_id) or abort(404)
    said = _opened(seen).said if letter_visits.is_open(seen.id) else abort(404)
    if not said.voice:
        abort(404)
    return Response(said.voice, content_type=said.voice_kind if said.voice_kind in _SOUNDS else WEBM)


@pages.route("/<suggestion_id>/<act>", methods=["GET", "POST"])
@needs("suggestions.check")
def act(suggestion_id: str, act: str) -> ResponseReturnValue:
    """Decide. What was typed stays in the form, or is shown once more where somebody was faster."""
    chosen = ACTS.get(act) or abort(404)
    seen = checking.find(db.session(), require(), suggestion_id)
    if seen is None or (request.method == "POST" and act not in possible(seen)):
        return _decided() if _was_open(suggestion_id) else abort(404)
    if act not in possible(seen) or not letter_visits.is_open(seen.id):
        return redirect(url_for("suggestions.one", suggestion_id=suggestion_id), 303)
    return _decide(_opened(seen), act, chosen)


def _decide(opened: Open, act: str, chosen: Act) -> ResponseReturnValue:
    form = chosen.asks(opened)
    shown = {"seen": opened.seen, "said": opened.said, "form": form}
    if not form.validate_on_submit():
        return render_template(f"committees/suggestion_{act}.html", **shown), 400 if form.errors else 200
    try:
        not_yet = chosen.decides(opened, form)
    except DecidedAlready:
        db.session().rollback()
        return _decided()
    if not_yet is not None:
        db.session().rollback()
        return render_template(f"committees/suggestion_{act}.html", **shown, **not_yet), 400
    return _done(opened, chosen)


def _done(opened: Open, chosen: Act) -> ResponseReturnValue:
    db.session().commit()
    letter_visits.end(opened.seen.id)
    flash(chosen.done())
    return redirect(url_for("suggestions.index"), 303)


def _decided() -> ResponseReturnValue:
    """Somebody was faster. Nothing typed is lost: it stands on the page, to be taken along."""
    sent = {name: text for name, text in request.form.items() if name.startswith(_BOXES) and text.strip()}
    typed = [(name.removeprefix(_BOXES), text) for name, text in sent.items()]
    return render_template("committees/suggestion_decided.html", typed=typed), 409


def _was_open(suggestion_id: str) -> bool:
    """Whether she had it open, so that it is no secret that it was there."""
    try:
        return letter_visits.is_open(bytes.fromhex(suggestion_id))
    except ValueError:
        return False


def _opened(seen: Seen) -> Open:
    caller = require()
    try:
        said = checking.opened(seen, caller)
    except (CannotOpen, KeyGone):
        abort(410)
    return Open(db.session(), caller, log(), seen, said)
