"""Questionnaires: list, import, export, preview, approve, send back, withdraw - HTTP only."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Final

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_if_any, caller_log, current_caller, permission_required
from youthvoice.accounts.store import find_person_by_handle, names_of_people
from youthvoice.errors import ConcurrentUpdate
from youthvoice.sites.store import list_sites
from youthvoice.surveys.models import QuestionnaireRow
from youthvoice.surveys.questionnaires import forms, importer, store
from youthvoice.surveys.questionnaires.drafts.import_carrier import MAX_CARRIED, carry, unpack
from youthvoice.surveys.questionnaires.drafts.labels import version_changes
from youthvoice.surveys.questionnaires.drafts.store import list_drafts, list_drafts_of_others
from youthvoice.surveys.questionnaires.errors import (
    QuestionnaireFault,
    QuestionnaireRefused,
    faults_from_data,
    is_left_out,
)
from youthvoice.surveys.questionnaires.labels import KIND_LABELS, PURPOSE_LABELS, fault_message, language_label
from youthvoice.surveys.questionnaires.own_pictures.store import list_proposed
from youthvoice.surveys.questionnaires.question_identity import NearCopy
from youthvoice.surveys.questionnaires.questionnaire import FEEDBACK, ImportedFile, Questionnaire, english_first
from youthvoice.surveys.questionnaires.toml_file.toml_writer import file_shape, write_toml
from youthvoice.surveys.questionnaires.wording_rules import DOUBTS, asks_who, size_warnings
from youthvoice.surveys.responses.preview import render_preview, unsaved_questionnaire
from youthvoice.surveys.rounds.entities import EXEMPT
from youthvoice.surveys.rounds.store import find_near_copies
from youthvoice.surveys.routes.staff import questionnaires_pages
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import UNPROCESSABLE, show_form
from youthvoice.web.graphics.picture_addresses import list_withdrawn
from youthvoice.web.i18n.languages import LANGUAGES
from youthvoice.web.uploads import AROUND_A_FILE, allow_larger

TOML: Final = "application/toml"

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def may_import(_values: Mapping[str, object]) -> bool:
    """Whether the user may upload large files."""
    caller = caller_if_any()
    return caller is not None and caller.may("questionnaires.import")


# Only for somebody who may import: the parser may hold much of a packed file in memory before it finds its end.
allow_larger(
    questionnaires_pages, importer.MAX_FILE_BYTES + AROUND_A_FILE, "questionnaires.import_file", when=may_import
)
allow_larger(questionnaires_pages, MAX_CARRIED + AROUND_A_FILE, "questionnaires.confirm_import", when=may_import)


@questionnaires_pages.app_template_filter("language_name")
def language_name(code: str) -> str:
    """The name of a language in its own script; in the reader's language where the pages do not support it."""
    return LANGUAGES[code].name if code in LANGUAGES else language_label(code)


@questionnaires_pages.context_processor
def _words() -> dict[str, object]:
    return {
        "kind_labels": KIND_LABELS,
        "purpose_labels": PURPOSE_LABELS,
        "say": fault_message,
        "label_of": language_label,
        "withdrawn_pictures": list_withdrawn,
        "proposed_pictures": lambda: list_proposed(db.session()),
    }


@questionnaires_pages.get("/")
@permission_required("questionnaires.see")
def index() -> ResponseReturnValue:
    """List the newest version of every questionnaire, and the starters that nobody took yet."""
    session = db.session()
    rows = sorted(store.list_newest_versions(session), key=lambda questionnaire_row: not _is_open(questionnaire_row))
    versions = [
        (questionnaire_row, store.load_questionnaire(session, questionnaire_row.id)) for questionnaire_row in rows
    ]
    of_choices = [version for version in versions if version[1].purpose in EXEMPT and not _is_open(version[0])]
    digests = store.list_digests(session)
    languages_here = _languages_of_caller()
    starters = [store.load_starter(name, languages_here) for name in store.starter_names()]
    return render_template(
        "surveys/questionnaires/index.html",
        listed=[version for version in versions if version not in of_choices],
        of_choices=of_choices,
        shelf=[each for each in starters if each.digest not in digests and each.purpose != FEEDBACK],
        use=PlainForm(),
        drafts=list_drafts(session, current_caller().person_id),
        today=context.today(),
    )


def _is_open(questionnaire_row: QuestionnaireRow) -> bool:
    """Whether somebody has to act on it."""
    return questionnaire_row.waits or questionnaire_row.is_back


def _languages_of_caller() -> frozenset[str]:
    sites = list_sites(db.session(), current_caller().site_ids)
    return frozenset(code for site in sites for code in site.languages)


def _starter(name: str) -> Questionnaire:
    """A starter in every language that a site of the caller offers, as far as it is translated."""
    try:
        return store.load_starter(name, _languages_of_caller())
    except KeyError:
        abort(404)


@questionnaires_pages.get("/shelf/<name>/preview/<language>")
@permission_required("questionnaires.see")
def starter_preview(name: str, language: str) -> ResponseReturnValue:
    """Preview a starter's screens as a child sees them; nothing is stored."""
    questionnaire = _starter(name)
    return show_preview(unsaved_questionnaire(questionnaire), questionnaire, language)


@questionnaires_pages.post("/shelf/<name>/use")
@permission_required("questionnaires.import")
def use_starter(name: str) -> ResponseReturnValue:
    """Take a starter: it is stored as the next version and waits for an advocate."""
    questionnaire = _starter(name)
    if not PlainForm().validate_on_submit():
        return redirect(url_for(".index", _anchor="shelf"))
    return _store_and_show(questionnaire)


def _store_and_show(questionnaire: Questionnaire, notes: Iterable[QuestionnaireFault] = ()) -> ResponseReturnValue:
    handle, day = current_caller().handle, context.today()
    questionnaire_row = store.add_questionnaire(db.session(), questionnaire, handle, day, caller_log(), notes=notes)
    flash(_("%(name)s is kept as version %(version)s.", name=questionnaire_row.name, version=questionnaire_row.version))
    return redirect(url_for(".detail", questionnaire_id=questionnaire_row.id))


@questionnaires_pages.route("/import", methods=["GET", "POST"])
@permission_required("questionnaires.import")
def import_file() -> ResponseReturnValue:
    """Import a file: store it, list all its faults, or ask whether to leave rows out."""
    form, name = forms.ImportQuestionnaireForm(), ""
    faults: tuple[QuestionnaireFault, ...] = ()
    doubts: tuple[QuestionnaireFault, ...] = ()  # an advocate decides about these; there is nothing to correct
    if form.validate_on_submit():
        name = form.file.data.filename or ""
        try:
            data = form.file.data.read(importer.MAX_FILE_BYTES + 1)
            file = importer.read_for_an_advocate(data, name, leave_out=form.leave_out.data)
            if form.leave_out.data and any(map(is_left_out, file.notes)):
                return _ask_before_leaving_out(file)
        except QuestionnaireRefused as refused:
            faults = tuple(fault for fault in refused.faults if fault.code not in DOUBTS)
            doubts = tuple(fault for fault in refused.faults if fault.code in DOUBTS)
        else:
            return _store_and_show(file.questionnaire, importer.notes_of_import(file))
    status = 422 if form.errors or faults else 200
    return render_template(
        "surveys/questionnaires/import.html", form=form, file=name, faults=faults, doubts=doubts
    ), status


def _ask_before_leaving_out(file: ImportedFile) -> ResponseReturnValue:
    """List every row that is left out; nothing is stored before the user confirms."""
    notes = importer.notes_of_import(file)
    form = forms.ConfirmImportForm(formdata=None, carried=carry(file, current_caller().handle))
    return render_template(
        "surveys/questionnaires/import_check.html",
        form=form,
        questions=file.questionnaire,
        left_out=[fault for fault in notes if is_left_out(fault)],
        made_up=[fault for fault in notes if not is_left_out(fault)],
    )


@questionnaires_pages.post("/import/confirm")
@permission_required("questionnaires.import")
def confirm_import() -> ResponseReturnValue:
    """Store the questionnaire that the user saw, without the rows that were left out."""
    form = forms.ConfirmImportForm()
    file = unpack(form.carried.data or "", current_caller().handle) if form.validate_on_submit() else None
    if file is None:
        flash(_("This page was open too long. Choose the file once more."), "note")
        return redirect(url_for(".import_file"))
    return _store_and_show(file.questionnaire, importer.notes_of_import(file))


def _find_or_404(questionnaire_id: int, *, to_change: bool = False) -> QuestionnaireRow:
    return store.find_stored_questionnaire(db.session(), questionnaire_id, to_change=to_change) or abort(404)


@questionnaires_pages.get("/<int:questionnaire_id>")
@permission_required("questionnaires.see")
def detail(questionnaire_id: int) -> ResponseReturnValue:
    """Show one version: its questions, its screens, its warnings."""
    questionnaire_row, session, caller = _find_or_404(questionnaire_id), db.session(), current_caller()
    questionnaire = store.load_questionnaire(session, questionnaire_row.id)
    is_newest = store.latest_version(session, questionnaire_row.name) is questionnaire_row
    may_revise = is_newest and questionnaire.purpose != "choice" and caller.may("questionnaires.import")
    own_drafts = [
        draft for draft in list_drafts(session, caller.person_id) if draft.is_revision_of(questionnaire_row.name)
    ]
    other_drafts = list_drafts_of_others(session, questionnaire_row.name, caller.person_id) if may_revise else []
    people = [questionnaire_row.approved_by, questionnaire_row.back_by, *(draft.person_id for draft in other_drafts)]
    names = names_of_people(session, [person_id for person_id in people if person_id])
    may_withdraw = _may_withdraw(questionnaire_row)
    return render_template(
        "surveys/questionnaires/questionnaire.html",
        stored=questionnaire_row,
        questions=questionnaire,
        approver=names.get(questionnaire_row.approved_by or 0, ""),
        back_by=names.get(questionnaire_row.back_by or 0, ""),
        withdrawing=PlainForm() if may_withdraw else None,
        versions=store.list_versions(session, questionnaire_row.name),
        notes=size_warnings(questionnaire),
        left_out=faults_from_data(questionnaire_row.notes or ()),
        use=PlainForm() if may_revise else None,
        own_draft=own_drafts[0] if may_revise and own_drafts else None,
        others=[(names[draft.person_id], draft.changed_on) for draft in other_drafts],
        unsure=importer.doubtful_questions(questionnaire),
        abuse=importer.abuse_questions(questionnaire),
    )


@questionnaires_pages.get("/template.xlsx")
@permission_required("questionnaires.import")
def template() -> ResponseReturnValue:
    """Download a template workbook: every column, one row for each kind of question."""
    from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_template  # noqa: PLC0415 - openpyxl is large, this is rare

    return send_file(BytesIO(write_template()), XLSX, as_attachment=True, download_name="questionnaire.xlsx")


@questionnaires_pages.get("/<int:questionnaire_id>/export.xlsx")
@permission_required("questionnaires.see")
def export(questionnaire_id: int) -> ResponseReturnValue:
    """Download the questionnaire as an XLSForm workbook."""
    questionnaire_row = _find_or_404(questionnaire_id)
    from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_xlsform  # noqa: PLC0415 - openpyxl is large, exports rare

    book = write_xlsform(store.load_questionnaire(db.session(), questionnaire_row.id))
    return send_file(BytesIO(book), XLSX, as_attachment=True, download_name=f"{questionnaire_row.name}.xlsx")


@questionnaires_pages.get("/<int:questionnaire_id>/export.toml")
@permission_required("questionnaires.see")
def export_toml(questionnaire_id: int) -> ResponseReturnValue:
    """Download the questionnaire as a TOML file."""
    questionnaire_row = _find_or_404(questionnaire_id)
    data = write_toml(file_shape(store.load_questionnaire(db.session(), questionnaire_row.id))).encode()
    return send_file(BytesIO(data), TOML, as_attachment=True, download_name=f"{questionnaire_row.name}.toml")


@questionnaires_pages.get("/<int:questionnaire_id>/preview/<language>")
@permission_required("questionnaires.see")
def preview(questionnaire_id: int, language: str) -> ResponseReturnValue:
    """Preview the screens as a child sees them; they cannot be sent."""
    questionnaire_row = _find_or_404(questionnaire_id)
    return show_preview(questionnaire_row, store.load_questionnaire(db.session(), questionnaire_row.id), language)


def show_preview(
    questionnaire_row: QuestionnaireRow, questionnaire: Questionnaire, language: str, *, alone: bool = False
) -> str:
    """The screens as children of the caller's first site see them; 404 in a language that the questionnaire lacks."""
    sites = list_sites(db.session(), current_caller().site_ids)
    if language not in questionnaire.languages or not sites:
        abort(404)
    return render_preview(questionnaire_row, questionnaire, sites[0], language, context.now(), alone=alone)


@questionnaires_pages.route("/<int:questionnaire_id>/approve", methods=["GET", "POST"])
@permission_required("questionnaires.approve")
def approve(questionnaire_id: int) -> ResponseReturnValue:
    """An advocate checks the screens and approves the version, permanently."""
    return _approve(_find_or_404(questionnaire_id, to_change=request.method == "POST"))


def _approve(questionnaire_row: QuestionnaireRow, back: forms.SendBackForm | None = None) -> ResponseReturnValue:
    """Show the page that approves a version, or approve it.

    `back` is the form to send it back, where that was not accepted: then nothing is approved.
    """
    questionnaire = store.load_questionnaire(db.session(), questionnaire_row.id)
    doubtful = [
        (question.name, english_first(question.text)) for question in questionnaire.questions if asks_who(question)
    ]
    abuse, caller = importer.abuse_questions(questionnaire), current_caller()
    form = forms.ApproveQuestionnaireForm.about(doubtful, abuse, pictured=bool(questionnaire.own_pictures))
    # an author never says why a question of her own may be asked though it seems to ask about abuse
    is_author = bool(abuse) and store.has_written(db.session(), questionnaire_row, caller.handle)
    if back is None and request.method == "POST" and is_author:
        abort(403)
    before = store.version_before(db.session(), questionnaire_row)
    if questionnaire_row.withdrawn_on is not None:
        return _decided_already(questionnaire_row)
    if back is None and form.validate_on_submit():
        for name, _text in doubtful:
            caller_log().add(
                db.session(), "questionnaire.not_who", f"{store.version_label(questionnaire_row)} {name}"[:120]
            )
        day = context.today()
        store.approve_questionnaire(
            db.session(), questionnaire_row, caller.person_id, day, caller_log(), overrides=form.reasons
        )
        flash(_("%(name)s may be used in rounds now.", name=questionnaire_row.name))
        return redirect(url_for(".detail", questionnaire_id=questionnaire_row.id))
    page, status = show_form(
        "surveys/questionnaires/approve.html",
        form,
        back=back or forms.SendBackForm(formdata=None),
        back_by=names_of_people(db.session(), [questionnaire_row.back_by]).get(questionnaire_row.back_by, "")
        if questionnaire_row.back_by
        else "",
        stored=questionnaire_row,
        questions=questionnaire,
        notes=size_warnings(questionnaire),
        abuse=abuse,
        hers=is_author,
        near=_near_copies(questionnaire),
        before=before,
        changes=version_changes(caller.language, questionnaire, store.load_questionnaire(db.session(), before.id))
        if before
        else None,
        left_out=faults_from_data(questionnaire_row.notes or ()),
    )
    return page, UNPROCESSABLE if back else status


@questionnaires_pages.post("/<int:questionnaire_id>/send-back")
@permission_required("questionnaires.approve")
def send_back(questionnaire_id: int) -> ResponseReturnValue:
    """An advocate sends a version back with a reason that its author reads."""
    session, questionnaire_row, form = (
        db.session(),
        _find_or_404(questionnaire_id, to_change=True),
        forms.SendBackForm(),
    )
    if not form.validate_on_submit():
        return _approve(questionnaire_row, form)
    reason, by = (form.reason.data or "").strip(), current_caller().person_id
    try:
        store.send_questionnaire_back(session, questionnaire_row, reason, by, context.today(), caller_log())
    except ConcurrentUpdate:
        return _decided_already(questionnaire_row)
    flash(_("Sent back. %(name)s reads why on To do.", name=author_name(questionnaire_row)))
    return redirect(url_for(".detail", questionnaire_id=questionnaire_row.id))


@questionnaires_pages.post("/<int:questionnaire_id>/withdraw", endpoint="withdraw_version")
@permission_required("questionnaires.import")
def withdraw_version(questionnaire_id: int) -> ResponseReturnValue:
    """Its author withdraws a version, as long as no advocate approved it."""
    questionnaire_row = _find_or_404(questionnaire_id, to_change=True)
    if questionnaire_row.imported_by != current_caller().handle:
        abort(404)
    if PlainForm().validate_on_submit():
        try:
            store.withdraw_questionnaire(db.session(), questionnaire_row, context.today(), caller_log())
        except ConcurrentUpdate:
            return _decided_already(questionnaire_row)
        flash(_("Withdrawn. No advocate is asked about it now."))
    return redirect(url_for(".detail", questionnaire_id=questionnaire_row.id))


def _may_withdraw(questionnaire_row: QuestionnaireRow) -> bool:
    caller = current_caller()
    is_open = questionnaire_row.approved_on is None and questionnaire_row.withdrawn_on is None
    return is_open and questionnaire_row.imported_by == caller.handle and caller.may("questionnaires.import")


def author_name(questionnaire_row: QuestionnaireRow) -> str:
    """The current name of its author; the handle where no account has it."""
    person = find_person_by_handle(db.session(), questionnaire_row.imported_by)
    return person.name if person else questionnaire_row.imported_by


def _decided_already(questionnaire_row: QuestionnaireRow) -> ResponseReturnValue:
    db.session().rollback()
    flash(_("Somebody has decided about it since. Look at it again."), "note")
    return redirect(url_for(".detail", questionnaire_id=questionnaire_row.id), 303)


def _near_copies(questionnaire: Questionnaire) -> tuple[NearCopy, ...]:
    """Questions that nearly repeat one that children at the user's sites were asked."""
    caller = current_caller()
    sites = list_sites(db.session(), caller.site_ids)
    time_zone = sites[0].time_zone if sites else "UTC"
    return find_near_copies(db.session(), questionnaire, caller.site_ids, time_zone, caller.language)
