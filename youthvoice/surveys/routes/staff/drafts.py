"""The builder of questionnaires: edit one question by question, next to the child's screen - HTTP only."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.accounts.store import names_of_people
from youthvoice.jobs.labels import PICTURE_REFUSAL_LABELS
from youthvoice.jobs.picture_maker import MAX_PICTURE_BYTES, PictureRefused, make_picture
from youthvoice.surveys.models import QuestionnaireRow
from youthvoice.surveys.questionnaires import store
from youthvoice.surveys.questionnaires.drafts import draft as draft_rules, forms, labels, store as draft_store
from youthvoice.surveys.questionnaires.drafts.draft import DraftBody, DraftCheck, DraftQuestion
from youthvoice.surveys.questionnaires.drafts.question_form import QuestionForm, answer_rows, count_rows
from youthvoice.surveys.questionnaires.drafts.store import Lineage, StoredDraft, load_lineage
from youthvoice.surveys.questionnaires.errors import faults_from_data
from youthvoice.surveys.questionnaires.kinds import KINDS, MAX_CODED_OPTIONS
from youthvoice.surveys.questionnaires.labels import KIND_LABELS, PURPOSE_LABELS, fault_message
from youthvoice.surveys.questionnaires.own_pictures.store import is_withdrawn, keep_pictures
from youthvoice.surveys.questionnaires.picture_library import drawable_picture, list_pictures
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire
from youthvoice.surveys.questionnaires.text_size import MAX_TEXTS
from youthvoice.surveys.routes.staff import drafts_pages
from youthvoice.surveys.routes.staff.questionnaires import author_name, language_name, may_import
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.graphics.picture_addresses import is_own_picture, own_picture_code, show_inside
from youthvoice.web.headers import with_frames_of_ours
from youthvoice.web.i18n.languages import LANGUAGES
from youthvoice.web.rate_limits import rate_limited
from youthvoice.web.uploads import AROUND_A_FILE, allow_larger

allow_larger(drafts_pages, MAX_PICTURE_BYTES + AROUND_A_FILE, "drafts.picture", when=may_import)


_MAX_DRAFTS: Final = 30  # of one person

_MAX_QUESTIONS: Final = 60  # children manage far fewer, and each page lists all of them

_EACH_CHANGE: Final = "90 per minute"  # nobody reads a page and presses Up on it so often


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
    """The text in the reader's language, else in the first one that has any; empty where none has."""
    return labels.first_words(words, (current_caller().language, *words))


def _languages() -> dict[str, str]:
    return {code: language.name for code, language in LANGUAGES.items()}


def _language_names(body: DraftBody) -> dict[str, str]:
    return {code: language_name(code) for code in body.languages}


def find_own_draft(draft_id: int) -> StoredDraft:
    """Find a draft of the user, locked where the request may change it; 404 for any other."""
    to_change = request.method == "POST"
    return _opened_or_404(
        draft_store.find_draft(db.session(), draft_id, current_caller().person_id, to_change=to_change)
    )


def _opened_or_404(draft: StoredDraft | None) -> StoredDraft:
    if draft is None:
        abort(404)
    show_inside(draft.body.pictures)
    return draft


def _store(draft: StoredDraft) -> None:
    draft_store.change_draft(db.session(), draft, context.today())


def _begin(body: DraftBody) -> ResponseReturnValue:
    session, caller = db.session(), current_caller()
    if len(draft_store.list_drafts(session, caller.person_id)) >= _MAX_DRAFTS:
        flash(_("You have many drafts. Finish or delete one."), "note")
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
        return _begin(DraftBody(draft_store.find_free_name(db.session(), title, current_caller().person_id), head))
    return show_form("surveys/questionnaires/draft_new.html", form)


def _title(body: DraftBody) -> str:
    return _first_words(body.head["title"])


@drafts_pages.post("/of/<int:questionnaire_id>")
@permission_required("questionnaires.import")
def change(questionnaire_id: int) -> ResponseReturnValue:
    """Revise a questionnaire: open the user's draft of its next version, or merge this version into that draft."""
    session = db.session()
    questionnaire_row = store.find_stored_questionnaire(session, questionnaire_id) or abort(404)
    newest = store.latest_version(session, questionnaire_row.name) or questionnaire_row
    questionnaire = store.load_questionnaire(session, newest.id)
    if questionnaire.purpose == "choice" or not PlainForm().validate_on_submit():
        abort(404)
    if (number := request.form.get("draft")) is not None:
        return _follow(_row_number(number), questionnaire_row)
    for draft in draft_store.list_drafts(session, current_caller().person_id):
        if draft.is_revision_of(questionnaire_row.name):
            return redirect(url_for(".detail", draft_id=draft.id))
    if newest is not questionnaire_row:
        flash(_("Version %(version)s is newer: the draft begins with that.", version=newest.version))
    return _begin(draft_rules.draft_of(questionnaire, newest.version, newest.notes or ()))


def _follow(draft_id: int, questionnaire_row: QuestionnaireRow) -> ResponseReturnValue:
    """Merge a newer version into a draft; if an even newer one exists, that is shown first."""
    draft = find_own_draft(draft_id)
    lineage = load_lineage(db.session(), draft.body, request.form.getlist("take"))
    if draft.body.name != questionnaire_row.name or lineage.base is None:
        abort(404)
    if lineage.merged and lineage.merged.body.measure_texts().is_too_large(draft.body.measure_texts()):
        flash(labels.too_large_message(), "note")
    elif lineage.merged and lineage.newest is questionnaire_row:
        _store(replace(draft, body=lineage.merged.body))
        flash(_("Your draft follows version %(version)s now.", version=questionnaire_row.version))
    return redirect(url_for(".detail", draft_id=draft_id))


@drafts_pages.route("/<int:draft_id>", methods=["GET", "POST"])
@permission_required("questionnaires.import")
def detail(draft_id: int) -> ResponseReturnValue:
    """Show a draft: its head, its questions in order, what is still missing."""
    draft = find_own_draft(draft_id)
    lineage = load_lineage(db.session(), draft.body)
    form = forms.DraftHeadForm.of(draft.body, _languages(), lineage.fixed_purpose)
    size_before = draft.body.measure_texts()
    if form.validate_on_submit():
        form.keep_in(draft.body)
        draft.body.settle_notes({"ages_made"})
        if not draft.body.measure_texts().is_too_large(size_before):
            _store(draft)
            flash(_("Kept in the draft."))
            return redirect(url_for(".detail", draft_id=draft_id))
        draft, form.form_errors = find_own_draft(draft_id), [labels.too_large_message()]  # the draft as it is stored
    return _show(draft, form, lineage)


def _show(
    draft: StoredDraft, form: forms.DraftHeadForm, lineage: Lineage, draft_check: DraftCheck | None = None
) -> ResponseReturnValue:
    if request.method == "POST":
        db.restart_read_only()  # nobody waits to write for a page that says what is wrong
    body, session, draft_check = draft.body, db.session(), draft_check or draft_rules.check_draft(draft.body)
    others = draft_store.list_drafts_of_others(session, body.name, draft.person_id) if lineage.base else []
    newest_body = None
    if lineage.newest and lineage.merged:
        newest_body = draft_rules.draft_of(store.load_questionnaire(session, lineage.newest.id))
    refusal, language = lineage.refusal(draft_check.questionnaire), current_caller().language
    before = lineage.base_questionnaire
    return show_form(
        "surveys/questionnaires/draft.html",
        form,
        draft=draft,
        body=body,
        judged=draft_check,
        own=any(is_own_picture(code) for code in body.picture_codes()),
        named=_language_names(body),
        lineage=lineage,
        refusal=labels.refusal_message(refusal, lineage) if refusal else "",
        version_name=draft_store.name_when_finished(session, draft, lineage, _title(body)),
        breaks=[_break_labels(lineage, question) for question in draft_check.questionnaire.questions],
        changes=labels.version_changes(language, draft_check.questionnaire, before) if before else None,
        changed=[labels.question_title(name, language, newest_body, body) for name in lineage.merged.changed]
        if newest_body and lineage.merged
        else [],
        conflicts=labels.conflict_lines(language, body, newest_body, lineage.merged)
        if newest_body and lineage.merged
        else [],
        kept_by=author_name(lineage.newest) if lineage.newest else "",
        others=[(other, names_of_people(session, [other.person_id])[other.person_id]) for other in others],
        notes=faults_from_data(body.notes),
        full=_is_full(body),
        today=context.today(),
        days_untouched=draft_store.DAYS_UNTOUCHED,
        use=PlainForm(),
    )


def _is_full(body: DraftBody) -> bool:
    """Whether there is no room for one more question."""
    return len(body.questions) >= _MAX_QUESTIONS or body.measure_texts().texts + len(body.languages) > MAX_TEXTS


def _break_labels(lineage: Lineage, question: Question) -> list[str]:
    return [str(labels.SERIES_LABELS[part]) for part in lineage.breaks(question)]


@drafts_pages.post("/<int:draft_id>/order")
@permission_required("questionnaires.import")
@rate_limited(_EACH_CHANGE)
def order(draft_id: int) -> ResponseReturnValue:
    """Add, move or remove a question."""
    draft = find_own_draft(draft_id)
    if not PlainForm().validate_on_submit():
        return redirect(url_for(".detail", draft_id=draft_id))
    what, which = _button()
    kind = next((name for name in KINDS if name == request.form.get("kind")), None)
    if what == "add" and _is_full(draft.body):
        flash(_("There is no room for more questions."), "note")
    elif what == "add" and kind:
        question = draft.body.add(draft_rules.new_question(kind, ""))
        draft_rules.add_usual_answers(draft.body, question)
        names = [other["name"] for other in draft.body.questions]
        question["name"] = draft_rules.free_name("", names, f"question_{question['id']}")
        if not draft.body.measure_texts().is_too_large():
            _store(draft)
            return redirect(url_for(".question", draft_id=draft_id, question_id=question["id"]))
        draft.body.remove(question["id"])
        flash(labels.too_large_message(), "note")
    if what in {"up", "down"}:
        draft.body.move(which, -1 if what == "up" else 1)
    elif what == "out":
        draft.body.remove(which)
    _store(draft)
    return redirect(url_for(".detail", draft_id=draft_id, _anchor="questions"))


def _button() -> tuple[str, int]:
    """The pressed button, such as `up-3`: its word, and its number or -1."""
    what, _dash, which = request.form.get("do", "").partition("-")
    return what, _row_number(which)


def _row_number(text: str) -> int:
    """The number in a form; -1, which nothing has, where it is none."""
    return int(text) if text.isdecimal() and len(text) < 9 else -1  # noqa: PLR2004


@drafts_pages.route("/<int:draft_id>/questions/<int:question_id>", methods=["GET", "POST"])
@permission_required("questionnaires.import")
@rate_limited(_EACH_CHANGE)
def question(draft_id: int, question_id: int) -> ResponseReturnValue:
    """Edit one question in all its languages, next to its screen; typed values are stored, however incomplete."""
    draft = find_own_draft(draft_id)
    question_ = draft.body.question(question_id) or abort(404)
    start, wanted = (request.args.get(name, 0, type=int) for name in ("start", "rows"))
    rows = answer_rows(question_, draft.body.languages, start, min(wanted, MAX_CODED_OPTIONS))
    if request.method == "POST":
        rows = _sent_rows()
    form = QuestionForm.of(draft.body, question_, _language_names(draft.body), rows)
    if not form.validate_on_submit():
        return _show_question(draft, question_, form)
    (what, which), size_before = _button(), draft.body.measure_texts()
    key = form.answer_key(which)
    form.keep_in(question_)
    draft_rules.add_usual_answers(draft.body, question_)
    draft_rules.name_question(draft.body, question_, load_lineage(db.session(), draft.body).names)
    options = question_.get("options", [])
    place = next((at for at, option in enumerate(options) if key and option["key"] == key), -1)
    if what in {"up", "down"}:
        draft_rules.move_by(options, place, -1 if what == "up" else 1)
    elif what == "out" and place >= 0:
        draft_rules.remove_answer(question_, place)
    draft.body.settle_notes({"bins_made", "pictures_missing"}, question_["name"])
    if draft.body.measure_texts().is_too_large(size_before):
        form.form_errors = [labels.too_large_message()]
        draft = find_own_draft(draft_id)
        return _show_question(draft, draft.body.question(question_id) or abort(404), form)
    _store(draft)
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
    """The positions of the sent answers, perhaps more than exist by now; empty where none were sent."""
    numbers = [name.removeprefix("answer_").removesuffix("_key") for name in request.form if name.endswith("_key")]
    places = [int(number) for number in numbers if number.isdecimal() and len(number) < 4]  # noqa: PLR2004
    return range(min(places), min(max(places) + 1, MAX_CODED_OPTIONS)) if places else range(0)


@drafts_pages.route("/<int:draft_id>/questions/<int:question_id>/picture", methods=["GET", "POST"])
@permission_required("questionnaires.import")
@rate_limited("30 per minute")
def picture(draft_id: int, question_id: int) -> ResponseReturnValue:
    """Upload a picture for a question, or for one of its answers.

    The picture is converted before this request begins to write, so that no other writer waits for it. Before that the
    draft must be the user's, and have such a question.
    """
    if request.method == "POST":
        with db.reading(db.engine()) as session:
            _find_pictured(draft_store.find_draft(session, draft_id, current_caller().person_id), question_id)
    form, content = forms.PictureForm(), b""
    if form.validate_on_submit():
        try:
            content = make_picture(form.file.data.read(MAX_PICTURE_BYTES + 1))
        except PictureRefused as refused:
            form.file.errors = [PICTURE_REFUSAL_LABELS[refused.code]]
    draft = find_own_draft(draft_id)
    question_, pictured = _find_pictured(draft, question_id)
    if content and is_withdrawn(db.session(), own_picture_code(content)):
        content, form.file.errors = b"", [_("This picture was withdrawn. Choose another one.")]
    if content and draft.body.add_picture(pictured, content):
        _store(draft)
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
    """Find a question, and the owner of the picture: itself, or the answer that the address names; else 404."""
    question_ = draft.body.question(question_id) if draft else None
    if question_ is None:
        abort(404)
    options = {option["key"]: option for option in question_.get("options", [])}
    pictured = options.get(request.args["answer"], {}) if "answer" in request.args else question_
    return question_, pictured or abort(404)


def _show_question(draft: StoredDraft, question_: DraftQuestion, form: QuestionForm) -> ResponseReturnValue:
    if request.method == "POST":
        db.restart_read_only()  # as in `_show`
    body, draft_check = draft.body, draft_rules.check_draft(draft.body)
    number = body.questions.index(question_) + 1
    judged = draft_check.questionnaire.questions[number - 1]
    notes = [note for note in faults_from_data(body.notes) if draft_rules.is_about(note, question_["name"])]
    total = max(count_rows(question_, body.languages), form.rows.stop)
    page, status = show_form(
        "surveys/questionnaires/draft_question.html",
        form,
        draft=draft,
        body=body,
        question=question_,
        question_code=drawable_picture(question_.get("picture", "")),
        number=number,
        faults=labels.question_faults(body, question_, draft_check.at(number)),
        notes=[note for note in draft_check.notes if note.row == number] + notes,
        breaks=_break_labels(load_lineage(db.session(), body), judged),
        total=total,
        earlier=answer_rows(question_, body.languages, form.rows.start - 1).start,
        can_grow=count_rows(question_, body.languages, total + 1) > total == form.rows.stop,
        named=_language_names(body),
        shelf=list_pictures(),
        screen=draft_check.has_screen(number),
    )
    return with_frames_of_ours(make_response(page, status))


@drafts_pages.route("/<int:draft_id>/throw", methods=["GET", "POST"])
@permission_required("questionnaires.import")
def throw(draft_id: int) -> ResponseReturnValue:
    """Delete a draft, after a confirmation."""
    draft, form = find_own_draft(draft_id), PlainForm()
    if form.validate_on_submit():
        draft_store.remove_draft(db.session(), draft_id)
        flash(_("The draft is gone."))
        return redirect(url_for("questionnaires.index"))
    return render_template("surveys/questionnaires/draft_throw.html", draft=draft, body=draft.body, form=form)


@drafts_pages.post("/<int:draft_id>/finish")
@permission_required("questionnaires.import")
def finish(draft_id: int) -> ResponseReturnValue:
    """Store the draft as the next version, which an advocate approves; refused while it has faults."""
    if not PlainForm().validate_on_submit():
        return redirect(url_for(".detail", draft_id=draft_id))
    with db.reading(db.engine()) as reading:
        draft = _opened_or_404(draft_store.find_draft(reading, draft_id, current_caller().person_id))
        lineage = load_lineage(reading, draft.body)
        draft.body.name = draft_store.name_when_finished(reading, draft, lineage, _title(draft.body))
    draft_check = draft_rules.check_draft(draft.body)
    refusal = lineage.refusal(draft_check.questionnaire)
    if draft_check.faults or refusal:
        head = forms.DraftHeadForm.of(draft.body, _languages(), lineage.fixed_purpose)
        faulty = _("First fix what is marked here and at the questions.")
        head.form_errors = [labels.refusal_message(refusal, lineage) if refusal else faulty]
        return _show(draft, head, lineage, draft_check)
    return _store_version(draft_id, draft.body, draft_check.questionnaire)


def _store_version(draft_id: int, body: DraftBody, questionnaire: Questionnaire) -> ResponseReturnValue:
    """Store what was checked, unless the draft or the version it follows has changed since."""
    draft, session, caller = find_own_draft(draft_id), db.session(), current_caller()
    if newest := store.latest_version(session, draft.body.name):
        store.find_stored_questionnaire(session, newest.id, to_change=True)  # nobody else can finish concurrently
    lineage = load_lineage(session, draft.body)
    draft.body.name = draft_store.name_when_finished(session, draft, lineage, _title(draft.body))
    if draft.body != body or lineage.refusal(questionnaire):
        flash(_("Something changed while you finished it. Look at it again."), "note")
        return redirect(url_for(".detail", draft_id=draft_id))
    keep_pictures(session, questionnaire, body.pictures)
    notes = faults_from_data(body.notes)
    version = store.add_questionnaire(session, questionnaire, caller.handle, context.today(), caller_log(), notes=notes)
    draft_store.remove_draft(session, draft_id)
    flash(_("%(name)s is kept as version %(version)s.", name=version.name, version=version.version))
    return redirect(url_for("questionnaires.detail", questionnaire_id=version.id))
