"""The builder: a questionnaire question by question, with the child's screen beside it - HTTP only."""

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

from flask import abort, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.access.staff_blueprint import StaffBlueprint
from youthvoice.accounts.store import names_of_people
from youthvoice.sites.store import list_sites
from youthvoice.surveys.models import QuestionnaireRow
from youthvoice.surveys.questionnaires import store
from youthvoice.surveys.questionnaires.drafts import draft as draft_rules, forms, labels, store as draft_store
from youthvoice.surveys.questionnaires.drafts.draft import (
    DraftBody,
    DraftQuestion,
    Judgement,
    add_usual_answers,
    ascii_slug,
    free_name,
    name_question,
    new_question,
    remove_answer,
)
from youthvoice.surveys.questionnaires.drafts.store import Lineage, StoredDraft, load_lineage
from youthvoice.surveys.questionnaires.errors import faults_from_data
from youthvoice.surveys.questionnaires.kinds import KINDS, MAX_CODED_OPTIONS
from youthvoice.surveys.questionnaires.labels import KIND_LABELS, PURPOSE_LABELS, fault_message
from youthvoice.surveys.questionnaires.own_pictures.picture_maker import (
    MAX_PICTURE_BYTES,
    PictureRefused,
    make_picture,
)
from youthvoice.surveys.questionnaires.own_pictures.store import is_withdrawn, keep_pictures
from youthvoice.surveys.questionnaires.picture_library import drawable_picture, list_pictures
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire
from youthvoice.surveys.questionnaires.toml_file.toml_writer import write_toml
from youthvoice.surveys.responses.preview import render_preview, unsaved_questionnaire
from youthvoice.surveys.routes.staff.questionnaires import TOML, XLSX, author_name, language_name, may_import
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.graphics.picture_addresses import is_own_picture, own_picture_code, show_inside
from youthvoice.web.headers import in_frame_of_ours, with_frames_of_ours
from youthvoice.web.i18n.languages import LANGUAGES
from youthvoice.web.rate_limits import rate_limited
from youthvoice.web.uploads import AROUND_A_FILE, allow_larger

drafts_pages = StaffBlueprint(
    "drafts", __name__, url_prefix="/staff/questionnaires/drafts", menu="questionnaires.index"
)


allow_larger(drafts_pages, MAX_PICTURE_BYTES + AROUND_A_FILE, "drafts.picture", when=may_import)


_MOST_DRAFTS: Final = 30  # of one person

_MOST_QUESTIONS: Final = 60  # children manage far fewer, and each page lists all of them


@drafts_pages.context_processor
def _labels() -> dict[str, object]:
    return {
        "kind_labels": KIND_LABELS,
        "kind_hints": labels.KIND_HINTS,
        "purpose_labels": PURPOSE_LABELS,
        "faults_of": labels.question_faults,
        "title_faults": labels.title_faults,
        "say": labels.draft_fault,
        "first_words": _first_words,
        "note_words": fault_message,
    }


def _first_words(words: Mapping[str, str]) -> str:
    """Words in the reader's language, else in the first in which somebody wrote any; empty where nobody did."""
    return words.get(current_caller().language) or next((text for text in words.values() if text), "")


def _languages() -> dict[str, str]:
    return {code: language.name for code, language in LANGUAGES.items()}


def _language_names(body: DraftBody) -> dict[str, str]:
    return {code: language_name(code) for code in body.languages}


def _find_own(draft_id: int) -> StoredDraft:
    to_change = request.method == "POST"
    draft = draft_store.find_draft(db.session(), draft_id, current_caller().person_id, to_change=to_change)
    if draft is None:
        abort(404)
    show_inside(draft.body.pictures)
    return draft


def _keep(draft: StoredDraft) -> None:
    draft_store.change_draft(db.session(), draft, context.today())


def _begin(body: DraftBody) -> ResponseReturnValue:
    session, caller = db.session(), current_caller()
    if len(draft_store.list_drafts(session, caller.person_id)) >= _MOST_DRAFTS:
        flash(_("You have many drafts. Finish or delete one."))
        return redirect(url_for("questionnaires.index"))
    draft = draft_store.add_draft(session, body, caller.person_id, context.today())
    return redirect(url_for(".detail", draft_id=draft.id))


@drafts_pages.route("/new", methods=["GET", "POST"])
@permission_required("questionnaires.import")
def new() -> ResponseReturnValue:
    """Begin a questionnaire: title, languages, ages, purpose."""
    form = forms.NewDraftForm(data={"languages": [current_caller().language], "ages": "10-12"})
    form.offer(_languages())
    if form.validate_on_submit():
        title, chosen = form.title.data.strip(), form.languages.data
        first = current_caller().language if current_caller().language in chosen else chosen[0]
        head = {
            "purpose": form.purpose.data,
            "ages": form.ages.data,
            "languages": [first, *(code for code in chosen if code != first)],
            "title": {first: title},
        }
        return _begin(DraftBody(name=_free_name(title), head=head))
    return show_form("surveys/questionnaires/draft_new.html", form)


def _free_name(title: str) -> str:
    """A name that no questionnaire and no draft of the caller has."""
    session = db.session()
    names = {questionnaire_row.name for questionnaire_row in store.list_newest_versions(session)}
    names |= {draft.body.name for draft in draft_store.list_drafts(session, current_caller().person_id)}
    taken = {name.replace("-", "_") for name in names | {*store.starter_names()}}
    return free_name(ascii_slug(title, 50), taken, "form").replace("_", "-")


@drafts_pages.post("/of/<int:questionnaire_id>")
@permission_required("questionnaires.import")
def change(questionnaire_id: int) -> ResponseReturnValue:
    """Revise a questionnaire: open the caller's draft of its next version, or bring this version into that draft."""
    session = db.session()
    questionnaire_row = store.find_stored_questionnaire(session, questionnaire_id) or abort(404)
    newest = store.latest_version(session, questionnaire_row.name) or questionnaire_row
    questionnaire = store.load_questionnaire(session, newest.id)
    if questionnaire.purpose == "choice" or not PlainForm().validate_on_submit():
        abort(404)
    if (number := request.form.get("draft")) is not None:
        return _follow(int(number) if number.isdecimal() and len(number) < 9 else 0, questionnaire_row)  # noqa: PLR2004
    for draft in draft_store.list_drafts(session, current_caller().person_id):
        if draft.is_revision_of(questionnaire_row.name):
            return redirect(url_for(".detail", draft_id=draft.id))
    if newest is not questionnaire_row:
        flash(_("Version %(version)s is newer: the draft begins with that.", version=newest.version))
    return _begin(draft_rules.draft_of(questionnaire, newest.version, newest.notes or ()))


def _follow(draft_id: int, questionnaire_row: QuestionnaireRow) -> ResponseReturnValue:
    """Bring what a newer version changed into a draft; a version that came after the one on the page is shown first."""
    draft = _find_own(draft_id)
    lineage = load_lineage(db.session(), draft.body, request.form.getlist("take"))
    if draft.body.name != questionnaire_row.name or lineage.base is None:
        abort(404)
    if lineage.merged and lineage.newest is questionnaire_row:
        _keep(replace(draft, body=lineage.merged.body))
        flash(_("Your draft follows version %(version)s now.", version=questionnaire_row.version))
    return redirect(url_for(".detail", draft_id=draft_id))


@drafts_pages.route("/<int:draft_id>", methods=["GET", "POST"])
@permission_required("questionnaires.import")
def detail(draft_id: int) -> ResponseReturnValue:
    """A draft: its head, its questions in order, what is still missing."""
    draft = _find_own(draft_id)
    lineage = load_lineage(db.session(), draft.body)
    form = forms.DraftHeadForm.of(draft.body, _languages(), lineage.fixed_purpose)
    if form.validate_on_submit():
        form.keep_in(draft.body)
        draft.body.settle_notes({"ages_made"})
        _keep(draft)
        flash(_("Kept in the draft."))
        return redirect(url_for(".detail", draft_id=draft_id))
    return _show(draft, form, lineage)


def _show(
    draft: StoredDraft, form: forms.DraftHeadForm, lineage: Lineage, *, refused: bool = False
) -> ResponseReturnValue:
    body, session, judgement = draft.body, db.session(), draft_rules.judge(draft.body)
    others = draft_store.list_drafts_of_others(session, body.name, draft.person_id) if lineage.base else []
    newest_body = None
    if lineage.newest and lineage.merged:
        newest_body = draft_rules.draft_of(store.load_questionnaire(session, lineage.newest.id))
    refusal, language = lineage.refusal(judgement.questionnaire), current_caller().language
    before = lineage.base_questionnaire.questions if lineage.base_questionnaire else ()
    names = {question["name"] for question in body.questions}
    page, status = show_form(
        "surveys/questionnaires/draft.html",
        form,
        draft=draft,
        body=body,
        judged=judgement,
        own=any(is_own_picture(code) for code in body.picture_codes()),
        named=_language_names(body),
        lineage=lineage,
        refusal=labels.refusal_message(refusal, lineage) if refusal else "",
        version_name=_name_when_finished(draft, lineage),
        breaks=[_break_labels(lineage, question) for question in judgement.questionnaire.questions],
        removed=[_first_words(question.text) or question.name for question in before if question.name not in names],
        changed=[labels.question_title(name, language, newest_body, body) for name in lineage.merged.changed]
        if newest_body and lineage.merged
        else [],
        conflicts=labels.conflict_lines(language, body, newest_body, lineage.merged)
        if newest_body and lineage.merged
        else [],
        kept_by=author_name(lineage.newest) if lineage.newest else "",
        others=[(other, names_of_people(session, [other.person_id])[other.person_id]) for other in others],
        notes=faults_from_data(body.notes),
        full=len(body.questions) >= _MOST_QUESTIONS,
        today=context.today(),
        days_untouched=draft_store.DAYS_UNTOUCHED,
        use=PlainForm(),
    )
    return page, 422 if refused else status


def _break_labels(lineage: Lineage, question: Question) -> list[str]:
    return [str(labels.SERIES_LABELS[part]) for part in lineage.breaks(question)]


def _name_when_finished(draft: StoredDraft, lineage: Lineage) -> str:
    """What the questionnaire is called: another name where somebody took that of a draft that began with nothing."""
    if lineage.base or not lineage.newest:
        return draft.body.name
    return _free_name(_first_words(draft.body.head["title"]) or draft.body.name)


@drafts_pages.post("/<int:draft_id>/order")
@permission_required("questionnaires.import")
def order(draft_id: int) -> ResponseReturnValue:
    """Add a question, move one, or take one out."""
    draft = _find_own(draft_id)
    if not PlainForm().validate_on_submit():
        return redirect(url_for(".detail", draft_id=draft_id))
    what, which = _button()
    kind = next((name for name in KINDS if name == request.form.get("kind")), None)
    if what == "add" and kind and len(draft.body.questions) < _MOST_QUESTIONS:
        question = draft.body.add(new_question(kind, ""))
        add_usual_answers(draft.body, question)
        names = [other["name"] for other in draft.body.questions]
        question["name"] = free_name("", names, f"question_{question['id']}")
        _keep(draft)
        return redirect(url_for(".question", draft_id=draft_id, question_id=question["id"]))
    if what in {"up", "down"}:
        draft.body.move(which, -1 if what == "up" else 1)
    elif what == "out":
        draft.body.remove(which)
    _keep(draft)
    return redirect(url_for(".detail", draft_id=draft_id, _anchor="questions"))


def _button() -> tuple[str, int]:
    """Which button was pressed, such as `up-3`, and the number behind its word; -1 where there is none."""
    what, _dash, which = request.form.get("do", "").partition("-")
    return what, int(which) if which.isdecimal() and len(which) < 9 else -1  # noqa: PLR2004


@drafts_pages.route("/<int:draft_id>/questions/<int:question_id>", methods=["GET", "POST"])
@permission_required("questionnaires.import")
def question(draft_id: int, question_id: int) -> ResponseReturnValue:
    """One question in all its languages, its screen beside it; what is typed is kept, whatever is missing."""
    draft = _find_own(draft_id)
    question_ = draft.body.question(question_id) or abort(404)
    start, wanted = (request.args.get(name, 0, type=int) for name in ("start", "rows"))
    rows = forms.answer_rows(question_, draft.body.languages, start, min(wanted, MAX_CODED_OPTIONS))
    if request.method == "POST":
        rows = _sent_rows()
    form = forms.QuestionForm.of(draft.body, question_, _language_names(draft.body), rows)
    if not form.validate_on_submit():
        return _show_question(draft, question_, form)
    what, which = _button()
    key = form[f"answer_{which}_key"].data if f"answer_{which}_key" in form else None
    form.keep_in(question_)
    add_usual_answers(draft.body, question_)
    name_question(draft.body, question_, load_lineage(db.session(), draft.body).names)
    options = question_.get("options", [])
    place = next((at for at, option in enumerate(options) if key and option["key"] == key), -1)
    if what in {"up", "down"}:
        draft_rules.move_by(options, place, -1 if what == "up" else 1)
    elif what == "out" and place >= 0:
        remove_answer(question_, place)
    draft.body.settle_notes({"bins_made", "pictures_missing"}, question_["name"])
    _keep(draft)
    if what == "picture":
        return redirect(url_for(".picture", draft_id=draft_id, question_id=question_id, answer=key or None))
    if what == "list":
        return redirect(url_for(".detail", draft_id=draft_id, _anchor="questions"))
    query: dict[str, Any] = {"start": (which if what == "start" else rows.start) or None}
    if what == "more":
        query = {"start": rows.stop, "rows": rows.stop + 1}
    anchor = {"more": "more", "start": "answers"}.get(what)
    return redirect(url_for(".question", draft_id=draft_id, question_id=question_id, _anchor=anchor, **query))


def _sent_rows() -> range:
    """The places of the answers that were sent, which may be more than there are by now; none where none were."""
    numbers = [name.removeprefix("answer_").removesuffix("_key") for name in request.form if name.endswith("_key")]
    places = [int(number) for number in numbers if number.isdecimal() and len(number) < 4]  # noqa: PLR2004
    return range(min(places), min(max(places) + 1, MAX_CODED_OPTIONS)) if places else range(0)


@drafts_pages.route("/<int:draft_id>/questions/<int:question_id>/picture", methods=["GET", "POST"])
@permission_required("questionnaires.import")
@rate_limited("30 per minute")
def picture(draft_id: int, question_id: int) -> ResponseReturnValue:
    """Upload a picture for a question, or for one of its answers.

    It is unpacked before this request begins to write: nobody waits to write while another process does that. But
    first of all the draft has to be the caller's, and to have such a question.
    """
    if request.method == "POST":
        with db.reading(db.engine()) as session:
            _find_pictured(draft_store.find_draft(session, draft_id, current_caller().person_id), question_id)
    form, content = forms.PictureForm(), b""
    if form.validate_on_submit():
        try:
            content = make_picture(form.file.data.read(MAX_PICTURE_BYTES + 1))
        except PictureRefused as refused:
            form.file.errors = [labels.PICTURE_REFUSALS[refused.code]]
    draft = _find_own(draft_id)
    question_, pictured = _find_pictured(draft, question_id)
    if content and is_withdrawn(db.session(), own_picture_code(content)):
        content, form.file.errors = b"", [_("This picture was withdrawn. Choose another one.")]
    if content and draft.body.add_picture(pictured, content):
        _keep(draft)
        flash(_("The picture is kept in the draft."))
        return redirect(url_for(".question", draft_id=draft_id, question_id=question_id))
    if content:
        most = draft_rules.MAX_PICTURES
        form.file.errors = [_("At most %(most)s pictures of your own fit one questionnaire.", most=most)]
    words = question_["text"] if pictured is question_ else pictured
    return show_form(
        "surveys/questionnaires/draft_picture.html", form, draft=draft, question=question_, pictured=pictured,
        most_megabytes=MAX_PICTURE_BYTES // 1024 // 1024,
        words=_first_words({code: words[code] for code in draft.body.languages if words.get(code)}),
    )  # fmt: skip


def _find_pictured(draft: StoredDraft | None, question_id: int) -> tuple[DraftQuestion, dict[str, Any]]:
    """The question, and whose picture it is: itself, or the answer that the address names; 404 where there is none."""
    question_ = draft.body.question(question_id) if draft else None
    if question_ is None:
        abort(404)
    options = {option["key"]: option for option in question_.get("options", [])}
    pictured = options.get(request.args["answer"], {}) if "answer" in request.args else question_
    return question_, pictured or abort(404)


_CANNOT_BE_SHOWN: Final = frozenset({"how_many_options", "how_many_bins"})


def _show_question(draft: StoredDraft, question_: DraftQuestion, form: forms.QuestionForm) -> ResponseReturnValue:
    body, judgement = draft.body, draft_rules.judge(draft.body)
    number = body.questions.index(question_) + 1
    judged = judgement.questionnaire.questions[number - 1]
    notes = [note for note in faults_from_data(body.notes) if draft_rules.is_about(note, question_["name"])]
    total = max(forms.count_rows(question_, body.languages), form.rows.stop)
    page, status = show_form(
        "surveys/questionnaires/draft_question.html",
        form,
        draft=draft,
        body=body,
        question=question_,
        question_code=drawable_picture(question_.get("picture", "")),
        number=number,
        faults=labels.question_faults(body, question_, judgement.at(number)),
        notes=[note for note in judgement.notes if note.row == number] + notes,
        breaks=_break_labels(load_lineage(db.session(), body), judged),
        total=total,
        earlier=forms.answer_rows(question_, body.languages, form.rows.start - 1).start,
        can_grow=forms.count_rows(question_, body.languages, total + 1) > total == form.rows.stop,
        named=_language_names(body),
        shelf=list_pictures(),
        screen=_can_be_shown(judgement, number),
    )
    return with_frames_of_ours(make_response(page, status))


def _can_be_shown(judgement: Judgement, number: int) -> bool:
    """Whether there is a screen of a question: words, and as many answers as its kind has."""
    question = judgement.questionnaire.questions[number - 1]
    return bool(question.text) and not any(fault.code in _CANNOT_BE_SHOWN for fault in judgement.at(number))


@drafts_pages.get("/<int:draft_id>/questions/<int:question_id>/screen/<language>")
@permission_required("questionnaires.import")
def screen(draft_id: int, question_id: int, language: str) -> ResponseReturnValue:
    """The screen of one question as a child sees it, to stand beside its form."""
    body = _find_own(draft_id).body
    question_ = body.question(question_id) or abort(404)
    judgement, number = draft_rules.judge(body), body.questions.index(question_) + 1
    if not _can_be_shown(judgement, number):
        abort(404)
    question = replace(judgement.questionnaire.questions[number - 1], when=None)
    page = _preview(replace(judgement.questionnaire, questions=(question,)), language, alone=True)
    return in_frame_of_ours(make_response(page))


@drafts_pages.get("/<int:draft_id>/preview/<language>")
@permission_required("questionnaires.import")
def preview(draft_id: int, language: str) -> ResponseReturnValue:
    """All screens as a child sees them; questions without a screen are left out."""
    judgement = draft_rules.judge(_find_own(draft_id).body)
    numbered = enumerate(judgement.questionnaire.questions, start=1)
    questions = tuple(question for number, question in numbered if _can_be_shown(judgement, number))
    return _preview(replace(judgement.questionnaire, questions=questions), language)


def _preview(questionnaire: Questionnaire, language: str, *, alone: bool = False) -> str:
    sites = list_sites(db.session(), current_caller().site_ids)
    if language not in questionnaire.languages or not sites:
        abort(404)
    titled = replace(questionnaire, title=questionnaire.title or {questionnaire.languages[0]: questionnaire.name})
    return render_preview(unsaved_questionnaire(titled), titled, sites[0], language, context.now(), alone=alone)


@drafts_pages.get("/<int:draft_id>/export.toml")
@permission_required("questionnaires.import")
def export(draft_id: int) -> ResponseReturnValue:
    """The draft as a file of ours, whatever is still missing in it."""
    body = _find_own(draft_id).body
    data = write_toml(body.shape()).encode()
    return send_file(BytesIO(data), TOML, as_attachment=True, download_name=f"{body.name}.toml")


@drafts_pages.get("/<int:draft_id>/export.xlsx")
@permission_required("questionnaires.import")
def export_xlsform(draft_id: int) -> ResponseReturnValue:
    """The draft as an XLSForm workbook, once nothing stands against it."""
    judgement = draft_rules.judge(_find_own(draft_id).body)
    if judgement.faults:
        abort(404)
    from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_xlsform  # noqa: PLC0415 - openpyxl is large, exports rare

    name = f"{judgement.questionnaire.name}.xlsx"
    return send_file(BytesIO(write_xlsform(judgement.questionnaire)), XLSX, as_attachment=True, download_name=name)


@drafts_pages.route("/<int:draft_id>/throw", methods=["GET", "POST"])
@permission_required("questionnaires.import")
def throw(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away, after one more look."""
    draft, form = _find_own(draft_id), PlainForm()
    if form.validate_on_submit():
        draft_store.remove_draft(db.session(), draft_id)
        flash(_("The draft is gone."))
        return redirect(url_for("questionnaires.index"))
    return render_template("surveys/questionnaires/draft_throw.html", draft=draft, body=draft.body, form=form)


@drafts_pages.post("/<int:draft_id>/finish")
@permission_required("questionnaires.import")
def finish(draft_id: int) -> ResponseReturnValue:
    """Keep the draft as the next version, which an advocate approves; refused while a rule refuses it."""
    draft = _find_own(draft_id)
    if not PlainForm().validate_on_submit():
        return redirect(url_for(".detail", draft_id=draft_id))
    session, caller = db.session(), current_caller()
    if newest := store.latest_version(session, draft.body.name):
        store.find_stored_questionnaire(session, newest.id, to_change=True)  # nobody else finishes meanwhile
    lineage = load_lineage(db.session(), draft.body)
    draft.body.name = _name_when_finished(draft, lineage)
    judgement = draft_rules.judge(draft.body)
    refusal = lineage.refusal(judgement.questionnaire)
    if judgement.faults or refusal:
        head = forms.DraftHeadForm.of(draft.body, _languages(), lineage.fixed_purpose)
        faulty = _("First fix what is marked here and at the questions.")
        head.form_errors = [labels.refusal_message(refusal, lineage) if refusal else faulty]
        return _show(draft, head, lineage, refused=True)
    notes, questionnaire = faults_from_data(draft.body.notes), judgement.questionnaire
    keep_pictures(session, questionnaire, draft.body.pictures)
    version = store.add_questionnaire(session, questionnaire, caller.handle, context.today(), caller_log(), notes=notes)
    draft_store.remove_draft(session, draft_id)
    flash(_("%(name)s is kept as version %(version)s.", name=version.name, version=version.version))
    return redirect(url_for("questionnaires.detail", questionnaire_id=version.id))
