"""Recording what children hear - HTTP only."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.clips import availability as shelf
from youthvoice.clips import responses as serving
from youthvoice.clips import store
from youthvoice.clips.audio_format import MOST_BYTES, MOST_SECONDS, NotAClip
from youthvoice.clips.text_collector import Heard
from youthvoice.read_aloud import labels as words
from youthvoice.read_aloud import scope as around
from youthvoice.read_aloud import status as states
from youthvoice.read_aloud.forms import ClipForm, RemoveForm
from youthvoice.read_aloud.scope import Around
from youthvoice.read_aloud.status import Line
from youthvoice.web import headers
from youthvoice.web.i18n import languages

pages = Blueprint("aloud", __name__, url_prefix="/staff/aloud")
_AROUND_A_FILE = 16 * 1024  # bytes that a form needs beside its file


@pages.url_value_preprocessor
def allow_a_clip(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001 - Flask's
    """Let a recording be larger than other forms; this runs before anything reads the form."""
    if endpoint == "aloud.record":
        request.max_content_length = request.max_form_memory_size = MOST_BYTES + _AROUND_A_FILE


pages.add_app_template_filter(languages.tag, "language_tag")
pages.add_app_template_filter(languages.direction, "language_direction")


@pages.app_template_filter("groupby_in_order")
def groupby_in_order(lines: list[Line], part: Callable[[Heard], str]) -> list[tuple[str, list[Line]]]:
    """Lines under the part they belong to; parts in the order in which they come."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(part(line.heard), []).append(line)
    return list(found.items())


@pages.context_processor
def _words() -> dict[str, object]:
    return {
        "say": words,
        "part_of": states.part,
        "ngettext": ngettext,
    }


def _found(questionnaire_id: int, language: str = "") -> Around:
    asked = request.args.get("round", "")
    found = around.around(db.session(), questionnaire_id, require().site_ids, running.now(), asked) or abort(404)
    if language and language not in found.questions.languages:
        abort(404)
    return found


@pages.get("/<int:questionnaire_id>")
@needs("clips.record")
def index(questionnaire_id: int) -> ResponseReturnValue:
    """How far each language is."""
    found = _found(questionnaire_id)
    far = [(code, *around.how_far(found, code)) for code in found.questions.languages]
    return render_template("aloud/index.html", at=found, far=far)


@pages.get("/<int:questionnaire_id>/<language>")
@needs("clips.record")
def texts(questionnaire_id: int, language: str) -> ResponseReturnValue:
    """Every text of one language with its state."""
    found = _found(questionnaire_id, language)
    listed, waiting = around.listed(db.session(), found, language)
    shown = {"at": found, "code": language, "lines": listed, "waiting": waiting}
    return render_template("aloud/texts.html", **shown)


@pages.route("/<int:questionnaire_id>/<language>/<name>", methods=["GET", "POST"])
@needs("clips.record")
def record(questionnaire_id: int, language: str, name: str) -> ResponseReturnValue:
    """Record one text: speak, listen, again, keep; or bring a file."""
    found = _found(questionnaire_id, language)
    listed, _waiting = around.listed(db.session(), found, language)
    line = next((one for one in listed if one.heard.name == name), None) or abort(404)
    form = ClipForm()
    if form.validate_on_submit():
        try:
            store.keep(db.session(), line.heard, form.sound.data.read(MOST_BYTES + 1), require().handle, log())
        except NotAClip as refused:
            if refused.code == "too_large":
                abort(413)
            form.sound.errors = [words.not_a_clip(refused.code)]
        else:
            db.session().commit()
            shelf.look_again()
            return _kept(found, language, listed, name)
    return _recorder(found, language, line, listed, form)


def _kept(found: Around, language: str, listed: list[Line], name: str) -> ResponseReturnValue:
    flash(_("Kept. Children can hear it now."))
    if following := states.next_name(listed, name):
        return redirect(_address(".record", found, language, following), 303)
    return redirect(_address(".texts", found, language), 303)


def _address(endpoint: str, found: Around, language: str, name: str | None = None) -> str:
    return url_for(endpoint, questionnaire_id=found.id, language=language, name=name, round=found.slug or None)


def _recorder(found: Around, language: str, line: Line, listed: list[Line], form: ClipForm) -> Response:
    """The only page of the house that may use the microphone."""
    shown = {"at": found, "code": language, "line": line, "lines": listed, "form": form, "seconds": MOST_SECONDS}
    take = shelf.known().takes.get(line.heard.name)
    page = render_template("aloud/record.html", take=take, removing=RemoveForm(), **shown)
    reply = make_response(page, 422 if form.errors else 200)
    reply.headers["Permissions-Policy"] = headers.WITH_MICROPHONE
    return reply


@pages.post("/<int:questionnaire_id>/<language>/<name>/remove")
@needs("clips.record")
def remove(questionnaire_id: int, language: str, name: str) -> ResponseReturnValue:
    """Let a clip go: from now on nobody hears it."""
    found = _found(questionnaire_id, language)
    listed, _waiting = around.listed(db.session(), found, language)
    if not any(line.heard.name == name for line in listed):
        abort(404)
    store.remove(db.session(), name, log())
    db.session().commit()
    shelf.look_again()
    flash(_("The recording is gone. Children no longer hear it."))
    return redirect(_address(".record", found, language, name), 303)


@pages.get("/clips/<name>/<take>")
@needs("questionnaires.see")
def listen(name: str, take: str) -> ResponseReturnValue:
    """A clip, for whoever recorded it or looks at the screens."""
    return serving.answer(name, take)
