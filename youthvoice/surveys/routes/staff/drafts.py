"""The builder: a questionnaire question by question, with the child's screen beside it - HTTP only."""

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.sites.store import list_sites
from youthvoice.surveys.questionnaires import store
from youthvoice.surveys.questionnaires.drafts import draft, forms, labels, store as draft_store
from youthvoice.surveys.questionnaires.errors import faults_from_data
from youthvoice.surveys.questionnaires.kinds import KINDS, Kind
from youthvoice.surveys.questionnaires.labels import KIND_LABELS, PURPOSE_LABELS
from youthvoice.surveys.questionnaires.own_pictures.labels import PICTURE_REFUSALS
from youthvoice.surveys.questionnaires.own_pictures.picture_maker import (
    MAX_PICTURE_BYTES,
    PictureRefused,
    make_picture,
)
from youthvoice.surveys.questionnaires.own_pictures.store import is_withdrawn, keep_pictures
from youthvoice.surveys.questionnaires.picture_library import drawable_picture, list_pictures
from youthvoice.surveys.questionnaires.questionnaire import Questionnaire
from youthvoice.surveys.questionnaires.rules import MAX_SCALE_STEPS, MAX_TILES
from youthvoice.surveys.questionnaires.toml_writer import question_shape, write_toml
from youthvoice.surveys.responses.page import render_preview, unsaved_questionnaire
from youthvoice.surveys.routes.staff.questionnaires import TOML, XLSX, language_name, may_import
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.graphics.picture_addresses import is_own_picture, own_picture_code, show_inside
from youthvoice.web.headers import in_frame_of_ours, with_frames_of_ours
from youthvoice.web.i18n.languages import LANGUAGES
from youthvoice.web.rate_limits import rate_limited
from youthvoice.web.uploads import AROUND_A_FILE, allow_larger

drafts_pages = Blueprint("drafts", __name__, url_prefix="/staff/questionnaires/drafts")


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
        "first_words": _first,
    }


def _first(words: Mapping[str, str]) -> str:
    """Words in the reader's language, else in the first in which somebody wrote any; empty where nobody did."""
    return words.get(current_caller().language) or next((said for said in words.values() if said), "")


def _languages() -> dict[str, str]:
    return {code: language.name for code, language in LANGUAGES.items()}


def _named(body: draft.DraftBody) -> dict[str, str]:
    return {code: language_name(code) for code in body.languages}


def _mine(draft_id: int) -> draft_store.StoredDraft:
    draft = draft_store.find_draft(db.session(), draft_id, current_caller().person_id) or abort(404)
    show_inside(draft.body.pictures)
    return draft


def _keep(draft: draft_store.StoredDraft) -> None:
    draft_store.change_draft(db.session(), draft, context.today())


def _begin(body: draft.DraftBody) -> ResponseReturnValue:
    session, caller = db.session(), current_caller()
    if len(draft_store.list_drafts(session, caller.person_id)) >= _MOST_DRAFTS:
        flash(_("You have many drafts. Finish one, or throw one away."))
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
        return _begin(draft.DraftBody(name=_free_name(title), head=head))
    return show_form("surveys/questionnaires/draft_new.html", form)


def _free_name(title: str) -> str:
    """A name that no questionnaire and no draft of hers has."""
    session = db.session()
    taken = {questionnaire_row.name for questionnaire_row in store.list_newest_versions(session)} | {
        *store.starter_names()
    }
    taken |= {draft.body.name for draft in draft_store.list_drafts(session, current_caller().person_id)}
    return draft.free_name(draft.ascii_slug(title, 50), {one.replace("-", "_") for one in taken}, "form").replace(
        "_", "-"
    )


@drafts_pages.post("/of/<int:questionnaire_id>")
@permission_required("questionnaires.import")
def change(questionnaire_id: int) -> ResponseReturnValue:
    """Begin with a version that is kept; it stays as it is, and what comes of the draft is the next one."""
    questionnaire_row = store.find_stored_questionnaire(db.session(), questionnaire_id) or abort(404)
    questionnaire = store.load_questionnaire(db.session(), questionnaire_row.id)
    if questionnaire.purpose == "choice" or not PlainForm().validate_on_submit():
        abort(404)
    for one in draft_store.list_drafts(db.session(), current_caller().person_id):
        if (one.body.name, one.body.base) == (questionnaire_row.name, questionnaire_row.version):
            return redirect(url_for(".detail", draft_id=one.id))
    return _begin(draft.draft_of(questionnaire, questionnaire_row.version, questionnaire_row.notes or ()))


@drafts_pages.route("/<int:draft_id>", methods=["GET", "POST"])
@permission_required("questionnaires.import")
def detail(draft_id: int) -> ResponseReturnValue:
    """A draft: its head, its questions in order, what is still missing."""
    draft = _mine(draft_id)
    form = forms.DraftHeadForm.of(draft.body, _languages())
    if form.validate_on_submit():
        form.keep_in(draft.body)
        _keep(draft)
        flash(_("Kept in the draft."))
        return redirect(url_for(".detail", draft_id=draft_id))
    return _show(draft, form)


def _show(
    stored_draft: draft_store.StoredDraft, form: forms.DraftHeadForm, *, refused: bool = False
) -> ResponseReturnValue:
    questionnaire_row = store.latest_version(db.session(), stored_draft.body.name)
    shown, status = show_form(
        "surveys/questionnaires/draft.html",
        form,
        draft=stored_draft,
        body=stored_draft.body,
        judged=draft.judge(stored_draft.body),
        own=any(is_own_picture(code) for code in stored_draft.body.picture_codes()),
        named=_named(stored_draft.body),
        newest=questionnaire_row.version if questionnaire_row else 0,
        full=len(stored_draft.body.questions) >= _MOST_QUESTIONS,
        today=context.today(),
        days_untouched=draft_store.DAYS_UNTOUCHED,
        use=PlainForm(),
    )
    return shown, 422 if refused else status


@drafts_pages.post("/<int:draft_id>/order")
@permission_required("questionnaires.import")
def order(draft_id: int) -> ResponseReturnValue:
    """Add a question, move one, or take one out."""
    found = _mine(draft_id)
    if not PlainForm().validate_on_submit():
        return redirect(url_for(".detail", draft_id=draft_id))
    what, _dash, which = request.form.get("do", "").partition("-")
    kind = next((one for one in KINDS if one == request.form.get("kind")), None)
    about = int(which) if which.isdecimal() and len(which) < 9 else 0  # noqa: PLR2004
    if what == "add" and kind and len(found.body.questions) < _MOST_QUESTIONS:
        added = found.body.add(_with_usual_answers(found.body, draft.new_question(kind, "")))
        added["name"] = draft.free_name("", [one["name"] for one in found.body.questions], f"question_{added['id']}")
        _keep(found)
        return redirect(url_for(".question", draft_id=draft_id, question_id=added["id"]))
    if what in {"up", "down"}:
        found.body.move(about, -1 if what == "up" else 1)
    elif what == "out":
        found.body.remove(about)
    _keep(found)
    return redirect(url_for(".detail", draft_id=draft_id, _anchor="questions"))


def _with_usual_answers(body: draft.DraftBody, question: draft.DraftQuestion) -> draft.DraftQuestion:
    """A scale without answers gets those of the questionnaires that come with us, in the languages they have."""
    kind = question["kind"]
    if KINDS[kind].scale and len(question.get("options", [])) < 2 and (usual := _usual(kind, body.head["ages"])):  # noqa: PLR2004
        question |= {about: usual[about] for about in ("options", "good") if about in usual}
        if kind == "yes_no":
            question.pop("good", None)
    return question


def _usual(kind: Kind, ages: str) -> draft.DraftQuestion | None:
    steps = MAX_SCALE_STEPS.get(ages, 2) if kind == "faces" else 2  # type: ignore[call-overload] # a text of the form
    for name in store.starter_names():
        for question in store.load_starter(name).questions:
            if question.kind == kind and len(question.options) == steps:
                return question_shape(question)
    return None


@drafts_pages.route("/<int:draft_id>/questions/<int:question_id>", methods=["GET", "POST"])
@permission_required("questionnaires.import")
def question(draft_id: int, question_id: int) -> ResponseReturnValue:
    """One question in all its languages, its screen beside it; what is typed is kept, whatever is missing."""
    found = _mine(draft_id)
    asked = found.body.question(question_id) or abort(404)
    sent = sum(key.startswith("answer_") and key.endswith("_key") for key in request.form)
    wanted = min(request.args.get("rows", 0, type=int), MAX_TILES)
    form = forms.QuestionForm.of(found.body, asked, _named(found.body), sent, wanted)
    if form.validate_on_submit():
        what, _dash, which = request.form.get("do", "").partition("-")
        at = int(which) if which.isdecimal() and len(which) < 4 else -1  # noqa: PLR2004
        key = form[f"answer_{at}_key"].data if f"answer_{at}_key" in form else None
        form.keep_in(asked)
        _with_usual_answers(found.body, asked)
        _rename(found.body, asked)
        options = asked.get("options", [])
        here = next((place for place, one in enumerate(options) if key and one["key"] == key), -1)
        if what in {"up", "down"}:
            draft.move_by(options, here, -1 if what == "up" else 1)
        elif what == "out" and here >= 0:
            _take_out(asked, here)
        _keep(found)
        if what == "picture":
            return redirect(url_for(".picture", draft_id=draft_id, question_id=question_id, answer=key or None))
        if what == "list":
            return redirect(url_for(".detail", draft_id=draft_id, _anchor="questions"))
        here_again = url_for(".question", draft_id=draft_id, question_id=question_id)
        return redirect(f"{here_again}?rows={sent + 1}#more" if what == "more" else here_again)
    return _show_question(found, asked, form)


@drafts_pages.route("/<int:draft_id>/questions/<int:question_id>/picture", methods=["GET", "POST"])
@permission_required("questionnaires.import")
@rate_limited("30 per minute")
def picture(draft_id: int, question_id: int) -> ResponseReturnValue:
    """Upload a picture for a question, or for one of its answers.

    It is unpacked before this request begins to write: nobody waits to write while another process does that. But
    first of all the draft has to be hers, and to have such a question.
    """
    if request.method == "POST":
        with db.reading(db.engine()) as session:
            _find_pictured(draft_store.find_draft(session, draft_id, current_caller().person_id), question_id)
    form, content = forms.PictureForm(), b""
    if form.validate_on_submit():
        try:
            content = make_picture(form.file.data.read(MAX_PICTURE_BYTES + 1))
        except PictureRefused as refused:
            form.file.errors = [PICTURE_REFUSALS[refused.code]]
    stored = _mine(draft_id)
    question_, pictured = _find_pictured(stored, question_id)
    if content and is_withdrawn(db.session(), own_picture_code(content)):
        content, form.file.errors = b"", [_("This picture was withdrawn. Choose another one.")]
    if content and stored.body.add_picture(pictured, content):
        _keep(stored)
        flash(_("The picture is kept in the draft."))
        return redirect(url_for(".question", draft_id=draft_id, question_id=question_id))
    if content:
        form.file.errors = [_("At most %(most)s pictures of your own fit one questionnaire.", most=draft.MAX_PICTURES)]
    words = question_["text"] if pictured is question_ else pictured
    return show_form(
        "surveys/questionnaires/draft_picture.html", form, draft=stored, question=question_, pictured=pictured,
        most_megabytes=MAX_PICTURE_BYTES // 1024 // 1024,
        words=_first({code: words[code] for code in stored.body.languages if words.get(code)}),
    )  # fmt: skip


def _find_pictured(
    draft: draft_store.StoredDraft | None, question_id: int
) -> tuple[draft.DraftQuestion, dict[str, Any]]:
    """The question, and whose picture it is: itself, or the answer that the address names; 404 where there is none."""
    question_ = draft.body.question(question_id) if draft else None
    if question_ is None:
        abort(404)
    options = {one["key"]: one for one in question_.get("options", [])}
    pictured = options.get(request.args["answer"], {}) if "answer" in request.args else question_
    return question_, pictured or abort(404)


def _rename(body: draft.DraftBody, asked: draft.DraftQuestion) -> None:
    """A question that got its first words gets a name from them; nothing can depend on it yet."""
    if not asked["name"].startswith("question_"):
        return
    slug = next((made for code in body.languages if (made := draft.ascii_slug(asked["text"].get(code, "")))), "")
    if slug and not any(asked["name"] in one.get("when", "").split() for one in body.questions):
        asked["name"] = draft.free_name(
            slug, [one["name"] for one in body.questions if one is not asked], asked["name"]
        )


def _take_out(asked: draft.DraftQuestion, at: int) -> None:
    """Take an answer out, with every mark it has."""
    key = asked["options"].pop(at)["key"]
    for about in ("good", "harm"):
        asked[about] = [one for one in asked.get(about, []) if one != key]
    asked["safety"] = bool(asked["harm"])
    if asked.get("right") == key:
        asked["right"] = asked["publish"] = ""
    for about in ("good", "harm", "safety", "right", "publish"):
        if not asked.get(about):
            asked.pop(about, None)


_CANNOT_BE_SHOWN: Final = frozenset({"how_many_options", "how_many_bins"})


def _show_question(
    stored_draft: draft_store.StoredDraft, asked: draft.DraftQuestion, form: forms.QuestionForm
) -> ResponseReturnValue:
    judgement, number = draft.judge(stored_draft.body), stored_draft.body.questions.index(asked) + 1
    faults = labels.question_faults(stored_draft.body, asked, judgement.at(number))
    shown, status = show_form(
        "surveys/questionnaires/draft_question.html",
        form,
        draft=stored_draft,
        body=stored_draft.body,
        question=asked,
        question_code=drawable_picture(asked.get("picture", "")),
        number=number,
        faults=faults,
        notes=[fault for fault in judgement.notes if fault.row == number],
        named=_named(stored_draft.body),
        shelf=list_pictures(),
        screen=_can_be_shown(judgement, number),
    )
    return with_frames_of_ours(make_response(shown, status))


def _can_be_shown(judgement: draft.Judgement, number: int) -> bool:
    """Whether there is a screen of a question: words, and as many answers as its kind has."""
    question = judgement.questionnaire.questions[number - 1]
    return bool(question.text) and not any(fault.code in _CANNOT_BE_SHOWN for fault in judgement.at(number))


@drafts_pages.get("/<int:draft_id>/questions/<int:question_id>/screen/<language>")
@permission_required("questionnaires.import")
def screen(draft_id: int, question_id: int, language: str) -> ResponseReturnValue:
    """The screen of one question as a child sees it, to stand beside its form."""
    found = _mine(draft_id)
    asked = found.body.question(question_id) or abort(404)
    judgement, number = draft.judge(found.body), found.body.questions.index(asked) + 1
    if not _can_be_shown(judgement, number):
        abort(404)
    question = replace(judgement.questionnaire.questions[number - 1], when=None)
    page = _preview(replace(judgement.questionnaire, questions=(question,)), language, alone=True)
    return in_frame_of_ours(make_response(page))


@drafts_pages.get("/<int:draft_id>/preview/<language>")
@permission_required("questionnaires.import")
def preview(draft_id: int, language: str) -> ResponseReturnValue:
    """All screens as a child sees them; questions without a screen are left out."""
    judgement = draft.judge(_mine(draft_id).body)
    numbered = enumerate(judgement.questionnaire.questions, start=1)
    shown = tuple(one for number, one in numbered if _can_be_shown(judgement, number))
    return _preview(replace(judgement.questionnaire, questions=shown), language)


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
    body = _mine(draft_id).body
    data = write_toml(body.shape()).encode()
    return send_file(BytesIO(data), TOML, as_attachment=True, download_name=f"{body.name}.toml")


@drafts_pages.get("/<int:draft_id>/export.xlsx")
@permission_required("questionnaires.import")
def export_xlsform(draft_id: int) -> ResponseReturnValue:
    """The draft as an XLSForm workbook, once nothing stands against it."""
    judgement = draft.judge(_mine(draft_id).body)
    if judgement.faults:
        abort(404)
    from youthvoice.surveys.questionnaires.xlsform.xlsform_writer import write_xlsform  # noqa: PLC0415 - openpyxl is large, exports rare

    name = f"{judgement.questionnaire.name}.xlsx"
    return send_file(BytesIO(write_xlsform(judgement.questionnaire)), XLSX, as_attachment=True, download_name=name)


@drafts_pages.route("/<int:draft_id>/throw", methods=["GET", "POST"])
@permission_required("questionnaires.import")
def throw(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away, after one more look."""
    draft, form = _mine(draft_id), PlainForm()
    if form.validate_on_submit():
        draft_store.remove_draft(db.session(), draft_id)
        flash(_("The draft is gone."))
        return redirect(url_for("questionnaires.index"))
    return render_template("surveys/questionnaires/draft_throw.html", draft=draft, body=draft.body, form=form)


@drafts_pages.post("/<int:draft_id>/finish")
@permission_required("questionnaires.import")
def finish(draft_id: int) -> ResponseReturnValue:
    """Keep the draft as the next version, which an advocate approves; refused while a rule refuses it."""
    found = _mine(draft_id)
    head = forms.DraftHeadForm.of(found.body, _languages())
    if not PlainForm().validate_on_submit():
        return redirect(url_for(".detail", draft_id=draft_id))
    session, judgement = db.session(), draft.judge(found.body)
    newest = store.latest_version(session, found.body.name)
    if judgement.faults:
        return _show(found, head, refused=True)
    if newest and str(newest.version) != request.form.get("newest", ""):
        head.form_errors = [
            _("Somebody kept version %(version)s meanwhile. Yours would follow it.", version=newest.version)
        ]
        return _show(found, head, refused=True)
    handle, day = current_caller().handle, context.today()
    notes = faults_from_data(found.body.notes)
    keep_pictures(session, judgement.questionnaire, found.body.pictures)
    stored = store.add_questionnaire(session, judgement.questionnaire, handle, day, caller_log(), notes=notes)
    draft_store.remove_draft(session, draft_id)
    flash(_("%(name)s is kept as version %(version)s.", name=stored.name, version=stored.version))
    return redirect(url_for("questionnaires.detail", questionnaire_id=stored.id))
