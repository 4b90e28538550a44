"""Uploaded pictures: show one, withdraw one, approve its substitute - HTTP only."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from youthvoice import context, db
from youthvoice.access.guard import caller_log, current_caller, permission_required
from youthvoice.surveys.models import QuestionnaireRow
from youthvoice.surveys.questionnaires import forms, store
from youthvoice.surveys.questionnaires.own_pictures.store import (
    decide_proposed,
    find_picture,
    list_proposed,
    withdraw_picture,
)
from youthvoice.surveys.questionnaires.picture_library import list_pictures
from youthvoice.surveys.questionnaires.questionnaire import Question, Questionnaire
from youthvoice.surveys.responses.screens import pictures_beside
from youthvoice.surveys.rounds.store import list_unfinished_rounds
from youthvoice.surveys.routes.staff import questionnaires_pages
from youthvoice.web.form_fields import PlainForm
from youthvoice.web.form_page import show_form
from youthvoice.web.graphics.picture_addresses import send_picture


@questionnaires_pages.get("/pictures/<code>")
@permission_required("questionnaires.see")
def show_picture(code: str) -> ResponseReturnValue:
    """Send an uploaded picture of a stored version to staff; a changed picture has another address."""
    return send_picture(find_picture(db.session(), code) or abort(404))


@questionnaires_pages.route("/pictures/<code>/withdraw", methods=["GET", "POST"])
@permission_required("questionnaires.withdraw")
def withdraw_own_picture(code: str) -> ResponseReturnValue:
    """Withdraw a picture permanently from every version and round, for example where somebody is recognisable."""
    session, caller = db.session(), current_caller()
    versions = store.list_versions_with_picture(session, code)
    if find_picture(session, code) is None or not versions:
        abort(404)
    form = forms.WithdrawPictureForm.apart_from(_shown_beside(versions, code))
    back = _newest_address(versions)
    if form.validate_on_submit():
        label, agreed = store.version_label(versions[0]), caller.may("questionnaires.approve")
        withdraw_picture(session, code, form.code, context.today(), caller_log(), label, agreed=agreed)
        flash(_("The picture is withdrawn."))
        if form.code and not agreed:
            flash(_("Until a child advocate agrees, children see a number or a face in its place."))
        return redirect(back)
    unfinished = list_unfinished_rounds(
        session, [questionnaire_row.id for questionnaire_row in versions], context.now()
    )
    rounds = [round_ for round_ in unfinished if set(round_.site_ids) & set(caller.site_ids)]
    return show_form(
        "surveys/questionnaires/withdraw_picture.html", form, code=code, versions=versions, back=back, rounds=rounds,
        elsewhere=len(unfinished) - len(rounds), shelf=list_pictures(),
        words=_words_of(store.load_questionnaire(session, versions[0].id), code),
    )  # fmt: skip


def _shown_beside(versions: Sequence[QuestionnaireRow], code: str) -> frozenset[str]:
    """The pictures at the other answers of each question that shows a picture, in any version."""
    pictures: frozenset[str] = frozenset()
    for questionnaire_row in versions:
        for question in store.load_questionnaire(db.session(), questionnaire_row.id).questions:
            if code in _pictures_of(question):
                option = next((option for option in question.options if option.picture == code), None)
                pictures |= pictures_beside(question, option)
    return pictures


def _pictures_of(question: Question) -> tuple[str | None, ...]:
    return question.picture, *(option.picture for option in question.options)


def _newest_address(versions: Sequence[QuestionnaireRow]) -> str:
    """The page to return to: that of the newest version."""
    return url_for("questionnaires.detail", questionnaire_id=max(row.id for row in versions))


@questionnaires_pages.route("/pictures/<code>/instead", methods=["GET", "POST"])
@permission_required("questionnaires.approve")
def replace_picture(code: str) -> ResponseReturnValue:
    """An advocate checks a coordinator's substitute for a withdrawn picture, and approves or refuses it."""
    session, form = db.session(), PlainForm()
    versions = store.list_versions_with_picture(session, code) or abort(404)
    back = _newest_address(versions)
    proposed = list_proposed(session).get(code)
    if proposed is None:
        flash(_("Somebody has decided that already."), "note")
        return redirect(back)
    taken = proposed in _shown_beside(versions, code)
    if form.validate_on_submit():
        agreed = request.form.get("do") == "agree" and not taken
        label, seen_picture = store.version_label(versions[0]), request.form.get("seen", "")
        if decide_proposed(session, code, seen_picture, caller_log(), label, agreed=agreed):
            flash(_("Children see it now.") if agreed else _("It is not used: a number or a face stays."))
        else:
            flash(_("Somebody has decided that already."), "note")
        return redirect(back)
    questionnaire = store.load_questionnaire(session, versions[0].id)
    return render_template(
        "surveys/questionnaires/instead.html", form=form, code=code, proposed=proposed, taken=taken, back=back,
        version=versions[0], words=_words_of(questionnaire, code), language=current_caller().language,
        questions=[question for question in questionnaire.questions if code in _pictures_of(question)],
        first=questionnaire.languages[0],
    )  # fmt: skip


def _words_of(questionnaire: Questionnaire, code: str) -> str:
    """The text that an uploaded picture illustrates, in the reader's language where it exists."""
    words = questionnaire.own_pictures[code]
    return words.get(current_caller().language) or words[questionnaire.languages[0]]
