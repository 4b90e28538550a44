"""Minutes on staff pages: write, speak, approve, add a note - HTTP only."""

from dataclasses import replace

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import permission_required
from youthvoice.committees.agenda.store import ItemChanged
from youthvoice.committees.meetings import forms, labels, minutes, rules
from youthvoice.committees.meetings.calendar import MeetingContext, meeting_or_404
from youthvoice.sites.forms import PlainForm
from youthvoice.web import headers
from youthvoice.web.i18n import languages

minutes_pages = Blueprint("minutes", __name__, url_prefix="/staff/meetings")


@minutes_pages.context_processor
def _words() -> dict[str, object]:
    return {"say": labels, "fields": rules.MINUTES_FIELDS, "pictures": rules.FIELD_PICTURES}


@minutes_pages.url_value_preprocessor
def allow_a_voice(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001 - Flask's
    """Let a voice be larger than other forms; this runs before anything reads the form."""
    if endpoint == "minutes.speak":
        request.max_content_length = request.max_form_memory_size = forms.MAX_VOICE_REQUEST_BYTES


@minutes_pages.route("/<int:meeting_id>/minutes", methods=["GET", "POST"])
@permission_required("committees.meet")
def write(meeting_id: int) -> ResponseReturnValue:
    """The three fields. Where somebody else wrote meanwhile, both versions stand side by side."""
    scene, form = meeting_or_404(meeting_id), forms.MinutesForm()
    session, keyring = db.session(), context.keyring()
    now = minutes.read(session, keyring, meeting_id)
    form.offer(scene.at.languages, languages.chosen(scene.at.languages))
    if request.method == "GET":
        if not rules.may_write_minutes(scene.meeting):
            flash(labels.meeting_refusal_label("locked" if rules.may_add_note(scene.meeting) else "not_held"))
            return redirect(url_for("meetings.detail", meeting_id=meeting_id), 303)
        form.show(now, scene.meeting)
    if not form.validate_on_submit():
        return _page(scene, form, now), 422 if form.errors else 200
    try:
        minutes.write(session, keyring, replace(scene.meeting, version=form.seen), form.minutes)
    except minutes.MinutesRefused as error:
        flash(labels.meeting_refusal_label(error.code))
        return _page(scene, form, now, theirs=True), 409
    except ItemChanged:
        form.version.data = str(scene.meeting.version)
        return _page(scene, form, now, theirs=True), 409
    session.commit()
    flash(_("The draft is kept. It counts once the children have said yes."))
    return redirect(url_for("meetings.detail", meeting_id=meeting_id), 303)


@minutes_pages.route("/<int:meeting_id>/minutes/approve", methods=["GET", "POST"])
@permission_required("committees.meet")
def approve(meeting_id: int) -> ResponseReturnValue:
    """The minutes are read out; so many children say yes."""
    scene, form = meeting_or_404(meeting_id), forms.ApproveMinutesForm()
    session, keyring = db.session(), context.keyring()
    if form.validate_on_submit():
        try:
            minutes.approve(session, keyring, scene.meeting, form.said_yes.data, scene.committee.quorum, scene.at.today)
        except minutes.MinutesRefused as error:
            form.said_yes.errors = [labels.meeting_refusal_label(error.code)]
        except ItemChanged:
            form.said_yes.errors = [labels.meeting_refusal_label("meanwhile")]
        else:
            session.commit()
            flash(_("The children said yes. From tomorrow only a note can be added."))
            return redirect(url_for("meetings.detail", meeting_id=meeting_id), 303)
    elif request.method == "GET" and scene.meeting.minutes != "draft":
        flash(labels.meeting_refusal_label("no_draft"))
        return redirect(url_for("meetings.detail", meeting_id=meeting_id), 303)
    said, spoken = minutes.read(session, keyring, meeting_id), minutes.voices(session, meeting_id)
    page = render_template("committees/minutes_approve.html", scene=scene, form=form, minutes=said, voices=spoken)
    return page, 422 if form.errors else 200


@minutes_pages.route("/<int:meeting_id>/minutes/note", methods=["GET", "POST"])
@permission_required("committees.meet")
def note(meeting_id: int) -> ResponseReturnValue:
    """Add a note to locked minutes."""
    scene, form = meeting_or_404(meeting_id), forms.MinutesNoteForm()
    if form.validate_on_submit():
        try:
            minutes.note(db.session(), context.keyring(), scene.meeting, form.words.data.strip(), scene.at.today)
        except minutes.MinutesRefused as error:
            form.words.errors = [labels.meeting_refusal_label(error.code)]
        except ItemChanged:
            form.words.errors = [labels.meeting_refusal_label("meanwhile")]
        else:
            db.session().commit()
            flash(_("The note is added. What was said before stays as it is."))
            return redirect(url_for("meetings.detail", meeting_id=meeting_id), 303)
    if not rules.may_add_note(scene.meeting):
        abort(404)
    return render_template("committees/minutes_note.html", scene=scene, form=form), 422 if form.errors else 200


@minutes_pages.route("/<int:meeting_id>/minutes/<name>/voice", methods=["GET", "POST"])
@permission_required("committees.meet")
def speak(meeting_id: int, name: str) -> ResponseReturnValue:
    """Say one field instead of writing it, or besides."""
    scene, field, form = meeting_or_404(meeting_id), _field_or_404(name), forms.MinutesVoiceForm()
    if form.validate_on_submit():
        sound, kind = form.sound.data, form.sound.kind
        try:
            minutes.speak(db.session(), context.keyring(), scene.meeting, field, sound, kind)
        except (minutes.MinutesRefused, ItemChanged) as error:
            form.sound.errors = [labels.meeting_refusal_label(getattr(error, "code", "meanwhile"))]
        else:
            db.session().commit()
            flash(_("The recording is kept. Children hear it with one tap."))
            return redirect(url_for(".write", meeting_id=meeting_id), 303)
    has = field in minutes.voices(db.session(), meeting_id)
    shown = {
        "scene": scene,
        "name": field,
        "form": form,
        "seconds": forms.MAX_VOICE_SECONDS,
        "has": has,
        "plain": PlainForm(),
    }
    answer = make_response(render_template("committees/minutes_voice.html", **shown), 422 if form.errors else 200)
    answer.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return answer


@minutes_pages.get("/<int:meeting_id>/minutes/<name>/sound")
@permission_required("committees.meet")
def listen(meeting_id: int, name: str) -> ResponseReturnValue:
    """The sound of one field."""
    scene, field = meeting_or_404(meeting_id), _field_or_404(name)
    found = minutes.voice(db.session(), context.keyring(), scene.meeting.id, field) or abort(404)
    answer = Response(found[0], content_type=found[1])
    answer.make_conditional(request, accept_ranges=True, complete_length=len(found[0]))
    return answer


@minutes_pages.post("/<int:meeting_id>/minutes/<name>/hush")
@permission_required("committees.meet")
def hush(meeting_id: int, name: str) -> ResponseReturnValue:
    """Take the voice of one field away."""
    scene, field = meeting_or_404(meeting_id), _field_or_404(name)
    if not PlainForm().validate_on_submit():
        abort(400)
    try:
        minutes.hush(db.session(), scene.meeting, field)
    except (minutes.MinutesRefused, ItemChanged) as error:
        flash(labels.meeting_refusal_label(getattr(error, "code", "meanwhile")))
    else:
        db.session().commit()
        flash(_("The recording is gone."))
    return redirect(url_for(".write", meeting_id=meeting_id), 303)


def _page(scene: MeetingContext, form: forms.MinutesForm, now: rules.Minutes, *, theirs: bool = False) -> str:
    shown = {
        "scene": scene,
        "form": form,
        "minutes": now,
        "theirs": theirs,
        "may_write": rules.may_write_minutes(scene.meeting),
    }
    voices = minutes.voices(db.session(), scene.meeting.id)
    return render_template("committees/minutes_write.html", voices=voices, **shown)


def _field_or_404(name: str) -> rules.MinutesField:
    if name not in rules.MINUTES_FIELDS:
        abort(404)
    return name
