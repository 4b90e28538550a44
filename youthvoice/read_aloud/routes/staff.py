"""Record what children hear, and check a tablet's own voice - HTTP only."""

from collections.abc import Callable, Mapping
from typing import Final

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _, ngettext

from youthvoice import context, db
from youthvoice.access import sessions
from youthvoice.access.guard import caller_log, cookie_name, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.clips import availability
from youthvoice.clips.audio_files import MAX_BYTES, MAX_CLIP_SECONDS, NotAClip
from youthvoice.clips.film_files import MAX_FILM_BYTES
from youthvoice.clips.labels import FILM_REFUSALS
from youthvoice.clips.store import keep_clip, remove_clip
from youthvoice.clips.text_collector import SpokenText, split_voice
from youthvoice.read_aloud import page_texts, status
from youthvoice.read_aloud.forms import ClipForm, FilmForm, VoicesForm
from youthvoice.sites.tablets.device import current_tablet
from youthvoice.sites.tablets.store import set_tablet_voices
from youthvoice.web import headers
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.uploads import AROUND_A_FILE, allow_larger

read_aloud_pages = StaffBlueprint("read_aloud", __name__, url_prefix="/staff", menu="questionnaires.index")


_MAX_SENT: Final = 5 * 1024 * 1024
"""Bytes of a film as a telephone makes it: the adult who brings it reads how large a film may be."""


def _is_film(values: Mapping[str, object]) -> bool:
    return bool(split_voice(str(values.get("language")))[1])


allow_larger(read_aloud_pages, MAX_BYTES + AROUND_A_FILE, "read_aloud.record")
allow_larger(read_aloud_pages, _MAX_SENT + AROUND_A_FILE, "read_aloud.record", _is_film)


@read_aloud_pages.app_template_filter("groupby_in_order")
def groupby_in_order(
    lines: list[status.TextStatus], part: Callable[[SpokenText], str]
) -> list[tuple[str, list[status.TextStatus]]]:
    """Group lines by the part they belong to; parts in the order in which they appear."""
    lines_by_part: dict[str, list[status.TextStatus]] = {}
    for line in lines:
        lines_by_part.setdefault(part(line.spoken_text), []).append(line)
    return list(lines_by_part.items())


@read_aloud_pages.context_processor
def _words() -> dict[str, object]:
    return {"say": status, "part_of": status.part_of, "split_voice": split_voice, "ngettext": ngettext}


def _scope_or_404(questionnaire_id: int, language: str = "") -> status.RecordingScope:
    slug = request.args.get("round", "")
    scope = status.find_scope(db.session(), questionnaire_id, current_caller().site_ids, context.now(), slug) or abort(
        404
    )
    if language and language not in scope.voices:
        abort(404)
    return scope


@read_aloud_pages.get("/aloud/<int:questionnaire_id>")
@permission_required("clips.record")
def index(questionnaire_id: int) -> ResponseReturnValue:
    """Show how many texts of each language are recorded."""
    scope = _scope_or_404(questionnaire_id)
    progress = [(code, *status.count_recorded(scope, code)) for code in scope.voices]
    return render_template("read_aloud/index.html", at=scope, far=progress)


@read_aloud_pages.get("/aloud/<int:questionnaire_id>/<language>")
@permission_required("clips.record")
def texts(questionnaire_id: int, language: str) -> ResponseReturnValue:
    """List every text of one language with its state."""
    scope = _scope_or_404(questionnaire_id, language)
    text_statuses, waiting = status.list_texts(db.session(), scope, language)
    template_values = {"at": scope, "code": language, "lines": text_statuses, "waiting": waiting}
    return render_template("read_aloud/texts.html", **template_values)


@read_aloud_pages.route("/aloud/<int:questionnaire_id>/<language>/<name>", methods=["GET", "POST"])
@permission_required("clips.record")
def record(questionnaire_id: int, language: str, name: str) -> ResponseReturnValue:
    """Record one text: speak, listen, repeat, save; or upload a file. A film is a file."""
    scope = _scope_or_404(questionnaire_id, language)
    text_statuses, _waiting = status.list_texts(db.session(), scope, language)
    line = next((line for line in text_statuses if line.spoken_text.name == name), None) or abort(404)
    is_film = bool(split_voice(language)[1])
    form = FilmForm() if is_film else ClipForm()
    if form.validate_on_submit():
        try:
            sound = form.sound.data.read(max(MAX_BYTES, MAX_FILM_BYTES) + 1)
            keep_clip(db.session(), line.spoken_text, sound, current_caller().handle, caller_log())
        except NotAClip as refused:
            if refused.code == "too_large":
                abort(413)
            form.sound.errors = [(FILM_REFUSALS if is_film else status.REFUSAL_LABELS)[refused.code]]
        else:
            db.session().commit()  # another request may read the list of clips now
            availability.forget_index()
            return _show_next(scope, language, text_statuses, name)
    return _recorder(scope, language, line, text_statuses, form)


def _show_next(
    scope: status.RecordingScope, language: str, text_statuses: list[status.TextStatus], name: str
) -> ResponseReturnValue:
    flash(_("Kept. Children can see it now.") if split_voice(language)[1] else _("Kept. Children can hear it now."))
    if following := status.next_name(text_statuses, name):
        return redirect(_address(".record", scope, language, following), 303)
    return redirect(_address(".texts", scope, language), 303)


def _address(endpoint: str, scope: status.RecordingScope, language: str, name: str | None = None) -> str:
    return url_for(endpoint, questionnaire_id=scope.id, language=language, name=name, round=scope.slug or None)


def _recorder(
    scope: status.RecordingScope,
    language: str,
    text_status: status.TextStatus,
    text_statuses: list[status.TextStatus],
    form: ClipForm | FilmForm,
) -> Response:
    """Show the recorder, the only page that may use the microphone."""
    template_values = {
        "at": scope,
        "code": language,
        "line": text_status,
        "lines": text_statuses,
        "form": form,
        "seconds": MAX_CLIP_SECONDS,
        "most_film": MAX_FILM_BYTES // 1024,
    }
    take = availability.clip_index().takes.get(text_status.spoken_text.name)
    page = render_template("read_aloud/record.html", take=take, removing=PlainForm(), **template_values)
    reply = make_response(page, 422 if form.errors else 200)
    reply.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return reply


@read_aloud_pages.post("/aloud/<int:questionnaire_id>/<language>/<name>/remove")
@permission_required("clips.record")
def remove(questionnaire_id: int, language: str, name: str) -> ResponseReturnValue:
    """Remove a clip: from now on nobody hears it."""
    scope = _scope_or_404(questionnaire_id, language)
    text_statuses, _waiting = status.list_texts(db.session(), scope, language)
    if not any(line.spoken_text.name == name for line in text_statuses):
        abort(404)
    remove_clip(db.session(), name, caller_log())
    db.session().commit()  # another request may read the list of clips now
    availability.forget_index()
    if split_voice(language)[1]:
        flash(_("The film is gone. Children no longer see it."))
    else:
        flash(_("The recording is gone. Children no longer hear it."))
    return redirect(_address(".record", scope, language, name), 303)


@read_aloud_pages.get("/aloud/clips/<name>/<take>")
@permission_required("questionnaires.see")
def listen(name: str, take: str) -> ResponseReturnValue:
    """Send a clip to staff who record it or check the screens."""
    return availability.clip_response(name, take)


@read_aloud_pages.route("/tablet-voice", methods=["GET", "POST"])
@permission_required("tablets.listen", menu="sites.list_tablets")
def check_tablet_voice() -> ResponseReturnValue:
    """Play each language with the tablet's own voice; save those that sound right, and sign out."""
    caller, tablet = current_caller(), current_tablet()
    if tablet is None or tablet.site.id not in caller.site_ids:
        return render_template("read_aloud/other_device.html")
    form = VoicesForm(voices=list(tablet.voices))
    form.offer(tablet.site.languages)
    if not form.validate_on_submit():
        sentences = page_texts.sample_sentences(db.session(), tablet.site.languages)
        page = render_template("read_aloud/tablet.html", form=form, at=tablet, samples=sentences)
        return page, 422 if form.errors else 200
    set_tablet_voices(db.session(), tablet.tablet_id, form.voices.data or [])
    caller_log().add(
        db.session(), "tablet.voices", f"{tablet.tablet_id} {' '.join(sorted(form.voices.data or []))}"[:120]
    )
    sessions.end(db.session(), caller.token)  # the tablet goes back to children, so nobody stays signed in
    reply = make_response(redirect("/language", 303))
    secure = not context.settings().development
    reply.delete_cookie(cookie_name(), httponly=True, samesite="Lax", secure=secure, path="/")
    return reply
