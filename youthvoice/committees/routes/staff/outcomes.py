"""What came of one item at a meeting - HTTP only."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import needs
from youthvoice.committees.agenda import labels as agenda_words
from youthvoice.committees.agenda import store as items
from youthvoice.committees.entities import ItemFacts
from youthvoice.committees.meetings import labels as meeting_words
from youthvoice.committees.meetings import outcomes
from youthvoice.committees.meetings import page as meeting_page
from youthvoice.committees.meetings import rules as meeting_rules
from youthvoice.committees.meetings.context import Scene, scene_or_404
from youthvoice.committees.meetings.forms import OutcomeForm
from youthvoice.web.i18n import languages

pages = Blueprint("outcomes", __name__, url_prefix="/staff/meetings")
_ID_DIGITS = 32


@pages.route("/<int:meeting_id>/items/<item_id>", methods=["GET", "POST"])
@needs("committees.meet")
def one(meeting_id: int, item_id: str) -> ResponseReturnValue:
    """Say what came of an item: again, settled, adults answer, or it goes up. What is refused stays as it was typed."""
    scene, item = scene_or_404(meeting_id), _item_or_404(item_id)
    if item.committee_id != scene.committee.id:
        abort(404)
    code = outcomes.why_not(scene.committee, scene.meeting, item)
    if code == "alone" or (code and request.method == "GET"):
        flash(meeting_words.refusal(code))
        return redirect(url_for("meetings.one", meeting_id=meeting_id), 303)
    form = _form(scene)
    if code:
        form.refuse(code)
    elif form.validate_on_submit() and _entered(scene, item, form):
        return redirect(url_for("meetings.one", meeting_id=meeting_id), 303)
    shown = {"scene": scene, "item": item, "form": form, "above": meeting_page.above(db.session(), scene.committee)}
    words = {"item_words": agenda_words, "say": meeting_words, "void": _void(scene) if code == "void" else ""}
    return render_template("committees/outcome.html", **words, **shown), 422 if form.errors else 200


def _void(scene: Scene) -> str:
    """Why nothing can be decided at a meeting, in words."""
    needed = scene.meeting.quorum or scene.committee.quorum
    return meeting_words.void(meeting_rules.why_void(scene.committee, scene.meeting), needed)


def _form(scene: Scene) -> OutcomeForm:
    form, session = OutcomeForm(), db.session()
    adults, above = meeting_page.adults(session, scene.committee), meeting_page.above(session, scene.committee)
    form.offer(adults, above, named=scene.committee.kind.owner == "named")
    return form


def _entered(scene: Scene, item: ItemFacts, form: OutcomeForm) -> bool:
    """Write it and commit; False where the form says what is wrong."""
    session, language = db.session(), agenda_words.spoken_in(item.body.words, languages.chosen())
    said = form.said(language, agenda_words.plain(item, language))
    try:
        outcomes.enter(
            session, running.keyring(), scene.committee, scene.meeting, item, said, running.now(), scene.at.today
        )
    except outcomes.Refused as error:
        form.refuse(error.code)
        return False
    except items.Meanwhile:
        session.rollback()
        form.refuse("changed")
        return False
    session.commit()
    flash(_("It is kept. Children see it on their agenda."))
    return True


def _item_or_404(item_id: str) -> ItemFacts:
    try:
        raw = bytes.fromhex(item_id) if len(item_id) == _ID_DIGITS else b""
    except ValueError:
        abort(404)
    return items.find(db.session(), running.keyring(), raw) or abort(404)
