"""Minutes on staff pages: write, speak, approve, add a note - HTTP only."""

from dataclasses import replace

from flask import Blueprint, Response, abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import permission_required
from youthvoice.committees.meetings import forms, labels, minutes, rules
from youthvoice.committees.meetings.calendar import MeetingContext, commit_or_refuse, meeting_or_404
from youthvoice.sites.forms import PlainForm
from youthvoice.threads.child_fields import MAX_VOICE_SECONDS
from youthvoice.web import headers
from youthvoice.web.form_page import show_form
from youthvoice.web.i18n import languages
from youthvoice.web.uploads import allow_larger

minutes_pages = Blueprint("minutes", __name__, url_prefix="/staff/meetings")


@minutes_pages.context_processor
def _words() -> dict[str, object]:
    return {"say": labels, "fields": rules.MINUTES_FIELDS, "pictures": rules.FIELD_PICTURES}


allow_larger(minutes_pages, forms.MAX_VOICE_REQUEST_BYTES, "minutes.speak")


@minutes_pages.route("/<int:meeting_id>/minutes", methods=["GET", "POST"])
@permission_required("committees.meet")
def write(meeting_id: int) -> ResponseReturnValue:
    """The three fields. Where somebody else wrote meanwhile, both versions stand side by side."""
    scene, form = meeting_or_404(meeting_id), forms.MinutesForm()
    session = db.session()
    now = minutes.read(session, meeting_id)
    form.offer(scene.at.languages, languages.chosen(scene.at.languages))
    if request.method == "GET":
        if not rules.may_write_minutes(scene.meeting):
            return _back(meeting_id, labels.MEETING_REFUSALS[rules.why_not_written(scene.meeting)])
        form.show(now, scene.meeting)
    if not form.validate_on_submit():
        return _page(scene, form, now)
    seen = replace(scene.meeting, version=form.seen)
    if why := commit_or_refuse(lambda: minutes.write(session, seen, form.minutes)):
        if why == "meanwhile":
            form.version.data = str(scene.meeting.version)
        else:
            flash(str(labels.MEETING_REFUSALS[why]))
        return _page(scene, form, now, theirs=True)[0], 409
    return _back(meeting_id, _("The draft is kept. It counts once the children have said yes."))


@minutes_pages.route("/<int:meeting_id>/minutes/approve", methods=["GET", "POST"])
@permission_required("committees.meet")
def approve(meeting_id: int) -> ResponseReturnValue:
    """The minutes are read out; so many children say yes."""
    scene, form = meeting_or_404(meeting_id), forms.ApproveMinutesForm()
    session, meeting = db.session(), scene.meeting
    if form.validate_on_submit():
        said_yes, quorum = form.said_yes.data, scene.committee.quorum
        why = commit_or_refuse(lambda: minutes.approve(session, meeting, said_yes, quorum, scene.at.today))
        if not why:
            return _back(meeting_id, _("The children said yes. From tomorrow only a note can be added."))
        form.said_yes.errors = [labels.MEETING_REFUSALS[why]]
    elif request.method == "GET" and meeting.minutes != "draft":
        return _back(meeting_id, labels.MEETING_REFUSALS["no_draft"])
    said, spoken = minutes.read(session, meeting_id), minutes.voices(session, meeting_id)
    return show_form("committees/minutes/approve.html", form, scene=scene, minutes=said, voices=spoken)


@minutes_pages.route("/<int:meeting_id>/minutes/note", methods=["GET", "POST"])
@permission_required("committees.meet")
def note(meeting_id: int) -> ResponseReturnValue:
    """Add a note to locked minutes."""
    scene, form = meeting_or_404(meeting_id), forms.MinutesNoteForm()
    if form.validate_on_submit():
        words = form.words.data.strip()
        why = commit_or_refuse(lambda: minutes.note(db.session(), scene.meeting, words, scene.at.today))
        if not why:
            return _back(meeting_id, _("The note is added. What was said before stays as it is."))
        form.words.errors = [labels.MEETING_REFUSALS[why]]
    if not rules.may_add_note(scene.meeting):
        abort(404)
    return show_form("committees/minutes/note.html", form, scene=scene)


@minutes_pages.route("/<int:meeting_id>/minutes/<name>/voice", methods=["GET", "POST"])
@permission_required("committees.meet")
def speak(meeting_id: int, name: str) -> ResponseReturnValue:
    """Say one field instead of writing it, or besides."""
    scene, field, form = meeting_or_404(meeting_id), _field_or_404(name), forms.MinutesVoiceForm()
    if form.validate_on_submit():
        sound, kind = form.sound.data, form.sound.kind
        why = commit_or_refuse(lambda: minutes.speak(db.session(), scene.meeting, field, sound, kind))
        if not why:
            flash(_("The recording is kept. Children hear it with one tap."))
            return redirect(url_for(".write", meeting_id=meeting_id), 303)
        form.sound.errors = [labels.MEETING_REFUSALS[why]]
    shown = {"scene": scene, "name": field, "seconds": MAX_VOICE_SECONDS, "plain": PlainForm()}
    has = field in minutes.voices(db.session(), meeting_id)
    answer = make_response(*show_form("committees/minutes/voice.html", form, has=has, **shown))
    answer.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return answer


@minutes_pages.get("/<int:meeting_id>/minutes/<name>/sound")
@permission_required("committees.meet")
def listen(meeting_id: int, name: str) -> ResponseReturnValue:
    """The sound of one field."""
    scene, field = meeting_or_404(meeting_id), _field_or_404(name)
    found = minutes.voice(db.session(), scene.meeting.id, field) or abort(404)
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
    why = commit_or_refuse(lambda: minutes.hush(db.session(), scene.meeting, field))
    flash(str(labels.MEETING_REFUSALS[why]) if why else _("The recording is gone."))
    return redirect(url_for(".write", meeting_id=meeting_id), 303)


def _back(meeting_id: int, words: object) -> ResponseReturnValue:
    flash(str(words))
    return redirect(url_for("meetings.detail", meeting_id=meeting_id), 303)


def _page(
    scene: MeetingContext, form: forms.MinutesForm, now: rules.Minutes, *, theirs: bool = False
) -> tuple[str, int]:
    voices, may = minutes.voices(db.session(), scene.meeting.id), rules.may_write_minutes(scene.meeting)
    shown = {"scene": scene, "minutes": now, "theirs": theirs, "may_write": may, "voices": voices}
    return show_form("committees/minutes/write.html", form, **shown)


def _field_or_404(name: str) -> rules.MinutesField:
    if name not in rules.MINUTES_FIELDS:
        abort(404)
    return name
