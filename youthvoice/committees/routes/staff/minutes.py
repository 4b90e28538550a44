"""Minutes on staff pages: write, speak, approve, add a note - HTTP only."""

from dataclasses import replace

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import needs
from youthvoice.committees.meetings import labels as meeting_words
from youthvoice.committees.meetings.context import Scene, scene_or_404
from youthvoice.committees.meetings.entities import FIELDS, PICTURES, Field
from youthvoice.committees.meetings.minutes import store as minutes
from youthvoice.committees.meetings.minutes.forms import (
    MOST_BYTES,
    MOST_SECONDS,
    ApproveForm,
    MinutesForm,
    NoteForm,
    VoiceForm,
)
from youthvoice.committees.meetings.minutes.rules import may_note, may_write
from youthvoice.sites.forms import PlainForm
from youthvoice.web import headers
from youthvoice.web.i18n import languages

pages = Blueprint("minutes", __name__, url_prefix="/staff/meetings")


@pages.context_processor
def _words() -> dict[str, object]:
    return {"say": meeting_words, "fields": FIELDS, "pictures": PICTURES}


@pages.url_value_preprocessor
def allow_a_voice(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001 - Flask's
    """Let a voice be larger than other forms; this runs before anything reads the form."""
    if endpoint == "minutes.speak":
        request.max_content_length = request.max_form_memory_size = MOST_BYTES


@pages.route("/<int:meeting_id>/minutes", methods=["GET", "POST"])
@needs("committees.meet")
def write(meeting_id: int) -> ResponseReturnValue:
    """The three fields. Where somebody else wrote meanwhile, both versions stand side by side."""
    scene, form = scene_or_404(meeting_id), MinutesForm()
    session, keyring = db.session(), running.keyring()
    now = minutes.said(session, keyring, meeting_id)
    form.offer(scene.at.languages, languages.chosen(scene.at.languages))
    if request.method == "GET":
        if not may_write(scene.meeting):
            flash(meeting_words.refusal("locked" if may_note(scene.meeting) else "not_held"))
            return redirect(url_for("meetings.one", meeting_id=meeting_id), 303)
        form.show(now, scene.meeting)
    if not form.validate_on_submit():
        return _page(scene, form, now), 422 if form.errors else 200
    try:
        minutes.write(session, keyring, replace(scene.meeting, version=form.seen), form.minutes)
    except minutes.NotNow as error:
        flash(meeting_words.refusal(error.code))
        return _page(scene, form, now, theirs=True), 409
    except minutes.Meanwhile:
        form.version.data = str(scene.meeting.version)
        return _page(scene, form, now, theirs=True), 409
    session.commit()
    flash(_("The draft is kept. It counts once the children have said yes."))
    return redirect(url_for("meetings.one", meeting_id=meeting_id), 303)


@pages.route("/<int:meeting_id>/minutes/approve", methods=["GET", "POST"])
@needs("committees.meet")
def approve(meeting_id: int) -> ResponseReturnValue:
    """The minutes are read out; so many children say yes."""
    scene, form = scene_or_404(meeting_id), ApproveForm()
    session, keyring = db.session(), running.keyring()
    if form.validate_on_submit():
        try:
            minutes.approve(session, keyring, scene.meeting, form.said_yes.data, scene.committee.quorum, scene.at.today)
        except minutes.NotNow as error:
            form.said_yes.errors = [meeting_words.refusal(error.code)]
        except minutes.Meanwhile:
            form.said_yes.errors = [meeting_words.refusal("meanwhile")]
        else:
            session.commit()
            flash(_("The children said yes. From tomorrow only a note can be added."))
            return redirect(url_for("meetings.one", meeting_id=meeting_id), 303)
    elif request.method == "GET" and scene.meeting.minutes != "draft":
        flash(meeting_words.refusal("no_draft"))
        return redirect(url_for("meetings.one", meeting_id=meeting_id), 303)
    said, spoken = minutes.said(session, keyring, meeting_id), minutes.voices(session, meeting_id)
    page = render_template("committees/minutes_approve.html", scene=scene, form=form, minutes=said, voices=spoken)
    return page, 422 if form.errors else 200


@pages.route("/<int:meeting_id>/minutes/note", methods=["GET", "POST"])
@needs("committees.meet")
def note(meeting_id: int) -> ResponseReturnValue:
    """Add a note to locked minutes."""
    scene, form = scene_or_404(meeting_id), NoteForm()
    if form.validate_on_submit():
        try:
            minutes.note(db.session(), running.keyring(), scene.meeting, form.words.data.strip(), scene.at.today)
        except minutes.NotNow as error:
            form.words.errors = [meeting_words.refusal(error.code)]
        except minutes.Meanwhile:
            form.words.errors = [meeting_words.refusal("meanwhile")]
        else:
            db.session().commit()
            flash(_("The note is added. What was said before stays as it is."))
            return redirect(url_for("meetings.one", meeting_id=meeting_id), 303)
    if not may_note(scene.meeting):
        abort(404)
    return render_template("committees/minutes_note.html", scene=scene, form=form), 422 if form.errors else 200


@pages.route("/<int:meeting_id>/minutes/<name>/voice", methods=["GET", "POST"])
@needs("committees.meet")
def speak(meeting_id: int, name: str) -> ResponseReturnValue:
    """Say one field instead of writing it, or besides."""
    scene, field, form = scene_or_404(meeting_id), _field_or_404(name), VoiceForm()
    if form.validate_on_submit():
        sound, kind = form.sound.data, form.sound.kind
        try:
            minutes.speak(db.session(), running.keyring(), scene.meeting, field, sound, kind)
        except (minutes.NotNow, minutes.Meanwhile) as error:
            form.sound.errors = [meeting_words.refusal(getattr(error, "code", "meanwhile"))]
        else:
            db.session().commit()
            flash(_("The recording is kept. Children hear it with one tap."))
            return redirect(url_for(".write", meeting_id=meeting_id), 303)
    has = field in minutes.voices(db.session(), meeting_id)
    shown = {"scene": scene, "name": field, "form": form, "seconds": MOST_SECONDS, "has": has, "plain": PlainForm()}
    answer = make_response(render_template("committees/minutes_voice.html", **shown), 422 if form.errors else 200)
    answer.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return answer


@pages.get("/<int:meeting_id>/minutes/<name>/sound")
@needs("committees.meet")
def listen(meeting_id: int, name: str) -> ResponseReturnValue:
    """The sound of one field."""
    scene, field = scene_or_404(meeting_id), _field_or_404(name)
    found = minutes.voice(db.session(), running.keyring(), scene.meeting.id, field) or abort(404)
    answer = Response(found[0], content_type=found[1])
    answer.make_conditional(request, accept_ranges=True, complete_length=len(found[0]))
    return answer


@pages.post("/<int:meeting_id>/minutes/<name>/hush")
@needs("committees.meet")
def hush(meeting_id: int, name: str) -> ResponseReturnValue:
    """Take the voice of one field away."""
    scene, field = scene_or_404(meeting_id), _field_or_404(name)
    if not PlainForm().validate_on_submit():
        abort(400)
    try:
        minutes.hush(db.session(), scene.meeting, field)
    except (minutes.NotNow, minutes.Meanwhile) as error:
        flash(meeting_words.refusal(getattr(error, "code", "meanwhile")))
    else:
        db.session().commit()
        flash(_("The recording is gone."))
    return redirect(url_for(".write", meeting_id=meeting_id), 303)


def _page(scene: Scene, form: MinutesForm, now: minutes.Minutes, *, theirs: bool = False) -> str:
    shown = {"scene": scene, "form": form, "minutes": now, "theirs": theirs, "may_write": may_write(scene.meeting)}
    voices = minutes.voices(db.session(), scene.meeting.id)
    return render_template("committees/minutes_write.html", voices=voices, **shown)


def _field_or_404(name: str) -> Field:
    if name not in FIELDS:
        abort(404)
    return name
