"""One report, and what can be done with it - HTTP only."""

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import db
from youthvoice.access.guard import log, needs, require
from youthvoice.grievances.actions import registry as every
from youthvoice.grievances.actions.access.recuse import STEP_BACK
from youthvoice.grievances.actions.base import Act, ActForm, Refused
from youthvoice.grievances.actions.child.answer import ANSWER
from youthvoice.grievances.actions.execute import perform
from youthvoice.grievances.actions.voice_field import MOST_BYTES
from youthvoice.grievances.case import opened_reports as visits
from youthvoice.grievances.case import timeline as talk
from youthvoice.grievances.case.context import Scene, scene
from youthvoice.grievances.report_page import first_look
from youthvoice.grievances.report_page import header as page
from youthvoice.grievances.report_page import letter_access as of_letters
from youthvoice.grievances.routes.public.tell import with_microphone
from youthvoice.privacy.crypto.sealing import CannotOpen
from youthvoice.privacy.keys.keyring import KeyGone
from youthvoice.threads.child_fields import MOST_SECONDS
from youthvoice.threads.readers.membership import LastReader, LeftOut
from youthvoice.threads.store import Meanwhile

_SOUNDS = ("audio/webm", "audio/ogg", "audio/mp4")
_ID_BYTES = 16

pages = Blueprint("report", __name__, url_prefix="/staff/reports")


@pages.url_value_preprocessor
def allow_a_voice(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Let an answer be larger than other forms; this runs before anything reads the form."""
    if endpoint == "report.act" and values and values["act"] == ANSWER.name:
        request.max_content_length = request.max_form_memory_size = MOST_BYTES


@pages.get("/<report>")
@needs("reports.read")
def one(report: str) -> ResponseReturnValue:
    """A report: in its envelope until the caller opens it; from then on, until she signs out, its page."""
    found = _scene_or_404(report)
    if not visits.is_open(found.id):
        return render_template("grievances/envelope.html", head=page.head(found), scene=found)
    return _whole(found, ANSWER.form.before(found))


@pages.post("/<report>")
@needs("reports.read")
def open_(report: str) -> ResponseReturnValue:
    """Open a report: note the first look and the opening."""
    _opens(_scene_or_404(report))
    return redirect(url_for("report.one", report=report), 303)


def _opens(found: Scene) -> None:
    session = db.session()
    try:
        first_look.look(session, found)
    except Meanwhile:  # two at once are one first look, and a clock that moved on is no reason to lose it
        session.rollback()
        found = _scene_or_404(found.id.hex())
        first_look.look(session, found)
    log().add(session, "report.open", found.id.hex())
    session.commit()
    visits.begin(found.id)


@pages.post("/<report>/voice/<entry>")
@needs("reports.read")
def listen(report: str, entry: str) -> ResponseReturnValue:
    """The sound of a voice message, a child's or an adult's; behind a button, kept nowhere."""
    found = _scene_or_404(report)
    said = next((each for each in found.said if each.id.hex() == entry and each.sound), None)
    if said is None or not visits.is_open(found.id):
        abort(404)
    kind = said.said.get("kind")
    return Response(said.sound, content_type=kind if kind in _SOUNDS else _SOUNDS[0])


@pages.route("/<report>/<act>", methods=["GET", "POST"])
@needs("reports.read")
def act(report: str, act: str) -> ResponseReturnValue:
    """Do something with a report; what was typed stays in the form when somebody else was faster.

    What comes from a page of an earlier sign-in, or of many reports ago, is no less hers: it opens the report anew.
    """
    chosen, found = every.called(act) or abort(404), _scene_or_404(report)
    if not visits.is_open(found.id):
        if request.method != "POST":
            return redirect(url_for("report.one", report=report), 303)
        _opens(found)
        found = _scene_or_404(report)
    if not chosen.possible(found):
        flash(_("This cannot be done with the report as it stands now."))
        return redirect(url_for("report.one", report=report), 303)
    known = chosen.known(db.session(), found, require())
    form = chosen.form.before(found, known)
    if form.validate_on_submit():
        if (refusal := _done(chosen, found, form, known)) is None:
            return redirect(_afterwards(chosen, report), 303)
        return _again(chosen, found, form, refusal)
    return _form(chosen, found, form), 400 if form.errors else 200


def _done(chosen: Act, found: Scene, form: ActForm, known: object) -> str | None:
    """Do it and commit; else who was faster, or empty where the form says what is wrong."""
    session = db.session()
    if found.did(form.form_number):
        flash(chosen.done)
        return None
    try:
        _refuse_if_changed(found, form)
        deed = chosen.deed(found, form, known)
        perform(session, log(), found, deed, form.form_number)
        of_letters.follow(session, require(), found, chosen, deed)
        session.commit()
    except Refused as error:
        form[error.field].errors = [*form[error.field].errors, error.words]
    except (LeftOut, LastReader):
        form.seen.errors = [str(_("This cannot be done with the report as it stands now."))]
    except Meanwhile:
        session.rollback()
        now = _scene_or_404(found.id.hex())
        return talk.who(now, now.since(form.stood)) or str(_("Somebody else"))
    else:
        flash(chosen.done)
        return None
    session.rollback()
    return ""


def _refuse_if_changed(found: Scene, form: ActForm) -> None:
    if found.since(form.stood):
        raise Meanwhile


def _again(chosen: Act, found: Scene, form: ActForm, faster: str) -> ResponseReturnValue:
    """The form once more with what was typed, made for the report as it stands now."""
    now = _scene_or_404(found.id.hex()) if faster else found
    form.is_now(now)
    return _form(chosen, now, form, faster), 409 if faster else 400


def _afterwards(chosen: Act, report: str) -> str:
    """Whoever stepped back has nothing to do with it any more."""
    if chosen is not STEP_BACK:
        return url_for("report.one", report=report)
    visits.end(bytes.fromhex(report))
    return url_for("reports.index")


def _form(chosen: Act, found: Scene, form: ActForm, faster: str = "") -> str | Response:
    if chosen is ANSWER:
        return _whole(found, form, faster)
    told = talk.pieces(found)
    return render_template(
        "grievances/act.html",
        act=chosen,
        shown=chosen.shows(found),
        scene=found,
        head=page.head(found),
        form=form,
        faster=faster,
        talk=told,
    )


def _whole(found: Scene, form: ActForm, faster: str = "") -> Response:
    """The report's page; the only one of staff reading reports that may ask for the microphone, to answer by voice."""
    whole = render_template(
        "grievances/report.html",
        scene=found,
        head=page.head(found),
        talk=talk.pieces(found),
        alarms=[one for one in (page.danger(found), page.stopping(found), page.alarm(found)) if one],
        steps=page.steps(found),
        acts=every.offered(found),
        form=form,
        faster=faster,
        seconds=MOST_SECONDS,
        most_bytes=MOST_BYTES,
    )
    reply = make_response(whole)
    return with_microphone(reply) if found.marks.answerable else reply


def _scene_or_404(report: str) -> Scene:
    """The report for the caller; 404 where there is none for her, 410 where it cannot be opened any more."""
    try:
        thread_id = bytes.fromhex(report)
    except ValueError:
        abort(404)
    if len(thread_id) != _ID_BYTES:
        abort(404)
    try:
        return scene(db.session(), require(), thread_id) or abort(404)
    except (CannotOpen, KeyGone):
        abort(410)
