"""Questionnaires: list, import, export, look at the real screens, approve - HTTP only."""

from collections.abc import Iterable
from io import BytesIO

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context as running
from youthvoice import db
from youthvoice.access.guard import current, log, needs, require
from youthvoice.accounts.store import names
from youthvoice.sites import store as places
from youthvoice.surveys.choices.picture_library import shelf
from youthvoice.surveys.models import StoredQuestionnaire
from youthvoice.surveys.questionnaires import revision, starters
from youthvoice.surveys.questionnaires.importer import LARGEST, left_out, read_for_an_advocate, unsure
from youthvoice.surveys.questionnaires.near_copies import Near
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.revision_form import RevisionForm
from youthvoice.surveys.questionnaires.validation import error_labels as fault_words
from youthvoice.surveys.questionnaires.validation.errors import Fault, Refused, faults_from_data
from youthvoice.surveys.questionnaires.validation.limits import warnings
from youthvoice.surveys.responses import preview as previewing
from youthvoice.surveys.rounds import labels as page_words
from youthvoice.surveys.rounds import store
from youthvoice.surveys.rounds.forms import ApproveForm, ImportForm, UseForm
from youthvoice.web.i18n.languages import LANGUAGES

pages = Blueprint("questionnaires", __name__, url_prefix="/staff/questionnaires")
_AROUND_A_FILE = 16 * 1024  # bytes that a form needs beside its file
_LOOKED_AT = frozenset({"ages_made", "bins_made", "pictures_missing"})  # notes about what this page lets her choose
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.url_value_preprocessor
def allow_a_large_file(endpoint: str | None, values: dict[str, object] | None) -> None:  # noqa: ARG001 - Flask's
    """Let the import alone be large, for who may import; this runs before anything reads the form."""
    caller = current() if endpoint == "questionnaires.hand_in" else None
    if caller and caller.may("questionnaires.import"):
        # a parser may have to hold much of a packed file at once before it finds the end of the part
        request.max_content_length = request.max_form_memory_size = LARGEST + _AROUND_A_FILE


@pages.app_template_filter("language_name")
def language_name(code: str) -> str:
    """A language in its own script; its code where the house does not know it."""
    return LANGUAGES[code].name if code in LANGUAGES else code


@pages.context_processor
def _words() -> dict[str, object]:
    caller = current()
    return {
        "kind_words": page_words.kind,
        "purpose_words": page_words.purpose,
        "say": fault_words.say,
        "may": caller.may if caller else None,
    }


@pages.get("/")
@needs("questionnaires.see")
def index() -> ResponseReturnValue:
    """The newest version of every questionnaire, and the shelf of those that nobody took from it yet."""
    found = store.newest_versions(db.session())
    listed = [(stored, store.questionnaire(db.session(), stored.id)) for stored in found]
    kept = store.digests(db.session())
    ours = [one for one in map(starters.starter, starters.names()) if one.digest not in kept]
    return render_template("surveys/questionnaires.html", listed=listed, shelf=ours, use=UseForm())


def _starter(name: str) -> Questionnaire:
    try:
        return starters.starter(name)
    except KeyError:
        abort(404)


@pages.get("/shelf/<name>/preview/<language>")
@needs("questionnaires.see")
def starter_preview(name: str, language: str) -> ResponseReturnValue:
    """The screens of a questionnaire of the shelf as a child sees them; nothing is kept."""
    questions = _starter(name)
    return _preview(previewing.as_if_kept(questions), questions, language)


@pages.post("/shelf/<name>/use")
@needs("questionnaires.import")
def use_starter(name: str) -> ResponseReturnValue:
    """Take a questionnaire from the shelf: it is kept as the next version and waits for an advocate."""
    questions = _starter(name)
    if not UseForm().validate_on_submit():
        return redirect(url_for(".index", _anchor="shelf"))
    return _keep(questions)


def _keep(questions: Questionnaire, notes: Iterable[Fault] = ()) -> ResponseReturnValue:
    caller, day = require(), running.today()
    stored = store.add_questionnaire(db.session(), questions, caller.handle, day, log(), notes=notes)
    db.session().commit()
    flash(_("%(name)s is kept as version %(version)s.", name=stored.name, version=stored.version))
    return redirect(url_for(".one", questionnaire_id=stored.id))


@pages.route("/import", methods=["GET", "POST"])
@needs("questionnaires.import")
def hand_in() -> ResponseReturnValue:
    """Take a file; keep it, or say everything that is wrong with it."""
    form, name = ImportForm(), ""
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()  # an advocate decides about these; there is nothing to put right
    if form.validate_on_submit():
        name = form.file.data.filename or ""
        try:
            read = read_for_an_advocate(form.file.data.read(LARGEST + 1), name)
        except Refused as refused:
            faults = tuple(one for one in refused.faults if one.code != "asks_who")
            doubts = tuple(one for one in refused.faults if one.code == "asks_who")
        else:
            return _keep(read.questionnaire, left_out(read))
    status = 422 if form.errors or faults else 200
    return render_template("surveys/import.html", form=form, file=name, faults=faults, doubts=doubts), status


def _stored(questionnaire_id: int) -> StoredQuestionnaire:
    return store.stored_questionnaire(db.session(), questionnaire_id) or abort(404)


def _notes(stored: StoredQuestionnaire) -> tuple[Fault, ...]:
    return warnings(store.questionnaire(db.session(), stored.id))


@pages.get("/<int:questionnaire_id>")
@needs("questionnaires.see")
def one(questionnaire_id: int) -> ResponseReturnValue:
    """One version: its questions, its screens, what to look at."""
    stored = _stored(questionnaire_id)
    questions = store.questionnaire(db.session(), stored.id)
    approver = names(db.session(), [stored.approved_by]).get(stored.approved_by) if stored.approved_by else ""
    return render_template(
        "surveys/questionnaire.html",
        stored=stored,
        questions=questions,
        approver=approver,
        versions=store.versions(db.session(), stored.name),
        notes=_notes(stored),
        left_out=faults_from_data(stored.notes or ()),
        newest=store.latest(db.session(), stored.name) is stored,
        unsure=unsure(questions),
    )


@pages.route("/<int:questionnaire_id>/revise", methods=["GET", "POST"])
@needs("questionnaires.import")
def revise(questionnaire_id: int) -> ResponseReturnValue:
    """Look through the newest version: ages, pictures, the good side, ranges; what is changed makes the next one."""
    stored = _stored(questionnaire_id)
    questions = store.questionnaire(db.session(), stored.id)
    newest = store.latest(db.session(), stored.name) or stored
    if questions.purpose == "choice":
        abort(404)
    if newest is not stored and request.method == "GET":
        return redirect(url_for(".revise", questionnaire_id=newest.id))
    language = require().language
    form = RevisionForm.of(questions, language if language in questions.languages else questions.languages[0])
    if form.validate_on_submit():
        if newest is stored and (kept := _revised(form, stored, questions)):
            return kept
        if newest is not stored:
            form.form_errors = [_("Somebody kept a newer version meanwhile. Look through that one.")]
    page = {"stored": stored, "questions": questions, "form": form, "shelf": shelf()}
    left_out = faults_from_data(stored.notes or ())
    return render_template("surveys/revise.html", **page, left_out=left_out), 422 if request.method == "POST" else 200


def _revised(form: RevisionForm, stored: StoredQuestionnaire, questions: Questionnaire) -> ResponseReturnValue | None:
    """Keep what was chosen; None where it does not fit together, which the form says then."""
    made = revision.revised(questions, form.ages.data, form.chosen())
    form.form_errors = [fault_words.say(one) for one in revision.faults(made)]
    notes = (one for one in faults_from_data(stored.notes or ()) if one.code not in _LOOKED_AT)
    return None if form.form_errors else _keep(made, notes)


@pages.get("/template.xlsx")
@needs("questionnaires.import")
def template() -> ResponseReturnValue:
    """A workbook to begin with: every column, one row for each kind of question."""
    from youthvoice.surveys.questionnaires.xlsform.template import write_template  # noqa: PLC0415 - openpyxl is large, this is rare

    return send_file(BytesIO(write_template()), _XLSX, as_attachment=True, download_name="questionnaire.xlsx")


@pages.get("/<int:questionnaire_id>/export.xlsx")
@needs("questionnaires.see")
def export(questionnaire_id: int) -> ResponseReturnValue:
    """The questionnaire as an XLSForm workbook."""
    stored = _stored(questionnaire_id)
    from youthvoice.surveys.questionnaires.xlsform.writer import write_xlsform  # noqa: PLC0415 - openpyxl is large, exports rare

    book = write_xlsform(store.questionnaire(db.session(), stored.id))
    return send_file(BytesIO(book), _XLSX, as_attachment=True, download_name=f"{stored.name}.xlsx")


@pages.get("/<int:questionnaire_id>/preview/<language>")
@needs("questionnaires.see")
def preview(questionnaire_id: int, language: str) -> ResponseReturnValue:
    """The screens as a child sees them; they cannot send."""
    stored = _stored(questionnaire_id)
    return _preview(stored, store.questionnaire(db.session(), stored.id), language)


def _preview(stored: StoredQuestionnaire, questions: Questionnaire, language: str) -> ResponseReturnValue:
    sites = places.sites_of(db.session(), require().site_ids)
    if language not in questions.languages or not sites:
        abort(404)
    return previewing.page(stored, questions, places.facts(sites[0]), language, running.now())


@pages.route("/<int:questionnaire_id>/approve", methods=["GET", "POST"])
@needs("questionnaires.approve")
def approve(questionnaire_id: int) -> ResponseReturnValue:
    """An advocate looks at the screens and says yes; for good."""
    stored = _stored(questionnaire_id)
    questions = store.questionnaire(db.session(), stored.id)
    form = ApproveForm()
    doubtful = [(name, _text(questions.question(name))) for name in unsure(questions)]
    form.ask_about(doubtful)
    if form.validate_on_submit():
        caller = require()
        for name, _said in doubtful:
            log().add(db.session(), "questionnaire.not_who", f"{store.called(stored)} {name}"[:120])
        store.approve(db.session(), stored, caller.person_id, running.today(), log())
        db.session().commit()
        flash(_("%(name)s may be used in rounds now.", name=stored.name))
        return redirect(url_for(".one", questionnaire_id=stored.id))
    shown = {"stored": stored, "questions": questions, "form": form, "notes": _notes(stored), "near": _near(questions)}
    shown["left_out"] = faults_from_data(stored.notes or ())
    return render_template("surveys/approve.html", **shown), 422 if form.errors else 200


def _near(questions: Questionnaire) -> tuple[Near, ...]:
    """What is nearly a question that children at the caller's sites were asked."""
    sites = places.sites_of(db.session(), require().site_ids)
    return store.nearly_asked(db.session(), questions, require().site_ids, sites[0].time_zone if sites else "UTC")


def _text(question: object) -> str:
    words = getattr(question, "text", {})
    return str(words.get("en") or next(iter(words.values()), ""))
